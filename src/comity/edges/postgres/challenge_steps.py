"""Owns what happens to challenges in PostgreSQL: told, answered, lapsed, settled; must not know any door (U15).

What happens is the account's evidence and a notice to it, in the same commit. What was held is released or refused by a
deed that is due at once, so many messages a commit, through the road of every held message.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.challenges import ELSEWHERE, Event, Kind, State, after
from comity.base.ids import to_wire
from comity.cases.life import Event as CaseEvent
from comity.cases.life import Role
from comity.edges.mail.plain_letters import LetterKind
from comity.edges.postgres.case_store import Happened, NewCase, find_case, move, open_case
from comity.edges.postgres.challenge_store import Challenge, ChallengeError, terms
from comity.edges.postgres.deadline_store import NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.letter_store import drop_letters
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.staff_store import revoke_key
from comity.edges.postgres.statements import load

DUE: Final = "challenge-due"
"""The kind of deadlines until which an account may answer; the subject is the challenge's id, as of the others."""
SETTLE: Final = "challenge-settle"
"""The kind of deadlines at which what was held is released or refused, some thousand messages each time."""
KIND: Final = "challenge"
"""The kind of evidence and of notices."""
MOST_KEYS: Final = 20
AUTOMATIC: Final = "comity"
# A node that had not heard of the end holds for a moment longer.
_LOOK_AGAIN: Final = timedelta(seconds=3)
_PASSWORD_OCTETS: Final = 64
_SAID: Final = {
    State.CONFIRMED: "It was confirmed that this use of your account is your own; what was held goes on its way.",
    State.DENIED: "This use of your account was not your own: what was held is refused and paid back, and the key opens"
    " nothing any more. Replace every key that may have been seen by others.",
    State.LAPSED: "Nobody answered in time. What is held stays held, and people at the desk look at it.",
}


class Step(msgspec.Struct, frozen=True):
    """Who does something to a challenge, and when.

    Attributes:
        by: a person of the staff, a key of the account (`key CLIENT-ID`), `code`, or `comity`.
        why: in words, which the account reads.
        role: of a person of the staff.
        keys: further keys to take back, when it is denied.
        by_staff: whether it is a person of the staff.
    """

    by: str
    at: datetime
    why: str = ""
    role: Role = Role.OPERATOR
    keys: Sequence[str] = ()
    by_staff: bool = False


async def confirm(connection: asyncpg.Connection, found: Challenge, event: Event, step: Step) -> Challenge:
    """Somebody vouches for a locked challenge: what was held goes on its way, and the place is known from now on.

    Raises:
        ChallengeError: it was answered before, or this way is over.
    """
    moved = await _move(connection, found, event, step)
    if found.kind is Kind.COUNTRY:
        if found.country != ELSEWHERE:
            await connection.execute(
                load("challenge_note"), found.account_id, found.key, found.country, found.network, step.at
            )
    else:
        volume = (await terms(connection)).volume
        free = step.at + timedelta(hours=volume.free_hours if volume is not None else 1)
        await connection.execute(
            "UPDATE challenges SET free_until = $2 WHERE challenge_id = $1", found.challenge_id, free
        )
        moved = msgspec.structs.replace(moved, free_until=free)
    await _settle_case(connection, found, CaseEvent.OVERTURN, step)
    await _tell(connection, moved, step, {})
    return moved


async def deny(connection: asyncpg.Connection, found: Challenge, step: Step) -> Challenge:
    """It was somebody else: the key opens nothing any more, what was held is refused and paid back, and people look.

    Raises:
        ChallengeError: it was answered before, or a key that is named is none of the account in force.
    """
    moved = await _move(connection, found, Event.DENY, step)
    revoked = [key for key in {found.key, *step.keys} - {""} if await _revoke(connection, found.account_id, key)]
    unknown = sorted(set(step.keys) - set(revoked))
    if unknown:
        raise ChallengeError(f"The account has no key {unknown[0]} in force.", "Name keys by their client ids.")
    await _settle_case(connection, found, CaseEvent.CONFIRM, step)
    facts = {"challenge": to_wire(found.challenge_id), "keys": sorted(revoked), "why": step.why}
    await open_case(
        connection,
        NewCase(
            kind="standing",
            title="Somebody else used the account: see what they did, and that its keys are replaced",
            account_id=found.account_id,
            opened_by=AUTOMATIC,
            priority=15,
            due_at=step.at + timedelta(hours=24),
            facts=facts,
        ),
        step.at,
    )
    await _tell(connection, moved, step, {"revoked": sorted(revoked)})
    return moved


