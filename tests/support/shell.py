"""Owns a shell that does what a page says, command by command; must not know any page."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PATIENCE_S = 30.0


class Shell:
    """A bash that is given one command after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._count = 0

    async def run(self, command: str) -> str:
        """What the command prints to standard output."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._count += 1
        mark = f"--- done {self._count}"
        self._process.stdin.write(f"{command}\necho; echo '{mark}'\n".encode())
        await self._process.stdin.drain()
        lines = []
        async with asyncio.timeout(PATIENCE_S):
            while (line := (await self._process.stdout.readline()).decode()).rstrip("\n") != mark:
                assert line, f"the shell ended in: {command}"
                lines.append(line)
        return "".join(lines).strip()


@contextlib.asynccontextmanager
async def a_shell(folder: Path) -> AsyncIterator[Shell]:
    environment = {
        "HOME": str(folder),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}:{_stand_ins(folder)}",
        "COMITY_LOG_LEVEL": "warning",
        "LC_ALL": "C.UTF-8",
    }
    errors = (folder / "errors.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        *("bash", "--noprofile", "--norc"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        cwd=folder,
        env=environment,
        start_new_session=True,
        limit=1 << 20,
    )
    shell = Shell(process)
    try:
        yield shell
    finally:
        with contextlib.suppress(AssertionError, ConnectionError, TimeoutError):
            await shell.run("kill $(jobs -p) 2>/dev/null; wait")
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        errors.close()


def _stand_ins(folder: Path) -> Path:
    """Programs that a page needs and a machine may lack; last in the path, so that the machine's own come first."""
    programs = folder / "stand-ins"
    programs.mkdir()
    curl = programs / "curl"
    curl.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("curl.py")} "$@"\n')
    curl.chmod(0o755)
    return programs
