"""Owns the steps of complaints after they were filed: proven, looked at, decided; must not know any door.

What a decision does is one thing wherever it is made: on the case, which decides all complaints that are in it. Upheld,
their freezes end with what they held refused, and the account may get a strike; rejected, what was done is undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.ids import to_wire
from comity.cases.life import Event as CaseEvent
from comity.cases.life import Role, WrongStepError
from comity.complaints.complaint import NewComplaint
from comity.complaints.life import OPEN, ComplaintStepError, Event, FreezeEvent, FreezeState, State
from comity.complaints.linking import Candidate, Link
from comity.edges.postgres.case_store import Row
from comity.edges.postgres.complaint_freeze_telling import Word
from comity.edges.postgres.complaint_freezes import end
from comity.edges.postgres.complaint_frozen import freezes_of, lock_freeze, takes_senior
from comity.edges.postgres.complaint_linking import Looked, look_at, take
from comity.edges.postgres.complaint_policy import figures
from comity.edges.postgres.complaint_records import SELECT, Complaint, Step, complaint_of, move
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.standing_store import NewStrike, add_strike, remove_strike
from comity.edges.postgres.statements import load

PLAN: Final = "verdict"
"""In a case's facts: what its decision does besides: `strike`, a weight, or `abuse`."""
_WORDS: Final = {
    Event.UPHOLD: "We looked at your complaint and found it right.",
    Event.REJECT: "We looked at your complaint and did not find it right.",
    Event.REJECT_AS_ABUSE: "We looked at your complaint and did not find it right.",
}


class Verdict(msgspec.Struct, frozen=True):
    """What a reviewer makes of all complaints of a case.

    Attributes:
        event: UPHOLD, REJECT or REJECT_AS_ABUSE.
        strike: the weight of the strike that the account gets for what was upheld; 0 for none.
    """

    event: Event
    strike: int = 0


async def prove(connection: asyncpg.Connection, complaint: Complaint, step: Step) -> Looked:
    """It is shown that the reporter of a locked complaint got the message: it is linked, weighed, and may freeze, anew.

    Raises:
        ComplaintStepError: it is decided already.
    """
    moved = await move(connection, complaint, Event.PROVE, step, proven=True)
    return await look_at(connection, moved.complaint_id, as_new(moved), step.at)


async def link_by_hand(
    connection: asyncpg.Connection, complaint: Complaint, messages: Sequence[UUID], step: Step
) -> Looked:
    """A reviewer says which messages a locked complaint is about; all of one account.

    Raises:
        ComplaintStepError: it is decided already, or the messages are not there or of several accounts.
    """
    rows = await connection.fetch(load("complaint_named"), list(messages))
    if len(rows) != len(set(messages)) or len({row["account_id"] for row in rows}) != 1:
        raise ComplaintStepError("These are not messages of one account that left the gateway.", "Look at their ids.")
    if complaint.account_id not in (None, rows[0]["account_id"]):
        raise ComplaintStepError("The complaint is about another account's messages.", "Reject it, or file another.")
    moved = await move(connection, complaint, Event.LINK, step)
    links = [Link(msgspec.convert({**dict(row), "scores": row["scores"] or {}}, Candidate), "token") for row in rows]
    return await take(connection, moved.complaint_id, as_new(moved), links, step.at)


async def withdraw(connection: asyncpg.Connection, complaint: Complaint, step: Step) -> Complaint:
    """The reporter takes a locked complaint back; it counts no more.

    Raises:
        ComplaintStepError: it is decided already.
    """
    return await move(connection, complaint, Event.WITHDRAW, step, weight=0.0)


async def investigate(connection: asyncpg.Connection, complaint: Complaint, step: Step) -> Complaint:
    """A reviewer looks at a locked complaint.

    Raises:
        ComplaintStepError: it is decided already.
    """
    return await move(connection, complaint, Event.INVESTIGATE, step)


async def settle(connection: asyncpg.Connection, row: Row, event: CaseEvent, now: datetime) -> Mapping[str, int]:
    """What a decision on a complaint's case does to its complaints; an effect of `case_decisions`."""
    plan: Mapping[str, int] = row["facts"].get(PLAN, {})
    if plan:
        # It was said of this decision: opened again, the case is decided by what is said then.
        await connection.execute("UPDATE cases SET facts = facts - $2 WHERE case_id = $1", row["case_id"], PLAN)
    if event is CaseEvent.CONFIRM:
        verdict = Verdict(Event.UPHOLD, plan.get("strike", 0))
    else:
        verdict = Verdict(Event.REJECT_AS_ABUSE if plan.get("abuse") else Event.REJECT)
    return await rule(connection, row, verdict, now)


