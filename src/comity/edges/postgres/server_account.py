"""Owns the choice of the system user that PostgreSQL runs as; must not know what the cluster holds.

PostgreSQL refuses to run as root, and should: a flaw in it would then own the
machine. An ordinary user runs it as themselves.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict

import structlog

from comity.base.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_log = structlog.get_logger(__name__)

ACCOUNT_NAME: Final = "comity"
_LAST_RESORT: Final = "nobody"
_NO_SHELL: Final = "/usr/sbin/nologin"
_CREATE_COMMANDS: Final = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", _NO_SHELL, ACCOUNT_NAME),
    ("adduser", "-S", "-D", "-H", "-h", "/", "-s", _NO_SHELL, ACCOUNT_NAME),  # Alpine's
)
_CREATE_LIMIT_S: Final = 20
_PROBE_LIMIT_S: Final = 10


class AsUser(TypedDict, total=False):
    """Arguments of `subprocess` that choose the user of a new process."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class ServerAccount:
    """The system user whom the PostgreSQL server runs as."""

    uid: int
    gid: int
    name: str

    @property
    def is_us(self) -> bool:
        """Whether the server runs as the very user this process runs as."""
        return self.uid == os.geteuid()

    def as_subprocess(self) -> AsUser:
        """The arguments that make `subprocess` start a program as this user, with no other group."""
        return {} if self.is_us else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, test: str, path: Path) -> bool:
        """Ask the kernel, as this user: `test -r`, `-x` and so on, which counts every parent, ACL and mount."""
        asked = subprocess.run(  # noqa: S603  a fixed shell and a fixed script; the path is an argument
            ["/bin/sh", "-c", 'test "$1" "$2"', "sh", test, str(path)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=_PROBE_LIMIT_S,
            **self.as_subprocess(),
        )
        return asked.returncode == 0


def choose_account(data: Path) -> ServerAccount:
    """Whom PostgreSQL runs as for this data directory.

    An ordinary user: themselves. Root: the directory's owner when that is an
    ordinary user (who can then go on without root), else the system user
    `comity`, which is created when it is missing, else `nobody`.

    Raises:
        StoreError: root, and no ordinary user can be found or made.
    """
    if os.geteuid() != 0:
        return ServerAccount(os.geteuid(), os.getegid(), "")
    owner = data.stat().st_uid if data.exists() else 0
    return (owner and _by_uid(owner)) or _by_name(ACCOUNT_NAME) or _created() or _last_resort()


def _by_uid(uid: int) -> ServerAccount | None:
    try:
        return _account(pwd.getpwuid(uid))
    except KeyError:
        return None  # initdb needs a name; a volume's owner in a container often has none


def _by_name(name: str) -> ServerAccount | None:
    try:
        return _account(pwd.getpwnam(name))
    except KeyError:
        return None


def _account(entry: pwd.struct_passwd) -> ServerAccount | None:
    return ServerAccount(entry.pw_uid, entry.pw_gid, entry.pw_name) if entry.pw_uid else None


def _created() -> ServerAccount | None:
    for command, *arguments in _CREATE_COMMANDS:
        program = shutil.which(command)
        if program is None:
            continue
        # Ignoring the outcome is right: what counts is whether the user exists now, made by us or by another process.
        subprocess.run(  # noqa: S603  fixed arguments
            [program, *arguments], check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=_CREATE_LIMIT_S
        )
        account = _by_name(ACCOUNT_NAME)
        if account is not None:
            _log.info("postgres.account_created", user=ACCOUNT_NAME, uid=account.uid)
            return account
    return None


def _last_resort() -> ServerAccount:
    account = _by_name(_LAST_RESORT)
    if account is None:
        raise StoreError(
            "PostgreSQL cannot run as root and no other system user could be created.",
            f"Create a system user named {ACCOUNT_NAME!r}, run Comity as an ordinary user, or use --database URL.",
        )
    _log.warning("postgres.account_shared", user=_LAST_RESORT, remedy=f"create a system user named {ACCOUNT_NAME}")
    return account
