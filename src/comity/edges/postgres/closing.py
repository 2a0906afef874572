"""Owns what becomes of a closed account's messages and credits; must not know why it is closed, nor its standing."""

from __future__ import annotations

from datetime import datetime

import asyncpg
import msgspec

from comity.edges.postgres.cancel_store import cancel_unsent
from comity.edges.postgres.refund_store import await_rest, pay_back


class Closed(msgspec.Struct, frozen=True):
    """What closing an account and those below it came to.

    Attributes:
        cancelled: messages that were taken back.
        owed: micro-credits that are payable to the buyer.
    """

    cancelled: int
    owed: int


async def close_out(connection: asyncpg.Connection, account_id: int, why: str, now: datetime) -> Closed:
    """Take back what an account has not sent, then pay back what it bought, and what comes back to it later.

    So it goes with each account below it, which cannot send any more either: credits go down alone, so that what was
    handed to it was bought above. Whoever stands at the top of the line is paid.

    Part of the caller's transaction, which changes the standing too: the rest is paid to who is closed still. Done
    again it takes back and pays back what came since, and otherwise nothing.
    """
    rows = await connection.fetch(
        "SELECT account_id FROM accounts WHERE account_id IN (SELECT family_of($1)) ORDER BY account_id FOR UPDATE",
        account_id,
    )
    cancelled = owed = 0
    for row in rows:
        # In this order: what is cancelled is refunded to the lots that are paid back.
        cancelled += await cancel_unsent(connection, row["account_id"], now)
        owed += await pay_back(connection, row["account_id"], why, now)
        await await_rest(connection, row["account_id"], why, now)
    return Closed(cancelled, owed)
