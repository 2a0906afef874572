import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from comity.base.errors import StoreError
from comity.edges.postgres.deadline_store import (
    FailedDeedError,
    NewDeadline,
    PostgresDeadlines,
    database_now,
    drop_deadline,
    set_deadline,
)
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.journey.deadlines import Deadlines

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
async def held(database):
    connections = HeldConnections(database, "test", most=4)
    yield connections
    await connections.close()


@pytest.fixture
async def owner(database):
    """Where what was done is written; a table of the test."""
    one = await database.connect(Role.OWNER)
    await one.execute("CREATE TABLE done (kind text, subject text, due_at timestamptz, at timestamptz)")
    yield one
    await one.close()


async def write(connection, due, now):
    await connection.execute("INSERT INTO done VALUES ($1, $2, $3, $4)", due.kind, due.subject, due.due_at, now)


async def fail(connection, due, now):
    await write(connection, due, now)
    raise LookupError("what it was about, which no log may say")


async def done(owner):
    return [row["subject"] for row in await owner.fetch("SELECT subject FROM done ORDER BY at, subject")]


async def set_all(held, *deadlines):
    async with held.connection() as connection, connection.transaction():
        for kind, subject, due_at in deadlines:
            await set_deadline(connection, NewDeadline(kind, subject, None, due_at))


def desk(database, held, clock, **deeds):
    async def now(_connection):
        return clock.now()

    return Deadlines(PostgresDeadlines(database, held, now), deeds, FailedDeedError)


async def test_a_deed_is_done_when_it_is_due_and_not_before(database, held, owner, clock):
    await set_all(held, ("write", "later", NOON + timedelta(hours=24)))
    deadlines = desk(database, held, clock, write=write)
    clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert (await deadlines.once(), await done(owner)) == (0, [])
    clock.advance(timedelta(seconds=1))
    assert (await deadlines.once(), await done(owner)) == (1, ["later"])
    assert await deadlines.once() == 0


async def test_what_was_missed_while_nobody_looked_is_done_in_order_and_judged_by_its_own_instant(
    database, held, owner, clock
):
    await set_all(held, ("write", "b", NOON + timedelta(hours=2)), ("write", "a", NOON + timedelta(hours=1)))
    clock.advance(timedelta(days=400))
    assert await desk(database, held, clock, write=write).once() == 2
    assert [row["due_at"].hour for row in await owner.fetch("SELECT due_at FROM done ORDER BY due_at")] == [13, 14]


@pytest.mark.usefixtures("owner")
async def test_setting_it_again_moves_it(database, held, clock):
    await set_all(held, ("write", "x", NOON), ("write", "x", NOON + timedelta(hours=1)))
    assert await desk(database, held, clock, write=write).once() == 0


@pytest.mark.usefixtures("owner")
async def test_what_is_dropped_is_not_done(database, held, clock):
    await set_all(held, ("write", "x", NOON))
    async with held.connection() as connection:
        assert await drop_deadline(connection, "write", "x")
        assert not await drop_deadline(connection, "write", "x")
    assert await desk(database, held, clock, write=write).once() == 0


async def test_nodes_that_look_at_the_same_time_do_each_deed_once(database, held, owner, clock):
    await set_all(held, *[("write", str(n), NOON) for n in range(40)])
    nodes = [desk(database, held, clock, write=write) for _ in range(3)]
    assert sum(await asyncio.gather(*(node.once() for node in nodes))) == 40
    assert sorted(await done(owner), key=int) == [str(n) for n in range(40)]


async def test_a_deed_that_fails_leaves_nothing_and_is_tried_again_later_while_others_go_on(
    database, held, owner, clock
):
    await set_all(held, ("fail", "bad", NOON - timedelta(hours=1)), ("write", "good", NOON))
    deadlines = desk(database, held, clock, write=write, fail=fail)
    assert (await deadlines.once(), await done(owner)) == (1, ["good"])
    mended = desk(database, held, clock, write=write, fail=write)
    assert await mended.once() == 0
    clock.advance(timedelta(seconds=3))
    assert (await mended.once(), await done(owner)) == (1, ["good", "bad"])


async def test_a_deed_whose_process_dies_in_the_middle_is_done_by_another(database, held, owner, clock):
    await set_all(held, ("write", "x", NOON))
    reached = asyncio.Event()

    async def die(connection, due, now):
        await write(connection, due, now)
        reached.set()
        connection.terminate()
        await connection.fetchval("SELECT 1")

    with pytest.raises(StoreError):
        await desk(database, held, clock, write=die).once()
    assert reached.is_set()
    assert (await desk(database, held, clock, write=write).once(), await done(owner)) == (1, ["x"])


async def test_kinds_that_nobody_here_knows_are_left_to_who_does(database, held, owner, clock):
    await set_all(held, ("unknown", "x", NOON))
    assert await desk(database, held, clock, write=write).once() == 0
    assert await owner.fetchval("SELECT count(*) FROM deadlines") == 1


@pytest.mark.usefixtures("owner")
async def test_a_new_deadline_wakes_who_waits(database, held):
    reached = asyncio.Event()

    async def tell(connection, due, now):
        await write(connection, due, now)
        reached.set()

    running = asyncio.create_task(Deadlines(PostgresDeadlines(database, held), {"tell": tell}, FailedDeedError).run())
    try:
        await set_all(held, ("tell", "now", datetime(2026, 1, 1, tzinfo=UTC)))
        await asyncio.wait_for(reached.wait(), 10)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_instants_are_by_the_clock_of_the_database(held):
    async with held.connection() as connection:
        before = await connection.fetchval("SELECT clock_timestamp()")
        assert before <= await database_now(connection) <= await connection.fetchval("SELECT clock_timestamp()")
