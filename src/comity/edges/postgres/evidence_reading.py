"""Owns reading the evidence log and opening its payloads; must not know what entries prove.

Who has the installation's keys opens what is not erased; who has not still reads the chain.
"""

from __future__ import annotations

import enum
from typing import Any, Final

import asyncpg
import msgspec

from comity.edges.postgres.evidence_keys import MasterKey, open_subject_key
from comity.edges.postgres.evidence_store import about
from comity.edges.postgres.statements import load
from comity.edges.sealing import WrongKeyError, unseal
from comity.evidence.chain import Entry, body_written, commitment_of
from comity.journey.slices import Slices

_ENTRY: Final = Entry.__struct_fields__


class Payload(enum.StrEnum):
    """What became of an entry's payload."""

    OPEN = "open"
    ERASED = "erased"
    """It is not there; where no erasure says so, it was removed."""
    SEALED = "sealed"
    """Whoever reads has not the keys."""
    ALTERED = "altered"
    """It opens to something else than was committed to, or not at all."""


class Written(msgspec.Struct, frozen=True):
    """An entry as it was read.

    Attributes:
        entry: the entry.
        payload: what became of its payload.
        octets: what was committed to, where the payload is open; else nothing.
    """

    entry: Entry
    payload: Payload
    octets: bytes = b""

    @property
    def body(self) -> dict[str, Any] | None:
        """The payload, where it is open."""
        return msgspec.json.decode(body_written(self.octets), type=dict[str, Any]) if self.octets else None


class Opener:
    """Opens payloads, and each subject's key once.

    Args:
        master: the installation's keys; None opens nothing.
    """

    def __init__(self, master: MasterKey | None) -> None:
        self._master = master
        self._keys: dict[int, bytes] = {}

    def open(self, row: asyncpg.Record) -> Written:
        """An entry from its row of `evidence_read.sql`."""
        entry = Entry(*(row[field] for field in _ENTRY))
        if row["box"] is None:
            return Written(entry, Payload.ERASED)
        if self._master is None:
            return Written(entry, Payload.SEALED)
        try:
            octets = unseal(row["box"], about(entry.account_id, entry.sequence), self._key(row, self._master))
        except WrongKeyError:
            return Written(entry, Payload.ALTERED)
        return (
            Written(entry, Payload.OPEN, octets)
            if commitment_of(octets) == entry.commitment
            else Written(entry, Payload.ALTERED)
        )

    def _key(self, row: asyncpg.Record, master: MasterKey) -> bytes:
        key_id = row["key_id"]
        if key_id not in self._keys:
            if row["private_key"] is None:
                raise WrongKeyError
            self._keys[key_id] = open_subject_key(row["private_key"], master)
        return self._keys[key_id]


async def read(
    connection: asyncpg.Connection, account_id: int, master: MasterKey | None, *, after: int = 0, most: int = 100
) -> list[Written]:
    """Entries of an account's chain, by rising sequence number.

    Args:
        connection: of the road, or of the account itself.
        account_id: whose.
        master: the installation's keys, to open payloads.
        after: those with a greater sequence number.
        most: how many at most.
    """
    opener, slices, opened = Opener(master), Slices(), list[Written]()
    for row in await connection.fetch(load("evidence_read"), account_id, after, most):
        opened.append(opener.open(row))
        await slices.breathe()
    return opened
