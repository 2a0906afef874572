"""Owns the question "what time is it?"; must not know who asks.

Time is always passed in, so that deadlines are tested by moving a clock and a
decision can be replayed with the instant it was first made at.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the present comes from."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved; for tests and replays."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware datetime; add tzinfo=UTC")
        self._at = at

    def now(self) -> datetime:
        """The instant this clock was last set to."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move the clock by a (possibly negative) span."""
        self._at += by
