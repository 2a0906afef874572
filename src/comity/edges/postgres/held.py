"""Owns a few connections that a hot path keeps for itself; must not know what is asked over them.

A pool resets a connection each time it is given back, which costs a round trip. These
are only ever used for whole statements, so there is nothing to reset.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import asyncpg

from comity.base.errors import StoreError
from comity.edges.postgres.connect import Database, store_errors
from comity.edges.postgres.roles import Role
from comity.edges.vault import Vault

_MOST: Final = 12


class HeldConnections:
    """Connections of the road, opened when first needed, used by one caller at a time, replaced when lost.

    Args:
        database: where they go.
        application: shown in `pg_stat_activity`.
        most: open at a time; who asks for more waits, so that no flood uses up the server's connections.
    """

    def __init__(self, database: Database, application: str, most: int = _MOST) -> None:
        self._database = database
        self._application = application
        self._free: list[asyncpg.Connection] = []
        self._turns = asyncio.Semaphore(most)
        self._users: set[asyncio.Task[object] | None] = set()
        self._closed = False

    @property
    def vault(self) -> Vault | None:
        """The keys of the database's sealed columns, where this process has them."""
        return self._database.vault

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of one's own for a while.

        Raises:
            StoreError: the database cannot be used, and the connection is given up; or none is free for a task that
                has one already. If such tasks waited for each other, all would wait for ever.
        """
        user = asyncio.current_task()
        has_one = user in self._users
        if has_one and self._turns.locked():
            raise StoreError("All connections to the database are in use.", "Try again in a moment.")
        async with self._turns:
            self._users.add(user)
            try:
                held = await self._take()
                try:
                    with store_errors():
                        yield held
                except BaseException as error:
                    # Whatever ended the use, a cancelled statement may still run on it.
                    held.terminate()
                    if isinstance(error, asyncio.CancelledError) and not _told_to_end():
                        raise StoreError("The connection to the database was lost.", "Try again in a moment.") from None
                    raise
                self._give_back(held)
            finally:
                if not has_one:
                    self._users.discard(user)

    async def close(self) -> None:
        """Close what is free; what is in use is closed when given back."""
        self._closed = True
        for held in self._free:
            await held.close()
        self._free.clear()

    async def _take(self) -> asyncpg.Connection:
        while self._free:
            held = self._free.pop()
            if not held.is_closed():
                return held
        connection = await self._database.connect(Role.ROAD, application=self._application)
        try:
            with store_errors():
                # Statements of the road look rows up by key. A plan made while tables were empty must not scan them
                # later.
                await connection.execute(
                    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
                    "SET plan_cache_mode = force_generic_plan"
                )
        except BaseException:
            connection.terminate()
            raise
        return connection

    def _give_back(self, held: asyncpg.Connection) -> None:
        if self._closed or held.is_closed():
            held.terminate()
        else:
            self._free.append(held)


def vault_of(connections: HeldConnections) -> Vault:
    """The keys of the database's sealed columns.

    Raises:
        StoreError: this process has none.
    """
    if connections.vault is None:
        raise StoreError("This node lacks the keys that texts are sealed with.", "Copy DATA/keys from the first node.")
    return connections.vault


def _told_to_end() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
