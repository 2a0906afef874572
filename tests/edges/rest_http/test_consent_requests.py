"""Asking a person by text whether they agree: their yes is the consent, and nothing else is."""

from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio

from comity.app.compose.desk import DEEDS
from comity.edges.postgres.consent_requests import DEADLINE
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.journey.counters import Counters
from comity.journey.inbound import Inbound
from comity.smpp.pdu import DeliverSm

PERSON = "32470000000"
NUMBER = "3228000000"
BODY = {
    "recipient": "+" + PERSON,
    "brand": "Shop",
    "purposes": ["offers"],
    "wording": "Text me offers.",
    "sender": "+" + NUMBER,
}


@pytest_asyncio.fixture
async def people(own):
    """Sends a reply of a person."""
    connections = HeldConnections(own.database, "comity-test-inbound")
    inbound = Inbound(PostgresInboundStore(connections), own.directory, own.clock, Counters())

    async def reply(text, sender=PERSON):
        pdu = DeliverSm(
            source_addr=sender, destination_addr=NUMBER, short_message=text.encode("utf-16-be"), data_coding=8
        )
        await inbound.take([(1, pdu)])

    yield reply
    await connections.close()


@pytest.fixture
def own(own, clock):
    own.clock = clock
    return own


async def asked(gateway, customer, **changes):
    answer = await gateway.call("POST", "/api/consents/requests", customer, json={**BODY, **changes})
    assert answer.status == 200, answer.body
    return answer.body


async def shown(gateway, customer, request):
    return (await gateway.call("GET", f"/api/consents/requests/{request['id']}", customer)).body


async def consents(gateway, customer):
    return (await gateway.call("GET", "/api/consents", customer)).body["items"]


@pytest.mark.parametrize("reply", ["YES", "Ja!", "oui", " yes. ", "Y"])
async def test_a_yes_is_the_consent_with_the_reply_as_its_proof(own, people, reply):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    request = await asked(own, customer)
    assert (request["state"], request["message"] is not None) == ("pending", True)
    text = await own.value("SELECT text FROM messages WHERE account_id = $1 AND door = 'rest'", customer.account_id)
    assert text == request["text"]
    assert await consents(own, customer) == []
    await people(reply)
    (consent,) = await consents(own, customer)
    assert (consent["confirmed"], consent["channel"]) == (True, "text message")
    settled = await shown(own, customer, request)
    assert (settled["state"], settled["consent"]) == ("confirmed", consent["id"])
    (proof,) = consent["proofs"]
    path = f"/api/consents/{consent['id']}/proof/{proof['digest']}"
    async with own.session.get(own.url + path, headers=customer.credentials) as got:
        told = msgspec.json.decode(await got.read())
    assert (told["asked"]["text"], told["answered"]["text"]) == (request["text"], reply)
    kinds = await own.fetch("SELECT kind FROM evidence_entries WHERE account_id = $1", customer.account_id)
    assert [row["kind"] for row in kinds].count("consent") == 2


@pytest.mark.parametrize(
    ("replies", "state"),
    [
        (["STOP"], "declined"),
        (["no"], "declined"),
        (["nee"], "declined"),
        (["YES please tell me more about what this is"], "pending"),
        (["maybe"], "pending"),
        (["STOP", "YES"], "declined"),
        ([], "pending"),
    ],
)
async def test_anything_else_makes_no_consent(own, people, replies, state):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    request = await asked(own, customer)
    for reply in replies:
        await people(reply)
    assert (await shown(own, customer, request))["state"] == state
    assert await consents(own, customer) == []


async def test_a_yes_of_another_person_or_without_a_question_is_none(own, people):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    await people("YES")
    await asked(own, customer)
    await people("YES", "32470000001")
    assert await consents(own, customer) == []


async def test_a_request_is_over_at_its_instant_and_its_deed_writes_that_down(own, people, clock):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    request = await asked(own, customer, hours=2)
    clock.advance(timedelta(hours=2))
    assert (await shown(own, customer, request))["state"] == "expired"
    await people("YES")
    assert await consents(own, customer) == []
    row = await own.fetch("SELECT kind, subject, account_id, due_at FROM deadlines WHERE kind = $1", DEADLINE)
    due = Due(**dict(row[0]))
    await DEEDS[DEADLINE](own.connection, due, clock.now())
    assert await own.value("SELECT state FROM consent_requests") == "expired"


async def test_one_question_of_a_brand_goes_to_a_person_in_a_day(own, clock):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    await asked(own, customer)
    for brand in ("Shop", "SHOP"):
        answer = await own.call("POST", "/api/consents/requests", customer, json={**BODY, "brand": brand})
        assert answer.status == 409
    clock.advance(timedelta(hours=25))
    await own.fetch("UPDATE consent_requests SET state = 'expired'")
    await asked(own, customer)
    assert await own.value("SELECT count(*) FROM messages WHERE account_id = $1", customer.account_id) == 2


async def test_who_opted_out_is_not_asked(own):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    await own.call("POST", "/api/opt-outs", customer, json={"recipient": PERSON})
    answer = await own.call("POST", "/api/consents/requests", customer, json=BODY)
    assert answer.status == 409
    assert "recipient-opted-out" in answer.body["detail"]
    assert await own.value("SELECT count(*) FROM consent_requests") == 0
    assert await own.value("SELECT count(*) FROM deadlines WHERE kind = $1", DEADLINE) == 0


@pytest.mark.parametrize(
    "change",
    [{"sender": "Shop"}, {"hours": 0}, {"recipient": "x"}, {"purposes": []}, {"brand": " "}, {"wording": "\0"}],
)
async def test_a_request_that_cannot_be_one_is_refused(own, change):
    customer = await own.customer(senders=(f"+{NUMBER}", "Shop"))
    assert (await own.call("POST", "/api/consents/requests", customer, json={**BODY, **change})).status == 400


async def test_a_request_of_another_is_not_there(own):
    customer, other = await own.customer(senders=(f"+{NUMBER}",)), await own.customer()
    request = await asked(own, customer)
    assert (await own.call("GET", f"/api/consents/requests/{request['id']}", other)).status == 404
    assert (await own.call("GET", "/api/consents/requests", other)).body["items"] == []
    assert (await own.call("GET", "/api/consents/requests", customer)).body["items"] == [request]
