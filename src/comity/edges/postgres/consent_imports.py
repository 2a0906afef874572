"""Owns imports of consents in PostgreSQL: rows by the batch, what is found of a list, its hold and release.

It must not know files. Each batch is a commit of its own with one entry in the evidence log: the root over its rows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from comity.cases.life import Event
from comity.consent.bought import Limits, Sample, Seen, Signal, find, is_held, limits, shared
from comity.consent.life import COUNTING, ImportEvent, ImportState, WrongEventError, next_import
from comity.consent.records import Consent
from comity.edges.postgres.case_store import NewCase, open_case
from comity.edges.postgres.consent_store import CONSENT
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.statements import load
from comity.evidence.tree import leaf_hash, root_of
from comity.numbers import BadNumber, read_destination

SALT_OCTETS: Final = 16
LAST: Final = (1 << 63) - 1
_COLUMNS: Final = Consent.__struct_fields__
_OPENED_BY: Final = "consent import"


class Import(msgspec.Struct, frozen=True):
    """An import that is under way, or was before."""

    account_id: int
    import_id: int
    digest: str
    state: ImportState


class Settled(msgspec.Struct, frozen=True):
    """What became of an import: whether its rows count, why not, and the case that was opened."""

    state: ImportState
    signals: tuple[Signal, ...] = ()
    case: int | None = None


async def open_import(connection: asyncpg.Connection, account_id: int, name: str, digest: str, now: datetime) -> Import:
    """The import of a file, by its digest; one that was broken off is taken up again."""
    row = None
    while row is None:  # a second process that opens the same import is seen on the next look
        row = await connection.fetchrow(load("consent_import_open"), account_id, name, digest, now)
    return Import(account_id, row["import_id"], digest, ImportState(row["state"]))


async def sample_for(connection: asyncpg.Connection) -> Sample:
    """An empty sample, keyed to this installation."""
    return Sample(await connection.fetchval("SELECT hash_key FROM installation"))


async def write_rows(connection: asyncpg.Connection, into: Import, rows: Sequence[Consent], now: datetime) -> int:
    """Record a batch, durably, with evidence where any row was new; returns how many were."""
    if not rows:
        return 0
    salts = [os.urandom(SALT_OCTETS) for _ in rows]
    async with connection.transaction():
        columns = [[getattr(row, name) for row in rows] for name in _COLUMNS]
        added = await connection.fetch(load("consent_import_rows"), into.account_id, into.import_id, *columns, salts)
        if added:
            new = {row["salt"] for row in added}
            leaves = [salted_leaf(row, salt) for row, salt in zip(rows, salts, strict=True) if salt in new]
            await _keep_evidence(connection, into, len(rows), leaves, now)
    return len(added)


def salted_leaf(consent: Consent, salt: bytes) -> bytes:
    """What stands for an imported consent under its batch's root: it tells nothing to who has not its salt."""
    return leaf_hash(salt + consent.line)


async def _keep_evidence(
    connection: asyncpg.Connection, into: Import, rows: int, leaves: Sequence[bytes], now: datetime
) -> None:
    """One entry for the batch: the root over its new rows."""
    root, key = root_of(leaves), (into.account_id, into.import_id)
    body = {"import": into.import_id, "file": into.digest, "rows": rows, "new": len(leaves), "root": root.hex()}
    await append(connection, into.account_id, CONSENT, body, now)
    await connection.execute(
        "INSERT INTO consent_leaves (account_id, import_id, root, leaves) VALUES ($1, $2, $3, $4)",
        *(*key, root, b"".join(leaves)),
    )
    await connection.execute(
        "UPDATE consent_imports SET recorded = recorded + $3 WHERE account_id = $1 AND import_id = $2",
        *(*key, len(leaves)),
    )


