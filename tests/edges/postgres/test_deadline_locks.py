"""What is due while others hold what it is about: waited for where that counts, and not asked for without pause."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from comity.edges.postgres import operator_store, refund_store
from comity.edges.postgres.deadline_store import Due, FailedDeedError, NewDeadline, PostgresDeadlines, set_deadline
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statements import load
from comity.journey.deadlines import Deadlines
from support.gateway import MICRO, operating

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LOOKED_S = 0.5


@pytest.fixture
async def road(database):
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


async def test_a_lot_that_is_being_charged_when_its_day_comes_expires_all_the_same(database, road):
    async with operating(database) as operator:
        customer = await operator.customer(credits_=0)
        lot = await operator_store.add_credits(operator.connection, customer.account_id, "bonus", 5 * MICRO, NOON)
        due = Due(refund_store.EXPIRY, str(lot), customer.account_id, NOON)
        async with road.transaction():
            await road.execute("SELECT FROM lots WHERE lot_id = $1 FOR UPDATE", lot)
            expiring = asyncio.create_task(refund_store.expire_lot(operator.connection, due, NOON))
            async with asyncio.timeout(10):
                waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = $1)"
                while not await road.fetchval(waits, operator.connection.get_server_pid()):  # noqa: ASYNC110  a lock of the server's
                    await asyncio.sleep(0)
        await expiring
        assert await operator.spendable(customer) == 0
        assert await operator.ledger_problems() == []


async def test_what_another_node_is_doing_is_looked_at_now_and_then_and_done_when_that_one_dies(database, road):
    connections = HeldConnections(database, "test", most=2)
    looks, done = 0, asyncio.Event()

    class Counted(PostgresDeadlines):
        async def do_next(self, deeds):
            nonlocal looks
            looks += 1
            return await super().do_next(deeds)

    async def deed(_connection, _due, _now):
        done.set()

    async with connections.connection() as connection:
        await set_deadline(connection, NewDeadline("deed", "x", None, NOON - timedelta(days=300)))
    begun = road.transaction()
    await begun.start()
    await road.execute("DELETE FROM deadlines")
    running = asyncio.create_task(Deadlines(Counted(database, connections), {"deed": deed}, FailedDeedError).run())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(done.wait(), LOOKED_S)
    assert 1 <= looks <= 2 + LOOKED_S / 0.1
    await begun.rollback()  # as when its connection is lost
    await asyncio.wait_for(done.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await connections.close()


async def test_a_claim_takes_one_deadline_whatever_plan_the_server_makes_of_it(database, road):
    # Where the server takes the table for one of a single row, it may run a subquery anew for every row that it is
    # joined with, and each time that takes another: what was taken beyond the first was removed and never done.
    owner = await database.connect(Role.OWNER)
    await set_deadline(owner, NewDeadline("deed", "0", None, NOON))
    await owner.execute("VACUUM ANALYZE deadlines")
    await owner.close()
    for number in range(1, 5):
        await set_deadline(road, NewDeadline("deed", str(number), None, NOON))
    left = []
    while await road.fetchrow(load("deadline_claim"), NOON, ["deed"]):
        left.append(await road.fetchval("SELECT count(*) FROM deadlines"))
    assert left == [4, 3, 2, 1, 0]
