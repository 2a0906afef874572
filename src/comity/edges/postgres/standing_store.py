"""Owns strikes in PostgreSQL, and that their sum moves the standing; must not know what strikes are given for.

Changes of standing themselves are `standing_changes`'s; they are named here too, for those who sanction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from comity.accounts.account import Standing
from comity.accounts.standing import AUTOMATIC, IMPOSED, ORDER, BadChangeError, Event, Reasons, worst
from comity.accounts.triggers import Strikes, asked_by, standing_by
from comity.edges.postgres.deadline_store import Due, NewDeadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.policy_terms import terms_in_force
from comity.edges.postgres.standing_changes import TERM, StandingChange, change_standing, end_term
from comity.edges.postgres.statements import load
from comity.policy.watching import triggers_of

__all__ = [
    "STRIKE_ENDS", "TERM", "NewStrike", "StandingChange", "add_strike", "change_standing", "end_strike", "end_term",
    "remove_strike", "settle_strikes",
]  # fmt: skip

STRIKE_ENDS: Final = "strike-ends"
"""The kind of deadlines at which a strike expires; the subject is its number."""


class NewStrike(msgspec.Struct, frozen=True):
    """A strike against an account.

    Attributes:
        account_id: whose.
        clause: the clause of the policy.
        facts: what happened, in sentences that the account reads.
        weight: how much it counts.
        by: the person who gives it; `accounts.standing.AUTOMATIC` where none does.
        source: the trigger that found it; "" where a person did.
        figures: counts and limits behind the facts.
        lasts: how long it counts; as long as usual when left out.
    """

    account_id: int
    clause: str
    facts: str
    weight: int
    by: str
    source: str = ""
    figures: dict[str, int | str] = {}
    lasts: timedelta | None = None


async def add_strike(connection: asyncpg.Connection, strike: NewStrike, now: datetime) -> int:
    """Give a strike, and the sanction that the sum of strikes asks for now; part of the caller's transaction.

    Returns:
        The strike's number.

    Raises:
        BadChangeError: it has no facts, no clause, or no sensible weight.
    """
    table = await _table(connection)
    if not strike.facts.strip() or not strike.clause.strip():
        raise BadChangeError("No strike without facts and a clause.", "Say what happened, and name the clause.")
    if not 0 < strike.weight <= table.most_weight:
        raise BadChangeError(f"A strike weighs from 1 to {table.most_weight}.")
    expires_at = now + (strike.lasts or timedelta(days=table.expires_days))
    async with connection.transaction():
        await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR UPDATE", strike.account_id)
        number: int = await connection.fetchval(
            load("standing_strike"),
            *(strike.account_id, strike.clause, strike.source, strike.facts, strike.figures, strike.weight, strike.by),
            *(now, expires_at),
        )
        await set_deadline(connection, NewDeadline(STRIKE_ENDS, str(number), strike.account_id, expires_at))
        told = {
            "strike": number,
            "weight": strike.weight,
            "clause": strike.clause,
            "facts": strike.facts,
            "by": strike.by,
        }
        await append(connection, strike.account_id, "strike", told, now)
        await settle_strikes(connection, strike.account_id, now, strike)
    return number


async def remove_strike(connection: asyncpg.Connection, strike: int, by: str, why: str, now: datetime) -> bool:
    """Take a strike back, and what its weight led to; False when it counts no more."""
    async with connection.transaction():
        row = await connection.fetchrow(load("standing_strike_remove"), strike, by, why, now)
        if row is None:
            return False
        told = {"strike": strike, "removed": why, "by": by}
        await append(connection, row["account_id"], "strike", told, now)
        await settle_strikes(connection, row["account_id"], now)
    return True


async def end_strike(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """A strike has expired; a deed for `STRIKE_ENDS`."""
    if due.account_id is not None:
        await settle_strikes(connection, due.account_id, now)


async def settle_strikes(
    connection: asyncpg.Connection, account_id: int, now: datetime, latest: NewStrike | None = None
) -> int | None:
    """Bring the sanctions by strikes to what the sum of strikes asks for; the sanction's number, or None for no change.

    An account that was deactivated stays as it is.
    """
    async with connection.transaction():
        standing = await connection.fetchval(
            "SELECT standing FROM accounts WHERE account_id = $1 FOR UPDATE", account_id
        )
        strikes = await connection.fetch(load("standing_strikes_in_force"), account_id, now)
        sanctions = await connection.fetch(load("standing_by_strikes"), account_id)
        weight, table = sum(row["weight"] for row in strikes), await _table(connection)
        asked = standing_by(weight, table)
        held = worst(IMPOSED[Event(row["event"])] for row in sanctions)
        if standing == Standing.DEACTIVATED or asked is held:
            return None
        if ORDER.index(asked) > ORDER.index(held):
            return await _impose(connection, account_id, latest, strikes, now)
        return await _relieve(connection, account_id, asked, sanctions, now)


async def _table(connection: asyncpg.Connection) -> Strikes:
    """What strikes come to under the policy in force."""
    return triggers_of(await terms_in_force(connection)).strikes


async def _impose(
    connection: asyncpg.Connection, account_id: int, latest: NewStrike | None, strikes: list[Any], now: datetime
) -> int | None:
    weight = sum(row["weight"] for row in strikes)
    event = asked_by(weight, await _table(connection))
    if event is None or not strikes:
        return None
    last = strikes[-1]
    by = latest.by if latest is not None else last["by"]
    reasons = Reasons(
        facts=f"{last['facts']} The strikes against your account now weigh {weight}.",
        clause=last["clause"],
        rule=last["source"],
        automated=by == AUTOMATIC,
        detected=bool(last["source"]),
        figures={**last["figures"], "strikes": weight},
    )
    change = StandingChange(account_id, event.value, reasons, by, by_strikes=True)
    sanction = await change_standing(connection, change, now)
    numbers = [row["strike_id"] for row in strikes]
    await connection.execute(load("standing_strikes_named"), sanction, numbers, account_id)
    return sanction


async def _relieve(
    connection: asyncpg.Connection, account_id: int, asked: Standing, sanctions: list[Any], now: datetime
) -> int:
    """End the sanctions by strikes harsher than what their sum asks for; where no milder one is left, impose it."""
    harsher = [row for row in sanctions if ORDER.index(IMPOSED[Event(row["event"])]) > ORDER.index(asked)]
    reasons = Reasons(
        facts="Strikes against your account have expired or were taken back: their sum no longer asks for this.",
        clause=harsher[-1]["clause"],
        automated=True,
    )
    ends = tuple(row["sanction_id"] for row in harsher)
    change = StandingChange(account_id, Event.STRIKE_EXPIRED.value, reasons, AUTOMATIC, ends=ends, by_strikes=True)
    relieved = await change_standing(connection, change, now)
    return await settle_strikes(connection, account_id, now) or relieved
