"""Owns a whole /v1 door for tests: real PostgreSQL, acceptance as the product composes it, a real server, a client."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from itertools import count
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec

from comity.app.compose.accepting import accepting
from comity.app.compose.node import Node
from comity.app.metrics import Snapshots
from comity.app.settings import Address, Settings
from comity.edges.http_server.gate import Gate
from comity.edges.http_server.policy_notice import PolicyNotice
from comity.edges.http_server.server import Root, serving
from comity.edges.postgres import operator_store
from comity.edges.postgres.connect import store_errors
from comity.edges.postgres.directory import CHANNEL
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.edges.postgres.tenant import Tenants
from comity.edges.postgres.webhook_store import EndpointRules
from comity.edges.rest_http.app import RestDoor
from comity.edges.rest_http.services import make_services
from comity.edges.smstools_http.calls import Calls
from comity.edges.smstools_http.door import SmstoolsDoor
from comity.policy.files import default_policy
from comity.senders.read import Sender, read_sender

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import asyncpg

    from comity.base.clock import Clock
    from comity.edges.postgres.connect import Database
    from comity.edges.postgres.directory import PostgresDirectory
    from comity.journey.accept import Acceptor

MICRO = 1_000_000
OPERATOR_TABLES = {"policy_versions", "carriers", "routes", "prices"}
PERSON = "32470000000"
SEND = "/v1/message/send"
_MARKER = "test_marker"
_number = count(1)


class Answer(msgspec.Struct):
    """What the door answered."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> str | None:
        """The error's number as written, or None."""
        return self.body.get("error") if isinstance(self.body, dict) else None


class Customer(msgspec.Struct):
    """An account with its credentials."""

    name: str
    account_id: int
    client_id: str
    secret: str

    @property
    def credentials(self) -> dict[str, str]:
        """The headers that let it in."""
        return {"X-Client-Id": self.client_id, "X-Client-Secret": self.secret}


class Operator:
    """An operator's hands in a database: sets things up and looks at what is there."""

    def __init__(self, database: Database, connection: asyncpg.Connection) -> None:
        self.database = database
        self.connection = connection
        # A task may ask while another waits; a connection serves one at a time.
        self._lock = asyncio.Lock()

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        """Rows, as the owner sees them."""
        async with self._lock:
            return await self.connection.fetch(sql, *arguments)

    async def value(self, sql: str, *arguments: Any) -> Any:
        """The first value of the first row."""
        async with self._lock:
            return await self.connection.fetchval(sql, *arguments)

    async def customer(
        self, *, credits_: int = 100, bonus: int = 0, senders: tuple[str, ...] = ("Bank",), **more: Any
    ) -> Customer:
        """A new account; whole credits. Somebody has accepted the policy unless `accepted_by` is ""."""
        name = more.pop("name", f"account-{next(_number)}")
        new = operator_store.NewAccount(
            name, credits_ * MICRO, bonus * MICRO, accepted_by=more.pop("accepted_by", "Ann"), **more
        )
        async with self._lock:
            made = await operator_store.create_account(self.connection, new)
            account_id = await operator_store.account_id_of(self.connection, name)
        customer = Customer(name, account_id, made.client_id, made.client_secret)
        for sender in senders:
            await self.grant(customer, sender)
        return customer

    async def grant(self, customer: Customer, sender: str, category: str | None = None) -> None:
        """Let an account send as a sender."""
        read = read_sender(sender)
        assert isinstance(read, Sender)
        async with self._lock:
            await operator_store.grant_sender(self.connection, customer.account_id, read, category, ("", "", b""))

    async def spendable(self, customer: Customer) -> float:
        """Whole credits left."""
        left = await self.value("SELECT sum(remaining) FROM lots WHERE account_id = $1", customer.account_id)
        return int(left or 0) / MICRO

    async def written(self, customer: Customer) -> dict[str, int]:
        """How many rows of each kind the account has."""
        tables = ("messages", "message_life", "queue", "idempotency", "ledger_entries")
        return {
            table: await self.value(f"SELECT count(*) FROM {table} WHERE account_id = $1", customer.account_id)
            for table in tables
        }

    async def end_connections(self, application: str) -> int:
        """End the road's connections of that name, as a failing network would; how many there were."""
        road = await self.database.connect(Role.ROAD)
        try:
            ended = await road.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = $1",
                application,
            )
        finally:
            await road.close()
        return len(ended)

    async def ledger_problems(self) -> list[dict[str, Any]]:
        """What does not balance."""
        async with self._lock:
            return await operator_store.check_ledger(self.connection)


