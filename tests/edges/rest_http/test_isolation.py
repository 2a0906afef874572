"""No call shows, changes or betrays another account's thing: every path of the document that takes an id is walked.

A path that is new has no row in `MAKERS`, and fails here until somebody says how one of its things is made.
"""

import hashlib

import pytest
import pytest_asyncio

from comity.accounts.standing import Reasons
from comity.base.ids import to_wire
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.standing_store import StandingChange, change_standing
from comity.edges.rest_http.app import api_document
from support.desk import case_of, ready_for_evidence, send_held, staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENT = api_document()
NUMBER = "32470000077"
SENDER = "3228000077"
JSON = "application/json"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(gateway, tmp_path_factory):
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("evidence"))
    gateway.sue = await staff(gateway, "Sue", "senior")
    return gateway


async def a_message(desk, owner):
    answer = await desk.send(owner)
    return {"id": answer.body["messageid"]}


async def a_case(desk, owner):
    await send_held(desk, owner)
    case = (await case_of(desk, desk.sue, owner))["id"]
    asked = {"event": "ask", "words": "Why?"}
    await desk.call("POST", f"/api/desk/cases/{case}/steps", desk.sue, json=asked)
    return {"id": case}


async def a_consent(desk, owner):
    body = {
        "recipient": f"+{NUMBER}", "brand": "Shop", "purposes": ["offers"], "wording": "Yes.", "channel": "web",
        "proof": "form 1",
    }  # fmt: skip
    made = await desk.call("POST", "/api/consents", owner, json=body)
    proof = await desk.call(
        "POST", f"/api/consents/{made.body['id']}/proof", owner, data=b"a form", headers={"Content-Type": "text/plain"}
    )
    assert proof.status == 200, proof.body
    return {"id": made.body["id"], "digest": hashlib.sha256(b"a form").hexdigest()}


async def an_opt_out(desk, owner):
    made = await desk.call("POST", "/api/opt-outs", owner, json={"recipient": f"+{NUMBER}"})
    return {"id": made.body["id"]}


async def a_proof_request(desk, owner):
    asked = {"account": owner.name, "about": "The March offers", "recipients": [NUMBER]}
    made = await desk.call("POST", "/api/desk/proof-requests", desk.sue, json=asked)
    return {"id": made.body["id"]}


async def a_challenge(desk, owner):
    """One about another key, that was answered: whoever may see it is told so."""
    made = await desk.value(
        "SELECT open_challenge($1, 'country', 'cid_other', 'BR', '192.0.2.0/24', '{}', now())", owner.account_id
    )
    await desk.value(
        "UPDATE challenges SET state = 'confirmed', ended_at = now(), ended_by = 'code' WHERE challenge_id = $1", made
    )
    return {"id": to_wire(made)}


async def a_consent_request(desk, owner):
    await desk.value(
        "INSERT INTO sender_grants (account_id, sender_key, sender, kind) VALUES ($1, $2, $2, 'number')",
        owner.account_id,
        SENDER,
    )
    body = {
        "recipient": f"+{NUMBER}",
        "brand": "Shop",
        "purposes": ["offers"],
        "wording": "Yes.",
        "sender": f"+{SENDER}",
    }
    made = await desk.call("POST", "/api/consents/requests", owner, json=body)
    assert made.status == 200, made.body
    return {"id": made.body["id"]}


async def a_notice(desk, owner):
    now = desk.acceptor._clock.now()
    async with desk.connection.transaction():
        left = await leave_notice(desk.connection, owner.account_id, "maintenance", {"summary": "Tonight."}, now)
    return {"id": to_wire(left)}


async def a_sanction(desk, owner):
    change = StandingChange(owner.account_id, "limit", Reasons("Too many complaints.", "U8"), "Sue")
    async with desk.connection.transaction():
        await change_standing(desk.connection, change, desk.acceptor._clock.now())
    statement = await desk.value("SELECT statement_id FROM sanctions WHERE account_id = $1", owner.account_id)
    return {"id": to_wire(statement)}


