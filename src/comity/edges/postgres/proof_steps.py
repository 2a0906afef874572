"""Owns the steps of requests to prove opt-ins: asked, served, answered, extended; must not know what time it is.

Each step is one commit with its event, its evidence and its notice. What happens at an instant (`proof_deeds`) moves
requests by the same `move`, so that there is one table of what may happen and one place that writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.ids import to_wire
from comity.consent.proof_request import (
    FINAL,
    TAKES_ANSWERS,
    Event,
    OnDeadline,
    Proof,
    State,
    Wanted,
    after,
    elapses_at,
    gaps,
)
from comity.edges.postgres.deadline_store import NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import NewEntry, append, append_many
from comity.edges.postgres.intake_store import outages_since
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.policy_terms import terms_in_force
from comity.edges.postgres.proof_store import (
    ProofRequest,
    ProofRequestError,
    lock,
    recipients_of,
    request_of,
    wanted_still,
)
from comity.edges.postgres.statements import load

UNSERVED: Final = "proof-unserved"
REMINDER: Final = "proof-reminder"
DUE: Final = "proof-due"
DELIVERED: Final = "proof-delivered"
COMITY: Final = "comity"
ACCOUNT: Final = "account"
MOST_RECIPIENTS: Final = 1000
LONGEST_EXTENSION: Final = timedelta(days=30)
_HOUR_S: Final = 3600
_encode: Final = msgspec.json.Encoder().encode


class NewProofRequest(msgspec.Struct, frozen=True):
    """What an account is asked to prove.

    Attributes:
        account_id: who is asked.
        wanted: recipients as digits, and whether the campaign's purpose and a sample text are wanted.
        about: the campaign or complaint it is about, in a sentence that the account reads.
        asked_by: the reviewer who asks.
        on_deadline: what happens without an answer: deactivate, or suspend until a reviewer confirms; None for what the
            policy says.
        window: how long the account has; None for as long as the policy says.
        case_id: the case it belongs to, if there is one.
    """

    account_id: int
    wanted: Wanted
    about: str
    asked_by: str
    on_deadline: OnDeadline | None = None
    window: timedelta | None = None
    case_id: int | None = None


class Step(msgspec.Struct, frozen=True):
    """Who moves a request, when and why."""

    by: str
    at: datetime
    why: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What an account gives; what is left out stays as it was given before."""

    proofs: tuple[Proof, ...] = ()
    purpose: str = ""
    sample: str = ""


async def ask(connection: asyncpg.Connection, new: NewProofRequest, now: datetime) -> UUID:
    """Ask an account for proof: its notice goes out, and from its delivery the clock runs.

    Raises:
        ProofRequestError: there is nobody to ask about, too many, or nothing to prove.
    """
    recipients = tuple(dict.fromkeys(new.wanted.recipients))
    if not recipients or len(recipients) > MOST_RECIPIENTS:
        raise ProofRequestError(
            f"A request names 1 to {MOST_RECIPIENTS} recipients, not {len(recipients)}.",
            "Name recipients, or let a sample be drawn from those the account sent offers to.",
        )
    terms = (await terms_in_force(connection)).proof
    window = timedelta(hours=terms.window_h) if new.window is None else new.window
    on_deadline = new.on_deadline or terms.on_deadline
    if not new.about.strip() or window <= timedelta():
        raise ProofRequestError("A request says what it is about, and gives time.", "Say which campaign it is.")
    async with connection.transaction():
        request_id: UUID = await connection.fetchval(
            load("proof_ask"),
            *(new.account_id, new.about, new.wanted.purpose, new.wanted.sample, on_deadline),
            *(int(window.total_seconds()), new.asked_by, now),
            [hours * _HOUR_S for hours in terms.reminders_h],
        )
        await connection.execute(load("proof_recipients"), new.account_id, request_id, list(recipients))
        told = {
            "summary": f"Please prove the opt-in of {len(recipients)} recipients: {new.about}",
            "request": to_wire(request_id),
            "recipients": len(recipients),
            "hours": window.total_seconds() // _HOUR_S,
            "on_deadline": on_deadline,
        }
        notice_id = await leave_notice(connection, new.account_id, "proof-request", told, now)
        await connection.execute(
            "UPDATE proof_requests SET notice_id = $3, case_id = $4 WHERE account_id = $1 AND request_id = $2",
            *(new.account_id, request_id, notice_id, new.case_id),
        )
        request = await lock(connection, new.account_id, request_id)
        await _write_event(connection, request, "ask", Step(new.asked_by, now, new.about))
        unserved_at = now + timedelta(hours=terms.unserved_h)
        await set_deadline(connection, NewDeadline(UNSERVED, request.key, new.account_id, unserved_at))
    return request_id