async def lapse(connection: asyncpg.Connection, found: Challenge, now: datetime) -> None:
    """Nobody answered a locked challenge in time: its case comes to the front of the queue."""
    step = Step(AUTOMATIC, now)
    moved = await _move(connection, found, Event.LAPSE, step)
    await connection.execute("UPDATE cases SET priority = 10, due_at = $2 WHERE case_id = $1", found.case_id, now)
    await _tell(connection, moved, step, {})


async def _move(connection: asyncpg.Connection, found: Challenge, event: Event, step: Step) -> Challenge:
    state = after(found.state, event)
    if state is None:
        raise ChallengeError(
            "This challenge was answered before." if found.ended_at else "It was not answered in time.",
            "See what became of it at /api/challenges." if found.ended_at else "Ask the operator, who decides it now.",
        )
    changes: dict[str, Any] = {"state": state.value}
    if state is not State.LAPSED:
        changes |= {"ended_at": step.at, "how": event.value, "ended_by": step.by, "why": step.why}
    await connection.execute(
        "UPDATE challenges SET state = $2, ended_at = $3, how = $4, ended_by = $5, why = $6 WHERE challenge_id = $1",
        found.challenge_id,
        *(changes.get(name, "") or (None if name == "ended_at" else "") for name in _CHANGED),
    )
    await drop_deadline(connection, DUE, str(found.challenge_id))
    await drop_letters(connection, LetterKind.CHALLENGE_CODE, found.challenge_id)
    await connection.execute("DELETE FROM challenge_codes WHERE challenge_id = $1", found.challenge_id)
    return msgspec.structs.replace(found, **{**changes, "state": state})


_CHANGED: Final = ("state", "ended_at", "how", "ended_by", "why")


async def _settle_case(connection: asyncpg.Connection, found: Challenge, event: CaseEvent, step: Step) -> None:
    """Decide the case of what is held, and let a deed do it to the messages, now and once more a moment later."""
    row = await find_case(connection, found.case_id, lock=True)
    assert row is not None, "a challenge has a case"
    words = step.why or _SAID[State.CONFIRMED if event is CaseEvent.OVERTURN else State.DENIED]
    await move(connection, row, Happened(event, step.by, step.role, words), step.at)
    for subject, at in ((str(found.challenge_id), step.at), (f"{found.challenge_id} again", step.at + _LOOK_AGAIN)):
        await set_deadline(connection, NewDeadline(SETTLE, subject, found.account_id, at))


async def _revoke(connection: asyncpg.Connection, account_id: int, key: str) -> bool:
    """Whether a key or SMPP login of the account was in force, and opens nothing any more."""
    if await revoke_key(connection, account_id, key):
        return True
    scrambled = await connection.fetchval(
        "UPDATE esmes SET password_hash = $3 WHERE account_id = $1 AND system_id = $2 RETURNING true",
        *(account_id, key, os.urandom(_PASSWORD_OCTETS)),
    )
    return bool(scrambled)


async def _tell(connection: asyncpg.Connection, found: Challenge, step: Step, more: dict[str, Any]) -> None:
    """The account's evidence, and a notice to it; it reads that the operator answered, not which person did."""
    by = step.role.word if step.by_staff else step.by
    body = {**about(found), **more, "how": found.how, "why": step.why}
    await append(connection, found.account_id, KIND, {**body, "by": by}, step.at)
    await leave_notice(connection, found.account_id, KIND, {**body, "summary": _SAID[found.state]}, step.at)


def about(found: Challenge) -> dict[str, Any]:
    """What evidence and notices say of a challenge."""
    return {
        "challenge": to_wire(found.challenge_id),
        "kind": found.kind.value,
        "state": found.state.value,
        "key": found.key,
        "country": found.country,
        "network": found.network,
        "seen": {name: str(value) for name, value in found.facts.items() if value is not None},
        "opened_at": found.opened_at.isoformat(),
    }


def id_of(subject: str) -> UUID:
    """The challenge that a deadline is about."""
    return UUID(subject.split(" ", maxsplit=1)[0])
