"""Owns the one PostgreSQL of a test run and a fresh database for each test; must not know any table.

The server is the product's own, started by `open_cluster`; only its durability is given up, for speed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.edges.postgres.embedded import EmbeddedPostgres, Tenure, open_cluster
from comity.edges.postgres.evidence_keys import ensure_evidence
from comity.edges.postgres.migrate import migrate
from comity.edges.postgres.roles import Role, make_database
from comity.edges.postgres.vault_files import ensure_vault

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from comity.edges.postgres.connect import Database
    from comity.edges.vault import Vault

TEMPLATE = "migrated"
_ROOM_OCTETS = 4 * 1024**3
_number = count(1)


def _memory() -> Path | None:
    """A file system in memory with room for a run, where there is one: a fresh database is hundreds of files."""
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= _ROOM_OCTETS
    return memory if has_room else None


class Server:
    """The embedded server of the run; each test's event loop connects to it anew."""

    def __init__(self) -> None:
        # Not pytest's own directory: it is 0700, and root's PostgreSQL runs as a user who could not enter it.
        self._folder = Path(tempfile.mkdtemp(prefix="comity-test-", dir=_memory()))
        self._folder.chmod(0o711)
        opening = open_cluster(self._folder / "data", tenure=Tenure.LASTING, durable=False)
        self.postgres: EmbeddedPostgres = in_own_loop(opening)
        self._vault: Vault | None = None

    async def make(self, name: str, template: str | None = None) -> Database:
        """A new database, empty or a copy."""
        superuser = await self.postgres.connect_superuser()
        try:
            await make_database(superuser, name, template)
        finally:
            await superuser.close()
        return self.postgres.database.named(name).with_vault(self._vault if template else None)

    async def drop(self, name: str) -> None:
        """Drop it, whoever is still connected."""
        superuser = await self.postgres.connect_superuser()
        try:
            await superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        finally:
            await superuser.close()

    async def make_template(self) -> None:
        """Migrate once, with keys for evidence; every test's database is a copy of the result."""
        database = await self.make(TEMPLATE)
        await migrate(database)
        owner = await database.connect(Role.OWNER)
        await ensure_evidence(owner, self.evidence_folder)
        self._vault = await ensure_vault(owner, self.evidence_folder)
        await owner.close()

    @property
    def evidence_folder(self) -> Path:
        """Where the file lies that opens evidence in databases made from the template."""
        return self._folder / "evidence"

    def stop(self) -> None:
        """End the server and delete its files."""
        in_own_loop(self.postgres.stop())
        shutil.rmtree(self._folder)


def fresh_name() -> str:
    """A database's name that this run has not used."""
    return f"test_{next(_number)}"


def in_own_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end in a loop and thread of its own, so that no test's loop is touched."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