async def a_subaccount(desk, owner):
    await desk.value("INSERT INTO clearances (account_id, content) VALUES ($1, 'resale')", owner.account_id)
    made = await desk.call("POST", "/api/subaccounts", owner, json={"name": "Shop"})
    assert made.status == 201, made.body
    key = await desk.call("POST", f"/api/subaccounts/{made.body['id']}/keys", owner, json={})
    return {"id": made.body["id"], "client_id": key.body["client_id"]}


async def a_takedown(desk, owner):
    sender = f"Shop{owner.account_id}"
    await desk.grant(owner, sender)
    claim = {
        "kind": "copyright",
        "holder": "A Writer",
        "right": "A book",
        "email": "a@writer.example",
        "good_faith": True,
    }
    made = await desk.call("POST", "/api/takedowns", json={**claim, "sender": sender})
    assert made.status == 201, made.body
    number = made.body["number"]
    proven = await desk.call("POST", f"/api/desk/takedowns/{number}/proof", desk.sue, json={})
    assert proven.status == 200, proven.body
    return {"id": number}


async def an_erasure(desk, owner):
    made = await desk.call("POST", "/api/erasures", owner, json={"recipient": f"+{NUMBER}"})
    assert made.status == 202, made.body
    return {"id": made.body["id"]}


async def a_person(desk, owner):
    body = {"name": "Ann Example", "email": f"ann@{owner.name}.example", "role": "reader"}
    made = await desk.call("POST", "/api/team", owner, json=body)
    assert made.status == 201, made.body
    return {"id": made.body["id"]}


async def a_key(desk, owner):
    made = await desk.call("POST", "/api/keys", owner, json={"name": "Shop", "scopes": ["read"]})
    assert made.status == 201, made.body
    return {"client_id": made.body["client_id"]}


# How one of the things that a path names is made for an account.
MAKERS = {
    "/api/messages/{id}/verdict": a_message,
    "/api/cases/{id}": a_case,
    "/api/cases/{id}/answers": a_case,
    "/api/challenges/{id}": a_challenge,
    "/api/challenges/{id}/code": a_challenge,
    "/api/challenges/{id}/confirm": a_challenge,
    "/api/challenges/{id}/deny": a_challenge,
    "/api/consents/requests/{id}": a_consent_request,
    "/api/consents/{id}": a_consent,
    "/api/consents/{id}/proof": a_consent,
    "/api/consents/{id}/proof/{digest}": a_consent,
    "/api/consents/{id}/withdraw": a_consent,
    "/api/erasures/{id}": an_erasure,
    "/api/keys/{client_id}/revoke": a_key,
    "/api/keys/{client_id}/rotate": a_key,
    "/api/notices/{id}": a_notice,
    "/api/opt-outs/{id}": an_opt_out,
    "/api/standing/statements/{id}": a_sanction,
    "/api/standing/{id}/appeals": a_sanction,
    "/api/subaccounts/{id}": a_subaccount,
    "/api/subaccounts/{id}/credits": a_subaccount,
    "/api/subaccounts/{id}/keys": a_subaccount,
    "/api/subaccounts/{id}/keys/{client_id}/revoke": a_subaccount,
    "/api/subaccounts/{id}/resume": a_subaccount,
    "/api/subaccounts/{id}/senders": a_subaccount,
    "/api/subaccounts/{id}/suspend": a_subaccount,
    "/api/proof-requests/{id}": a_proof_request,
    "/api/proof-requests/{id}/answers": a_proof_request,
    "/api/takedowns/{id}/answers": a_takedown,
    "/api/team/{id}": a_person,
    "/api/team/{id}/invite-again": a_person,
    "/api/team/{id}/remove": a_person,
    "/api/team/{id}/role": a_person,
}
BODIES = {
    "/api/subaccounts/{id}/credits": {"micro_credits": 1},
    "/api/subaccounts/{id}/keys": {},
    "/api/subaccounts/{id}/resume": {"why": "Mended."},
    "/api/subaccounts/{id}/senders": {"sender": "Bank"},
    "/api/subaccounts/{id}/suspend": {"why": "A slip."},
    "/api/cases/{id}/answers": {"words": "Because."},
    "/api/challenges/{id}/code": {},
    "/api/challenges/{id}/confirm": {},
    "/api/challenges/{id}/deny": {},
    "/api/consents/{id}/withdraw": {"how": "by telephone"},
    "/api/proof-requests/{id}/answers": {"purpose": "Offers."},
    "/api/standing/{id}/appeals": {"text": "They are not complaints."},
    "/api/keys/{client_id}/revoke": {},
    "/api/keys/{client_id}/rotate": {},
    "/api/takedowns/{id}/answers": {"words": "We may."},
    "/api/team/{id}/invite-again": {},
    "/api/team/{id}/remove": {},
    "/api/team/{id}/role": {"role": "sender"},
}
# These name nothing of an account: the operator's own words, and countries.
OF_NOBODY = {
    "/api/countries/{iso}",
    "/api/policy/clauses/{clause}",
    "/api/policy/rules/{rule}",
    "/api/policy-changes/{version}",
    "/api/policy-changes/{version}/accept",
    "/api/policy-changes/{version}/decline",
    # whoever has the link may have the package; figures are public
    "/api/disclosures/{token}",
    "/api/transparency/{year}",
}
# These are no account's: whoever complained holds their secret (tests/stories/test_g7_complaints.py tries others).
OF_NOBODY |= {f"/api/complaints/{{number}}{step}" for step in ("", "/code", "/confirm", "/withdraw")}
# These tell callers what is theirs by a number or a month, which are everybody's.
OF_THE_CALLER = {"/api/recipients/{number}/consent", "/api/statements/{month}"}

