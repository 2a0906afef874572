"""Owns work for one signed-in account: as comity_tenant, behind row-level security; must not know what is asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import asyncpg

from comity.base.errors import StoreError
from comity.edges.postgres.connect import store_errors

_AT_ONCE: Final = 2
_MOST_WAITING: Final = 50


class Tenants:
    """Opens transactions that see one account's rows and no others."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._turns: dict[int, asyncio.Semaphore] = {}
        self._waiting: dict[int, int] = {}

    @contextlib.asynccontextmanager
    async def account(self, account_id: int) -> AsyncIterator[asyncpg.Connection]:
        """A transaction for the account. Statements name it all the same: the wall is the second one.

        Raises:
            StoreError: the database cannot be used.
        """
        with store_errors():
            async with self._turn(account_id), self._pool.acquire() as connection, connection.transaction():
                await connection.execute("SELECT set_config('comity.account', $1, true)", str(account_id))
                yield connection

    @contextlib.asynccontextmanager
    async def _turn(self, account_id: int) -> AsyncIterator[None]:
        """One of the few places of the account; connections are shared, and one account must not take them all."""
        turns = self._turns.setdefault(account_id, asyncio.Semaphore(_AT_ONCE))
        self._waiting[account_id] = self._waiting.get(account_id, 0) + 1
        try:
            if self._waiting[account_id] > _MOST_WAITING:
                raise StoreError("This account asks for too much at once.", "Ask again in a moment.")
            async with turns:
                yield
        finally:
            self._waiting[account_id] -= 1
            if not self._waiting[account_id]:
                del self._waiting[account_id], self._turns[account_id]
