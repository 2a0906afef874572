"""Erasures against a real PostgreSQL: asked, kept waiting, kept by order, done; and none reaches another account."""

from datetime import timedelta

import pytest

from comity.edges.postgres import artefact_store, erasure_store
from comity.edges.postgres.deadline_store import PostgresDeadlines
from comity.edges.postgres.evidence_checking import verify_account
from comity.edges.postgres.evidence_keys import matching_master
from comity.edges.postgres.evidence_minutes import close_minutes
from comity.edges.postgres.evidence_reading import Payload, read
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.held import HeldConnections
from comity.evidence.erasing import State
from support.gateway import running_gateway

PERSON = "32470000000"
MARK = "Your parcel MARKER4711 is at the door."


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def road(gateway):
    connections = HeldConnections(gateway.database, "comity-test-erasure", most=1)
    async with connections.connection() as connection:
        yield connection
    await connections.close()


async def sent(gateway, customer):
    """The message is with the carrier: nothing about it waits any more."""
    assert (await gateway.send(customer, message=MARK, to=PERSON)).status == 200
    await gateway.fetch("DELETE FROM queue")
    await gateway.fetch("UPDATE message_life SET state = 'delivered', settled_at = now()")


async def texts(gateway, customer):
    rows = await gateway.fetch(
        "SELECT recipient, sealed_text_of(account_id, subject, id, body, text) AS text FROM messages"
        " WHERE account_id = $1",
        customer.account_id,
    )
    return [tuple(row) for row in rows]


async def test_what_is_erased_is_gone_for_its_account_alone(gateway, road, clock):
    one, other = await gateway.customer(), await gateway.customer()
    await sent(gateway, one)
    await sent(gateway, other)
    erasure = await erasure_store.erase_now(road, one.account_id, PERSON, "operator", clock.now())
    assert erasure.state is State.DONE
    assert (erasure.destroyed["keys"], erasure.destroyed["messages"]) == (1, 1)
    ((recipient, text),) = await texts(gateway, one)
    assert (recipient.startswith("erased-"), text) == (True, "")
    assert await texts(gateway, other) == [(PERSON, MARK)]


async def test_what_waits_to_be_sent_is_waited_for(gateway, road, clock):
    customer = await gateway.customer()
    await gateway.send(customer, message=MARK, to=PERSON)
    erasure = await erasure_store.erase_now(road, customer.account_id, PERSON, "operator", clock.now())
    assert erasure.state is State.WAITING
    assert await texts(gateway, customer) == [(PERSON, MARK)]
    await gateway.fetch("UPDATE message_life SET state = 'delivered'")

    async def later(_connection):
        return clock.now() + timedelta(minutes=2)

    connections = HeldConnections(gateway.database, "comity-test-deadlines", most=1)
    deadlines = PostgresDeadlines(gateway.database, connections, later)
    assert await deadlines.do_next({erasure_store.DEADLINE: erasure_store.erase_due})
    assert not await deadlines.do_next({erasure_store.DEADLINE: erasure_store.erase_due})
    await connections.close()
    found = await erasure_store.find(road, customer.account_id, erasure.erasure_id)
    assert found.state is State.DONE


async def test_what_an_authority_ordered_to_be_kept_stays(gateway, road, clock):
    customer = await gateway.customer()
    await sent(gateway, customer)
    await gateway.fetch(
        "CREATE OR REPLACE FUNCTION is_preserved(account_id bigint, number text, at timestamptz) RETURNS boolean"
        " LANGUAGE sql STABLE AS 'SELECT true'"
    )
    erasure = await erasure_store.erase_now(road, customer.account_id, PERSON, "operator", clock.now())
    assert erasure.state is State.PRESERVED
    assert await texts(gateway, customer) == [(PERSON, MARK)]


async def test_the_law_keeps_consents_and_the_rest_of_the_log_goes(gateway, road, clock, server):
    customer = await gateway.customer()
    await append(road, customer.account_id, "consent", {"recipient": PERSON}, clock.now(), number=PERSON)
    await append(road, customer.account_id, "remark", {"recipient": PERSON}, clock.now(), number=PERSON)
    erasure = await erasure_store.erase_now(road, customer.account_id, PERSON, "operator", clock.now())
    assert erasure.destroyed["evidence_payloads"] == 1
    master = await matching_master(road, server.evidence_folder)
    kinds = {one.entry.kind: one.payload for one in await read(road, customer.account_id, master)}
    assert (kinds["consent"], kinds["remark"]) == (Payload.OPEN, Payload.ERASED)


async def test_asking_twice_is_one_erasure(gateway, road, clock):
    customer = await gateway.customer()
    first = await erasure_store.ask(road, customer.account_id, PERSON, "account", clock.now())
    again = await erasure_store.ask(road, customer.account_id, PERSON, "account", clock.now())
    assert first.erasure_id == again.erasure_id


async def test_a_number_that_was_erased_can_be_written_to_again(gateway, road, clock):
    customer = await gateway.customer()
    await sent(gateway, customer)
    await erasure_store.erase_now(road, customer.account_id, PERSON, "operator", clock.now())
    await sent(gateway, customer)
    assert sorted(text for _, text in await texts(gateway, customer)) == ["", MARK]


async def test_a_verdict_whose_text_was_erased_says_so_when_it_is_replayed(gateway, road, clock):
    customer = await gateway.customer()
    await sent(gateway, customer)
    message = await gateway.value("SELECT id FROM messages")
    await erasure_store.erase_now(road, customer.account_id, PERSON, "operator", clock.now())
    stored = await artefact_store.find_stored(road, message)
    assert (stored.text, stored.text_erased_at) == ("", clock.now())


async def test_what_proves_verdicts_still_holds_after_an_erasure(gateway, road, clock, server):
    customer = await gateway.customer()
    assert (
        await gateway.send(customer, message="Free pills! MARKER4711 viagra cheap now", to=f"+{PERSON}")
    ).status == 200
    await sent(gateway, customer)
    clock.advance(timedelta(minutes=10))
    while await close_minutes(road, clock.now()):
        pass
    await erasure_store.erase_now(road, customer.account_id, PERSON, "operator", clock.now())
    master = await matching_master(road, server.evidence_folder)
    checked = await verify_account(road, customer.account_id, master, messages=True)
    assert (checked.flaw, checked.verdicts > 0) == (None, True)
