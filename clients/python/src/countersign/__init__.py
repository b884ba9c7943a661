"""A client for Countersign's REST API: `Client` and `AsyncClient` send the calls that `api` makes."""

from . import api, models
from ._base import Answer
from ._call import Call, ListCall, Options, WriteCall
from ._flow import Retry
from .aio import AsyncClient
from .client import Client
from .errors import (
    Conflict,
    ConnectionFailed,
    CountersignError,
    Forbidden,
    Invalid,
    NotFound,
    ProblemError,
    RateLimited,
    Unauthenticated,
    VersionMoved,
)
from .events import Received, parse_event
from .kinds import ProblemKind
from .webhooks import WebhookError, verify_webhook

__all__ = [
    "Answer",
    "AsyncClient",
    "Call",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "CountersignError",
    "Forbidden",
    "Invalid",
    "ListCall",
    "NotFound",
    "Options",
    "ProblemError",
    "ProblemKind",
    "RateLimited",
    "Received",
    "Retry",
    "Unauthenticated",
    "VersionMoved",
    "WebhookError",
    "WriteCall",
    "api",
    "id_of",
    "models",
    "parse_event",
    "verify_webhook",
]


def id_of(field: object) -> str:
    """The id of a field that holds an id, or (with `expand`) the object itself."""
    return field if isinstance(field, str) else str(getattr(field, "id"))  # noqa: B009
