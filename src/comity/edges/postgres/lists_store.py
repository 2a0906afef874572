"""Owns how lists that operators load reach PostgreSQL and are looked up; must not know files, links or rules' words.

A list's entries are a generation. A load writes a new one and puts it in force in one transaction, so that whoever
looks sees the old or the new one, whole; the old one is deleted afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.edges.postgres.operator_store import NotThereError
from comity.edges.postgres.statements import load
from comity.screening.judging import Listed
from comity.screening.rules.link_listed import list_label

# Millions of entries take longer than a statement otherwise may.
_LOAD_LIMIT_S: Final = 3600.0
# Below this, a list may well lose half of its entries from one day to the next.
_WORTH_COMPARING: Final = 100


class NewList(msgspec.Struct, frozen=True):
    """What is known of a list beside its entries.

    Attributes:
        name: unique; a list of that name is replaced.
        kind: "links", "numbers" or "addresses".
        country: ISO 3166-1 alpha-2 whose register it is, or None.
        source: where it was had, for people.
        refresh_days: within how many days it must be loaded anew, or None.
    """

    name: str
    kind: Literal["links", "numbers", "addresses"]
    country: str | None = None
    source: str = ""
    refresh_days: int | None = None


class StoredList(msgspec.Struct, frozen=True):
    """A list in force.

    Attributes:
        entries: how many different ones.
        digest: SHA-256 (hex) of the keys as they were read, each with a line feed.
        overdue_days: by how many days it is older than it may be; 0 when it is not.
    """

    name: str
    kind: str
    country: str | None
    source: str
    loaded_at: datetime
    entries: int
    refresh_days: int | None
    digest: str
    overdue_days: int


class Allowed(msgspec.Struct, frozen=True):
    """What of a load that looks like a failed download is meant.

    Attributes:
        empty: a list without any entry.
        fewer: fewer than half of the entries of the list before.
    """

    empty: bool = False
    fewer: bool = False


NOTHING_ODD: Final = Allowed()


class TooFewEntriesError(ComityError):
    """What was read is nothing, or so much less than before that it is likely a failed download."""


async def load_list(
    connection: asyncpg.Connection, new: NewList, keys: Iterable[str], allowed: Allowed = NOTHING_ODD
) -> StoredList:
    """Put a list in force; the one of that name before it is replaced.

    Args:
        connection: of the road, outside any transaction.
        new: what is known of it.
        keys: `link_listed.listed_key`, E.164 digits or `whereabouts.range_keys`, in any order, repeated or not; read as
            a stream. What it raises is passed on, and the list stays as it was.
        allowed: what to put in force though it looks like a failed download.

    Raises:
        TooFewEntriesError: it looks like one; the list stays as it was.
    """
    digest = hashlib.sha256()
    async with connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0")
        generation = await connection.fetchval("SELECT nextval('list_generations')")
        await connection.copy_to_table(
            "list_loading",
            source=_rows(generation, keys, digest),
            columns=["generation", "key"],
            timeout=_LOAD_LIMIT_S,
        )
        done = await connection.execute(load("lists_settle"), generation, timeout=_LOAD_LIMIT_S)
        entries = int(done.rpartition(" ")[2])
        await _insist_on_enough(connection, new.name, entries, allowed)
        await connection.execute("DELETE FROM list_loading WHERE generation = $1", generation, timeout=_LOAD_LIMIT_S)
        await connection.execute(
            load("lists_swap"),
            new.name,
            new.kind,
            new.country,
            new.source,
            new.refresh_days,
            entries,
            digest.hexdigest(),
            generation,
        )
    await _sweep(connection)
    return await stored_list(connection, new.name)


async def _insist_on_enough(connection: asyncpg.Connection, name: str, entries: int, allowed: Allowed) -> None:
    before = await connection.fetchval("SELECT entries FROM lists WHERE name = $1", name)
    stays = "" if before is None else " The list before it stays in force."
    if entries == 0:
        if not allowed.empty:
            raise TooFewEntriesError(
                f"The file holds no entry, so the list {name} is not loaded.{stays}",
                "Fetch the file again, or give --allow-empty if that is meant.",
            )
    elif before is not None and before >= _WORTH_COMPARING and entries * 2 < before and not allowed.fewer:
        raise TooFewEntriesError(
            f"The file holds {entries} of what were {before} entries, so the list {name} is not loaded.{stays}",
            "Fetch the file again, or give --allow-fewer if that is meant.",
        )


async def remove_list(connection: asyncpg.Connection, name: str) -> None:
    """Take a list out of force and delete it.

    Raises:
        NotThereError: there is none.
    """
    if await connection.fetchval("DELETE FROM lists WHERE name = $1 RETURNING name", name) is None:
        raise _not_there(name)
    await _sweep(connection)


async def stored_lists(connection: asyncpg.Connection) -> list[StoredList]:
    """Every list, by name."""
    return [_stored(row) for row in await connection.fetch(load("lists_list"), None)]


async def stored_list(connection: asyncpg.Connection, name: str) -> StoredList:
    """One list.

    Raises:
        NotThereError: there is none.
    """
    row = await connection.fetchrow(load("lists_list"), name)
    if row is None:
        raise _not_there(name)
    return _stored(row)


async def any_lists(connection: asyncpg.Connection) -> frozenset[str]:
    """The kinds of which some list has entries; `comity_changes` says `lists` when it may have changed."""
    return frozenset(row["kind"] for row in await connection.fetch("SELECT DISTINCT kind FROM lists WHERE entries > 0"))


async def listed(connection: asyncpg.Connection, keys: Sequence[tuple[int, str, str]]) -> dict[int, tuple[Listed, ...]]:
    """The entries that messages of a batch stand on.

    Args:
        connection: of the road.
        keys: place in the batch, kind, key (`link_listed.link_keys`, or E.164 digits).

    Returns:
        By place, sorted by list and key; places without any are left out. A list that is older than it may be is
        named with by how much (`link_listed.list_label`).
    """
    if not keys:
        return {}
    found: dict[int, list[Listed]] = {}
    for row in await connection.fetch(load("lists_find"), *map(list, zip(*keys, strict=True))):
        found.setdefault(row["place"], []).append(_listed(row))
    return {place: tuple(entries) for place, entries in found.items()}


def _listed(row: Any) -> Listed:  # noqa: ANN401  asyncpg's record
    return Listed(list_label(row["name"], row["overdue_days"]), row["kind"], row["key"])


async def _rows(generation: int, keys: Iterable[str], digest: Any) -> AsyncIterator[bytes]:  # noqa: ANN401  hashlib names no type
    """The keys as COPY reads text, many at a time."""
    batch: list[str] = []
    for key in keys:
        batch.append(key)
        if len(batch) >= _AT_ONCE:
            yield _written(generation, batch, digest)
            batch.clear()
    yield _written(generation, batch, digest)


def _written(generation: int, batch: list[str], digest: Any) -> bytes:  # noqa: ANN401  the same
    if not batch:
        return b""
    lines = "\n".join(batch) + "\n"
    digest.update(lines.encode("utf-8", "replace"))
    escaped = lines.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\0", "")
    start = f"{generation}\t"
    return (start + escaped[:-1].replace("\n", f"\n{start}") + "\n").encode("utf-8", "replace")


_AT_ONCE: Final = 10_000


async def _sweep(connection: asyncpg.Connection) -> None:
    async with connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute(load("lists_sweep"), timeout=_LOAD_LIMIT_S)


def _stored(row: Any) -> StoredList:  # noqa: ANN401  asyncpg's record
    return StoredList(**{**row, "overdue_days": row["overdue_days"] or 0})


def _not_there(name: str) -> NotThereError:
    return NotThereError(f"There is no list named {name}.", "See `comity lists list`.")
