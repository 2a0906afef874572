"""Owns a whole node: the database under it and its processes, kept running and ended in order.

It must not know what the processes do. Whatever dies is started again with a growing
pause; SIGTERM ends everything, PostgreSQL last, within four seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Final

import asyncpg
import msgspec
import structlog

from comity.app.node import READY
from comity.app.settings import Address, Settings
from comity.base.errors import ComityError, SettingsError, StoreError
from comity.edges.postgres import operator_store
from comity.edges.postgres.cluster_files import prepare_data
from comity.edges.postgres.connect import Database, store_errors
from comity.edges.postgres.embedded import EmbeddedPostgres, Tenure, open_cluster
from comity.edges.postgres.evidence_keys import ensure_evidence
from comity.edges.postgres.migrate import migrate
from comity.edges.postgres.roles import Role
from comity.edges.postgres.vault_files import ensure_vault
from comity.edges.vault import Vault
from comity.policy.files import default_policy

_DRAIN_S: Final = 2.2
_KILL_S: Final = 0.3
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 10.0
_START_S: Final = 30.0
_log = structlog.get_logger()


class Process:
    """One child process that is kept running."""

    def __init__(self, settings: Settings, roles: tuple[str, ...], database: Database) -> None:
        self.name = "+".join(roles)
        self._command = [
            # -P: what lies in the directory we were started in is nobody's to run.
            *(sys.executable, "-P", "-m", "comity.app.node"),
            # The database's URL holds a password, and everybody on a machine can read arguments.
            *(_written(settings), ",".join(roles), str(os.getpid())),
        ]
        self._environment = {**os.environ, **database.hand_on}
        self._child: asyncio.subprocess.Process | None = None
        self.ready = asyncio.Event()

    async def keep_running(self) -> None:
        """Start it, and start it again whenever it ends, until cancelled."""
        pause = _FIRST_PAUSE_S
        while True:
            status = await self._run_once()
            if self.ready.is_set():
                pause = _FIRST_PAUSE_S
            _log.warning("process.ended", which=self.name, status=status, again_in_s=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _run_once(self) -> int | str:
        """Start it and wait for its end; its status, or why it could not be started."""
        try:
            self._child = await asyncio.create_subprocess_exec(
                *self._command, stdout=asyncio.subprocess.PIPE, env=self._environment, start_new_session=True
            )
        except OSError as error:  # no memory, no process or file left: that passes
            return error.strerror or type(error).__name__
        assert self._child.stdout is not None
        if await self._child.stdout.readline() == READY:
            self.ready.set()
        return await self._child.wait()

    async def stop(self) -> None:
        """Tell it to end; kill it when it does not."""
        child = self._child
        if child is None or child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), _DRAIN_S)
            except TimeoutError:
                _log.warning("process.killed", which=self.name)
                child.kill()
                await asyncio.wait_for(child.wait(), _KILL_S)


async def serve(settings: Settings, announce: Callable[[], None] = lambda: None) -> None:
    """Run a node until SIGTERM or SIGINT.

    Args:
        settings: what the node is told.
        announce: called once when every process is ready.

    Raises:
        ComityError: it cannot start.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(settings) as node:
        ready = asyncio.create_task(node.all_ready())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([ready, stopped], timeout=_START_S, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set() and not ready.done():
            late = ", ".join(process.name for process in node.processes if not process.ready.is_set())
            raise ComityError(f"These processes did not start: {late}.", "The log above says why.")
        if ready.done():
            announce()
        await stopped


class RunningNode(msgspec.Struct):
    """A node that was started."""

    database: Database
    processes: list[Process]

    async def all_ready(self) -> None:
        """Wait until every process is ready."""
        for process in self.processes:
            await process.ready.wait()


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[RunningNode]:
    """A node's database and processes, for as long as the block lasts.

    Raises:
        SettingsError: another node runs on the same data directory, or somebody listens where it should.
    """
    check_free(address for address in (settings.http, settings.smpp) if address is not None)
    async with alone(prepare_data(settings.data_path)), opened_database(settings) as (database, cluster):
        processes = [Process(settings, roles, database) for roles in groups_of(settings)]
        keepers = [asyncio.create_task(process.keep_running(), name=process.name) for process in processes]
        if cluster is not None:
            keepers.append(asyncio.create_task(_keep_database(cluster), name="postgres"))
        try:
            yield RunningNode(database, processes)
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            await asyncio.gather(*(process.stop() for process in processes))


def check_free(addresses: Iterable[Address]) -> None:
    """See that nobody listens there: our own processes share a port, and so would somebody else's.

    Raises:
        SettingsError: somebody does, or the address is not this machine's.
    """
    for address in addresses:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, address.port))
            except OSError as error:
                raise SettingsError(f"{address} cannot be listened on: {error.strerror}.", "Choose another.") from None


