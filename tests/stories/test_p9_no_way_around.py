"""P9: what is frozen does not go by another way: let go by another rule's reviewer, given back by a carrier, or sent by
a subaccount; and each account that is stopped sees why, in a case of its own."""

from uuid import UUID

import pytest

from comity.accounts.standing import AUTOMATIC
from comity.base.ids import from_wire
from comity.complaints.complaint import NewFreeze
from comity.edges.postgres.complaint_freezes import propose
from comity.edges.postgres.complaint_store import freeze
from comity.edges.postgres.statements import load
from support.complaints import PLAIN, Passing, parked, state_of
from support.desk import decide, staff
from support.gateway import running_gateway

ONE, TWO = "+32470000001", "+32470000002"
SHOP = {"sender": "Acme"}


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=("Acme",))


@pytest.fixture
async def rita(gateway):
    return await staff(gateway, "Rita Example")


@pytest.fixture
async def pass_time(gateway, clock):
    passing = Passing(gateway, clock)
    yield passing
    await passing.close()


@pytest.fixture
def stop(gateway, clock):
    async def stopped(account_id, by="Rita Example"):
        what = NewFreeze(account_id, "sender", "acme", "It is looked at.", "", by)
        async with gateway.directory_changed(), gateway._lock, gateway.connection.transaction():
            number = await freeze(gateway.connection, what, clock.now())
        await parked(gateway, clock)
        return number

    return stopped


async def sent(gateway, customer, to=ONE, sender="Acme"):
    answer = await gateway.send(customer, to=to, message=PLAIN, sender=sender)
    assert answer.status == 200, answer.body
    return answer.body["messageid"]


async def test_what_another_rules_reviewer_lets_go_waits_for_the_freeze(gateway, acme, rita, stop, pass_time):
    waiting = await sent(gateway, acme)
    # as another rule would have held it before
    await gateway.fetch(
        "WITH c AS (INSERT INTO cases (account_id, kind, title, opened_by, opened_at, priority, subject, visible)"
        " VALUES ($1, 'hold', 'Held by another', 'acceptance', now(), 10, 'another', true)"
        " RETURNING case_id, account_id)"
        " INSERT INTO case_messages (case_id, account_id, message_id) SELECT c.case_id, c.account_id, $2 FROM c",
        *(acme.account_id, from_wire(waiting)),
    )
    await gateway.fetch("UPDATE message_life SET state = 'held' WHERE account_id = $1", acme.account_id)
    await gateway.fetch("DELETE FROM queue WHERE account_id = $1", acme.account_id)
    await stop(acme.account_id)
    items = (await gateway.call("GET", "/api/desk/cases", rita)).body["items"]
    case = next(one["id"] for one in items if one["title"] == "Held by another")
    decided = await gateway.call(
        "POST", f"/api/desk/cases/{case}/decision", rita, json={"decision": "overturn", "words": "Fine."}
    )
    assert decided.status == 200, decided.body
    assert await state_of(gateway, acme, waiting) == "held"

    # The freeze's case has it now, and lets it go with the rest.
    stopped = await gateway.value("SELECT case_wire FROM freezes")
    lifted = await gateway.call("POST", f"/api/desk/freezes/{stopped}/lift", rita, json={"why": "It is fine."})
    assert lifted.status == 200, lifted.body
    assert await state_of(gateway, acme, waiting) == "queued"
    await pass_time(seconds=6)
    assert await state_of(gateway, acme, waiting) == "queued"


async def test_what_came_back_into_the_queue_of_frozen_traffic_is_not_taken_to_a_carrier_but_held(
    gateway, acme, rita, clock, stop, pass_time
):
    shop = await gateway.customer(senders=("Shop",), name="shop")
    given_back, free = await sent(gateway, acme), await sent(gateway, shop, TWO, "Shop")
    row = dict((await gateway.fetch("SELECT * FROM queue WHERE account_id = $1", acme.account_id))[0])
    await stop(acme.account_id)
    await pass_time(seconds=6)
    # as a carrier gives it back that had it while the freeze began
    await gateway.fetch("DELETE FROM case_messages")
    await gateway.fetch("UPDATE message_life SET state = 'queued' WHERE account_id = $1", acme.account_id)
    await gateway.fetch(
        "INSERT INTO queue (account_id, message_id, route_prefix, due_at, attempt) VALUES ($1, $2, $3, $4, 1)",
        *(row["account_id"], row["message_id"], row["route_prefix"], row["due_at"]),
    )
    dispatcher = UUID(int=1)
    await gateway.fetch("INSERT INTO dispatchers VALUES ($1, now() + interval '1 hour')", dispatcher)
    lane = ([row["route_prefix"]], [1], [10], [0])
    taken = await gateway.fetch(load("dispatch_claim"), dispatcher, clock.now(), *lane, 3600)
    assert [one["message_id"] for one in taken] == [from_wire(free)]
    await pass_time(seconds=1)
    assert await state_of(gateway, acme, given_back) == "held"
    stopped = await gateway.value("SELECT case_wire FROM freezes")
    (listed,) = (await gateway.call("GET", "/api/desk/freezes", rita)).body["items"]
    assert (listed["id"], listed["held"]) == (stopped, 1)


