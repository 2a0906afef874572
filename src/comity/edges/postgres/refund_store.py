"""Owns credits that leave an account otherwise than by sending: paid back, expired; must not know why or who asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from comity.accounts.account import Standing
from comity.base.errors import ComityError
from comity.credits.lots import written_credits
from comity.edges.postgres.cancel_store import cancel_unsent
from comity.edges.postgres.deadline_store import Due, NewDeadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.statements import load

EXPIRY: Final = "lot-expiry"
REST: Final = "refund-rest"
"""Kinds of deadlines: the day of a lot, by its number (migration 0017 sets it); the last look at a closed account."""
_LATE_REFUNDS: Final = timedelta(days=8)
"""A carrier's last word on a message comes within a week (`journey.upkeep.Retention`)."""


class NoPayoutError(ComityError):
    """There is no such amount to pay."""


async def refund_purchased(connection: asyncpg.Connection, account_id: int, why: str, now: datetime) -> int:
    """Book what is left of an account's purchased lots as payable to the buyer; never bonus, never what expired.

    Part of the caller's transaction. Called again it books what came back since, such as the price of a message that
    was refunded meanwhile, and otherwise nothing.

    Returns:
        Micro-credits that were booked; 0 when nothing was left.
    """
    booked: int = await connection.fetchval(load("refund_purchased"), account_id, why, now)
    return booked


async def pay_back(connection: asyncpg.Connection, account_id: int, why: str, now: datetime) -> int:
    """As `refund_purchased`, with its evidence where anything was booked."""
    owed = await refund_purchased(connection, account_id, why, now)
    if owed:
        await append(connection, account_id, "payout", {"micro_credits": owed, "why": why}, now)
    return owed


async def await_rest(connection: asyncpg.Connection, account_id: int, why: str, now: datetime) -> None:
    """See to what comes back to a closed account later, such as the price of a message that a carrier then refuses."""
    await set_deadline(connection, NewDeadline(REST, f"{account_id} {why}", account_id, now + _LATE_REFUNDS))


async def reopen(connection: asyncpg.Connection, account_id: int, now: datetime) -> None:
    """An account is closed no more: what it, and each below it that is open now, has and gets back is its own to spend.

    What is owed to it and was not paid yet goes back to its lots, once. What was paid stays paid: the account has the
    money, owes nothing, and begins with what is left. Both are told to it.
    """
    rows = await connection.fetch(
        "SELECT f.account_id FROM family_of($1) AS f (account_id)"
        " WHERE standing_inherited(f.account_id) <> 'deactivated' ORDER BY f.account_id",
        account_id,
    )
    for row in rows:
        await _reopen(connection, row["account_id"], now)


async def _reopen(connection: asyncpg.Connection, account_id: int, now: datetime) -> None:
    await connection.execute(load("refund_forget_rest"), REST, account_id)
    lots = await connection.fetch(load("refund_take_back"), account_id, now)
    for lot in lots:
        if lot["expires_at"] is not None:
            await set_deadline(connection, NewDeadline(EXPIRY, str(lot["lot_id"]), account_id, lot["expires_at"]))
    restored: int = sum(lot["micro_credits"] for lot in lots)
    paid: int = await connection.fetchval(load("refund_paid_since"), account_id)
    if restored:
        await append(connection, account_id, "payout", {"micro_credits": -restored, "why": "open again"}, now)
    if restored or paid:
        body = {"summary": _reopened(restored, paid), "restored": restored, "paid": paid}
        await leave_notice(connection, account_id, "credits", body, now)


def _reopened(restored: int, paid: int) -> str:
    words = ["Your account is open again."]
    if restored:
        words.append(f"{written_credits(restored)} credits that were owed to you are yours to spend again.")
    if paid:
        words.append(f"{written_credits(paid)} credits were paid back to you: you owe nothing, and they are not here.")
    return " ".join(words)


async def expire_lots(connection: asyncpg.Connection, now: datetime, most: int = 1000) -> int:
    """Book what is left of lots whose day has passed, of any account; how many lots, at most so many."""
    return int(await connection.fetchval(load("refund_expire"), now, most))


async def expire_lot(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """A lot's day has come; a deed for `EXPIRY`. Looked at once more when no refund can come back to it any longer."""
    # Whoever charges the lot now is waited for: `expire_lots` passes by what is locked, and the next look is days away.
    expires_at = await connection.fetchval("SELECT expires_at FROM lots WHERE lot_id = $1 FOR UPDATE", int(due.subject))
    await expire_lots(connection, now)
    if expires_at is not None and due.due_at <= expires_at:
        await set_deadline(connection, NewDeadline(EXPIRY, due.subject, due.account_id, due.due_at + _LATE_REFUNDS))


async def pay_back_rest(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """What came back to a closed account since it was paid back is owed too; a deed for `REST`.

    So is the price of what carriers gave back after it was closed, which waits and goes no more: it is cancelled.
    Nothing is taken from an account that is closed no more.
    """
    assert due.account_id is not None, "it is always an account's"
    # Locked: whoever opens it again, or one above it, comes before this or after it.
    await connection.execute(load("refund_lock_line"), due.account_id)
    standing = await connection.fetchval("SELECT standing_inherited($1)", due.account_id)
    if standing == Standing.DEACTIVATED:
        await cancel_unsent(connection, due.account_id, now)
        await pay_back(connection, due.account_id, due.subject.partition(" ")[2], now)


async def list_payouts(connection: asyncpg.Connection, *, only_open: bool) -> list[dict[str, Any]]:
    """What is owed to buyers, the oldest first; what was paid as well, unless only what is open is wanted."""
    return [dict(row) for row in await connection.fetch(load("refund_payouts"), only_open)]


async def settle_payout(
    connection: asyncpg.Connection, payout_id: UUID, paid: tuple[str, str], now: datetime
) -> tuple[str, int]:
    """Book that an amount was paid; the account's name and the micro-credits.

    Args:
        connection: of the road.
        payout_id: which.
        paid: who paid, and how the payment is named at the bank.
        now: when.

    Raises:
        NoPayoutError: there is none, or it was paid before.
    """
    async with connection.transaction():
        row = await connection.fetchrow(load("refund_settle"), payout_id, *paid, now)
    if row is None:
        raise NoPayoutError("Nothing is owed under this id.", "See `comity ledger payouts`.")
    return row["name"], row["micro_credits"]
