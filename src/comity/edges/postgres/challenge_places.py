"""Owns the countries that accounts said they are used from, in PostgreSQL, with their evidence (U15).

It must not know what is unusual, or who asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import asyncpg

from comity.base.errors import SettingsError
from comity.edges.postgres.evidence_store import append

MOST_PLACES: Final = 60
_LETTERS: Final = 2


def read_places(written: Sequence[str]) -> list[str]:
    """Countries by their ISO 3166-1 codes, each once and in order; several may be written as one word, with commas.

    Raises:
        SettingsError: one is none, or there are too many.
    """
    found = {one.strip().upper() for word in written for one in word.split(",") if one.strip()}
    if any(len(one) != _LETTERS or not one.isascii() or not one.isalpha() for one in found):
        raise SettingsError("One of these is not a country.", "Write ISO codes, such as NL,BE.")
    if len(found) > MOST_PLACES:
        raise SettingsError(f"An account has up to {MOST_PLACES} countries.", "Leave some out.")
    return sorted(found)


async def places_of(connection: asyncpg.Connection, account_id: int) -> list[str]:
    """The countries that an account is used from, as it said."""
    rows = await connection.fetch(
        "SELECT country FROM account_places WHERE account_id = $1 ORDER BY country", account_id
    )
    return [row["country"] for row in rows]


async def set_places(connection: asyncpg.Connection, account_id: int, countries: Sequence[str]) -> list[str]:
    """Let an account be used from these countries without being asked; nothing for none.

    Returns:
        The countries as they are kept.

    Raises:
        SettingsError: one is no country.
    """
    read = read_places(countries)
    async with connection.transaction():
        now = await connection.fetchval("SELECT now()")
        await connection.execute("DELETE FROM account_places WHERE account_id = $1", account_id)
        await connection.execute(
            "INSERT INTO account_places (account_id, country, declared_at)"
            " SELECT $1, c, $3 FROM unnest($2::text[]) AS c",
            *(account_id, read, now),
        )
        await append(connection, account_id, "access", {"countries": read}, now)
    return read
