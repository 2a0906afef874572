"""Owns what the desk lists in pages and finds by name, in PostgreSQL; must not know doors, nor change anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from comity.edges.postgres.operator_store import NotThereError, account_id_of
from comity.edges.postgres.statements import load

Row = dict[str, Any]
Place = tuple[datetime, UUID]
BY_NUMBER: Final = "~"
"""What an account's number begins with where its name could stand as well."""
_MOST_DIGITS: Final = 18


async def account_named(connection: asyncpg.Connection, written: str) -> tuple[int, str]:
    """An account by its name, or by `~` and its number; the number and the name.

    Raises:
        NotThereError: there is none.
    """
    digits = written.removeprefix(BY_NUMBER)
    if digits == written:
        return await account_id_of(connection, written), written
    known = digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
    name = known and await connection.fetchval("SELECT name FROM accounts WHERE account_id = $1", int(digits))
    if not name:
        raise NotThereError("There is no account of this number.", "See the list of accounts.")
    return int(digits), name


async def accounts_by_standing(
    connection: asyncpg.Connection, standings: Sequence[str] | None, page: tuple[int | None, int], now: datetime
) -> list[Row]:
    """Accounts in some standings, or all, by rising number; a page is the number after which, and how many."""
    rows = await connection.fetch(load("desk_accounts"), standings, *page, now)
    return [dict(row) for row in rows]


async def payouts(
    connection: asyncpg.Connection, page: tuple[Place | None, int], *, only_open: bool, one: UUID | None = None
) -> list[Row]:
    """What is or was owed to buyers, the oldest first; a page is the place after which, and how many."""
    (after, most) = page
    rows = await connection.fetch(load("desk_payouts"), only_open, *(after or (None, None)), most, one)
    return [dict(row) for row in rows]


async def corrections(
    connection: asyncpg.Connection, page: tuple[Place | None, int], *, only_open: bool, one: UUID | None = None
) -> list[Row]:
    """Corrections, the newest first; a page is the place before which, and how many."""
    (before, most) = page
    rows = await connection.fetch(load("desk_corrections"), only_open, *(before or (None, None)), most, one)
    return [dict(row) for row in rows]


async def imports(
    connection: asyncpg.Connection,
    account_id: int | None,
    state: str,
    page: tuple[int | None, int],
    one: int | None = None,
) -> list[Row]:
    """Imports of consents, the newest first; a page is the number before which, and how many."""
    rows = await connection.fetch(load("desk_imports"), account_id, state, *page, one)
    return [dict(row) for row in rows]


async def import_case(connection: asyncpg.Connection, import_id: int) -> int | None:
    """The number of the case that a held import waits in."""
    found: int | None = await connection.fetchval(load("desk_import_case"), import_id)
    return found
