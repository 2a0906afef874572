"""Owns work for one signed-in account: as comity_tenant, behind row-level security; must not know what is asked."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import asyncpg

from comity.edges.postgres.connect import store_errors


class Tenants:
    """Opens transactions that see one account's rows and no others."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @contextlib.asynccontextmanager
    async def account(self, account_id: int) -> AsyncIterator[asyncpg.Connection]:
        """A transaction for the account. Statements name it all the same: the wall is the second one.

        Raises:
            StoreError: the database cannot be used.
        """
        with store_errors():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute("SELECT set_config('comity.account', $1, true)", str(account_id))
                yield connection
