"""Fixtures of the webhook tests: a consumer's real HTTP server, and a worker that delivers to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from comity.base.clock import SetClock
from comity.edges.postgres import webhook_store
from comity.edges.postgres.roles import Role
from comity.edges.webhooks.addresses import read_networks
from comity.edges.webhooks.deliver import WebhookWorker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import asyncpg

    from comity.edges.postgres.connect import Database

LOOPBACK = read_networks(["127.0.0.0/8"])
RULES = webhook_store.EndpointRules(LOOPBACK)


@dataclass
class Received:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


async def _acknowledge(_request: web.BaseRequest, _received: Received) -> web.StreamResponse:
    return web.Response(text="ok")


@dataclass
class Consumer:
    """A customer's server; `reply` decides what it answers."""

    reply: Callable[[web.BaseRequest, Received], Awaitable[web.StreamResponse]] = _acknowledge
    seen: list[Received] = field(default_factory=list)
    arrivals: asyncio.Queue[Received] = field(default_factory=asyncio.Queue)
    port: int = 0

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        received = Received(
            request.method, request.path, request.rel_url.raw_query_string, dict(request.headers), await request.read()
        )
        self.seen.append(received)
        self.arrivals.put_nowait(received)
        return await self.reply(request, received)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def answer(self, *statuses: int, **headers: str) -> None:
        """Answer with these statuses in turn, then with the last."""
        left = list(statuses)

        async def reply(_request: Any, _received: Received) -> web.StreamResponse:
            status = left.pop(0) if len(left) > 1 else left[0]
            return web.Response(
                status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}
            )

        self.reply = reply

    async def next(self, limit_s: float = 5.0) -> Received:
        async with asyncio.timeout(limit_s):
            return await self.arrivals.get()


@pytest.fixture
async def consumer() -> AsyncIterator[Consumer]:
    one = Consumer()
    runner = web.ServerRunner(web.Server(one.handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.port = runner.addresses[0][1]
    yield one
    await runner.cleanup()


@pytest.fixture
async def road(database: Database) -> AsyncIterator[asyncpg.Pool]:
    pool = await database.pool(Role.ROAD, least=1, most=4)
    yield pool
    await pool.close()


@pytest.fixture
async def account(road: asyncpg.Pool) -> int:
    return await road.fetchval("INSERT INTO accounts (name) VALUES ('acme') RETURNING account_id")


@pytest.fixture
def clock() -> SetClock:
    """A little ahead of the database's, whose clock says when events were enqueued."""
    return SetClock(datetime.now(UTC) + timedelta(seconds=5))


@dataclass
class Desk:
    """Everything a delivery test does, in one place."""

    road: asyncpg.Pool
    database: Database
    account: int
    consumer: Consumer
    clock: SetClock
    running: list[tuple[asyncio.Event, asyncio.Task[None]]] = field(default_factory=list)
    workers: list[WebhookWorker] = field(default_factory=list)

    async def webhook(self, *types: str, method: str = "POST", url: str = "") -> tuple[Any, str]:
        wanted = webhook_store.Wanted(url or self.consumer.url(), method, types or ("delivery_report",))
        return await webhook_store.create(self.road, self.account, wanted, RULES)

    async def enqueue(self, stream: str, body: str = "{}", kind: str = "delivery_report", times: int = 1) -> int:
        return await webhook_store.enqueue(self.road, [(self.account, stream, kind, body)] * times)

    def start(self, **options: Any) -> WebhookWorker:
        worker = WebhookWorker(self.database, options.pop("allowed", LOOPBACK), self.clock, **options)
        stop = asyncio.Event()
        self.running.append((stop, asyncio.create_task(worker.run(stop))))
        self.workers.append(worker)
        return worker

    async def stop(self) -> None:
        for stop, _ in self.running:
            stop.set()
        async with asyncio.timeout(4):
            await asyncio.gather(*(task for _, task in self.running))
        self.running.clear()

    def advance(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        for worker in self.workers:
            worker._bell.set()

    async def until(self, holds: Callable[[], Any], limit_s: float = 8.0) -> None:
        """Counters and rows announce nothing, so they are looked at until they are as expected."""
        async with asyncio.timeout(limit_s):
            while True:
                found = holds()
                if await found if asyncio.iscoroutine(found) else found:
                    return
                await asyncio.sleep(0.01)

    async def waiting(self) -> int:
        return await self.road.fetchval("SELECT count(*) FROM webhook_events")

    async def row(self) -> Any:
        return await self.road.fetchrow("SELECT * FROM webhooks")


@pytest.fixture
async def desk(
    road: asyncpg.Pool, database: Database, account: int, consumer: Consumer, clock: SetClock
) -> AsyncIterator[Desk]:
    one = Desk(road, database, account, consumer, clock)
    yield one
    await one.stop()
