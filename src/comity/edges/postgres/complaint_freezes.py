"""Owns freezes in PostgreSQL: begun, confirmed, ended, lapsed; what waits is held, and goes on or is refused.

A freeze has a case of the kind `hold`, which its account sees. What it stops waits there, and whoever decides that case
ends the freeze: overturned, what was held goes on its way; confirmed, it is refused with its charge back. It must not
know what is enough to freeze, or any door.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.standing import AUTOMATIC
from comity.base.ids import to_wire
from comity.cases.life import Event as CaseEvent
from comity.cases.life import Role, WrongStepError
from comity.complaints.complaint import NewFreeze
from comity.complaints.life import STOPPING, FreezeEvent, FreezeState, freeze_after
from comity.edges.postgres import complaint_parking
from comity.edges.postgres.case_holds import settle_hold
from comity.edges.postgres.case_store import Happened, NewCase, Row, find_case, open_case, write_event
from comity.edges.postgres.case_store import move as move_case
from comity.edges.postgres.complaint_freeze_ends import settle_piece
from comity.edges.postgres.complaint_freeze_telling import Word, tell, tell_complaints
from comity.edges.postgres.complaint_frozen import Freeze, freeze_of, lock_freeze, of_case, stopped_by, takes_senior
from comity.edges.postgres.complaint_parking import AGAIN, END, LOOK_AGAIN, TELL, WALK
from comity.edges.postgres.complaint_policy import thresholds
from comity.edges.postgres.deadline_store import Due, NewDeadline, set_deadline
from comity.edges.postgres.statements import load
from comity.screening.rules.traffic_frozen import Settings

LAPSE: Final = "freeze-lapse"
"""The kind of deadlines at which a freeze ends by itself, where it stands as it began; the subject is its number."""
_PRIORITY: Final = 3
_CLAUSES: Final = ("P9", "P6", "G7")


async def freeze(connection: asyncpg.Connection, what: NewFreeze, now: datetime) -> int:
    """Stop traffic, in the caller's transaction: from its commit on no dispatcher takes such traffic to a carrier.

    What comes is held on every node within a second; what waits is taken out of the queue by a deed. A person's freeze
    stands until a person ends it; one without a person ends by itself after an hour, by the policy.

    Returns:
        Its number.
    """
    automatic = what.by == AUTOMATIC
    state = FreezeState.IN_FORCE if automatic else FreezeState.CONFIRMED
    return await _begin(connection, what, state, now)


async def propose(connection: asyncpg.Connection, what: NewFreeze, now: datetime) -> int:
    """Ask people to stop traffic that is not stopped without them; nothing is stopped yet."""
    return await _begin(connection, what, FreezeState.PROPOSED, now)


async def lift(connection: asyncpg.Connection, freeze_id: int, by: str, why: str, now: datetime) -> None:
    """End a freeze by a person's word, or `AUTOMATIC`: what it held goes on its way.

    Raises:
        ComplaintStepError: there is no such freeze, or it has ended.
    """
    await end(connection, await lock_freeze(connection, freeze_id), FreezeEvent.LIFT, Word(by, Role.OPERATOR, why, now))


async def confirm(connection: asyncpg.Connection, found: Freeze, word: Word) -> None:
    """A person confirms a locked freeze: it stands until a person ends it. What was proposed begins.

    Raises:
        ComplaintStepError: it has ended, or is confirmed.
    """
    state = freeze_after(found.state, FreezeEvent.CONFIRM)
    await connection.execute(
        "UPDATE freezes SET state = $2, lapses_at = NULL WHERE freeze_id = $1", found.freeze_id, state.value
    )
    if found.state is FreezeState.PROPOSED:
        await connection.execute("UPDATE cases SET visible = true WHERE case_id = $1", found.case_id)
        await complaint_parking.begin(connection, found, word.at)
    moved = msgspec.structs.replace(found, state=state)
    await tell(connection, moved, FreezeEvent.CONFIRM.value, word)


async def end(connection: asyncpg.Connection, found: Freeze, event: FreezeEvent, word: Word) -> None:
    """End a locked freeze: its case is decided, and what it held goes on its way or, upheld, is refused.

    Raises:
        ComplaintStepError, WrongStepError, NotTheirsError: it has ended, or somebody else must.
    """
    freeze_after(found.state, event)
    row = await find_case(connection, found.case_id, lock=True)
    assert row is not None
    decided = CaseEvent.CONFIRM if event is FreezeEvent.UPHOLD else CaseEvent.OVERTURN
    row = await move_case(connection, row, Happened(decided, word.by, word.role, word.why), word.at)
    await _settle(connection, found, row, event, word.at)


async def settle(connection: asyncpg.Connection, row: Row, event: CaseEvent, now: datetime) -> Mapping[str, int]:
    """What a decision on a hold does, with the freeze that made it, if one did; an effect of `case_decisions`."""
    found = await of_case(connection, row["case_id"])
    if found is None and await stopped_by(connection, row) is not None:
        raise WrongStepError(
            "It holds what a freeze stops, and is decided with that.", "Decide the freeze; see /api/desk/freezes."
        )
    if found is None or found.ended_at is not None:
        return await settle_hold(connection, row, event, now)
    happens = FreezeEvent.UPHOLD if event is CaseEvent.CONFIRM else FreezeEvent.LIFT
    if takes_senior(found, happens):
        raise WrongStepError(
            "A freeze of everybody's traffic, or of one-time codes, is decided by a senior.",
            f"See /api/desk/freezes/{{id}}/{happens.value}.",
        )
    return await _settle(connection, found, row, happens, now)


async def lapse(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Nobody confirmed it in time: what it held goes on its way; the deed of `freeze-lapse`."""
    found = await lock_freeze(connection, int(due.subject))
    if found.lapses_at is not None and found.ended_at is None:
        word = Word(AUTOMATIC, Role.OPERATOR, "No reviewer confirmed it in time.", now)
        await end(connection, found, FreezeEvent.LAPSE, word)


