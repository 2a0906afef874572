"""Owns a small road for tests: an account, messages in the queue, a real simulator, a real link, a dispatcher."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from comity.base.clock import SystemClock
from comity.base.ids import IdMaker
from comity.edges.carriers.link import SmppLink
from comity.edges.carriers.network import SmppNetwork
from comity.edges.carriers.simulator import Running, SimulatorOptions, run_simulator
from comity.edges.postgres.announcing import WebhookEar
from comity.edges.postgres.dispatch_store import PostgresDispatchStore
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.edges.postgres.label_store import PostgresScoreStore
from comity.edges.postgres.receipt_store import PostgresReceiptStore
from comity.edges.postgres.upkeep_store import PostgresUpkeepStore
from comity.journey.counters import Counters
from comity.journey.dispatch import Dispatcher
from comity.journey.drift import Drift
from comity.journey.inbound import Inbound
from comity.journey.incoming import Incomings
from comity.journey.prepare import Readings
from comity.journey.receipt import Receipts
from comity.policy.files import default_policy
from comity.routing.routes import Carrier, PriceTable, Route, RouteTable
from comity.screening.compiled import compile_policy
from comity.screening.rulebook import RULEBOOK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from comity.base.clock import Clock
    from comity.edges.postgres.connect import Database

PERSON = "32470000000"
NUMBER = "3228000000"
IDS = IdMaker()


class Road:
    """A database with what the road needs, and shorthands for looking at it."""

    def __init__(self, database: Database, clock: Clock | None = None, ears: tuple[Any, ...] = ()) -> None:
        self.clock = clock or SystemClock()
        self.database = database
        self.connections = HeldConnections(database, "comity-test")
        self.ears = (WebhookEar(), *ears)
        self.store = PostgresDispatchStore(self.connections, self.ears)
        self.receipt_store = PostgresReceiptStore(self.connections, self.ears)
        self.inbound_store = PostgresInboundStore(self.connections)
        self.upkeep_store = PostgresUpkeepStore(self.connections, self.ears)
        self.drift = Drift(PostgresScoreStore(self.connections), self.clock)
        self.counters = Counters()
        self.receipts = Receipts(self.receipt_store, self.clock, self.counters)
        self.inbound = Inbound(self.inbound_store, self, self.clock, self.counters)
        self.routes = RouteTable([Route("", 1)])

    def readings(self) -> Readings:
        return Readings(compile_policy(default_policy(), RULEBOOK), PriceTable({}), self.routes)

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        async with self.connections.connection() as connection:
            return await connection.fetch(sql, *arguments)

    async def value(self, sql: str, *arguments: Any) -> Any:
        rows = await self.fetch(sql, *arguments)
        return rows[0][0] if rows else None

    async def account(self, name: str = "bank", credits_: int = 1_000_000) -> int:
        account = await self.value("INSERT INTO accounts (name) VALUES ($1) RETURNING account_id", name)
        await self.fetch(
            "INSERT INTO lots (account_id, kind, micro_credits, remaining) VALUES ($1, 'purchased', $2, $2)",
            account,
            credits_,
        )
        await self.fetch(
            """INSERT INTO sender_grants (account_id, sender_key, sender, kind) VALUES ($1, $2, $2, 'number')""",
            account,
            NUMBER,
        )
        return int(account)

    async def queue(self, account: int, count: int = 1, **given: Any) -> list[UUID]:
        """Put messages into the queue, charged ten micro-credits each; in one commit."""
        fields: dict[str, Any] = {
            "sender": NUMBER,
            "recipient": PERSON,
            "category": "transactional",
            "text": "Your parcel is at the door.",
            "parts": 1,
            "prefix": "",
            "due_at": self.clock.now(),
            "validity_s": None,
            "receipt": False,
            "system_id": None,
        }
        fields |= given
        ids = [IDS.at(self.clock.now()) for _ in range(count)]
        await self.fetch(
            """
            WITH m AS (
                INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts,
                                      micro_credits, text_key, action, verdict, validity_s, receipt, system_id)
                SELECT $1, i, 'rest', $3, $4, $5, $6, 'gsm7', $7, 10, 0, 'allow', '{}', $10, $11, $12
                FROM unnest($2::uuid[]) i
            ), l AS (
                INSERT INTO message_life (account_id, id, state) SELECT $1, i, 'queued' FROM unnest($2::uuid[]) i
            ), p AS (SELECT lot_id FROM lots WHERE account_id = $1 ORDER BY lot_id LIMIT 1
            ), s AS (
                UPDATE lots SET remaining = remaining - 10 * cardinality($2::uuid[])
                WHERE lot_id = (SELECT lot_id FROM p)
            ), c AS (
                INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)
                SELECT $1, i, 'charge', (SELECT lot_id FROM p), 10 FROM unnest($2::uuid[]) i
            )
            INSERT INTO queue (account_id, message_id, route_prefix, due_at)
            SELECT $1, i, $8, $9 FROM unnest($2::uuid[]) i
            """,
            account,
            ids,
            fields["sender"],
            fields["recipient"],
            fields["category"],
            fields["text"],
            fields["parts"],
            fields["prefix"],
            fields["due_at"],
            fields["validity_s"],
            fields["receipt"],
            fields["system_id"],
        )
        await self.fetch("SELECT pg_notify('comity_queue', '')")
        return ids

    async def state(self, message: UUID) -> str:
        return str(await self.value("SELECT state FROM message_life WHERE id = $1", message))

    async def until(self, sql: str, *arguments: Any, within_s: float = 15.0) -> None:
        """Until a query says true."""
        async with asyncio.timeout(within_s):
            while not await self.value(sql, *arguments):  # noqa: ASYNC110  a database gives no event
                await asyncio.sleep(0.01)

    async def until_state(self, messages: list[UUID], state: str, within_s: float = 15.0) -> None:
        await self.until(
            "SELECT count(*) = $3 FROM message_life WHERE id = ANY ($1) AND state = $2",
            messages,
            state,
            len(messages),
            within_s=within_s,
        )

    @contextlib.asynccontextmanager
    async def dispatching(
        self, *links: tuple[int, SmppLink], changed: asyncio.Event, stopping: bool = True
    ) -> AsyncIterator[Dispatcher]:
        """A dispatcher at work over links that were made with `changed`."""
        network = SmppNetwork(lambda: self.routes, changed)
        for carrier_id, link in links:
            await link.start()
            network.add(carrier_id, link)
        incoming = Incomings(self.receipts, self.inbound, network)
        dispatcher = Dispatcher(self.store, network, incoming, self.clock, self.counters)
        await dispatcher.start()
        try:
            yield dispatcher
        finally:
            if stopping:
                await dispatcher.stop(0.5)


@contextlib.asynccontextmanager
async def simulator(**options: Any) -> AsyncIterator[Running]:
    """A message centre on this machine, quick to report."""
    ready: asyncio.Future[Running] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    settings = SimulatorOptions(**{"smpp": "127.0.0.1:0", "receipt_delay_ms": 0.0, "haste": 100.0} | options)
    task = asyncio.create_task(run_simulator(settings, ready=ready.set_result, stop=stop))
    try:
        yield await ready
    finally:
        stop.set()
        await task


def link_to(running: Running, changed: asyncio.Event, **options: Any) -> SmppLink:
    """A link to a simulator."""
    host, port = running.smpp
    return SmppLink(Carrier(1, "sim", f"smpp://{host}:{port}", "me", "secret", options), changed)
