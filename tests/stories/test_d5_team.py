"""D5, U15: people work for an account by keys of their own, programs by narrow ones; the owner sees who did what."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio

from comity.accounts.team import EMPTIED_AFTER, INVITED_FOR
from comity.edges.postgres import team_activity, team_deeds, team_store
from comity.edges.postgres.deadline_store import Due
from support.desk import staff
from support.gateway import Customer
from support.team import gateway_with_mails, invited, joined, programs, status, token_for

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(server, tmp_path_factory):
    async with gateway_with_mails(server, tmp_path_factory.mktemp("team")) as running:
        yield running


async def activity(gateway, owner, **wanted):
    shown = await gateway.call("GET", "/api/activity", owner, params=wanted)
    return [(one["operation"], one["by"], one["name"]) for one in shown.body["items"]]


async def reached(gateway, deed, kind, subject, account=None):
    """What a deadline does, and that it was set for now or before."""
    due = await gateway.value("SELECT due_at FROM deadlines WHERE kind = $1 AND subject = $2", kind, subject)
    assert due <= gateway.clock.now()
    async with gateway.road.transaction():
        await deed(gateway.road, Due(kind, subject, account, due), gateway.clock.now())


async def test_a_person_is_invited_joins_with_a_key_of_their_own_and_is_removed(gateway):
    customer = await gateway.customer()
    person, token = await invited(gateway, customer, "sender")
    assert (person["state"], person["scopes"]) == ("invited", ["read", "send"])
    # The token waits in its mail alone, sealed.
    waiting = await gateway.fetch("SELECT (address).plain AS address, (summary).plain AS summary FROM letters")
    assert {(row["address"], row["summary"]) for row in waiting} == {(None, None)}
    answer = await gateway.call("POST", "/api/invitations/accept", json={"token": token})
    assert (answer.body["role"], answer.body["account"]) == ("sender", customer.name)
    key = Customer(customer.name, customer.account_id, answer.body["client_id"], answer.body["client_secret"])
    # The token is used up, and nothing keeps it.
    assert (await gateway.call("POST", "/api/invitations/accept", json={"token": token})).status == 404
    assert (
        await gateway.value("SELECT count(*) FROM team_members WHERE token_hash IS NOT NULL AND role = 'sender'") == 0
    )
    myself = (await gateway.call("GET", "/api/me", key)).body
    assert (myself["person"], myself["role"]) == (person["id"], "sender")
    assert (await gateway.send(key)).status == 200
    assert await status(gateway, key, "/api/team") == 403

    async with gateway.directory_changed():
        gone = await gateway.call("POST", f"/api/team/{person['id']}/remove", customer, json={})
    assert (gone.status, gone.body["state"]) == (200, "removed")
    assert (await gateway.send(key)).code == "104"
    assert (await gateway.call("POST", f"/api/team/{person['id']}/remove", customer, json={})).status == 409


async def test_an_invitation_is_good_for_seven_days_and_its_name_goes_after_it(gateway):
    customer = await gateway.customer()
    person, old = await invited(gateway, customer)
    again = await gateway.call("POST", f"/api/team/{person['id']}/invite-again", customer, json={})
    token = await token_for(gateway, person["email"])
    assert (again.status, old != token) == (200, True)
    assert (await gateway.call("POST", "/api/invitations/accept", json={"token": old})).status == 404
    member = str(await gateway.value("SELECT member_id FROM team_members WHERE email = $1", person["email"]))
    gateway.clock.advance(INVITED_FOR)
    assert (await gateway.call("POST", "/api/invitations/accept", json={"token": token})).status == 404
    await reached(gateway, team_deeds.end_invitation, team_store.INVITATION, member, customer.account_id)
    shown = await gateway.call("GET", f"/api/team/{person['id']}", customer)
    assert shown.body["state"] == "expired"
    gateway.clock.advance(EMPTIED_AFTER)
    await reached(gateway, team_deeds.empty, team_store.EMPTY, member, customer.account_id)
    shown = (await gateway.call("GET", f"/api/team/{person['id']}", customer)).body
    assert (shown["name"], shown["email"], shown["state"]) == ("", "", "removed")
    # Evidence names them by their id alone.
    kept = str((await gateway.call("GET", "/api/evidence", customer)).body)
    assert person["id"] in kept
    assert person["email"] not in kept


async def test_the_last_owner_stays_an_owner(gateway):
    customer = await gateway.customer()
    (first, ann), (second, bob) = await joined(gateway, customer), await joined(gateway, customer)
    async with gateway.directory_changed():
        assert (await gateway.call("POST", "/api/me/leave", ann, json={})).status == 200
    assert await status(gateway, ann) == 401
    for path, body in (("/api/me/leave", {}), (f"/api/team/{second['id']}/remove", {})):
        assert (await gateway.call("POST", path, bob, json=body)).status == 409
    demoted = await gateway.call("POST", f"/api/team/{second['id']}/role", bob, json={"role": "reader"})
    assert demoted.status == 409
    # Nor does the operator leave it without one.
    ops = await staff(gateway, "Ops of the team", "operator")
    path = f"/api/desk/accounts/{customer.name}/team/{second['id']}/remove"
    assert (await gateway.call("POST", path, ops, json={})).status == 409
    assert (await gateway.call("GET", f"/api/desk/accounts/{customer.name}/team", ops)).body["items"][0]["id"] == first[
        "id"
    ]


async def test_of_two_owners_who_remove_each_other_at_once_one_stays(gateway):
    customer = await gateway.customer()
    (first, ann), (second, bob) = await joined(gateway, customer), await joined(gateway, customer)
    answers = await asyncio.gather(
        gateway.call("POST", f"/api/team/{second['id']}/remove", ann, json={}),
        gateway.call("POST", f"/api/team/{first['id']}/remove", bob, json={}),
    )
    assert sorted(answer.status for answer in answers) in ([200, 401], [200, 403], [200, 409])
    owners = "SELECT count(*) FROM team_members WHERE account_id = $1 AND role = 'owner' AND state = 'active'"
    assert await gateway.value(owners, customer.account_id) == 1


async def test_the_operator_invites_the_first_owner_and_never_sees_the_token(gateway):
    customer = await gateway.customer()
    ops = await staff(gateway, "Ops of the first", "operator")
    body = {"name": "Ann Example", "email": "first-owner@example.test", "role": "owner"}
    made = await gateway.call("POST", f"/api/desk/accounts/{customer.name}/team", ops, json=body)
    token = await token_for(gateway, body["email"])
    assert (made.status, token in str(made.body)) == (201, False)
    path = f"/api/desk/accounts/{customer.name}/team/{made.body['id']}"
    again = await gateway.call("POST", f"{path}/invite-again", ops, json={})
    assert again.status == 200, again.body
    token = await token_for(gateway, body["email"])
    assert (await gateway.call("POST", f"{path}/role", ops, json={"role": "reader"})).status == 409  # not joined yet
    key = (await gateway.call("POST", "/api/invitations/accept", json={"token": token})).body
    owner = Customer(customer.name, customer.account_id, key["client_id"], key["client_secret"])
    assert await activity(gateway, owner) == [
        ("accept_invitation", "person", "Ann Example"),
        ("invite_person_again", "operator", ""),
        ("invite_person", "operator", ""),
    ]
    async with gateway.directory_changed():
        path = f"/api/desk/accounts/{customer.name}/keys/{customer.client_id}/revoke"
        assert (await gateway.call("POST", path, ops, json={})).body["in_force"] is False
    assert await status(gateway, customer) == 401


async def test_a_role_is_changed_and_keys_may_do_what_it_may(gateway):
    customer = await gateway.customer()
    person, key = await joined(gateway, customer, "reader")
    assert (await gateway.send(key)).status == 403
    async with gateway.directory_changed():
        await gateway.call("POST", f"/api/team/{person['id']}/role", customer, json={"role": "sender"})
    assert (await gateway.send(key)).status == 200


async def test_nobody_hands_out_or_takes_away_more_than_they_have(gateway):
    customer = await gateway.customer()
    _, developer = await joined(gateway, customer, "developer")
    person, owner = await joined(gateway, customer)
    narrow = await programs(gateway, owner, "read", "team")
    asked = {"name": "X", "scopes": ["billing"]}
    assert (await gateway.call("POST", "/api/keys", developer, json=asked)).status == 403
    for path in (
        f"/api/keys/{owner.client_id}/revoke",
        f"/api/keys/{owner.client_id}/rotate",
        f"/api/keys/{customer.client_id}/revoke",
    ):
        assert (await gateway.call("POST", path, developer, json={})).status in {403, 409}
    for path, body in (
        ("/api/team", {"name": "X", "email": "x@example.test", "role": "owner"}),
        (f"/api/team/{person['id']}/remove", {}),
        (f"/api/team/{person['id']}/role", {"role": "reader"}),
    ):
        assert (await gateway.call("POST", path, narrow, json=body)).status == 403
    # A person's own key gets a new secret by that person alone: nobody acts in another's name.
    assert (await gateway.call("POST", f"/api/keys/{developer.client_id}/rotate", owner, json={})).status == 409
    assert (await gateway.call("POST", f"/api/keys/{developer.client_id}/rotate", developer, json={})).status == 200


async def test_a_new_secret_works_beside_the_one_before_for_a_while_and_no_longer(gateway):
    customer = await gateway.customer()
    old = await programs(gateway, customer, "send")
    async with gateway.directory_changed():
        made = await gateway.call("POST", f"/api/keys/{old.client_id}/rotate", old, json={"overlap_hours": 48})
    assert made.status == 200, made.body
    new = Customer(old.name, old.account_id, old.client_id, made.body["client_secret"])
    gateway.clock.advance(timedelta(hours=47))
    assert [await status(gateway, one) for one in (old, new)] == [200, 200]
    gateway.clock.advance(timedelta(hours=1))
    assert [await status(gateway, one) for one in (old, new)] == [401, 200]
    for hours in (-1, 169):
        path = f"/api/keys/{new.client_id}/rotate"
        assert (await gateway.call("POST", path, new, json={"overlap_hours": hours})).status == 400
    # With no overlap the one before ends at once.
    async with gateway.directory_changed():
        await gateway.call("POST", f"/api/keys/{new.client_id}/rotate", new, json={"overlap_hours": 0})
    assert await status(gateway, new) == 401


async def test_a_key_ends_by_itself_and_is_used_from_its_own_networks_alone(gateway):
    customer = await gateway.customer()
    ends = gateway.clock.now() + timedelta(days=1)
    key = await programs(gateway, customer, "send", expires_at=ends.isoformat())
    elsewhere = await programs(gateway, customer, "send", networks=["192.0.2.0/24"])
    assert [(await gateway.send(one)).status for one in (key, elsewhere)] == [200, 403]
    gateway.clock.advance(timedelta(days=1))
    assert (await gateway.send(key)).code == "104"
    listed = (await gateway.call("GET", "/api/keys", customer, params={"limit": 2})).body
    rest = await gateway.call("GET", "/api/keys", customer, params={"limit": 2, "cursor": listed["next"]})
    in_force = {one["client_id"]: one["in_force"] for one in listed["items"] + rest.body["items"]}
    assert in_force == {customer.client_id: True, key.client_id: False, elsewhere.client_id: True}
    for bad in ({"expires_at": ends.isoformat()}, {"networks": ["anywhere"]}, {"scopes": ["all"]}):
        asked = {"name": "X", "scopes": ["send"], **bad}
        assert (await gateway.call("POST", "/api/keys", customer, json=asked)).status == 400


async def test_the_owner_sees_who_did_what_and_when_a_key_was_used_and_no_secret(gateway):
    customer = await gateway.customer()
    _, owner = await joined(gateway, customer)
    shop = await programs(gateway, owner, "read", "consents")
    await gateway.call(
        "POST", "/api/opt-outs", shop, json={"recipient": "+32470000077"}, headers={"Idempotency-Key": "1"}
    )
    await gateway.call(
        "POST", "/api/opt-outs", shop, json={"recipient": "+32470000077"}, headers={"Idempotency-Key": "1"}
    )
    await gateway.directory._uses.write()
    assert await activity(gateway, owner) == [
        ("add_opt_out", "key", ""),
        ("make_account_key", "person", "Ann Example"),
        ("accept_invitation", "person", "Ann Example"),
        ("invite_person", "key", ""),
    ]
    assert await activity(gateway, owner, by=shop.client_id) == [("add_opt_out", "key", "")]
    assert await activity(gateway, owner, operation="invite_person") == [("invite_person", "key", "")]
    whole = str((await gateway.call("GET", "/api/activity", owner)).body)
    assert "127.0.0.0/24" in whole
    for word in ("32470000077", shop.secret, owner.secret, "127.0.0.1"):
        assert word not in whole
    listed = {one["client_id"]: one for one in (await gateway.call("GET", "/api/keys", owner)).body["items"]}
    assert listed[shop.client_id]["last_used"] is not None
    assert listed[shop.client_id]["made_by"] == owner.client_id
    assert shop.secret not in str(listed)
    # What is two years old goes.
    gateway.clock.advance(team_activity.KEPT)
    account = customer.account_id
    await reached(gateway, team_activity.forget_old, team_activity.OLD, str(account), account)
    assert await gateway.value("SELECT count(*) FROM activity WHERE account_id = $1", account) == 0


async def test_who_is_removed_leaves_word_of_the_secrets_they_know(gateway):
    customer = await gateway.customer()
    person, developer = await joined(gateway, customer, "developer")
    shop = await programs(gateway, developer, "send")
    async with gateway.directory_changed():
        gone = await gateway.call("POST", f"/api/team/{person['id']}/remove", customer, json={})
    assert gone.body["knows_keys"] == [shop.client_id]
    # The program goes on until somebody gives it another secret.
    assert (await gateway.send(shop)).status == 200
