"""Owns files and directories that only one user may read; must not know what the secrets are for."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from comity.base.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_PRIVATE_MODE: Final = 0o700


def private_directory(path: Path, uid: int, gid: int) -> None:
    """Make the directory with mode 0700 for this user, or prove that it is so already.

    Raises:
        StoreError: something else stands there: a link, a file, or another user's directory.
    """
    try:
        path.mkdir(mode=_PRIVATE_MODE)
        made = True
    except FileExistsError:
        made = False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise StoreError(f"{path} is not a directory of its own.", "Move what stands there away.") from error
    try:
        _own(handle, path, (uid, gid), made=made)
    finally:
        os.close(handle)


def _own(handle: int, path: Path, owner: tuple[int, int], *, made: bool) -> None:
    found = os.fstat(handle)
    if found.st_uid != owner[0]:
        if not made:
            raise StoreError(
                f"{path} belongs to the user with id {found.st_uid} and not to {owner[0]}.",
                "Run Comity as the user it was first run as, or move that directory away.",
            )
        os.fchown(handle, *owner)
    if stat.S_IMODE(found.st_mode) != _PRIVATE_MODE:
        os.fchmod(handle, _PRIVATE_MODE)


def read_secret(path: Path) -> bytes | None:
    """What the file holds, or None when there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        return file.read()


def write_secret(path: Path, content: bytes, uid: int, gid: int) -> None:
    """Put the content there with mode 0600 for this user: whole or not at all, and on the disk."""
    half = path.with_name(f".{path.name}.{os.getpid()}.new")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, 0o600)
        if os.geteuid() == 0:
            os.fchown(handle, uid, gid)
        file.write(content)
        file.flush()
        os.fsync(handle)
    half.replace(path)
