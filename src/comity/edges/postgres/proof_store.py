"""Owns reading requests to prove opt-ins in PostgreSQL; must not know how one is moved (`proof_steps`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.consent.proof_request import OnDeadline, State, Wanted, still_wanted
from comity.edges.postgres.statements import load


class ProofRequestError(ComityError):
    """A request for proof cannot be made, or not be changed like that."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)


class ProofRequest(msgspec.Struct, frozen=True):
    """A request as it stands; instants are aware, spans in seconds."""

    account_id: int
    request_id: UUID
    state: State
    about: str
    wants_purpose: bool
    wants_sample: bool
    on_deadline: OnDeadline
    window_s: int
    reminders_s: tuple[int, ...]
    extended_s: int
    asked_by: str
    asked_at: datetime
    notice_id: UUID | None
    delivered_at: datetime | None
    delivered_by: str
    due_at: datetime | None
    ended_at: datetime | None
    case_id: int | None
    pause_id: int | None
    purpose: str
    sample: str

    @property
    def key(self) -> str:
        """What deadlines name it by."""
        return f"{self.account_id} {self.request_id}"


async def draw_sample(connection: asyncpg.Connection, account_id: int, since: datetime, most: int) -> list[str]:
    """Recipients that promotional messages of the account went to since an instant, drawn by lot."""
    rows = await connection.fetch(load("proof_sample"), account_id, since, most)
    return [row["recipient"] for row in rows]


async def find(connection: asyncpg.Connection, account_id: int, request_id: UUID) -> ProofRequest | None:
    """A request of the account, or None."""
    row = await connection.fetchrow(
        "SELECT * FROM proof_requests WHERE account_id = $1 AND request_id = $2", account_id, request_id
    )
    return request_of(row) if row else None


async def account_of(connection: asyncpg.Connection, request_id: UUID) -> int | None:
    """Whose request it is; for staff, who see those of all accounts."""
    account_id: int | None = await connection.fetchval(
        "SELECT account_id FROM proof_requests WHERE request_id = $1", request_id
    )
    return account_id


async def lock(connection: asyncpg.Connection, account_id: int, request_id: UUID) -> ProofRequest:
    """A request that nobody else changes until the transaction ends.

    Raises:
        ProofRequestError: there is no such request.
    """
    row = await connection.fetchrow(
        "SELECT * FROM proof_requests WHERE account_id = $1 AND request_id = $2 FOR UPDATE", account_id, request_id
    )
    if row is None:
        raise ProofRequestError("There is no such request.", "See the list of requests.")
    return request_of(row)


async def recipients_of(connection: asyncpg.Connection, account_id: int, request_id: UUID) -> list[dict[str, Any]]:
    """The recipients of a request: recipient, first_sent_at, proof, gaps, answered_at."""
    rows = await connection.fetch(
        "SELECT recipient, first_sent_at, proof, gaps, answered_at FROM proof_request_recipients"
        " WHERE account_id = $1 AND request_id = $2 ORDER BY recipient",
        account_id,
        request_id,
    )
    return [dict(row) for row in rows]


async def events_of(connection: asyncpg.Connection, account_id: int, request_id: UUID) -> list[dict[str, Any]]:
    """What happened to a request, the first thing first: event, at, by, why."""
    rows = await connection.fetch(
        "SELECT event, at, by, why FROM proof_request_events WHERE account_id = $1 AND request_id = $2 ORDER BY number",
        account_id,
        request_id,
    )
    return [dict(row) for row in rows]


async def list_requests(
    connection: asyncpg.Connection,
    account_id: int | None,
    *,
    only_open: bool = False,
    before: UUID | None = None,
    most: int = 50,
) -> list[dict[str, Any]]:
    """Requests, the newest first, each with how many recipients it has and how many are proven."""
    rows = await connection.fetch(load("proof_list"), account_id, only_open, before, most)
    return [dict(row) for row in rows]


async def wanted_still(connection: asyncpg.Connection, request: ProofRequest) -> tuple[str, ...]:
    """What is still to be given, in words."""
    rows = await recipients_of(connection, request.account_id, request.request_id)
    wanted = Wanted(tuple(row["recipient"] for row in rows), request.wants_purpose, request.wants_sample)
    proven = [row["recipient"] for row in rows if row["answered_at"] is not None and not row["gaps"]]
    return still_wanted(wanted, proven, request.purpose, request.sample)


def request_of(row: Mapping[str, Any]) -> ProofRequest:
    """A row of `proof_requests`."""
    return msgspec.convert(dict(row), ProofRequest, strict=False)
