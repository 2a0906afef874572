"""Owns that an account suspends its own subaccount and lifts that again, in PostgreSQL; must not know any door."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import asyncpg

from comity.accounts.standing import Event, Reasons
from comity.accounts.subaccounts import BY_PARENT, REDRESS, BadSubaccountError
from comity.edges.postgres.standing_changes import StandingChange, change_standing
from comity.edges.postgres.statements import load
from comity.edges.postgres.subaccount_store import Subaccount, note

_CLAUSE: Final = "U19"


async def suspend_subaccount(
    connection: asyncpg.Connection, parent: tuple[int, str], child: Subaccount, why: str, now: datetime
) -> None:
    """Suspend one's own subaccount, and all below it.

    Args:
        connection: of the road.
        parent: the number and name of the account above.
        child: which.
        why: the reason, which the subaccount reads.
        now: the instant.

    Raises:
        BadSubaccountError: it did so before.
        BadChangeError: the operator has closed it.
    """
    by = BY_PARENT + parent[1]
    if await connection.fetch(load("subaccount_sanctions"), child.account_id, by):
        raise BadSubaccountError("You have suspended it already.")
    reasons = Reasons(facts=why, clause=_CLAUSE, redress=REDRESS)
    await change_standing(connection, StandingChange(child.account_id, Event.SUSPEND, reasons, by), now)
    await note(connection, parent[0], {"subaccount": child.name, "event": "suspended", "why": why}, now)


async def resume_subaccount(
    connection: asyncpg.Connection, parent: tuple[int, str], child: Subaccount, why: str, now: datetime
) -> None:
    """Lift what the account above imposed itself; what the operator imposed stays.

    Raises:
        BadSubaccountError: it has imposed nothing.
    """
    by = BY_PARENT + parent[1]
    rows = await connection.fetch(load("subaccount_sanctions"), child.account_id, by)
    if not rows:
        raise BadSubaccountError("You have not suspended it.", "What the operator decided only the operator lifts.")
    ends = tuple(row["sanction_id"] for row in rows)
    change = StandingChange(child.account_id, Event.LIFT, Reasons(facts=why, clause=_CLAUSE), by, ends=ends)
    await change_standing(connection, change, now)
    await note(connection, parent[0], {"subaccount": child.name, "event": "resumed", "why": why}, now)
