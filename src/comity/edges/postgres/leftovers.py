"""Owns that files of PostgreSQL are rid of numbers that were erased; must not know whose, or what the law needs.

An erasure takes a number out of its rows. What is left of it lies in pages (the old rows, until they are written over),
in dead keys of indexes, in the planner's samples, and in the log of changes. Here the pages of the tables concerned are
written anew, the samples are taken anew, and the log of changes is written on until none of its files is an old one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import msgspec

from comity.edges.postgres.statements import load

# Numbers pass through these, erased or not; they are small.
PASSING: Final = (
    "esme_deliveries",
    "esme_parts",
    "inbound_parts",
    "inbound_unclaimed",
    "webhook_events",
    "webhook_last_events",
    "report_texts",
    "report_halves",
    "repeated_answers",
    "takedown_mails",
    "deadlines",
)
# Of these the planner keeps samples of all partitions together.
_PARENTS: Final = ("messages",)
_SAMPLES: Final = "pg_catalog.pg_statistic"
_LOOK_S: Final = 0.1
_FILL_OCTETS: Final = 1_000_000
_FILL_TIMES: Final = 8
_RACES: Final = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.QueryCanceledError)


class Rewritten(msgspec.Struct, frozen=True):
    """A table whose pages are new."""

    table: str
    octets_before: int
    octets_after: int
    seconds: float


class Undone(msgspec.Struct, frozen=True):
    """Something that could not be done, and what helps."""

    what: str
    why: str


class Finished(msgspec.Struct, frozen=True):
    """What was done.

    Attributes:
        begun_at: erasures that were done before are nowhere in the files, where nothing is undone.
        tables: those written anew.
        wal_file: the first file of the log of changes that holds nothing older; "" where that is not reached.
        wal_octets: how much was written to get there.
        seconds: all of it.
        undone: what could not be done.
    """

    begun_at: datetime
    tables: tuple[Rewritten, ...]
    wal_file: str
    wal_octets: int
    seconds: float
    undone: tuple[Undone, ...] = ()


Tell = Callable[[Rewritten], None]


async def finish(connection: asyncpg.Connection, wait_s: float, tell: Tell = lambda _: None) -> Finished | None:
    """Rid the files of what was erased; None where nothing was erased since the last time.

    Args:
        connection: the owner's, in no transaction.
        wait_s: how long a table is waited for at most; nobody else waits longer for one than that, and its rewriting.
        tell: is told of each table when it is done.
    """
    began, token = time.monotonic(), uuid4()
    rows = await connection.fetch("UPDATE erasure_leftovers SET taken_by = $1 RETURNING relation", token)
    if not rows:
        return None
    begun_at = await connection.fetchval("SELECT clock_timestamp()")
    undone: list[Undone] = []
    await _wait_for_readers(connection, wait_s, undone)
    tables = [*sorted(row["relation"] for row in rows), *PASSING]
    done = [one for one in [await _rewrite(connection, name, wait_s, tell, undone) for name in tables] if one]
    done += await _samples_anew(connection, wait_s, tell, undone)
    wal_file, octets = ("", 0) if undone else await _log_anew(connection, undone)
    finished = Finished(begun_at, tuple(done), wal_file, octets, round(time.monotonic() - began, 3), tuple(undone))
    await _keep(connection, finished, token)
    return finished


async def _wait_for_readers(connection: asyncpg.Connection, wait_s: float, undone: list[Undone]) -> None:
    """Old rows stay for whoever began to read before they were erased: a backup, say."""
    newest = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
    end = time.monotonic() + wait_s
    while reader := await connection.fetchval(load("leftovers_readers"), newest):
        if time.monotonic() >= end:
            undone.append(Undone("old rows", f"{reader} began to read before the erasure; wait for its end."))
            return
        await asyncio.sleep(_LOOK_S)


async def _rewrite(
    connection: asyncpg.Connection, table: str, wait_s: float, tell: Tell, undone: list[Undone]
) -> Rewritten | None:
    size = "SELECT pg_total_relation_size(to_regclass($1))"
    began, before = time.monotonic(), await connection.fetchval(size, table)
    if before is None:
        return None  # retention or the operator removed it, with its pages
    if not await _tried(connection, f"VACUUM (FULL, ANALYZE) {table}", wait_s, undone):
        return None
    rewritten = Rewritten(table, before, await connection.fetchval(size, table), round(time.monotonic() - began, 3))
    tell(rewritten)
    return rewritten


async def _samples_anew(
    connection: asyncpg.Connection, wait_s: float, tell: Tell, undone: list[Undone]
) -> list[Rewritten]:
    """The planner's samples hold numbers; those of before leave with the pages they stand in."""
    for parent in _PARENTS:
        if await connection.fetchval("SELECT EXISTS (SELECT FROM pg_stats WHERE tablename = $1)", parent):
            await _tried(connection, f"ANALYZE ONLY {parent}", wait_s, undone)
    rewritten = await _rewrite(connection, _SAMPLES, wait_s, tell, undone)
    return [rewritten] if rewritten else []


async def _tried(connection: asyncpg.Connection, statement: str, wait_s: float, undone: list[Undone]) -> bool:
    what = statement.rpartition(" ")[2]
    try:
        await connection.execute(f"SET lock_timeout = {max(1, int(wait_s * 1000))}")
        await connection.execute(statement)
    except _RACES:
        undone.append(Undone(what, "It was in use; run this again in a quieter hour."))
    except asyncpg.InsufficientPrivilegeError:
        undone.append(Undone(what, "The database user may not; an administrator can: " + statement))
    else:
        return True
    return False


async def _log_anew(connection: asyncpg.Connection, undone: list[Undone]) -> tuple[str, int]:
    """Write the log of changes on until all its files are new: the server keeps old ones to write over them."""
    start = await connection.fetchval("SELECT pg_current_wal_insert_lsn()::text")
    try:
        # A whole file further, so that the checkpoint begins in one that holds nothing old.
        await _fill(connection, await connection.fetchval(load("leftovers_next_file")))
        wal_file: str = await connection.fetchval("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
        await connection.execute("CHECKPOINT")
        last = await connection.fetchval("SELECT max(name) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'")
        await _fill(connection, last)
        await connection.execute("CHECKPOINT")
    except asyncpg.InsufficientPrivilegeError:
        why = "The database user may not; an administrator can: GRANT pg_checkpoint, pg_monitor TO comity_owner;"
        undone.append(Undone("log of changes", why))
        return "", 0
    octets = await connection.fetchval("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::text::pg_lsn)", start)
    return wal_file, int(octets)


async def _fill(connection: asyncpg.Connection, last: str) -> None:
    """Write messages that mean nothing until the log is past a file."""
    while await connection.fetchval("SELECT pg_walfile_name(pg_current_wal_insert_lsn()) <= $1", last):
        await connection.execute(load("leftovers_fill"), _FILL_OCTETS, _FILL_TIMES)


async def _keep(connection: asyncpg.Connection, finished: Finished, token: UUID) -> None:
    """Keep what was done; what is left stays noted, all of it: the next time begins anew."""
    async with connection.transaction():
        if not finished.undone:
            await connection.execute("DELETE FROM erasure_leftovers WHERE taken_by = $1", token)
        told: Any = msgspec.to_builtins(finished)
        await connection.execute(
            "INSERT INTO erasure_finishes (begun_at, done_at, wal_file, tables, left_undone)"
            " VALUES ($1, clock_timestamp(), $2, $3, $4)",
            *(finished.begun_at, finished.wal_file, told["tables"], told["undone"]),
        )
