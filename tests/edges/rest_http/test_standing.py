"""Standings over the /api door."""

from datetime import timedelta

import pytest

from comity.accounts.standing import Reasons
from comity.edges.postgres.staff_store import add_staff
from comity.edges.postgres.standing_store import StandingChange, change_standing

WHY = Reasons("Complaints came in from people who had never heard of you.", "P6")


async def suspend(own, customer, by="Ann", **more):
    change = StandingChange(customer.account_id, "suspend", WHY, by, **more)
    async with own.directory_changed():
        await change_standing(own.connection, change, own.clock.now())


@pytest.fixture
def own(own, clock):
    own.clock = clock
    return own


async def staff(own, person, role):
    client_id, secret = await add_staff(own.connection, person, role)
    return {"X-Client-Id": client_id, "X-Client-Secret": secret}


async def test_an_account_reads_why_and_appeals_and_another_person_grants_it(own):
    customer = await own.customer()
    await suspend(own, customer)
    assert (await own.send(customer)).code == "2065"
    shown = (await own.call("GET", "/api/standing", customer)).body
    assert (shown["standing"], shown["counts"], shown["appeals"]) == ("suspended", "suspended", [])
    statement = shown["statements"][0]
    path = f"/api/standing/statements/{statement['id']}"
    assert (await own.call("GET", path, customer)).body == statement
    text = await own.call("GET", path, customer, headers={"Accept": "text/plain"})
    assert text.headers["Content-Type"].startswith("text/plain")
    assert WHY.facts in text.body
    assert statement["digest"] in text.body
    appeals = f"/api/standing/{statement['id']}/appeals"
    filed = await own.call("POST", appeals, customer, json={"text": "They all signed up; here is the proof."})
    assert (filed.status, filed.body["state"]) == (201, "open")
    assert (await own.call("POST", appeals, customer, json={"text": "Again."})).status == 409
    ann, bob = await staff(own, "Ann", "senior"), await staff(own, "Bob", "senior")
    (listed,) = (await own.call("GET", "/api/desk/appeals", headers=ann)).body["items"]
    decide, ruling = f"/api/desk/appeals/{listed['id']}/decide", {"outcome": "grant", "why": "The proof holds."}
    assert (await own.call("POST", decide, headers=ann, json=ruling)).status == 409
    async with own.directory_changed():
        assert (await own.call("POST", decide, headers=bob, json=ruling)).body["state"] == "granted"
    assert (await own.call("POST", decide, headers=bob, json=ruling)).status == 409
    after = (await own.call("GET", "/api/standing", customer)).body
    assert (after["standing"], after["statements"][0]["event"]) == ("good", "appeal-granted")
    assert (await own.send(customer)).status == 200
    assert await own.value("SELECT state FROM cases WHERE kind = 'appeal'") == "decided"


async def test_a_case_of_an_appeal_decided_at_the_desk_decides_the_appeal(own):
    customer = await own.customer()
    await suspend(own, customer)
    statement = (await own.call("GET", "/api/standing", customer)).body["statements"][0]["id"]
    await own.call("POST", f"/api/standing/{statement}/appeals", customer, json={"text": "No."})
    bob = await staff(own, "Bob", "senior")
    (case,) = (await own.call("GET", "/api/desk/cases", headers=bob, params={"kind": "appeal"})).body["items"]
    decision = {"decision": "confirm", "words": "The complaints hold."}
    decided = await own.call("POST", f"/api/desk/cases/{case['id']}/decision", headers=bob, json=decision)
    assert decided.status == 200, decided.body
    (appeal,) = (await own.call("GET", "/api/standing", customer)).body["appeals"]
    assert (appeal["state"], appeal["decision"]) == ("refused", "The complaints hold.")


async def test_what_is_anothers_or_too_late_is_refused(own, clock):
    customer, other = await own.customer(), await own.customer()
    await suspend(own, customer)
    statement = (await own.call("GET", "/api/standing", customer)).body["statements"][0]["id"]
    assert (await own.call("GET", f"/api/standing/statements/{statement}", other)).status == 404
    assert (await own.call("GET", "/api/standing/statements/nothing", customer)).status == 404
    appeals = f"/api/standing/{statement}/appeals"
    assert (await own.call("POST", appeals, other, json={"text": "Mine?"})).status == 404
    assert (await own.call("POST", appeals, customer, json={"text": ""})).status == 400
    clock.advance(timedelta(days=190))
    assert (await own.call("POST", appeals, customer, json={"text": "Late."})).status == 409
