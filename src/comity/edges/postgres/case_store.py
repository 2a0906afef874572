"""Owns cases in PostgreSQL: opened, found, moved along their life; must not know what a decision does elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.cases.life import KINDS, SHOWN, Event, Role, Stand, State, step
from comity.edges.postgres.statements import load

Row = dict[str, Any]
# Of the queue: where a page ends, as `cases_queue.sql` orders it.
Place = tuple[int, datetime | None, int]
_FIRST: Final[Place] = (-1, None, 0)


class NewCase(msgspec.Struct, frozen=True):
    """A case to open.

    Attributes:
        kind: of `comity.cases.life.KINDS`.
        title: what it is about in one line, without texts, secrets or whole numbers.
        account_id: the account it is about, or None.
        opened_by: a person of the staff, or the part of the gateway that opens it.
        priority: 0 comes first, 100 last.
        due_at: when it should be decided, or None.
        facts: what the reviewer needs to know, as JSON; `reviewed_by` names who decided what is looked at again.
        messages: of that account.
    """

    kind: str
    title: str
    account_id: int | None
    opened_by: str
    priority: int = 50
    due_at: datetime | None = None
    facts: dict[str, Any] = {}
    messages: Sequence[UUID] = ()


class Filter(msgspec.Struct, frozen=True):
    """Which cases of the queue are wanted; what is None or empty does not count."""

    kind: str | None = None
    state: str | None = None
    account_id: int | None = None
    assigned_to: str | None = None


class Happened(msgspec.Struct, frozen=True):
    """Something that happens to a case.

    Attributes:
        by: who does it.
        role: theirs; None for an account.
        words: what they say.
        to: for ASSIGN, whom it is given to.
        facts: what else is kept of it.
    """

    event: Event
    by: str
    role: Role | None = None
    words: str = ""
    to: str = ""
    facts: Mapping[str, Any] = {}


async def open_case(connection: asyncpg.Connection, case: NewCase, now: datetime) -> int:
    """Open a case in the caller's transaction; returns its number."""
    number: int = await connection.fetchval(
        load("case_open"),
        case.kind,
        case.title,
        case.account_id,
        case.opened_by,
        case.priority,
        case.due_at,
        case.facts,
        list(case.messages),
        KINDS[case.kind].visible,
        now,
    )
    return number


async def name_messages(connection: asyncpg.Connection, number: int, messages: Sequence[UUID]) -> None:
    """Let a case name further messages of its account."""
    await connection.execute(
        "INSERT INTO case_messages (case_id, account_id, message_id)"
        " SELECT c.case_id, c.account_id, m FROM cases c, unnest($2::uuid[]) AS m WHERE c.case_id = $1"
        " ON CONFLICT DO NOTHING",
        number,
        list(messages),
    )


async def find_case(connection: asyncpg.Connection, id_: UUID | int, *, lock: bool = False) -> Row | None:
    """A case by its id or number, with its account's name; `lock` keeps it as it is until the transaction ends."""
    row = await connection.fetchrow(
        load("case_lock" if lock else "case_find"),
        id_ if isinstance(id_, UUID) else None,
        id_ if isinstance(id_, int) else None,
    )
    return dict(row) if row else None


async def queue(connection: asyncpg.Connection, wanted: Filter, after: Place | None, most: int) -> list[Row]:
    """Cases that wait, in their order; of decided and closed ones, where `state` asks for them, the newest first."""
    decided = wanted.state in {State.DECIDED, State.CLOSED}
    priority, due_at, number = after or _FIRST
    rows = await connection.fetch(
        load("cases_decided" if decided else "cases_queue"),
        wanted.kind,
        wanted.state,
        wanted.account_id,
        wanted.assigned_to,
        *((number,) if decided else (priority, due_at, number)),
        most,
    )
    return [dict(row) for row in rows]


async def messages_of(
    connection: asyncpg.Connection, number: int, after: UUID | None, most: int, account_id: int | None = None
) -> list[Row]:
    """Messages that a case names, the oldest first; of one account where that is given."""
    rows = await connection.fetch(load("case_messages"), number, after or UUID(int=0), most, account_id)
    return [dict(row) for row in rows]


async def events_of(connection: asyncpg.Connection, number: int) -> list[Row]:
    """What happened to a case, in order. As the account's role, what the account may see."""
    rows = await connection.fetch(
        "SELECT at, by, event, words, facts, visible FROM case_events WHERE case_id = $1 ORDER BY event_id", number
    )
    return [dict(row) for row in rows]


def stand_of(row: Row) -> Stand:
    """What of a stored case decides who may do what with it."""
    return Stand(
        kind=row["kind"],
        state=State(row["state"]),
        opened_by=row["opened_by"],
        assigned_to=row["assigned_to"],
        decided_by=row["decided_by"],
        senior=row["senior"],
        reviewed=str(row["facts"].get("reviewed_by", "")),
    )


async def move(connection: asyncpg.Connection, row: Row, happened: Happened, now: datetime) -> Row:
    """Move a locked case one step, and keep what happened; returns it as it is then.

    Raises:
        WrongStepError, NotTheirsError: it cannot be done, or not by this person.
    """
    stand = step(stand_of(row), happened.event, happened.by, happened.role or Role.REVIEWER)
    decided = stand.state is State.DECIDED
    changes: Row = {
        "state": stand.state.value,
        "assigned_to": happened.to or stand.assigned_to,
        "senior": stand.senior,
        "decided_by": stand.decided_by,
        "outcome": happened.event.value if decided else "" if happened.event is Event.REOPEN else row["outcome"],
        "decided_at": now if decided else row["decided_at"],
        "reason": happened.words if decided else row["reason"],
        "closed_at": now if stand.state is State.CLOSED else None,
    }
    await connection.execute(load("case_move"), row["case_id"], *changes.values())
    await note(connection, row, happened, now)
    return {**row, **changes}


async def note(connection: asyncpg.Connection, row: Row, happened: Happened, now: datetime) -> None:
    """Keep that something happened to a case."""
    await write_event(
        connection, row, (happened.event.value, happened.by, happened.words), happened.facts, now,
        visible=happened.event in SHOWN,
    )  # fmt: skip


async def write_event(
    connection: asyncpg.Connection,
    row: Row,
    said: tuple[str, str, str],
    facts: Mapping[str, Any],
    now: datetime,
    *,
    visible: bool = False,
) -> None:
    """Keep what happened: `said` is its name, who did it, and their words."""
    event, by, words = said
    await connection.execute(
        "INSERT INTO case_events (case_id, account_id, at, event, by, words, facts, visible)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        row["case_id"],
        row["account_id"],
        now,
        event,
        by,
        words,
        dict(facts),
        visible,
    )
