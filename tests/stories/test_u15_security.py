"""U15: nobody breaks in by trying, keys are changed without a pause and do only what they are for, and each change of
who may come in, and from where, is kept where the account reads it."""

import shutil

import pytest

from comity.edges.postgres.access_store import set_networks
from comity.edges.postgres.evidence_keys import KEY_FILE
from comity.edges.postgres.staff_store import add_key, revoke_key
from support.gateway import SEND, Customer, running_gateway

PLAIN = {"message": "Hello", "to": "32470000000", "sender": "Bank"}


@pytest.fixture
async def gateway(database, clock, server, tmp_path):
    shutil.copy(server.evidence_folder / KEY_FILE, tmp_path / KEY_FILE)
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


async def new_key(gateway, customer, *scopes):
    """A further key of an account."""
    client_id, secret = await add_key(gateway.connection, customer.account_id, scopes)
    return Customer(customer.name, customer.account_id, client_id, secret)


async def kept(gateway, customer):
    """What the account's own evidence says of who may come in, the first first."""
    listed = (await gateway.call("GET", "/api/evidence", customer)).body["items"]
    return [item["body"] for item in sorted(listed, key=lambda item: item["sequence"]) if item["kind"] == "access"]


async def test_who_guesses_is_stopped_and_locks_out_nobody_else(gateway):
    customer, neighbour = await gateway.customer(), await gateway.customer()
    thief = Customer("thief", 0, customer.client_id, "guess")
    for _ in range(10):
        assert (await gateway.call("POST", SEND, thief, json=PLAIN)).code == "104"
    locked = await gateway.call("POST", SEND, thief, json=PLAIN)
    assert (locked.status, locked.code) == (429, "1002")
    # At every door that shares the count; who has the secret, and everybody else, notices nothing.
    assert (await gateway.call("GET", "/api/standing", thief)).status == 429
    assert (await gateway.send(customer)).status == 200
    assert (await gateway.send(neighbour)).status == 200


async def test_an_account_is_used_from_its_own_networks_alone(gateway):
    customer = await gateway.customer()
    async with gateway.directory_changed():
        await set_networks(gateway.connection, customer.account_id, ["192.0.2.0/24"])
    barred = await gateway.send(customer)
    assert (barred.status, barred.code) == (403, "200")
    async with gateway.directory_changed():
        await set_networks(gateway.connection, customer.account_id, ["192.0.2.0/24", "127.0.0.1"])
    assert (await gateway.send(customer)).status == 200
    first, second = await kept(gateway, customer)
    assert first["networks"] == ["192.0.2.0/24"]
    assert second["networks"] == ["127.0.0.1/32", "192.0.2.0/24"]


async def test_a_key_is_replaced_without_a_message_lost_and_the_old_one_opens_nothing(gateway):
    customer = await gateway.customer()
    fresh = await new_key(gateway, customer, "send", "read")
    # Both open while programs change over.
    assert [(await gateway.send(one, message=f"By {one.client_id}")).status for one in (customer, fresh)] == [200, 200]
    async with gateway.directory_changed():
        assert await revoke_key(gateway.connection, customer.account_id, customer.client_id)
    assert (await gateway.send(customer)).code == "104"
    assert (await gateway.send(fresh, message="After")).status == 200
    assert await gateway.value("SELECT count(*) FROM messages WHERE account_id = $1", customer.account_id) == 3
    added, revoked = await kept(gateway, fresh)
    assert (added["key"], added["scopes"]) == (fresh.client_id, ["send", "read"])
    assert (revoked["key"], revoked["revoked"]) == (customer.client_id, True)
    assert fresh.secret not in str([added, revoked])


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("read", "POST", "/v1/message/send", 403),
        ("send", "POST", "/v1/message/send", 200),
        ("send", "GET", "/api/consents", 403),
        ("consents", "GET", "/api/consents", 200),
        ("consents", "GET", "/api/cases", 403),
        ("cases", "GET", "/api/cases", 200),
    ],
)
async def test_a_key_does_what_it_is_for_and_nothing_else(gateway, scope, method, path, status):
    customer = await gateway.customer()
    key = await new_key(gateway, customer, scope)
    answer = await gateway.call(method, path, key, json=PLAIN if method == "POST" else None)
    assert answer.status == status, answer.body
