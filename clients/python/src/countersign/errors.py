"""What goes wrong, as errors that a program can tell apart."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import cast

import httpx
from pydantic import ValidationError

from .kinds import ProblemKind
from .models import Problem, ProblemErrors


class CountersignError(Exception):
    """Any failure of a call."""


class ConnectionFailed(CountersignError):
    """No answer came: the network failed, or the time was up. `__cause__` holds the reason."""


class ProblemError(CountersignError):
    """An answer of the server that says no."""

    def __init__(self, problem: Problem, retry_after_s: float | None = None) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail} (request {problem.request_id or 'unknown'})")
        self.problem = problem
        self.retry_after_s = retry_after_s
        """Seconds that the server asked to wait for, if it did."""
        self.kind = cast(ProblemKind, problem.type.rsplit("/", 1)[-1])
        """One of a closed list, with one status each."""
        self.code = problem.code
        """The kind, or something finer: `deal_not_open` is a `conflict`."""
        self.status = problem.status
        self.detail = problem.detail
        """In the language of the client, for people to read."""
        self.request_id = problem.request_id
        """What the server's log knows the request by."""
        self.retryable = problem.retryable
        """Whether the same request may succeed later."""
        self.errors: list[ProblemErrors] = problem.errors or []
        """All that is wrong with what was sent."""

    def at(self, pointer: str) -> list[ProblemErrors]:
        """What is wrong at a JSON pointer or below it, such as `/form/amount`."""
        return [one for one in self.errors if one.pointer == pointer or (one.pointer or "").startswith(pointer + "/")]


class Unauthenticated(ProblemError):
    """401: nobody, or a sign-in that has ended."""


class Forbidden(ProblemError):
    """403: not this caller's to do, or beyond the scopes of the key."""


class NotFound(ProblemError):
    """404: not there, or not this caller's to see."""


class Conflict(ProblemError):
    """409: the state does not allow it; `problem.state` and `.possible` say more."""


class VersionMoved(ProblemError):
    """412: somebody else changed it since it was read."""


class Invalid(ProblemError):
    """422: `errors` says what is wrong, and where."""


class RateLimited(ProblemError):
    """429: too many calls; `retry_after_s` says when to come back."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: VersionMoved,
    422: Invalid,
    429: RateLimited,
}


def problem_of(response: httpx.Response) -> ProblemError:
    """The problem in an answer that was read; one that a proxy wrote becomes a problem of the same status."""
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        reason = response.reason_phrase
        problem = Problem(
            type="about:blank",
            title=reason,
            status=response.status_code,
            detail=response.text[:500] or reason,
            instance="",
            code=f"http_{response.status_code}",
            request_id=response.headers.get("x-request-id", ""),
            retryable=response.status_code in (408, 429, 502, 503, 504),
        )
    of = _BY_STATUS.get(response.status_code, ProblemError)
    return of(problem, retry_after_s(response.headers.get("retry-after")))


def retry_after_s(header: str | None, now: datetime | None = None) -> float | None:
    """`Retry-After` in either of its forms: seconds, or a date."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
