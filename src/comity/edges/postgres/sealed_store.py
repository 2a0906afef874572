"""Owns sealed texts in PostgreSQL: who may read, what is sealed, who opened it; must not know why a text is sealed.

What is sealed cannot be read here: it is encrypted to the keys of named readers, or, while nobody is named, to a key
of this installation, whose private half lies in the data directory and is used once: to hand over to the first reader.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from comity.base.errors import StoreError
from comity.edges.postgres.secret_files import read_secret
from comity.edges.postgres.statements import load
from comity.edges.sealing import KEY_OCTETS, new_keys, public_of, seal, unseal
from comity.journey.ports import Sealed

_log = structlog.get_logger(__name__)

KEY_FILE: Final = "sealing.key"
_INSTALLATION: Final = ""
_PRIVATE_MODE: Final = 0o600
_NEW_READER: Final = "INSERT INTO sealed_readers (person, public_key) VALUES ($1, $2) ON CONFLICT DO NOTHING"


class Reader(msgspec.Struct, frozen=True):
    """Who may read what is sealed to the key; a person without a name is the installation."""

    reader_id: int
    person: str
    public_key: bytes


async def ensure_installation(connection: asyncpg.Connection, folder: Path) -> None:
    """See that there is a key to seal to, whoever is named; the first node makes it and keeps its private half.

    The file is on the disk before the database knows the key. One that lies there already is used. Where the database
    knows another key than that file holds, and nobody is named, an error is logged: what is sealed could be opened
    only by the node that has the other file.

    Raises:
        StoreError: the file cannot be written, or what stands there is no key.
    """
    path = folder / KEY_FILE
    async with connection.transaction():
        # Nodes that start at the same time wait here for the one that makes the key.
        await connection.execute("LOCK TABLE sealed_readers IN SHARE ROW EXCLUSIVE MODE")
        known = await connection.fetchval("SELECT public_key FROM sealed_readers WHERE person = $1", _INSTALLATION)
        if known is None:
            await connection.execute(_NEW_READER, _INSTALLATION, _installation_key(path))
            return
        private = _found_key(path)
        if private is not None and public_of(private) != known and not _named(await active_readers(connection)):
            _log.error("sealed.key_differs", file=str(path), remedy="name a reader with `comity sealed add-reader`")


def _installation_key(path: Path) -> bytes:
    """The public half of the key in the file, which is made where there is none."""
    keys = new_keys()
    try:
        write_key(path, keys.private)
    except FileExistsError:
        private = _found_key(path)
        if private is None:
            raise StoreError(f"{path} holds no key.", "Move what stands there away.") from None
        return public_of(private)
    except OSError as error:
        raise StoreError(f"{path} cannot be written.", "Give Comity's user the right to write there.") from error
    return keys.public


def _found_key(path: Path) -> bytes | None:
    try:
        return read_key(path)
    except OSError:
        return None


def _named(readers: Sequence[Reader]) -> list[Reader]:
    return [reader for reader in readers if reader.person]


def write_key(path: Path, private_key: bytes) -> None:
    """Write a private key, in hexadecimal, where nobody else may read it; it is on the disk when this returns.

    Raises:
        FileExistsError: something is there; a key is never overwritten.
        OSError: it cannot be written; nothing is left of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE_MODE)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{private_key.hex()}\n")
            file.flush()
            os.fsync(handle)
        _sync_directory(path.parent)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _sync_directory(folder: Path) -> None:
    """See that a new name in the directory outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_key(path: Path) -> bytes | None:
    """A private key as `write_key` wrote it; None where there is no file, or none of a key."""
    found = read_secret(path)
    if found is None:
        return None
    try:
        key = bytes.fromhex(found.decode("ascii").strip())
    except ValueError:
        return None
    return key if len(key) == KEY_OCTETS else None


async def active_readers(connection: asyncpg.Connection) -> list[Reader]:
    """To whom is sealed now: the named readers, or the installation while there are none."""
    rows = await connection.fetch(
        "SELECT reader_id, person, public_key FROM sealed_readers WHERE removed_at IS NULL ORDER BY reader_id"
    )
    readers = [Reader(**dict(row)) for row in rows]
    return _named(readers) or readers


async def write_sealed(connection: asyncpg.Connection, sealed: Sequence[Sealed]) -> None:
    """Keep what is sealed, each a case of its own; within the transaction that writes the messages without their text.

    Raises:
        RuntimeError: there is nobody to seal to, which `ensure_installation` rules out.
    """
    readers = await active_readers(connection)
    if not readers:
        raise RuntimeError("there is no reader to seal to")
    for one in sealed:
        case_id = await connection.fetchval(
            "INSERT INTO sealed_cases (account_id, message_id, rule) VALUES ($1, $2, $3) RETURNING case_id",
            one.account_id,
            one.message_id,
            one.rule,
        )
        about = _about(one.account_id, one.message_id)
        boxes = [(case_id, reader.reader_id, seal(one.body, about, reader.public_key)) for reader in readers]
        await connection.executemany("INSERT INTO sealed_boxes VALUES ($1, $2, $3)", boxes)
        await connection.execute(
            "UPDATE messages SET text_erased_at = now() WHERE account_id = $1 AND id = $2",
            one.account_id,
            one.message_id,
        )


async def add_reader(
    connection: asyncpg.Connection, person: str, public_key: bytes, installation_key: bytes | None
) -> int | None:
    """Name a reader, and hand over what was sealed to the installation.

    Returns:
        How many sealed texts were handed over; None when somebody of that name is a reader.

    Raises:
        WrongKeyError: the installation's key is not the one that was sealed to.
    """
    async with connection.transaction():
        reader_id = await connection.fetchval(f"{_NEW_READER} RETURNING reader_id", person, public_key)
        if reader_id is None:
            return None
        if installation_key is None:
            return 0
        return await _hand_over(connection, _INSTALLATION, installation_key, Reader(reader_id, person, public_key))


async def _hand_over(connection: asyncpg.Connection, giver: str, key: bytes, to: Reader) -> int:
    """Seal to another what was sealed to the installation, which then can open it no more."""
    rows = await connection.fetch(load("sealed_taken"), giver)
    boxes: list[tuple[int, int, bytes]] = []
    for row in rows:
        about = _about(row["account_id"], row["message_id"])
        boxes.append((row["case_id"], to.reader_id, seal(unseal(row["box"], about, key), about, to.public_key)))
    await connection.executemany("INSERT INTO sealed_boxes VALUES ($1, $2, $3)", boxes)
    return len(boxes)


async def remove_reader(connection: asyncpg.Connection, person: str) -> bool:
    """Seal to a person no more; what was sealed before stays theirs to open. False when nobody is so named."""
    removed = await connection.fetchval(
        "UPDATE sealed_readers SET removed_at = now() WHERE person = $1 AND person <> '' AND removed_at IS NULL"
        " RETURNING TRUE",
        person,
    )
    return bool(removed)


async def list_readers(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Everybody who was ever named."""
    rows = await connection.fetch(
        "SELECT person, added_at, removed_at FROM sealed_readers WHERE person <> '' ORDER BY reader_id"
    )
    return [dict(row) for row in rows]


