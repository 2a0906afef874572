"""Owns signed checkpoints: what is signed of chains' ends, what is wrong in a row of them; must not know a store.

A chain shows what was changed in it unless all of it is written anew. A checkpoint that lies elsewhere shows that too.
Notes and leaves are short texts, so that `sha256sum` and `openssl pkeyutl -verify` can check them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.evidence.canonical import written_instant
from comity.evidence.chain import BEGINNING, Head
from comity.evidence.tree import leaf_hash, root_of

_NOTE: Final = "comity evidence checkpoint 1"
_HEAD: Final = "comity evidence head 1"


class Checkpoint(msgspec.Struct, frozen=True):
    """A signed checkpoint.

    Attributes:
        number: counted from 1.
        note: what was signed (`note_text`).
        signature: Ed25519, 64 octets.
        moved: the heads that moved since the checkpoint before, by account.
    """

    number: int
    note: bytes
    signature: bytes
    moved: Mapping[int, Head]


class CheckpointFlaw(msgspec.Struct, frozen=True):
    """What is wrong with a checkpoint."""

    number: int
    what: str


def head_text(account_id: int, head: Head) -> bytes:
    """The leaf that stands for an account in a checkpoint's tree: four lines."""
    return f"{_HEAD}\n{account_id}\n{head.sequence}\n{head.hash.hex()}\n".encode()


def leaves_of(heads: Mapping[int, Head]) -> list[bytes]:
    """Hashes of the leaves of all chains' ends, by rising account."""
    return [leaf_hash(head_text(account_id, heads[account_id])) for account_id in sorted(heads)]


def note_text(number: int, at: datetime, heads: Mapping[int, Head], previous: bytes) -> bytes:
    """What is signed: six lines; the last two are the root over all heads, and the hash of the note before."""
    root = root_of(leaves_of(heads))
    return f"{_NOTE}\n{number}\n{written_instant(at)}\n{len(heads)}\n{root.hex()}\n{previous.hex()}\n".encode()


def note_hash(note: bytes | None) -> bytes:
    """What the next note names a note by; None for the first, which follows nothing."""
    return BEGINNING if note is None else hashlib.sha256(note).digest()


def sign(number: int, at: datetime, heads: Mapping[int, Head], previous: bytes, key: Ed25519PrivateKey) -> Checkpoint:
    """A checkpoint over all heads; `moved` is left to the store, and holds all of them."""
    note = note_text(number, at, heads, previous)
    return Checkpoint(number, note, key.sign(note), heads)


def is_signed(note: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether a note was signed with the private half of a public key of 32 octets."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, note)
    except InvalidSignature:
        return False
    return True


def public_pem(public_key: bytes) -> bytes:
    """A public key of 32 octets as `openssl` reads it."""
    return Ed25519PublicKey.from_public_bytes(public_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class CheckpointsCheck:
    """Looks through checkpoints, one by one, for the first that is wrong.

    Attributes:
        heads: all heads as the checkpoints so far have them, by account.
        flaw: the first thing that is wrong, or None.

    Args:
        public_key: what signatures are checked with.
    """

    def __init__(self, public_key: bytes) -> None:
        self._public_key = public_key
        self._previous = BEGINNING
        self._number = 0
        self.heads: dict[int, Head] = {}
        self.flaw: CheckpointFlaw | None = None

    def add(self, checkpoint: Checkpoint) -> None:
        """The next checkpoint as the store has it; after one that is wrong no more is learnt."""
        if self.flaw is None:
            self.heads.update(checkpoint.moved)
            what = self._wrong_with(checkpoint)
            if what:
                # A checkpoint that is not there is named, not the one that stands in its place.
                number = min(checkpoint.number, self._number + 1)
                self.flaw = CheckpointFlaw(number, what)
            self._number, self._previous = checkpoint.number, note_hash(checkpoint.note)

    def _wrong_with(self, checkpoint: Checkpoint) -> str:
        if checkpoint.number != self._number + 1:
            return f"is missing: checkpoint {checkpoint.number} stands in its place"
        if not is_signed(checkpoint.note, checkpoint.signature, self._public_key):
            return "was changed: its signature does not fit"
        lines = checkpoint.note.decode().splitlines()
        if lines[1:2] != [str(checkpoint.number)]:
            return "is another one: its note has another number"
        if lines[5:6] != [self._previous.hex()]:
            return "does not follow the one before"
        if lines[4:5] != [root_of(leaves_of(self.heads)).hex()]:
            return "was changed: the heads kept with it are not those that were signed"
        return ""
