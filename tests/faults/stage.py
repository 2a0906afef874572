"""Owns what is killed: a gateway as an operator runs it and a carrier, in processes of their own; must not judge.

The carrier is `bench/smsc.py`, which writes down what arrives before it answers, so
that its own death hides nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from comity.edges.postgres.connect import Database
from support.clusters import postmaster

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

COMITY = Path(sys.executable).with_name("comity")
SMSC = Path(__file__).parents[2] / "bench" / "smsc.py"
WINDOW = 50
CREDITS = 1_000_000
_PATIENCE_S = 40.0
_POLL_S = 0.05
_ROLE = re.compile(r"-m comity\.app\.node .* (\S+) \d+$")


class Carrier:
    """The message centre: killed like anything else, and started again with the same file of arrivals."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "arrivals"
        self._file.touch()
        self.port, self._control = free_port(), free_port()

    async def start(self) -> None:
        ports = ("--port", str(self.port), "--control-port", str(self._control), "--arrivals", str(self._file))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, str(SMSC), *ports, stdout=asyncio.subprocess.PIPE
        )
        assert (await self._process.stdout.readline()).startswith(b"smsc:")

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()

    def seen(self) -> Counter[str]:
        """How often each message arrived, by its token `TAG SEQ`."""
        return Counter(self._file.read_text().splitlines())


class Gateway:
    """`comity serve` with its defaults: durable, one process for each group of roles.

    Args:
        folder: where its data lie, in `data`.
        options: further ones of `comity serve`.
        database: the URL of a server that others use too, for commands as well; the embedded one when left out.
    """

    def __init__(self, folder: Path, *options: str, database: str = "") -> None:
        self.data = folder / "data"
        self._options = options
        self._elsewhere = database
        self.url = f"http://127.0.0.1:{free_port()}"
        self.headers: dict[str, str] = {}
        self._environment = {**os.environ, "COMITY_DATA": str(self.data), "COMITY_LOG_LEVEL": "error"}
        self._environment |= {"COMITY_DATABASE": database} if database else {}
        self._log = folder / "log"

    async def command(self, *words: str) -> str:
        """Run a command as an operator would; its output. It must succeed."""
        process = await asyncio.create_subprocess_exec(
            COMITY,
            *words,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, complaint = await process.communicate()
        assert process.returncode == 0, f"comity {' '.join(words[:2])}: {output.decode()}{complaint.decode()}"
        return output.decode()

    async def set_up(self, carrier: Carrier) -> None:
        """Account, sender and carrier."""
        account = ("faults", "--credits", str(CREDITS), "--volume", "1000000/day", "--accept-policy", "Ann Example")
        made = json.loads(await self.command("accounts", "create", *account, "--json"))
        self.headers = {"X-Client-Id": made["client_id"], "X-Client-Secret": made["client_secret"]}
        await self.command("senders", "grant", "faults", "12345")
        await self.command("carriers", "add", "smsc", f"smpp://f:secret@127.0.0.1:{carrier.port}?window={WINDOW}")

    async def start(self) -> None:
        """Start it and come back at once; it may have to clear up after one that was killed."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                COMITY, "serve", "--http", self.url.removeprefix("http://"), *self._options,
                env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def store(self) -> Database:
        """Its database."""
        if self._elsewhere:
            return Database.from_url(self._elsewhere)
        return Database.from_file(self.data / "secrets" / "database.json")

    async def stop(self) -> None:
        """End it as an operator would."""
        if self._process.returncode is None:
            self._process.terminate()
            await asyncio.wait_for(self._process.wait(), _PATIENCE_S)

    @property
    def supervisor(self) -> int:
        return self._process.pid

    def processes(self) -> dict[int, str]:
        """Every process of it, by what it is: `supervisor`, a group of roles, `postgres`, or `other`."""
        found = {self.supervisor: "supervisor"}
        database = self._postmaster()
        for pid in _descendants(self.supervisor):
            role = _ROLE.search(_command(pid))
            found[pid] = role[1] if role else "postgres" if pid == database else "other"
        return found

    def _postmaster(self) -> int:
        with contextlib.suppress(OSError, ValueError):
            return postmaster(self.data)
        return 0

    async def ready(self) -> None:
        """Wait until it answers and its database does."""

        async def answers() -> bool:
            with contextlib.suppress(aiohttp.ClientError):
                return (await self._get("/readyz"))[0] == 200
            return False

        await until(answers, "the gateway is ready again")

    async def spent(self) -> int:
        """Credits charged so far; a message of one part costs one."""
        _, body = await self._get("/v1/balance")
        return CREDITS - int(float(json.loads(body)["credits"]))

    async def figure(self, name: str) -> int:
        """A counter of /metrics; 0 when it is not there."""
        _, body = await self._get("/metrics")
        found = re.search(rf"^comity_{name}_total (\S+)$", body, re.MULTILINE)
        return int(float(found[1])) if found else 0

    async def _get(self, path: str) -> tuple[int, str]:
        timeout = aiohttp.ClientTimeout(total=5)
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=self.headers) as http,
            http.get(self.url + path) as answer,
        ):
            return answer.status, await answer.text()


def kill(pid: int) -> None:
    """kill -9, of a process that may have ended by itself meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def until(holds: Callable[[], Awaitable[bool]], what: str, limit_s: float = _PATIENCE_S) -> None:
    """Look until something of other processes holds."""
    try:
        async with asyncio.timeout(limit_s):
            while not await holds():  # noqa: ASYNC110  the state of other processes
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        raise AssertionError(f"not within {limit_s:.0f} s: {what}") from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _descendants(pid: int) -> list[int]:
    children = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += [int(child) for child in (task / "children").read_text().split()]
    return [one for child in children for one in (child, *_descendants(child))]


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""
