from __future__ import annotations

import asyncio
import threading
import time
from contextlib import aclosing

import pytest
from countersign import Client, ProblemError, Retry, Unauthenticated, api
from countersign._sse import Message, Parser
from countersign.events import parse_event
from countersign.models import AccountEvent, Event, NewAccount

from .proxy import Fault, Proxy, behind
from .setting import BASE, QUICK, awaited, signed_in, unique

CREATED = ["crm.account.created"]


def cuts(proxy: Proxy) -> None:
    """Before the first event, then twice in the middle of one."""
    proxy.fail(Fault("events/stream", 1, cut_after=b"retry:", more=2))
    proxy.fail(Fault("events/stream", 1, cut_after=b"crm.account.created", more=40))
    proxy.fail(Fault("events/stream", 1, cut_after=b"\n\nid:", more=30))


def make(names: list[str]) -> None:
    with signed_in("ann") as ann:
        for name in names:
            time.sleep(0.12)
            ann.send(api.create_account(NewAccount(name=name)))


def name_of(ann: Client, event: Event) -> str:
    return ann.send(api.get_account(event.subject)).name


def test_a_stream_that_is_cut_goes_on_where_it_was_each_event_once() -> None:
    made = [unique(f"Cut {at}") for at in range(6)]
    with behind(BASE) as proxy, signed_in("ann", proxy.url, retry=Retry(backoff_s=0.05)) as ann:
        cuts(proxy)
        cursor = ann.send(api.list_events(type=CREATED, after="now", limit=1)).next_cursor
        maker = threading.Thread(target=make, args=(made,))
        maker.start()
        found = []
        for received in ann.events(type=CREATED, cursor=cursor):
            found.append(name_of(ann, received.event))
            if len(found) == len(made):
                break
        maker.join()
        assert found == made
        assert proxy.count("events/stream") >= 4
        # A kept cursor goes on after a restart.
        make([unique("Kept")])
        assert name_of(ann, next(ann.events(type=CREATED, cursor=received.cursor)).event).startswith("Kept")


def test_an_awaited_stream_does_the_same() -> None:
    async def run() -> list[str]:
        with behind(BASE) as proxy:
            async with await awaited("ann", proxy.url, Retry(backoff_s=0.05)) as ann:
                cuts(proxy)
                cursor = (await ann.send(api.list_events(type=CREATED, after="now", limit=1))).next_cursor
                maker = asyncio.create_task(asyncio.to_thread(make, made))
                found = []
                async with aclosing(ann.events(type=CREATED, cursor=cursor)) as events:
                    async for received in events:
                        found.append((await ann.send(api.get_account(received.event.subject))).name)
                        if len(found) == len(made):
                            break
                await maker
                return found

    made = [unique(f"Awaited {at}") for at in range(6)]
    assert asyncio.run(run()) == made


def test_a_stream_that_the_server_ends_goes_on_and_one_whose_sign_in_has_ended_says_so() -> None:
    with behind(BASE) as proxy, signed_in("ann", proxy.url, retry=QUICK) as ann:
        end = b'event: end\ndata: {"reason":"server_stopping"}\n\n'
        proxy.fail(Fault("events/stream", 1, status=200, headers={"content-type": "text/event-stream"}, body=end))
        cursor = ann.send(api.list_events(type=CREATED, after="now", limit=1)).next_cursor
        events = ann.events(type=CREATED, cursor=cursor)
        made = unique("Ended")
        make([made])
        assert name_of(ann, next(events).event) == made
        assert proxy.count("events/stream") == 2
        Client(BASE, tokens=ann.tokens).sign_out()
        with pytest.raises(Unauthenticated):
            next(events)


def test_without_a_cursor_a_stream_begins_now_whatever_becomes_of_its_first_connection() -> None:
    with behind(BASE) as proxy, signed_in("ann", proxy.url, retry=QUICK) as ann:
        proxy.fail(Fault("events/stream", 1, cut_after=b"retry:", more=2))
        made = unique("Now")

        def once_it_listens() -> None:
            while proxy.count("events/stream") == 0:
                time.sleep(0.01)
            make([made])

        maker = threading.Thread(target=once_it_listens)
        maker.start()
        assert name_of(ann, next(ann.events(type=CREATED)).event) == made
        maker.join()


def test_a_stream_that_may_not_be_heard_says_so_at_once() -> None:
    with signed_in("ann") as ann, pytest.raises(ProblemError, match=r"crm\.deal\.won"):
        next(ann.events(type=["crm.deel.won"]))


def test_events_are_read_as_their_class_and_newer_ones_as_events() -> None:
    with signed_in("ann") as ann:
        event = ann.send(api.list_events(type=CREATED, limit=1)).data[0]
        assert isinstance(parse_event(event.model_dump(mode="json", exclude_unset=True)), AccountEvent)
        newer = {**event.model_dump(mode="json", exclude_unset=True), "type": "crm.account.merged"}
        assert type(parse_event(newer)) is Event


def test_the_parser_reads_a_stream_however_it_is_cut_into_pieces() -> None:
    text = ': hello\nretry: 2000\n\nid: a1\nevent: crm.deal.won\ndata: {"é":\ndata: 1}\n\n: still here\nid: a2\n\nid: a3\r\ndata:x\r\n\r\n'
    whole = text.encode()
    for size in range(1, len(whole)):
        parser = Parser()
        found = [message for at in range(0, len(whole), size) for message in parser.feed(whole[at : at + size])]
        assert found == [Message("a1", "crm.deal.won", '{"é":\n1}'), Message("a2", "message", ""), Message("a3", "message", "x")]
