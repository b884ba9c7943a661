from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from countersign import Client, ConnectionFailed, NotFound, ProblemError, RateLimited, Retry, Unauthenticated, api
from countersign._flow import Retry as Waits
from countersign.errors import retry_after_s
from countersign.models import NewRequest, TokensView

from .proxy import PROBLEM, Fault, behind, problem
from .setting import BASE, QUICK, awaited, signed_in, unique


def test_a_write_whose_answer_was_lost_happens_once() -> None:
    with behind(BASE) as proxy, signed_in("hal", proxy.url, retry=QUICK) as hal:
        proxy.fail(Fault(r"^POST /v1/requests$", times=2, drop=True))
        reason = unique("lost")
        made = hal.answer(api.create_request(NewRequest(workflow="leave", draft=True, form={"kind": "annual", "reason": reason})))
        assert made.replayed
        keys = [one.headers["idempotency-key"] for one in proxy.seen if one.path == "/v1/requests"]
        assert len(keys) == 3
        assert len(set(keys)) == 1
        drafts = hal.each(api.list_requests(status="draft", requester="me"))
        assert [one.id for one in drafts if (one.form or {}).get("reason") == reason] == [made.data.id]


def test_a_sign_in_whose_answer_was_lost_is_not_tried_again_by_itself() -> None:
    with behind(BASE) as proxy:
        proxy.fail(Fault("login", times=1, drop=True))
        with pytest.raises(ConnectionFailed, match="POST /v1/auth/login"):
            signed_in("hal", proxy.url, retry=QUICK)
        assert proxy.count("login") == 1


def test_retry_after_is_waited_for() -> None:
    with behind(BASE) as proxy, signed_in("hal", proxy.url, retry=QUICK) as hal:
        proxy.fail(Fault("GET /v1/me", 1, status=503, headers={**PROBLEM, "retry-after": "1"}, body=problem(503, "unavailable", True)))
        began = time.monotonic()
        hal.send(api.get_me())
        assert time.monotonic() - began >= 1
        assert proxy.count("/v1/me") == 2


def test_tries_are_bounded_and_so_is_the_wait() -> None:
    with behind(BASE) as proxy, signed_in("hal", proxy.url, retry=Retry(retries_max=2, backoff_s=0.001)) as hal:
        proxy.fail(Fault("GET /v1/me", status=502, body=b"<h1>Bad gateway</h1>"))
        with pytest.raises(ProblemError) as raised:
            hal.send(api.get_me())
        assert (raised.value.status, raised.value.retryable) == (502, True)
        assert proxy.count("/v1/me") == 3
        long = {**PROBLEM, "retry-after": "3600"}
        proxy.fail(Fault("GET /v1/settings", status=429, headers=long, body=problem(429, "rate_limited", True)))
        with pytest.raises(RateLimited) as limited:
            hal.send(api.get_settings())
        assert limited.value.retry_after_s == 3600
        assert proxy.count("settings") == 1


def test_what_is_refused_for_good_is_not_tried_again() -> None:
    with behind(BASE) as proxy, signed_in("hal", proxy.url, retry=QUICK) as hal:
        with pytest.raises(NotFound):
            hal.send(api.get_deal("deal_01jc0000000000000000000000"))
        assert proxy.count("deals") == 1


def test_silence_ends_with_the_time_limit() -> None:
    with behind(BASE) as proxy, signed_in("hal", proxy.url, retry=Retry(retries_max=1, backoff_s=0.001)) as hal:
        proxy.fail(Fault("GET /v1/me", silence_s=1))
        with pytest.raises(ConnectionFailed, match="GET /v1/me"):
            hal.send(api.get_me(), timeout_s=0.1)
        assert proxy.count("/v1/me") == 2


def test_threads_that_meet_401_together_refresh_once() -> None:
    heard: list[TokensView | None] = []
    with behind(BASE) as proxy, signed_in("hal", proxy.url, on_tokens=heard.append) as hal:
        proxy.fail(Fault("GET /v1/me", until="refresh", status=401, headers=PROBLEM, body=problem(401, "unauthenticated", False)))
        with ThreadPoolExecutor(5) as pool:
            names = {one.name for one in pool.map(lambda _: hal.send(api.get_me()), range(5))}
        assert names == {"Hal Hale"}
        assert proxy.count("/v1/me") > 5
        assert proxy.count("refresh") == 1
        assert len(heard) == 2
        assert hal.tokens == heard[1]


def test_tasks_that_meet_401_together_refresh_once() -> None:
    async def run() -> None:
        with behind(BASE) as proxy:
            async with await awaited("hal", proxy.url) as hal:
                proxy.fail(Fault("GET /v1/me", until="refresh", status=401, headers=PROBLEM, body=problem(401, "unauthenticated", False)))
                found = await asyncio.gather(*(hal.send(api.get_me()) for _ in range(5)))
                assert {one.name for one in found} == {"Hal Hale"}
                assert proxy.count("refresh") == 1

    asyncio.run(run())


def test_a_refresh_whose_answer_was_lost_is_asked_for_again() -> None:
    with behind(BASE) as proxy, signed_in("hal", proxy.url, retry=QUICK) as hal:
        proxy.fail(Fault("GET /v1/me", 1, status=401, headers=PROBLEM, body=problem(401, "unauthenticated", False)))
        proxy.fail(Fault("refresh", 1, drop=True))
        assert hal.send(api.get_me()).name == "Hal Hale"
        assert proxy.count("refresh") == 2


def test_tokens_that_are_about_to_end_are_refreshed_before_the_call() -> None:
    with behind(BASE) as proxy, signed_in("hal", proxy.url) as hal:
        assert hal.tokens
        hal._signed_in(hal.tokens.model_copy(update={"expires_in": 10}))
        hal.send(api.get_me())
        assert [one.path for one in proxy.seen] == ["/v1/auth/login", "/v1/auth/refresh", "/v1/me"]


def test_a_sign_in_that_has_ended_says_so_and_kept_tokens_go_on() -> None:
    heard: list[TokensView | None] = []
    first = signed_in("hal")
    second = Client(BASE, tokens=first.tokens, on_tokens=heard.append)
    assert second.send(api.get_me()).name == "Hal Hale"
    first.sign_out()
    assert first.tokens is None
    with pytest.raises(Unauthenticated):
        second.send(api.get_me())
    assert heard == [None]


def test_an_api_key_that_nobody_has_is_refused_once() -> None:
    with behind(BASE) as proxy, Client(proxy.url, api_key="csk_nobody") as machine:
        with pytest.raises(Unauthenticated):
            machine.send(api.get_me())
        assert len(proxy.seen) == 1


def test_waits_grow_differ_and_end() -> None:
    retry, gone = Waits(), ConnectionFailed("gone")
    for tries in range(3):
        waits = [retry.pause(gone, tries, True) or 0 for _ in range(200)]
        assert max(waits) <= 0.25 * 2**tries
        assert len(set(waits)) > 100
    assert retry.pause(gone, 3, True) is None
    assert retry.pause(gone, 0, False) is None


def test_retry_after_is_read_in_both_forms() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert retry_after_s("7") == 7
    assert retry_after_s("Mon, 02 Mar 2026 09:00:05 GMT", now) == 5
    assert retry_after_s("Mon, 02 Mar 2026 08:00:00 GMT", now) == 0
    assert retry_after_s("later") is None
    assert retry_after_s(None) is None
