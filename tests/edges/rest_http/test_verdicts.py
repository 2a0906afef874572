"""`GET /api/messages/{id}/verdict`: the decision on one's own message, and on nobody else's."""

import pytest

from comity.screening.rulebook import RULEBOOK

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFER = "Acme: 20% off all shoes until Friday! Reply STOP to opt out."


async def sent(gateway, customer, text="Your table is booked.", **changes):
    # To somebody of its own: what many accounts send to one number is a flood.
    to = f"32470{customer.account_id:06}"
    answer = await gateway.send(customer, **{"message": text, "to": to, "sender": "Acme", **changes})
    return answer.body["messageid"]


async def look(gateway, customer, message_id):
    return await gateway.call("GET", f"/api/messages/{message_id}/verdict", customer)


async def test_a_receipt_says_what_was_decided_by_which_policy_and_engine(gateway):
    customer = await gateway.customer(senders=("Acme",))
    message_id = await sent(gateway, customer)
    answer = await look(gateway, customer, message_id)
    assert answer.status == 200
    assert (answer.body["id"], answer.body["state"]) == (message_id, "queued")
    assert answer.body["judged_at"] == "2026-03-04T12:00:00Z"
    verdict = answer.body["verdict"]
    policy = gateway.directory.readings().policy
    assert verdict["action"] == "allow"
    assert (verdict["policy"], verdict["digest"]) == (policy.policy.document.version, policy.policy.digest)
    assert (verdict["engine"], verdict["models"], verdict["degraded"]) == (policy.engine, policy.models, False)
    assert verdict["results"]["sender-not-granted"] == "miss"
    assert verdict["results"].keys() <= {rule.id for rule in RULEBOOK}


async def test_a_refusal_keeps_findings_with_evidence_clauses_and_remedies(gateway):
    customer = await gateway.customer(senders=("Acme",))
    refused = await gateway.send(customer, message=OFFER, sender="Acme", category="promotional")
    answer = await look(gateway, customer, refused.body["messageid"])
    assert (answer.body["state"], answer.body["verdict"]["action"]) == ("refused", "refuse")
    finding = answer.body["verdict"]["findings"][0]
    assert finding["clauses"]
    assert finding["evidence"]
    assert finding["remedy"]
    assert answer.body["verdict"]["results"][finding["rule"]] == "hit"


async def test_facts_are_the_callers_own(gateway):
    customer = await gateway.customer(senders=("Acme",))
    facts = (await look(gateway, customer, await sent(gateway, customer))).body["verdict"]["facts"]
    assert (facts["standing"], facts["sender_granted"], facts["opted_out"]) == ("good", True, False)
    assert not facts.keys() & {"carrier", "listed", "account"}


async def test_what_a_watching_rule_said_is_not_told(gateway):
    customer = await gateway.customer(senders=("Acme",))
    message_id = await sent(gateway, customer, "Your table is booked for eight.")
    watching = {"rule": "sender-generic", "clauses": ["U1"], "action": "hold", "enforced": False}
    changes = {"findings": [watching], "results": {"sender-generic": "hit", "repeated-text": "miss"}}
    await gateway.value(
        "UPDATE messages SET verdict = verdict || $2::jsonb WHERE account_id = $1", customer.account_id, changes
    )
    verdict = (await look(gateway, customer, message_id)).body["verdict"]
    assert verdict["findings"] == []
    assert verdict["results"]["repeated-text"] == "miss"
    assert "sender-generic" not in verdict["results"]


async def test_an_erased_text_is_said_to_be_so(gateway):
    customer = await gateway.customer(senders=("Acme",))
    message_id = await sent(gateway, customer)
    await gateway.value(
        "UPDATE messages SET text = '', text_erased_at = '2026-03-05T00:00:00Z' WHERE account_id = $1",
        customer.account_id,
    )
    assert (await look(gateway, customer, message_id)).body["text_erased_at"] == "2026-03-05T00:00:00Z"


@pytest.mark.parametrize("whose", ["another's", "a parent's", "nobody's"])
async def test_a_message_that_is_not_ones_own_is_not_there(gateway, whose):
    owner, caller = await gateway.customer(senders=("Acme",)), await gateway.customer()
    message_id = await sent(gateway, owner)
    if whose == "a parent's":
        await gateway.value(
            "UPDATE accounts SET parent_id = $1 WHERE account_id = $2", owner.account_id, caller.account_id
        )
    if whose == "nobody's":
        await gateway.value("DELETE FROM messages WHERE account_id = $1", owner.account_id)
        caller = owner
    answer = await look(gateway, caller, message_id)
    assert (answer.status, answer.body["type"]) == (404, "/api/docs#not-found")


@pytest.mark.parametrize("written", ["x", "0" * 31, "a" * 32, "%00", "..%2f..%2fetc", "' OR 1=1 --", "é"])
async def test_what_is_no_id_is_not_there(gateway, written):
    answer = await look(gateway, await gateway.customer(), written)
    assert answer.status == 404
    assert "detail" in answer.body or answer.body["error"] == "139"
