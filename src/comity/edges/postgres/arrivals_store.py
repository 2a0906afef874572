"""Owns what reaches numbers over all accounts in PostgreSQL, and cases of floods; must not know what is too much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from comity.edges.postgres.statements import load
from comity.edges.vault import Vault
from comity.journey.arrivals import Arrived, Flooded
from comity.journey.ports import AcceptedBatch
from comity.numbers.mask import mask

# No account's: what stands for a number over all of them.
_EVERYBODYS: Final = 0
_KEY_OCTETS: Final = 8
_AGAIN: Final = timedelta(hours=1)
_MOST_REMEMBERED: Final = 10_000


def number_key(vault: Vault, recipient: str) -> int:
    """What stands for a number (E.164 digits) over all accounts: 64 bits, signed; of no use without the vault."""
    return int.from_bytes(vault.subject(_EVERYBODYS, recipient)[:_KEY_OCTETS], "big", signed=True)


def arrived(row: Any) -> tuple[Arrived, ...]:  # noqa: ANN401  asyncpg's record
    """What a row of `accept_facts.sql` says of the number."""
    minutes = row["arrived_minutes"]
    if not minutes:
        return ()
    names = ("arrived_minutes", "arrived_families", "arrived_categories", "arrived_messages", "arrived_bearings")
    return tuple(Arrived(*one) for one in zip(*(row[name] for name in names), strict=True))


def arrival_arguments(batch: AcceptedBatch) -> tuple[list[Any], ...]:
    """The parameters of `accept_commit.sql` that count what reaches numbers."""
    lines = batch.arrivals
    return (
        [one.number for one in lines],
        [one.minute for one in lines],
        [one.family for one in lines],
        [one.category for one in lines],
        [one.messages for one in lines],
        [one.bearing for one in lines],
    )


async def find_acquainted(
    connection: asyncpg.Connection, asked: Sequence[tuple[int, int, str]], since: UUID, before: UUID
) -> set[int]:
    """Places at which the account is no stranger to the number; see `journey.ports.AcceptStore.acquainted`."""
    places, accounts, recipients = zip(*asked, strict=True)
    rows = await connection.fetch(
        load("accept_acquainted"), list(places), list(accounts), list(recipients), since, before
    )
    return {row["place"] for row in rows}


async def join_floods(connection: asyncpg.Connection, stopped: Sequence[Flooded], at: datetime) -> None:
    """Let stopped messages, in order of number, join the cases of their numbers, or open them; with the batch."""
    await connection.execute(
        load("arrivals_join"),
        [one.number for one in stopped],
        [mask(one.recipient) for one in stopped],
        [one.account_id for one in stopped],
        [one.message_id for one in stopped],
        at,
    )


class FloodCases:
    """Which accounts' messages joined the case of a number lately: a case names each account once, not each message."""

    def __init__(self) -> None:
        self._joined: dict[tuple[int, int], datetime] = {}

    def to_join(self, batch: AcceptedBatch) -> list[Flooded]:
        """Of what a batch stopped, a message for each account and number that joined none within the hour."""
        if not batch.flooded or batch.at is None:
            return []
        found: dict[tuple[int, int], Flooded] = {}
        for one in batch.flooded:
            key = (one.number, one.account_id)
            since = self._joined.get(key)
            if since is None or abs(batch.at - since) >= _AGAIN:
                found.setdefault(key, one)
        return [found[key] for key in sorted(found)]

    def committed(self, batch: AcceptedBatch) -> None:
        """The batch was written."""
        if batch.at is None:
            return
        if len(self._joined) > _MOST_REMEMBERED:
            self._joined.clear()
        for one in self.to_join(batch):
            self._joined[one.number, one.account_id] = batch.at
