"""Owns taking back all that an account has not sent yet; must not know why."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from comity.edges.postgres.announcing import WebhookEar, announce, wanted_accounts
from comity.edges.postgres.esme_ear import EsmeEar
from comity.edges.postgres.statements import load
from comity.journey.notify import StateChange
from comity.messages.life import Detail, State


async def cancel_unsent(connection: asyncpg.Connection, account_id: int, now: datetime) -> int:
    """Cancel what waits or is held, refund what was charged for it, and tell the account; how many messages.

    Part of the caller's transaction. What a carrier has, or is being handed, goes on.
    """
    rows = await connection.fetch(load("cancel_unsent"), account_id, now)
    ears = (WebhookEar(), EsmeEar())
    await wanted_accounts(connection, ears)
    changes = [
        StateChange(**dict(row), state=State.CANCELLED, detail=Detail.CANCELLED, at=now, submitted_at=None)
        for row in rows
    ]
    await announce(connection, ears, changes)
    return len(rows)
