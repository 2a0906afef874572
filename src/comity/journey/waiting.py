"""Owns who is next: submissions wait in a queue of their account, and accounts take turns.

It must not know what a submission holds but its weight. The backlog is bounded in all
and by account, so that a flood is answered "try later" at once and starves nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Generic, Protocol, TypeVar

BACKLOG: Final = 20_000
BACKLOG_OF_ACCOUNT: Final = 10_000


class Weighed(Protocol):
    """Something that waits: whose it is and how many messages it holds."""

    @property
    def account_id(self) -> int:
        """Whose turn it takes."""
        ...

    @property
    def weight(self) -> int:
        """Messages."""
        ...


T = TypeVar("T", bound=Weighed)


class FairQueue(Generic[T]):
    """Round robin between accounts, first come first served within one."""

    def __init__(self, backlog: int = BACKLOG, backlog_of_account: int = BACKLOG_OF_ACCOUNT) -> None:
        self._queues: dict[int, deque[T]] = {}
        self._turns: deque[int] = deque()
        self._weights: dict[int, int] = {}
        self._backlog = backlog
        self._backlog_of_account = backlog_of_account
        self._filled = asyncio.Event()
        self.weight = 0
        self.is_closed = False

    def close(self) -> None:
        """Give nobody room any more."""
        self.is_closed = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be taken."""
        return not self._turns

    def claim(self, account_id: int, weight: int) -> bool:
        """Take room for an item that is about to be put; False when there is none.

        The first one of an account always has room, of any size: the floods of others don't keep it out.
        """
        own = self._weights.get(account_id, 0)
        if self.is_closed:
            return False
        if own and (self.weight >= self._backlog or own >= self._backlog_of_account):
            return False
        self._count(account_id, weight)
        return True

    def release(self, account_id: int, weight: int) -> None:
        """Give back room that was claimed for an item that will not be put."""
        self._count(account_id, -weight)

    def put(self, item: T) -> None:
        """Let an item wait at the end of its account's queue, in the room that was claimed for it."""
        self._queue_of(item).append(item)
        self._filled.set()

    def put_back(self, item: T) -> None:
        """Let an item that was taken be the account's next again."""
        self._queue_of(item).appendleft(item)
        self._count(item.account_id, item.weight)
        self._filled.set()

    async def take(self, limit: int) -> list[T]:
        """Wait until there is something, then take what is next, up to about `limit` messages."""
        while not self._turns:
            self._filled.clear()
            await self._filled.wait()
        taken: list[T] = []
        weight = 0
        while self._turns and weight < limit:
            item = self._next()
            taken.append(item)
            weight += item.weight
        return taken

    def _next(self) -> T:
        account_id = self._turns.popleft()
        queue = self._queues[account_id]
        item = queue.popleft()
        if queue:
            self._turns.append(account_id)
        else:
            del self._queues[account_id]
        self._count(account_id, -item.weight)
        return item

    def _queue_of(self, item: T) -> deque[T]:
        queue = self._queues.get(item.account_id)
        if queue is None:
            queue = self._queues[item.account_id] = deque()
            self._turns.append(item.account_id)
        return queue

    def _count(self, account_id: int, weight: int) -> None:
        self.weight += weight
        left = self._weights.get(account_id, 0) + weight
        if left:
            self._weights[account_id] = left
        else:
            self._weights.pop(account_id, None)
