"""What an operator takes back, in the store: what still waits for it, and who is told."""

import asyncio
from datetime import timedelta

import pytest

from comity.app.compose.dispatch import Links
from comity.edges.carriers.network import SmppNetwork
from comity.edges.postgres import operator_removals
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.operator_removals import StillWantedError, remove_carrier, remove_route, revoke_sender
from comity.edges.postgres.operator_store import add_carrier, add_route
from comity.edges.postgres.upkeep_store import PostgresUpkeepStore
from comity.senders.read import read_sender
from support.gateway import operating, told_of_change
from support.road import Road, simulator


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


async def carrier(operator, name, url="sim://"):
    return await add_carrier(operator.connection, name, url, "me", "secret", {})


async def test_a_carrier_that_messages_wait_for_stays_until_another_takes_them(database, operator):
    road = Road(database)
    await carrier(operator, "main")
    await road.queue(await road.account(), 3)
    with pytest.raises(StillWantedError, match="3 messages wait for main alone"):
        await remove_carrier(operator.connection, "main")
    await carrier(operator, "spare")
    await add_route(operator.connection, "", "spare", 0)
    await operator.fetch(
        "INSERT INTO in_flight (account_id, message_id, dispatcher_id, carrier_id, route_prefix, due_at, attempt)"
        " SELECT account_id, message_id, gen_random_uuid(), 1, '', now(), 0 FROM queue LIMIT 1"
    )
    routes = "SELECT prefix, priority FROM routes JOIN carriers USING (carrier_id) WHERE name = 'main'"
    before = await operator.fetch(routes)
    assert before
    with pytest.raises(StillWantedError, match="1 messages are on their way"):
        await remove_carrier(operator.connection, "main")
    assert await operator.fetch(routes) == before
    await operator.fetch("DELETE FROM in_flight")
    assert (await remove_carrier(operator.connection, "main")).waiting == 0
    with pytest.raises(StillWantedError, match="3 messages wait that no carrier takes"):
        await remove_route(operator.connection, "", "spare")
    assert (await remove_route(operator.connection, "", "spare", force=True)).waiting == 3
    await road.connections.close()


async def test_what_a_dispatcher_took_before_it_heard_of_the_removal_keeps_the_carrier(database, operator, monkeypatch):
    road = Road(database)
    for name in ("main", "spare"):
        await carrier(operator, name)
    await add_route(operator.connection, "", "spare", 0)
    await road.queue(await road.account(), 1)
    await operator.fetch("INSERT INTO dispatchers VALUES (gen_random_uuid(), now() + interval '1 hour')")

    async def taken(_seconds):
        assert await road.value("SELECT count(*) FROM routes JOIN carriers USING (carrier_id) WHERE name = 'main'") == 0
        await road.fetch(
            "INSERT INTO in_flight (account_id, message_id, dispatcher_id, carrier_id, route_prefix, due_at, attempt)"
            " SELECT account_id, message_id, gen_random_uuid(), 1, '', now(), 0 FROM queue"
        )

    monkeypatch.setattr(operator_removals.asyncio, "sleep", taken)
    with pytest.raises(StillWantedError, match="1 messages are on their way"):
        await remove_carrier(operator.connection, "main")
    monkeypatch.undo()
    await road.connections.close()


async def test_what_no_carrier_takes_expires_by_its_validity_and_is_paid_back_unless_a_part_went(
    database, operator, clock
):
    road = Road(database, clock)
    account = await road.account()
    await carrier(operator, "main")
    (taken,) = await road.queue(account, 1, validity_s=60)
    await operator.fetch("UPDATE routes SET prefix = '32'")
    (own,) = await road.queue(account, 1, validity_s=60, prefix="32")
    (part,) = await road.queue(account, 1, validity_s=60, parts=2)
    await road.fetch("UPDATE message_life SET part_states = '{delivered,queued}' WHERE id = $1", part)
    (later,) = await road.queue(account, 1, validity_s=3600)
    heard = []
    upkeep = PostgresUpkeepStore(road.connections, (Heard(heard),))
    assert await upkeep.expire_stranded(clock.now(), 100) == 0
    clock.advance(timedelta(seconds=61))
    assert await upkeep.expire_stranded(clock.now(), 100) == 2
    assert await upkeep.expire_stranded(clock.now(), 100) == 0
    assert [await road.state(one) for one in (taken, part, own, later)] == ["expired", "expired", "queued", "queued"]
    assert {change.message_id for change in heard} == {taken, part}
    refunds = await operator.fetch("SELECT subject FROM ledger_entries WHERE kind = 'refund'")
    assert [row["subject"] for row in refunds] == [taken]
    assert await road.value("SELECT remaining FROM lots") == 1_000_000 - 3 * 10
    await road.connections.close()


class Heard:
    """Keeps what it is told."""

    def __init__(self, heard):
        self._heard = heard

    async def listeners(self, _connection):
        return frozenset()

    async def tell(self, _connection, changes):
        self._heard.extend(changes)


async def test_a_sender_ends_for_whom_it_was_shared_with_and_each_of_them_reads_why(operator, clock):
    acme = await operator.customer(senders=("Acme",))
    child = await operator.customer(senders=("Acme",), parent_id=acme.account_id)
    own = await operator.customer(senders=("Acme",), parent_id=acme.account_id)
    shared = "UPDATE sender_grants SET shared_from = $1 WHERE account_id = $2"
    await operator.fetch(shared, acme.account_id, child.account_id)
    told = await revoke_sender(
        operator.connection, acme.name, read_sender("Acme"), ("Olga", "The mark is another's."), clock.now()
    )
    assert told == [acme.name, child.name]
    assert await operator.value("SELECT expires_at FROM sender_grants WHERE account_id = $1", own.account_id) is None
    for table in ("evidence_entries", "notices"):
        rows = await operator.fetch(f"SELECT account_id FROM {table} WHERE kind = 'sender' ORDER BY 1")
        assert [row["account_id"] for row in rows] == [acme.account_id, child.account_id]


async def test_a_running_gateway_leaves_a_carrier_that_is_removed(database, operator):
    connections = HeldConnections(database, "comity-test-links", most=2)
    directory = PostgresDirectory(database, connections)
    await directory.start()
    network = SmppNetwork(lambda: directory.readings().routes, asyncio.Event())
    links = Links(network, directory)
    async with simulator() as running:
        host, port = running.smpp
        number = await carrier(operator, "main", f"smpp://{host}:{port}")
        async with told_of_change(directory):
            pass
        await links.follow()
        link = network.live()[number]
        async with asyncio.timeout(5):
            while not link.up:
                await network.changed.wait()
                network.changed.clear()
        async with told_of_change(directory):
            await remove_carrier(operator.connection, "main")
        await links.follow()
        assert (network.live(), link.up) == ({}, False)
        await network.close(0.1)
    await directory.stop()
    await connections.close()
