"""Owns the folder DATA/keys: the key of each epoch, and the key of look-ups; must not know what they seal.

Several nodes share one such folder, or copies of it that are kept alike: a node that lacks an epoch's key can neither
read nor send what was sealed under it.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import asyncpg

from comity.base.errors import StoreError
from comity.edges.postgres.sealed_store import read_key, write_key
from comity.edges.vault import KEY_OCTETS, Vault

FOLDER: Final = "keys"
_LOOKUP: Final = "lookup.key"
_EPOCH: Final = "epoch-"
_SUFFIX: Final = ".key"


def keys_folder(data: Path) -> Path:
    """Where the keys of a data directory lie."""
    return data / FOLDER


def open_vault(folder: Path) -> Vault | None:
    """The vault of a folder of keys; None where it has no look-up key."""
    try:
        lookup = read_key(folder / _LOOKUP)
    except OSError:
        return None
    return None if lookup is None else Vault(lookup, lambda: read_epochs(folder))


def read_epochs(folder: Path) -> dict[int, bytes]:
    """The keys of the epochs, by number; what is no key is left out."""
    found: dict[int, bytes] = {}
    for path in sorted(folder.glob(f"{_EPOCH}*{_SUFFIX}")):
        number = path.name.removeprefix(_EPOCH).removesuffix(_SUFFIX)
        key = read_key(path) if number.isdecimal() else None
        if key is not None:
            found[int(number)] = key
    return found


def add_epoch(folder: Path) -> int:
    """Begin an epoch: its key is on the disk when this returns; gives its number.

    Raises:
        StoreError: it cannot be written.
    """
    number = max(read_epochs(folder), default=0) + 1
    _write(folder / f"{_EPOCH}{number}{_SUFFIX}", os.urandom(KEY_OCTETS))
    return number


def epoch_path(folder: Path, epoch: int) -> Path:
    """The file of an epoch's key."""
    return folder / f"{_EPOCH}{epoch}{_SUFFIX}"


def destroy_file(path: Path) -> None:
    """Write over a file and remove it, on the disk when this returns; nothing where there is none.

    What a copy-on-write file system or a drive's own wear levelling keeps is beyond it.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        os.write(handle, b"0" * os.fstat(handle).st_size)
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


async def ensure_vault(connection: asyncpg.Connection, data: Path) -> Vault:
    """The vault of a data directory; the first node of a database makes it, on the disk before the database knows.

    Raises:
        StoreError: the database belongs to other keys than lie here, or they cannot be written.
    """
    folder = keys_folder(data)
    async with connection.transaction():
        # Nodes that start at the same time wait here for the one that makes the keys.
        await connection.execute("LOCK TABLE body_vault IN SHARE ROW EXCLUSIVE MODE")
        check = await connection.fetchval("SELECT lookup_check FROM body_vault")
        if check is None:
            check = _made(folder)
            await connection.execute("INSERT INTO body_vault (lookup_check) VALUES ($1)", check)
    vault = open_vault(folder)
    if vault is None or not vault.epoch or _check(folder) != check:
        raise StoreError(
            f"{folder} does not hold the keys of this database.",
            "Copy that folder from the first node, or restore it with `comity keys restore`.",
        )
    return vault


def _made(folder: Path) -> bytes:
    """Keys for a new database; those that lie there already are taken: their database may be a restored one."""
    if open_vault(folder) is None:
        _write(folder / _LOOKUP, os.urandom(KEY_OCTETS))
    if not read_epochs(folder):
        add_epoch(folder)
    return _check(folder)


def lookup_check(lookup: bytes) -> bytes:
    """What a database knows its look-up key by."""
    return hashlib.sha256(b"comity vault 1" + lookup).digest()


def _check(folder: Path) -> bytes:
    return lookup_check(read_key(folder / _LOOKUP) or b"")


def _write(path: Path, key: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_key(path, key)
    except OSError as error:
        raise StoreError(f"{path} cannot be written.", "Give Comity's user the right to write there.") from error
