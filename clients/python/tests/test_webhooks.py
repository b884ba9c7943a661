from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from countersign import WebhookError, verify_webhook
from countersign.models import DealEvent

SECRET = "whsec_" + base64.b64encode(b"\1" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"\2" * 32).decode()
NOW = 1_772_442_000
EVENT = {
    "specversion": "1.0",
    "id": "evt_01jc0000000000000000000000",
    "source": "https://office.example.com",
    "type": "crm.deal.won",
    "subject": "deal_01jc0000000000000000000000",
    "time": "2026-03-02T09:00:00Z",
    "datacontenttype": "application/json",
    "dataschema": "x",
    "tenantid": "tnt_01jc0000000000000000000000",
    "sequence": "42",
    "data": {"object": "deal", "id": "deal_1", "version": 1, "url": "/v1/deals/deal_1", "actor": "Müller", "links": []},
}
BODY = json.dumps(EVENT, ensure_ascii=False).encode()


def signed(secret: str = SECRET, at: int = NOW, body: bytes = BODY) -> dict[str, str]:
    mac = hmac.new(base64.b64decode(secret[6:]), f"evt_1.{at}.".encode() + body, hashlib.sha256)
    return {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": "v1," + base64.b64encode(mac.digest()).decode(),
    }


def refused(reason: str, body: bytes, headers: dict[str, str], secrets: str | list[str] = SECRET, tolerance_s: float = 300) -> None:
    with pytest.raises(WebhookError) as raised:
        verify_webhook(body, headers, secrets, now=NOW, tolerance_s=tolerance_s)
    assert raised.value.reason == reason


def test_the_vector_of_the_specification_holds() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    with pytest.raises(WebhookError) as raised:  # its signature holds, but it is no event of ours
        verify_webhook(b'{"test": 2432232314}', headers, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now=1_614_265_330)
    assert raised.value.reason == "not_an_event"


def test_what_is_signed_is_read() -> None:
    event = verify_webhook(BODY, signed(), SECRET, now=NOW)
    assert isinstance(event, DealEvent)
    assert event.data.actor == "Müller"


def test_while_one_secret_follows_another_either_counts_and_so_do_several_signatures() -> None:
    verify_webhook(BODY, signed(OTHER), [SECRET, OTHER], now=NOW)
    several = f"v1a,x v1,AAAA {signed(OTHER)['Webhook-Signature']} {signed()['Webhook-Signature']}"
    verify_webhook(BODY, {**signed(), "Webhook-Signature": several}, SECRET, now=NOW)


def test_forgeries_are_refused() -> None:
    refused("bad_signature", BODY.replace(b"won", b"lost"), signed())
    refused("bad_signature", BODY, signed(OTHER))
    refused("bad_signature", BODY, {**signed(), "Webhook-Id": "evt_2"})
    refused("bad_signature", BODY, {**signed(), "Webhook-Timestamp": str(NOW + 1)})
    for signature in ("v1,", "v1", "v2,AAAA", ",", "v1,not base64!", "v1,é"):
        refused("bad_signature", BODY, {**signed(), "Webhook-Signature": signature})
    refused("bad_signature", BODY, signed(), [])


def test_old_and_future_deliveries_are_refused_beyond_the_tolerance() -> None:
    verify_webhook(BODY, signed(at=NOW - 299), SECRET, now=NOW)
    refused("too_old", BODY, signed(at=NOW - 301))
    refused("too_old", BODY, signed(at=NOW - 20), tolerance_s=10)
    refused("too_new", BODY, signed(at=NOW + 301))
    for timestamp in ("soon", "1e9", "-1", " 1", "9" * 30, "١"):
        refused("bad_timestamp", BODY, {**signed(), "Webhook-Timestamp": timestamp})


def test_what_is_missing_or_no_secret_is_named() -> None:
    headers = signed()
    del headers["Webhook-Signature"]
    refused("missing_header", BODY, headers)
    refused("not_an_event", b"hello", signed(body=b"hello"))
    with pytest.raises(ValueError, match="whsec_"):
        verify_webhook(BODY, signed(), "secret", now=NOW)
