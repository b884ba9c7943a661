"""Who calls: an API key, or a sign-in that is refreshed when it is needed."""

from __future__ import annotations

import time
from collections.abc import Callable

from .models import TokensView

# Renewed so long before their end, because a call takes its time.
_EARLY_S = 15.0


class Credentials:
    """Nobody, or who has an API key."""

    def __init__(self, key: str | None = None) -> None:
        self._key = key
        self.generation = 0
        """Counts the changes, because two access tokens of one second are the same text."""

    def authorization(self) -> str | None:
        return f"Bearer {self._key}" if self._key else None

    def due(self) -> bool:
        """Whether they are to be renewed before the next call."""
        return False

    def renewable(self) -> bool:
        return False


class Session(Credentials):
    """A sign-in."""

    def __init__(self, tokens: TokensView, on_tokens: Callable[[TokensView | None], None] | None) -> None:
        super().__init__()
        self.tokens: TokensView | None = tokens
        self._on_tokens = on_tokens
        # How old kept tokens are is not known; if they are too old, a 401 says so.
        self._renew_at = float("inf")

    def authorization(self) -> str | None:
        return f"Bearer {self.tokens.access_token}" if self.tokens else None

    def due(self) -> bool:
        return self.tokens is not None and time.monotonic() >= self._renew_at

    def renewable(self) -> bool:
        return self.tokens is not None

    def replace(self, tokens: TokensView | None) -> None:
        """New tokens, or none after a sign-out."""
        self.tokens = tokens
        self.generation += 1
        self._renew_at = time.monotonic() + tokens.expires_in - _EARLY_S if tokens else float("inf")
        if self._on_tokens:
            self._on_tokens(tokens)
