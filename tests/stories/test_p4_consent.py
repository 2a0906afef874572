"""P4: explicit opt-in only; no bought or harvested lists; keep the proof; revocation at once."""

import hashlib

import pytest

from comity.edges.cli.consent_files import import_file
from comity.edges.postgres import consent_imports
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.journey.counters import Counters
from comity.journey.inbound import Inbound
from comity.smpp.pdu import DeliverSm
from support.gateway import running_gateway

PERSON, NUMBER = "32470000000", "3228000000"
OFFER = "Acme: 20% off all shoes today at acme.example. Reply STOP to end."
SIGN_UP = {
    "recipient": f"+{PERSON}",
    "brand": "Acme",
    "purposes": ["offers"],
    "wording": "Yes, text me offers.",
    "channel": "web form",
    "proof": "form 4711",
    "at": "2026-03-01T12:30:00+01:00",
    "address": "https://acme.example/join",
}


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=(f"+{NUMBER}",))


@pytest.fixture
async def reply(gateway, clock):
    """Let the person write to the number."""
    connections = HeldConnections(gateway.database, "comity-test-inbound")
    inbound = Inbound(PostgresInboundStore(connections), gateway.directory, clock, Counters())

    async def replying(text):
        octets = text.encode("latin-1")
        pdu = DeliverSm(source_addr=PERSON, destination_addr=NUMBER, short_message=octets, data_coding=3)
        await inbound.take([(1, pdu)])

    yield replying
    await connections.close()


async def offered(gateway, acme):
    """Whether an offer goes to the person, and the rules that say no."""
    body = {"sender": f"+{NUMBER}", "to": f"+{PERSON}", "text": OFFER, "category": "promotional"}
    answer = await gateway.call("POST", "/api/check", acme, json=body)
    assert answer.status == 200, answer.body
    (one,) = answer.body["messages"]
    stopping = {found["rule"] for found in one["findings"] if found["action"] in {"hold", "refuse"}}
    return stopping & {"promotion-without-consent", "recipient-opted-out", "consent-not-for-this"}


async def test_the_life_of_a_consent(gateway, acme, reply):
    # Nobody is sent offers who did not ask for them.
    assert await offered(gateway, acme) == {"promotion-without-consent"}

    # Who did is recorded, with the words they were shown, and the proof is kept.
    consent = (await gateway.call("POST", "/api/consents", acme, json=SIGN_UP)).body
    form = b"the form as it was sent"
    kept = await gateway.call("POST", f"/api/consents/{consent['id']}/proof", acme, data=form)
    assert kept.body["proofs"][0]["digest"] == hashlib.sha256(form).hexdigest()
    assert await offered(gateway, acme) == set()

    # A withdrawal in plain words holds at once, whatever the account reports afterwards.
    await reply("Please stop texting me")
    assert "recipient-opted-out" in await offered(gateway, acme)
    await gateway.call("POST", "/api/consents", acme, json={**SIGN_UP, "at": "2026-03-04T11:59:59Z"})
    assert "recipient-opted-out" in await offered(gateway, acme)

    # Each step can be shown.
    rows = await gateway.fetch(
        "SELECT kind FROM evidence_entries WHERE account_id = $1 ORDER BY sequence", acme.account_id
    )
    kinds = [row["kind"] for row in rows if row["kind"] in {"consent", "withdrawal"}]
    assert kinds == ["consent", "consent", "withdrawal", "consent"]


async def test_a_person_confirms_by_text(gateway, acme, reply, clock):
    asked = {name: SIGN_UP[name] for name in ("recipient", "brand", "purposes", "wording", "address")}
    request = await gateway.call("POST", "/api/consents/requests", acme, json={**asked, "sender": f"+{NUMBER}"})
    assert request.status == 200, request.body
    assert await offered(gateway, acme) == {"promotion-without-consent"}

    # Before a carrier has the question, a yes answers something else.
    await reply("JA")
    assert await offered(gateway, acme) == {"promotion-without-consent"}
    await gateway.fetch("UPDATE message_life SET state = 'submitted', submitted_at = $1", clock.now())
    await reply("JA")
    assert await offered(gateway, acme) == set()


async def test_a_bought_list_gives_nobody_s_consent(gateway, acme, tmp_path, clock):
    rows = [f"+3247{n:07d},Acme,offers,Yes.,web form,2026-02-01T00:00:00Z,list" for n in range(150)]
    file = tmp_path / "list.csv"
    file.write_text("\n".join(["recipient,brand,purpose,wording,channel,at,proof", *rows]))
    report = await import_file(gateway.connection, acme.name, file, None)
    assert (report.imported, report.state) == (150, "held")
    assert await offered(gateway, acme) == {"promotion-without-consent"}
    await consent_imports.decide_import(
        gateway.connection, report.import_id, consent_imports.ImportEvent.RELEASE, "Rita Example", clock.now()
    )
    assert await offered(gateway, acme) == set()
