"""Owns what happens to requests for proof at an instant, and by a reviewer's word; must not know any clock.

A deed looks at the request anew under its lock: what was answered, extended or withdrawn meanwhile counts, and an
outage of our own intake moves the deadline instead of ending the account's time.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.standing import AUTOMATIC, BadChangeError, Reasons
from comity.accounts.standing import Event as Sanction
from comity.base.ids import to_wire
from comity.consent.proof_request import Event, State, at_deadline
from comity.edges.postgres.case_store import NewCase, open_case
from comity.edges.postgres.closing import close_out
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.proof_steps import Step, deliver, move, schedule
from comity.edges.postgres.proof_store import ProofRequest, ProofRequestError, lock, wanted_still
from comity.edges.postgres.standing_store import StandingChange, change_standing

CLAUSE = "P5"


async def note_delivery(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """A notice of a request reached its account, by the first of its ways; the deed of `proof-delivered`."""
    key, how = due.subject.rsplit(" ", 1)
    request = await _lock(connection, key)
    if request.state in {State.ASKED, State.UNSERVED}:
        await serve(connection, request, how, due.due_at, Step(AUTOMATIC, now))


async def serve(
    connection: asyncpg.Connection, request: ProofRequest, how: str, at: datetime, step: Step
) -> ProofRequest:
    """The request reached its account at an instant: the clock runs, and sending goes on where it was paused."""
    moved = await deliver(connection, request, how, at, step)
    await _lift_pause(connection, moved, step)
    return moved


async def serve_by_hand(
    connection: asyncpg.Connection, request: ProofRequest, how: str, at: datetime, step: Step
) -> ProofRequest:
    """A reviewer served what reached nobody.

    Raises:
        ProofRequestError: it was served before it was asked, or so long ago that the time would be over already: a
            slip of the pen closes no account.
    """
    moved = await serve(connection, request, how, at, step)
    if moved.due_at is None or moved.due_at <= step.at:
        raise ProofRequestError("The time to answer would be over already.", "Serve it anew, and say when that was.")
    return moved


async def give_up_telling(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Nobody was reached in time: sending pauses and a reviewer serves the request; the deed of `proof-unserved`."""
    request = await _lock(connection, due.subject)
    if request.state is not State.ASKED:
        return
    facts = "Our request to prove opt-ins could not be delivered by webhook or e-mail, and was not opened."
    pause = await change_standing(
        connection,
        StandingChange(
            request.account_id, Sanction.SUSPEND, _reasons(facts, "Sending is paused until it is."), AUTOMATIC
        ),
        now,
    )
    case_id = await open_case(
        connection,
        NewCase(
            kind="proof",
            title="Serve a request for proof otherwise: it reached nobody",
            account_id=request.account_id,
            opened_by=AUTOMATIC,
            priority=80,
            facts={"request": to_wire(request.request_id), "asked_at": request.asked_at.isoformat()},
        ),
        now,
    )
    await move(
        connection,
        request,
        Event.GIVE_UP_TELLING,
        Step(AUTOMATIC, now),
        pause_id=pause,
        case_id=request.case_id or case_id,
    )


