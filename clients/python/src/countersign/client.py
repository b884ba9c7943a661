"""The client that waits."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

import httpx

from . import api
from ._base import Answer, Base, page_of, refresh_call, stored, upload_call
from ._call import Call, ListCall, Options, R, T, V, WriteCall
from ._flow import Flow, Renew, Reply, Retry, Send, Step
from ._session import Credentials, Session
from ._sse import Parser
from .errors import Unauthenticated, VersionMoved
from .events import Place, Received, lost
from .models import File, Login, RefreshBody, TokensView


class Client(Base):
    """Sends the calls that `countersign.api` makes. Threads may share it; close it, or use it with `with`."""

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        tokens: TokensView | None = None,
        on_tokens: Callable[[TokensView | None], None] | None = None,
        timeout_s: float = 30.0,
        retry: Retry | None = None,
        language: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`base_url`: where the server is, `https://office.example.com`.

        `api_key`: `csk_…`, for programs; else `sign_in`, or `tokens` of an earlier sign-in.
        `on_tokens`: hears of each new pair of tokens, and of `None` when the sign-in has ended.
        `timeout_s`: for each try. `language`: of problems and labels, `en` or `zh-CN`.
        """
        super().__init__(base_url, api_key, tokens, on_tokens, timeout_s, retry, language)
        self._http = httpx.Client(transport=transport)
        self._renewing = threading.RLock()

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def sign_in(self, email: str, password: str, tenant: str | None = None) -> None:
        """From then on every call is made as this person, with tokens that are refreshed in time.

        `tenant`: the slug, if the address belongs to several.
        """
        login = Login(email=email, password=password, **({"tenant": tenant} if tenant else {}))
        self._signed_in(self._answer(api.login(login), {}, Credentials()).data)

    def sign_out(self) -> None:
        """Ends the sign-in, here and at the server."""
        if (tokens := self._signed_out()) is not None:
            self._answer(api.logout(RefreshBody(refresh_token=tokens.refresh_token)), {}, Credentials())

    def send(self, call: Call[T], **options: Unpack[Options]) -> T:
        """The answer, read as its type.

        Raises `ProblemError` (`NotFound`, `Conflict`, `Invalid` …) at what is refused, `ConnectionFailed` when no answer came.
        """
        return self._answer(call, options).data

    def answer(self, call: Call[T], **options: Unpack[Options]) -> Answer[T]:
        """The answer with its status, ETag and request id."""
        return self._answer(call, options)

    def validate(self, call: WriteCall[T, V], **options: Unpack[Options]) -> V:
        """Does everything but write: the object as it would be, or the problem."""
        return self._answer(call.rehearsed(), options).data

    def each(self, call: ListCall[T, R], **options: Unpack[Options]) -> Iterator[R]:
        """Every row of a list or search, however many pages it has."""
        for page in self.pages(call, **options):
            yield from page_of(page, call).data

    def pages(self, call: ListCall[T, R], **options: Unpack[Options]) -> Iterator[T]:
        """A list page by page, with its `count` where that is asked for."""
        following: ListCall[T, R] | None = call
        while following is not None:
            page = self._answer(following, options).data
            yield page
            following = page_of(page, call).following(call)

    def update(self, read: Call[T], change: Callable[[T], Call[T] | None], **options: Unpack[Options]) -> T:
        """Reads, and sends what `change` makes of it if it is still as it was read; else once more from the beginning.

        Nothing is written where `change` returns `None`. Raises `VersionMoved` when others were faster five times.
        """
        for _ in range(4):
            try:
                return self._updated(read, change, options)
            except VersionMoved:
                pass
        return self._updated(read, change, options)

    def _updated(self, read: Call[T], change: Callable[[T], Call[T] | None], options: Options) -> T:
        current = self._answer(read, options)
        call = change(current.data)
        return current.data if call is None else self._answer(call, {**options, "if_match": current.etag}).data

    def events(
        self,
        *,
        type: Sequence[str] | None = None,
        subject: Sequence[str] | None = None,
        cursor: str | None = None,
        silence_s: float = 45.0,
        reconnects_max: int = 100,
    ) -> Iterator[Received]:
        """Events as they happen, each once and in order, over broken connections, too.

        `type`: only these, by name or by area (`oa.request.*`). `subject`: only what happened to these records.
        `cursor`: go on after this event; what happens from now on, unless told.
        `silence_s`: without any sign of life for so long, the stream is connected anew; the server sends one each 15 s.
        `reconnects_max`: after so many failed connections in a row the error is raised.
        """
        place = Place(type, subject, cursor, self._sender.retry, reconnects_max)
        place.cursor = cursor or self.send(place.newest()).next_cursor
        while True:
            error: Exception | None = None
            try:
                yield from self._heard(place, silence_s)
            except httpx.TransportError as broken:
                error = lost(broken)
            except Exception as refused:
                error = refused
            time.sleep(place.pause(error))

    def _heard(self, place: Place, silence_s: float) -> Iterator[Received]:
        call, headers = place.connection()
        options = Options(headers=headers, timeout_s=silence_s)
        response = self._drive(self._sender.flow(call, options, self._credentials), stream=True)
        try:
            parser = Parser()
            for chunk in response.iter_bytes():
                for message in parser.feed(chunk):
                    if (received := place.heard(message)) is not None:
                        yield received
        finally:
            response.close()

    def upload(self, content: bytes | os.PathLike[str], name: str | None = None, **options: Unpack[Options]) -> File:
        """Keeps a file, whose kind the server tells from its bytes and name."""
        return self._answer(upload_call(content, name), options).data

    def download(self, id: str, **options: Unpack[Options]) -> bytes:
        """A file's bytes."""
        return self._drive(self._sender.flow(stored(id), options, self._credentials)).content

    def save(self, id: str, path: os.PathLike[str], **options: Unpack[Options]) -> None:
        """Writes a file's bytes to `path`, which is there when they are whole."""
        response = self._drive(self._sender.flow(stored(id), options, self._credentials), stream=True)
        part = Path(f"{os.fspath(path)}.part")
        try:
            with part.open("wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)
            part.replace(path)
        except httpx.TransportError as error:
            raise lost(error) from error
        finally:
            response.close()
            part.unlink(missing_ok=True)

    def _answer(self, call: Call[T], options: Options, credentials: Credentials | None = None) -> Answer[T]:
        flow = self._sender.flow(call, options, self._credentials if credentials is None else credentials)
        return Answer.of(call, self._drive(flow))

    def _drive(self, flow: Flow, stream: bool = False) -> httpx.Response:
        reply: Reply = None
        while True:
            try:
                step = flow.send(reply)
            except StopIteration as done:
                response: httpx.Response = done.value
                return response
            reply = self._done(step, stream)

    def _done(self, step: Step, stream: bool) -> Reply:
        match step:
            case Send(request):
                try:
                    response = self._http.send(request, stream=stream)
                    if stream and not response.is_success:
                        response.read()
                    return response
                except httpx.TransportError as error:
                    return error
            case Renew(generation):
                self._renew(generation)
            case _:
                time.sleep(step.seconds)
        return None

    def _renew(self, generation: int) -> None:
        """However many calls need new tokens, one refresh is on its way: a refresh token counts once."""
        with self._renewing:
            session = self._credentials
            if not isinstance(session, Session) or session.tokens is None or session.generation != generation:
                return
            before = session.tokens
            call = refresh_call(before)
            try:
                tokens = Answer.of(call, self._drive(self._sender.refresh(call))).data
            except Unauthenticated:
                session.replace(None)
                raise
            # Whoever signed out meanwhile stays signed out.
            if session.tokens is before:
                session.replace(tokens)
