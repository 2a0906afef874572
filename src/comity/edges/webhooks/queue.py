"""Owns a worker's way to the waiting events in PostgreSQL; must not know how they are sent or why they failed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from comity.edges.postgres.connect import Database, store_errors
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statements import load
from comity.edges.webhooks.lanes import FIRST_WINDOW, Claimed

CHANNEL: Final = "comity_webhooks"
# A claim passes to others after so long; several times what a try and the wait for it can take.
LEASE: Final = timedelta(seconds=120)
# The last moment to begin a try is so long before.
LEASE_MARGIN_S: Final = 40.0
# A plan made while the tables were empty must not scan them when they are full.
_PLAN_BY_INDEX: Final = (
    "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    "SET enable_sort = off; SET enable_material = off;"
    "SET plan_cache_mode = force_generic_plan"
)

# Columns of webhook_claim.sql that are the first fields of Claimed.
_EVENT_COLUMNS: Final = 10

Key = tuple[int, UUID]


@dataclass(slots=True)
class Outcomes:
    """What became of events since it was last written.

    Attributes:
        done: told; they leave.
        given_up: not told, and not tried again; they leave too.
        back: to be tried at the instant, or as soon as before when None; the number takes back tries not made.
        standing: webhooks that began to fail at the instant, or are well again (None).
        disabled: webhooks to disable, and why.
    """

    done: list[Claimed] = field(default_factory=list)
    back: list[tuple[Claimed, datetime | None, int]] = field(default_factory=list)
    standing: dict[Key, datetime | None] = field(default_factory=dict)
    disabled: dict[Key, str] = field(default_factory=dict)
    given_up: list[Claimed] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.done or self.back or self.standing or self.disabled or self.given_up)

    def and_then(self, later: Outcomes) -> Outcomes:
        """These followed by later ones."""
        return Outcomes(
            self.done + later.done,
            self.back + later.back,
            {**self.standing, **later.standing},
            {**self.disabled, **later.disabled},
            self.given_up + later.given_up,
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What writing outcomes did: how many outcomes were no longer ours, webhooks disabled, events dropped with them."""

    fenced: int = 0
    disabled: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Haul:
    """What a claim gave: events, since when the webhooks among them fail, and failed reports that were outdated."""

    events: list[Claimed]
    failing_since: dict[UUID, datetime | None]
    outdated: int


class EventQueue:
    """One connection, kept for claims, outcomes and the bell that rings when events are enqueued.

    Args:
        database: where.
        ring: called when events were enqueued; may be called too often.
    """

    def __init__(self, database: Database, ring: Callable[[], None]) -> None:
        self._database = database
        self._ring = ring
        self._connection: asyncpg.Connection | None = None

    async def claim(self, now: datetime, lease_ends: float, most: int, offers: Sequence[tuple[UUID, int]]) -> Haul:
        """Claim what is due, in the order it was enqueued within each stream.

        Args:
            now: the present.
            lease_ends: the loop's time, in seconds, after which a claimed event must not be sent.
            most: how many at the most.
            offers: webhooks, and the most of each; of others FIRST_WINDOW.

        Raises:
            StoreError: the database cannot be used.
        """
        token = uuid4()
        webhooks, free = [webhook for webhook, _ in offers], [count for _, count in offers]
        connection = await self._connected()
        with self._given_up_on_error():
            async with connection.transaction():
                await connection.execute(load("webhook_claim_turn"))
                rows = await connection.fetch(
                    load("webhook_claim"), now, token, now + LEASE, most, FIRST_WINDOW, webhooks, free
                )
        events = [Claimed(*(*row[:_EVENT_COLUMNS], token, lease_ends)) for row in rows]
        return Haul(
            events, {row["webhook_id"]: row["failing_since"] for row in rows}, rows[0]["outdated"] if rows else 0
        )

    async def write(self, outcomes: Outcomes, now: datetime) -> Written:
        """Write outcomes, all or none.

        Raises:
            StoreError: the database cannot be used; nothing is known to be written, writing again does no harm.
        """
        connection = await self._connected()
        fenced = disabled = dropped = 0
        with self._given_up_on_error():
            async with connection.transaction():
                for events, told in ((outcomes.done, True), (outcomes.given_up, False)):
                    if events:
                        fenced += len(events) - await _settle(connection, events, now, told=told)
                if outcomes.back:
                    fenced += len(outcomes.back) - await _put_back(connection, outcomes.back)
                if outcomes.standing:
                    accounts, webhooks = zip(*outcomes.standing, strict=True)
                    since = list(outcomes.standing.values())
                    await connection.execute(load("webhook_standing"), accounts, webhooks, since)
                for (account_id, webhook_id), reason in outcomes.disabled.items():
                    row = await connection.fetchrow(load("webhook_disable"), account_id, webhook_id, reason, now)
                    disabled, dropped = disabled + row[0], dropped + row[1]
        return Written(fenced, disabled, dropped)

    async def sweep(self) -> int:
        """Drop events whose webhook is no more; how many.

        Raises:
            StoreError: the database cannot be used.
        """
        connection = await self._connected()
        with self._given_up_on_error():
            return int(await connection.fetchval(load("webhook_sweep")))

    async def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._database.connect(Role.ROAD, application="comity-webhooks")
            with self._given_up_on_error():
                await self._connection.execute(_PLAN_BY_INDEX)
                await self._connection.add_listener(CHANNEL, lambda *_: self._ring())
        return self._connection

    @contextlib.contextmanager
    def _given_up_on_error(self) -> Iterator[None]:
        try:
            with store_errors():
                yield
        except BaseException:
            # Whatever it was, a statement may still run on this connection.
            if self._connection is not None:
                self._connection.terminate()
                self._connection = None
            raise


async def _settle(connection: asyncpg.Connection, gone: Sequence[Claimed], now: datetime, *, told: bool) -> int:
    return int(await connection.fetchval(load("webhook_settle"), *_keys(gone), now, told))


async def _put_back(connection: asyncpg.Connection, back: Sequence[tuple[Claimed, datetime | None, int]]) -> int:
    events, due, untried = map(list, zip(*back, strict=True))
    return int(await connection.fetchval(load("webhook_put_back"), *_keys(events), due, untried))


def _keys(events: Sequence[Claimed]) -> tuple[list[int], list[UUID], list[UUID]]:
    return [e.account_id for e in events], [e.event_id for e in events], [e.token for e in events]
