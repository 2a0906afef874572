"""Owns the last step before `postgres` runs as our child; must not import Comity: it runs alone, as a script.

Usage: python -I -S trampoline.py PARENT_PID UID GID PROGRAM ARGUMENT...

Done between fork and exec it would run Python in a copy of a process with
threads, which may deadlock; a fresh single-threaded interpreter cannot. It
drops root first, for changing user clears the death signal.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2); Linux alone has it, elsewhere the next start finds the orphan


def main(arguments: list[str]) -> None:
    """Become the program: as the given user, and signalled to shut down fast when the parent is gone."""
    parent, uid, gid = (int(number) for number in arguments[:3])
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:
            sys.exit("the parent ended first")  # before the signal was set, so nobody would have told us
    os.execv(arguments[3], arguments[3:])  # noqa: S606  replacing this process is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
