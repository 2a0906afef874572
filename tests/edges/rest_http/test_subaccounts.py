"""Subaccounts at the door: who may have any, what they get from above, and nothing that goes anywhere but down."""

from datetime import timedelta

import pytest
import pytest_asyncio

from comity.accounts.standing import Reasons
from comity.edges.postgres.operator_store import add_credits
from comity.edges.postgres.staff_store import add_key
from comity.edges.postgres.standing_desk import put_account
from support.desk import ready_for_evidence
from support.gateway import MICRO, Customer

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALLS = "/api/subaccounts"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(gateway, tmp_path_factory):
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("evidence"))
    return gateway


async def reseller(door, **more):
    owner = await door.customer(**more)
    async with door.directory_changed():
        await door.value("INSERT INTO clearances (account_id, content) VALUES ($1, 'resale')", owner.account_id)
    return owner


async def made(door, owner, name="Shop", **more):
    answer = await door.call("POST", CALLS, owner, json={"name": name, **more})
    assert answer.status == 201, answer.body
    return answer.body


async def keyed(door, owner, child, **more):
    key = (await door.call("POST", f"{CALLS}/{child['id']}/keys", owner, json=more)).body
    account_id = await door.value("SELECT account_id FROM accounts WHERE name = $1", child["name"])
    return Customer(child["name"], account_id, key["client_id"], key["client_secret"])


async def test_without_leave_to_resell_there_are_none_and_the_refusal_says_whom_to_ask(door):
    owner = await door.customer()
    answer = await door.call("POST", CALLS, owner, json={"name": "Shop"})
    assert (answer.status, answer.body["type"]) == (403, "/api/docs#forbidden")
    assert "no leave to resell" in answer.body["detail"]
    assert "comity accounts clear" in answer.body["detail"]


@pytest.mark.parametrize("standing", ["limited", "suspended"])
async def test_a_parent_that_is_held_back_makes_no_more_room_for_itself(door, standing):
    owner = await reseller(door)
    now = door.acceptor._clock.now()
    async with door.directory_changed():
        await put_account(door.connection, (owner.account_id, standing), Reasons("Why.", "U8"), ("Ann", None), now)
    answer = await door.call("POST", CALLS, owner, json={"name": "Shop"})
    assert (answer.status, standing in answer.body["detail"]) == (403, True)


async def test_a_subaccount_sends_what_was_handed_down_as_who_it_was_let(door):
    owner = await reseller(door, credits_=20, bonus=5, senders=("Bank",), daily_volume=500)
    child = await made(door, owner, accepted_by="Bob")
    assert (child["name"], child["daily_volume"]) == (f"{owner.name}/Shop", 500)
    shop = await keyed(door, owner, child)
    assert (await door.send(shop)).status == 403  # as a sender that is not its own
    async with door.directory_changed():
        shared = await door.call("POST", f"{CALLS}/{child['id']}/senders", owner, json={"sender": "Bank"})
    assert shared.status == 200
    assert (await door.send(shop)).code == "108"  # nothing to spend
    moved = await door.call("POST", f"{CALLS}/{child['id']}/credits", owner, json={"micro_credits": 7 * MICRO})
    assert moved.status == 201
    assert (await door.send(shop)).status == 200
    shown = (await door.call("GET", f"{CALLS}/{child['id']}", owner)).body
    # Bonus goes first, as in sending, and stays bonus.
    assert (shown["purchased"], shown["bonus"], shown["senders"]) == (2 * MICRO, 4 * MICRO, ["Bank"])
    assert [len(key["scopes"]) for key in shown["keys"]] == [5]
    assert await door.spendable(owner) == 18
    assert await door.ledger_problems() == []


async def test_what_is_handed_down_ends_on_its_day(door):
    owner = await reseller(door, credits_=0)
    ends = door.acceptor._clock.now() + timedelta(days=9)
    await add_credits(door.connection, owner.account_id, "purchased", 3 * MICRO, ends)
    child = await made(door, owner)
    await door.call("POST", f"{CALLS}/{child['id']}/credits", owner, json={"micro_credits": MICRO})
    sql = "SELECT l.kind, l.expires_at, l.remaining FROM lots l JOIN accounts a USING (account_id) WHERE a.name = $1"
    (lot,) = await door.fetch(sql, child["name"])
    assert tuple(lot) == ("purchased", ends, MICRO)


