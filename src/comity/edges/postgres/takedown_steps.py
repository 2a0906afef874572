"""Owns what happens to takedowns in PostgreSQL: proven, held, answered, decided; must not know doors or mail servers.

A takedown is decided where all complaints are: on its case. What follows is done by a deed, once, whoever decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from comity.complaints.takedown import (
    ANSWER_WITHIN,
    CLAUSES,
    DECIDED,
    TAKES_ANSWERS,
    Event,
    State,
)
from comity.edges.postgres.case_store import find_case, write_event
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.statements import load
from comity.edges.postgres.takedown_stops import (
    COMITY,
    Concerned,
    concerned_by,
    hold,
    hold_shortly,
    restore,
    uphold,
    why_of,
)
from comity.edges.postgres.takedown_store import PROOF, Takedown, TakedownError, lock_by_id, move
from comity.senders.brands import BrandIndex

ANSWERS: Final = "takedown-answers"
"""The kind of deadlines at which the customers' time is over."""
DECISION: Final = "takedown-decided"
"""The kind of the deeds that do what a decision means."""


class Proof(msgspec.Struct, frozen=True):
    """That a holder is who they say.

    Attributes:
        by: how: `mail`, `account`, or the reviewer who found out otherwise.
        brands: ids of the register that they were shown to own.
        vouched: a reviewer says so, who has looked.
        claimant: the account that claims, which is not told of its own claim; None for none.
    """

    by: str
    brands: tuple[str, ...] = ()
    vouched: bool = False
    claimant: int | None = None


async def prove(
    connection: asyncpg.Connection, found: Takedown, proof: Proof, index: BrandIndex, now: datetime
) -> Takedown:
    """The contact of a locked takedown is proven: a reviewer looks soon, customers are told, what may be is stopped.

    Without a reviewer's word no more than `hold_shortly` stops.

    Raises:
        TakedownError: it is proven, or decided.
    """
    moved = await move(connection, found, Event.PROVE, (proof.by, ""), now)
    await connection.execute(
        "UPDATE takedowns SET proven_at = $2, proven_by = $3, brands = $4 WHERE takedown_id = $1",
        *(found.takedown_id, now, proof.by, list(proof.brands)),
    )
    await drop_deadline(connection, PROOF, found.subject)
    moved = msgspec.structs.replace(moved, brands=list(proof.brands), proven_by=proof.by)
    concerned = await concerned_by(connection, moved, index, proof.claimant, now)
    await _hasten(connection, moved, now)
    if proof.vouched:
        moved = await hold(connection, moved, concerned, index, now)
    else:
        moved = await hold_shortly(connection, moved, concerned, index, now)
    await _tell(connection, moved, concerned, _STOPPED[bool(moved.freezes), proof.vouched], now)
    return moved


async def _hasten(connection: asyncpg.Connection, found: Takedown, now: datetime) -> None:
    """Its case is among the first to be looked at, and the first where who claims got the message or owns the brand."""
    priority, within = _SHOWN if found.received or found.brands else _PROVEN
    if found.case_id is not None:
        await connection.execute(load("complaint_case"), found.case_id, priority, now + within, {})


async def answer(connection: asyncpg.Connection, found: Takedown, account_id: int, words: str, now: datetime) -> None:
    """A customer says what speaks against a locked takedown: the counter-notice. The last word counts.

    Raises:
        TakedownError: it is decided, or not proven yet.
    """
    if found.state not in TAKES_ANSWERS:
        raise TakedownError("It takes no answers any more.", "If it was decided against you, appeal to the operator.")
    await connection.execute(
        "UPDATE takedown_answers SET words = $3, answered_at = $4 WHERE account_id = $1 AND takedown_id = $2",
        *(account_id, found.takedown_id, words, now),
    )
    if found.state is not State.ANSWERED:
        await move(connection, found, Event.ANSWER, ("account", ""), now)
    await _tell_case(connection, found, ("takedown-answer", "account", words), now)
    body = {"takedown": found.number, "event": "answer", "words": words}
    await append(connection, account_id, "takedown", body, now)


