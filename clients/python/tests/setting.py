"""The demo that the tests run against: its address stands in COUNTERSIGN_URL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable

from countersign import AsyncClient, Client, Retry
from countersign.models import TokensView

BASE = os.environ.get("COUNTERSIGN_URL", "http://127.0.0.1:8080")
PASSWORD = "countersign-demo"
QUICK = Retry(backoff_s=0.001)


def signed_in(
    name: str,
    base_url: str = BASE,
    *,
    on_tokens: Callable[[TokensView | None], None] | None = None,
    retry: Retry | None = None,
    language: str | None = None,
) -> Client:
    client = Client(base_url, on_tokens=on_tokens, retry=retry, language=language)
    client.sign_in(f"{name}@acme.example", PASSWORD)
    return client


async def awaited(name: str, base_url: str = BASE, retry: Retry | None = None) -> AsyncClient:
    client = AsyncClient(base_url, retry=retry)
    await client.sign_in(f"{name}@acme.example", PASSWORD)
    return client


def unique(text: str) -> str:
    """A text that nothing else has."""
    return f"{text} {uuid.uuid4().hex[:12]}"
