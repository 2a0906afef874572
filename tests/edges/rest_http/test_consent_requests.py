"""Asking a person by text whether they agree: their yes is the consent, and nothing else is."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio

from comity.app.compose.desk import DEEDS
from comity.base.errors import StoreError
from comity.edges.postgres.consent_requests import DEADLINE
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.journey.counters import Counters
from comity.journey.inbound import Inbound
from comity.smpp.pdu import DeliverSm
from support.sealed import MESSAGE

PERSON = "32470000000"
NUMBER = "3228000000"
# As a brand, it makes a question that is held for a reviewer.
HELD = "Text 112 to this number in an emergency"
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


async def ask(gateway, customer, key="", **changes):
    headers = {"Idempotency-Key": key} if key else {}
    return await gateway.call("POST", "/api/consents/requests", customer, json={**BODY, **changes}, headers=headers)


async def asked(gateway, customer, state="submitted", **changes):
    """A request whose question a carrier was handed, and what became of it."""
    answer = await ask(gateway, customer, **changes)
    assert answer.status == 200, answer.body
    await gateway.fetch(
        "UPDATE message_life SET state = $2, submitted_at = $3 WHERE account_id = $1 AND state = 'queued'",
        *(customer.account_id, state, gateway.clock.now()),
    )
    return answer.body


async def shown(gateway, customer, request):
    return (await gateway.call("GET", f"/api/consents/requests/{request['id']}", customer)).body


async def states(gateway, customer):
    rows = await gateway.fetch("SELECT state FROM message_life WHERE account_id = $1 ORDER BY id", customer.account_id)
    return [row["state"] for row in rows]


async def consents(gateway, customer):
    return (await gateway.call("GET", "/api/consents", customer)).body["items"]


@pytest.mark.parametrize("reply", ["YES", "Ja!", "oui", " yes. ", "Y"])
async def test_a_yes_is_the_consent_with_the_reply_as_its_proof(own, people, reply):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    request = await asked(own, customer)
    assert (request["state"], request["message"] is not None) == ("pending", True)
    text = await own.value(
        f"SELECT {MESSAGE} FROM messages WHERE account_id = $1 AND door = 'rest'",
        customer.account_id,
    )
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


@pytest.mark.parametrize(
    ("state", "confirmed"),
    [
        ("submitted", True),
        ("delivered", True),
        ("expired", True),
        ("unknown", True),
        ("queued", False),
        ("submitting", False),
        ("undelivered", False),
        ("rejected", False),
        ("cancelled", False),
    ],
)
async def test_a_yes_counts_only_after_the_whole_question_was_sent(own, people, state, confirmed):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    request = await asked(own, customer, state)
    await people("YES")
    assert len(await consents(own, customer)) == confirmed
    assert (await shown(own, customer, request))["state"] == ("confirmed" if confirmed else "pending")


@pytest.mark.parametrize("change", ["submitted_at = NULL", "submitted_at = submitted_at + interval '1 second'"])
async def test_a_yes_from_before_the_question_was_sent_answers_something_else(own, people, change):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    await asked(own, customer)
    await own.fetch(f"UPDATE message_life SET {change}")
    await people("YES")
    assert await consents(own, customer) == []


async def test_a_yes_to_a_request_that_names_no_message_is_none(own, people):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    await asked(own, customer)
    await own.fetch("UPDATE consent_requests SET message_id = NULL")
    await people("YES")
    assert await consents(own, customer) == []


@pytest.mark.parametrize("reply", ["NO", "STOP"])
async def test_a_no_counts_also_before_the_question_was_sent(own, people, reply):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    request = await asked(own, customer, "queued")
    await people(reply)
    assert (await shown(own, customer, request))["state"] == "declined"


async def test_a_question_that_is_held_was_never_asked_and_costs_nothing(own, people):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    answer = await ask(own, customer, brand=HELD)
    assert (answer.status, answer.body["type"]) == (409, "/api/docs#conflict")
    assert "may not go" in answer.body["detail"]
    assert await states(own, customer) == ["cancelled"]
    assert await own.spendable(customer) == 100
    assert await own.ledger_problems() == []
    for table in ("consent_requests", "queue", "deadlines"):
        assert await own.value(f"SELECT count(*) FROM {table} WHERE account_id = $1", customer.account_id) == 0
    await people("YES")
    assert await consents(own, customer) == []


async def test_a_question_that_would_wait_is_taken_back_from_the_queue(own, monkeypatch):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    accept = own.acceptor.accept

    async def late(submission):
        tomorrow = own.clock.now() + timedelta(days=1)
        drafts = tuple(msgspec.structs.replace(draft, due_at=tomorrow) for draft in submission.drafts)
        return await accept(msgspec.structs.replace(submission, drafts=drafts))

    monkeypatch.setattr(own.acceptor, "accept", late)
    assert (await ask(own, customer)).status == 409
    assert await states(own, customer) == ["cancelled"]
    assert await own.written(customer) | {"ledger_entries": 0} == {
        "messages": 1, "message_life": 1, "queue": 0, "idempotency": 0, "ledger_entries": 0
    }  # fmt: skip
    assert await own.spendable(customer) == 100


async def test_taking_a_question_back_leaves_other_messages_alone(own):
    customer = await own.customer(senders=(f"+{NUMBER}", "Bank"))
    assert (await own.send(customer)).status == 200
    assert (await own.send(customer, message=f"{HELD}.")).status == 200
    before = await states(own, customer)
    assert (await ask(own, customer, brand=HELD)).status == 409
    assert await states(own, customer) == [*before, "cancelled"]


async def test_a_key_that_comes_again_gets_the_first_answer(own):
    customer = await own.customer(senders=(f"+{NUMBER}",))
    first, *others = await asyncio.gather(*(ask(own, customer, "k") for _ in range(5)))
    assert first.status == 200
    assert [other.body for other in others] == [first.body] * 4
    assert await states(own, customer) == ["queued"]
    again = await ask(own, customer, "k")
    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    other = await ask(own, customer, "k", brand="Market")
    assert (other.status, "another request" in other.body["detail"]) == (409, True)


async def test_a_key_whose_question_was_turned_back_is_free(own):
    customer, other = [await own.customer(senders=(f"+{NUMBER}",)) for _ in range(2)]
    await own.call("POST", "/api/opt-outs", customer, json={"recipient": PERSON})
    assert (await ask(own, customer, "k")).status == 409
    assert (await ask(own, other, "k")).status == 200
    await own.fetch("DELETE FROM opt_outs")
    answer = await ask(own, customer, "k")
    assert (answer.status, answer.body.get("state")) == (200, "pending")
    assert sorted(await states(own, customer)) == ["queued", "refused"]


async def test_a_message_that_was_left_without_its_request_is_not_sent_twice(own, people, monkeypatch):
    customer = await own.customer(senders=(f"+{NUMBER}",))

    async def lost(*_arguments):
        raise StoreError("The connection to the database was lost.", "Try again in a moment.")

    with monkeypatch.context() as broken:
        broken.setattr("comity.edges.postgres.consent_requests.name_message", lost)
        assert (await ask(own, customer, "k")).status == 503
    assert await own.value("SELECT count(*) FROM consent_requests") == 0
    await asked(own, customer, key="k")
    assert await states(own, customer) == ["submitted"]
    await people("YES")
    assert len(await consents(own, customer)) == 1


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
