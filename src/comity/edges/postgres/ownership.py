"""Owns the question which process runs a data directory's server; must not know what a server is.

The lock is an `flock` on DATA/postgres.lock: the kernel lets go of it however
its holder ends. What the file says about the holder is for those who wait.
"""

from __future__ import annotations

import enum
import fcntl
import os
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from pathlib import Path


class Tenure(enum.Enum):
    """How long a process means to keep the database open."""

    LASTING = "lasting"
    BRIEF = "brief"


class Stage(enum.Enum):
    """How far the holder is."""

    STARTING = "starting"
    READY = "ready"
    LEAVING = "leaving"


@dataclass(frozen=True)
class Holder:
    """What the holder of the lock wrote about itself."""

    pid: int
    tenure: Tenure
    stage: Stage


_forked: Final[weakref.WeakSet[OwnerLock]] = weakref.WeakSet()


class OwnerLock:
    """The exclusive right to run the server; one object is held by one process at a time.

    Args:
        path: the lock's file; made when missing.
        keeper: user id and group of who keeps the data directory's files.
    """

    def __init__(self, path: Path, keeper: tuple[int, int]) -> None:
        self._path = path
        self._keeper = keeper
        self._handles: list[int] = []
        _forked.add(self)

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return bool(self._handles)

    def try_take(self) -> bool:
        """Take the lock if it is free; whether it is held now."""
        return self.held or self._take(self._path)

    def also_take(self, path: Path) -> bool:
        """Take a second lock along with the first: of a cluster that stands elsewhere and may be pointed to twice."""
        return self._take(path)

    def announce(self, tenure: Tenure, stage: Stage) -> None:
        """Tell those who wait; the lock must be held."""
        said = msgspec.json.encode(Holder(os.getpid(), tenure, stage))
        os.pwrite(self._handles[0], said.ljust(128) + b"\n", 0)  # one write of one length is never seen half

    def holder(self) -> Holder | None:
        """What the lock's holder says of itself; None when the file says nothing readable."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Holder)
        except (OSError, msgspec.DecodeError):
            return None

    def is_free(self) -> bool:
        """Whether nobody holds the lock at this moment."""
        probe = OwnerLock(self._path, self._keeper)
        try:
            return not self.held and probe.try_take()
        finally:
            probe.forget()

    def let_go(self) -> None:
        """Give the lock up, and what was said with it."""
        if self._handles:
            os.ftruncate(self._handles[0], 0)
        self.forget()

    def forget(self) -> None:
        """Close this process's share of the lock; another that shares it keeps it."""
        while self._handles:
            os.close(self._handles.pop())

    def _take(self, path: Path) -> bool:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if os.geteuid() == 0:
                os.fchown(handle, *self._keeper)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handles.append(handle)
        return True


def _after_fork() -> None:
    # A forked worker shares the open file and would hold the lock after its parent is gone.
    for lock in _forked:
        lock.forget()


os.register_at_fork(after_in_child=_after_fork)
