"""What both clients share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, cast

import httpx

from . import api
from ._call import Call, ListCall, R, T
from ._flow import Retry, Sender
from ._session import Credentials, Session
from .models import File, RefreshBody, TokensView


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A success with what stands beside its body."""

    data: T
    status: int
    etag: str | None
    """The object's version, for `if_match`."""
    request_id: str
    replayed: bool
    """Whether this is the answer to an earlier call with the same idempotency key."""

    @classmethod
    def of(cls, call: Call[T], response: httpx.Response) -> Answer[T]:
        headers = response.headers
        return cls(
            data=call.read(response.content, headers.get("content-type", "")),
            status=response.status_code,
            etag=headers.get("etag"),
            request_id=headers.get("x-request-id", ""),
            replayed=headers.get("idempotency-replayed") == "true",
        )


class Base:
    """The settings of a client, and who calls."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        tokens: TokensView | None,
        on_tokens: Callable[[TokensView | None], None] | None,
        timeout_s: float,
        retry: Retry | None,
        language: str | None,
    ) -> None:
        headers = {"user-agent": "countersign-python"} | ({"accept-language": language} if language else {})
        self._sender = Sender(base_url.rstrip("/"), timeout_s, retry or Retry(), headers)
        self._on_tokens = on_tokens
        self._credentials = Session(tokens, on_tokens) if tokens and not api_key else Credentials(api_key)

    @property
    def tokens(self) -> TokensView | None:
        """Of the sign-in, if there is one."""
        return self._credentials.tokens if isinstance(self._credentials, Session) else None

    def _signed_in(self, tokens: TokensView) -> None:
        session = Session(tokens, self._on_tokens)
        self._credentials = session
        session.replace(tokens)

    def _signed_out(self) -> TokensView | None:
        session, tokens = self._credentials, self.tokens
        self._credentials = Credentials()
        if isinstance(session, Session):
            session.replace(None)
        return tokens


class Page(Protocol[R]):
    """Any page of a list."""

    data: list[R]
    has_more: bool
    next_cursor: str | None


@dataclass(frozen=True)
class _Rows(Generic[R]):
    data: list[R]
    cursor: str | None

    def following(self, call: ListCall[T, R]) -> ListCall[T, R] | None:
        return call.after(self.cursor) if self.cursor else None


def page_of(page: object, _: ListCall[Any, R]) -> _Rows[R]:
    """The rows of a page, and where the next one begins."""
    found = cast("Page[R]", page)
    return _Rows(found.data, found.next_cursor if found.has_more else None)


def refresh_call(tokens: TokensView) -> Call[TokensView]:
    return api.refresh(RefreshBody(refresh_token=tokens.refresh_token))


def upload_call(content: bytes | os.PathLike[str], name: str | None) -> Call[File]:
    if not isinstance(content, bytes):
        path = Path(content)
        content, name = path.read_bytes(), name or path.name
    if not name:
        raise ValueError("bytes need a name")
    return Call("POST", "/v1/files", answer=File, files={"file": (name, content)})


def stored(id: str) -> Call[bytes]:
    return Call("GET", "/v1/files/{id}/content", answer=bytes, path_values={"id": id})