async def settle_import(
    connection: asyncpg.Connection, read: Import, sample: Sample, counts: tuple[int, int], now: datetime
) -> Settled:
    """Say whether the rows of an import count, now that it was read to its end.

    Args:
        connection: of the road.
        read: the import; one that was settled before stays as it is.
        sample: of all its rows.
        counts: rows that were known already, and that were rejected.
        now: the present.
    """
    if read.state is not ImportState.READING:
        return Settled(read.state)
    wanted = limits()
    signals = find(await _seen(connection, read.account_id, sample, wanted, now), wanted)
    event = ImportEvent.HOLD if is_held(signals, wanted) else ImportEvent.PASS
    async with connection.transaction():
        await connection.execute(
            "UPDATE consent_imports SET known = $3, rejected = $4 WHERE account_id = $1 AND import_id = $2",
            read.account_id,
            read.import_id,
            *counts,
        )
        await connection.execute(
            "INSERT INTO consent_sketches (account_id, import_id, hashes, at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            read.account_id,
            read.import_id,
            sample.hashes,
            now,
        )
        state = await _move(connection, read, event, (_OPENED_BY, now), signals)
        if state is not ImportState.HELD:
            return Settled(state, tuple(signals))
        facts = {"import": read.import_id, "rows": sample.rows, "signals": msgspec.to_builtins(signals)}
        case = NewCase("import", "A list of opt-ins looks bought", read.account_id, _OPENED_BY, facts=facts)
        number = await open_case(connection, case, now)
    return Settled(state, tuple(signals), number)


async def decide_import(
    connection: asyncpg.Connection, import_id: int, event: ImportEvent, by: str, now: datetime
) -> ImportState | None:
    """Release or drop an import that is held, with evidence; None where there is no such import.

    Raises:
        WrongEventError: it is not held.
    """
    async with connection.transaction():
        row = await connection.fetchrow(
            "SELECT account_id, import_id, digest, state FROM consent_imports WHERE import_id = $1 FOR UPDATE",
            import_id,
        )
        if row is None:
            return None
        found = Import(row["account_id"], row["import_id"], row["digest"], ImportState(row["state"]))
        state = await _move(connection, found, event, (by, now))
        body = {"import": import_id, "file": found.digest, "state": state.value, "by": by}
        await append(connection, found.account_id, CONSENT, body, now)
    return state


async def settle_case(
    connection: asyncpg.Connection, case: Mapping[str, Any], event: Event, now: datetime
) -> Mapping[str, int]:
    """What a decision on the case of a held import does: overturned, its rows count; confirmed, they never do.

    An import that was released or dropped meanwhile, by command, stays as it is.
    """
    number = int(case["facts"]["import"])
    decision = ImportEvent.RELEASE if event is Event.OVERTURN else ImportEvent.DROP
    try:
        await decide_import(connection, number, decision, case["decided_by"], now)
    except WrongEventError:
        return {}
    rows: int = await connection.fetchval("SELECT recorded FROM consent_imports WHERE import_id = $1", number)
    return {"released" if decision is ImportEvent.RELEASE else "dropped": rows}


async def list_imports(
    connection: asyncpg.Connection, account_id: int | None, before: int = LAST, most: int = 100
) -> list[dict[str, Any]]:
    """Imports of one account or all, newest first, with whether their rows count."""
    rows = await connection.fetch(load("consent_import_list"), account_id, before, most)
    return [{**dict(row), "counts": ImportState(row["state"]) in COUNTING} for row in rows]


async def _move(
    connection: asyncpg.Connection,
    which: Import,
    event: ImportEvent,
    who: tuple[str, datetime],
    signals: Sequence[Signal] | None = None,
) -> ImportState:
    state = next_import(which.state, event)
    reasons = None if signals is None else msgspec.to_builtins(signals)
    by, now = who
    await connection.fetchrow(
        load("consent_import_settle"),
        which.account_id,
        which.import_id,
        which.state.value,
        state.value,
        now,
        by,
        reasons,
    )
    return state


async def _seen(connection: asyncpg.Connection, account_id: int, sample: Sample, wanted: Limits, now: datetime) -> Seen:
    rows = sample.sampled
    known = await connection.fetchrow(load("consent_import_known"), account_id, [row.recipient for row in rows])
    others = await connection.fetch(
        "SELECT hashes FROM consent_sketches WHERE account_id <> $1 AND at > $2 AND hashes && $3::bigint[]",
        account_id,
        now - timedelta(days=wanted.fresh_days),
        sample.hashes,
    )
    mine = sample.hashes
    shares = (shared(mine, row["hashes"]) for row in others)
    declared = await connection.fetchval("SELECT countries FROM use_cases WHERE account_id = $1", account_id)
    return Seen(
        rows,
        **dict(known or {}),
        overlaps=[share for share in shares if share is not None],
        countries=[_country(row.recipient) for row in rows],
        declared=frozenset(declared or ()),
    )


def _country(number: str) -> str:
    try:
        return read_destination(number).country or ""
    except BadNumber:
        return ""
