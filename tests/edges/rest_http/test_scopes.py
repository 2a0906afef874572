"""A key does what its scopes say, at both doors, and a key from before does all."""

import pytest

from comity.accounts.team import SCOPES
from comity.edges.postgres.staff_store import add_key
from support.gateway import PERSON, Customer

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLS = {
    "read": [("GET", "/v1/balance", None), ("POST", "/api/check", {"to": PERSON, "sender": "Bank", "text": "Hello"})],
    "send": [("POST", "/v1/message/send", {"message": "Hello", "to": PERSON, "sender": "Bank"})],
    "consents": [("POST", "/v1/optouts", {"number": "32470000111"})],
    "cases": [("GET", "/api/cases", None), ("GET", "/api/text-openings", None)],
}


async def keyed(gateway, customer, *scopes):
    client_id, secret = await add_key(gateway.connection, customer.account_id, scopes)
    return Customer(customer.name, customer.account_id, client_id, secret)


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_key_may_do_what_its_scope_says_and_nothing_else(gateway, scope):
    key = await keyed(gateway, await gateway.customer(), scope)
    for needed, calls in CALLS.items():
        for method, path, body in calls:
            answer = await gateway.call(method, path, key, json=body)
            assert answer.status == (200 if needed == scope else 403), path


async def test_what_a_key_may_not_do_is_said_in_the_doors_words(gateway):
    key = await keyed(gateway, await gateway.customer(), "billing")
    at_v1 = await gateway.call("GET", "/v1/balance", key)
    assert (at_v1.status, at_v1.body) == (403, {"error": "104", "errorMsg": "This key may not do that"})
    at_api = await gateway.call("GET", "/api/cases", key)
    assert (at_api.status, at_api.body["type"]) == (403, "/api/docs#forbidden")


async def test_a_key_from_before_may_do_all(gateway):
    customer = await gateway.customer()
    for calls in CALLS.values():
        for method, path, body in calls:
            assert (await gateway.call(method, path, customer, json=body)).status == 200
