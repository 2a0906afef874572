"""Owns reading a database's schema back from its catalogue; must not know what it should be.

So a test can prove that an upgraded database is the same as a fresh one, and
that no table is open between accounts.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncpg


async def describe_schema(connection: asyncpg.Connection) -> str:
    """Everything of the schema that can differ: a line or paragraph for each object, in a fixed order.

    Databases with equal descriptions behave the same; how they came to be so does not show.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SET LOCAL search_path = ''")  # so that every name is written with its schema
        rows = await connection.fetch(catalogue("describe"))
    return "\n".join(str(row[0]) for row in rows) + "\n"


async def tables_without_rls(connection: asyncpg.Connection) -> list[str]:
    """Tables and views with an account_id that the tenant role could reach across accounts; must be none."""
    return [str(row[0]) for row in await connection.fetch(catalogue("open_tables"))]


def catalogue(name: str) -> str:
    """The text of `catalogue/NAME.sql`."""
    return (files("comity.edges.postgres") / "catalogue" / f"{name}.sql").read_text(encoding="utf-8")
