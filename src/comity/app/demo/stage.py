"""Owns what the demonstration stands on: a node, a simulated carrier, a webhook receiver; must not know the samples."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
import asyncpg
import msgspec
from aiohttp import web

from comity.app.demo.esme import Login
from comity.app.demo.samples import BANK, NEW, SHOP, SHOP_NUMBER
from comity.app.serve import running
from comity.app.settings import Address, Settings
from comity.base.errors import ComityError
from comity.consent.records import Consent
from comity.edges.carriers.address import parse_carrier_url
from comity.edges.carriers.simulator.options import SimulatorOptions
from comity.edges.carriers.simulator.run import Running, run_simulator
from comity.edges.postgres import consent_store, operator_store
from comity.edges.postgres.esme_store import EsmeOptions, add_esme
from comity.edges.postgres.operator_store import Credentials, NewAccount
from comity.edges.postgres.roles import Role
from comity.senders.read import BadSender, read_sender

_START_S: Final = 40.0
_MICRO: Final = 1_000_000
_SENDERS: Final = {SHOP: ("AcmeShop", SHOP_NUMBER), BANK: ("MetroBank",), NEW: ("Newcomer",)}
_EVENTS: Final = ["delivery_report", "inbox_message", "add_optout"]


class Stage(msgspec.Struct):
    """What is there to play on.

    Attributes:
        credentials: by account name.
        events: webhook events, in the order they came.
        told: set whenever an event came.
        login: how the bank binds over SMPP.
    """

    settings: Settings
    http: aiohttp.ClientSession
    carrier: Running
    operator: asyncpg.Connection
    credentials: dict[str, Credentials]
    events: list[dict[str, Any]]
    told: asyncio.Event
    login: Login

    async def call(self, account: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:  # noqa: ANN401  any JSON value
        """Call the /v1 door as an account; status and JSON."""
        known = self.credentials[account]
        headers = {"X-Client-Id": known.client_id, "X-Client-Secret": known.client_secret}
        url = f"http://{self.settings.http}/v1/{path}"
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def opt_in(self, account: str, recipient: str) -> None:
        """Put an opt-in of a recipient on file."""
        account_id = await operator_store.account_id_of(self.operator, account)
        consent = Consent(
            recipient,
            brand=account,
            purpose="offers",
            wording="Yes, text me offers",
            channel="web form",
            at=datetime.now(UTC),
            proof="demo form",
        )
        await consent_store.add_consents(self.operator, account_id, [consent])


@contextlib.asynccontextmanager
async def raised(data: Path, http: Address) -> AsyncIterator[Stage]:
    """The stage, for as long as the block lasts.

    Raises:
        ComityError: a part of it does not start.
    """
    smpp = Address("127.0.0.1", free_port())
    settings = Settings(data=str(data), http=http, smpp=smpp, webhook_allow=("127.0.0.0/8",))
    async with contextlib.AsyncExitStack() as stack:
        carrier = await stack.enter_async_context(_simulated_carrier())
        events, told, port = await stack.enter_async_context(_webhook_receiver())
        node = await stack.enter_async_context(running(settings))
        await _within(node.all_ready(), "The gateway did not start in time.")
        operator = await node.database.connect(Role.ROAD, application="comity-demo")
        stack.push_async_callback(operator.close)
        stage = Stage(
            settings=settings,
            http=await stack.enter_async_context(aiohttp.ClientSession()),
            carrier=carrier,
            operator=operator,
            credentials=await _set_up(operator, carrier),
            events=events,
            told=told,
            login=await _make_login(operator, smpp),
        )
        for account in (SHOP, BANK):
            body = {"webhook_endpoint": f"http://127.0.0.1:{port}/", "webhook_method": "POST", "webhook_types": _EVENTS}
            await stage.call(account, "POST", "webhook/create", body)
        yield stage


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _set_up(operator: asyncpg.Connection, carrier: Running) -> dict[str, Credentials]:
    """Accounts, senders and the carrier, in a fresh data directory."""
    host, port = carrier.smpp
    read = parse_carrier_url(f"smpp://demo:secret@{host}:{port}")
    await operator_store.add_carrier(operator, "simulated", read.url, read.system_id, read.password, read.options)
    made: dict[str, Credentials] = {}
    for name, senders in _SENDERS.items():
        person = "" if name == NEW else "Ann Example"
        new = NewAccount(name, credits=100 * _MICRO, bonus=10 * _MICRO, time_zone="Europe/Brussels", accepted_by=person)
        made[name] = await operator_store.create_account(operator, new)
        account_id = await operator_store.account_id_of(operator, name)
        for written in senders:
            sender = read_sender(written)
            assert not isinstance(sender, BadSender)
            await operator_store.grant_sender(operator, account_id, sender, None, ("", "", b""))
    return made


async def _make_login(operator: asyncpg.Connection, smpp: Address) -> Login:
    login = Login(smpp, "metrobank", secrets.token_hex(4))
    account_id = await operator_store.account_id_of(operator, BANK)
    await add_esme(operator, account_id, login.system_id, login.password, binds=1, options=EsmeOptions())
    return login


@contextlib.asynccontextmanager
async def _simulated_carrier() -> AsyncIterator[Running]:
    stop, started = asyncio.Event(), asyncio.get_running_loop().create_future()
    options = SimulatorOptions(smpp="127.0.0.1:0", control="127.0.0.1:0", system_id="demo", password="secret")  # noqa: S106  of the demonstration
    task = asyncio.create_task(run_simulator(options, ready=started.set_result, stop=stop), name="carrier")
    await asyncio.wait([task, started], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    try:
        yield started.result()
    finally:
        stop.set()
        await task


@contextlib.asynccontextmanager
async def _webhook_receiver() -> AsyncIterator[tuple[list[dict[str, Any]], asyncio.Event, int]]:
    """A customer's endpoint: events, a bell, and its port."""
    events: list[dict[str, Any]] = []
    told = asyncio.Event()

    async def receive(request: web.Request) -> web.Response:
        events.append(msgspec.json.decode(await request.read()))
        told.set()
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield events, told, runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _within(waiting: Any, complaint: str) -> None:  # noqa: ANN401  an awaitable
    try:
        await asyncio.wait_for(waiting, _START_S)
    except TimeoutError:
        raise ComityError(complaint, "The log above says why.") from None
