"""Owns what tests of whole clusters share: copies, other processes, a look inside; must not hold any state."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.edges.postgres import processes
from comity.edges.postgres.roles import Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

HOLDER = Path(__file__).with_name("holder.py")
AS_ROOT = os.geteuid() == 0


def copied(seed: Path, to: Path) -> Path:
    subprocess.run(["cp", "-a", str(seed), str(to)], check=True)
    return to


@contextlib.asynccontextmanager
async def held_by_another(data: Path, tenure: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process that has the database open; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HOLDER),
        str(data),
        tenure,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        while (line := await process.stdout.readline()) not in {b"owner\n", b"attached\n"}:
            assert line, "the other process ended at its start"
        yield process
    finally:
        if process.returncode is None:
            process.stdin.close()
        await process.stdout.read()
        await process.wait()


def running(data: Path) -> list[int]:
    return processes.of_cluster(data / "postgres" / "data")


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])


def uid_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def kernel_says(pid: int, name: str) -> bytes:
    return Path(f"/proc/{pid}/{name}").read_bytes()


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110  the state of other processes
            await asyncio.sleep(0.01)


async def remember(postgres: Any, word: str = "kept") -> None:
    connection = await postgres.database.connect(Role.OWNER)
    await connection.execute("DROP TABLE IF EXISTS memory; CREATE TABLE memory (word text)")
    await connection.execute("INSERT INTO memory VALUES ($1)", word)
    await connection.close()


async def recall(postgres: Any) -> str:
    connection = await postgres.database.connect(Role.OWNER)
    try:
        return await connection.fetchval("SELECT word FROM memory")
    finally:
        await connection.close()
