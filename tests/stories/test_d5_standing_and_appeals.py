"""D5: an account has a standing, is told why it changes, and may appeal; who decided first does not decide that."""

from datetime import timedelta

import pytest

from comity.accounts.standing import Reasons
from comity.edges.postgres.standing_desk import put_account
from comity.edges.postgres.standing_store import NewStrike, add_strike
from support.desk import ready_for_evidence, staff
from support.gateway import running_gateway

ANN, BOB = "Ann Example", "Bob Example"
FACTS = "Forty recipients of the spring offers said that they never signed up."
ANSWERS = {"good": 200, "watched": 200, "limited": 200, "suspended": 403, "deactivated": 403}


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        await ready_for_evidence(running, tmp_path)
        running.clock = clock
        yield running


@pytest.fixture
async def desk(gateway):
    """Two people who may decide appeals."""
    return {person: await staff(gateway, person, "senior") for person in (ANN, BOB)}


async def struck(gateway, customer, weight):
    """Ann gives a strike; the sum of strikes is what moves the standing."""
    strike = NewStrike(customer.account_id, "P4", FACTS, weight, ANN)
    async with gateway.directory_changed():
        await add_strike(gateway.connection, strike, gateway.clock.now())


async def standing(gateway, customer):
    return (await gateway.call("GET", "/api/standing", customer)).body


async def appeal(gateway, customer, statement):
    path = f"/api/standing/{statement}/appeals"
    return await gateway.call("POST", path, customer, json={"text": "Here are the forms that they filled in."})


async def decide(gateway, person, outcome, why="I have seen the forms."):
    (listed,) = (await gateway.call("GET", "/api/desk/appeals", person)).body["items"]
    path = f"/api/desk/appeals/{listed['id']}/decide"
    return await gateway.call("POST", path, person, json={"outcome": outcome, "why": why})


@pytest.mark.parametrize("to", list(ANSWERS))
async def test_what_an_account_may_do_follows_from_its_standing(gateway, to):
    customer = await gateway.customer()
    if to != "good":
        async with gateway.directory_changed():
            reasons = Reasons(FACTS, "P4")
            account = (customer.account_id, to)
            await put_account(gateway.connection, account, reasons, (ANN, None), gateway.clock.now())
    assert (await gateway.send(customer)).status == ANSWERS[to]
    assert (await standing(gateway, customer))["standing"] == to


async def test_a_sanction_is_explained_and_an_appeal_is_decided_by_somebody_else(gateway, desk):
    customer = await gateway.customer()
    await struck(gateway, customer, 8)
    assert (await gateway.send(customer)).status == 403

    # The statement says what happened, by which clause, who decided, and until when it may be contested.
    shown = await standing(gateway, customer)
    statement = shown["statements"][0]
    assert FACTS in statement["facts"]
    assert (statement["clause"], statement["automated"]) == ("P4", False)
    assert statement["appeal_by"] > gateway.clock.now().isoformat()
    assert ANN not in str(shown), "who decided is not the account's to know"

    # Ann took the decision, so the appeal is not hers; Bob's reasons are told, and the account sends again.
    filed = await appeal(gateway, customer, statement["id"])
    assert (filed.status, filed.body["state"]) == (201, "open")
    assert (await decide(gateway, desk[ANN], "grant")).status == 409
    assert (await decide(gateway, desk[BOB], "grant", why="")).status == 400
    async with gateway.directory_changed():
        assert (await decide(gateway, desk[BOB], "grant")).body["state"] == "granted"
    shown = await standing(gateway, customer)
    assert (shown["standing"], shown["strikes"]) == ("good", 0)
    assert shown["appeals"][0]["decision"] == "I have seen the forms."
    assert (await gateway.send(customer)).status == 200


async def test_a_refused_appeal_leaves_the_sanction_and_is_not_filed_twice(gateway, desk):
    customer = await gateway.customer()
    await struck(gateway, customer, 8)
    statement = (await standing(gateway, customer))["statements"][0]["id"]
    await appeal(gateway, customer, statement)
    assert (await decide(gateway, desk[BOB], "refuse")).body["state"] == "refused"
    assert (await appeal(gateway, customer, statement)).status == 409
    assert (await gateway.send(customer)).status == 403
    told = await gateway.fetch("SELECT kind FROM notices WHERE account_id = $1 ORDER BY number", customer.account_id)
    assert [row["kind"] for row in told] == ["standing", "appeal"]


async def test_another_account_contests_nothing_and_a_late_appeal_is_not_taken(gateway):
    customer, other = await gateway.customer(), await gateway.customer()
    await struck(gateway, customer, 8)
    statement = (await standing(gateway, customer))["statements"][0]["id"]
    assert (await appeal(gateway, other, statement)).status == 404
    gateway.clock.advance(timedelta(days=190))
    assert (await appeal(gateway, customer, statement)).status == 409
