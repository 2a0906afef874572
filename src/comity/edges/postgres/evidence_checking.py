"""Owns checking the evidence log in PostgreSQL: chains, payloads, trees, checkpoints; must not know a door."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from comity.base.ids import earliest, to_wire
from comity.edges.postgres.evidence_checkpoints import checkpoints
from comity.edges.postgres.evidence_keys import MasterKey
from comity.edges.postgres.evidence_minutes import MINUTE, VERDICTS, split_leaves
from comity.edges.postgres.evidence_reading import Opener, Payload, Written
from comity.edges.postgres.evidence_store import ERASURE
from comity.edges.postgres.statements import load
from comity.evidence.chain import ChainCheck, Flaw, Head
from comity.evidence.checkpoint import CheckpointFlaw, CheckpointsCheck
from comity.evidence.tree import root_of

_AT_ONCE: Final = 500


class Checked(msgspec.Struct):
    """What became of one account's chain.

    Attributes:
        account_id: whose.
        entries: how many there are.
        opened: payloads that were opened, and are what was committed to.
        erased: payloads that an erasure destroyed.
        verdicts: verdicts that were compared with their trees.
        flaw: what is wrong first, or None.
    """

    account_id: int
    entries: int = 0
    opened: int = 0
    erased: int = 0
    verdicts: int = 0
    flaw: Flaw | None = None

    def found(self, flaw: Flaw | None) -> None:
        """Something may be wrong; what is wrong first is kept."""
        if flaw is not None and (self.flaw is None or flaw.sequence < self.flaw.sequence):
            self.flaw = flaw

    def says(self, sequence: int, what: str) -> None:
        """Something is wrong."""
        self.found(Flaw(self.account_id, sequence, what))


class Signed(msgspec.Struct, frozen=True):
    """What checkpoints say.

    Attributes:
        count: how many there are.
        flaw: what is wrong first with them, or None.
        hashes: by account and sequence number.
    """

    count: int
    flaw: CheckpointFlaw | None
    hashes: Mapping[int, Mapping[int, bytes]]


async def verify_checkpoints(connection: asyncpg.Connection) -> Signed:
    """Check all checkpoints, and gather what they signed."""
    public_key = await connection.fetchval("SELECT signing_key FROM evidence_installation")
    check, count = CheckpointsCheck(public_key or bytes(32)), 0
    hashes: dict[int, dict[int, bytes]] = {}
    async for checkpoint in checkpoints(connection):
        check.add(checkpoint)
        if check.flaw is None:
            for account_id, head in checkpoint.moved.items():
                hashes.setdefault(account_id, {})[head.sequence] = head.hash
        count += 1
    return Signed(count, check.flaw, hashes)


async def accounts_with_chains(connection: asyncpg.Connection) -> list[int]:
    """Accounts that have entries, rising."""
    return [row["account_id"] for row in await connection.fetch(load("evidence_accounts"))]


async def verify_accounts(
    connection: asyncpg.Connection, master: MasterKey | None, signed: Signed, *, messages: bool = True
) -> AsyncIterator[Checked]:
    """Check every account's chain; see `verify_account`."""
    accounts = set(await accounts_with_chains(connection)) | set(signed.hashes)
    for account_id in sorted(accounts):
        yield await verify_account(connection, account_id, master, signed.hashes.get(account_id), messages=messages)


async def verify_account(
    connection: asyncpg.Connection,
    account_id: int,
    master: MasterKey | None,
    signed: Mapping[int, bytes] | None = None,
    *,
    messages: bool = True,
) -> Checked:
    """Check one account's chain, from its beginning; not within a transaction.

    Args:
        connection: of the road.
        account_id: whose.
        master: the installation's keys; without them payloads are not looked into.
        signed: what checkpoints say of the chain.
        messages: whether verdicts as they stand are compared with the trees of their minutes.
    """
    checked, check = Checked(account_id), ChainCheck(account_id, signed)
    payloads = _Payloads(checked)
    # One snapshot, so that entries written meanwhile are no flaws.
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        head = await connection.fetchrow("SELECT sequence, hash FROM evidence_heads WHERE account_id = $1", account_id)
        async for rows in _stretches(connection, account_id, Opener(master)):
            for written in rows:
                check.add(written.entry)
                payloads.add(written)
            await _check_minutes(connection, checked, rows, messages=messages)
        checked.found(check.end(Head(*head) if head else None))
    payloads.end(can_tell=master is not None)
    return checked