async def look_again(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Stop, or let go, what a node took in that had not heard of the change; the deed of `freeze-again`."""
    number, what, *_ = due.subject.split(" ")
    if what not in (WALK, TELL, END):
        await complaint_parking.look(connection, due, now)
        return
    found = await lock_freeze(connection, int(number))
    if found.state not in STOPPING:
        await _settle_late(connection, found, now)
    elif what == WALK:
        await complaint_parking.step(connection, found, due, now)
    else:
        await tell(connection, found, "begin", Word(found.by, Role.OPERATOR, found.why, now), only_new=True)


async def _settle_late(connection: asyncpg.Connection, found: Freeze, now: datetime) -> None:
    """Do to what is left, or came late, what was decided of all when the freeze ended."""
    row = await find_case(connection, found.case_id, lock=True)
    assert row is not None
    cases = [row, *(await _cases_of_others(connection, found))]
    word = Word(found.ended_by, Role.OPERATOR, found.ended_why, now)
    await settle_piece(connection, found, cases, word, found.state)


async def _begin(connection: asyncpg.Connection, what: NewFreeze, state: FreezeState, now: datetime) -> int:
    settings = await _settings(connection)
    lapses_at = None if state is FreezeState.CONFIRMED else now + timedelta(minutes=settings.minutes)
    async with connection.transaction():
        number = await open_case(connection, _case(what, lapses_at), now)
        case: UUID = await connection.fetchval(
            "UPDATE cases SET subject = 'traffic-frozen/' || case_id WHERE case_id = $1 RETURNING id", number
        )
        row = await connection.fetchrow(
            load("complaint_freeze"),
            *(what.account_id, what.kind, what.key, what.similarity or 0, settings.distance, what.codes, state.value),
            *(what.why, what.by, what.complaint_number, number, to_wire(case), now, lapses_at),
        )
        begun = freeze_of(row)
        if lapses_at is not None:
            await set_deadline(connection, NewDeadline(LAPSE, str(begun.freeze_id), what.account_id, lapses_at))
        if state is FreezeState.PROPOSED:
            # Nothing is stopped, and whoever sends under a pretence is not told that it was seen.
            await connection.execute("UPDATE cases SET visible = false WHERE case_id = $1", number)
            return begun.freeze_id
        await complaint_parking.begin(connection, begun, now)
        await tell(connection, begun, "begin", Word(what.by, Role.OPERATOR, what.why, now))
    return begun.freeze_id


def _case(what: NewFreeze, lapses_at: datetime | None) -> NewCase:
    codes = "One-time codes or alerts: to be stopped by a person" if what.codes else "Stopped after a complaint"
    return NewCase(
        kind="hold",
        title=codes,
        account_id=what.account_id,
        opened_by="complaints" if what.by == AUTOMATIC else what.by,
        priority=_PRIORITY,
        due_at=lapses_at,
        facts={"rule": "traffic-frozen", "clauses": list(_CLAUSES), "by": what.kind, "why": what.why},
    )


async def _settle(
    connection: asyncpg.Connection, found: Freeze, row: Row, event: FreezeEvent, now: datetime
) -> Mapping[str, int]:
    """End it, and do to the first of what it held what was decided; a deed does the rest (`complaint_freeze_ends`)."""
    word = Word(row["decided_by"], Role.OPERATOR, row["reason"], now)
    state = freeze_after(found.state, event)
    if event is FreezeEvent.UPHOLD:
        await complaint_parking.finish(connection, found, now)
    cases = [row, *(await _cases_of_others(connection, found))]
    ended = await connection.fetchrow(
        "UPDATE freezes SET state = $2, lapses_at = NULL, ended_at = $3, ended_by = $4, ended_why = $5"
        " WHERE freeze_id = $1 RETURNING *",
        *(found.freeze_id, state.value, now, word.by, word.why),
    )
    effects = await settle_piece(connection, found, cases, word, state)
    for place, after in enumerate(LOOK_AGAIN):
        again = NewDeadline(AGAIN, f"{found.freeze_id} {END} {place}", found.account_id, now + after)
        await set_deadline(connection, again)
    await write_event(connection, row, ("freeze-ended", word.by, word.why), {"state": state.value, **effects}, now)
    if found.state is FreezeState.PROPOSED:
        await tell_complaints(connection, found.freeze_id, event.value, word)
    else:
        await tell(connection, freeze_of(ended), event.value, word)
    return effects


async def _cases_of_others(connection: asyncpg.Connection, found: Freeze) -> list[Row]:
    """The cases, locked, of what a freeze holds of accounts that it is not of."""
    rows = await connection.fetch(load("complaint_freeze_cases"), found.case_id)
    return [dict(row) for row in rows if row["case_id"] != found.case_id]


async def _settings(connection: asyncpg.Connection) -> Settings:
    """How long and how far a freeze goes by the policy in force; as usual where that says nothing of it."""
    return await thresholds(connection) or Settings()
