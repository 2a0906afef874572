"""Owns what happens to takedowns in PostgreSQL: proven, held, answered, decided; must not know doors or mail servers.

A takedown is decided where all complaints are: on its case. What follows is done by a deed, once, whoever decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from comity.complaints.complaint import NewFreeze
from comity.complaints.linking import reported
from comity.complaints.takedown import (
    ANSWER_WITHIN,
    CLAUSES,
    DECIDED,
    TAKES_ANSWERS,
    Event,
    State,
    is_named,
)
from comity.edges.postgres.case_store import find_case, write_event
from comity.edges.postgres.complaint_freezes import freeze, lift
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.statements import load
from comity.edges.postgres.takedown_store import PROOF, Takedown, TakedownError, lock_by_id, move, note
from comity.senders.brands import BrandIndex
from comity.text.unmask import unmask

ANSWERS: Final = "takedown-answers"
"""The kind of deadlines at which the customers' time is over."""
DECISION: Final = "takedown-decided"
"""The kind of the deeds that do what a decision means."""
_SENT_WITHIN: Final = timedelta(days=30)
_COMITY: Final = "comity"


class Proof(msgspec.Struct, frozen=True):
    """That a holder is who they say.

    Attributes:
        by: how: `mail`, `account`, or the reviewer who found out otherwise.
        brands: ids of the register that they were shown to own.
        claimant: the account that claims, which is not told of its own claim; None for none.
    """

    by: str
    brands: tuple[str, ...] = ()
    claimant: int | None = None


class _Concerned(msgspec.Struct, frozen=True):
    """An account that a takedown concerns; `holds` where it holds the sender."""

    account_id: int
    holds: bool


async def prove(
    connection: asyncpg.Connection, found: Takedown, proof: Proof, index: BrandIndex, now: datetime
) -> Takedown:
    """The contact of a locked takedown is proven: customers are told, and what a verified holder names is stopped.

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
    concerned = await _concerned(connection, moved, index, proof.claimant, now)
    if proof.brands or _names_its_person(moved):
        moved = await _hold(connection, moved, concerned, index, now)
    await _tell(connection, moved, concerned, now)
    return moved


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
        await move(connection, found, Event.LAPSE, (_COMITY, "The address was not proven in time."), now)
        await _tell_case(connection, found, ("takedown-lapsed", _COMITY, "The address was not proven in time."), now)


async def end_answers(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The customers' time to answer is over; the deed of `takedown-answers`."""
    found = await lock_by_id(connection, int(due.subject))
    if found is not None and found.state in {State.OPEN, State.HELD}:
        await move(connection, found, Event.SILENCE, (_COMITY, ""), now)
        await _tell_case(connection, found, ("takedown-unanswered", _COMITY, "No customer answered in time."), now)


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
    await (_uphold if event is Event.UPHOLD else _restore)(connection, found, (by, why), now)
    await _tell_decided(connection, moved, why, now)


_ENDS: Final = {Event.UPHOLD: State.UPHELD, Event.RESTORE: State.RESTORED, Event.WITHDRAW: State.WITHDRAWN}
_OUTCOMES: Final = {"confirm": Event.UPHOLD, "overturn": Event.RESTORE}


def _decided(row: Any) -> tuple[Event | None, str, str]:  # noqa: ANN401  asyncpg's record
    if row is not None and row["state"] == "withdrawn":
        return Event.WITHDRAW, "reporter", "The report was taken back."
    event = _OUTCOMES.get((row["outcome"] or "") if row is not None else "")
    return event, (row["decided_by"] if row else "") or _COMITY, (row["reason"] if row else "") or ""


async def _concerned(
    connection: asyncpg.Connection, found: Takedown, index: BrandIndex, claimant: int | None, now: datetime
) -> list[_Concerned]:
    """Whom it concerns: not the claimant, nor who holds the brand it is about."""
    rows = await connection.fetch(
        load("takedown_concerned"),
        *(_sender_key(found), reported(found.text).template, (now - _SENT_WITHIN).date(), now, found.number),
    )
    about = {*found.brands, *index.exact(found.holder), *index.exact(found.sender)}
    return [
        _Concerned(row["account_id"], row["holds"])
        for row in rows
        if row["account_id"] != claimant and not about & index.held(row["names"])
    ]


def _sender_key(found: Takedown) -> str:
    return found.sender.strip().removeprefix("+").lower()


def _names_its_person(found: Takedown) -> bool:
    return found.kind == "defamation" and is_named(found.holder, found.text)


async def _hold(
    connection: asyncpg.Connection, found: Takedown, concerned: Sequence[_Concerned], index: BrandIndex, now: datetime
) -> Takedown:
    """Stop what a verified holder names, until the case is decided; unchanged where nothing can be stopped."""
    freezes = [
        await freeze(connection, _of_sender(found, one.account_id), now)
        for one in concerned
        if one.holds and found.brands
    ]
    if found.text.strip() and (_names_its_person(found) or _speaks_of(found, index)):
        freezes.append(await freeze(connection, _of_text(found, found.number, _by(found)), now))
    if not freezes:
        return found
    await _keep_freezes(connection, found, freezes)
    moved = await move(connection, found, Event.HOLD, (_COMITY, "Its holder is verified."), now)
    return msgspec.structs.replace(moved, freezes=freezes)