class Gateway(Operator):
    """A running door."""

    url: str
    session: aiohttp.ClientSession
    acceptor: Acceptor
    directory: PostgresDirectory
    gate: Gate
    trouble: list[BaseException]

    @contextlib.asynccontextmanager
    async def directory_changed(self) -> AsyncIterator[None]:
        """Ends when the running directory has taken in the change that is made inside."""
        async with told_of_change(self.directory):
            yield

    async def call(self, method: str, path: str, customer: Customer | None = None, **more: Any) -> Answer:
        """Ask; `json` or `data` for the body, `params`, `headers`."""
        headers = {**(customer.credentials if customer else {}), **more.pop("headers", {})}
        async with self.session.request(method, self.url + path, headers=headers, **more) as response:
            raw = await response.read()
            is_json = "json" in response.headers.get("Content-Type", "json")
            body = (msgspec.json.decode(raw) if is_json else raw.decode()) if raw else None
            return Answer(response.status, body, response.headers)

    async def send(self, customer: Customer, headers: dict[str, str] | None = None, **changes: Any) -> Answer:
        """Post one message; what is not changed is plain."""
        body = {"message": "Hello", "to": PERSON, "sender": "Bank", **changes}
        return await self.call("POST", SEND, customer, json=body, headers=headers or {})


@contextlib.asynccontextmanager
async def operating(database: Database) -> AsyncIterator[Operator]:
    """The operator's hands in a database that is made ready for use."""
    connection = await database.connect(Role.OWNER, application="comity-test")
    try:
        with store_errors():
            await operator_store.prepare_installation(connection, default_policy())
        yield Operator(database, connection)
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def running_gateway(database: Database, clock: Clock, folder: Path) -> AsyncIterator[Gateway]:
    """A door on a loopback port, composed as `app/compose` does."""
    address = Address("127.0.0.1", free_port())
    node = Node(Settings(str(folder), address), database, clock, Snapshots(folder / "figures"))
    async with contextlib.AsyncExitStack() as stack:
        operator = await stack.enter_async_context(operating(database))
        gateway = Gateway(database, operator.connection)
        pool = await database.pool(Role.TENANT, most=4)
        stack.push_async_callback(pool.close)
        gateway.acceptor, gateway.directory = await stack.enter_async_context(accepting(node))
        gateway.gate = Gate(gateway.directory, clock)
        road = HeldConnections(database, "comity-test-road")
        stack.push_async_callback(road.close)
        tenants = Tenants(pool)
        calls = Calls(tenants, road, clock, EndpointRules())
        door = SmstoolsDoor(gateway.acceptor, gateway.gate, calls, lambda _error: None)
        services = make_services(
            gateway.gate, gateway.acceptor, gateway.directory.readings, (tenants, road), clock, folder
        )
        waiting = gateway.directory.waiting_policy
        gateway.trouble = []
        rest = RestDoor(services, gateway.trouble.append)
        await stack.enter_async_context(
            serving(
                Root({"v1": PolicyNotice(door, waiting), "api": PolicyNotice(rest, waiting)}),
                address.host,
                address.port,
            )
        )
        gateway.url = f"http://{address}"
        gateway.session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(60))
        )
        yield gateway


@contextlib.asynccontextmanager
async def told_of_change(directory: PostgresDirectory, within_s: float = 1.0) -> AsyncIterator[None]:
    """Ends when the directory was told of all changes up to the block's end, and has loaded them; fails when late."""
    marked, loaded = asyncio.Event(), asyncio.Event()
    whole = False
    call_on_operator = directory._on_operator

    def hear(_connection: object, _pid: int, channel: str, table: object) -> None:
        nonlocal whole
        whole = whole or table in OPERATOR_TABLES
        if channel == _MARKER:
            marked.set()

    def on_operator() -> None:
        call_on_operator()
        if not directory._stale.is_set():
            loaded.set()

    directory._on_operator = on_operator
    listener = directory._listener
    assert listener is not None
    # On the directory's own connection, where words come in the order of their commits: the mark comes last.
    for channel in (CHANNEL, _MARKER):
        await listener.add_listener(channel, hear)
    yield
    speaker = await directory._database.connect(Role.ROAD)
    async with asyncio.timeout(within_s):
        await speaker.execute(f"NOTIFY {_MARKER}")
        await marked.wait()
        if whole:
            await loaded.wait()
    await speaker.close()
    directory._on_operator = call_on_operator
    for channel in (CHANNEL, _MARKER):
        await listener.remove_listener(channel, hear)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