async def remind(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Remind of what is still wanted; the deed of `proof-reminder`."""
    key, left_s = due.subject.rsplit(" ", 1)
    request = await _lock(connection, key)
    if request.state is not State.RUNNING or request.due_at is None:
        return
    left = timedelta(seconds=int(left_s))
    wanted = await wanted_still(connection, request)
    told = {
        "summary": f"{left // timedelta(hours=1)} hours are left to prove opt-ins. Still wanted: {', '.join(wanted)}.",
        "request": to_wire(request.request_id),
        "wanted": list(wanted),
        "due": request.due_at.isoformat(),
        "on_deadline": request.on_deadline,
    }
    await leave_notice(connection, request.account_id, "proof-reminder", told, now)


async def reach_deadline(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The time is over, if no outage of ours gave more: what the policy says happens; the deed of `proof-due`."""
    request = await _lock(connection, due.subject)
    if request.state is not State.RUNNING or await schedule(connection, request, now) > now:
        return
    event = at_deadline(request.on_deadline)
    moved = await move(connection, request, event, Step(AUTOMATIC, now))
    if event is Event.DEACTIVATE:
        await _deactivate(connection, moved, Step(AUTOMATIC, now), automated=True)
    else:
        await _suspend(connection, moved, now)


async def confirm(connection: asyncpg.Connection, request: ProofRequest, step: Step) -> ProofRequest:
    """A reviewer confirms what follows from the deadline."""
    moved = await move(connection, request, Event.DEACTIVATE, step)
    await _deactivate(connection, moved, step, automated=False)
    return moved


async def accept(connection: asyncpg.Connection, request: ProofRequest, step: Step) -> ProofRequest:
    """A reviewer finds the opt-ins proven; what was suspended for it goes on."""
    moved = await move(connection, request, Event.ACCEPT, step)
    await _lift_pause(connection, moved, step)
    await _tell_end(connection, moved, "Your proof of opt-ins was accepted.", step)
    return moved


async def reject(connection: asyncpg.Connection, request: ProofRequest, step: Step) -> ProofRequest:
    """A reviewer finds the proofs wanting: the clock runs on from where it stood, or is over."""
    moved = await move(connection, request, Event.REJECT, step)
    due_at = await schedule(connection, moved, step.at)
    await _tell_end(connection, moved, f"Your proof of opt-ins is not enough: {step.why}", step)
    return msgspec.structs.replace(moved, due_at=due_at)


async def withdraw(connection: asyncpg.Connection, request: ProofRequest, step: Step) -> ProofRequest:
    """A request is taken back; what was paused for it goes on."""
    moved = await move(connection, request, Event.WITHDRAW, step)
    await _lift_pause(connection, moved, step)
    await _tell_end(connection, moved, "Our request to prove opt-ins is withdrawn.", step)
    return moved


async def _lock(connection: asyncpg.Connection, key: str) -> ProofRequest:
    account_id, request_id = key.split(" ")
    return await lock(connection, int(account_id), UUID(request_id))


async def _suspend(connection: asyncpg.Connection, request: ProofRequest, now: datetime) -> None:
    facts = await _unproven(connection, request)
    reasons = _reasons(facts, "Sending is suspended until a reviewer has looked.")
    pause = await change_standing(
        connection, StandingChange(request.account_id, Sanction.SUSPEND, reasons, AUTOMATIC), now
    )
    case_id = await open_case(
        connection,
        NewCase(
            kind="proof",
            title="Confirm or lift: a request for proof was not answered in time",
            account_id=request.account_id,
            opened_by=AUTOMATIC,
            priority=80,
            facts={"request": to_wire(request.request_id)},
        ),
        now,
    )
    await connection.execute(
        "UPDATE proof_requests SET pause_id = $3, case_id = coalesce(case_id, $4)"
        " WHERE account_id = $1 AND request_id = $2",
        *(request.account_id, request.request_id, pause, case_id),
    )


async def _deactivate(connection: asyncpg.Connection, request: ProofRequest, step: Step, *, automated: bool) -> None:
    """Close the account, take back what it has not sent, then pay back what was bought: in this order."""
    facts = await _unproven(connection, request)
    effects = "The account is closed, unsent messages are cancelled, and unused credits that were bought are paid back."
    await change_standing(
        connection,
        StandingChange(request.account_id, Sanction.DEACTIVATE, _reasons(facts, effects, automated=automated), step.by),
        step.at,
    )
    closed = await close_out(connection, request.account_id, "opt-ins were not proven in time", step.at)
    told = {
        "summary": "The account is closed because opt-ins were not proven in time.",
        "request": to_wire(request.request_id),
        "cancelled": closed.cancelled,
        "payable_micro_credits": closed.owed,
    }
    await leave_notice(connection, request.account_id, "proof-ended", told, step.at)


async def _unproven(connection: asyncpg.Connection, request: ProofRequest) -> str:
    wanted = ", ".join(await wanted_still(connection, request))
    return (
        f"Asked on {request.asked_at:%Y-%m-%d %H:%M} UTC to prove opt-ins ({request.about}),"
        f" delivered on {request.delivered_at:%Y-%m-%d %H:%M:%S} UTC, due by {request.due_at:%Y-%m-%d %H:%M:%S} UTC."
        f" Not given: {wanted or 'proof that a reviewer accepts'}."
    )


def _reasons(facts: str, effects: str, *, automated: bool = True) -> Reasons:
    return Reasons(
        facts=facts, clause=CLAUSE, rule="proof-request", automated=automated, detected=automated, effects=effects
    )


async def _lift_pause(connection: asyncpg.Connection, request: ProofRequest, step: Step) -> None:
    if request.pause_id is None:
        return
    lifted = Reasons(facts="The reason for the pause is gone.", clause=CLAUSE, automated=step.by == AUTOMATIC)
    change = StandingChange(request.account_id, Sanction.LIFT, lifted, step.by, ends=(request.pause_id,))
    # A reviewer may have lifted it before us.
    with contextlib.suppress(BadChangeError):
        await change_standing(connection, change, step.at)
    await connection.execute(
        "UPDATE proof_requests SET pause_id = NULL WHERE account_id = $1 AND request_id = $2",
        *(request.account_id, request.request_id),
    )


async def _tell_end(connection: asyncpg.Connection, request: ProofRequest, summary: str, step: Step) -> None:
    told = {"summary": summary, "request": to_wire(request.request_id), "state": request.state.value, "why": step.why}
    await leave_notice(connection, request.account_id, "proof-judged", told, step.at)
