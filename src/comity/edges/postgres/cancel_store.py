"""Owns taking back all that an account has not sent yet; must not know why."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from comity.edges.postgres.announcing import WebhookEar, announce, wanted_accounts
from comity.edges.postgres.esme_ear import EsmeEar
from comity.edges.postgres.statements import load
from comity.journey.notify import StateChange
from comity.messages.life import Detail, State

_ALL: Final = (UUID(int=0), UUID(int=2**128 - 1))


async def cancel_one(connection: asyncpg.Connection, account_id: int, message_id: UUID, now: datetime) -> int:
    """Take back one message, as `cancel_unsent` does all; 0 where a carrier has it, or it is over.

    A transaction of its own, or part of the caller's.
    """
    async with connection.transaction():
        # The account first, as who closes it does; then whoever releases the message meanwhile has done so, or cannot.
        await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR UPDATE", account_id)
        await connection.execute(
            "SELECT FROM message_life WHERE account_id = $1 AND id = $2 FOR UPDATE", account_id, message_id
        )
        return await cancel_unsent(connection, account_id, now, (message_id, message_id))


async def cancel_unsent(
    connection: asyncpg.Connection, account_id: int, now: datetime, between: tuple[UUID, UUID] = _ALL
) -> int:
    """Cancel what waits or is held, refund what was charged for it, and tell the account; how many messages.

    Part of the caller's transaction. What a carrier has, or is being handed, goes on; so does what is not between those
    ids.
    """
    rows = await connection.fetch(load("cancel_unsent"), account_id, now, *between)
    ears = (WebhookEar(), EsmeEar())
    await wanted_accounts(connection, ears)
    changes = [
        StateChange(**dict(row), state=State.CANCELLED, detail=Detail.CANCELLED, at=now, submitted_at=None)
        for row in rows
    ]
    await announce(connection, ears, changes)
    return len(rows)
