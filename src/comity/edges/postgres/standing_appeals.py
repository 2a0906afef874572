"""Owns appeals against sanctions in PostgreSQL: filed, listed, decided; each with its case, evidence and notice.

It must not know doors. Who may do what, and until when, is `comity.accounts.appeals`'s to say.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.appeals import AppealEvent, AppealState, BadAppealError, Contested, file, move
from comity.accounts.standing import Event, Reasons
from comity.base.ids import IdMaker, from_wire, to_wire
from comity.cases.life import Event as CaseEvent
from comity.cases.life import Role
from comity.edges.postgres.case_store import Happened, NewCase, find_case, open_case
from comity.edges.postgres.case_store import move as move_case
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.policy_terms import terms_in_force
from comity.edges.postgres.standing_store import NewStrike, StandingChange, add_strike, change_standing, remove_strike
from comity.edges.postgres.statements import load
from comity.policy.watching import triggers_of

_IDS = IdMaker()
_OF_CASE = {AppealEvent.GRANT: CaseEvent.OVERTURN, AppealEvent.REFUSE: CaseEvent.CONFIRM}


class Appeal(msgspec.Struct, frozen=True):
    """An appeal.

    Attributes:
        id: what it is known by.
        account: the account's name.
        statement: id of the statement of reasons that it is against.
        state: open, granted, refused or withdrawn.
        text: what the account says.
        filed_at: when it was filed.
        decide_by: until when it is to be decided.
        decided_at: when it was decided; null while it is open.
        decision: why it was decided so; empty while it is open.
    """

    id: str
    account: str
    statement: str
    state: str
    text: str
    filed_at: datetime
    decide_by: datetime
    decided_at: datetime | None = None
    decision: str = ""


class Ruling(msgspec.Struct, frozen=True):
    """A decision on an appeal.

    Attributes:
        appeal: its id.
        outcome: grant or refuse.
        by: the person who decides.
        why: the reasons, which the account reads.
        role: the person's, at the desk.
    """

    appeal: str
    outcome: str
    by: str
    why: str
    role: Role = Role.SENIOR


async def file_appeal(
    connection: asyncpg.Connection, account_id: int, statement: str, text: str, now: datetime
) -> Appeal | None:
    """File an appeal of an account against one of its sanctions, and open a case; None when it has no such sanction.

    Raises:
        BadAppealError: it cannot be filed.
    """
    statement_id = from_wire(statement)
    async with connection.transaction():
        row = await connection.fetchrow(load("standing_contested"), statement_id, account_id)
        if row is None:
            return None
        contested = Contested(Event(row["event"]), row["at"], row["by"], row["appealed"])
        decide_by = file(contested, text, now)
        appeal_id = _IDS.at(now)
        facts = {"statement": statement, "reviewed_by": row["by"], "event": row["event"], "text": text}
        case = NewCase(
            "appeal", f"Appeal against {row['event']}", account_id, "account", priority=20, due_at=decide_by,
            facts={**facts, "appeal": to_wire(appeal_id)},
        )  # fmt: skip
        number = await open_case(connection, case, now)
        await connection.execute(
            load("appeal_file"), appeal_id, account_id, row["sanction_id"], text, row["by"], now, decide_by, number
        )
        told = {"appeal": to_wire(appeal_id), "statement": statement, "state": AppealState.OPEN.value}
        await append(connection, account_id, "appeal", told, now)
        return await find_appeal(connection, to_wire(appeal_id), account_id)


async def find_appeal(connection: asyncpg.Connection, id_: str, account_id: int | None = None) -> Appeal | None:
    """An appeal, of one account where that is given."""
    row = await connection.fetchrow(load("appeal_find"), from_wire(id_), account_id)
    return _appeal(row) if row else None


async def list_appeals(
    connection: asyncpg.Connection, account_id: int | None = None, *, only_open: bool = False
) -> list[Appeal]:
    """Appeals, those first that must be decided first; of one account where that is given."""
    return [_appeal(row) for row in await connection.fetch(load("appeals_list"), account_id, only_open)]


async def decide_appeal(connection: asyncpg.Connection, ruling: Ruling, now: datetime) -> Appeal | None:
    """Decide an appeal, with its case; None when there is none.

    A granted one ends the sanction, if it is still in force, and takes back the strikes that led to it.

    Raises:
        BadAppealError: it is decided already, or this person may not.
    """
    if not ruling.why.strip():
        raise BadAppealError("A decision needs reasons.", "Say why.")
    async with connection.transaction():
        row = await connection.fetchrow(load("appeal_lock"), from_wire(ruling.appeal))
        if row is None:
            return None
        event = _event(ruling.outcome)
        state = move(AppealState(row["state"]), event, ruling.by, row["first_decider"])
        await connection.execute(load("appeal_decide"), row["appeal_id"], state.value, ruling.by, ruling.why, now)
        if state is AppealState.GRANTED:
            await _undo(connection, row, ruling, now)
        await _close_case(connection, row["case_id"], (event, ruling), now)
        decided = await find_appeal(connection, ruling.appeal)
        assert decided is not None  # it is locked
        await _tell(connection, row["account_id"], decided, ruling.by, now)
    return decided


async def settle_appeal(
    connection: asyncpg.Connection, case: dict[str, Any], event: CaseEvent, now: datetime
) -> dict[str, int]:
    """A case of the kind appeal was decided at the desk: so is its appeal. One that is decided already stays so."""
    appeal = await find_appeal(connection, str(case["facts"].get("appeal", "")))
    if appeal is None or appeal.state != AppealState.OPEN:
        return {}
    outcome = AppealEvent.GRANT if event is CaseEvent.OVERTURN else AppealEvent.REFUSE
    decided = await decide_appeal(connection, Ruling(appeal.id, outcome.value, case["decided_by"], case["reason"]), now)
    return {f"appeals_{decided.state}": 1} if decided is not None else {}


async def settle_probing(
    connection: asyncpg.Connection, case: dict[str, Any], event: CaseEvent, now: datetime
) -> dict[str, int]:
    """A case of the kind probing was decided: overturned, the series end; confirmed, they stay, with a strike."""
    account_id, decided = case["account_id"], (case["decided_by"], case["reason"])
    if event is CaseEvent.OVERTURN:
        closed = await connection.fetch(load("standing_series_close"), account_id, *decided, now)
        return {"series_closed": len(closed)}
    limits = triggers_of(await terms_in_force(connection)).probing
    facts = f"{case['facts'].get('facts', '')} {case['reason']}".strip()
    strike = NewStrike(account_id, limits.clause, facts, limits.weight, case["decided_by"], "probing")
    await add_strike(connection, strike, now)
    return {"strikes": 1}


def _event(outcome: str) -> AppealEvent:
    try:
        return AppealEvent(outcome)
    except ValueError:
        raise BadAppealError(f"An appeal cannot be decided by {outcome!r}.", "Say grant or refuse.") from None


async def _undo(connection: asyncpg.Connection, row: Any, ruling: Ruling, now: datetime) -> None:  # noqa: ANN401  a record
    """The sanction ends, and its strikes are taken back, as if they had not been given."""
    if row["in_force"]:
        reasons = Reasons(facts=ruling.why, clause=row["clause"])
        change = StandingChange(
            row["account_id"], Event.APPEAL_GRANTED.value, reasons, ruling.by, ends=(row["sanction_id"],)
        )
        await change_standing(connection, change, now)
    strikes = await connection.fetch(load("standing_strikes_of"), row["sanction_id"])
    for strike in strikes:
        await remove_strike(connection, strike["strike_id"], ruling.by, ruling.why, now)


async def _close_case(
    connection: asyncpg.Connection, number: int, decided: tuple[AppealEvent, Ruling], now: datetime
) -> None:
    """The appeal's case is decided with it, unless that is where the decision was taken."""
    event, ruling = decided
    case = await find_case(connection, number, lock=True)
    if case is not None and not case["outcome"]:
        happened = Happened(_OF_CASE[event], ruling.by, ruling.role, ruling.why)
        await move_case(connection, case, happened, now)


async def _tell(connection: asyncpg.Connection, account_id: int, appeal: Appeal, by: str, now: datetime) -> None:
    told = {"appeal": appeal.id, "statement": appeal.statement, "state": appeal.state, "decision": appeal.decision}
    await append(connection, account_id, "appeal", {**told, "by": by}, now)
    summary = f"Your appeal is {appeal.state}. {appeal.decision}"
    await leave_notice(connection, account_id, "appeal", {**told, "summary": summary}, now)


def _appeal(row: Any) -> Appeal:  # noqa: ANN401  asyncpg's record
    appeal_id: UUID = row["appeal_id"]
    return Appeal(
        id=to_wire(appeal_id),
        account=row["account"],
        statement=to_wire(row["statement_id"]),
        state=row["state"],
        text=row["text"],
        filed_at=row["filed_at"],
        decide_by=row["decide_by"],
        decided_at=row["decided_at"],
        decision=row["decision"],
    )
