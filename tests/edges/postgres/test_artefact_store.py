"""What verdicts name by digest is kept once; what is read back is the whole verdict."""

import msgspec
import pytest

from comity.base.clock import SystemClock
from comity.edges.postgres.artefact_store import find_stored, keep_artefacts, load_artefacts
from comity.edges.postgres.roles import Role
from comity.screening.engine import engine
from comity.screening.rulebook import RULEBOOK
from support.gateway import running_gateway


@pytest.fixture
async def gateway(database, tmp_path):
    async with running_gateway(database, SystemClock(), tmp_path) as running:
        yield running


async def test_what_is_kept_stays_as_it_was_kept_first(database):
    road = await database.connect(Role.ROAD)
    try:
        await keep_artefacts(road, {"d1": ("account", b"one"), **engine().artefacts()})
        await keep_artefacts(road, {"d1": ("account", b"two")})
        kept = await load_artefacts(road, ["d1", "unknown", engine().code.digest])
    finally:
        await road.close()
    assert kept == {"d1": b"one", engine().code.digest: engine().code.manifest}


async def test_a_verdict_that_is_read_back_names_every_rule_that_was_asked(gateway):
    customer = await gateway.customer(senders=("Acme",))
    sent = await gateway.send(customer, sender="Acme")
    assert sent.status == 200
    message_id = await gateway.value("SELECT id FROM messages WHERE account_id = $1", customer.account_id)
    written = await gateway.value(
        "SELECT verdict -> 'results' FROM messages WHERE account_id = $1", customer.account_id
    )
    stored = await find_stored(gateway.connection, message_id, customer.account_id)
    results = written if isinstance(written, dict) else msgspec.json.decode(written)
    assert "miss" not in results.values()
    assert list(stored.verdict.results) == [rule.id for rule in RULEBOOK]
    assert await find_stored(gateway.connection, message_id, customer.account_id + 1) is None
