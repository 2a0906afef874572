"""Complaints in the store: what they are linked to, what they weigh, when traffic is frozen, and how that ends."""

import pytest

from comity.edges.postgres.complaint_store import freeze, lift
from comity.complaints.complaint import NewFreeze
from support.complaints import PHISHING, PLAIN, Passing, arrive, complain, delivered, state_of
from support.gateway import running_gateway

ONE, TWO, THREE = "32470000001", "32470000002", "32470000003"
LIKELY = {"phishing": 0.7}


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def pass_time(gateway, clock):
    passing = Passing(gateway, clock)
    yield passing
    await passing.close()


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=("Acme",))


async def frozen(gateway):
    return [dict(row) for row in await gateway.fetch("SELECT * FROM freezes ORDER BY freeze_id")]


async def test_one_proven_complaint_about_a_likely_text_freezes_what_waits_and_what_comes(gateway, acme, clock):
    await arrive(gateway, acme, ONE, PLAIN, sender="Acme", scores=LIKELY)
    waiting = (await gateway.send(acme, sender="Acme", to=f"+{TWO}", message=PLAIN)).body["messageid"]
    other = (await gateway.send(acme, sender="Acme", to=f"+{TWO}", message="Acme: your parcel is here.")).body[
        "messageid"
    ]
    async with gateway.directory_changed():
        filed = await complain(gateway, clock, recipient=ONE, text=PLAIN, proven=True)
    assert (filed.matched, filed.frozen is not None) == (1, True)
    assert (await state_of(gateway, acme, waiting), await state_of(gateway, acme, other)) == ("held", "queued")
    coming = await gateway.send(acme, sender="Acme", to=f"+{THREE}", message=PLAIN)
    assert await state_of(gateway, acme, coming.body["messageid"]) == "held"
    (freeze_row,) = await frozen(gateway)
    named = await gateway.fetch("SELECT message_id FROM case_messages WHERE case_id = $1", freeze_row["case_id"])
    assert len(named) == 2
