"""Owns the case that stands for a request for information at the desk; must not know what the request is about.

A request is decided where it is prepared, with its package in the same commit; the case is decided along with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from comity.cases.life import Event as CaseEvent
from comity.cases.life import State as CaseState
from comity.cases.life import WrongStepError
from comity.edges.postgres import case_store
from comity.edges.postgres.case_store import Happened, NewCase, Row
from comity.edges.postgres.disclosure_store import COMITY, Disclosure, Step
from comity.edges.postgres.statements import load

_PRIORITY = 30
_FIRST = 0


async def open_for(
    connection: asyncpg.Connection, what: tuple[str, str], due_at: datetime, entered: Step, *, emergency: bool
) -> int:
    """Open the case of a new request; `what` is the basis' name and title."""
    basis, title = what
    case = NewCase(
        kind="disclosure",
        title=f"Disclosure: {title}",
        account_id=None,
        opened_by=entered.by,
        priority=_FIRST if emergency else _PRIORITY,
        due_at=due_at,
        facts={"basis": basis, "emergency": emergency},
    )
    return await case_store.open_case(connection, case, entered.at)


async def know(connection: asyncpg.Connection, case_id: int, facts: Mapping[str, Any]) -> None:
    """Keep facts with the case; `reviewed_by` names who may not decide it."""
    await connection.execute("UPDATE cases SET facts = facts || $2 WHERE case_id = $1", case_id, dict(facts))


async def put_first(connection: asyncpg.Connection, request: Disclosure, event: str, now: datetime) -> None:
    """The case comes first from now on: its time runs out."""
    await connection.execute("UPDATE cases SET priority = $2 WHERE case_id = $1", request.case_id, _FIRST)
    row = {"case_id": request.case_id, "account_id": None}
    await case_store.write_event(connection, row, (event, COMITY, ""), {"due_at": request.due_at.isoformat()}, now)


async def put_off(connection: asyncpg.Connection, case_id: int, due_at: datetime) -> None:
    """The case is due at another instant."""
    await connection.execute("UPDATE cases SET due_at = $2 WHERE case_id = $1", case_id, due_at)


async def decide(connection: asyncpg.Connection, request: Disclosure, event: CaseEvent, done: Step) -> None:
    """Decide the case as its request is decided.

    Raises:
        WrongStepError, NotTheirsError: it is decided, or somebody else must.
    """
    row = await case_store.find_case(connection, request.case_id, lock=True)
    assert row is not None
    await case_store.move(connection, row, Happened(event, done.by, done.role, done.why), done.at)


async def drop(connection: asyncpg.Connection, request: Disclosure, done: Step) -> None:
    """Close the case without a decision: nobody asks any more."""
    row = await case_store.find_case(connection, request.case_id, lock=True)
    assert row is not None
    if row["state"] in {CaseState.DECIDED, CaseState.CLOSED}:
        return
    values = (CaseState.CLOSED.value, row["assigned_to"], row["senior"], "", "", None, done.why, done.at)
    await connection.execute(load("case_move"), request.case_id, *values)
    await case_store.write_event(connection, row, ("withdrawn", done.by, done.why), {}, done.at)


async def settle_disclosure(
    _connection: asyncpg.Connection, row: Row, event: CaseEvent, _now: datetime
) -> dict[str, int]:
    """Refuse to decide the case alone: what goes out is built by the same step.

    Raises:
        WrongStepError: always.
    """
    raise WrongStepError(
        f"This case takes no {event} here: a disclosure is decided where it is prepared.",
        f"See /api/desk/disclosures, or `comity disclosures list` (case {row['case_id']}).",
    )
