"""Owns the steps of requests for information up to their answer; must not know what time it is, or what goes out.

Each step is one commit with its event and its case. What is told to whom is `disclosure_telling`; what goes out,
`disclosure_release`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from comity.cases.life import Event as CaseEvent
from comity.disclosure.fields import Basis
from comity.disclosure.life import UNDECIDED, Event, WrongStepError
from comity.disclosure.request import BadRequestError, IdentityCheck, NewRequest, Scope, beyond, check, proposal
from comity.edges.postgres import disclosure_cases
from comity.edges.postgres.deadline_store import NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.disclosure_records import accounts_in
from comity.edges.postgres.disclosure_store import Disclosure, Step, as_seen, change, find, move, named, write_event
from comity.edges.postgres.disclosure_telling import tell
from comity.edges.postgres.statements import load

DUE: Final = "disclosure-due"
REMINDER: Final = "disclosure-reminder"
REMINDERS: Final = (timedelta(days=3), timedelta(days=1), timedelta(hours=4), timedelta(hours=1))
LONGEST_EXTENSION: Final = timedelta(days=60)


async def enter(connection: asyncpg.Connection, new: NewRequest, bases: Mapping[str, Basis], now: datetime) -> UUID:
    """Enter a request that reached the house; its clock runs from when it did.

    Raises:
        BadRequestError: it cannot be one; nothing was kept.
    """
    basis = check(new, bases, now)
    due_at = new.received_at + basis.within(emergency=new.emergency)
    entered = Step(new.entered_by, now)
    case_id = await disclosure_cases.open_for(
        connection, (new.basis, basis.title), due_at, entered, emergency=new.emergency
    )
    request_id: UUID = await connection.fetchval(
        load("disclosure_enter"),
        *(new.basis, msgspec.to_builtins(basis), msgspec.to_builtins(new.requester), new.emergency),
        *(new.received_at, due_at, msgspec.to_builtins(new.asked), new.entered_by, now),
        *(new.delay_until, new.delay_order, case_id),
    )
    request = await find(connection, request_id, lock=True)
    await disclosure_cases.know(connection, case_id, named(request))
    delay = {"delay_until": new.delay_until, "legal_order": new.delay_order} if new.delay_until else {}
    await write_event(connection, request, "enter", entered, {"emergency": new.emergency, **delay})
    await concern(connection, request, proposal(new.asked, basis))
    await schedule(connection, request, now)
    return request_id


async def check_identity(
    connection: asyncpg.Connection, request: Disclosure, identity: IdentityCheck, done: Step
) -> Disclosure:
    """A person made sure who asks, and says how.

    Raises:
        WrongStepError: that was done already, or is too late.
    """
    kept = msgspec.structs.replace(identity, by=done.by, at=done.at)
    return await move(connection, request, Event.CHECK, done, identity=msgspec.to_builtins(kept))


async def prepare(connection: asyncpg.Connection, request: Disclosure, chosen: Scope, done: Step) -> Disclosure:
    """Choose what would go out: the least, or less; or more, for a reason that the approver reads.

    Raises:
        BadRequestError: it is more than may be chosen, or lacks a reason.
        WrongStepError: nobody has made sure who asks, or it is decided.
    """
    proposed = proposal(request.asked, request.terms)
    more = beyond(proposed, chosen, request.asked, request.terms)
    if more and not done.why.strip():
        raise BadRequestError("More is chosen than the basis proposes.", "Say why; the approver reads it.")
    facts = {"fields": chosen.fields, "widened": more}
    moved = await move(
        connection,
        *(request, Event.PREPARE, done, facts),
        prepared=msgspec.to_builtins(chosen),
        prepared_by=done.by,
        widened=list(more),
        widened_why=done.why if more else "",
    )
    # Who prepared does not decide: the case holds to that too.
    await disclosure_cases.know(connection, request.case_id, {"reviewed_by": done.by})
    await concern(connection, moved, chosen)
    return moved


async def send_back(connection: asyncpg.Connection, request: Disclosure, done: Step) -> Disclosure:
    """The approver wants it prepared otherwise.

    Raises:
        WrongStepError, NotTheirsError: nothing was done.
    """
    return await move(connection, request, Event.RETURN, done)


async def extend(connection: asyncpg.Connection, request: Disclosure, by: timedelta, done: Step) -> Disclosure:
    """Take more time, for a reason: whoever asked agreed, or has questions to answer first.

    Raises:
        BadRequestError: it is more than may be taken.
        WrongStepError: it is decided.
    """
    due_at = request.due_at + by
    if by <= timedelta() or due_at - request.received_at > LONGEST_EXTENSION + request.terms.within(emergency=False):
        raise BadRequestError(f"A request is put off by up to {LONGEST_EXTENSION.days} days in all.")
    moved = await move(connection, request, Event.EXTEND, done, {"due_at": due_at.isoformat()}, due_at=due_at)
    await disclosure_cases.put_off(connection, request.case_id, due_at)
    await schedule(connection, moved, done.at)
    return moved


async def refuse(connection: asyncpg.Connection, request: Disclosure, done: Step) -> Disclosure:
    """Answer that nothing is told, and why; the accounts concerned read the reason.

    Raises:
        WrongStepError, NotTheirsError: nothing was done; it may have been prepared otherwise since they read it.
    """
    as_seen(request, done)
    moved = await move(
        connection, request, Event.REFUSE, done, decided_by=done.by, decided_at=done.at, ended_at=done.at
    )
    await disclosure_cases.decide(connection, request, CaseEvent.OVERTURN, done)
    await unschedule(connection, request)
    await tell(connection, moved, done.at)
    return moved


async def delay(
    connection: asyncpg.Connection, request: Disclosure, until: datetime, order: str, done: Step
) -> Disclosure:
    """By a legal order, tell the accounts concerned no sooner than at an instant.

    Raises:
        BadRequestError: the instant is past, or no order is named.
        WrongStepError: an account was told already.
    """
    if until <= done.at or not order.strip():
        raise BadRequestError("A delay needs a date to come and the legal order that asks for it.", "Give both.")
    told = await connection.fetchval(
        "SELECT max(told_at) FROM disclosure_accounts WHERE request_id = $1", request.request_id
    )
    if told is not None:
        raise WrongStepError("The accounts concerned were told already.", "What was told cannot be taken back.")
    moved = await change(connection, request, delay_until=until, delay_order=order.strip())
    await connection.execute(
        load("disclosure_delay_openings"), *(request.case_id, request.delay_until, until, order.strip(), done.at)
    )
    await write_event(connection, moved, "delay", done, {"until": until.isoformat(), "legal_order": order.strip()})
    await tell(connection, moved, done.at)
    return moved


async def concern(connection: asyncpg.Connection, request: Disclosure, scope: Scope) -> None:
    """Keep whom a request concerns: the accounts it names, and those that have something of the numbers it names."""
    found = {*scope.accounts, *await accounts_in(connection, scope)}
    await connection.execute(load("disclosure_concern"), request.request_id, sorted(found))


async def schedule(connection: asyncpg.Connection, request: Disclosure, now: datetime) -> None:
    """Set the deadline and its reminders; nobody is reminded of what is past."""
    if request.state not in UNDECIDED:
        return
    await set_deadline(connection, NewDeadline(DUE, request.key, None, request.due_at))
    for left in REMINDERS:
        at = request.due_at - left
        if at > max(now, request.received_at):
            subject = f"{request.key} {int(left.total_seconds())}"
            await set_deadline(connection, NewDeadline(REMINDER, subject, None, at))


async def unschedule(connection: asyncpg.Connection, request: Disclosure) -> None:
    """It is answered: nothing is due."""
    reminders = [(REMINDER, f"{request.key} {int(left.total_seconds())}") for left in REMINDERS]
    for kind, subject in [(DUE, request.key), *reminders]:
        await drop_deadline(connection, kind, subject)
