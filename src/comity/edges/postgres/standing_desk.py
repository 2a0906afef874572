"""Owns what people do with a standing in PostgreSQL: look at it, put an account in one; must not know doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.account import Standing
from comity.accounts.standing import IMPOSED, ORDER, Change, Event, Reasons, in_force
from comity.accounts.statement import Statement
from comity.edges.postgres.standing_changes import StandingChange, change_standing
from comity.edges.postgres.statements import load

_EVENTS = {standing: event for event, standing in IMPOSED.items()}


class StandingShown(msgspec.Struct, frozen=True):
    """An account's standing with all that led to it.

    Attributes:
        standing: the account's own.
        counts: what counts on the road: the worst of its own and those of the accounts above it.
        weight: of the strikes that are in force.
        statements: statements of reasons, the newest first.
    """

    standing: str
    counts: str
    weight: int
    statements: tuple[Statement, ...]


async def show_standing(connection: asyncpg.Connection, account_id: int, now: datetime) -> StandingShown:
    """An account's standing; the account itself may look, too."""
    row = await connection.fetchrow(load("standing_show"), account_id, now)
    history = await connection.fetch(load("standing_statements"), account_id)
    return StandingShown(
        standing=row["standing"],
        counts=row["counts"],
        weight=row["weight"],
        statements=tuple(msgspec.convert(one["statement"], Statement) for one in history),
    )


async def list_strikes(connection: asyncpg.Connection, account_id: int) -> list[dict[str, Any]]:
    """Every strike of an account, the newest first."""
    return [dict(row) for row in await connection.fetch(load("standing_strikes"), account_id)]


async def put_account(
    connection: asyncpg.Connection,
    to: tuple[int, str],
    reasons: Reasons,
    decided: tuple[str, datetime | None],
    now: datetime,
) -> int:
    """Put an account in a standing, whatever it is in: lift what is harsher, impose what is missing.

    Args:
        connection: of the road.
        to: the account and the standing.
        reasons: why.
        decided: the person, and when the new sanction ends by itself.
        now: the instant.

    Returns:
        The number of the last change.

    Raises:
        BadChangeError: it is in that standing already, or that cannot be.
    """
    (account_id, wanted), (by, until) = to, decided
    standing = Standing(wanted)
    async with connection.transaction():
        await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR UPDATE", account_id)
        history = await connection.fetch(load("standing_history"), account_id)
        held = in_force(Change(row["sanction_id"], Event(row["event"]), tuple(row["ends"])) for row in history)
        harsher = tuple(number for number, one in held.items() if ORDER.index(one) > ORDER.index(standing))
        number = 0
        if harsher or standing is Standing.GOOD:
            lift = StandingChange(account_id, Event.LIFT.value, reasons, by, ends=harsher)
            number = await change_standing(connection, lift, now)
        if standing is not Standing.GOOD and (standing not in held.values() or not harsher):
            impose = StandingChange(account_id, _EVENTS[standing].value, reasons, by, until)
            number = await change_standing(connection, impose, now)
    return number


async def find_statement(
    connection: asyncpg.Connection, account_id: int, statement_id: UUID | None
) -> Statement | None:
    """A statement of reasons of an account."""
    kept = await connection.fetchval(
        "SELECT statement FROM sanctions WHERE statement_id = $1 AND account_id = $2", statement_id, account_id
    )
    return None if kept is None else msgspec.convert(kept, Statement)
