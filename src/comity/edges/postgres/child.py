"""Owns one running `postgres` child: its start, its end and signals to it; must not know what it serves.

A thread of its own starts the child and waits for it. The kernel's death signal
(see `trampoline`) fires when the *thread* that started a child ends, so that
thread must live as long as the child does; and its waiting tells any event loop
of the death, without touching the loops' own handling of children.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Sequence

    from comity.edges.postgres.server_account import ServerAccount

_TRAMPOLINE: Final = Path(__file__).with_name("trampoline.py")
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_CHORES_EVERY_S: Final = 60.0


class Child:
    """A `postgres` in its own session, so that Ctrl-C in the terminal reaches the gateway alone.

    Args:
        argv: the program and its arguments.
        account: the user to run it as.
        output: an existing file that receives what it says before its own log is open.
        chores: called about once a minute while it runs.
    """

    def __init__(
        self, argv: Sequence[str], account: ServerAccount, output: Path, chores: Callable[[], None] | None = None
    ) -> None:
        self._argv = [
            *(sys.executable, "-I", "-S", str(_TRAMPOLINE)),
            *(str(os.getpid()), str(account.uid), str(account.gid)),
            *argv,
        ]
        self._output = output
        self._chores = chores
        self._started: Future[subprocess.Popen[bytes]] = Future()
        self._died: Future[int] = Future()
        self._died.set_running_or_notify_cancel()  # a cancelled waiter must not cancel the fact
        threading.Thread(target=self._keep, name="postgres-keeper", daemon=True).start()
        self._process = self._started.result()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._died.done()

    def send(self, number: signal.Signals) -> None:
        """Signal it, if it still runs."""
        self._process.send_signal(number)

    async def died(self) -> int:
        """Wait for its end; the exit status, or minus the signal's number."""
        return await asyncio.wrap_future(self._died)

    async def died_within(self, limit_s: float) -> bool:
        """Wait for its end for so long; whether it has ended."""
        try:
            await asyncio.wait_for(self.died(), limit_s)
        except TimeoutError:
            return False
        return True

    def _keep(self) -> None:
        try:
            process = self._start()
        except BaseException as error:  # noqa: BLE001  told to the thread that waits for the start
            self._started.set_exception(error)
            return
        self._started.set_result(process)
        threading.Thread(target=self._do_chores, name="postgres-chores", daemon=True).start()
        self._died.set_result(process.wait())

    def _do_chores(self) -> None:
        while self._chores is not None:
            try:
                self._died.result(_CHORES_EVERY_S)
            except TimeoutError:
                self._chores()
            else:
                return

    def _start(self) -> subprocess.Popen[bytes]:
        output = os.open(self._output, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            return subprocess.Popen(  # noqa: S603  our own trampoline and PostgreSQL's program
                self._argv,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                # Another user's process need not know what the gateway was told.
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            )
        finally:
            os.close(output)