async def test_no_more_is_handed_down_than_there_is(door):
    owner = await reseller(door, credits_=1)
    child = await made(door, owner)
    asked = {"json": {"micro_credits": MICRO}, "headers": {"Idempotency-Key": "one"}}
    answers = [await door.call("POST", f"{CALLS}/{child['id']}/credits", owner, **asked) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    again = await door.call("POST", f"{CALLS}/{child['id']}/credits", owner, json={"micro_credits": 1})
    assert again.status == 409
    assert await door.ledger_problems() == []


async def test_a_sender_that_the_parent_has_not_is_not_passed_on(door):
    owner, other = await reseller(door), await door.customer(senders=("Rival",))
    child = await made(door, owner)
    answer = await door.call("POST", f"{CALLS}/{child['id']}/senders", owner, json={"sender": "Rival"})
    assert (answer.status, "may not send as that yourself" in answer.body["detail"]) == (409, True)
    assert other.name not in answer.body["detail"]


async def test_a_subaccounts_name_makes_it_no_brand(door):
    owner = await reseller(door)
    child = await made(door, owner, "PayPal")
    sql = "SELECT count(*) FROM account_brands b JOIN accounts a USING (account_id) WHERE a.name = $1"
    assert await door.value(sql, child["name"]) == 0


async def test_a_parent_suspends_its_own_and_lifts_no_more_than_that(door):
    owner = await reseller(door)
    child = await made(door, owner, accepted_by="Bob")
    shop = await keyed(door, owner, child)
    why, path = {"json": {"why": "They did not pay."}}, f"{CALLS}/{child['id']}"
    assert (await door.call("POST", f"{path}/suspend", owner, **why)).body["standing"] == "suspended"
    assert (await door.call("POST", f"{path}/suspend", owner, **why)).status == 409
    statement = (await door.call("GET", "/api/standing", shop)).body["statements"][0]
    assert (statement["facts"], statement["clause"]) == ("They did not pay.", "U19")
    appeal = await door.call("POST", f"/api/standing/{statement['id']}/appeals", shop, json={"text": "We did."})
    assert (appeal.status, "The account above yours" in appeal.body["detail"]) == (409, True)
    now = door.acceptor._clock.now()
    await put_account(door.connection, (shop.account_id, "suspended"), Reasons("Ours.", "U8"), ("Ann", None), now)
    assert (await door.call("POST", f"{path}/resume", owner, **why)).body["standing"] == "suspended"
    assert (await door.call("POST", f"{path}/resume", owner, **why)).status == 409


async def test_who_answers_for_an_account_hears_of_its_sanctions(door):
    owner = await reseller(door)
    child = await made(door, owner)
    account_id = await door.value("SELECT account_id FROM accounts WHERE name = $1", child["name"])
    now = door.acceptor._clock.now()
    await put_account(door.connection, (account_id, "limited"), Reasons("Too many.", "U8"), ("Ann", None), now)
    told = (await door.call("GET", "/api/notices", owner)).body["items"][0]
    assert (told["kind"], told["notice"]["subaccount"]) == ("subaccount-standing", child["name"])


async def test_a_revoked_key_opens_nothing(door):
    owner = await reseller(door)
    child = await made(door, owner)
    shop = await keyed(door, owner, child, scopes=["read"])
    assert (await door.call("GET", "/api/notices", shop)).status == 200
    path = f"{CALLS}/{child['id']}/keys/{shop.client_id}/revoke"
    async with door.directory_changed():
        assert (await door.call("POST", path, owner)).status == 200
    assert (await door.call("GET", "/api/notices", shop)).status == 401
    assert (await door.call("POST", path, owner)).status == 409


async def test_levels_are_few_and_each_needs_leave(door):
    owner = await reseller(door)
    for level in range(4):
        child = await made(door, owner, f"L{level}")
        shop = await keyed(door, owner, child, scopes=["subaccounts"])
        assert (await door.call("POST", CALLS, shop, json={"name": "x"})).status == 403
        async with door.directory_changed():
            await door.value("INSERT INTO clearances (account_id, content) VALUES ($1, 'resale')", shop.account_id)
        owner = shop
    answer = await door.call("POST", CALLS, owner, json={"name": "x"})
    assert (answer.status, "levels" in answer.body["detail"]) == (409, True)


async def test_its_own_subaccounts_are_listed_in_pages_and_nobody_elses(door):
    owner, other = await reseller(door), await reseller(door)
    names = [(await made(door, owner, f"S{n}"))["name"] for n in range(3)]
    await made(door, other)
    first = (await door.call("GET", CALLS, owner, params={"limit": "2"})).body
    rest = (await door.call("GET", CALLS, owner, params={"limit": "2", "cursor": first["next"]})).body
    assert [one["name"] for one in first["items"] + rest["items"]] == names
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "a/b"}, 409),
        ({"name": " "}, 409),
        ({"name": "x" * 100}, 409),
        ({"name": "Shop", "daily_volume": 501}, 409),
        ({"name": "Shop", "time_zone": "Mars/Base"}, 400),
        ({"name": "Shop", "category": "spam"}, 400),
        ({"name": "Shop", "parent": 1}, 400),
    ],
    ids=["a stroke", "empty", "long", "more than its parent", "no zone", "no category", "an unknown field"],
)
async def test_what_cannot_be_is_said(door, body, status):
    owner = await reseller(door, daily_volume=500)
    answer = await door.call("POST", CALLS, owner, json=body)
    assert answer.status == status, answer.body


async def test_two_of_one_name_are_one_too_many(door):
    owner = await reseller(door)
    await made(door, owner)
    assert (await door.call("POST", CALLS, owner, json={"name": "Shop"})).status == 409


async def test_a_key_without_the_scope_makes_none(door):
    owner = await reseller(door)
    key = await add_key(door.connection, owner.account_id, ["read", "send", "billing"])
    answer = await door.call("POST", CALLS, Customer(owner.name, owner.account_id, *key), json={"name": "Shop"})
    assert answer.status == 403