async def test_a_subaccount_and_whoever_else_is_stopped_sees_its_own_case_and_nobody_elses(
    gateway, acme, rita, stop, pass_time
):
    child = await gateway.customer(senders=("Acme",), name="child", parent_id=acme.account_id)
    other = await gateway.customer(senders=("Acme",), name="other")
    waiting = await sent(gateway, child)
    await stop(None)
    coming = await gateway.send(other, to=ONE, message=PLAIN, **SHOP)
    late = coming.body["messageid"]
    assert [await state_of(gateway, *one) for one in ((child, waiting), (other, late))] == ["held", "held"]
    await pass_time(seconds=1)

    named = coming.body["verdict"]["findings"][0]["evidence"][0]["observed"]
    assert (await gateway.call("GET", f"/api/cases/{named}", acme)).status == 404
    for who in (child, other):
        shown = await gateway.call("GET", f"/api/cases/{named}", who)
        assert (shown.status, shown.body["rule"], shown.body["messages"]) == (200, "traffic-frozen", 1), shown.body
        (listed,) = (await gateway.call("GET", "/api/cases", who)).body["items"]
        assert listed["id"] == shown.body["id"] != named
        notices = (await gateway.call("GET", "/api/notices", who)).body["items"]
        assert [one["kind"] for one in notices] == ["freeze"]
        kinds = await gateway.fetch("SELECT kind FROM evidence_entries WHERE account_id = $1", who.account_id)
        assert [row["kind"] for row in kinds].count("freeze") == 1
    assert (await gateway.call("GET", "/api/cases", acme)).body["items"] == []

    # It is decided with the freeze, not apart from it.
    one = await gateway.call(
        "POST", f"/api/desk/cases/{listed['id']}/decision", rita, json={"decision": "overturn", "words": "Fine."}
    )
    assert one.status == 409, one.body
    sam = await staff(gateway, "Sam Example", "senior")
    lifted = await gateway.call("POST", f"/api/desk/freezes/{named}/lift", sam, json={"why": "It is fine."})
    assert lifted.status == 200, lifted.body
    assert [await state_of(gateway, *one) for one in ((child, waiting), (other, late))] == ["queued", "queued"]
    ended = (await gateway.call("GET", f"/api/cases/{named}", other)).body
    assert ended["state"] == "decided"
    assert await gateway.value("SELECT count(*) FROM cases WHERE state NOT IN ('decided', 'closed')") == 0


async def test_a_stop_without_a_complaint_is_not_told_as_one_of_somebody_who_complained(gateway, acme, stop):
    await stop(acme.account_id, AUTOMATIC)
    (notice,) = (await gateway.call("GET", "/api/notices", acme)).body["items"]
    assert "complain" not in str(notice)
    coming = await gateway.send(acme, to=TWO, message=PLAIN, **SHOP)
    assert "complained" not in str(coming.body)


@pytest.mark.parametrize("more", [{}, {"codes": True}], ids=["everybody", "codes"])
async def test_everybodys_traffic_and_one_time_codes_are_stopped_by_a_senior_alone(gateway, rita, more):
    sam = await staff(gateway, "Sam Example", "senior")
    customer = await gateway.customer(senders=("Acme",))
    if more:
        more = {**more, "account": customer.name}
    made = {"what": "sender", "key": "Acme", "why": "It poses as a bank.", **more}
    assert (await gateway.call("POST", "/api/desk/freezes", rita, json=made)).status == 403
    stopped = await gateway.call("POST", "/api/desk/freezes", sam, json=made)
    assert stopped.status == 201
    # What is refused is refused for good: neither as a freeze nor as its case by one reviewer.
    path, why = f"/api/desk/freezes/{stopped.body['id']}/uphold", {"why": "It poses as a bank."}
    assert (await gateway.call("POST", path, rita, json=why)).status == 403
    assert (await decide(gateway, rita, stopped.body["id"], "confirm")).status == 409
    if not more:
        # Nor is what a senior stopped for everybody let go by one.
        let_go = f"/api/desk/freezes/{stopped.body['id']}/lift"
        assert (await gateway.call("POST", let_go, rita, json=why)).status == 403
        assert (await decide(gateway, rita, stopped.body["id"], "overturn")).status == 409
    assert (await gateway.call("POST", path, sam, json=why)).status == 200


async def test_one_time_codes_that_a_stop_is_proposed_of_are_stopped_by_a_senior_alone(gateway, acme, rita, clock):
    sam = await staff(gateway, "Sam Example", "senior")
    what = NewFreeze(acme.account_id, "sender", "acme", "Somebody complained.", "", AUTOMATIC, codes=True)
    async with gateway._lock, gateway.connection.transaction():
        await propose(gateway.connection, what, clock.now())
    (proposed,) = (await gateway.call("GET", "/api/desk/freezes", rita)).body["items"]
    path, why = f"/api/desk/freezes/{proposed['id']}/confirm", {"why": "It poses as a bank."}
    assert (await gateway.call("POST", path, rita, json=why)).status == 403
    assert (await gateway.call("POST", path, sam, json=why)).body["state"] == "confirmed"
