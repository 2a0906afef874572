"""P5: on request prove opt-in within 24 hours, with the campaign's purpose and a sample, or be deactivated with
purchased credits refunded."""

from datetime import timedelta

import pytest

from comity.app.compose.desk import DEEDS
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.staff_store import add_staff
from comity.journey.deadlines import Deadlines
from support.gateway import Customer, running_gateway

RITA, SAM = "Rita Example", "Sam Example"
PEOPLE = ["+32470000011", "+32470000012"]


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(credits_=10, bonus=5, senders=("Acme",))


@pytest.fixture
async def staff(gateway):
    """Rita, a reviewer, and Sam, a senior one."""
    made = {}
    for person, role in ((RITA, "reviewer"), (SAM, "senior")):
        made[person] = Customer(person, 0, *await add_staff(gateway.connection, person, role))
    return made


@pytest.fixture
async def pass_time(gateway, clock):
    """Move the clock, and do what is due."""
    held = HeldConnections(gateway.database, "test", most=2)

    async def now(_connection):
        return clock.now()

    deadlines = Deadlines(PostgresDeadlines(gateway.database, held, now), DEEDS, FailedDeedError)

    async def passing(**span):
        clock.advance(timedelta(**span))
        await deadlines.once()

    yield passing
    await held.close()


async def ask(gateway, staff, acme, **more):
    asked = {"account": acme.name, "about": "the spring campaign", "recipients": PEOPLE, **more}
    answer = await gateway.call("POST", "/api/desk/proof-requests", staff[RITA], json=asked)
    assert answer.status == 201, answer.body
    return answer.body["id"]


async def answer(gateway, acme, id_, *people, **more):
    given = {
        "proofs": [
            {
                "recipient": person,
                "wording": "Send me offers by text",
                "channel": "web form",
                "at": "2026-02-01T10:00:00+01:00",
                "proof": "form 4711",
            }
            for person in people
        ],
        **more,
    }
    return await gateway.call("POST", f"/api/proof-requests/{id_}/answers", acme, json=given)


async def test_who_does_not_answer_within_24_hours_of_delivery_is_deactivated_and_paid_back(
    gateway, acme, staff, pass_time
):
    id_ = await ask(gateway, staff, acme)

    # The account finds the request; from that instant its time runs.
    await pass_time(hours=2)
    (listed,) = (await gateway.call("GET", "/api/proof-requests", acme)).body["items"]
    assert (listed["id"], listed["state"], listed["due_at"]) == (id_, "asked", None)
    opened = (await gateway.call("GET", f"/api/proof-requests/{id_}", acme)).body
    assert opened["wanted"] == ["the proof of 2 recipients", "the campaign's purpose", "a sample text"]
    await pass_time(seconds=0)
    running = (await gateway.call("GET", f"/api/proof-requests/{id_}", acme)).body
    assert (running["state"], running["delivered_by"]) == ("running", "opened")
    assert running["due_at"] == "2026-03-05T14:00:00Z"

    # It is reminded twice, and its message still goes a second before the end.
    await pass_time(hours=23, minutes=59, seconds=59)
    notices = await gateway.fetch("SELECT kind FROM notices WHERE account_id = $1 ORDER BY number", acme.account_id)
    assert [row["kind"] for row in notices] == ["proof-request", "proof-reminder", "proof-reminder"]
    assert (await gateway.send(acme, sender="Acme", message="Acme: your order is ready.")).status == 200

    # A second later the account is closed, with its reasons; what was bought is payable, the bonus is not.
    async with gateway.directory_changed():
        await pass_time(seconds=1)
    refused = await gateway.send(acme, sender="Acme", message="Acme: your order is here.")
    assert refused.status != 200
    standing = await gateway.value("SELECT standing FROM accounts WHERE account_id = $1", acme.account_id)
    owed = await gateway.value("SELECT sum(micro_credits) FROM payouts WHERE account_id = $1", acme.account_id)
    assert (standing, owed) == ("deactivated", 10_000_000)
    assert await gateway.ledger_problems() == []


async def test_who_answers_in_parts_and_in_time_goes_on(gateway, acme, staff, pass_time):
    id_ = await ask(gateway, staff, acme)
    await gateway.call("GET", f"/api/proof-requests/{id_}", acme)
    await pass_time(hours=1)
    first = await answer(gateway, acme, id_, PEOPLE[0], purpose="The spring sale")
    assert (first.status, first.body["wanted"]) == (200, ["the proof of 1 recipient", "a sample text"])
    second = await answer(gateway, acme, id_, PEOPLE[1], sample="Acme: 20% off until Friday. STOP to 8850")
    assert (second.body["state"], second.body["wanted"]) == ("answered", [])
    await pass_time(days=3)
    judged = await gateway.call(
        "POST", f"/api/desk/proof-requests/{id_}/accept", staff[RITA], json={"why": "All forms are there."}
    )
    assert judged.body["state"] == "accepted"
    assert (await gateway.send(acme, sender="Acme", message="Acme: your order is ready.")).status == 200


