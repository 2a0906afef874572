"""Owns tidying PostgreSQL in small batches; must not know when or how long things are kept."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg

from comity.edges.postgres.announcing import Ear, announce, wanted_accounts
from comity.edges.postgres.dispatch_store import DEFAULT_VALIDITY_S
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.receipt_store import apply_reports
from comity.edges.postgres.statements import load
from comity.journey.notify import StateChange
from comity.journey.stores import PartReport
from comity.journey.wanted import TemplatesKept
from comity.messages.life import Detail, State


class PostgresUpkeepStore:
    """Tidies.

    Args:
        connections: connections of the road.
        ears: who is told of changes.
    """

    def __init__(self, connections: HeldConnections, ears: Sequence[Ear]) -> None:
        self._connections = connections
        self._ears = tuple(ears)

    async def make_partitions(self, first: date, days: int) -> None:
        """Make the partitions of so many days from the first; nodes do it one at a time.

        A day whose messages went to the default partition, because nobody had made its own in time, stays there.
        """
        for day in (first + timedelta(days=n) for n in range(days)):
            async with self._connections.connection() as connection:
                with contextlib.suppress(asyncpg.CheckViolationError):
                    await connection.execute(load("upkeep_partitions"), day)

    async def give_up_receipts(self, before: datetime, now: datetime, most: int) -> int:
        """No receipt came: parts handed over before become unknown."""
        async with self._connections.connection() as connection, connection.transaction():
            rows = await connection.fetch(load("upkeep_awaited"), before, most)
            reports = [PartReport(carrier_id, (key,), State.UNKNOWN, Detail.NONE) for carrier_id, key in rows]
            if reports:
                await apply_reports(connection, self._ears, reports, now)
                carriers, keys = [row["carrier_id"] for row in rows], [row["smsc_key"] for row in rows]
                await connection.execute(load("upkeep_forget_awaited"), carriers, keys)
        return len(rows)

    async def expire_stranded(self, now: datetime, most: int) -> int:
        """Let messages expire that no carrier takes, with their charge back where no part was handed over.

        No dispatcher ever claims them, which is where all others expire.
        """
        async with self._connections.connection() as connection, connection.transaction():
            found = await connection.fetch(load("upkeep_stranded_lock"), now, DEFAULT_VALIDITY_S, most)
            accounts, messages = [row["account_id"] for row in found], [row["message_id"] for row in found]
            rows = await connection.fetch(load("upkeep_stranded"), now, int(Detail.EXPIRED), accounts, messages)
            await wanted_accounts(connection, self._ears)
            await announce(connection, self._ears, [_expired(row, now) for row in rows])
        return len(found)

    async def forget_unmatched(self, before: datetime, most: int) -> int:
        """Forget receipts that nobody awaits."""
        return await self._forget("upkeep_forget_unmatched", before, most)

    async def forget_parts(self, before: datetime, most: int) -> int:
        """Forget parts whose fellows never came."""
        return await self._forget("upkeep_forget_parts", before, most)

    async def forget_keys(self, before: datetime, most: int) -> int:
        """Forget answers kept for idempotency."""
        return await self._forget("upkeep_forget_keys", before, most)

    async def forget_traffic(self, before: datetime, most: int) -> int:
        """Forget what senders sent in hours long past."""
        return await self._forget("upkeep_forget_traffic", before, most)

    async def forget_spread(self, before: datetime, most: int) -> int:
        """Forget over which senders texts went in hours long past."""
        return await self._forget("upkeep_forget_spread", before, most)

    async def forget_arrivals(self, before: datetime, most: int) -> int:
        """Forget what reached numbers before, and that they got too much."""
        return await self._forget("upkeep_forget_arrivals", before, most)

    async def forget_templates(self, today: date, kept: TemplatesKept, most: int) -> int:
        """Forget how templates were used that nobody used for as long as the policy says."""
        before, seldom = today - timedelta(days=kept.days), today - timedelta(days=kept.seldom_days)
        async with self._connections.connection() as connection:
            forget = load("upkeep_forget_templates")
            return int(await connection.fetchval(forget, before, most, seldom, kept.seldom_sent))

    async def forget_scores(self, before: datetime, most: int) -> int:
        """Forget how scores were spread on days long past."""
        return await self._forget("upkeep_forget_scores", before, most)

    async def _forget(self, name: str, before: datetime, most: int) -> int:
        async with self._connections.connection() as connection:
            return int(await connection.fetchval(load(name), before, most))


def _expired(row: Any, now: datetime) -> StateChange:  # noqa: ANN401  asyncpg's record
    return StateChange(
        account_id=row["account_id"],
        message_id=row["message_id"],
        state=State(row["state"]),
        detail=Detail.EXPIRED,
        at=now,
        submitted_at=row["submitted_at"],
        sender=row["sender"],
        recipient=row["recipient"],
        text=row["text"],
        reference=row["reference"],
        receipt=row["receipt"],
        system_id=row["system_id"],
    )
