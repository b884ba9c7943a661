"""Hear what happens, live; after a restart go on where you were. With asyncio, or (`Client`) without."""

import asyncio
from contextlib import aclosing

from countersign import AsyncClient, api
from countersign.models import DealEdit, DealEvent, DealView
from setting import BASE_URL

TYPES = ["crm.deal.stage_changed", "crm.deal.updated"]


async def main() -> None:
    async with AsyncClient(BASE_URL) as ann:
        await ann.sign_in("ann@acme.example", "countersign-demo")
        deals = [deal async for deal in ann.each(api.list_deals(owner="me", status="open"))]
        one, two = deals[:2]
        # Keep it with what you do about each event.
        cursor = (await ann.send(api.list_events(type=TYPES, after="now"))).next_cursor

        async def hear(deal: DealView) -> None:
            nonlocal cursor
            async with aclosing(ann.events(type=TYPES, cursor=cursor)) as events:
                async for received in events:
                    event, cursor = received.event, received.cursor
                    # The class tells what an event holds; types that are newer than this client are plain events.
                    if isinstance(event, DealEvent):
                        print(f"{event.subject}: {', '.join(event.data.changed_fields or [])} changed")
                    if event.subject == deal.id:
                        return

        async def change(deal: DealView) -> None:
            edit = DealEdit(probability=(deal.probability + 1) % 100)
            await ann.send(api.update_deal(deal.id, edit), if_match=deal)

        heard = asyncio.create_task(hear(one))
        await change(one)
        await heard
        await change(two)  # nobody listens now
        await hear(two)


asyncio.run(main())
