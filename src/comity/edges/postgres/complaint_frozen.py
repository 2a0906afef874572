"""Owns reading freezes from PostgreSQL; must not know how one begins or ends (`complaint_freezes`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.ids import to_wire
from comity.complaints.complaint import FreezeKind
from comity.complaints.life import ComplaintStepError, FreezeEvent, FreezeState
from comity.edges.postgres.statements import load

_OPEN: Final = "('proposed', 'in-force', 'confirmed')"


class Freeze(msgspec.Struct, frozen=True):
    """A freeze as it stands.

    Attributes:
        freeze_id: its number.
        account_id: whose traffic; None for everybody's.
        by: who asked for it.
        case_id: the case of what it holds.
        case_wire: that case's id as its account writes it.
        lapses_at: when it ends by itself; None once a person confirmed it.
    """

    freeze_id: int
    account_id: int | None
    kind: FreezeKind
    key: str
    codes: bool
    state: FreezeState
    why: str
    by: str
    complaint_id: int | None
    case_id: int
    case_wire: str
    begun_at: datetime
    lapses_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    ended_why: str


async def stopping(connection: asyncpg.Connection, account_id: int | None, kind: str, key: str) -> bool:
    """Whether such traffic is stopped, or somebody is asked to stop it."""
    return bool(
        await connection.fetchval(
            f"SELECT EXISTS (SELECT FROM freezes f WHERE f.state IN {_OPEN} AND f.kind = $2 AND f.key = $3"  # noqa: S608  states, written here
            " AND (f.account_id IS NULL OR $1 IN (SELECT family_of(f.account_id))))",
            *(account_id, kind, key),
        )
    )


async def lock_freeze(connection: asyncpg.Connection, freeze_id: int) -> Freeze:
    """A freeze that nobody else changes until the transaction ends, nor its case, which is locked before it.

    Raises:
        ComplaintStepError: there is none.
    """
    await connection.execute(
        "SELECT FROM cases c WHERE c.case_id = (SELECT f.case_id FROM freezes f WHERE f.freeze_id = $1)"
        " FOR NO KEY UPDATE OF c",
        freeze_id,
    )
    row = await connection.fetchrow("SELECT * FROM freezes WHERE freeze_id = $1 FOR NO KEY UPDATE", freeze_id)
    if row is None:
        raise ComplaintStepError("There is no such freeze.", "See /api/desk/freezes.")
    return freeze_of(row)


async def of_case(connection: asyncpg.Connection, case_id: int) -> Freeze | None:
    """The freeze that a case of the kind `hold` is for, locked; None where no freeze made it."""
    row = await connection.fetchrow("SELECT * FROM freezes WHERE case_id = $1 FOR NO KEY UPDATE", case_id)
    return freeze_of(row) if row else None


async def stopped_by(connection: asyncpg.Connection, case: Mapping[str, Any]) -> int | None:
    """The freeze in force that a case is decided with, though it is not that freeze's own; None for no such case."""
    found: int | None = await connection.fetchval(
        "SELECT freeze_id FROM freezes WHERE case_wire = $1 AND ended_at IS NULL", case["facts"].get("freeze")
    )
    return found


def takes_senior(found: Freeze, event: FreezeEvent) -> bool:
    """Whether such an end, or confirmation, is a senior's: of everybody's traffic, and of one-time codes.

    What a person stopped for everybody a senior alone lets go; codes, and what no person stopped, any reviewer does.
    """
    if event is FreezeEvent.LIFT:
        return found.account_id is None and found.state is FreezeState.CONFIRMED
    return event is not FreezeEvent.LAPSE and (found.account_id is None or found.codes)


async def freezes_of(connection: asyncpg.Connection, case_id: int) -> list[Freeze]:
    """Freezes that followed from the complaints of a case, the newest first."""
    rows = await connection.fetch(
        "SELECT f.* FROM freezes f JOIN complaints c ON c.complaint_id = f.complaint_id WHERE c.case_id = $1"
        " ORDER BY f.freeze_id DESC",
        case_id,
    )
    return [freeze_of(row) for row in rows]


async def freezes_of_case(connection: asyncpg.Connection, case_id: int) -> list[dict[str, Any]]:
    """As `list_freezes`, those that followed from the complaints of a case."""
    wanted = {one.freeze_id for one in await freezes_of(connection, case_id)}
    rows = [await connection.fetchrow(load("complaint_freezes"), False, one + 1, 1) for one in sorted(wanted)]
    return [dict(row) for row in reversed(rows)]


async def find_freeze(connection: asyncpg.Connection, case: UUID) -> Freeze | None:
    """A freeze by the id of its case, or None."""
    row = await connection.fetchrow("SELECT * FROM freezes WHERE case_wire = $1", to_wire(case))
    return freeze_of(row) if row else None


async def list_freezes(
    connection: asyncpg.Connection, *, only_open: bool, before: int | None, most: int
) -> list[dict[str, Any]]:
    """Freezes, the newest first, with the account's name, the complaint's number and how many messages each holds."""
    return [dict(row) for row in await connection.fetch(load("complaint_freezes"), only_open, before, most)]


def freeze_of(row: Mapping[str, Any]) -> Freeze:
    """A row of `freezes`."""
    return msgspec.convert(dict(row), Freeze, strict=False)
