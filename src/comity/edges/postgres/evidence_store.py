"""Owns the evidence log in PostgreSQL: entries appended, read, checked, persons erased; must not know what they prove.

An entry is written in the transaction of what it is evidence of: both are there, or neither. Writers need no secret.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from comity.edges.postgres.evidence_keys import SubjectKey, key_id_of, keys_for
from comity.edges.postgres.statements import load
from comity.edges.sealing import seal
from comity.evidence.chain import BEGINNING, SALT_OCTETS, Entry, Head, commitment_of, next_entry, payload_octets
from comity.evidence.erasing import LAW_KEPT
from comity.journey.slices import Slices

_KEPT: Final = "kept by law"
ERASURE = "erasure"
"""The kind of the entries that say which payloads were destroyed."""


class NewEntry(msgspec.Struct, frozen=True):
    """An entry to append.

    Attributes:
        account_id: whose chain it joins.
        kind: what it is evidence of: small letters, digits, `_` and `-`, at most 50.
        body: the payload; what `comity.evidence.canonical` takes: no fractions.
        number: the MSISDN (digits) whose erasure destroys the payload; "" where it tells of no recipient.
    """

    account_id: int
    kind: str
    body: Mapping[str, Any]
    number: str = ""


async def append(
    connection: asyncpg.Connection,
    account_id: int,
    kind: str,
    body: Mapping[str, Any],
    now: datetime,
    *,
    number: str = "",
) -> int:
    """Append one entry to an account's chain, within the caller's transaction; several go in account order.

    Returns:
        Its sequence number.

    Raises:
        NotCanonicalError: the body holds what has no canonical form.
        StoreError: the log has no keys yet.
    """
    (entry,) = await _append(connection, [NewEntry(account_id, kind, body, number)], now)
    return entry.sequence


async def append_many(connection: asyncpg.Connection, entries: Sequence[NewEntry], now: datetime) -> None:
    """Append entries, in their order for each account, with a fixed number of statements; raises as `append` does."""
    await _append(connection, entries, now)


async def _append(connection: asyncpg.Connection, entries: Sequence[NewEntry], now: datetime) -> list[Entry]:
    if not entries:
        return []
    octets = [payload_octets(entry.body, os.urandom(SALT_OCTETS)) for entry in entries]
    async with connection.transaction():
        heads = await lock_heads(connection, [entry.account_id for entry in entries])
        subjects = [(entry.account_id, subject_number(entry.kind, entry.number)) for entry in entries]
        keys = await keys_for(connection, subjects, now)
        chained: list[Entry] = []
        for entry, payload in zip(entries, octets, strict=True):
            new = next_entry(entry.account_id, heads[entry.account_id], entry.kind, now, commitment_of(payload))
            heads[entry.account_id] = new.head
            chained.append(new)
        used = [keys[subject] for subject in subjects]
        boxes = await _boxes(chained, octets, used)
        await connection.execute(load("evidence_append"), *_columns(chained), [key.key_id for key in used], boxes)
    return chained


async def lock_heads(connection: asyncpg.Connection, accounts: Sequence[int]) -> dict[int, Head]:
    """The ends of accounts' chains, locked until the transaction ends."""
    rows = await connection.fetch(load("evidence_lock"), accounts, BEGINNING)
    return {row["account_id"]: Head(row["sequence"], row["hash"]) for row in rows}


async def _boxes(chained: Sequence[Entry], octets: Sequence[bytes], keys: Sequence[SubjectKey]) -> list[bytes]:
    """Payloads sealed to their subjects; in a long row others get their turn in between."""
    slices = Slices()
    boxes: list[bytes] = []
    for entry, payload, key in zip(chained, octets, keys, strict=True):
        boxes.append(seal(payload, about(entry.account_id, entry.sequence), key.public_key))
        await slices.breathe()
    return boxes


def about(account_id: int, sequence: int) -> bytes:
    """What a box is bound to, so that boxes cannot be exchanged."""
    return f"evidence {account_id} {sequence}".encode()


def _columns(chained: Sequence[Entry]) -> list[list[Any]]:
    fields = ("account_id", "sequence", "kind", "at", "commitment", "previous", "hash")
    return [[getattr(entry, field) for entry in chained] for field in fields]


def subject_number(kind: str, number: str) -> str:
    """What a number's key goes by: what the law needs is sealed with one of its own, which an erasure may leave."""
    return f"{number}\n{_KEPT}" if number and kind in LAW_KEPT else number


async def erase_number(
    connection: asyncpg.Connection, account_id: int, number: str, now: datetime, *, law_kept: bool = True
) -> int:
    """Destroy a number's keys and all that was sealed to them; the chain still holds, and says what was erased.

    Args:
        connection: of the road.
        account_id: in whose log.
        number: the MSISDN (digits).
        now: the present.
        law_kept: also what `comity.evidence.erasing` says the law needs.

    Returns:
        How many payloads are gone; 0, and no entry, where the account's log has nothing on the number.
    """
    if not number:
        raise ValueError("the account's own key is nobody's to erase")
    async with connection.transaction():
        # Whoever writes about the number waits for this lock, and makes a new key afterwards.
        await lock_heads(connection, [account_id])
        names = [number, f"{number}\n{_KEPT}"] if law_kept else [number]
        found = [await key_id_of(connection, (account_id, name)) for name in names]
        keys = [key_id for key_id in found if key_id is not None]
        if not keys:
            return 0
        rows = await connection.fetch(
            "DELETE FROM evidence_payloads WHERE key_id = ANY ($1::bigint[]) RETURNING sequence", keys
        )
        await connection.execute("DELETE FROM subject_keys WHERE key_id = ANY ($1::bigint[])", keys)
        erased = sorted(row["sequence"] for row in rows)
        await append(connection, account_id, ERASURE, {"entries": _ranges(erased)}, now)
    return len(erased)


def _ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Rising numbers as first and last of each unbroken row."""
    rows = itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    grouped = ([number for _, number in row] for _, row in rows)
    return [[row[0], row[-1]] for row in grouped]