def _speaks_of(found: Takedown, index: BrandIndex) -> bool:
    """Whether the text names a brand that the holder owns: a text that does not is nobody's to stop by a word."""
    named = {brand for naming in index.named_in(unmask(found.text)) for brand in naming.brands}
    return bool(named & set(found.brands))


def _by(found: Takedown) -> str:
    return f"takedown {found.number}"


def _why(found: Takedown) -> str:
    return f"{found.holder} reported that it infringes a right ({found.kind}: {found.right_named})."


def _of_sender(found: Takedown, account_id: int) -> NewFreeze:
    return NewFreeze(account_id, "sender", _sender_key(found), _why(found), found.number, _by(found))


def _of_text(found: Takedown, number: str, by: str) -> NewFreeze:
    """A stop of the text and what is nearly the same, of everybody; `number` ties it to the case of its complaint."""
    known = reported(found.text)
    return NewFreeze(None, "text", str(known.text_key), _why(found), number, by, similarity=known.similarity)


async def _keep_freezes(connection: asyncpg.Connection, found: Takedown, freezes: Sequence[int]) -> None:
    await connection.execute(
        "UPDATE takedowns SET freezes = $2 WHERE takedown_id = $1", found.takedown_id, list(freezes)
    )


async def _tell(
    connection: asyncpg.Connection, found: Takedown, concerned: Sequence[_Concerned], now: datetime
) -> None:
    """Tell customers what is said, what is stopped, and until when they may answer."""
    due_at = now + ANSWER_WITHIN
    for one in concerned:
        await connection.execute(
            "INSERT INTO takedown_answers (account_id, takedown_id, told_at, due_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            *(one.account_id, found.takedown_id, now, due_at),
        )
        await _tell_account(connection, one.account_id, found, _summary(found, due_at), now)
    if concerned:
        await set_deadline(connection, NewDeadline(ANSWERS, found.subject, None, due_at))


def _summary(found: Takedown, due_at: datetime) -> str:
    stopped = "It is stopped until a reviewer has decided." if found.freezes else "A reviewer will decide."
    return f"{_why(found)} {stopped} You may answer until {due_at:%Y-%m-%d %H:%M} UTC."


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


async def _uphold(connection: asyncpg.Connection, found: Takedown, said: tuple[str, str], now: datetime) -> None:
    """What infringes stays stopped: grants of the sender end, and the text is stopped without an end of its own."""
    rows = await connection.fetch(
        "UPDATE sender_grants g SET expires_at = $3 FROM takedown_answers a, sender_grants was"
        " WHERE a.takedown_id = $1 AND g.account_id = a.account_id AND g.sender_key = $2 AND $2 <> ''"
        " AND was.account_id = g.account_id AND was.sender_key = g.sender_key"
        " AND (g.expires_at IS NULL OR g.expires_at > $3)"
        " RETURNING g.account_id, g.sender_key, was.expires_at",
        *(found.takedown_id, _sender_key(found), now),
    )
    grants = [[row["account_id"], row["sender_key"], row["expires_at"]] for row in rows]
    # The stop until the decision ended with the case; this one is the reviewer's own.
    freezes = [await freeze(connection, _of_text(found, "", said[0]), now)] if found.text.strip() else []
    await _keep_freezes(connection, found, freezes)
    await connection.execute(
        "UPDATE takedowns SET grants = $2 WHERE takedown_id = $1", found.takedown_id, msgspec.to_builtins(grants)
    )
    await note(connection, found.takedown_id, "stop", (said[0], f"{len(grants)} senders, {len(freezes)} texts"), now)


async def _restore(connection: asyncpg.Connection, found: Takedown, said: tuple[str, str], now: datetime) -> None:
    """What was stopped goes on: stops are lifted, grants of the sender are as they were."""
    open_ = await connection.fetch(
        "SELECT freeze_id FROM freezes WHERE freeze_id = ANY ($1) AND ended_at IS NULL", found.freezes
    )
    for row in open_:
        await lift(connection, row["freeze_id"], said[0], said[1] or "The takedown was not found right.", now)
    for account_id, sender_key, expires_at in found.grants:
        await connection.execute(
            "UPDATE sender_grants SET expires_at = $3 WHERE account_id = $1 AND sender_key = $2",
            *(account_id, sender_key, expires_at),
        )
    await connection.execute(
        "UPDATE takedowns SET grants = '[]', freezes = '{}' WHERE takedown_id = $1", found.takedown_id
    )


async def _tell_case(
    connection: asyncpg.Connection, found: Takedown, said: tuple[str, str, str], now: datetime
) -> None:
    """Let whoever decides read it with the case; `said` is what happened, who did it, and their words."""
    row = await find_case(connection, found.case_id) if found.case_id is not None else None
    if row is not None:
        await write_event(connection, row, said, {"takedown": found.number}, now)