NAMING = sorted(path for path in DOCUMENT["paths"] if "{" in path)
OWN = [path for path in NAMING if not path.startswith("/api/desk/") and path not in OF_NOBODY | OF_THE_CALLER]
CALLS = [(path, method) for path in OWN for method in DOCUMENT["paths"][path]]
DESK = [
    (path, method) for path in DOCUMENT["paths"] if path.startswith("/api/desk/") for method in DOCUMENT["paths"][path]
]


async def test_every_path_that_names_something_says_how_to_make_it():
    assert [path for path in OWN if path not in MAKERS] == []
    assert MAKERS.keys() <= set(OWN)


def asked(path):
    if path in BODIES:
        return {"json": BODIES[path]}
    return {"data": b"x", "headers": {"Content-Type": "text/plain"}} if path.endswith("/proof") else {}


async def ask(desk, caller, path, method, ids):
    more = asked(path) if method != "get" else {}
    return await desk.call(method.upper(), path.format(**ids), caller, **more)


@pytest.mark.parametrize(("path", "method"), CALLS)
async def test_another_accounts_thing_is_not_there(desk, path, method):
    owner, other = await desk.customer(), await desk.customer()
    child = await desk.customer()
    await desk.value("UPDATE accounts SET parent_id = $1 WHERE account_id = $2", owner.account_id, child.account_id)
    ids = await MAKERS[path](desk, owner)
    for caller in (other, child):
        answer = await ask(desk, caller, path, method, ids)
        assert (answer.status, answer.body["type"]) == (404, "/api/docs#not-found")
    own = await ask(desk, owner, path, method, ids)
    assert own.status in {200, 201, 409}, own.body  # there, though perhaps in no state for it
    if method != "get" and own.status != 409:
        operation = DOCUMENT["paths"][path][method]["operationId"]
        shown = await desk.call("GET", "/api/activity", owner, params={"operation": operation})
        assert {one["client_id"] for one in shown.body["items"]} == {owner.client_id}


@pytest.mark.parametrize("path", sorted(OF_THE_CALLER))
async def test_what_is_asked_for_by_what_is_everybodys_tells_nothing_of_others(desk, path):
    owner, other = await desk.customer(), await desk.customer()
    written = path.format(number=NUMBER, month="2026-03")
    before = await desk.call("GET", written, other)
    await a_consent(desk, owner)
    await an_opt_out(desk, owner)
    await a_message(desk, owner)
    assert (await desk.call("GET", written, other)).body == before.body


@pytest.mark.parametrize(("path", "method"), DESK)
async def test_no_account_reaches_the_desk(desk, path, method):
    customer = await desk.customer()
    ids = dict.fromkeys(("id", "message", "person", "client_id"), "0" * 31)
    answer = await desk.call(method.upper(), path.format(**ids), customer, json={} if method != "get" else None)
    assert (answer.status, answer.body["type"]) == (401, "/api/docs#credentials")
