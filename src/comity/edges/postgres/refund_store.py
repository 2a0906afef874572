"""Owns credits that leave an account otherwise than by sending: paid back, expired; must not know why or who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from comity.base.errors import ComityError
from comity.edges.postgres.statements import load


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


async def expire_lots(connection: asyncpg.Connection, now: datetime, most: int = 1000) -> int:
    """Book what is left of lots whose day has passed, of any account; how many lots, at most so many."""
    return int(await connection.fetchval(load("refund_expire"), now, most))


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