async def list_sealed(connection: asyncpg.Connection, *, only_open: bool) -> list[dict[str, Any]]:
    """Sealed cases, the newest first, with who can open them; never what they hold."""
    rows = await connection.fetch(load("sealed_list"), only_open)
    return [dict(row) for row in rows]


async def open_sealed(
    connection: asyncpg.Connection, case_id: int, person: str, reason: str, private_key: bytes
) -> bytes | None:
    """Open a sealed text for one of its readers; that it was opened, by whom and why, is kept first.

    Returns:
        What was sealed; None where the person is no reader of that case.

    Raises:
        WrongKeyError: the key is not that person's.
    """
    async with connection.transaction():
        row = await connection.fetchrow(load("sealed_box"), case_id, person)
        if row is None:
            return None
        body = unseal(row["box"], _about(row["account_id"], row["message_id"]), private_key)
        await connection.execute(
            "INSERT INTO sealed_openings (case_id, person, reason) VALUES ($1, $2, $3)", case_id, person, reason
        )
    return body


async def list_openings(connection: asyncpg.Connection, case_id: int) -> list[dict[str, Any]]:
    """Who opened a case, when and why, the first one first."""
    rows = await connection.fetch(
        "SELECT person, reason, at FROM sealed_openings WHERE case_id = $1 ORDER BY opening_id", case_id
    )
    return [dict(row) for row in rows]


async def close_sealed(
    connection: asyncpg.Connection, case_id: int, person: str, closing: str, *, destroy: bool
) -> bool:
    """Close a case, and destroy its text where that is asked; False where there is no such open case, or text.

    Who closed it first, and what they wrote, stays; who destroyed the text, and why, is kept beside it.
    """
    async with connection.transaction():
        closed = await connection.fetchval(load("sealed_close"), case_id, person, closing, destroy)
        if closed and destroy:
            await connection.execute("DELETE FROM sealed_boxes WHERE case_id = $1", case_id)
    return bool(closed)


def _about(account_id: int, message_id: UUID) -> bytes:
    return account_id.to_bytes(8, "big") + message_id.bytes
