"""Owns what accounts send and used to send, looked up in PostgreSQL and held; must not know what is judged by it (U15).

What this process sends is added as it is written, so between two look-ups only what other nodes sent is missing. The
busiest hour and day of the weeks before change once a day, and are asked for every ten minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.statements import load
from comity.journey.ports import AcceptedBatch
from comity.journey.traffic import hour_of
from comity.journey.volume import AccountVolume

_REFRESH: Final = timedelta(seconds=3)
_PAST_REFRESH: Final = timedelta(minutes=10)
_MOST_HELD: Final = 50_000


class _Past(msgspec.Struct, frozen=True):
    """What an account sent in the days before: the busiest hour and day; and since when it sends at all."""

    looked: datetime
    hour: int
    day: int
    since: datetime | None


class VolumeHold:
    """What accounts send, held for some seconds.

    Args:
        connections: connections of the road.
    """

    def __init__(self, connections: HeldConnections) -> None:
        self._connections = connections
        self._held: dict[int, tuple[datetime, AccountVolume]] = {}
        self._past: dict[int, _Past] = {}

    async def of(self, accounts: Sequence[int], now: datetime, past_days: int) -> dict[int, AccountVolume]:
        """What these accounts send; the database is asked every few seconds for each."""
        # Taken at once: others may make room while the database is asked.
        found = {one: self._held[one][1] for one in accounts if self._is_fresh(one, now)}
        missing = [one for one in accounts if one not in found]
        if missing:
            async with self._connections.connection() as connection:
                past = await self._look_back(connection, missing, now, past_days)
                found |= await self._look(connection, past, now)
        return found

    def add(self, batch: AcceptedBatch) -> None:
        """The batch was written."""
        if batch.at is None or not batch.sent:
            return
        for account_id, messages in _by_account(batch.sent).items():
            if account_id in self._held:
                self._held[account_id][1].add(messages, batch.at)

    def _is_fresh(self, account_id: int, now: datetime) -> bool:
        held = self._held.get(account_id)
        return held is not None and abs(now - held[0]) < _REFRESH

    async def _look(
        self, connection: asyncpg.Connection, accounts: Mapping[int, _Past], now: datetime
    ) -> dict[int, AccountVolume]:
        if len(self._held) > _MOST_HELD:
            self._held.clear()
        found = {}
        for row in await connection.fetch(load("challenge_volumes"), list(accounts), now):
            past = accounts[row["account_id"]]
            volume = AccountVolume(
                hour_of(now), row["hour"], row["day"], past.hour, past.day, past.since or row["since"]
            )
            found[row["account_id"]] = volume
            self._held[row["account_id"]] = (now, volume)
        return found

    async def _look_back(
        self, connection: asyncpg.Connection, accounts: Sequence[int], now: datetime, past_days: int
    ) -> dict[int, _Past]:
        if len(self._past) > _MOST_HELD:
            self._past.clear()
        found = {one: self._past[one] for one in accounts if self._is_known(one, now)}
        asked = [one for one in accounts if one not in found]
        if asked:
            for row in await connection.fetch(load("challenge_past"), asked, now, past_days):
                found[row["account_id"]] = _Past(now, row["hour"], row["day"], row["since"])
            self._past |= {one: found[one] for one in asked}
        return found

    def _is_known(self, account_id: int, now: datetime) -> bool:
        past = self._past.get(account_id)
        return past is not None and abs(now - past.looked) < _PAST_REFRESH and past.looked.date() == now.date()


def _by_account(sent: Mapping[tuple[int, str], object]) -> dict[int, int]:
    messages: dict[int, int] = {}
    for (account_id, _), one in sent.items():
        messages[account_id] = messages.get(account_id, 0) + one.messages  # type: ignore[attr-defined]
    return messages
