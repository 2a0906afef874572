"""Owns staff as other people of the desk manage it: who adds or removes whom is kept for good; must not know doors.

The table of staff writes what is kept by itself; here the transaction is told who does it.
"""

from __future__ import annotations

from typing import Any

import asyncpg

from comity.base.errors import ComityError
from comity.edges.postgres.operator_store import NotThereError
from comity.edges.postgres.staff_store import add_staff, remove_staff
from comity.edges.postgres.statements import load


class LastOperatorError(ComityError):
    """Nobody would be left who could let anybody work at the desk."""


async def admit(connection: asyncpg.Connection, person: str, role: str, by: str) -> tuple[str, str]:
    """Let a person work at the desk, and keep who did: client id and secret, shown this once.

    Raises:
        AlreadyThereError: somebody of that name works there, or somebody whose name reads the same.
    """
    async with connection.transaction():
        await _say_who(connection, by)
        return await add_staff(connection, person, role)


async def dismiss(connection: asyncpg.Connection, person: str, by: str, *, keep_an_operator: bool = True) -> None:
    """Take a person's key back at once, and keep who did.

    Raises:
        NotThereError: nobody of that name works there.
        LastOperatorError: no operator would be left, and one must.
    """
    async with connection.transaction():
        # Two who remove each other at a time would both see the other.
        await connection.execute("LOCK TABLE staff IN SHARE ROW EXCLUSIVE MODE")
        await _say_who(connection, by)
        if not await remove_staff(connection, person):
            raise NotThereError(f"Nobody named {person} works at the desk.", "See `comity staff list`.")
        if keep_an_operator and not await connection.fetchval(
            "SELECT EXISTS (SELECT FROM staff WHERE role = 'operator' AND removed_at IS NULL)"
        ):
            raise LastOperatorError(f"{person} is the last operator.", "Add another first.")


async def staff_events(connection: asyncpg.Connection, before: int | None, most: int) -> list[dict[str, Any]]:
    """Who let whom in or out, the newest first, below a number."""
    return [dict(row) for row in await connection.fetch(load("staff_events"), before, most)]


async def _say_who(connection: asyncpg.Connection, by: str) -> None:
    await connection.execute("SELECT set_config('comity.by', $1, true)", by)


__all__ = ["LastOperatorError", "admit", "dismiss", "staff_events"]
