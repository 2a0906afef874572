"""Owns takedowns in PostgreSQL: filed, found, listed, and their steps written down; must not know what follows."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.complaints.complaint import Filed, NewComplaint, new_token, token_hash
from comity.complaints.feed import read_sender
from comity.complaints.takedown import COMPLAINTS, PROVE_WITHIN, Claim, Event, RightKind, State, after
from comity.edges.mail.plain_letters import LetterKind
from comity.edges.postgres.complaint_boxes import opened
from comity.edges.postgres.complaint_store import file_complaint
from comity.edges.postgres.deadline_store import NewDeadline, set_deadline
from comity.edges.postgres.letter_store import leave_letters
from comity.edges.postgres.statements import load

PROOF: Final = "takedown-proof"
"""The kind of deadlines at which a claim that nobody proved lapses; the subject is its number in the store."""
_SUMMARY: Final = (
    "Somebody, you we hope, reported that a text message infringes a right, under the number {number}. To show that"
    " this address is yours, send the token {token} with that number to POST /api/takedowns/proof. If it was not you,"
    " do nothing: the report lapses by itself."
)


class TakedownError(ComityError):
    """That does not happen to a takedown in its state, or there is none."""


class Takedown(msgspec.Struct, frozen=True):
    """A takedown as it stands; see the table's columns for what is not said here.

    Attributes:
        takedown_id: its number in the store.
        number: of its complaint.
        sender, text: of the complaint.
        received: whether it is shown that who claims got the message.
        case_id: the case that decides it.
        freezes: what stops traffic for it now.
        grants: of grants that it ended the account, the sender, their end before, and the one it set.
    """

    takedown_id: int
    number: str
    state: State
    kind: RightKind
    holder: str
    right_named: str
    link: str
    domain: str
    mail_hash: bytes
    proven_at: datetime | None
    proven_by: str
    brands: list[str]
    filed_at: datetime
    freezes: list[int]
    grants: list[tuple[int, str, datetime | None, datetime]]
    decided_at: datetime | None
    decided_by: str
    reason: str
    sender: str
    text: str
    received: bool
    case_id: int | None

    @property
    def subject(self) -> str:
        """What deadlines name it by."""
        return str(self.takedown_id)


async def file_claim(
    connection: asyncpg.Connection, claim: Claim, reporter_key: bytes, message: tuple[int, UUID] | None, now: datetime
) -> Filed:
    """Take a claim: its complaint with its case, the mail that asks for proof, and the end of the time for it.

    Part of the caller's transaction; nothing is stopped by it. A message is one that the recipient got.
    """
    complaint = NewComplaint(
        channel="form",
        kind=COMPLAINTS[claim.kind],
        text=claim.text,
        recipient=claim.recipient,
        sender=read_sender(claim.sender),
        proven=message is not None,
        message=message,
        reporter=claim.email,
        reporter_key=reporter_key,
        words=f"{claim.kind}: {claim.holder}, {claim.right}. {claim.words}".strip(),
        apart=True,
    )
    filed = await file_complaint(connection, complaint, now)
    token = new_token()
    takedown_id = await connection.fetchval(
        "INSERT INTO takedowns (number, state, kind, holder, right_named, link, domain, mail_hash, filed_at)"
        " VALUES ($1, 'unproven', $2, $3, $4, $5, $6, $7, $8) RETURNING takedown_id",
        *(filed.number, claim.kind, claim.holder.strip(), claim.right.strip(), claim.link.strip()),
        *(claim.email.rpartition("@")[2].lower(), token_hash(token), now),
    )
    await note(connection, takedown_id, "file", ("holder", ""), now)
    summary = _SUMMARY.format(number=filed.number, token=token)
    await leave_letters(connection, (LetterKind.TAKEDOWN_PROOF, takedown_id), [(claim.email, summary)], now)
    await set_deadline(connection, NewDeadline(PROOF, str(takedown_id), None, now + PROVE_WITHIN))
    return filed


async def names_of(connection: asyncpg.Connection, account_id: int, now: datetime) -> tuple[str, ...]:
    """The brands that the operator recorded an account with, by name."""
    rows = await connection.fetch(
        "SELECT name FROM account_brands WHERE account_id = $1 AND (until IS NULL OR until > $2)", account_id, now
    )
    return tuple(row["name"] for row in rows)


async def find(connection: asyncpg.Connection, number: str, *, lock: bool = False) -> Takedown | None:
    """A takedown by the number of its complaint, or None; `lock` keeps it as it is until the transaction ends."""
    row = await connection.fetchrow(_FIND + (" FOR UPDATE OF t" if lock else ""), number, None)
    return takedown_of(row) if row else None


async def lock_by_id(connection: asyncpg.Connection, takedown_id: int) -> Takedown | None:
    """A takedown by its number in the store, kept as it is until the transaction ends; or None."""
    row = await connection.fetchrow(_FIND + " FOR UPDATE OF t", None, takedown_id)
    return takedown_of(row) if row else None


async def with_token(connection: asyncpg.Connection, number: str, token: str) -> Takedown | None:
    """A locked takedown, for whoever has the token that was mailed; None for a wrong one as for a wrong number."""
    found = await find(connection, number, lock=True)
    right = hmac.compare_digest(found.mail_hash if found else bytes(32), token_hash(token))
    return found if right else None


async def list_takedowns(
    connection: asyncpg.Connection, *, every: bool, before: int | None, most: int
) -> list[Takedown]:
    """Takedowns, the newest first, below a number of the store; decided ones only when `every` one is wanted."""
    rows = await connection.fetch(
        f"{_SELECT} WHERE ($1 OR t.decided_at IS NULL) AND ($2::bigint IS NULL OR t.takedown_id < $2)"
        " ORDER BY t.takedown_id DESC LIMIT $3",
        *(every, before, most),
    )
    return [takedown_of(row) for row in rows]


async def list_own(connection: asyncpg.Connection, account_id: int, before: int | None, most: int) -> list[Any]:
    """Takedowns that concern an account, the newest first, with what it answered; never who reported, but the right."""
    return list(await connection.fetch(load("takedown_own"), account_id, None, before, most))


async def find_own(connection: asyncpg.Connection, account_id: int, number: str) -> Any | None:  # noqa: ANN401  asyncpg's record
    """One that concerns an account, or None."""
    rows = await connection.fetch(load("takedown_own"), account_id, number, None, 1)
    return rows[0] if rows else None


async def events_of(connection: asyncpg.Connection, takedown_id: int) -> list[dict[str, Any]]:
    """What happened to a takedown, in order: event, at, by, why."""
    rows = await connection.fetch(
        "SELECT event, at, by, why FROM takedown_events WHERE takedown_id = $1 ORDER BY number", takedown_id
    )
    return [dict(row) for row in rows]


async def answers_of(connection: asyncpg.Connection, takedown_id: int) -> list[dict[str, Any]]:
    """The accounts that a takedown concerns, and what they answered: account, due_at, words, answered_at."""
    rows = await connection.fetch(
        "SELECT a.name AS account, t.due_at, t.words, t.answered_at FROM takedown_answers t"
        " JOIN accounts a USING (account_id) WHERE t.takedown_id = $1 ORDER BY a.name",
        takedown_id,
    )
    return [dict(row) for row in rows]


async def move(
    connection: asyncpg.Connection, found: Takedown, event: Event, said: tuple[str, str], now: datetime
) -> Takedown:
    """Take a locked takedown to its next state, and write that down; `said` is who does it, and why.

    Raises:
        TakedownError: that does not happen to one in its state.
    """
    state = after(found.state, event)
    if state is None:
        raise TakedownError(f"A takedown that is {found.state} takes no {event}.", "See what happened to it.")
    await connection.execute("UPDATE takedowns SET state = $2 WHERE takedown_id = $1", found.takedown_id, state.value)
    await note(connection, found.takedown_id, event.value, said, now)
    return msgspec.structs.replace(found, state=state)


async def note(
    connection: asyncpg.Connection, takedown_id: int, event: str, said: tuple[str, str], now: datetime
) -> None:
    """Write down that something happened to a takedown; `said` is who did it, and why."""
    await connection.execute(
        "INSERT INTO takedown_events (takedown_id, event, at, by, why) VALUES ($1, $2, $3, $4, $5)",
        *(takedown_id, event, now, *said),
    )


def takedown_of(row: Mapping[str, Any]) -> Takedown:
    """A row of `takedowns` with its complaint."""
    return msgspec.convert(opened(row), Takedown, strict=False)


_SELECT: Final = (
    "SELECT t.*, c.sender, c.text, c.words, c.recipient, c.reporter_box, c.body, complaint_said(c) AS said,"
    " c.proven AS received, c.case_id"
    " FROM takedowns t JOIN complaints c ON c.number = t.number"
)
_FIND: Final = f"{_SELECT} WHERE t.number = $1 OR t.takedown_id = $2"
