"""A message that is sealed, on the whole road: refused, its text in no table in clear, a case opened and read."""

import json
from datetime import UTC, datetime

import pytest

from comity.base.clock import SystemClock
from comity.edges.postgres import policy_store, sealed_store
from comity.edges.postgres.artefact_store import find_stored, load_artefacts
from comity.edges.postgres.roles import Role
from comity.edges.sealing import new_keys
from comity.journey.replay import ReplayOutcome, digests_of, replay
from comity.policy.files import default_files, policy_of
from comity.screening.engine import engine
from support.gateway import SEND, running_gateway
from support.sealed import MESSAGE

MARKER = "zzmarker"
TEXT = f"A new {MARKER} is here"
ANN = new_keys()
PEOPLE = ["32470000001", "32470000002"]


@pytest.fixture
async def gateway(database, tmp_path):
    async with running_gateway(database, SystemClock(), tmp_path) as running:
        async with running.directory_changed():
            await policy_store.publish(running.connection, _policy())
        await sealed_store.add_reader(running.connection, "Ann", ANN.public, None)
        yield running


def _policy():
    """The default policy with a marker on the operator's list."""
    files = dict(default_files())
    files["lists/child-safety.txt"] += f"{MARKER}\n"
    today = datetime.now(UTC).date().isoformat()
    files["policy.toml"] = files["policy.toml"].replace('"2026-11"', '"marked"').replace("2026-11-01", today)
    return policy_of(files, "a policy with a marker")


async def _everything(database):
    """Every row of every table, as text; what is binary in hexadecimal."""
    owner = await database.connect(Role.OWNER)
    try:
        tables = await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [await owner.fetch(f'SELECT t::text AS row FROM "{table["tablename"]}" t') for table in tables]
    finally:
        await owner.close()
    return {table["tablename"]: [row["row"] for row in found] for table, found in zip(tables, rows, strict=True)}


async def test_a_sealed_text_is_read_by_its_reader_and_stands_nowhere_else(gateway, database):
    customer = await gateway.customer(senders=("Acme",))
    answer = await gateway.send(customer, sender="Acme", message=TEXT, to=PEOPLE[0])
    assert MARKER not in json.dumps(answer.body)
    message = await gateway.value("SELECT id FROM messages WHERE account_id = $1", customer.account_id)
    assert await gateway.value("SELECT state FROM message_life WHERE id = $1", message) == "refused"
    assert await gateway.spendable(customer) == 100

    (case,) = await sealed_store.list_sealed(gateway.connection, only_open=True)
    assert (case["account"], case["rule"], case["readers"]) == (customer.name, "child-safety", "Ann")
    opened = await sealed_store.open_sealed(gateway.connection, case["case"], "Ann", "to report it", ANN.private)
    assert json.loads(opened)["text"] == TEXT

    kept_in = {
        table
        for table, rows in (await _everything(database)).items()
        if any(MARKER in row or MARKER.encode().hex() in row for row in rows)
    }
    # The policy holds the operator's wording; the message's text is in none.
    assert kept_in <= {"policy_versions", "artefacts"}


async def test_of_several_messages_only_the_sealed_one_loses_its_text(gateway):
    customer = await gateway.customer(senders=("Acme",))
    for text, to in ((TEXT, PEOPLE[0]), ("Your parcel 4711 is here.", PEOPLE[1])):
        await gateway.send(customer, sender="Acme", message=text, to=to)
    rows = await gateway.fetch(
        f"SELECT recipient, {MESSAGE} FROM messages WHERE account_id = $1",
        customer.account_id,
    )
    assert {row["recipient"]: row["text"] for row in rows} == {PEOPLE[0]: "", PEOPLE[1]: "Your parcel 4711 is here."}
    assert gateway.acceptor.counters.sealed == 1


async def test_what_is_repeated_or_only_tried_opens_no_case_and_wakes_nobody(gateway):
    customer = await gateway.customer(senders=("Acme",))
    for _ in range(2):
        await gateway.send(customer, {"Idempotency-Key": "k"}, sender="Acme", message=TEXT, to=PEOPLE[0])
    await gateway.send(customer, sender="Acme", message=TEXT, to=PEOPLE[0], test=1)
    assert gateway.acceptor.counters.sealed == 1
    assert await gateway.value("SELECT count(*) FROM sealed_cases") == 1


async def test_a_webhook_is_told_neither_the_text_nor_the_reference_of_a_sealed_message(gateway):
    customer = await gateway.customer(senders=("Acme",))
    async with gateway.directory_changed():
        await gateway.fetch(
            "INSERT INTO webhooks (account_id, secret, endpoint, method, types)"
            " VALUES ($1, 'secret', 'https://customer.example', 'POST', '{delivery_report}') RETURNING 1",
            customer.account_id,
        )
    harmless = {"message": "Your parcel 4711 is here.", "sender": "Acme", "to": PEOPLE[1]}
    sealed = {"message": TEXT, "sender": "Acme", "to": PEOPLE[0], "reference": "secretref99"}
    await gateway.call("POST", SEND, customer, json=[sealed, harmless])
    (event,) = await gateway.fetch("SELECT body FROM webhook_events")
    assert MARKER not in event["body"]
    assert "secretref99" not in event["body"]


async def test_a_replay_of_a_sealed_message_says_that_its_text_is_not_there(gateway):
    customer = await gateway.customer(senders=("Acme",))
    await gateway.send(customer, sender="Acme", message=TEXT, to=PEOPLE[0])
    message = await gateway.value("SELECT id FROM messages WHERE account_id = $1", customer.account_id)
    stored = await find_stored(gateway.connection, message)
    came = replay(stored, await load_artefacts(gateway.connection, digests_of(stored.verdict)), engine())
    assert came.outcome is ReplayOutcome.TEXT_ERASED
    assert [finding.rule for finding in stored.verdict.findings] == ["child-safety"]
