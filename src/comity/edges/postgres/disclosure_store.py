"""Owns reading requests for information in PostgreSQL, and writing what happens to one; must not know what follows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.base.ids import to_wire
from comity.cases.life import Role
from comity.disclosure.fields import Basis
from comity.disclosure.life import Event, Stand, State, WrongStepError, step
from comity.disclosure.request import IdentityCheck, Requester, Scope
from comity.edges.postgres.statements import load

COMITY = "comity"
REQUESTER = "requester"


class NoDisclosureError(ComityError):
    """There is no such request."""


class Disclosure(msgspec.Struct, frozen=True):
    """A request as it stands; instants are aware.

    Attributes:
        number: what people call it by, as D-NUMBER.
        terms: what its basis allowed when it came.
        widened: what goes beyond the least that the basis proposes, in words.
    """

    request_id: UUID
    number: int
    state: State
    basis: str
    terms: Basis
    requester: Requester
    emergency: bool
    received_at: datetime
    due_at: datetime
    asked: Scope
    prepared: Scope | None
    widened: tuple[str, ...]
    widened_why: str
    identity: IdentityCheck | None
    entered_by: str
    entered_at: datetime
    prepared_by: str
    decided_by: str
    decided_at: datetime | None
    delay_until: datetime | None
    delay_order: str
    overdue_at: datetime | None
    ended_at: datetime | None
    case_id: int

    @property
    def key(self) -> str:
        """What deadlines name it by."""
        return str(self.request_id)

    @property
    def name(self) -> str:
        """What people call it."""
        return f"D-{self.number}"

    @property
    def preparation(self) -> str:
        """What whoever decides must name, in hexadecimal digits: another choice has another; "" where there is none."""
        if self.prepared is None or self.state in {State.RECEIVED, State.CHECKED}:
            return ""
        parts = (self.request_id, self.prepared, self.prepared_by, self.widened, self.widened_why)
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


class Step(msgspec.Struct, frozen=True):
    """Who moves a request, when and why.

    Attributes:
        by: a person of the staff; "" for the gateway itself.
        role: theirs.
        seen: the `preparation` that they had before them when they decided.
    """

    by: str
    at: datetime
    why: str = ""
    role: Role | None = None
    seen: str = ""


async def find(connection: asyncpg.Connection, request_id: UUID, *, lock: bool = False) -> Disclosure:
    """A request; `lock` keeps it as it is until the transaction ends.

    Raises:
        NoDisclosureError: there is none.
    """
    row = await connection.fetchrow(
        f"SELECT * FROM disclosure_requests WHERE request_id = $1 {'FOR NO KEY UPDATE' if lock else ''}",  # noqa: S608  one of two endings, written here
        request_id,
    )
    if row is None:
        raise NoDisclosureError("There is no such request.", "See `comity disclosures list`.")
    return _disclosure(row)


async def id_of(connection: asyncpg.Connection, number: int) -> UUID:
    """The id of a request by its number.

    Raises:
        NoDisclosureError: there is none.
    """
    found: UUID | None = await connection.fetchval(
        "SELECT request_id FROM disclosure_requests WHERE number = $1", number
    )
    if found is None:
        raise NoDisclosureError("There is no request of this number.", "See `comity disclosures list`.")
    return found


async def register(
    connection: asyncpg.Connection, *, waiting: bool = False, before: int | None = None, most: int = 50
) -> list[dict[str, Any]]:
    """The register, the newest request first: metadata alone, no numbers, texts, or names of people."""
    return [dict(row) for row in await connection.fetch(load("disclosure_list"), waiting, before, most)]


async def registered(connection: asyncpg.Connection, request_id: UUID) -> dict[str, Any]:
    """One line of the register."""
    row = await connection.fetchrow("SELECT * FROM disclosure_register WHERE request_id = $1", request_id)
    return dict(row) if row else {}


async def events_of(connection: asyncpg.Connection, request_id: UUID) -> list[dict[str, Any]]:
    """What happened to a request, the first thing first."""
    rows = await connection.fetch(
        "SELECT event, state, at, by, why, facts FROM disclosure_events WHERE request_id = $1 ORDER BY number",
        request_id,
    )
    return [dict(row) for row in rows]


async def names_of(connection: asyncpg.Connection, accounts: Sequence[int]) -> list[str]:
    """The names of accounts, in their order."""
    rows = await connection.fetch(
        "SELECT name FROM accounts WHERE account_id = ANY ($1::bigint[]) ORDER BY name", list(accounts)
    )
    return [row["name"] for row in rows]


async def move(
    connection: asyncpg.Connection,
    request: Disclosure,
    event: Event,
    done: Step,
    facts: Mapping[str, Any] | None = None,
    **changes: object,
) -> Disclosure:
    """Take a locked request to its next state, and write that down.

    Args:
        connection: in the transaction that holds the lock.
        request: as it was locked.
        event: what happens.
        done: by whom, when and why.
        facts: what else is kept of it; accounts concerned are told of it.
        **changes: columns that change with it.

    Raises:
        WrongStepError, NotTheirsError: nothing was done.
    """
    state = step(Stand(request.state, request.entered_by, request.prepared_by), event, done.by)
    moved = await change(connection, request, state=state.value, **changes)
    await write_event(connection, moved, event.value, done, facts or {})
    return moved


def as_seen(request: Disclosure, done: Step) -> None:
    """Whoever decides decides of what is there now.

    Raises:
        WrongStepError: it was prepared otherwise since.
    """
    if done.seen != request.preparation:
        raise WrongStepError(
            "Something else is prepared than what this decides of.",
            "Read the request again, and give its `preparation` with your decision.",
        )


async def change(connection: asyncpg.Connection, request: Disclosure, **changes: object) -> Disclosure:
    """Change columns of a locked request."""
    columns = ", ".join(f"{name} = ${place}" for place, name in enumerate(changes, 2))
    row = await connection.fetchrow(
        f"UPDATE disclosure_requests SET {columns} WHERE request_id = $1 RETURNING *",  # noqa: S608  names of columns, written here
        request.request_id,
        *changes.values(),
    )
    return _disclosure(row)


async def write_event(
    connection: asyncpg.Connection, request: Disclosure, event: str, done: Step, facts: Mapping[str, Any]
) -> None:
    """Keep what happened to a request."""
    await connection.execute(
        "INSERT INTO disclosure_events (request_id, event, state, at, by, why, facts)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *(request.request_id, event, request.state.value, done.at, done.by or COMITY, done.why),
        msgspec.to_builtins(dict(facts)),
    )


def named(request: Disclosure) -> dict[str, Any]:
    """What cases and events name a request by."""
    return {"disclosure": to_wire(request.request_id), "number": request.name, "basis": request.basis}


def _disclosure(row: Mapping[str, Any]) -> Disclosure:
    return msgspec.convert(dict(row), Disclosure, strict=False)