async def move(
    connection: asyncpg.Connection, request: ProofRequest, event: Event, step: Step, **changes: object
) -> ProofRequest:
    """Take a locked request to its next state, and write that down.

    Args:
        connection: in the transaction that holds the lock.
        request: as it was locked.
        event: what happens.
        step: who, when, why.
        **changes: columns that change with it.

    Raises:
        ProofRequestError: that does not happen to a request in such a state.
    """
    state = after(request.state, event)
    if state is None:
        raise ProofRequestError(f"A request that is {request.state} cannot {event.replace('_', ' ')}.")
    written = {"state": state.value, **changes, **({"ended_at": step.at} if state in FINAL else {})}
    columns = ", ".join(f"{name} = ${place}" for place, name in enumerate(written, 3))
    row = await connection.fetchrow(
        f"UPDATE proof_requests SET {columns} WHERE account_id = $1 AND request_id = $2 RETURNING *",  # noqa: S608  names of columns, written here
        request.account_id,
        request.request_id,
        *written.values(),
    )
    moved = request_of(row)
    await _write_event(connection, moved, event.value, step)
    if state is not State.RUNNING:
        await _drop_deadlines(connection, moved)
    return moved


async def deliver(
    connection: asyncpg.Connection, request: ProofRequest, how: str, at: datetime, step: Step
) -> ProofRequest:
    """The request reached its account: from that instant the clock runs.

    Args:
        connection: in the transaction that holds the lock.
        request: as it was locked.
        how: webhook, email, opened, or how a reviewer served it.
        at: when it did; the first way counts.
        step: who says so.

    Raises:
        ProofRequestError: that was before it was asked.
    """
    if at < request.asked_at:
        raise ProofRequestError("A request cannot be served before it was asked.", "Correct the time.")
    outages = await outages_since(connection, at, step.at)
    due_at = elapses_at(at, timedelta(seconds=request.window_s), outages)
    moved = await move(connection, request, Event.DELIVER, step, delivered_at=at, delivered_by=how, due_at=due_at)
    await drop_deadline(connection, UNSERVED, request.key)
    await schedule(connection, moved, step.at)
    return moved


async def schedule(connection: asyncpg.Connection, request: ProofRequest, now: datetime) -> datetime:
    """Set the deadline and its reminders by what is known of our outages; when it is due.

    A reminder whose instant has passed is not set: nobody is reminded of what is hardly left.
    """
    assert request.delivered_at is not None
    outages = await outages_since(connection, request.delivered_at, now)
    whole = timedelta(seconds=request.window_s + request.extended_s)
    due_at = elapses_at(request.delivered_at, whole, outages)
    await connection.execute(
        "UPDATE proof_requests SET due_at = $3 WHERE account_id = $1 AND request_id = $2",
        request.account_id,
        request.request_id,
        due_at,
    )
    await set_deadline(connection, NewDeadline(DUE, request.key, request.account_id, due_at))
    for left_s in request.reminders_s:
        left = timedelta(seconds=left_s)
        at = elapses_at(request.delivered_at, max(whole - left, timedelta()), outages)
        if whole > left and at > now:
            await set_deadline(connection, NewDeadline(REMINDER, f"{request.key} {left_s}", request.account_id, at))
    return due_at


