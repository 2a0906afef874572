"""Owns a process's hold on the embedded PostgreSQL, as its owner or attached to it; must not know what is stored there.

One process at a time owns the server of a data directory and runs it as its
child. Others attach to it. When the owner is gone, however it went, the next
that opens the directory clears up and becomes the owner.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Self

import structlog

from comity.base.errors import StoreError
from comity.edges.postgres.cluster import Cluster
from comity.edges.postgres.cluster_files import place, prepare_data
from comity.edges.postgres.connect import Database
from comity.edges.postgres.ownership import Holder, OwnerLock, Stage, Tenure
from comity.edges.postgres.roles import Role
from comity.edges.postgres.server_account import choose_account

if TYPE_CHECKING:
    from pathlib import Path

    import asyncpg

__all__ = ["EmbeddedPostgres", "Tenure", "open_cluster"]

_log = structlog.get_logger(__name__)

OPEN_LIMIT_S: Final = 60.0
_PATIENCE_S: Final = 10.0
_POLL_S: Final = 0.05


class EmbeddedPostgres:
    """What `open_cluster` gives; an async context manager that stops at its end.

    Attributes:
        database: how to connect, in each role.
        is_owner: whether this process runs the server.
    """

    def __init__(self, data: Path, tenure: Tenure, *, durable: bool) -> None:
        self._tenure = tenure
        self._account = choose_account(data)
        self._files = place(data, self._account)
        self._cluster = Cluster(self._files, self._account, durable=durable)
        self._lock = OwnerLock(data / "postgres.lock", self._files.keeper)
        self.database: Database
        self.is_owner = False

    @property
    def home(self) -> Path:
        """Where the cluster, its log and its socket are."""
        return self._files.home

    async def open(self, limit_s: float) -> None:
        """Become the owner, or attach to it.

        Raises:
            StoreError: neither within the limit, or the server does not start.
        """
        deadline = asyncio.get_running_loop().time() + limit_s
        while not await self._try_open(limit_s):
            if asyncio.get_running_loop().time() > deadline:
                raise StoreError(*self._why_not(limit_s))
            await asyncio.sleep(_POLL_S)

    async def wait_died(self) -> str:
        """Wait until the server is gone without `stop`; a sentence for the log. Then `restart`, or end."""
        if self.is_owner:
            status = await self._cluster.died()
            return f"PostgreSQL ended by itself ({_status(status)})."
        while not self._lock.is_free() and self._ready_holder() is not None:  # noqa: ASYNC110  another process's state
            await asyncio.sleep(_POLL_S)
        return "The process that ran PostgreSQL has ended."

    async def restart(self, limit_s: float = OPEN_LIMIT_S) -> None:
        """Bring the server back after `wait_died`; one that was attached may become the owner. `database` stays valid.

        Raises:
            StoreError: as `open`.
        """
        if self.is_owner:
            await self._cluster.stop(patience_s=0.0)
            await self._run(limit_s)
        else:
            await self.open(limit_s)

    async def stop(self) -> None:
        """Let go. The owner ends the server: at once if its tenure was lasting, else after those attached are done."""
        if not self.is_owner:
            return
        self.is_owner = False
        self._lock.announce(self._tenure, Stage.LEAVING)
        try:
            await self._cluster.stop(patience_s=_PATIENCE_S if self._tenure is Tenure.BRIEF else 0.0)
        finally:
            self._lock.let_go()

    async def connect_superuser(self, database: str = "postgres") -> asyncpg.Connection:
        """A connection that may do anything; for tests that make databases, never for the product's own work."""
        return await self._cluster.connect_superuser(database)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _try_open(self, limit_s: float) -> bool:
        if self._take_locks():
            await self._run(limit_s)
            return True
        holder = self._ready_holder()
        # One who stays must not build on one who leaves in a moment.
        if holder is None or (self._tenure is Tenure.LASTING and holder.tenure is Tenure.BRIEF):
            return False
        return await self._attach()

    def _take_locks(self) -> bool:
        if not self._lock.try_take():
            return False
        if self.home.parent != self._files.data and not self._lock.also_take(self.home.with_suffix(".lock")):
            self._lock.let_go()  # a copy of the data directory, which points to the same cluster, is in use
            return False
        self._lock.announce(self._tenure, Stage.STARTING)
        return True

    async def _run(self, limit_s: float) -> None:
        try:
            self._lock.announce(self._tenure, Stage.STARTING)
            await self._cluster.start(limit_s)
            self.database = Database.from_file(self._files.database_secret)
            self._lock.announce(self._tenure, Stage.READY)
        except BaseException:
            self.is_owner = False
            self._lock.let_go()
            raise
        self.is_owner = True

    async def _attach(self) -> bool:
        try:
            database = Database.from_file(self._files.database_secret)
            await (await database.connect(Role.OWNER, application="comity-attach")).close()
        except StoreError:
            return False  # it has gone, or is going; look again
        self.database = database
        _log.debug("postgres.attached", cluster=str(self.home))
        return True

    def _ready_holder(self) -> Holder | None:
        holder = self._lock.holder()
        return holder if holder is not None and holder.stage is Stage.READY else None

    def _why_not(self, limit_s: float) -> tuple[str, str]:
        holder = self._lock.holder()
        who = f"process {holder.pid}, which is {holder.stage.value}" if holder else "another process"
        return (
            f"The database in {self._files.data} is held by {who}, for more than {limit_s:.0f} s.",
            "Try again when that process has ended, or end it.",
        )


async def open_cluster(
    data: Path, *, tenure: Tenure = Tenure.BRIEF, limit_s: float = OPEN_LIMIT_S, durable: bool = True
) -> EmbeddedPostgres:
    """Open the embedded PostgreSQL of a data directory: as its owner when nobody runs it, else attached to the owner.

    Args:
        data: the `--data` directory; made when missing.
        tenure: LASTING for a server, which does not attach to a command that leaves in a moment; BRIEF for a command.
        limit_s: how long to wait for another process, and for the server's start.
        durable: False gives up safety for speed; for tests that throw the cluster away, never for a product.

    Raises:
        StoreError: it cannot be opened; says why and what to do.
    """
    hold = await asyncio.to_thread(lambda: EmbeddedPostgres(prepare_data(data), tenure, durable=durable))
    await hold.open(limit_s)
    return hold


def _status(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
