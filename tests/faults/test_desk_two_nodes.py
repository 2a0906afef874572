"""Two nodes, each `comity serve` on its own, on one database: what is due is done once, and a sanction counts on both.

`--log-cli-level=info` shows how soon a sanction that one node wrote stopped messages at the other.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
import pytest
import pytest_asyncio

from comity.accounts.standing import Reasons
from comity.edges.postgres import operator_store
from comity.edges.postgres.roles import Role
from comity.edges.postgres.standing_desk import put_account
from faults import dues
from faults.desk import DESK, HOOKS, Desk, open_desk
from faults.stage import Gateway
from faults.test_kill9 import made_folder
from support.postgres import fresh_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from support.postgres import Server

TIMES = 5
OF_EACH = 4
WITHIN_S = 1.0
WHY = Reasons("A carrier asked us to.", "U8")

_log = logging.getLogger("faults")
pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


class Nodes(NamedTuple):
    """Two nodes; the desk is that of the first."""

    desk: Desk
    other: Gateway


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_url(server: Server) -> AsyncIterator[str]:
    """A database of the operator's, by its URL."""
    superuser = await server.postgres.connect_superuser()
    name, user = fresh_name(), fresh_name()
    address = server.postgres.database.logins[Role.OWNER]
    await superuser.execute(f"CREATE ROLE {user} LOGIN PASSWORD 's3cr3t'")
    await superuser.execute(f"GRANT comity_owner, comity_road, comity_tenant TO {user}")
    await superuser.execute(f"CREATE DATABASE {name} OWNER {user}")
    yield f"postgresql://{user}:s3cr3t@/{name}?host={address['host']}&port={address['port']}"
    await superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await superuser.execute(f"DROP OWNED BY {user}; DROP ROLE {user}")
    await superuser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nodes(shared_url: str) -> AsyncIterator[Nodes]:
    folder, further = await asyncio.to_thread(made_folder), await asyncio.to_thread(made_folder)
    async with open_desk(folder, shared_url) as desk:
        other = Gateway(further, *HOOKS, database=shared_url)
        # As an operator does: all nodes read the keys of texts from one directory.
        other.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (other.data / "keys").symlink_to(desk.gateway.data / "keys")
        await other.start()
        await other.ready()
        yield Nodes(desk, other)
        await other.stop()
    for one in (folder, further):
        shutil.rmtree(one)


async def status_of_sending(url: str, one: dues.Prepared, number: int) -> int:
    body = {"message": f"Your order {number} is ready.", "sender": "12345", "to": f"4478{number:08d}"}
    async with (
        aiohttp.ClientSession(headers=one.headers) as http,
        http.post(url + "/v1/message/send", json=body) as answer,
    ):
        return answer.status


async def test_a_sanction_given_at_one_node_stops_messages_at_the_other_within_a_second(nodes: Nodes):
    desk, other = nodes
    took: dict[str, list[float]] = {"suspended": [], "good": []}
    numbers = count()
    async with desk.database() as connection:
        one = await dues.account(connection, "sanctioned", "account", desk.hook.url)
        for standing, awaited in [("suspended", 403), ("good", 200)] * TIMES:
            now = await connection.fetchval("SELECT now()")
            await put_account(connection, (one.account_id, standing), WHY, ("Rita", None), now)
            committed = time.perf_counter()
            while (status := await status_of_sending(other.url, one, next(numbers))) != awaited:
                since = time.perf_counter() - committed
                assert since < WITHIN_S, f"still {status}, {since:.2f} s after it was {standing}"
            took[standing].append(time.perf_counter() - committed)
    for standing, spans in took.items():
        told = ", ".join(f"{1000 * span:.0f}" for span in sorted(spans))
        _log.info("%s at the other node after %s ms", standing, told)


async def test_two_desks_do_what_is_due_once_and_one_goes_on_when_the_other_is_killed(nodes: Nodes):
    desk = nodes.desk
    async with desk.database() as connection:
        listening = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'comity-deadlines'"
        assert await connection.fetchval(listening + " AND datname = current_database()") == 2
        prepared = [
            await dues.account(connection, kind, f"shared {n}", desk.hook.url)
            for kind in dues.KINDS
            for n in range(OF_EACH)
        ]
        for place, one in enumerate(prepared):
            await dues.bring_near(connection, one, 0.5 + place / 20)
    await desk.strike(DESK)
    await desk.settled([one.account_id for one in prepared], "two desks")
    async with desk.database() as connection:
        for one in prepared:
            await dues.assert_done_once(connection, one)
        assert await operator_store.check_ledger(connection) == []
    await desk.told([one.account_id for one in prepared])
