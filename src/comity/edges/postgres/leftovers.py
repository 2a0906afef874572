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
    "letters",
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


class _Run(msgspec.Struct, frozen=True):
    """One time that files are rid: who takes the notes, and what could not be done so far."""

    connection: asyncpg.Connection
    wait_s: float
    tell: Tell
    token: UUID
    undone: list[Undone]


async def finish(connection: asyncpg.Connection, wait_s: float, tell: Tell = lambda _: None) -> Finished | None:
    """Rid the files of what was erased; None where nothing was erased since the last time.

    Args:
        connection: the owner's, in no transaction.
        wait_s: how long a table is waited for at most; nobody else waits longer for one than that, and its rewriting.
        tell: is told of each table when it is done.
    """
    began, run = time.monotonic(), _Run(connection, wait_s, tell, uuid4(), [])
    rows = await connection.fetch("UPDATE erasure_leftovers SET taken_by = $1 RETURNING relation", run.token)
    if not rows:
        return None
    begun_at = await connection.fetchval("SELECT clock_timestamp()")
    await _ask_for_rights(run)
    if not run.undone:
        await _wait_for_readers(run)
    done = [] if run.undone else await _pages_anew(run, {row["relation"] for row in rows})
    wal_file, octets = ("", 0) if run.undone else await _log_anew(run)
    seconds = round(time.monotonic() - began, 3)
    finished = Finished(begun_at, tuple(done), wal_file, octets, seconds, tuple(run.undone))
    await _keep(connection, finished, run.token)
    return finished


async def _ask_for_rights(run: _Run) -> None:
    """Ahead of all that keeps others waiting: without the log of changes, it would be in vain."""
    if not await run.connection.fetchval(load("leftovers_rights")):
        why = "The database user may not; an administrator can: GRANT pg_checkpoint, pg_monitor TO comity_owner;"
        run.undone.append(Undone("log of changes", why))


async def _wait_for_readers(run: _Run) -> None:
    """Old rows stay for whoever began to read before they were erased: a backup, say."""
    newest = await run.connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
    end = time.monotonic() + run.wait_s
    while reader := await run.connection.fetchval(load("leftovers_readers"), newest):
        if time.monotonic() >= end:
            run.undone.append(Undone("old rows", f"{reader} began to read before the erasure; wait for its end."))
            return
        await asyncio.sleep(_LOOK_S)


async def _pages_anew(run: _Run, noted: set[str]) -> list[Rewritten]:
    """Tables, then samples of them; no further where one is in use. What is done is not done again the next time."""
    # That the samples and the log are left to do stays noted until they are done, whatever tables are.
    await run.connection.execute(load("leftovers_begun"), _SAMPLES, run.token)
    done = []
    for table in (*sorted(noted - {_SAMPLES, *PASSING}), *PASSING):
        done += await _rewrite(run, table)
        if run.undone:
            return done
        gone = "DELETE FROM erasure_leftovers WHERE relation = $1 AND taken_by = $2"
        await run.connection.execute(gone, table, run.token)
    # The planner's samples hold numbers; those of before leave with the pages they stand in.
    for parent in _PARENTS:
        if await run.connection.fetchval("SELECT EXISTS (SELECT FROM pg_stats WHERE tablename = $1)", parent):
            await _tried(run, f"ANALYZE ONLY {parent}")
    return done if run.undone else done + await _rewrite(run, _SAMPLES)


async def _rewrite(run: _Run, table: str) -> list[Rewritten]:
    size = "SELECT pg_total_relation_size(to_regclass($1))"
    began, before = time.monotonic(), await run.connection.fetchval(size, table)
    # Retention or the operator may have removed it, with its pages.
    if before is None or not await _tried(run, f"VACUUM (FULL, ANALYZE) {table}"):
        return []
    after = await run.connection.fetchval(size, table)
    rewritten = Rewritten(table, before, after, round(time.monotonic() - began, 3))
    run.tell(rewritten)
    return [rewritten]


async def _tried(run: _Run, statement: str) -> bool:
    what = statement.rpartition(" ")[2]
    try:
        await run.connection.execute(f"SET lock_timeout = {max(1, int(run.wait_s * 1000))}")
        await run.connection.execute(statement)
    except _RACES:
        run.undone.append(Undone(what, "It was in use; run this again in a quieter hour."))
    except asyncpg.InsufficientPrivilegeError:
        run.undone.append(Undone(what, "The database user may not; an administrator can: " + statement))
    else:
        return True
    return False


async def _log_anew(run: _Run) -> tuple[str, int]:
    """Write the log of changes on until all its files are new: the server keeps old ones to write over them."""
    connection = run.connection
    start = await connection.fetchval("SELECT pg_current_wal_insert_lsn()::text")
    # A whole file further, so that the checkpoint begins in one that holds nothing old.
    await _fill(connection, await connection.fetchval(load("leftovers_next_file")))
    wal_file: str = await connection.fetchval("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
    await connection.execute("CHECKPOINT")
    last = await connection.fetchval("SELECT max(name) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'")
    await _fill(connection, last)
    await connection.execute("CHECKPOINT")
    octets = await connection.fetchval("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::text::pg_lsn)", start)
    return wal_file, int(octets)


async def _fill(connection: asyncpg.Connection, last: str) -> None:
    """Write messages that mean nothing until the log is past a file."""
    while await connection.fetchval("SELECT pg_walfile_name(pg_current_wal_insert_lsn()) <= $1", last):
        await connection.execute(load("leftovers_fill"), _FILL_OCTETS, _FILL_TIMES)


async def _keep(connection: asyncpg.Connection, finished: Finished, token: UUID) -> None:
    """Keep what was done; what is left stays noted."""
    async with connection.transaction():
        if not finished.undone:
            await connection.execute("DELETE FROM erasure_leftovers WHERE taken_by = $1", token)
        told: Any = msgspec.to_builtins(finished)
        await connection.execute(
            "INSERT INTO erasure_finishes (begun_at, done_at, wal_file, tables, left_undone)"
            " VALUES ($1, clock_timestamp(), $2, $3, $4)",
            *(finished.begun_at, finished.wal_file, told["tables"], told["undone"]),
        )
