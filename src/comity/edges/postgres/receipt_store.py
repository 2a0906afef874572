"""Owns how receipts meet their parts in PostgreSQL; must not know SMPP or what a state means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from comity.edges.postgres.announcing import Ear, announce, wanted_accounts
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.statements import load
from comity.journey.notify import StateChange
from comity.journey.stores import PartReport
from comity.messages.life import Detail, State


class PostgresReceiptStore:
    """Applies reports.

    Args:
        connections: connections of the road.
        ears: who is told of changes.
    """

    def __init__(self, connections: HeldConnections, ears: Sequence[Ear]) -> None:
        self._connections = connections
        self._ears = tuple(ears)

    async def apply(self, reports: Sequence[PartReport], now: datetime) -> int:
        """Write down reports and tell who listens; what matches nothing yet is kept."""
        async with self._connections.connection() as connection, connection.transaction():
            return await apply_reports(connection, self._ears, reports, now)

    async def unmatched_since(self, since: datetime, most: int) -> list[PartReport]:
        """Reports that matched nothing when they came."""
        async with self._connections.connection() as connection:
            rows = await connection.fetch(load("receipt_unmatched"), since, most)
        return [PartReport(carrier, (key,), State(state), Detail(detail)) for carrier, key, state, detail in rows]


async def apply_reports(
    connection: Any,  # noqa: ANN401  asyncpg's connection
    ears: Sequence[Ear],
    reports: Sequence[PartReport],
    now: datetime,
) -> int:
    """Apply reports in a transaction that is open; gives how many met a part."""
    places, carriers, keys = [], [], []
    for place, report in enumerate(reports, start=1):
        for key in report.keys:
            places.append(place)
            carriers.append(report.carrier_id)
            keys.append(key)
    listeners = await wanted_accounts(connection, ears)
    rows = await connection.fetch(
        load("receipt_apply"),
        places,
        carriers,
        keys,
        [report.state for report in reports],
        [report.detail for report in reports],
        now,
        list(listeners),
    )
    await announce(connection, ears, [_change(row, now) for row in rows if row["sender"] is not None])
    return rows[0]["matched"] if rows else 0


def _change(row: Any, now: datetime) -> StateChange:  # noqa: ANN401  asyncpg's record
    return StateChange(
        account_id=row["account_id"],
        message_id=row["id"],
        state=State(row["state"]),
        detail=Detail(row["detail"]),
        at=now,
        submitted_at=row["submitted_at"],
        sender=row["sender"],
        recipient=row["recipient"],
        text=row["text"],
        reference=row["reference"],
        receipt=row["receipt"],
        system_id=row["system_id"],
    )
