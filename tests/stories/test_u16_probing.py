"""U16: whoever feels out the filter is told less, has texts like those held, and is looked at by a person."""

from datetime import timedelta

import pytest

from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.staff_store import add_staff
from comity.edges.postgres.standing_watch import PostgresEnforceStore
from comity.journey.enforce import Enforcer
from support.gateway import running_gateway

LINK = "http://203.0.113.7/pay"
EDITS = [
    f"Bank: your card was stopped today, confirm your card number and PIN at {LINK} before midnight",
    f"Bank: your card was blocked today, confirm your card number and PIN at {LINK} before midnight",
    f"Bank: your card was stopped now, confirm your card number and PIN code at {LINK} before midnight",
    f"Bank: your card was halted today, check your card number and PIN at {LINK} before midnight",
    f"Bank: your card is stopped today, confirm your number of card and PIN at {LINK} before midnight",
]
CLEANED = "Bank: your card was stopped today, your card number and PIN change before midnight"


@pytest.fixture
async def own(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        running.clock = clock
        yield running


@pytest.fixture
async def enforcer(database, clock, own):  # noqa: ARG001  the database is ready by then
    connections = HeldConnections(database, "comity-test-enforce", most=2)
    yield Enforcer(PostgresEnforceStore(connections), clock)
    await connections.close()


async def test_edits_of_a_refused_text_until_one_passes(own, enforcer, clock):
    customer, neighbour = await own.customer(), await own.customer()
    for number, text in enumerate(EDITS):
        answer = await own.send(customer, message=text, to=f"+3247000000{number}")
        assert answer.status == 403
        assert answer.body["verdict"]["findings"][0]["evidence"]
        clock.advance(timedelta(seconds=30))
    async with own.directory_changed():
        assert await enforcer.once() == 1
    # The next edit is told nothing but that it was refused, at every door and in a check.
    answer = await own.send(customer, message=EDITS[0].replace("today", "tonight"), to="+32470000020")
    (told,) = answer.body["verdict"]["findings"]
    assert (answer.status, told["rule"], told["evidence"], told["clauses"]) == (403, "not-told", [], [])
    check = {"messages": [{"text": EDITS[0], "to": "+32470000021", "sender": "Bank"}]}
    (checked,) = (await own.call("POST", "/api/check", customer, json=check)).body["messages"]
    assert (checked["action"], checked["scores"], checked["findings"][0]["rule"]) == ("refuse", {}, "not-told")
    # One that no rule would stop is held; others go, and the neighbour's verdicts are as ever.
    held = await own.send(customer, message=CLEANED, to="+32470000022")
    assert held.body["verdict"]["action"] == "hold"
    assert (await own.send(customer, message="Bank: we are closed on Monday.", to="+32470000023")).status == 200
    other = await own.send(neighbour, message=EDITS[0], to="+32470000024")
    assert other.body["verdict"]["findings"][0]["rule"] != "not-told"
    # The account is not told that it was seen; a person is.
    assert (await own.call("GET", "/api/standing", customer)).body["statements"] == []
    client_id, secret = await add_staff(own.connection, "Bob", "reviewer")
    bob = {"X-Client-Id": client_id, "X-Client-Secret": secret}
    cases = (await own.call("GET", "/api/desk/cases", headers=bob, params={"kind": "probing"})).body["items"]
    assert len(cases) == 1
    # Overturned, all is as before.
    decision = {"decision": "overturn", "words": "A bank that tested its own alarm."}
    async with own.directory_changed():
        decided = await own.call("POST", f"/api/desk/cases/{cases[0]['id']}/decision", headers=bob, json=decision)
        assert decided.status == 200, decided.body
    answer = await own.send(customer, message=EDITS[1], to="+32470000025")
    assert answer.body["verdict"]["findings"][0]["rule"] != "not-told"
