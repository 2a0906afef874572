"""Owns deadlines in PostgreSQL: set, moved, dropped, claimed; must not know what is done when one is reached.

A deed is claimed, done and removed in one transaction. A process that dies in the middle leaves it as it was, so it is
done once, whoever does it, and nodes that look at the same time take different ones.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from comity.edges.postgres.connect import Database
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statements import load

CHANNEL: Final = "comity_deadlines"
_LONGEST_PAUSE: Final = timedelta(minutes=10)


class NewDeadline(msgspec.Struct, frozen=True):
    """A deed that is due at an instant.

    Attributes:
        kind: which deed; a name in the table of `comity.app.compose.desk`.
        subject: what it is about; of a kind and subject there is one deadline, and setting it again moves it.
        account_id: whose it is; None for the operator's own.
        due_at: the instant that counts.
    """

    kind: str
    subject: str
    account_id: int | None
    due_at: datetime


class Due(NewDeadline, frozen=True):
    """A deadline that was reached."""


Deed = Callable[[asyncpg.Connection, Due, datetime], Awaitable[None]]


async def set_deadline(connection: asyncpg.Connection, deadline: NewDeadline) -> None:
    """Set a deadline, or move the one of its kind and subject; part of the caller's transaction."""
    await connection.execute(
        load("deadline_set"), deadline.kind, deadline.subject, deadline.account_id, deadline.due_at
    )


async def drop_deadline(connection: asyncpg.Connection, kind: str, subject: str) -> bool:
    """What was due is done already, or no more wanted. False when there is no such deadline, or it is being done."""
    dropped = await connection.execute("DELETE FROM deadlines WHERE kind = $1 AND subject = $2", kind, subject)
    return str(dropped) != "DELETE 0"


async def database_now(connection: asyncpg.Connection) -> datetime:
    """The instant by the database's clock, which all nodes share."""
    now: datetime = await connection.fetchval("SELECT clock_timestamp()")
    return now


class PostgresDeadlines:
    """Claims deeds, has them done, puts off what fails.

    Args:
        database: where deadlines are, and who says that there is a new one.
        connections: over which they are done.
        now: the instant; the database's own clock unless a test moves one.
    """

    def __init__(
        self,
        database: Database,
        connections: HeldConnections,
        now: Callable[[asyncpg.Connection], Awaitable[datetime]] = database_now,
    ) -> None:
        self._database = database
        self._connections = connections
        self._now = now

    async def do_next(self, deeds: dict[str, Deed]) -> bool:
        """Do the deed that is due longest; False when nothing is due.

        Raises:
            FailedDeedError: it failed, nothing of it stands, and it is tried again later.
            StoreError: the database cannot be used.
        """
        async with self._connections.connection() as connection:
            now = await self._now(connection)
            due = None
            try:
                async with connection.transaction():
                    row = await connection.fetchrow(load("deadline_claim"), now, list(deeds))
                    if row is None:
                        return False
                    due = Due(**dict(row))
                    await deeds[due.kind](connection, due, now)
            except Exception as error:
                if due is None or connection.is_closed():
                    raise
                failures = await connection.fetchval(
                    load("deadline_put_off"), due.kind, due.subject, now, _LONGEST_PAUSE
                )
                raise FailedDeedError(due.kind, failures or 0) from error
        return True

    async def wait_s(self, kinds: Collection[str], most_s: float) -> float:
        """How long until the next one is due, in seconds, at most so many."""
        async with self._connections.connection() as connection:
            next_at = await connection.fetchval(
                "SELECT min(try_at) FROM deadlines WHERE kind = ANY ($1::text[])", list(kinds)
            )
            if next_at is None:
                return most_s
            left: float = (next_at - await self._now(connection)).total_seconds()
        return min(max(left, 0.0), most_s)

    async def listen(self, wake: Callable[[], None]) -> asyncpg.Connection:
        """A connection that calls `wake` whenever a deadline is set or moved, until it is closed."""
        connection = await self._database.connect(Role.ROAD, application="comity-deadlines")
        await connection.add_listener(CHANNEL, lambda *_told: wake())
        return connection


class FailedDeedError(Exception):
    """A deed failed, so many times by now."""

    def __init__(self, kind: str, failures: int) -> None:
        super().__init__(kind)
        self.kind = kind
        self.failures = failures
