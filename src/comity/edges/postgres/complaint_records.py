"""Owns reading complaints from PostgreSQL, and writing their steps down; must not know what follows from one."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import StoreError
from comity.complaints.complaint import Channel, Kind, token_hash
from comity.complaints.life import Event, State, after
from comity.edges.postgres.complaint_boxes import opened
from comity.edges.postgres.statements import load

REPORTER: Final = "reporter"
"""Who did it, where the reporter did."""
_MOST_MOVES: Final = 5
SELECT: Final = "SELECT c.*, complaint_said(c) AS said FROM complaints c"
"""Complaints, as `complaint_of` reads them."""


class Complaint(msgspec.Struct, frozen=True):
    """A complaint as it stands; see the table's columns for what is not said here.

    Attributes:
        complaint_id: its number in the store.
        number: what it is known by outside.
        outcome: upheld, rejected or abusive, once somebody decided.
        same_as: the same reporter's complaint about the same, which counts in its place.
        case_id: its case at the desk.
    """

    complaint_id: int
    number: str
    channel: Channel
    kind: Kind
    state: State
    outcome: str
    recipient: str
    sender: str
    received_at: datetime | None
    text: str
    words: str
    proven: bool
    reporter_key: bytes
    apart: bool
    country: str | None
    account_id: int | None
    template: int | None
    text_key: int | None
    score: float
    categories: list[str]
    weight: float
    same_as: int | None
    case_id: int | None
    filed_at: datetime
    decided_at: datetime | None
    decided_by: str
    strike_id: int | None


class Step(msgspec.Struct, frozen=True):
    """Who does something to a complaint, when, and what they say.

    Attributes:
        told: whether the reporter reads the words.
    """

    by: str
    at: datetime
    words: str = ""
    told: bool = False


async def find(connection: asyncpg.Connection, number: str, *, lock: bool = False) -> Complaint | None:
    """A complaint by its number, or None; `lock` keeps it, and its case, as they are until the transaction ends."""
    row = await connection.fetchrow(f"{SELECT} WHERE c.number = $1", number)
    if not lock or row is None:
        return complaint_of(row) if row else None
    return await _lock(connection, complaint_of(row))


async def _lock(connection: asyncpg.Connection, seen: Complaint) -> Complaint:
    """Lock a complaint behind what others come to it by: its traffic, then its case; in this order everywhere."""
    for _ in range(_MOST_MOVES):
        held = connection.transaction()
        await held.start()
        if seen.account_id is not None:
            await lock_traffic(connection, seen.account_id, seen.template, seen.text_key)
        await connection.execute("SELECT FROM cases WHERE case_id = $1 FOR NO KEY UPDATE", seen.case_id)
        row = await connection.fetchrow(f"{SELECT} WHERE c.complaint_id = $1 FOR NO KEY UPDATE OF c", seen.complaint_id)
        found = complaint_of(row)
        if (found.case_id, found.account_id) == (seen.case_id, seen.account_id):
            await held.commit()
            return found
        # It came into another case meanwhile: let go of this one first.
        await held.rollback()
        seen = found
    raise StoreError("The complaint is being changed by others.", "Try again.")


async def lock_traffic(
    connection: asyncpg.Connection, account_id: int, template: int | None, text_key: int | None
) -> None:
    """Let nobody else say what complaints about a template, or a text where there is none, come to until the end."""
    lock = f"complaint {account_id} {template if template is not None else text_key}"
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock)


async def find_by_token(connection: asyncpg.Connection, number: str, token: str) -> Complaint | None:
    """A complaint, for whoever has its token; None for a wrong one as for a wrong number, in the same time."""
    row = await connection.fetchrow(f"{SELECT} WHERE c.number = $1", number)
    kept: bytes = row["token_hash"] if row else bytes(32)
    right = hmac.compare_digest(kept, token_hash(token))
    return complaint_of(row) if row and right else None


async def list_complaints(
    connection: asyncpg.Connection, wanted: Mapping[str, Any], before: int | None, most: int
) -> list[dict[str, Any]]:
    """Complaints, the newest first, below a number of the store.

    Args:
        connection: of the road.
        wanted: `state`, `kind`, `account_id` and `case_id`, each a value or None for any.
        before: where the page before ended.
        most: at most so many.
    """
    asked = [wanted.get(name) for name in ("state", "kind", "account_id", "case_id")]
    return [opened(row) for row in await connection.fetch(load("complaint_list"), *asked, before, most)]


async def events_of(connection: asyncpg.Connection, complaint_id: int) -> list[dict[str, Any]]:
    """What happened to a complaint, in order: at, event, by, words, told."""
    rows = await connection.fetch(
        "SELECT at, event, by, words, told FROM complaint_events WHERE complaint_id = $1 ORDER BY event_id",
        complaint_id,
    )
    return [dict(row) for row in rows]


async def messages_of(connection: asyncpg.Connection, complaint_id: int) -> list[tuple[int, UUID, str]]:
    """The messages that a complaint is about: account, id, and how that is known."""
    rows = await connection.fetch(
        "SELECT account_id, message_id, how FROM complaint_messages WHERE complaint_id = $1 ORDER BY message_id",
        complaint_id,
    )
    return [(row["account_id"], row["message_id"], row["how"]) for row in rows]


async def move(
    connection: asyncpg.Connection, complaint: Complaint, event: Event, step: Step, **changes: object
) -> Complaint:
    """Take a locked complaint to its next state, and write that down.

    Args:
        connection: in the transaction that holds the lock.
        complaint: as it was locked.
        event: what happens.
        step: who, when, and what they say.
        **changes: columns that change with it.

    Raises:
        ComplaintStepError: that does not happen to one in its state.
    """
    state = after(complaint.state, event)
    written = {"state": state.value, **changes}
    columns = ", ".join(f"{name} = ${place}" for place, name in enumerate(written, 2))
    row = await connection.fetchrow(
        f"UPDATE complaints c SET {columns} WHERE complaint_id = $1"  # noqa: S608  names of columns, written here
        " RETURNING c.*, complaint_said(c) AS said",
        complaint.complaint_id,
        *written.values(),
    )
    await note(connection, complaint.complaint_id, event.value, step)
    return complaint_of(row)


async def note(connection: asyncpg.Connection, complaint_id: int, event: str, step: Step) -> None:
    """Write down that something happened to a complaint."""
    await connection.execute(
        "INSERT INTO complaint_events (complaint_id, at, event, by, words, told) VALUES ($1, $2, $3, $4, $5, $6)",
        *(complaint_id, step.at, event, step.by, step.words, step.told),
    )


def complaint_of(row: Mapping[str, Any]) -> Complaint:
    """A row of `complaints`, with its `said`."""
    return msgspec.convert(opened(row), Complaint, strict=False)