async def rule(connection: asyncpg.Connection, row: Row, verdict: Verdict, now: datetime) -> Mapping[str, int]:
    """Decide all complaints of a decided case, end their freezes, and give or take back the strike; in numbers."""
    complaints = await in_case(connection, row["case_id"])
    await _reopen(connection, complaints, row, now)
    decided = [one for one in await in_case(connection, row["case_id"]) if one.state in OPEN]
    upheld = verdict.event is Event.UPHOLD
    strike = await _strike(connection, row, decided, verdict, now) if upheld else None
    removed = 0 if upheld else await _undo(connection, complaints, row, now)
    step = Step(row["decided_by"], now, _WORDS[verdict.event], told=True)
    for one in decided:
        outcome = _OUTCOMES[verdict.event]
        changes: dict[str, object] = {"outcome": outcome.value, "decided_at": now, "decided_by": row["decided_by"]}
        changes |= {"strike_id": strike} if upheld else {"weight": 0.0}
        await move(connection, one, verdict.event, step, **changes)
    ended = await _end_freezes(connection, row, FreezeEvent.UPHOLD if upheld else FreezeEvent.LIFT, now)
    return {"complaints": len(decided), "freezes": ended, "strikes": int(strike is not None), "removed": removed}


async def in_case(connection: asyncpg.Connection, case_id: int) -> list[Complaint]:
    """The complaints of a case, locked, the oldest first."""
    rows = await connection.fetch(
        f"{SELECT} WHERE c.case_id = $1 ORDER BY c.complaint_id FOR NO KEY UPDATE OF c", case_id
    )
    return [complaint_of(row) for row in rows]


def as_new(complaint: Complaint) -> NewComplaint:
    """A stored complaint as it came in; its reporter's address stays sealed."""
    return NewComplaint(
        channel=complaint.channel,
        kind=complaint.kind,
        text=complaint.text,
        recipient=complaint.recipient,
        sender=complaint.sender,
        received_at=complaint.received_at,
        proven=complaint.proven,
        reporter_key=complaint.reporter_key,
        words=complaint.words,
        apart=complaint.apart,
    )


_OUTCOMES: Final = {
    Event.UPHOLD: State.UPHELD,
    Event.REJECT: State.REJECTED,
    Event.REJECT_AS_ABUSE: State.ABUSIVE,
}


async def _reopen(connection: asyncpg.Connection, complaints: Sequence[Complaint], row: Row, now: datetime) -> None:
    """A case that was decided once before is decided anew, and so are its complaints."""
    step = Step(row["decided_by"], now, "The case was opened again.")
    for one in complaints:
        if one.outcome:
            await move(connection, one, Event.REOPEN, step, outcome="")


async def _strike(
    connection: asyncpg.Connection, row: Row, complaints: Sequence[Complaint], verdict: Verdict, now: datetime
) -> int | None:
    """The strike that a reviewer gives for what was upheld, with its statement of reasons."""
    if not verdict.strike or row["account_id"] is None or not complaints:
        return None
    facts = f"{len(complaints)} complaints about messages of yours were found to be right. {row['reason']}"
    clause = (await figures(connection)).kinds[complaints[0].kind].clause
    return await add_strike(
        connection, NewStrike(row["account_id"], clause, facts, verdict.strike, row["decided_by"]), now
    )


async def _undo(connection: asyncpg.Connection, complaints: Sequence[Complaint], row: Row, now: datetime) -> int:
    """Take back the strikes that were given for what is rejected now; how many."""
    strikes = sorted({one.strike_id for one in complaints if one.strike_id is not None})
    removed = 0
    for strike in strikes:
        removed += await remove_strike(connection, strike, row["decided_by"], row["reason"], now)
    return removed


async def _end_freezes(connection: asyncpg.Connection, row: Row, event: FreezeEvent, now: datetime) -> int:
    word = Word(row["decided_by"], Role.OPERATOR, row["reason"], now)
    ended = 0
    for found in await freezes_of(connection, row["case_id"]):
        locked = await lock_freeze(connection, found.freeze_id)
        if locked.state is FreezeState.CONFIRMED and takes_senior(locked, event):
            raise WrongStepError(
                "A senior confirmed a freeze of everybody's traffic, or of one-time codes, after it.",
                f"A senior ends that first: POST /api/desk/freezes/{locked.case_wire}/{event.value}.",
            )
        if locked.ended_at is None:
            await end(connection, locked, event, word)
            ended += 1
    if row["account_id"] is not None:
        told = {"summary": _SAID[event].format(why=row["reason"]), "case": to_wire(row["id"]), "why": row["reason"]}
        await leave_notice(connection, row["account_id"], "complaint-decided", told, now)
    return ended


_SAID: Final = {
    FreezeEvent.UPHOLD: "Complaints about your messages were looked at and found to be right. {why}",
    FreezeEvent.LIFT: "Complaints about your messages were looked at and not found to be right. {why}",
}