async def test_consents_in_the_ledger_answer_by_themselves(gateway, acme, staff, pass_time):
    for person in PEOPLE:
        await gateway.connection.execute(
            "INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof)"
            " VALUES ($1, $2, 'Acme', 'offers', 'Send me offers', 'web form', '2026-02-01T10:00Z', 'form 4711')",
            *(acme.account_id, person.removeprefix("+")),
        )
    id_ = await ask(gateway, staff, acme)
    await gateway.call("GET", f"/api/proof-requests/{id_}", acme)
    await pass_time(hours=1)
    given = await answer(gateway, acme, id_, from_ledger=True, purpose="Spring", sample="Acme: 20% off")
    assert given.body["state"] == "answered"


async def test_more_time_takes_a_senior_reviewer_and_a_reason(gateway, acme, staff, pass_time):
    id_ = await ask(gateway, staff, acme)
    await gateway.call("GET", f"/api/proof-requests/{id_}", acme)
    await pass_time(hours=1)
    path, more = f"/api/desk/proof-requests/{id_}/extend", {"hours": 12, "why": "Their provider is closed today."}
    assert (await gateway.call("POST", path, staff[RITA], json=more)).status == 403
    assert (await gateway.call("POST", path, staff[SAM], json={**more, "why": ""})).status == 400
    extended = await gateway.call("POST", path, staff[SAM], json=more)
    assert (extended.status, extended.body["due_at"]) == (200, "2026-03-06T00:00:00Z")


async def test_what_reached_nobody_is_served_by_a_person_and_closes_nobody(gateway, acme, staff, pass_time, clock):
    id_ = await ask(gateway, staff, acme)
    await pass_time(hours=4)
    await pass_time(days=30)
    shown = (await gateway.call("GET", f"/api/desk/proof-requests/{id_}", staff[RITA])).body
    assert shown["state"] == "unserved"
    served = await gateway.call(
        "POST",
        f"/api/desk/proof-requests/{id_}/serve",
        staff[RITA],
        json={"how": "by phone, to Ann Example", "at": clock.now().isoformat()},
    )
    assert (served.status, served.body["state"]) == (200, "running")


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "2026-03-04T11:59:59Z", "2026-03-04T12:00:00Z"])
async def test_a_slip_of_the_pen_closes_no_account(gateway, acme, staff, pass_time, at):
    id_ = await ask(gateway, staff, acme)
    await pass_time(days=2)
    served = await gateway.call(
        "POST", f"/api/desk/proof-requests/{id_}/serve", staff[RITA], json={"how": "by phone", "at": at}
    )
    assert served.status == 409
    await pass_time(days=2)
    shown = (await gateway.call("GET", f"/api/desk/proof-requests/{id_}", staff[RITA])).body
    assert (shown["state"], shown["delivered_at"]) == ("unserved", None)


async def test_another_account_sees_nothing_of_it(gateway, acme, staff):
    id_ = await ask(gateway, staff, acme)
    other = await gateway.customer()
    assert (await gateway.call("GET", f"/api/proof-requests/{id_}", other)).status == 404
    assert (await answer(gateway, other, id_, PEOPLE[0])).status == 404
    assert (await gateway.call("GET", "/api/proof-requests", other)).body["items"] == []


async def test_the_account_is_not_told_who_at_the_desk_asked(gateway, acme, staff):
    id_ = await ask(gateway, staff, acme)
    shown = await gateway.call("GET", f"/api/proof-requests/{id_}", acme)
    assert RITA not in str(shown.body)
    assert {event["by"] for event in shown.body["events"]} == {"operator"}


async def test_an_account_cannot_ask_or_judge(gateway, acme, staff):
    id_ = await ask(gateway, staff, acme)
    for path in ("/api/desk/proof-requests", f"/api/desk/proof-requests/{id_}/accept"):
        assert (await gateway.call("POST", path, acme, json={"why": "x"})).status == 401


async def test_who_was_closed_wrongly_gets_back_what_was_owed_and_not_paid_yet(gateway, acme, staff, pass_time):
    id_ = await ask(gateway, staff, acme)
    await gateway.call("GET", f"/api/proof-requests/{id_}", acme)
    async with gateway.directory_changed():
        await pass_time(hours=25)
    assert (await gateway.spendable(acme), await gateway.ledger_problems()) == (5, [])
    (statement, *_) = (await gateway.call("GET", "/api/standing", acme)).body["statements"]
    text = {"text": "The proofs lay in your own mail, and were complete."}
    filed = await gateway.call("POST", f"/api/standing/{statement['id']}/appeals", acme, json=text)
    ruling = {"outcome": "grant", "why": "They came in time."}
    async with gateway.directory_changed():
        path = f"/api/desk/appeals/{filed.body['id']}/decide"
        assert (await gateway.call("POST", path, staff[SAM], json=ruling)).status == 200

    # It sends again, from what it had bought; nothing is owed any more, and it was told.
    assert await gateway.spendable(acme) == 15
    assert (await gateway.send(acme, sender="Acme", message="Acme: your order is ready.")).status == 200
    open_ = "SELECT count(*) FROM payouts WHERE paid_at IS NULL AND reversed_at IS NULL"
    assert await gateway.value(open_) == 0
    notices = (await gateway.call("GET", "/api/notices", acme)).body["items"]
    (told,) = [one["notice"]["summary"] for one in notices if one["kind"] == "credits"]
    assert told == "Your account is open again. 10 credits that were owed to you are yours to spend again."
    assert await gateway.ledger_problems() == []