@contextlib.asynccontextmanager
async def alone(data: Path) -> AsyncIterator[None]:
    """Hold the data directory: a second node on it would take over what the first has in flight, and send it again."""
    with (data / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise SettingsError(
                f"Another `comity serve` (process {lock.read().strip() or 'unknown'}) runs on {data}.",
                "End that one, or use another --data.",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextlib.asynccontextmanager
async def opened_database(
    settings: Settings, tenure: Tenure = Tenure.LASTING
) -> AsyncIterator[tuple[Database, EmbeddedPostgres | None]]:
    """The node's database, migrated and ready for use, and the embedded cluster when there is one."""
    async with contextlib.AsyncExitStack() as stack:
        cluster: EmbeddedPostgres | None = None
        if settings.database:
            database = Database.from_url(settings.database)
        else:
            cluster = await stack.enter_async_context(await open_cluster(Path(settings.data), tenure=tenure))
            database = cluster.database
        await migrate(database)
        owner = await database.connect(Role.OWNER, application="comity-prepare")
        try:
            with store_errors():
                await operator_store.prepare_installation(owner, default_policy())
                await ensure_evidence(owner, settings.data_path)
                vault = await _vault(owner, settings.data_path, tenure)
        finally:
            await owner.close()
        yield database.with_vault(vault), cluster


async def _vault(owner: asyncpg.Connection, data: Path, tenure: Tenure) -> Vault | None:
    """The keys of the database; a single command does without, so that it can bring them back."""
    try:
        return await ensure_vault(owner, data)
    except StoreError as error:
        if tenure is Tenure.LASTING:
            raise
        _log.warning("keys.missing", what=error.what, remedy=error.remedy)
        return None


def groups_of(settings: Settings) -> list[tuple[str, ...]]:
    """Which roles share a process: the hot ones have their own, the quiet ones share."""
    roles = set(settings.roles) - (set() if settings.smpp else {"smpp"})
    groups: list[tuple[str, ...]] = [("api",)] * (settings.workers if "api" in roles else 0)
    groups += [("dispatch",)] if "dispatch" in roles else []
    quiet = tuple(role for role in ("webhooks", "smpp", "desk") if role in roles)
    return groups + ([quiet] if quiet else [])


def _written(settings: Settings) -> str:
    return msgspec.json.encode(msgspec.structs.replace(settings, database="")).decode()


async def _keep_database(cluster: EmbeddedPostgres) -> None:
    pause = _FIRST_PAUSE_S
    while True:
        reason = await cluster.wait_died()
        _log.error("postgres.died", reason=reason)
        while True:
            try:
                await cluster.restart()
            except Exception as error:  # noqa: BLE001  whatever it is, giving up would leave the node without its store
                what = error.what if isinstance(error, ComityError) else type(error).__name__
                _log.error("postgres.not_restarted", what=what, again_in_s=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                pause = _FIRST_PAUSE_S
                break
        _log.info("postgres.restarted")
