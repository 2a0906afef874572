"""P9, on two nodes with a carrier: a message arrives, its receiver reports it, and within five seconds nothing like it
leaves any node; what waited goes once when the freeze is lifted."""

import asyncio
import time

import pytest

from comity.base.ids import from_wire
from comity.edges.postgres.complaint_codes import Office, set_office
from support.complaints import PLAIN, parked
from support.desk import staff
from support.gateway import running_gateway
from support.road import Road, link_to, simulator
from support.sealed import MESSAGE

ONE, TWO, THREE, FOUR, FIVE = (f"3247000000{n}" for n in range(1, 6))
SHOP = {"sender": "Acme", "message": PLAIN}
WITHIN_S = 5.0


@pytest.fixture
async def nodes(database, clock, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    async with (
        running_gateway(database, clock, tmp_path / "one") as one,
        running_gateway(database, clock, tmp_path / "two") as two,
    ):
        yield one, two


@pytest.fixture
async def road(database, clock, nodes):  # noqa: ARG001  the database is ready by then
    made = Road(database, clock)
    yield made
    await made.connections.close()


async def sent(node, customer, to):
    answer = await node.send(customer, to=f"+{to}", **SHOP)
    assert answer.status == 200, answer.body
    return from_wire(answer.body["messageid"])


async def deliver(road, running, *messages):
    """Let a dispatcher hand over what waits, until receipts say that it arrived."""
    changed = asyncio.Event()
    async with road.dispatching((1, link_to(running, changed)), changed=changed):
        await road.until_state(list(messages), "delivered")


async def test_a_report_stops_its_like_on_every_node_within_five_seconds_and_what_waited_goes_once(nodes, road, clock):
    one, two = nodes
    acme = await one.customer(senders=("Acme",))
    office = await one.customer(senders=("Comity",), name="the operator")
    await set_office(one.connection, Office(office.account_id, "Comity"), "Olga", clock.now())
    rita = await staff(one, "Rita Example")
    async with simulator() as running:
        got = await sent(one, acme, ONE)
        await deliver(road, running, got)
        await one.fetch("UPDATE messages SET verdict = jsonb_set(verdict, '{given,scores}', '{\"phishing\": 0.7}')")
        waiting = [await sent(one, acme, TWO), await sent(two, acme, THREE)]

        # The receiver reports it at one node and gives back the code that reached the number.
        said = {"kind": "phishing", "recipient": f"+{ONE}", "text": PLAIN}
        made = (await two.call("POST", "/api/complaints", json=said)).body
        path, token = f"/api/complaints/{made['number']}", {"X-Complaint-Token": made["token"]}
        assert (await two.call("POST", f"{path}/code", headers=token)).status == 202
        text = await one.value(f"SELECT {MESSAGE} FROM messages WHERE account_id = $1", office.account_id)
        begun = time.monotonic()
        async with one.directory_changed(), two.directory_changed():
            answer = await two.call("POST", f"{path}/confirm", headers=token, json={"code": text.split(" ")[0]})
            assert answer.status == 200, answer.body
        await parked(one, clock)
        coming = [await sent(one, acme, FOUR), await sent(two, acme, FIVE)]
        took_s = time.monotonic() - begun
        assert [await road.state(message) for message in waiting + coming] == ["held"] * 4
        assert took_s < WITHIN_S, took_s

        # A dispatcher at work finds nothing of it, while the operator's own code goes.
        code = await one.value("SELECT id FROM messages WHERE account_id = $1", office.account_id)
        await deliver(road, running, code)
        assert [await road.state(message) for message in waiting + coming] == ["held"] * 4

        # Lifted, all of it goes, each once.
        (stopped,) = (await one.call("GET", "/api/desk/freezes", rita)).body["items"]
        lifted = await one.call("POST", f"/api/desk/freezes/{stopped['id']}/lift", rita, json={"why": "It was right."})
        assert (lifted.status, lifted.body["state"]) == (200, "lifted")
        await deliver(road, running, *waiting, *coming)
    charged = await one.value(
        "SELECT count(*) FROM ledger_entries WHERE account_id = $1 AND kind = 'charge'", acme.account_id
    )
    assert (charged, await one.ledger_problems()) == (5, [])
