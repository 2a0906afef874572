"""Owns sanctions that take two persons: one proposes with reasons, another decides the case; must not know doors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.account import Standing
from comity.accounts.standing import IMPOSED, ORDER, BadChangeError, Event, Reasons, worst
from comity.accounts.triggers import standing_by
from comity.base.ids import to_wire
from comity.cases.life import Event as CaseEvent
from comity.edges.postgres.case_store import NewCase, Row, find_case, open_case, write_event
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.policy_terms import terms_in_force
from comity.edges.postgres.standing_changes import StandingChange, change_standing
from comity.edges.postgres.standing_desk import put_account
from comity.edges.postgres.standing_store import NewStrike, add_strike, remove_strike
from comity.edges.postgres.statements import load
from comity.policy.watching import triggers_of

KIND: Final = "standing"
_ENDS: Final = frozenset({Standing.GOOD, Standing.DEACTIVATED})
"""Being put where one is already changes nothing there; elsewhere it begins a new term."""

_ALONE: Final = ORDER.index(Standing.WATCHED)
"""Up to here a strike needs one person: whoever is watched may send as before."""


_IN_AN_EMERGENCY: Final = frozenset({Standing.WATCHED, Standing.LIMITED, Standing.SUSPENDED})
"""What one person may impose alone: it stops traffic, and can be undone as if it had not been."""

LOOKED_AT_WITHIN: Final = timedelta(hours=24)
"""A second person looks at what one person did alone."""

ALONE: Final = "standing-alone"
"""The kind of the evidence of that."""


class Proposal(msgspec.Struct, frozen=True):
    """What a person proposes to do to an account's standing.

    Attributes:
        account_id: whose.
        to: the standing.
        facts: what happened, in sentences that the account reads.
        clause: the clause of the policy.
        by: who proposes it.
        days: when it ends by itself, counted from the decision; 0 for no term.
    """

    account_id: int
    to: str
    facts: str
    clause: str
    by: str
    days: int = 0


async def propose(connection: asyncpg.Connection, proposal: Proposal, now: datetime) -> UUID:
    """Open the case that a second person decides; its id. Part of the caller's transaction.

    Raises:
        BadChangeError: it has no reasons, or the account is there already.
    """
    Reasons(proposal.facts, proposal.clause)
    wanted = Standing(proposal.to)
    held = await connection.fetchval("SELECT standing FROM accounts WHERE account_id = $1", proposal.account_id)
    if held == wanted and wanted in _ENDS:
        raise BadChangeError(f"The account is {held} already.")
    facts = {"to": proposal.to, "facts": proposal.facts, "clause": proposal.clause, "days": proposal.days}
    return await _open(connection, proposal.account_id, (f"To be {proposal.to}?", proposal.by), facts, now)


async def impose_alone(connection: asyncpg.Connection, proposal: Proposal, now: datetime) -> tuple[int, UUID]:
    """One person, in an emergency, without waiting for a second: at once; the sanction, and the case of a second look.

    Whoever overturns the case ends the sanction. That it was done alone is an entry of evidence of its own, in the
    caller's transaction.

    Raises:
        BadChangeError: it has no reasons, or is nothing that one person may do alone.
    """
    reasons, wanted = Reasons(proposal.facts, proposal.clause), Standing(proposal.to)
    held = Standing(
        await connection.fetchval("SELECT standing FROM accounts WHERE account_id = $1 FOR UPDATE", proposal.account_id)
    )
    if wanted not in _IN_AN_EMERGENCY or ORDER.index(wanted) <= ORDER.index(held):
        raise BadChangeError(
            f"One person alone does not make an account that is {held} {wanted}.",
            "Alone one may only stop more of it, up to suspended; propose it, and let a second person confirm.",
        )
    until = now + timedelta(days=proposal.days) if proposal.days else None
    sanction = await put_account(connection, (proposal.account_id, wanted), reasons, (proposal.by, until), now)
    said = (f"Was it right to make it {wanted} alone?", proposal.by)
    facts = {"to": proposal.to, "facts": proposal.facts, "clause": proposal.clause, "alone": True}
    case = await _open(connection, proposal.account_id, said, facts, now, due_at=now + LOOKED_AT_WITHIN)
    row = await find_case(connection, case)
    assert row is not None, "it was opened in this transaction"
    await write_event(connection, row, ("effect", proposal.by, ""), {"sanction": sanction}, now)
    body = {"by": proposal.by, "to": proposal.to, "facts": proposal.facts, "clause": proposal.clause}
    await append(connection, proposal.account_id, ALONE, {**body, "case": to_wire(case)}, now)
    return sanction, case


async def give_strike(connection: asyncpg.Connection, strike: NewStrike, now: datetime) -> int | UUID:
    """Give a strike: its number; where its weight would limit the account or worse, the id of a case.

    Raises:
        BadChangeError: it has no facts, no clause, or no sensible weight.
    """
    Reasons(strike.facts, strike.clause)
    table = triggers_of(await terms_in_force(connection)).strikes
    if not 0 < strike.weight <= table.most_weight:
        raise BadChangeError(f"A strike weighs from 1 to {table.most_weight}.")
    standing = await connection.fetchval(
        "SELECT standing FROM accounts WHERE account_id = $1 FOR UPDATE", strike.account_id
    )
    counting = await connection.fetch(load("standing_strikes_in_force"), strike.account_id, now)
    sanctions = await connection.fetch(load("standing_by_strikes"), strike.account_id)
    held = worst(IMPOSED[Event(row["event"])] for row in sanctions)
    asked = standing_by(sum(row["weight"] for row in counting) + strike.weight, table)
    if standing == Standing.DEACTIVATED or ORDER.index(asked) <= max(ORDER.index(held), _ALONE):
        return await add_strike(connection, strike, now)
    facts = {"weight": strike.weight, "facts": strike.facts, "clause": strike.clause, "to": asked.value}
    said = (f"A strike, by which it is {asked.value}?", strike.by)
    return await _open(connection, strike.account_id, said, facts, now)


async def settle_standing(
    connection: asyncpg.Connection, case: Row, event: CaseEvent, now: datetime
) -> Mapping[str, int]:
    """What a decision on a proposal does: confirmed, it happens, once; overturned later, what it imposed ends."""
    done = await connection.fetchrow(load("standing_done"), case["case_id"])
    if event is CaseEvent.OVERTURN:
        return await _undo(connection, case, done, now) if done is not None else {}
    if "to" not in case["facts"] or (done is not None and await _stands(connection, done)):
        return {}
    if case["facts"].get("alone"):  # it was done then, and ended since
        return {}
    facts, by = case["facts"], case["decided_by"]
    if "weight" in facts:
        strike = NewStrike(case["account_id"], facts["clause"], facts["facts"], facts["weight"], by)
        return {"strike": await add_strike(connection, strike, now)}
    until = now + timedelta(days=facts["days"]) if facts["days"] else None
    reasons = Reasons(facts["facts"], facts["clause"])
    to = (case["account_id"], facts["to"])
    return {"sanction": await put_account(connection, to, reasons, (by, until), now)}


async def _undo(connection: asyncpg.Connection, case: Row, done: Any, now: datetime) -> Mapping[str, int]:  # noqa: ANN401  asyncpg's record
    if not await _stands(connection, done):
        return {}
    if done["strike"] is not None:
        await remove_strike(connection, done["strike"], case["decided_by"], case["reason"], now)
        return {"taken_back": done["strike"]}
    reasons = Reasons(case["reason"], case["facts"]["clause"])
    change = StandingChange(
        case["account_id"], Event.OVERTURN.value, reasons, case["decided_by"], ends=(done["sanction"],)
    )
    return {"ended_by": await change_standing(connection, change, now)}


async def _stands(connection: asyncpg.Connection, done: Any) -> bool:  # noqa: ANN401  asyncpg's record
    """Whether what was done counts still."""
    if done["strike"] is not None:
        taken = await connection.fetchval("SELECT removed_at FROM strikes WHERE strike_id = $1", done["strike"])
        return taken is None
    row = await connection.fetchrow(load("standing_sanction"), done["sanction"])
    return row is not None and row["in_force"]


async def _open(
    connection: asyncpg.Connection,
    account_id: int,
    said: tuple[str, str],
    facts: dict[str, Any],
    now: datetime,
    *,
    due_at: datetime | None = None,
) -> UUID:
    title, by = said
    new = NewCase(KIND, title, account_id, by, priority=20, due_at=due_at, facts=facts)
    number = await open_case(connection, new, now)
    row = await find_case(connection, number)
    assert row is not None, "it was opened in this transaction"
    found: UUID = row["id"]
    return found
