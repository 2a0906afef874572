"""U12: who sends for many unrelated customers needs leave to resell; with it, each of them is a subaccount (U19)."""

import string

import pytest

from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.standing_watch import PostgresEnforceStore
from comity.journey.enforce import Enforcer
from support.desk import decide, ready_for_evidence, staff
from support.gateway import MICRO, Customer, running_gateway

SHOPS = [f"Shop{letter}" for letter in string.ascii_uppercase[:12]]
TEXTS = (
    "{shop}: your order is ready and you can fetch it at our shop in the town",
    "{shop}: uw bestelling is klaar en u kunt die bij ons in de winkel afhalen",
    "{shop}: Ihre Bestellung ist fertig und Sie können sie bei uns im Laden abholen",
    "{shop}: votre commande est prête et vous pouvez la chercher dans notre magasin",
    "{shop}: su pedido está listo y lo puede recoger en nuestra tienda de la ciudad",
    "{shop}: il suo ordine è pronto e lo può ritirare nel nostro negozio della città",
)


@pytest.fixture
async def own(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        await ready_for_evidence(running, tmp_path)
        running.clock = clock
        yield running


@pytest.fixture
async def enforcer(own, database, clock):  # noqa: ARG001  the database is ready by then
    connections = HeldConnections(database, "comity-test-enforce", most=2)
    yield Enforcer(PostgresEnforceStore(connections), clock)
    await connections.close()


async def send_for_all(own, customer, shops=SHOPS, each=9):
    """A day's texts of many shops, in as many languages, each to people of its own."""
    for place, shop in enumerate(shops):
        numbers = [f"+324701{place:02}{n:03}" for n in range(each)]
        text = TEXTS[place % len(TEXTS)].format(shop=shop)
        answer = await own.send(customer, sender=shop, to=numbers, message=text)
        assert answer.status == 200, answer.body


async def leave_to_resell(own, customer):
    async with own.directory_changed():
        await own.fetch("INSERT INTO clearances (account_id, content) VALUES ($1, 'resale')", customer.account_id)


async def test_who_sends_for_many_unrelated_shops_meets_a_person_and_nothing_else_happens(own, enforcer):
    agency = await own.customer(credits_=500, senders=tuple(SHOPS))
    shop = await own.customer(credits_=500, senders=("ShopA",))
    await send_for_all(own, agency)
    await send_for_all(own, shop, ["ShopA"] * 2, each=60)
    assert await enforcer.once() == 1
    ann = await staff(own, "Ann")
    (case,) = (await own.call("GET", "/api/desk/cases", ann, params={"kind": "resale"})).body["items"]
    assert case["account"] == agency.name
    assert set(case["facts"]["senders"]) == {name.lower() for name in SHOPS}
    # The names that texts open with are those the account may write as, by its grants; six languages are too many.
    assert case["facts"]["languages"] == ["de", "en", "es", "fr", "it", "nl"]
    assert (await own.call("GET", "/api/standing", agency)).body["standing"] == "good"
    # It is not opened anew while somebody looks, nor when they found that these are its own branches.
    assert await enforcer.once() == 0
    decided = await decide(own, ann, case["id"], "overturn", reason="own-traffic")
    assert decided.status == 200, decided.body
    assert await enforcer.once() == 0


async def test_with_recorded_leave_nobody_is_asked_and_each_customer_is_a_subaccount(own, enforcer):
    agency = await own.customer(credits_=500, senders=tuple(SHOPS))
    refused = await own.call("POST", "/api/subaccounts", agency, json={"name": "ShopA"})
    assert refused.status == 403
    assert "no leave to resell" in refused.body["detail"]
    await leave_to_resell(own, agency)
    await send_for_all(own, agency)
    assert await enforcer.once() == 0
    made = await own.call("POST", "/api/subaccounts", agency, json={"name": "ShopA", "accepted_by": "Abe"})
    path = f"/api/subaccounts/{made.body['id']}"
    key = (await own.call("POST", f"{path}/keys", agency, json={"scopes": ["send", "subaccounts"]})).body
    async with own.directory_changed():
        await own.call("POST", f"{path}/senders", agency, json={"sender": "ShopA"})
    await own.call("POST", f"{path}/credits", agency, json={"micro_credits": 10 * MICRO})
    shop = Customer(made.body["name"], 0, key["client_id"], key["client_secret"])
    assert (await own.send(shop, sender="ShopA")).status == 200
    # What it has and sends is its own: neither sees the other's messages, and the ledger balances.
    assert (await own.send(shop, sender="ShopB")).status == 403
    assert (await own.call("GET", path, agency)).body["purchased"] == 9 * MICRO
    assert (await own.call("GET", path, shop)).status == 404
    assert await own.ledger_problems() == []
