"""Owns signed checkpoints of the evidence log in PostgreSQL: taken, read; must not know what entries prove."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import asyncpg

from comity.edges.postgres.evidence_keys import MasterKey
from comity.edges.postgres.statements import load
from comity.evidence.chain import Head
from comity.evidence.checkpoint import Checkpoint, note_hash, sign

_AT_ONCE: Final = 200
_SELECT: Final = "SELECT number, note, signature, accounts, sequences, hashes FROM evidence_checkpoints"


async def take_checkpoint(connection: asyncpg.Connection, master: MasterKey, now: datetime) -> Checkpoint | None:
    """Sign where all chains end now, and keep it; None where nothing was written since the last one.

    Args:
        connection: of the road.
        master: the installation's keys, as the database knows them (`matching_master`).
        now: the present.
    """
    async with connection.transaction():
        # Nodes take turns, so that each checkpoint follows the one before. Writers do not wait.
        await connection.execute("LOCK TABLE evidence_checkpoints IN SHARE ROW EXCLUSIVE MODE")
        last = await connection.fetchrow("SELECT number, note FROM evidence_checkpoints ORDER BY number DESC LIMIT 1")
        signed = _heads(await connection.fetch("SELECT account_id, sequence, hash FROM evidence_signed"))
        heads = _heads(
            await connection.fetch("SELECT account_id, sequence, hash FROM evidence_heads WHERE sequence > 0")
        )
        moved = {account_id: head for account_id, head in heads.items() if signed.get(account_id) != head}
        if not moved:
            return None
        number, note = (last["number"], last["note"]) if last else (0, None)
        # A chain that is gone stays in what is signed, so that its end is missed.
        taken = sign(number + 1, now, {**signed, **heads}, note_hash(note), master.signer)
        await connection.execute(
            load("evidence_checkpoint"),
            taken.number,
            now,
            taken.note,
            taken.signature,
            list(moved),
            [head.sequence for head in moved.values()],
            [head.hash for head in moved.values()],
        )
    return Checkpoint(taken.number, taken.note, taken.signature, moved)


async def newest_checkpoint(connection: asyncpg.Connection) -> Checkpoint | None:
    """The last checkpoint, or None."""
    row = await connection.fetchrow(f"{_SELECT} ORDER BY number DESC LIMIT 1")
    return None if row is None else _checkpoint(row)


async def list_checkpoints(connection: asyncpg.Connection, before: int | None, most: int) -> list[asyncpg.Record]:
    """Checkpoints (number, at, note, signature), the newest first; those before a number, if one is given."""
    rows: list[asyncpg.Record] = await connection.fetch(
        "SELECT number, at, note, signature FROM evidence_checkpoints"
        " WHERE $1::bigint IS NULL OR number < $1 ORDER BY number DESC LIMIT $2",
        before,
        most,
    )
    return rows


async def newest_at(connection: asyncpg.Connection) -> datetime | None:
    """When the last checkpoint was taken, or None."""
    at: datetime | None = await connection.fetchval("SELECT at FROM evidence_checkpoints ORDER BY number DESC LIMIT 1")
    return at


async def has_checkpoint(connection: asyncpg.Connection, note: bytes) -> bool:
    """Whether a note is among those that are kept."""
    found = await connection.fetchval("SELECT TRUE FROM evidence_checkpoints WHERE note = $1", note)
    return bool(found)


async def checkpoints(connection: asyncpg.Connection) -> AsyncIterator[Checkpoint]:
    """All checkpoints, the first one first."""
    after = 0
    while True:
        rows = await connection.fetch(f"{_SELECT} WHERE number > $1 ORDER BY number LIMIT $2", after, _AT_ONCE)
        for row in rows:
            after = row["number"]
            yield _checkpoint(row)
        if len(rows) < _AT_ONCE:
            return


def _heads(rows: list[asyncpg.Record]) -> dict[int, Head]:
    return {row["account_id"]: Head(row["sequence"], row["hash"]) for row in rows}


def _checkpoint(row: asyncpg.Record) -> Checkpoint:
    moved = zip(row["accounts"], map(Head, row["sequences"], row["hashes"]), strict=True)
    return Checkpoint(row["number"], row["note"], row["signature"], dict(moved))
