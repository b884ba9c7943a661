"""For programs that receive webhooks. Deliveries follow https://www.standardwebhooks.com."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import ValidationError

from .events import parse_event
from .models import Event

Reason = Literal["missing_header", "bad_timestamp", "too_old", "too_new", "bad_signature", "not_an_event"]


class WebhookError(Exception):
    """A delivery that is not to be trusted; answer 401."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Sequence[str],
    *,
    tolerance_s: float = 300,
    now: float | None = None,
) -> Event:
    """The event of a delivery that was signed with one of the secrets.

    `body`: the bytes as they came; JSON that was read and written again has other bytes.
    `secrets`: `whsec_…`; several while one follows another.
    `tolerance_s`: by how much the clocks may differ and a delivery may be late.
    `now`: seconds since 1970.
    Raises `WebhookError` at what is forged, altered, or older than the tolerance.
    """
    given = {name.lower(): value for name, value in headers.items()}
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        if not given.get(name):
            raise WebhookError("missing_header", f"the header {name} is missing")
    timestamp = given["webhook-timestamp"]
    _check_time(timestamp, tolerance_s, time.time() if now is None else now)
    message = f"{given['webhook-id']}.{timestamp}.".encode() + body
    keys = [_key(secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    expected = [hmac.new(key, message, hashlib.sha256).digest() for key in keys]
    sent = [_decoded(one[3:]) for one in given["webhook-signature"].split(" ") if one.startswith("v1,")]
    if not any(hmac.compare_digest(one, other) for one in sent for other in expected):
        raise WebhookError("bad_signature", "no signature fits the body and a secret")
    try:
        return parse_event(json.loads(body))
    except (ValueError, ValidationError) as error:
        raise WebhookError("not_an_event", "the body is no event") from error


def _check_time(timestamp: str, tolerance_s: float, now: float) -> None:
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookError("bad_timestamp", "webhook-timestamp is no time in seconds")
    age = now - int(timestamp)
    if age > tolerance_s:
        raise WebhookError("too_old", f"the delivery was signed {age:.0f} s ago")
    if -age > tolerance_s:
        raise WebhookError("too_new", f"the delivery was signed {-age:.0f} s in the future")


def _key(secret: str) -> bytes:
    key = _decoded(secret.removeprefix("whsec_"))
    if not secret.startswith("whsec_") or len(key) < 24:
        raise ValueError("a webhook's secret begins with whsec_, as it was shown")
    return key


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
