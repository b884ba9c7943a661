"""What is sent: made by the functions of `countersign.api`, sent by a client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Generic, Self, TypedDict, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

T = TypeVar("T")
V = TypeVar("V")
R = TypeVar("R")


class Options(TypedDict, total=False):
    """What any call can be sent with."""

    if_match: Any
    """The version that you read (412 if it moved): an object of the API, an ETag, or `*`."""
    idempotency_key: str
    """One of your own, to go on after a restart; each writing call has a random one unless told."""
    headers: Mapping[str, str]
    timeout_s: float
    """For each try."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """A call whose answer is read as a `T`."""

    method: str
    path: str
    answer: Any
    path_values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    """JSON, or as a text YAML."""
    files: Mapping[str, tuple[str, bytes]] | None = None

    def url(self) -> str:
        """The path with its values and query."""
        path = self.path
        for name, value in self.path_values.items():
            if not value:
                raise ValueError(f"{self.path} needs {name}")
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        pairs = [pair for name, value in self.query.items() for pair in _pairs(name, value)]
        return path + ("?" + "&".join(f"{name}={quote(value, safe=',:')}" for name, value in pairs) if pairs else "")

    def read(self, content: bytes, media_type: str) -> T:
        """The answer, as its type."""
        if not content:
            return None  # type: ignore[return-value]
        adapter: TypeAdapter[T] = _adapter(self.answer)
        if media_type.split(";")[0].endswith("json"):
            return adapter.validate_json(content)
        return adapter.validate_python(content.decode())

    def json(self) -> Any:
        """The body as JSON has it."""
        if isinstance(self.body, BaseModel):
            return self.body.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return _dumps.dump_python(self.body, mode="json", by_alias=True, exclude_unset=True)


@dataclass(frozen=True)
class WriteCall(Call[T], Generic[T, V]):
    """A call that writes; sent by `Client.validate` it writes nothing, and answers a `V`."""

    validated: Any = None

    def rehearsed(self) -> Call[V]:
        query = {**self.query, "validate_only": True}
        return Call(self.method, self.path, self.validated, self.path_values, query, self.body)


@dataclass(frozen=True)
class ListCall(Call[T], Generic[T, R]):
    """A call for a page of `R`s."""

    def after(self, cursor: str) -> Self:
        """The call for the page that begins there."""
        if self.method == "POST":
            return replace(self, body={**self.json(), "cursor": cursor})
        return replace(self, query={**self.query, "cursor": cursor})


_dumps: TypeAdapter[Any] = TypeAdapter(Any)


@cache
def _adapter(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    """Lists are comma-separated, conditions stand in brackets."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [pair for operator, one in value.items() for pair in _pairs(f"{name}[{operator}]", one)]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(_text(one) for one in value)
    return str(value)
