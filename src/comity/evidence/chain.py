"""Owns commitments and the chain of entries of an account, and finds what is wrong in one; must not know a store.

An entry holds no payload, only a salted commitment to it: who has the payload and its salt can show that it is the one,
and who has neither learns nothing. Every hash is the SHA-256 of a short text, so that `sha256sum` can check it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from comity.evidence.canonical import canonical, written_instant

HASH_OCTETS: Final = 32
SALT_OCTETS: Final = 32
BEGINNING: Final = bytes(HASH_OCTETS)
"""What the first entry of a chain follows."""
_ENTRY: Final = "comity evidence entry 1"
_PAYLOAD: Final = b"comity evidence payload 1\n"
_SALT_WRITTEN: Final = 2 * SALT_OCTETS


class Head(msgspec.Struct, frozen=True):
    """The end of a chain: its last sequence number, 0 for none, and that entry's hash."""

    sequence: int = 0
    hash: bytes = BEGINNING


class Entry(msgspec.Struct, frozen=True):
    """One entry of an account's chain.

    Attributes:
        account_id: whose it is.
        sequence: counted from 1.
        kind: what it is evidence of, in a word.
        at: when it was written (aware).
        commitment: SHA-256 of the payload's octets (`payload_octets`).
        previous: hash of the entry before; `BEGINNING` for the first.
        hash: SHA-256 of `entry_text`.
    """

    account_id: int
    sequence: int
    kind: str
    at: datetime
    commitment: bytes
    previous: bytes
    hash: bytes

    @property
    def head(self) -> Head:
        """The chain's end while this is its last entry."""
        return Head(self.sequence, self.hash)


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong, and at which entry first."""

    account_id: int
    sequence: int
    what: str


def payload_octets(body: Mapping[str, Any], salt: bytes) -> bytes:
    """What a commitment is made over: a name of this form, the salt in hexadecimal, the body as canonical JSON.

    Raises:
        NotCanonicalError: the body has no canonical form.
    """
    if len(salt) != SALT_OCTETS:
        raise ValueError("a salt has 32 octets")
    return _PAYLOAD + salt.hex().encode() + b"\n" + canonical(body)


def body_written(octets: bytes) -> bytes:
    """The canonical JSON in `payload_octets`."""
    return octets[len(_PAYLOAD) + _SALT_WRITTEN + 1 :]


def salt_written(octets: bytes) -> bytes:
    """The salt in `payload_octets`, in hexadecimal."""
    return octets[len(_PAYLOAD) : len(_PAYLOAD) + _SALT_WRITTEN]


def commitment_of(octets: bytes) -> bytes:
    """The commitment to a payload's octets."""
    return hashlib.sha256(octets).digest()


def entry_text(entry: Entry) -> bytes:
    """The text whose SHA-256 is the entry's hash: seven lines, the last two of them hashes in hexadecimal."""
    lines = (
        _ENTRY,
        str(entry.account_id),
        str(entry.sequence),
        entry.kind,
        written_instant(entry.at),
        entry.commitment.hex(),
        entry.previous.hex(),
    )
    return "".join(f"{line}\n" for line in lines).encode()


def next_entry(account_id: int, head: Head, kind: str, at: datetime, commitment: bytes) -> Entry:
    """The entry that follows the end of a chain."""
    bare = Entry(account_id, head.sequence + 1, kind, at, commitment, head.hash, b"")
    return msgspec.structs.replace(bare, hash=hashlib.sha256(entry_text(bare)).digest())


class ChainCheck:
    """Looks through one account's chain, entry by entry, for the first that is wrong.

    Args:
        account_id: whose chain it is.
        signed: hashes that checkpoints have for some sequence numbers.
    """

    def __init__(self, account_id: int, signed: Mapping[int, bytes] | None = None) -> None:
        self._account_id = account_id
        self._signed = dict(signed or {})
        self._end = Head()
        self._flaw: Flaw | None = None
        # A link broke before this entry: which side is wrong shows in whether all that follows holds.
        self._doubted: int | None = None

    def add(self, entry: Entry) -> None:
        """The next entry as the store has it."""
        if self._flaw is None:
            self._flaw = self._found_at(entry)
        self._end = entry.head

    def end(self, head: Head | None) -> Flaw | None:
        """What is wrong, or None.

        Args:
            head: the end of the chain as it is known otherwise; None where nothing is known.
        """
        flaw = self._flaw or self._found_at_end(head or Head())
        if self._doubted is None:
            return flaw
        if flaw is None:
            return self._says(self._doubted - 1, f"was rewritten: entry {self._doubted} was written after another")
        return self._says(self._doubted, f"was rewritten: it does not follow entry {self._doubted - 1}")

    def _found_at(self, entry: Entry) -> Flaw | None:
        expected = self._end.sequence + 1
        if entry.sequence > expected:
            return self._says(expected, f"is missing: entry {entry.sequence} stands in its place")
        if entry.sequence < expected:
            return self._says(entry.sequence, f"stands where entry {expected} belongs")
        if entry.account_id != self._account_id:
            return self._says(expected, f"is of account {entry.account_id}")
        if hashlib.sha256(entry_text(entry)).digest() != entry.hash:
            return self._says(expected, "was changed: its hash is another")
        if self._signed.get(expected, entry.hash) != entry.hash:
            return self._says(expected, "is not the one that a checkpoint signed: it, or one before it, was rewritten")
        if entry.previous != self._end.hash and self._doubted is None:
            if expected == 1:
                return self._says(expected, "was rewritten: it does not begin the chain")
            self._doubted = expected
        elif entry.previous != self._end.hash:
            return self._says(expected, "does not follow the one before")
        return None

    def _found_at_end(self, head: Head) -> Flaw | None:
        last = self._end.sequence
        newest = max([head.sequence, *self._signed])
        if newest > last:
            return self._says(last + 1, f"is missing, and all to entry {newest}")
        if head.sequence < last:
            return self._says(head.sequence + 1, "was added: the chain's head does not know it")
        if head.hash != self._end.hash:
            return self._says(last, "was rewritten: the chain's head is another")
        return None

    def _says(self, sequence: int, what: str) -> Flaw:
        return Flaw(self._account_id, sequence, what)


def check_chain(
    account_id: int, entries: Iterable[Entry], head: Head | None, signed: Mapping[int, bytes] | None = None
) -> Flaw | None:
    """The first entry of a chain that is wrong, and how, or None; see `ChainCheck`."""
    check = ChainCheck(account_id, signed)
    for entry in entries:
        check.add(entry)
    return check.end(head)
