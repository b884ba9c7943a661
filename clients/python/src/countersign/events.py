"""The log of events as it grows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import api
from ._call import Call
from ._flow import Retry
from ._sse import Message
from .errors import ConnectionFailed, ProblemError
from .models import EVENTS, Event, EventPage


@dataclass(frozen=True)
class Received:
    event: Event
    """Of the class of its type: `isinstance(event, DealEvent)` tells what `data` holds."""
    cursor: str
    """Keep it with what you did about the event: from there the stream goes on after a restart."""


def parse_event(data: Mapping[str, Any]) -> Event:
    """An event as the class of its type; one of a newer type as an `Event`."""
    return EVENTS.get(str(data.get("type")), Event).model_validate(data)


@dataclass
class Place:
    """Where a stream is, over as many connections as it takes."""

    type: Sequence[str] | None
    subject: Sequence[str] | None
    cursor: str | None
    retry: Retry
    reconnects_max: int
    failures: int = field(default=0, init=False)

    def newest(self) -> Call[EventPage]:
        """Tells the cursor of now, so that nothing is lost if the first connection breaks before its first event."""
        return api.list_events(type=self.type, subject=self.subject, after="now", limit=1)

    def connection(self) -> tuple[Call[None], dict[str, str]]:
        query = {"type": self.type, "subject": self.subject}
        headers = {"accept": "text/event-stream", "last-event-id": self.cursor or ""}
        return Call("GET", "/v1/events/stream", answer=None, query=query), headers

    def heard(self, message: Message) -> Received | None:
        self.failures = 0
        self.cursor = message.id or self.cursor
        # `end`: its token ended, or the server stops; the next connection goes on.
        if not message.data or message.event == "end" or not self.cursor:
            return None
        return Received(parse_event(json.loads(message.data)), self.cursor)

    def pause(self, error: Exception | None) -> float:
        """Seconds before the next connection; raises what no further connection mends."""
        passing = isinstance(error, ConnectionFailed) or (isinstance(error, ProblemError) and error.retryable)
        if error is not None and (not passing or self.failures >= self.reconnects_max):
            raise error
        self.failures += 1
        return self.retry.backoff(self.failures - 1)


def lost(error: Exception) -> ConnectionFailed:
    """The error of a stream that broke."""
    failed = ConnectionFailed(f"the event stream broke: {error or type(error).__name__}")
    failed.__cause__ = error
    return failed