async def lapse(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Nobody proved to be who claims; the deed of `takedown-proof`."""
    found = await lock_by_id(connection, int(due.subject))
    if found is not None and found.state is State.UNPROVEN:
        await move(connection, found, Event.LAPSE, (COMITY, "The address was not proven in time."), now)
        await _tell_case(connection, found, ("takedown-lapsed", COMITY, "The address was not proven in time."), now)


async def end_answers(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The customers' time to answer is over; the deed of `takedown-answers`."""
    found = await lock_by_id(connection, int(due.subject))
    if found is not None and found.state in {State.OPEN, State.HELD}:
        await move(connection, found, Event.SILENCE, (COMITY, ""), now)
        await _tell_case(connection, found, ("takedown-unanswered", COMITY, "No customer answered in time."), now)


async def follow(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Do what was decided on its case, or that it was taken back; the deed of `takedown-decided`."""
    found = await lock_by_id(connection, int(due.subject))
    row = await connection.fetchrow(
        "SELECT c.state, k.outcome, k.decided_by, k.reason FROM takedowns t JOIN complaints c ON c.number = t.number"
        " LEFT JOIN cases k ON k.case_id = c.case_id WHERE t.takedown_id = $1",
        int(due.subject),
    )
    if found is None:
        return
    event, by, why = _decided(row)
    if event is None or _ENDS[event] is found.state or (event is Event.WITHDRAW and found.state in DECIDED):
        return
    moved = await move(connection, found, event, (by, why), now)
    await connection.execute(
        "UPDATE takedowns SET decided_at = $2, decided_by = $3, reason = $4 WHERE takedown_id = $1",
        *(found.takedown_id, now, by, why),
    )
    for kind in (PROOF, ANSWERS):
        await drop_deadline(connection, kind, found.subject)
    await (uphold if event is Event.UPHOLD else restore)(connection, found, (by, why), now)
    await _tell_decided(connection, moved, why, now)


_ENDS: Final = {Event.UPHOLD: State.UPHELD, Event.RESTORE: State.RESTORED, Event.WITHDRAW: State.WITHDRAWN}
_OUTCOMES: Final = {"confirm": Event.UPHOLD, "overturn": Event.RESTORE}


def _decided(row: Any) -> tuple[Event | None, str, str]:  # noqa: ANN401  asyncpg's record
    if row is not None and row["state"] == "withdrawn":
        return Event.WITHDRAW, "reporter", "The report was taken back."
    event = _OUTCOMES.get((row["outcome"] or "") if row is not None else "")
    return event, (row["decided_by"] if row else "") or COMITY, (row["reason"] if row else "") or ""


async def _tell(
    connection: asyncpg.Connection, found: Takedown, concerned: Sequence[Concerned], stopped: str, now: datetime
) -> None:
    """Tell customers what is said, what is stopped, and until when they may answer."""
    due_at = now + ANSWER_WITHIN
    for one in concerned:
        await connection.execute(
            "INSERT INTO takedown_answers (account_id, takedown_id, told_at, due_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            *(one.account_id, found.takedown_id, now, due_at),
        )
        await _tell_account(connection, one.account_id, found, _summary(found, stopped, due_at), now)
    if concerned:
        await set_deadline(connection, NewDeadline(ANSWERS, found.subject, None, due_at))


_STOPPED: Final = {
    (True, True): "It is stopped until a reviewer has decided.",
    (True, False): "The text is stopped for a short while, and longer only if a reviewer says so; one will decide.",
    (False, True): "A reviewer will decide.",
    (False, False): "A reviewer will decide.",
}
# Priority of the case, and within what a reviewer is to decide: as complaints of defamation, and as those of phishing.
_PROVEN: Final = (10, timedelta(hours=8))
_SHOWN: Final = (5, timedelta(hours=4))


def _summary(found: Takedown, stopped: str, due_at: datetime) -> str:
    return f"{why_of(found)} {stopped} You may answer until {due_at:%Y-%m-%d %H:%M} UTC."


async def _tell_account(
    connection: asyncpg.Connection, account_id: int, found: Takedown, summary: str, now: datetime
) -> None:
    """A notice and its evidence."""
    body = {
        "takedown": found.number,
        "state": found.state.value,
        "kind": found.kind,
        "clause": CLAUSES[found.kind],
        "holder": found.holder,
        "right": found.right_named,
        "sender": found.sender,
        "summary": summary,
    }
    await append(connection, account_id, "takedown", body, now)
    await leave_notice(connection, account_id, "takedown", body, now)


async def _tell_decided(connection: asyncpg.Connection, found: Takedown, why: str, now: datetime) -> None:
    rows = await connection.fetch(
        "SELECT account_id FROM takedown_answers WHERE takedown_id = $1 ORDER BY account_id", found.takedown_id
    )
    for row in rows:
        await _tell_account(connection, row["account_id"], found, f"{_SAID[found.state]} {why}".strip(), now)


_SAID: Final = {
    State.UPHELD: "A report that you infringe a right was found right; what it names stays stopped.",
    State.RESTORED: "A report that you infringe a right was not found right; what was stopped goes on.",
    State.WITHDRAWN: "A report that you infringe a right was taken back; what was stopped goes on.",
}


async def _tell_case(
    connection: asyncpg.Connection, found: Takedown, said: tuple[str, str, str], now: datetime
) -> None:
    """Let whoever decides read it with the case; `said` is what happened, who did it, and their words."""
    row = await find_case(connection, found.case_id) if found.case_id is not None else None
    if row is not None:
        await write_event(connection, row, said, {"takedown": found.number}, now)
