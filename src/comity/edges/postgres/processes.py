"""Owns finding and ending what is left of a cluster's processes; must not know why they were left.

A process is taken for one of the cluster's only when its program is `postgres`
and its working directory *is* the cluster's directory: every PostgreSQL process
changes into it at start. A process id read from a file alone proves nothing, it
may have been given to somebody else since.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from comity.base.errors import StoreError

_POLL_S: Final = 0.02
# What to send, to the postmaster alone or to all that remain, and how long to wait for the end of all of them.
_STEPS: Final = (
    (signal.SIGINT, True, 6.0),  # fast shutdown: roll back, checkpoint, end
    (signal.SIGQUIT, False, 1.5),  # immediate: what is committed is recovered from the log at the next start
    (signal.SIGKILL, False, 5.0),
)


def stop_leftovers(cluster: Path) -> bool:
    """End every process that still works in this cluster's directory; whether there were any.

    The caller holds the cluster's lock, so whatever runs there is an orphan.
    Afterwards no stale postmaster.pid is left behind.

    Raises:
        StoreError: some did not end even when killed (they hang in the kernel, on a dead disk for example).
    """
    if not cluster.exists():
        return False
    found = bool(of_cluster(cluster))
    for number, postmaster_only, limit_s in _STEPS:
        left = of_cluster(cluster)
        if not left:
            break
        targets = [pid for pid in left if pid == _written_pid(cluster)] if postmaster_only else left
        for pid in targets:
            _signal(pid, cluster, number)
        if targets and _gone(cluster, limit_s):
            break
    left = of_cluster(cluster)
    if left:
        raise StoreError(
            f"Processes of an earlier PostgreSQL still hold {cluster}: {', '.join(map(str, left))}.",
            "They did not end when killed; look at the disk, then restart the machine.",
        )
    # Its process is gone for certain; left in place, the file would stop a start whose id was given to another process.
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    return found


def of_cluster(cluster: Path) -> list[int]:
    """The ids of the processes of this cluster that run now."""
    candidates = _all_pids() if sys.platform == "linux" else [pid for pid in [_written_pid(cluster)] if pid]
    return [pid for pid in candidates if _belongs(pid, cluster)]


def _all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208  names, not paths, are wanted


def _written_pid(cluster: Path) -> int | None:
    try:
        first = (cluster / "postmaster.pid").read_text().split("\n", 1)[0]
        return int(first)
    except (OSError, ValueError):
        return None


def _belongs(pid: int, cluster: Path) -> bool:
    if sys.platform != "linux":
        return _commanded_with(pid, cluster)
    try:
        program = Path(os.readlink(f"/proc/{pid}/exe")).name  # noqa: PTH115  " (deleted)" may follow the name
        return program.split(" ")[0] == "postgres" and Path(f"/proc/{pid}/cwd").samefile(cluster)
    except OSError:
        return False  # ended meanwhile, or belongs to another user and so is none of ours


def _commanded_with(pid: int, cluster: Path) -> bool:
    asked = subprocess.run(  # noqa: S603  fixed arguments
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=10
    )
    return "postgres" in asked.stdout and f"-D {cluster}" in asked.stdout


def _signal(pid: int, cluster: Path, number: signal.Signals) -> None:
    """Signal the process if it is the cluster's; where the kernel can, with no gap in which its id changes hands."""
    try:
        if sys.platform != "linux":
            if _belongs(pid, cluster):
                os.kill(pid, number)
            return
        handle = os.pidfd_open(pid)
        try:
            if _belongs(pid, cluster):
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)
    except ProcessLookupError:
        return


def _gone(cluster: Path, limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while of_cluster(cluster):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True
