"""Reads `text/event-stream`."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from .errors import ConnectionFailed

# No event of the API is near this.
_CHARACTERS_MAX = 16 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    id: str
    """The last `id` so far."""
    event: str
    data: str
    """Empty where only the id moved on."""


class Parser:
    """Takes bytes as they come, and gives the messages that are whole."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._id = ""
        self._event = ""
        self._data: list[str] = []
        self._touched = False

    def feed(self, chunk: bytes) -> list[Message]:
        *lines, self._rest = (self._rest + self._decoder.decode(chunk)).split("\n")
        if len(self._rest) > _CHARACTERS_MAX:
            raise ConnectionFailed("the event stream sent a line without an end")
        found = (self._line(line.removesuffix("\r")) for line in lines)
        return [message for message in found if message]

    def _line(self, line: str) -> Message | None:
        if not line:
            message = Message(self._id, self._event or "message", "\n".join(self._data)) if self._touched else None
            self._event, self._data, self._touched = "", [], False
            return message
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            self._id = value
        elif name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
        self._touched = self._touched or name in ("id", "data")
        return None
