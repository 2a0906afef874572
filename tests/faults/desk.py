"""Owns the desk that is killed: a gateway with all its roles, a reviewer, customers who are told; must not judge."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import Counter
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from comity.base.errors import ComityError
from comity.edges.postgres.roles import Role
from comity.edges.postgres.staff_store import add_staff
from faults import dues
from faults.stage import Carrier, Gateway, kill, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    import asyncpg

# The processes by the first of their roles: the desk's work is done by that of webhooks.
DESK = "webhooks"
HOOKS = ("--webhook-allow", "127.0.0.0/8")
_NOT_NOW = {401, 502, 503, 504}  # a key that was made a moment ago is unknown for as long


class Hook:
    """The customers' server: notes which notices it was told of, and how often."""

    def __init__(self) -> None:
        self.told: Counter[str] = Counter()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        told = await request.json()
        self.told[told["message"]["id"]] += 1
        return web.Response(text="ok")

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Hook]:
        app = web.Application()
        app.router.add_post("/hook", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        try:
            yield self
        finally:
            await runner.cleanup()


class Desk:
    """What is played on."""

    def __init__(self, gateway: Gateway, carrier: Carrier, hook: Hook) -> None:
        self.gateway, self.carrier, self.hook = gateway, carrier, hook
        self.rita: dict[str, str] = {}

    @contextlib.asynccontextmanager
    async def database(self, role: Role = Role.ROAD) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the road; the server may be restarting."""
        found = self.gateway.store
        await found.wait_ready(role, limit_s=30)
        connection = await found.connect(role, application="comity-test")
        try:
            yield connection
        finally:
            await connection.close()

    async def answer(self, path: str, headers: dict[str, str], body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The door's answer, however often it has to be asked; without a body it is only looked at."""
        found: list[dict[str, Any]] = []
        timeout = aiohttp.ClientTimeout(total=10)

        async def answered() -> bool:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with (
                    aiohttp.ClientSession(timeout=timeout, headers=headers) as http,
                    http.request("POST" if body else "GET", self.gateway.url + path, json=body) as answer,
                ):
                    if answer.status == 200:
                        found.append(await answer.json())
                    else:
                        assert answer.status in _NOT_NOW, await answer.text()
            return bool(found)

        await until(answered, f"an answer of {path}")
        return found[0]

    async def send(self, one: dues.Prepared, token: str, to: str, **more: str) -> None:
        """Send a message of an account, which the carrier knows by its token `TAG SEQ`."""
        written = token.replace(" ", ".")
        body = {"message": f"Your order #{written}# is ready.", "sender": "12345", "to": to, **more}
        await self.answer("/v1/message/send", one.headers, body)

    async def overturn(self, account: str) -> dict[str, Any]:
        """Overturn an account's only case, with one key for as long as there is no answer; what that did."""
        (case,) = (await self.answer(f"/api/desk/cases?account={account.replace(' ', '%20')}", self.rita))["items"]
        headers = {**self.rita, "Idempotency-Key": f"decide {case['id']}"}
        decision = {"decision": "overturn", "words": "Looked at it."}
        decided = await self.answer(f"/api/desk/cases/{case['id']}/decision", headers, decision)
        return dict(decided["effects"])

    async def strike(self, victim: str) -> None:
        """kill -9; what an operator's init system starts again is started again, nothing else is done."""
        struck: list[int] = []

        async def runs() -> bool:
            running = self.gateway.processes()
            struck[:] = [pid for pid, name in running.items() if victim in {name.split(",")[0], "everything"}]
            return bool(struck)

        await until(runs, f"{victim} runs")
        for pid in struck:
            kill(pid)
        if self.gateway.supervisor in struck:
            await self.gateway.start()

    @contextlib.contextmanager
    def paused(self, which: str) -> Iterator[None]:
        """A process does nothing meanwhile, and notices nothing of it."""
        found = [pid for pid, name in self.gateway.processes().items() if name.split(",")[0] == which]
        for pid in found:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in found:
                os.kill(pid, signal.SIGCONT)

    async def settled(self, accounts: list[int], told: str) -> None:
        """Until nothing of these accounts is due any more, by the database's word."""

        async def over() -> bool:
            with contextlib.suppress(ComityError, OSError):
                async with self.database() as connection:
                    return await dues.is_over(connection, accounts)
            return False

        await until(over, f"nothing is due any more ({told})")

    async def told(self, accounts: list[int]) -> int:
        """Until these accounts are told of all their notices; how many those are."""
        async with self.database() as connection:
            notices = await dues.notices(connection, accounts)

        async def all_told() -> bool:
            return notices <= self.hook.told.keys()

        await until(all_told, "every notice arrived")
        return len(notices)


@contextlib.asynccontextmanager
async def open_desk(folder: Path, database: str = "") -> AsyncIterator[Desk]:
    """A gateway that runs, with a carrier, and Rita at the desk; on a server of its own unless one is named."""
    carrier, gateway = Carrier(folder), Gateway(folder, *HOOKS, database=database)
    await carrier.start()
    await gateway.set_up(carrier)
    async with Hook().listening() as hook:
        desk = Desk(gateway, carrier, hook)
        await gateway.start()
        await gateway.ready()
        async with desk.database() as connection:
            client_id, secret = await add_staff(connection, "Rita Example", "senior")
        desk.rita = {"X-Client-Id": client_id, "X-Client-Secret": secret}
        try:
            yield desk
        finally:
            await gateway.stop()
            await carrier.kill()
