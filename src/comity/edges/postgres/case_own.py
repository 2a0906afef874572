"""Owns an account's own view of its cases in PostgreSQL; must not know what staff see."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from comity.base.ids import to_wire
from comity.edges.postgres.case_store import Row
from comity.edges.postgres.statements import load


async def list_own(connection: asyncpg.Connection, account_id: int, before: int | None, most: int) -> list[Row]:
    """Cases that the account may see, the newest first; before a number, where that is given."""
    rows = await connection.fetch(load("cases_own"), account_id, before, most, None, None)
    return [dict(row) for row in rows]


async def find_own(connection: asyncpg.Connection, account_id: int, id_: UUID) -> Row | None:
    """A case that the account may see; None for any other."""
    rows = await connection.fetch(load("cases_own"), account_id, None, 1, id_, to_wire(id_))
    return dict(rows[0]) if rows else None
