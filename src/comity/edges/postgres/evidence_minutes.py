"""Owns the way of messages' verdicts into the evidence log: one tree for each account and minute; must not know rules.

A minute is closed when nothing more is written into it. What is kept of it is the hash of each leaf, so that a verdict
can be shown to have stood so even after the message's text, or the message, is gone.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.ids import earliest, instant_of
from comity.edges.postgres.evidence_store import NewEntry, append_many, lock_heads
from comity.edges.postgres.statements import load
from comity.evidence.chain import HASH_OCTETS, SALT_OCTETS
from comity.evidence.tree import Step, proof_of, root_of

VERDICTS: Final = "verdicts"
"""The kind of the entries that hold the root of a minute."""
LATE: Final = timedelta(minutes=5)
"""For so long a message may still be on its way into its minute: no statement takes longer, and clocks differ."""
MINUTE: Final = timedelta(minutes=1)
_AHEAD: Final = timedelta(days=1)
_LAST_ID: Final = UUID(int=(1 << 128) - 1)
_INSERT: Final = (
    "INSERT INTO evidence_minutes (account_id, minute, sequence, seed, ids, leaves) VALUES ($1, $2, $3, $4, $5, $6)"
)


class Tree(msgspec.Struct, frozen=True):
    """The verdicts of one account and minute: ids, and hashes of their leaves, in one order."""

    account_id: int
    ids: list[UUID]
    leaves: list[bytes]


class Proof(msgspec.Struct, frozen=True):
    """That a verdict stands in the tree of its minute.

    Attributes:
        account_id: whose message it is.
        minute: when it was accepted.
        sequence: the entry of the account's chain that holds the root.
        place: the leaf's place in the tree, from 0.
        leaf: the leaf's hash.
        steps: from the leaf to the root.
        root: the root.
        leaf_text: the leaf, where the message is still there.
        verdict_text: the verdict without its text, whose digest stands in the leaf; where the message is still there.
    """

    account_id: int
    minute: datetime
    sequence: int
    place: int
    leaf: bytes
    steps: tuple[Step, ...]
    root: bytes
    leaf_text: bytes | None
    verdict_text: str | None


def minute_of(instant: datetime) -> datetime:
    """The beginning of its minute."""
    return instant.replace(second=0, microsecond=0)


def split_leaves(joined: bytes) -> list[bytes]:
    """Hashes of leaves as they are kept: one behind the other."""
    return [joined[place : place + HASH_OCTETS] for place in range(0, len(joined), HASH_OCTETS)]


async def close_minutes(connection: asyncpg.Connection, now: datetime) -> bool:
    """Close the first minute that has messages and can get no more; whether there may be another.

    Nodes take turns; who comes while another is at it has nothing to do.
    """
    async with connection.transaction():
        row = await connection.fetchrow("SELECT minutes_closed FROM evidence_installation FOR UPDATE SKIP LOCKED")
        if row is None:
            return False
        minute, until = await _next_minute(connection, row["minutes_closed"], minute_of(now - LATE))
        if minute is None:
            await _set_closed(connection, until)
            return until is not None and until < minute_of(now - LATE)
        await _close(connection, minute, now)
        await _set_closed(connection, minute + MINUTE)
    return True


async def _next_minute(
    connection: asyncpg.Connection, closed: datetime | None, limit: datetime
) -> tuple[datetime | None, datetime | None]:
    """The first minute with messages that is not closed, or up to when there is none."""
    if closed is not None and closed >= limit:
        return None, closed
    until = limit if closed is None else min(limit, closed + _AHEAD)
    begin = UUID(int=0) if closed is None else earliest(closed)
    first = await connection.fetchval(load("evidence_first_message"), begin, earliest(until))
    return (None, until) if first is None else (minute_of(instant_of(first)), until)


async def _set_closed(connection: asyncpg.Connection, until: datetime | None) -> None:
    await connection.execute("UPDATE evidence_installation SET minutes_closed = $1", until)


async def _close(connection: asyncpg.Connection, minute: datetime, now: datetime) -> None:
    """Write one entry for each account that has messages in the minute."""
    seed = os.urandom(SALT_OCTETS)
    rows = await connection.fetch(load("evidence_leaves"), earliest(minute), earliest(minute + MINUTE), seed)
    trees = _trees(rows)
    # Off the loop: a busy account's tree takes a tenth of a second.
    roots = await asyncio.to_thread(lambda: [root_of(tree.leaves) for tree in trees])
    heads = await lock_heads(connection, [tree.account_id for tree in trees])
    entries = [
        NewEntry(tree.account_id, VERDICTS, {"minute": minute, "messages": len(tree.ids), "root": root.hex()})
        for tree, root in zip(trees, roots, strict=True)
    ]
    await append_many(connection, entries, now)
    kept = [
        (tree.account_id, minute, heads[tree.account_id].sequence + 1, seed, tree.ids, b"".join(tree.leaves))
        for tree in trees
    ]
    await connection.executemany(_INSERT, kept)


def _trees(rows: Sequence[asyncpg.Record]) -> list[Tree]:
    trees: list[Tree] = []
    for account_id, group in itertools.groupby(rows, key=lambda row: row["account_id"]):
        of_account = list(group)
        trees.append(Tree(account_id, [row["id"] for row in of_account], [row["leaf"] for row in of_account]))
    return trees


async def prove_verdict(connection: asyncpg.Connection, message_id: UUID) -> Proof | None:
    """That a message's verdict stands in the tree of its minute; None where no tree has it (yet)."""
    row = await connection.fetchrow(load("evidence_proof"), message_id, minute_of(instant_of(message_id)))
    if row is None:
        return None
    leaves, place = split_leaves(row["leaves"]), row["ids"].index(message_id)
    return Proof(
        row["account_id"],
        row["minute"],
        row["sequence"],
        place,
        leaves[place],
        proof_of(leaves, place),
        root_of(leaves),
        row["leaf_text"],
        row["verdict_text"],
    )
