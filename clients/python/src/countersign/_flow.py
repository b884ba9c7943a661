"""How a call is sent, for the client that waits and the one that awaits: what happens next, without doing it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from ._call import Call, Options
from ._session import Credentials
from .errors import ConnectionFailed, ProblemError, problem_of


@dataclass(frozen=True)
class Retry:
    """When a call is tried again, and after what wait."""

    retries_max: int = 3
    """Further tries after the first; 0 never tries again."""
    backoff_s: float = 0.25
    """The first wait is up to this long, each later one up to twice the one before."""
    backoff_max_s: float = 8.0
    """No wait of our own is longer."""
    retry_after_max_s: float = 30.0
    """A `Retry-After` beyond this is not waited for: the error is raised, and says the wait."""

    def backoff(self, tries: int) -> float:
        """A random wait, so that many clients do not come back in the same moment."""
        return random.uniform(0, min(self.backoff_max_s, self.backoff_s * 2.0 ** min(tries, 30)))

    def pause(self, error: Exception, tries: int, repeatable: bool) -> float | None:
        """Seconds before the next try, or nothing if there is none.

        `repeatable`: the call does the same when it is done twice; it reads, or it has an idempotency key.
        """
        if tries >= self.retries_max:
            return None
        if isinstance(error, ConnectionFailed):
            return self.backoff(tries) if repeatable else None
        if not isinstance(error, ProblemError) or not error.retryable:
            return None
        # These two say that nothing was done; after any other failure a proxy may have passed the call on.
        if not repeatable and error.status not in (429, 503):
            return None
        asked = error.retry_after_s or 0.0
        return None if asked > self.retry_after_max_s else asked + self.backoff(tries)


@dataclass(frozen=True)
class Send:
    """Send this, and come back with the answer or with the transport's error."""

    request: httpx.Request


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class Renew:
    """Renew the tokens, unless they are others already than those of this generation."""

    generation: int


Step = Send | Wait | Renew
Reply = httpx.Response | httpx.TransportError | None
Flow = Generator[Step, Reply, httpx.Response]


@dataclass(frozen=True)
class Sender:
    """What all calls of a client share."""

    base_url: str
    timeout_s: float
    retry: Retry
    headers: Mapping[str, str]

    def refresh(self, call: Call[Any]) -> Flow:
        """As any call. A used refresh token is honoured for ten seconds more, so a lost answer may be asked for again
        within them, and not later."""
        retry = replace(self.retry, retries_max=min(1, self.retry.retries_max))
        return replace(self, retry=retry).flow(call, Options(timeout_s=4.0), Credentials(), repeatable=True)

    def flow(self, call: Call[Any], options: Options, credentials: Credentials, repeatable: bool | None = None) -> Flow:
        """Sends until there is an answer that counts."""
        key = options.get("idempotency_key") or (uuid.uuid4().hex if _takes_key(call) else None)
        if repeatable is None:
            repeatable = call.method == "GET" or key is not None
        renewed = False
        tries = 0
        while True:
            if credentials.due():
                yield Renew(credentials.generation)
            generation = credentials.generation
            reply = yield Send(self._request(call, options, credentials.authorization(), key))
            assert reply is not None
            error: Exception
            if isinstance(reply, httpx.TransportError):
                error = ConnectionFailed(f"{call.method} {call.path}: {reply or type(reply).__name__}")
                error.__cause__ = reply
            elif reply.is_success:
                return reply
            else:
                error = problem_of(reply)
                if reply.status_code == 401 and not renewed and credentials.renewable():
                    renewed = True
                    yield Renew(generation)
                    continue
            pause = self.retry.pause(error, tries, repeatable)
            if pause is None:
                raise error
            yield Wait(pause)
            tries += 1

    def _request(self, call: Call[Any], options: Options, authorization: str | None, key: str | None) -> httpx.Request:
        headers = {"accept": "application/json, application/problem+json, */*;q=0.1", **self.headers, **options.get("headers", {})}
        if authorization:
            headers["authorization"] = authorization
        if key:
            headers["idempotency-key"] = key
        if (tag := _tag(options.get("if_match"))) is not None:
            headers["if-match"] = tag
        timeout = httpx.Timeout(options.get("timeout_s", self.timeout_s))
        extensions = {"timeout": timeout.as_dict()}
        url = self.base_url + call.url()
        if call.files is not None:
            return httpx.Request(call.method, url, headers=headers, files=call.files, extensions=extensions)
        if isinstance(call.body, str):
            headers["content-type"] = "application/yaml"
            return httpx.Request(call.method, url, headers=headers, content=call.body, extensions=extensions)
        body = None if call.body is None else call.json()
        return httpx.Request(call.method, url, headers=headers, json=body, extensions=extensions)


def _takes_key(call: Call[Any]) -> bool:
    """Every writing call but sign-ins, which keep nothing under a key."""
    return call.method != "GET" and not call.path.startswith("/v1/auth/")


def _tag(version: Any) -> str | None:
    if version is None or isinstance(version, str):
        return version
    return f'"{version.version}"'
