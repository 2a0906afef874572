"""Owns corrections of credits in PostgreSQL: proposed with a reason, booked by one person or two, never changed after.

It must not know how they are asked for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from comity.credits.corrections import BadCorrectionError, NewCorrection, may_settle, needs_second
from comity.credits.lots import Lot, LotKind, Purse
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.statements import load


async def correct(connection: asyncpg.Connection, new: NewCorrection, now: datetime) -> tuple[UUID, str]:
    """Propose a correction, and book it where one person may; its id, and `booked` or `proposed`.

    Raises:
        BadCorrectionError: it takes more than there is, or is nothing.
    """
    if not new.micro_credits or not new.reason.strip() or not new.by.strip():
        raise BadCorrectionError("A correction needs an amount, a reason and a person.")
    async with connection.transaction():
        correction_id: UUID = await connection.fetchval(
            load("refund_correction"),
            new.account_id,
            new.kind.value,
            new.micro_credits,
            new.reason,
            new.by,
            now,
        )
        if needs_second(new.micro_credits):
            return correction_id, "proposed"
        await _book(connection, correction_id, new, now)
        await _settle(connection, correction_id, "booked", None, now)
    return correction_id, "booked"


async def settle_correction(
    connection: asyncpg.Connection, correction_id: UUID, by: str, now: datetime, *, approve: bool
) -> dict[str, Any]:
    """Approve or reject a proposed correction, as a second person; what it was.

    Raises:
        BadCorrectionError: there is none that waits, it is one's own, or it takes more than there is by now.
    """
    async with connection.transaction():
        row = await connection.fetchrow(load("refund_correction_lock"), correction_id)
        if row is None:
            raise BadCorrectionError("No correction waits under this id.", "See `comity ledger corrections`.")
        if approve:
            may_settle(row["proposed_by"], by)
            new = NewCorrection(
                row["account_id"], LotKind(row["lot_kind"]), row["micro_credits"], row["reason"], row["proposed_by"]
            )
            await _book(connection, correction_id, new, now)
        await _settle(connection, correction_id, "booked" if approve else "rejected", by, now)
    return dict(row)


async def list_corrections(connection: asyncpg.Connection, *, only_open: bool) -> list[dict[str, Any]]:
    """Corrections, the newest first."""
    return [dict(row) for row in await connection.fetch(load("refund_corrections"), only_open)]


async def _book(connection: asyncpg.Connection, correction_id: UUID, new: NewCorrection, now: datetime) -> None:
    if new.micro_credits > 0:
        await connection.execute(
            load("refund_correction_give"), new.account_id, new.kind.value, new.micro_credits, correction_id, now
        )
    else:
        await _take(connection, correction_id, new, now)
    body = {"correction": str(correction_id), "micro_credits": new.micro_credits, "reason": new.reason, "by": new.by}
    await append(connection, new.account_id, "correction", body, now)


async def _take(connection: asyncpg.Connection, correction_id: UUID, new: NewCorrection, now: datetime) -> None:
    rows = await connection.fetch(load("refund_lots"), new.account_id, new.kind.value)
    purse = Purse([Lot(row["lot_id"], new.kind, row["remaining"], row["expires_at"]) for row in rows], now)
    if purse.available < -new.micro_credits:
        raise BadCorrectionError(f"The account has less than that of {new.kind.value} credits.", "Take less.")
    charges = purse.spend(-new.micro_credits)
    await connection.execute(
        load("refund_correction_take"),
        new.account_id,
        correction_id,
        [charge.lot_id for charge in charges],
        [charge.micro_credits for charge in charges],
        now,
    )


async def _settle(
    connection: asyncpg.Connection, correction_id: UUID, state: str, by: str | None, now: datetime
) -> None:
    await connection.execute(
        "UPDATE corrections SET state = $2, approved_by = $3, settled_at = $4 WHERE correction_id = $1",
        correction_id,
        state,
        by,
        now,
    )
