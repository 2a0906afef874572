"""Owns backups of the keys, apart from the database's, and their end after 30 days; must not know what keys seal.

A backup holds the epochs' keys and the wrapped keys of numbers: with it and a backup of the database everything can be
read again that was not erased when it was made. So it is kept for 30 days at most, and elsewhere than the database's.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

import asyncpg
import msgspec

from comity.base.errors import StoreError
from comity.edges.postgres.sealed_store import read_key, write_key
from comity.edges.postgres.statements import load
from comity.edges.postgres.vault_files import destroy_file, epoch_path, lookup_check, read_epochs

KEPT: Final = timedelta(days=30)
_LOOKUP: Final = "lookup.key"
_GLOB: Final = "comity-keys-*.jsonl"
_AT_ONCE: Final = 5000


class Head(msgspec.Struct, frozen=True):
    """The first line of a backup."""

    made_at: datetime
    lookup: str
    epochs: dict[int, str]

    def __repr__(self) -> str:
        """No key in a log."""
        return "Head()"


Line = tuple[int, str, str, str]
"""A number's key: account, subject, key id, wrapped; octets in base 64."""


async def back_up(connection: asyncpg.Connection, folder: Path, into: Path, now: datetime) -> tuple[Path, int]:
    """Write a backup, and destroy those of that directory that are too old; gives its path and how many keys it has.

    Raises:
        StoreError: it cannot be written.
    """
    path = into / f"comity-keys-{now:%Y%m%dT%H%M%SZ}.jsonl"
    try:
        with _begun(path, now) as file:
            lookup = (read_key(folder / _LOOKUP) or b"").hex()
            head = Head(now, lookup, {epoch: key.hex() for epoch, key in read_epochs(folder).items()})
            file.write(msgspec.json.encode(head) + b"\n")
            count = 0
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                async for row in connection.cursor(
                    "SELECT account_id, subject, key_id, wrapped FROM body_keys", prefetch=_AT_ONCE
                ):
                    file.write(msgspec.json.encode(_line(row)) + b"\n")
                    count += 1
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.", "Name another directory.") from error
    return path, count


def _begun(path: Path, now: datetime) -> BinaryIO:
    """A new file that nobody else may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    destroy_old(path.parent, now)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return os.fdopen(handle, "wb")


def destroy_old(folder: Path, now: datetime) -> list[Path]:
    """Destroy the backups of a directory that are older than 30 days, and those that say nothing of their age."""
    old = [path for path in sorted(folder.glob(_GLOB)) if _too_old(path, now)]
    for path in old:
        destroy_file(path)
    return old


async def restore(connection: asyncpg.Connection, folder: Path, path: Path, now: datetime) -> int:
    """Bring back keys that are not there, but none of a number that was erased; gives how many.

    Raises:
        StoreError: it is no backup, of other keys than lie here, or older than 30 days: then it is destroyed.
    """
    head = _head(path)
    if now - head.made_at > KEPT:
        destroy_file(path)
        raise StoreError("That backup is older than 30 days; it was destroyed.", "Take a newer one.")
    await _bring_back(connection, folder, head)
    restored = 0
    for lines in _pages(path):
        columns = [list(column) for column in zip(*lines, strict=True)]
        octets = [[base64.b64decode(one) for one in column] for column in (columns[1], columns[3])]
        restored += await connection.fetchval(
            load("vault_restore"), columns[0], octets[0], columns[2], octets[1], head.made_at
        )
    return restored


async def _bring_back(connection: asyncpg.Connection, folder: Path, head: Head) -> None:
    """The files; keys of another database that lie here, which this one took the place of, are put aside."""
    check = await connection.fetchval("SELECT lookup_check FROM body_vault")
    if check != lookup_check(bytes.fromhex(head.lookup)):
        raise StoreError("That backup is of another database's keys.", "Name one that was made of this one's.")
    _write_keys(folder, head)


def _write_keys(folder: Path, head: Head) -> None:
    mine = read_key(folder / _LOOKUP)
    try:
        if mine is not None and mine.hex() != head.lookup:
            folder.rename(folder.with_name(f"{folder.name}-before-{head.made_at:%Y%m%dT%H%M%SZ}"))
            mine = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if mine is None:
            write_key(folder / _LOOKUP, bytes.fromhex(head.lookup))
        here = read_epochs(folder)
        for epoch in sorted(set(head.epochs) - set(here)):
            write_key(epoch_path(folder, epoch), bytes.fromhex(head.epochs[epoch]))
    except OSError as error:
        raise StoreError(f"{folder} cannot be written.", "Run this as Comity's user.") from error


def _line(row: Any) -> Line:  # noqa: ANN401  asyncpg's record
    subject, wrapped = (base64.b64encode(row[name]).decode() for name in ("subject", "wrapped"))
    return row["account_id"], subject, str(row["key_id"]), wrapped


def _head(path: Path) -> Head:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.readline(), type=Head)
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(f"{path} is no backup of keys.", "Name a file that `comity keys backup` wrote.") from error


def _too_old(path: Path, now: datetime) -> bool:
    try:
        return now - _head(path).made_at > KEPT
    except StoreError:
        return True


def _pages(path: Path) -> Iterator[list[Line]]:
    with path.open("rb") as file:
        file.readline()
        page: list[Line] = []
        for line in file:
            page.append(msgspec.json.decode(line, type=Line))
            if len(page) == _AT_ONCE:
                yield page
                page = []
        if page:
            yield page