async def answer(connection: asyncpg.Connection, request: ProofRequest, given: Answer, now: datetime) -> ProofRequest:
    """Take what an account gives; complete, it ends the clock. Late answers are taken for a reviewer to weigh.

    Raises:
        ProofRequestError: the request takes no answers, or the answer names somebody who was not asked about.
    """
    if request.state not in TAKES_ANSWERS:
        raise ProofRequestError(f"A request that is {request.state} takes no answers.")
    if request.state is State.RUNNING and await _is_over(connection, request, now):
        raise ProofRequestError("The time to answer is over.", "Appeal against what follows, with your proof.")
    asked = {one["recipient"]: one["first_sent_at"] for one in await recipients_of(connection, *_key(request))}
    proofs = {proof.recipient.lstrip("+"): proof for proof in given.proofs}
    unknown = proofs.keys() - asked.keys()
    if unknown:
        raise ProofRequestError(
            f"{len(unknown)} recipients of the answer were not asked about.", "Answer for those of the request."
        )
    lacking = [_encode(gaps(proof, asked[recipient], now)).decode() for recipient, proof in proofs.items()]
    await connection.execute(
        load("proof_answer"),
        *(*_key(request), list(proofs), [msgspec.to_builtins(proof) for proof in proofs.values()], lacking, now),
    )
    row = await connection.fetchrow(
        "UPDATE proof_requests SET purpose = coalesce(nullif($3, ''), purpose),"
        " sample = coalesce(nullif($4, ''), sample) WHERE account_id = $1 AND request_id = $2 RETURNING *",
        *(*_key(request), given.purpose, given.sample),
    )
    request = request_of(row)
    await _keep_answer(connection, request, proofs, now)
    if request.state is State.RUNNING and not await wanted_still(connection, request):
        return await move(connection, request, Event.COMPLETE, Step(ACCOUNT, now))
    await _write_event(connection, request, "answer", Step(ACCOUNT, now))
    return request


async def extend(connection: asyncpg.Connection, request: ProofRequest, by: timedelta, step: Step) -> ProofRequest:
    """Give more time, for a reason.

    Raises:
        ProofRequestError: the time is over, no reason is given, or it is more than may be given.
    """
    if not step.why.strip():
        raise ProofRequestError("An extension has a reason.", "Say why more time is given.")
    whole = timedelta(seconds=request.extended_s) + by
    if by <= timedelta() or whole > LONGEST_EXTENSION:
        raise ProofRequestError(f"A request is extended by up to {LONGEST_EXTENSION.days} days in all.")
    if request.state is State.RUNNING and await _is_over(connection, request, step.at):
        raise ProofRequestError("The time is over already.", "Accept a late answer instead, or let the account appeal.")
    moved = await move(connection, request, Event.EXTEND, step, extended_s=int(whole.total_seconds()))
    due_at = await schedule(connection, moved, step.at)
    told = {
        "summary": f"You have until {due_at:%Y-%m-%d %H:%M:%S} UTC to prove opt-ins.",
        "request": to_wire(request.request_id),
        "due": due_at,
        "why": step.why,
    }
    await leave_notice(connection, request.account_id, "proof-extended", _plain(told), step.at)
    return msgspec.structs.replace(moved, due_at=due_at)


async def _is_over(connection: asyncpg.Connection, request: ProofRequest, now: datetime) -> bool:
    """Whether the deadline has passed, by what is known of outages now; whoever looked after it may be late."""
    assert request.delivered_at is not None
    outages = await outages_since(connection, request.delivered_at, now)
    return now >= elapses_at(request.delivered_at, timedelta(seconds=request.window_s + request.extended_s), outages)


async def _write_event(connection: asyncpg.Connection, request: ProofRequest, event: str, step: Step) -> None:
    await connection.execute(
        "INSERT INTO proof_request_events (account_id, request_id, event, at, by, why) VALUES ($1, $2, $3, $4, $5, $6)",
        *(*_key(request), event, step.at, step.by, step.why),
    )
    body = {
        "request": to_wire(request.request_id),
        "event": event,
        "state": request.state.value,
        "by": step.by,
        "why": step.why,
        "delivered_at": request.delivered_at,
        "due_at": request.due_at,
    }
    await append(connection, request.account_id, "proof-request", _plain(body), step.at)


async def _keep_answer(
    connection: asyncpg.Connection, request: ProofRequest, proofs: Mapping[str, Proof], now: datetime
) -> None:
    """Each proof is evidence of its own, under the recipient's key: who is erased takes it along."""
    entries = [
        NewEntry(
            request.account_id,
            "proof",
            _plain({"request": to_wire(request.request_id), **msgspec.to_builtins(proof)}),
            recipient,
        )
        for recipient, proof in proofs.items()
    ]
    await append_many(connection, entries, now)


async def _drop_deadlines(connection: asyncpg.Connection, request: ProofRequest) -> None:
    reminders = [(REMINDER, f"{request.key} {left_s}") for left_s in request.reminders_s]
    for kind, subject in [(DUE, request.key), (UNSERVED, request.key), *reminders]:
        await drop_deadline(connection, kind, subject)


def _key(request: ProofRequest) -> tuple[int, UUID]:
    return request.account_id, request.request_id


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON holds, without what is not known."""
    told: dict[str, Any] = msgspec.to_builtins(dict(body))
    return {name: value for name, value in told.items() if value is not None}