async def _stretches(connection: asyncpg.Connection, account_id: int, opener: Opener) -> AsyncIterator[list[Written]]:
    after = 0
    while True:
        rows = await connection.fetch(load("evidence_read"), account_id, after, _AT_ONCE)
        if rows:
            yield [opener.open(row) for row in rows]
            after = rows[-1]["sequence"]
        if len(rows) < _AT_ONCE:
            return


class _Payloads:
    """Looks whether each payload is there, or was erased as an entry of the chain says."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked
        self._missing: set[int] = set()
        self._erased: list[tuple[int, int]] = []

    def add(self, written: Written) -> None:
        self._checked.entries += 1
        sequence = written.entry.sequence
        if written.payload is Payload.ERASED:
            self._missing.add(sequence)
        elif written.payload is Payload.ALTERED:
            self._checked.says(sequence, "has a payload that is not what was committed to")
        elif written.payload is Payload.OPEN:
            self._checked.opened += 1
            if written.entry.kind == ERASURE:
                self._erased += [(first, last) for first, last in (written.body or {}).get("entries", ())]

    def end(self, *, can_tell: bool) -> None:
        removed = self._missing - _within(self._missing, self._erased)
        self._checked.erased = len(self._missing) - len(removed)
        if removed and can_tell:
            self._checked.says(min(removed), "has lost its payload, and no erasure says so")


def _within(numbers: set[int], ranges: list[tuple[int, int]]) -> set[int]:
    """Those of the numbers that lie in one of the ranges."""
    rising, found = sorted(numbers), set[int]()
    for first, last in ranges:
        found.update(rising[bisect_left(rising, first) : bisect_right(rising, last)])
    return found


async def _check_minutes(
    connection: asyncpg.Connection, checked: Checked, rows: list[Written], *, messages: bool
) -> None:
    """Compare roots in the chain with the trees that are kept, and the trees with the messages."""
    entries = {
        written.entry.sequence: written.body
        for written in rows
        if written.entry.kind == VERDICTS and written.payload is Payload.OPEN
    }
    minutes = {datetime.fromisoformat(body["minute"]): sequence for sequence, body in entries.items() if body}
    trees = await connection.fetch(
        "SELECT minute, seed, ids, leaves FROM evidence_minutes WHERE account_id = $1 AND minute = ANY ($2)",
        checked.account_id,
        list(minutes),
    )
    by_minute = {tree["minute"]: tree for tree in trees}
    for minute, sequence in minutes.items():
        tree, body = by_minute.get(minute), entries[sequence] or {}
        if tree is None:
            checked.says(sequence, "has lost the tree of its verdicts")
        elif root_of(split_leaves(tree["leaves"])).hex() != body["root"] or len(tree["ids"]) != body["messages"]:
            checked.says(sequence, "has another tree of verdicts than was committed to")
        elif messages:
            await _check_messages(connection, checked, sequence, tree)


async def _check_messages(
    connection: asyncpg.Connection, checked: Checked, sequence: int, tree: asyncpg.Record
) -> None:
    """Compare verdicts as they stand with those of the tree; messages that are gone by now are no flaw."""
    minute: datetime = tree["minute"]
    found = await connection.fetch(
        load("evidence_minute_rows"), checked.account_id, earliest(minute), earliest(minute + MINUTE), tree["seed"]
    )
    known = dict(zip(tree["ids"], split_leaves(tree["leaves"]), strict=True))
    for row in found:
        checked.verdicts += 1
        if row["id"] not in known:
            checked.says(sequence, f"does not know message {to_wire(row['id'])}, which was put into its minute later")
        elif known[row["id"]] != row["leaf"]:
            checked.says(sequence, f"holds another verdict on message {to_wire(row['id'])} than stands there now")
