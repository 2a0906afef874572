"""Owns the keys of the evidence log: the installation's, from one file, and those of subjects; must not know entries.

Whoever writes needs public keys alone, which the database has. Whoever opens payloads or signs checkpoints needs the
file DATA/evidence.key: 32 random octets, from which both private keys are derived.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import asyncpg
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.base.errors import StoreError
from comity.edges.postgres.sealed_store import read_key, write_key
from comity.edges.postgres.statements import load
from comity.edges.sealing import KEY_OCTETS, new_keys, public_of, seal, unseal
from comity.journey.slices import Slices

_log = structlog.get_logger(__name__)

KEY_FILE: Final = "evidence.key"
_SEALING: Final = b"comity evidence sealing 1"
_SIGNING: Final = b"comity evidence signing 1"
_NONE: Final = "The evidence log has no keys yet."
_NONE_REMEDY: Final = "Start `comity serve` once on this database."

Subject = tuple[int, str]
"""An account and a number (digits); "" for the account itself."""


class MasterKey(msgspec.Struct, frozen=True):
    """The private keys of an installation; `repr` shows nothing of them."""

    sealing: bytes
    signing: bytes

    def __repr__(self) -> str:
        """No key in a log."""
        return "MasterKey()"

    @property
    def signer(self) -> Ed25519PrivateKey:
        """What signs checkpoints."""
        return Ed25519PrivateKey.from_private_bytes(self.signing)

    @property
    def public(self) -> tuple[bytes, bytes]:
        """What is sealed to, and what checks signatures: 32 octets each."""
        return public_of(self.sealing), self.signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class SubjectKey(msgspec.Struct, frozen=True):
    """A subject's public key, by its number in the store."""

    key_id: int
    public_key: bytes


def derive(secret: bytes) -> MasterKey:
    """The private keys that 32 random octets stand for."""
    return MasterKey(_derived(secret, _SEALING), _derived(secret, _SIGNING))


def _derived(secret: bytes, what: bytes) -> bytes:
    return HKDF(SHA256(), KEY_OCTETS, salt=None, info=what).derive(secret)


def read_master(folder: Path) -> MasterKey | None:
    """The keys of the file in a data directory; None where there is none that can be read."""
    try:
        secret = read_key(folder / KEY_FILE)
    except OSError:
        return None
    return None if secret is None else derive(secret)


async def ensure_evidence(connection: asyncpg.Connection, folder: Path) -> None:
    """See that the log has keys; the first node makes them, and its file is on the disk before the database knows.

    Where the database knows other keys than the file here, a warning is logged: this node can write evidence, and
    neither open it nor sign checkpoints.

    Raises:
        StoreError: the file cannot be written, or what stands there is no key.
    """
    if await connection.fetchval("SELECT signing_key FROM evidence_installation") is None:
        async with connection.transaction():
            # Nodes that start at the same time wait here for the one that makes the keys.
            await connection.execute("LOCK TABLE evidence_installation IN SHARE ROW EXCLUSIVE MODE")
            if await connection.fetchval("SELECT TRUE FROM evidence_installation") is None:
                await connection.execute(
                    "INSERT INTO evidence_installation (sealing_key, signing_key, lookup_key) VALUES ($1, $2, $3)",
                    *_made(folder / KEY_FILE).public,
                    os.urandom(KEY_OCTETS),
                )
                return
    if await matching_master(connection, folder) is None:
        _log.warning("evidence.key_differs", file=str(folder / KEY_FILE), remedy="copy the first node's file there")


async def matching_master(connection: asyncpg.Connection, folder: Path) -> MasterKey | None:
    """The keys of the file in a data directory, where they are the ones that the database knows."""
    master = read_master(folder)
    known = await connection.fetchrow("SELECT sealing_key, signing_key FROM evidence_installation")
    return master if master is not None and known is not None and master.public == tuple(known) else None


def _made(path: Path) -> MasterKey:
    secret = os.urandom(KEY_OCTETS)
    try:
        write_key(path, secret)
    except FileExistsError:
        found = read_master(path.parent)
        if found is None:
            raise StoreError(f"{path} holds no key.", "Move what stands there away.") from None
        return found
    except OSError as error:
        raise StoreError(f"{path} cannot be written.", "Give Comity's user the right to write there.") from error
    return derive(secret)


async def keys_for(
    connection: asyncpg.Connection, subjects: Iterable[Subject], now: datetime
) -> dict[Subject, SubjectKey]:
    """Public keys of subjects; made where there is none. The heads of their accounts must be locked.

    Raises:
        StoreError: the log has no keys yet.
    """
    installation = await connection.fetchrow("SELECT sealing_key, lookup_key FROM evidence_installation")
    if installation is None:
        raise StoreError(_NONE, _NONE_REMEDY)
    hashed = {(one[0], _subject_hash(installation["lookup_key"], one)): one for one in dict.fromkeys(subjects)}
    rows = await connection.fetch(load("evidence_keys"), *_columns(hashed))
    found = {hashed[row["account_id"], row["subject"]]: _key(row) for row in rows}
    missing = [name for name, one in hashed.items() if one not in found]
    if missing:
        made = await _sealed_pairs(installation["sealing_key"], len(missing))
        columns = [*_columns(missing), *map(list, zip(*made, strict=True))]
        rows = await connection.fetch(load("evidence_new_keys"), *columns, now)
        found |= {hashed[row["account_id"], row["subject"]]: _key(row) for row in rows}
    return found


async def key_id_of(connection: asyncpg.Connection, subject: Subject) -> int | None:
    """The number of a subject's key, where it has one."""
    lookup_key = await connection.fetchval("SELECT lookup_key FROM evidence_installation")
    if lookup_key is None:
        return None
    found: int | None = await connection.fetchval(
        "SELECT key_id FROM subject_keys WHERE account_id = $1 AND subject = $2",
        subject[0],
        _subject_hash(lookup_key, subject),
    )
    return found


def open_subject_key(sealed: bytes, master: MasterKey) -> bytes:
    """A subject's private key.

    Raises:
        WrongKeyError: it was sealed to other keys, or altered.
    """
    return unseal(sealed, b"subject", master.sealing)


async def _sealed_pairs(sealing_key: bytes, count: int) -> list[tuple[bytes, bytes]]:
    """New public keys, each with its private half sealed to the installation; others get their turn in between."""
    slices = Slices()
    made: list[tuple[bytes, bytes]] = []
    for _ in range(count):
        pair = new_keys()
        made.append((pair.public, seal(pair.private, b"subject", sealing_key)))
        await slices.breathe()
    return made


def _subject_hash(lookup_key: bytes, subject: Subject) -> bytes:
    return hmac.digest(lookup_key, f"comity evidence subject\n{subject[0]}\n{subject[1]}".encode(), hashlib.sha256)


def _columns(named: Iterable[tuple[int, bytes]]) -> list[list[int] | list[bytes]]:
    pairs = list(named)
    return [[account_id for account_id, _ in pairs], [subject for _, subject in pairs]]


def _key(row: asyncpg.Record) -> SubjectKey:
    return SubjectKey(row["key_id"], row["public_key"])
