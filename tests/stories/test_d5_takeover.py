"""D5: whoever had a secret, a key that ends or a place in the team keeps nothing by it beyond that."""

from datetime import timedelta

import pytest
import pytest_asyncio

from comity.accounts.team import INVITED_FOR, SCOPES, TooWideError
from comity.edges.postgres import team_deeds, team_keys, team_store
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.team_activity import Actor
from support.desk import staff
from support.team import accepted, gateway_with_mails, invited, joined, programs, rotated, status, token_for

pytestmark = pytest.mark.asyncio(loop_scope="module")
LASTING = (
    ("/api/keys", {"name": "X", "scopes": ["read"]}),
    ("/api/team", {"name": "X", "email": "x@example.test", "role": "owner"}),
    ("/api/networks", {"networks": []}),
    ("/api/subaccounts", {"name": "X"}),
    ("/api/me/leave", {}),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(server, tmp_path_factory):
    async with gateway_with_mails(server, tmp_path_factory.mktemp("takeover")) as running:
        yield running


async def post(gateway, by, path, **body):
    return await gateway.call("POST", path, by, json=body)


async def invitation(gateway, person):
    return await gateway.value("SELECT state FROM team_members WHERE email = $1", person["email"])


async def test_the_secret_before_goes_on_working_and_changes_no_keys_people_or_networks(gateway):
    customer = await gateway.customer()
    former = await programs(gateway, customer, *SCOPES)
    new = await rotated(gateway, former, former, 48)
    assert [await status(gateway, one, "/api/keys") for one in (former, new)] == [200, 200]
    assert (await gateway.send(former)).status == 200
    paths = [*LASTING, (f"/api/keys/{new.client_id}/rotate", {"overlap_hours": 0})]
    paths += [(f"/api/keys/{customer.client_id}/revoke", {}), (f"/api/challenges/{'0' * 31}/deny", {})]
    assert [(await post(gateway, former, path, **body)).status for path, body in paths] == [403] * len(paths)
    assert await status(gateway, new) == 200
    # By the new one it goes on, and then the former is none any more.
    newest = await rotated(gateway, new, new)
    assert [await status(gateway, one) for one in (former, new, newest)] == [401, 401, 200]


async def test_a_key_that_ends_and_has_networks_hands_out_neither_more_time_nor_more_places(gateway):
    customer = await gateway.customer()
    ends = (gateway.clock.now() + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    fenced = await programs(gateway, customer, *SCOPES, expires_at=ends, networks=["127.0.0.0/24"])
    open_ = await programs(gateway, customer, "read")
    asked = {"name": "X", "scopes": ["read"]}
    for more, networks in (
        ({}, ["127.0.0.0/24"]),
        ({"expires_at": "2027-01-01T00:00:00Z", "networks": ["127.0.0.1/32"]}, ["127.0.0.1/32"]),
    ):
        made = await post(gateway, fenced, "/api/keys", **asked, **more)
        assert (made.status, made.body["expires_at"], made.body["networks"]) == (201, ends, networks)
        assert (await post(gateway, fenced, f"/api/keys/{made.body['client_id']}/rotate")).status == 200
    wider = await post(gateway, fenced, "/api/keys", **asked, networks=["127.0.0.0/8"])
    assert (wider.status, "all of these networks" in wider.body["detail"]) == (403, True)
    # Nor is it shown the secret of one that goes further, or brings in people, whose keys do.
    for path, body in ((f"/api/keys/{open_.client_id}/rotate", {}), LASTING[1]):
        assert (await post(gateway, fenced, path, **body)).status == 403
    assert (await post(gateway, fenced, f"/api/keys/{fenced.client_id}/rotate")).status == 200


async def test_who_is_removed_leaves_word_of_every_secret_they_know_and_nobody_they_invited_comes_in(gateway):
    customer = await gateway.customer()
    person, owner = await joined(gateway, customer)
    await joined(gateway, customer)
    first = await programs(gateway, owner, *SCOPES)
    second = await programs(gateway, first, *SCOPES)
    itself = await programs(gateway, owner, "read", "send")
    await rotated(gateway, itself, itself)
    overlapping, replaced = [await programs(gateway, owner, "read") for _ in range(2)]
    await rotated(gateway, customer, overlapping, 48)
    await rotated(gateway, customer, replaced)
    (mine, token), (programs_, other) = await invited(gateway, owner), await invited(gateway, second)
    theirs, _ = await invited(gateway, customer)
    gone = await post(gateway, customer, f"/api/team/{person['id']}/remove")
    known = [one.client_id for one in (first, second, itself, overlapping)]
    assert sorted(gone.body["knows_keys"]) == sorted(known)
    for word in (token, other):
        assert (await post(gateway, None, "/api/invitations/accept", token=word)).status == 404
    states = [await invitation(gateway, one) for one in (mine, programs_, theirs)]
    assert states == ["removed", "removed", "invited"]


async def test_who_gets_a_narrower_role_leaves_word_of_the_keys_that_may_do_more(gateway):
    customer = await gateway.customer()
    person, owner = await joined(gateway, customer)
    await joined(gateway, customer)
    wide, _ = await programs(gateway, owner, "send"), await programs(gateway, owner, "read")
    friend, _ = await invited(gateway, owner, "reader")
    async with gateway.directory_changed():
        changed = await post(gateway, customer, f"/api/team/{person['id']}/role", role="reader")
    assert (changed.body["role"], changed.body["knows_keys"]) == ("reader", [wide.client_id])
    assert await invitation(gateway, friend) == "removed"


async def test_an_owner_who_lost_their_key_is_mailed_another_token_and_stays_an_owner_meanwhile(gateway):
    customer = await gateway.customer()
    person, lost = await joined(gateway, customer)
    ops = await staff(gateway, "Ops of the lost", "operator")
    path = f"/api/desk/accounts/{customer.name}/team/{person['id']}/invite-again"
    assert (await post(gateway, ops, path)).status == 200
    token = await token_for(gateway, person["email"])
    shown = (await gateway.call("GET", f"/api/team/{person['id']}", customer)).body
    assert (shown["state"], await status(gateway, lost)) == ("active", 200)
    async with gateway.directory_changed():
        found = await accepted(gateway, customer, token)
    assert [await status(gateway, one) for one in (lost, found)] == [401, 200]
    assert (await post(gateway, customer, f"/api/team/{person['id']}/remove")).status == 409
    # A token that nobody uses in time is worth nothing, and takes nobody away.
    assert (await post(gateway, customer, f"/api/team/{person['id']}/invite-again")).status == 200
    late = await token_for(gateway, person["email"])
    member = "SELECT member_id FROM team_members WHERE email = $1"
    subject = str(await gateway.value(member, person["email"]))
    gateway.clock.advance(INVITED_FOR)
    kept = []
    # Of the account that the deadline names alone.
    for account in (customer.account_id + 1_000, customer.account_id):
        due = Due(team_store.INVITATION, subject, account, gateway.clock.now())
        async with gateway.road.transaction():
            await team_deeds.end_invitation(gateway.road, due, gateway.clock.now())
        kept.append(await gateway.value(member + " AND token_hash IS NOT NULL", person["email"]))
    assert kept == [int(subject), None]
    assert (await post(gateway, None, "/api/invitations/accept", token=late)).status == 404
    assert await status(gateway, found) == 200


async def test_an_owner_without_a_key_is_not_the_owner_who_stays(gateway):
    customer = await gateway.customer()
    (_, ann), (second, _) = await joined(gateway, customer), await joined(gateway, customer)
    assert (await post(gateway, customer, f"/api/keys/{ann.client_id}/revoke")).status == 200
    last = await post(gateway, customer, f"/api/team/{second['id']}/remove")
    assert (last.status, "last owner" in last.body["detail"]) == (409, True)


async def test_what_a_key_may_do_is_asked_again_in_the_transaction_of_what_it_does(gateway):
    customer = await gateway.customer()
    key = await programs(gateway, customer, *SCOPES)
    row = await gateway.fetch("SELECT secret_hash, scopes FROM api_keys WHERE client_id = $1", key.client_id)
    held = Actor(key.client_id, secret_hash=row[0]["secret_hash"])
    changes = (
        ("UPDATE api_keys SET scopes = '{read,keys}' WHERE client_id = $1", "billing"),
        ("UPDATE api_keys SET secret_hash = '\\x00' WHERE client_id = $1", "another secret"),
        ("UPDATE api_keys SET revoked_at = now() WHERE client_id = $1", "taken back"),
    )
    for change, words in changes:
        await gateway.fetch(change, key.client_id)
        new = team_keys.NewKey("X", ("billing",))
        with pytest.raises(TooWideError, match=words):
            async with gateway.road.transaction():
                await team_keys.make_key(gateway.road, customer.account_id, new, held, gateway.clock.now())


async def test_webhooks_and_opt_outs_of_the_other_door_are_among_what_was_done(gateway):
    customer = await gateway.customer()
    hook = {"webhook_endpoint": "https://hooks.shop.example/told", "webhook_types": ["delivery_report"]}
    made = await post(gateway, customer, "/v1/webhook/create", **hook)
    assert made.status == 200, made.body
    recipient = "32470000088"
    for _ in range(2):
        assert (await post(gateway, customer, "/v1/optouts", number=recipient)).status == 200
    assert (await gateway.call("DELETE", f"/v1/optouts/{recipient}", customer)).status == 200
    secret = made.body["secret"]
    assert [(await gateway.call("DELETE", f"/v1/webhook/{secret}", customer)).status for _ in range(2)] == [200, 404]
    shown = (await gateway.call("GET", "/api/activity", customer)).body["items"]
    assert [one["operation"] for one in shown] == [
        f"v1_{done}" for done in ("delete_webhook", "remove_opt_out", "add_opt_out", "create_webhook")
    ]
    assert {one["client_id"] for one in shown} == {customer.client_id}
    assert not [word for word in (secret, recipient, "127.0.0.1") if word in str(shown)]
