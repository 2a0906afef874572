"""Owns where a cluster's files are and who may read them; must not know how a server is run.

    DATA/postgres.lock        held by the process that runs the server
    DATA/secrets/             0700: database.json (the roles' passwords), postgres-superuser
    DATA/postgres/data|log|run   0700, the server's user: the cluster, its log, its socket
    DATA/postgres-start.log   what the server said before its own log was open
    DATA/postgres.location    only when the cluster had to be placed elsewhere

Root's PostgreSQL runs as another user, who cannot pass a parent like /root.
No permission outside DATA is ever changed for that: the cluster is then placed
below /var/lib/comity, and `postgres.location` says where.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from comity.base.errors import StoreError
from comity.edges.postgres.binaries import STATE_DIRECTORY
from comity.edges.postgres.secret_files import private_directory, read_secret, write_secret

if TYPE_CHECKING:
    from comity.edges.postgres.server_account import ServerAccount

_log = structlog.get_logger(__name__)

PORT: Final = 5432  # names the socket; nothing listens on the network
SOCKET_NAME: Final = f".s.PGSQL.{PORT}"
_MAX_SOCKET_PATH: Final = 103  # bytes before the closing zero; Linux takes 107, macOS 103
_LOGS_KEPT: Final = 5


@dataclass(frozen=True)
class ClusterFiles:
    """The places of one data directory's cluster. `keeper` is the user id and group of who keeps the secrets."""

    data: Path
    home: Path
    sockets: Path
    keeper: tuple[int, int]

    @property
    def cluster(self) -> Path:
        """What PostgreSQL calls its data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The directory of the server's logs."""
        return self.home / "log"

    @property
    def start_log(self) -> Path:
        """What the server said before its own log was open; kept by us, for that directory is another user's."""
        return self.data / "postgres-start.log"

    @property
    def database_secret(self) -> Path:
        """Address and passwords of the three roles."""
        return self.data / "secrets" / "database.json"

    @property
    def superuser_secret(self) -> Path:
        """The superuser's password; used at start alone."""
        return self.data / "secrets" / "postgres-superuser"

    def keep(self, path: Path, content: bytes) -> None:
        """Write a secret for the keeper."""
        write_secret(path, content, *self.keeper)

    def prune_logs(self) -> None:
        """Delete all but the newest logs, so that they stay bounded."""
        for old in sorted(self.log.glob("postgres-*.log"))[:-_LOGS_KEPT]:
            old.unlink(missing_ok=True)

    def remove_stale_socket(self) -> None:
        """Delete a dead server's socket and its lock file; the caller holds the cluster's lock."""
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.sockets / name).unlink(missing_ok=True)


def prepare_data(data: Path) -> Path:
    """Make the data directory if it is missing; its real path.

    Raises:
        StoreError: it cannot be made or written by this user.
    """
    try:
        if not data.exists():
            data.parent.mkdir(parents=True, exist_ok=True)
            data.mkdir(mode=0o711, exist_ok=True)
        real = data.resolve(strict=True)
    except OSError as error:
        raise StoreError(f"The data directory {data} cannot be made ({error.strerror}).", "Choose another.") from error
    if not os.access(real, os.W_OK | os.X_OK):
        raise StoreError(
            f"The data directory {real} cannot be written by the user with id {os.geteuid()}.",
            f"Run Comity as its owner, the user with id {real.stat().st_uid}, or choose another directory.",
        )
    return real


def place(data: Path, account: ServerAccount, state: Path = STATE_DIRECTORY) -> ClusterFiles:
    """Find or make the directories of the cluster of `data`, a real path.

    Raises:
        StoreError: something else stands in one of the places.
    """
    owner = data.stat()
    keeper = (owner.st_uid, owner.st_gid)
    if not account.is_us:
        data.chmod(owner.st_mode & 0o7777 | 0o011)  # so that the server's user can pass through, not list
    private_directory(data / "secrets", *keeper)
    home = _home(data, account, keeper, state)
    sockets = _socket_directory(home, account)
    for folder in (home, home / "log", sockets):
        private_directory(folder, account.uid, account.gid)
    return ClusterFiles(data, home, sockets, keeper)


def _home(data: Path, account: ServerAccount, keeper: tuple[int, int], state: Path) -> Path:
    pointer, usual = data / "postgres.location", data / "postgres"
    written = read_secret(pointer)
    if written is not None:
        return Path(os.fsdecode(written).strip())
    if account.is_us or usual.exists() or account.can("-x", data):
        return usual
    clusters = state / "clusters"
    elsewhere = clusters / hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    for folder, mode in ((state, 0o755), (clusters, 0o711)):
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(mode)
    write_secret(pointer, os.fsencode(f"{elsewhere}\n"), *keeper)
    _log.info(
        "postgres.placed_elsewhere",
        data=str(data),
        cluster=str(elsewhere),
        why=f"the user {account.name!r} cannot pass through a parent of the data directory",
    )
    return elsewhere


def _socket_directory(home: Path, account: ServerAccount) -> Path:
    usual = home / "run"
    if _fits(usual):
        return usual
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    short = _runtime_directory(account) / f"comity-{account.uid}-{digest}"
    if not _fits(short):
        raise StoreError(f"No directory with a short enough path for a socket, not even {short}.", "Shorten --data.")
    return short


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= _MAX_SOCKET_PATH


def _runtime_directory(account: ServerAccount) -> Path:
    """A place for short-lived files that does not hang on this process's environment: all of ours must agree on it."""
    candidates = (Path("/run") if os.geteuid() == 0 else Path(f"/run/user/{account.uid}"), Path("/tmp"))  # noqa: S108  owner and mode are checked
    return next(folder for folder in candidates if folder.is_dir() and os.access(folder, os.W_OK))
