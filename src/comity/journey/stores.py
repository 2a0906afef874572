"""Owns what the road needs of the store, as protocols; must not know who provides it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from comity.journey.handover import Claimed
from comity.journey.lanes import Lane
from comity.journey.settle import Settlement
from comity.messages.life import Detail, State


class AwaitedPart(msgspec.Struct, frozen=True, gc=False):
    """A part a carrier took; its place counts from 1, its key is `comity.smpp.correlation.correlation_key`."""

    account_id: int
    message_id: UUID
    place: int
    carrier_id: int
    key: str


class PartReport(msgspec.Struct, frozen=True, gc=False):
    """What a carrier reports on a part: under which keys it may be known, the likeliest first, and its state."""

    carrier_id: int
    keys: tuple[str, ...]
    state: State
    detail: Detail


class DispatchStore(Protocol):
    """Where messages wait, and what is known of those in flight."""

    async def enter(self, dispatcher_id: UUID, lease_s: float) -> None:
        """Sign in; what the same node ran before counts as dead at once."""
        ...

    async def renew(self, dispatcher_id: UUID, lease_s: float) -> None:
        """Stay alive."""
        ...

    async def leave(self, dispatcher_id: UUID) -> None:
        """Sign out."""
        ...

    async def tend(self) -> None:
        """Keep look-ups quick; called every few seconds."""
        ...

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever something was queued, until cancelled; mends its own connection."""
        ...

    async def prefixes(self) -> Iterable[str]:
        """The route prefixes that messages wait for."""
        ...

    async def claim(self, dispatcher_id: UUID, now: datetime, lanes: Sequence[Lane]) -> list[Claimed]:
        """Take what is due, durably in flight when this returns; nothing when this dispatcher counts as dead."""
        ...

    async def recover(self, dispatcher_id: UUID, most: int) -> list[Claimed]:
        """Take over what dead dispatchers had in flight; `part_states` has a state for every part."""
        ...

    async def unheard(self, dispatcher_id: UUID, known: Sequence[UUID]) -> list[Claimed]:
        """What is in flight under this name but not known by those who bear it."""
        ...

    async def record(
        self,
        dispatcher_id: UUID,
        settled: Sequence[Settlement],
        now: datetime,
        key_of: Callable[[int, str], str],
    ) -> int:
        """Write down what became of messages that are still this dispatcher's; safe to repeat.

        Returns:
            How many were.
        """
        ...

    async def await_late(self, parts: Sequence[AwaitedPart]) -> None:
        """Await receipts of parts that were given up before."""
        ...


class ReceiptStore(Protocol):
    """Where receipts meet the parts they are about."""

    async def apply(self, reports: Sequence[PartReport], now: datetime) -> int:
        """Write down reports; what matches nothing yet is kept. Safe to repeat.

        Returns:
            How many matched.
        """
        ...

    async def unmatched_since(self, since: datetime, most: int) -> list[PartReport]:
        """Reports that matched nothing when they came, the oldest first."""
        ...
