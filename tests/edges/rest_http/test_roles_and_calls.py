"""What each role of a customer's people may call: every call of the document that takes an account's key is asked.

A call that is new has no row in `NEEDS`, and fails here until somebody says what it needs.
"""

import pytest
import pytest_asyncio

from comity.accounts.team import ROLE_SCOPES, SCOPES, Role
from comity.edges.postgres.team_activity import OPERATOR
from comity.edges.postgres.team_keys import NewKey, make_key
from comity.edges.rest_http.app import api_document
from support.desk import ready_for_evidence
from support.gateway import Customer

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENT = api_document()
SIGNED_IN = {"basic": []}
CALLS = {
    f"{method.upper()} {path}"
    for path, methods in DOCUMENT["paths"].items()
    for method, call in methods.items()
    if SIGNED_IN in call.get("security", [])
}
ANYBODY = ""
NEEDS = {
    ANYBODY: {
        "POST /api/keys/{client_id}/rotate",
        "GET /api/me",
        "POST /api/me/leave",
    },
    "read": {
        "POST /api/assessment",
        "POST /api/check",
        "GET /api/challenges",
        "GET /api/challenges/{id}",
        "GET /api/evidence",
        "GET /api/messages/{id}/verdict",
        "GET /api/networks",
        "GET /api/notices",
        "GET /api/notices/{id}",
        "GET /api/policy-changes",
        "GET /api/policy-changes/{version}",
        "GET /api/takedowns",
    },
    "send": {},
    "consents": {
        "GET /api/consents",
        "POST /api/consents",
        "GET /api/consents/imports",
        "POST /api/consents/imports",
        "GET /api/consents/requests",
        "POST /api/consents/requests",
        "GET /api/consents/requests/{id}",
        "GET /api/consents/{id}",
        "POST /api/consents/{id}/proof",
        "GET /api/consents/{id}/proof/{digest}",
        "POST /api/consents/{id}/withdraw",
        "GET /api/erasures",
        "POST /api/erasures",
        "GET /api/erasures/{id}",
        "GET /api/opt-outs",
        "POST /api/opt-outs",
        "DELETE /api/opt-outs/{id}",
        "GET /api/recipients/{number}/consent",
    },
    "cases": {
        "GET /api/cases",
        "POST /api/challenges/{id}/code",
        "POST /api/challenges/{id}/confirm",
        "POST /api/challenges/{id}/deny",
        "GET /api/cases/{id}",
        "POST /api/cases/{id}/answers",
        "GET /api/disclosures",
        "GET /api/proof-requests",
        "GET /api/proof-requests/{id}",
        "POST /api/proof-requests/{id}/answers",
        "GET /api/standing",
        "GET /api/standing/statements/{id}",
        "POST /api/standing/{id}/appeals",
        "POST /api/takedowns",
        "POST /api/takedowns/{id}/answers",
        "GET /api/text-openings",
    },
    "billing": {
        "POST /api/policy-changes/{version}/accept",
        "POST /api/policy-changes/{version}/decline",
        "GET /api/statements/{month}",
    },
    "subaccounts": {
        "GET /api/subaccounts",
        "POST /api/subaccounts",
        "GET /api/subaccounts/{id}",
        "POST /api/subaccounts/{id}/credits",
        "POST /api/subaccounts/{id}/keys",
        "POST /api/subaccounts/{id}/keys/{client_id}/revoke",
        "POST /api/subaccounts/{id}/resume",
        "POST /api/subaccounts/{id}/senders",
        "POST /api/subaccounts/{id}/suspend",
    },
    "keys": {
        "GET /api/keys",
        "POST /api/keys",
        "POST /api/keys/{client_id}/revoke",
        "POST /api/networks",
    },
    "team": {
        "GET /api/activity",
        "GET /api/team",
        "POST /api/team",
        "GET /api/team/{id}",
        "POST /api/team/{id}/invite-again",
        "POST /api/team/{id}/remove",
        "POST /api/team/{id}/role",
    },
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keys(gateway, tmp_path_factory):
    """A key of each scope and role, of one account."""
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("evidence"))
    customer, now = await gateway.customer(), gateway.acceptor._clock.now()
    wanted = {f"role {role}": ROLE_SCOPES[role] for role in Role} | {scope: (scope,) for scope in SCOPES}
    made = {}
    for name, scopes in wanted.items():
        new = NewKey(name, scopes)
        async with gateway.connection.transaction():
            key = await make_key(gateway.connection, customer.account_id, new, OPERATOR, now)
        made[name] = Customer(customer.name, customer.account_id, *key)
    return made


async def refused(gateway, keys, who):
    """The calls that turn a key away for what it may not do, whatever else is wrong with them."""
    found = set()
    for call in CALLS:
        method, path = call.split()
        ids = {
            "id": "0" * 31,
            "digest": "0",
            "client_id": "0",
            "number": "32470000077",
            "month": "2026-02",
            "version": "0",
        }
        answer = await gateway.call(method, path.format(**ids), keys[who], json=None if method == "GET" else [])
        assert answer.status != 401, answer.body
        if answer.status == 403 and "may not do that" in answer.body["detail"]:
            found.add(call)
    return found


async def test_every_call_says_what_it_needs():
    said = [call for calls in NEEDS.values() for call in calls]
    assert sorted(said) == sorted(CALLS)
    assert NEEDS.keys() == {ANYBODY, *SCOPES}


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_call_what_its_scopes_say_and_nothing_else(gateway, keys, role):
    beyond = [calls for scope, calls in NEEDS.items() if scope not in {ANYBODY, *ROLE_SCOPES[role]}]
    assert await refused(gateway, keys, f"role {role}") == set().union(*beyond)


@pytest.mark.parametrize("scope", ["send", "keys", "team"])
async def test_a_scope_opens_its_own_calls_alone(gateway, keys, scope):
    beyond = [calls for needed, calls in NEEDS.items() if needed not in {ANYBODY, scope}]
    assert await refused(gateway, keys, scope) == set().union(*beyond)
