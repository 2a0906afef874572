"""Owns a `comity serve` of its own for tests, and a look at its processes; must not know what is asked of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import aiohttp

from comity.edges.postgres import processes
from support.gateway import free_port

COMITY = str(Path(sys.executable).with_name("comity"))


@contextlib.contextmanager
def new_folder():
    """Not pytest's own: root's PostgreSQL runs as a user who could not enter it."""
    made = Path(tempfile.mkdtemp(prefix="comity-serve-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def descendants(pid):
    """The processes below one, as the kernel knows them now."""
    parents = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    found, left = set(), {pid}
    while left:
        left = {child for child, parent in parents.items() if parent in left} - found
        found |= left
    return found


def alive(pids):
    """Those that still run; one that ended and was not collected yet does not."""
    left = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            left |= {pid} if state != "Z" else set()
    return left


async def until_gone(pids, limit_s):
    async with asyncio.timeout(limit_s):
        while alive(pids):  # noqa: ASYNC110  the kernel tells nobody of another's children
            await asyncio.sleep(0.02)


class Served:
    """A `comity serve` of its own, in a process as an operator starts it."""

    def __init__(self, data, *options):
        self.data, self.options = data, options
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / "stderr.log"
        self.process = None

    async def start(self):
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(COMITY, "serve", "--data", str(self.data), "--http", f"127.0.0.1:{self.port}", *self.options),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**os.environ, "COMITY_LOG_LEVEL": "debug"},
            )

    async def announced(self):
        async with asyncio.timeout(60):
            line = await self.process.stdout.readline()
        assert line, self.log.read_text()
        return line.decode()

    def family(self):
        """Every process of the node, PostgreSQL's too."""
        return {self.process.pid, *descendants(self.process.pid), *self.cluster()}

    def cluster(self):
        return processes.of_cluster(self.data / "postgres" / "data")

    async def get(self, path, **more):
        async with aiohttp.ClientSession() as session, session.get(self.url + path, **more) as response:
            return response.status, await response.text()

    async def post(self, path, **more):
        async with aiohttp.ClientSession() as session, session.post(self.url + path, **more) as response:
            return response.status, await response.json()

    async def ready(self):
        """Until the node says so itself."""
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    if (await self.get("/readyz"))[0] == 200:
                        return
                await asyncio.sleep(0.05)

    async def end(self, with_signal=signal.SIGTERM):
        """Seconds from the signal until the process has ended."""
        began = asyncio.get_running_loop().time()
        self.process.send_signal(with_signal)
        async with asyncio.timeout(20):
            await self.process.wait()
        return asyncio.get_running_loop().time() - began


async def run_comity(*arguments, data):
    """Run a command to its end: status, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        *(COMITY, *map(str, arguments), "--data", str(data)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def make_account(data, name="bank"):
    status, out, err = await run_comity(
        "accounts", "create", name, "--credits", 20, "--accept-policy", "Ann", "--json", data=data
    )
    assert status == 0, err
    assert (await run_comity("senders", "grant", name, "Bank", data=data))[0] == 0
    made = json.loads(out)
    return {"X-Client-Id": made["client_id"], "X-Client-Secret": made["client_secret"]}
