"""Verdicts in the evidence log: judged by the real door, closed by the minute, proven one by one."""

from datetime import timedelta

import pytest

from comity.base.ids import earliest
from comity.edges.postgres.artefact_store import erase_texts
from comity.edges.postgres.evidence_checking import verify_account
from comity.edges.postgres.evidence_keys import matching_master
from comity.edges.postgres.evidence_minutes import VERDICTS, close_minutes, prove_verdict
from comity.edges.postgres.evidence_reading import read
from comity.edges.postgres.evidence_upkeep import EvidenceUpkeep
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.evidence.tree import leaf_hash, proven_root
from support.gateway import running_gateway

LATER = timedelta(minutes=7)
PUT_IN = """
    INSERT INTO messages SELECT (m).* FROM (
        SELECT jsonb_populate_record(messages, jsonb_build_object('id', overlay(id::text PLACING 'ffff' FROM 33))) AS m
        FROM messages LIMIT 1
    ) AS forged
"""


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def road(database):
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


@pytest.fixture
async def master(road, server):
    return await matching_master(road, server.evidence_folder)


async def _send(gateway, customer, count):
    sent = [
        await gateway.send(customer, to=f"3247000000{number}", message=f"Hello {number}") for number in range(count)
    ]
    assert all(answer.status < 300 for answer in sent), sent[0].body
    rows = await gateway.fetch("SELECT id FROM messages WHERE account_id = $1 ORDER BY id", customer.account_id)
    return [row["id"] for row in rows]


async def _close_all(road, clock):
    while await close_minutes(road, clock.now()):
        pass


async def test_each_verdict_has_a_proof_that_leads_to_the_root_in_the_chain(gateway, road, master, clock):
    customer = await gateway.customer()
    ids = await _send(gateway, customer, 5)
    clock.advance(LATER)
    await _close_all(road, clock)
    entries = [one for one in await read(road, customer.account_id, master) if one.entry.kind == VERDICTS]
    assert [entry.body["messages"] for entry in entries] == [5]
    for message_id in ids:
        proof = await prove_verdict(road, message_id)
        assert leaf_hash(proof.leaf_text) == proof.leaf
        assert proven_root(proof.leaf, proof.steps) == proof.root
        assert (proof.root.hex(), proof.sequence) == (entries[0].body["root"], entries[0].entry.sequence)
    checked = await verify_account(road, customer.account_id, master)
    assert (checked.flaw, checked.verdicts) == (None, 5)


async def test_a_minute_is_closed_once_and_not_before_it_is_over(gateway, road, master, clock):
    customer = await gateway.customer()
    (first,) = await _send(gateway, customer, 1)
    clock.advance(timedelta(minutes=5))
    await _close_all(road, clock)
    assert await prove_verdict(road, first) is None
    clock.advance(timedelta(minutes=2))
    await _close_all(road, clock)
    await _close_all(road, clock)
    assert [one.entry.kind for one in await read(road, customer.account_id, master)].count(VERDICTS) == 1


async def test_each_account_and_minute_has_a_tree_of_its_own(gateway, road, master, clock):
    one, other = await gateway.customer(), await gateway.customer()
    for _ in range(3):
        for customer in (one, other):
            assert (await gateway.send(customer, message=f"At {clock.now()}")).status < 300
        clock.advance(timedelta(hours=30))
    await _close_all(road, clock)
    for customer in (one, other):
        entries = [entry for entry in await read(road, customer.account_id, master) if entry.entry.kind == VERDICTS]
        assert [entry.body["messages"] for entry in entries] == [1, 1, 1]
        assert len({entry.body["minute"] for entry in entries}) == 3
        assert (await verify_account(road, customer.account_id, master)).verdicts == 3


async def test_a_refused_message_s_verdict_is_kept_too(gateway, road, clock):
    customer = await gateway.customer()
    answer = await gateway.send(customer, sender="NotGranted")
    assert answer.status >= 400
    clock.advance(LATER)
    await _close_all(road, clock)
    ids = [row["id"] for row in await gateway.fetch("SELECT id FROM messages")]
    assert [(await prove_verdict(road, one)).account_id for one in ids] == [customer.account_id] * len(ids)


async def test_a_proof_outlives_the_text_and_the_message(gateway, road, master, clock):
    customer = await gateway.customer()
    (message_id,) = await _send(gateway, customer, 1)
    clock.advance(LATER)
    await _close_all(road, clock)
    before = await prove_verdict(road, message_id)
    await gateway.fetch("DELETE FROM queue")
    await gateway.fetch("UPDATE message_life SET state = 'delivered'")
    assert [erased async for erased in erase_texts(road, earliest(clock.now()), None, None)] == [1]
    assert await prove_verdict(road, message_id) == before
    await gateway.fetch("DELETE FROM messages")
    gone = await prove_verdict(road, message_id)
    assert (gone.leaf, gone.steps, gone.leaf_text) == (before.leaf, before.steps, None)
    assert (await verify_account(road, customer.account_id, master)).flaw is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE messages SET action = 'refuse'", "another verdict"),
        ('UPDATE messages SET verdict = verdict || \'{"policy": "x"}\'', "another verdict"),
        (PUT_IN, "put into its minute later"),
    ],
)
async def test_a_verdict_changed_or_put_in_later_is_named(gateway, road, master, clock, change, said):
    customer = await gateway.customer()
    await _send(gateway, customer, 3)
    clock.advance(LATER)
    await _close_all(road, clock)
    await gateway.fetch(change)
    checked = await verify_account(road, customer.account_id, master)
    assert said in checked.flaw.what
    (entry,) = [one for one in await read(road, customer.account_id, master) if one.entry.kind == VERDICTS]
    assert checked.flaw.sequence == entry.entry.sequence


async def test_a_changed_tree_is_named(gateway, road, master, clock):
    customer = await gateway.customer()
    await _send(gateway, customer, 2)
    clock.advance(LATER)
    await _close_all(road, clock)
    await gateway.fetch("ALTER TABLE evidence_minutes DISABLE TRIGGER USER")
    await gateway.fetch("UPDATE evidence_minutes SET leaves = leaves || sha256('')")
    assert "another tree" in (await verify_account(road, customer.account_id, master)).flaw.what
    await gateway.fetch("DELETE FROM evidence_minutes")
    assert "has lost the tree" in (await verify_account(road, customer.account_id, master)).flaw.what


async def test_upkeep_closes_minutes_and_signs_a_checkpoint_an_hour(gateway, database, server, clock):
    connections = HeldConnections(database, "comity-test-evidence")
    upkeep = EvidenceUpkeep(connections, clock, server.evidence_folder)
    customer = await gateway.customer()
    for expected in (1, 1, 2):
        await _send(gateway, customer, 1)
        clock.advance(timedelta(minutes=31))
        await upkeep.once()
        assert await gateway.value("SELECT count(*) FROM evidence_checkpoints") == expected
    assert await gateway.value("SELECT count(*) FROM evidence_minutes") == 3
    await connections.close()


async def test_a_node_without_the_keys_closes_minutes_and_signs_nothing(gateway, database, clock, tmp_path):
    connections = HeldConnections(database, "comity-test-evidence")
    await _send(gateway, await gateway.customer(), 1)
    clock.advance(LATER)
    await EvidenceUpkeep(connections, clock, tmp_path).once()
    assert await gateway.value("SELECT count(*) FROM evidence_minutes") == 1
    assert await gateway.value("SELECT count(*) FROM evidence_checkpoints") == 0
    await connections.close()
