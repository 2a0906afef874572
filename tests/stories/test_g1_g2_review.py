"""G1: the operator alone decides what is a violation. G2: it may view message content, and the account sees that.

A message is held. A reviewer finds the case, asks, opens the text with a reason, and decides; what the decision undoes
is undone; who decided, when and why is kept, as evidence too; the rule that was wrong is counted and learns from it.
"""

from __future__ import annotations

import asyncio

import pytest

from comity.base.ids import from_wire
from comity.edges.postgres import case_decisions
from comity.edges.postgres.roles import Role
from support.desk import HELD, case_of, decide, ready_for_evidence, send_held, staff
from support.gateway import running_gateway


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        await ready_for_evidence(running, tmp_path)
        running.clock = clock
        yield running


async def evidence_of(gateway, customer):
    rows = await gateway.fetch(
        "SELECT kind FROM evidence_entries WHERE account_id = $1 ORDER BY sequence", customer.account_id
    )
    return [row["kind"] for row in rows]


async def test_a_held_message_is_looked_at_and_released_and_everybody_can_see_how(gateway):
    customer, ann = await gateway.customer(), await staff(gateway, "Ann")
    message = await send_held(gateway, customer)
    case = await case_of(gateway, ann, customer)

    # Staff see that there is a text, and not the text.
    listed = await gateway.call("GET", f"/api/desk/cases/{case['id']}/messages", ann)
    assert (listed.body["items"][0]["characters"], "112" in str(listed.body)) == (len(HELD), False)

    # Opening it needs a reason, and the account reads it.
    path = f"/api/desk/cases/{case['id']}/messages/{message}/open"
    assert (await gateway.call("POST", path, ann, json={"reason": ""})).status == 400
    assert (await gateway.call("POST", path, ann, json={"reason": "Does it offer help?"})).body["text"] == HELD
    (seen,) = (await gateway.call("GET", "/api/text-openings", customer)).body["items"]
    assert (seen["by"], seen["reason"], seen["message"]) == ("Ann", "Does it offer help?", message)

    # The decision is Ann's, with a reason and a time, and undoes the hold.
    decided = await decide(gateway, ann, case["id"], "overturn", reason="harmless", words="")
    assert decided.status == 200
    assert (decided.body["decided_by"], decided.body["decided_at"]) == ("Ann", "2026-03-04T12:00:00Z")
    assert decided.body["reason"] == "What the rule found is there, and harmless here."
    assert await gateway.value("SELECT count(*) FROM queue WHERE message_id = $1", from_wire(message)) == 1

    # It is counted against the rule, kept as evidence, and shown to the account.
    (rule,) = (await gateway.call("GET", "/api/desk/rules", ann)).body
    assert (rule["rule"], rule["overturned"], rule["messages_overturned"]) == ("emergency-offer", 1, 1)
    assert [kind for kind in await evidence_of(gateway, customer) if kind in {"text-opening", "decision"}] == [
        "text-opening", "decision",
    ]  # fmt: skip
    own = (await gateway.call("GET", f"/api/cases/{case['id']}", customer)).body
    assert (own["outcome"], own["named"]) == ("overturn", [{"id": message, "state": "queued"}])


async def test_an_overturned_score_becomes_a_labelled_example(gateway):
    customer, ann = await gateway.customer(), await staff(gateway, "Ann")
    message = await send_held(gateway, customer)
    # Whatever rule held it: what reviewers say of texts that are scored is what scores learn from.
    await gateway.value("""UPDATE cases SET facts = facts || '{"rule": "fraud"}'""")
    case = await case_of(gateway, ann, customer)
    await decide(gateway, ann, case["id"], "overturn", reason="rule-wrong")
    (label,) = await gateway.fetch("SELECT message_id, category, label, person FROM labels")
    assert tuple(label) == (from_wire(message), "fraud", False, "Ann")


async def test_a_decision_that_is_killed_halfway_did_nothing_and_is_made_again(gateway, monkeypatch):
    customer, ann = await gateway.customer(), await staff(gateway, "Ann")
    message = await send_held(gateway, customer)
    case = await case_of(gateway, ann, customer)
    whole = case_decisions.append

    async def killed(connection, *_arguments, **_more):
        # The last thing before the commit: the server ends the connection, as it does when the process is killed.
        superuser = await gateway.database.connect(Role.ROAD)
        pid = connection.get_server_pid()
        await superuser.execute("SELECT pg_terminate_backend($1)", pid)
        await superuser.close()
        await connection.execute("SELECT 1")

    monkeypatch.setattr(case_decisions, "append", killed)
    assert (await decide(gateway, ann, case["id"], "overturn")).status == 503
    gateway.trouble.clear()
    assert await gateway.value("SELECT state FROM message_life WHERE id = $1", from_wire(message)) == "held"
    assert await gateway.value("SELECT count(*) FROM queue") == 0
    assert (await case_of(gateway, ann, customer))["state"] == "open"
    monkeypatch.setattr(case_decisions, "append", whole)
    came = await asyncio.gather(*(decide(gateway, ann, case["id"], "overturn") for _ in range(4)))
    assert sorted(answer.status for answer in came) == [200, 409, 409, 409]
    assert await gateway.value("SELECT count(*) FROM queue") == 1


async def test_promotional_texts_that_are_released_at_night_wait_for_the_morning(gateway):
    customer, ann = await gateway.customer(), await staff(gateway, "Ann")
    message = await send_held(gateway, customer)
    await gateway.value("UPDATE messages SET category = 'promotional' WHERE id = $1", from_wire(message))
    night = gateway.clock.now().replace(hour=23)
    gateway.clock.advance(night - gateway.clock.now())
    case = await case_of(gateway, ann, customer)
    assert (await decide(gateway, ann, case["id"], "overturn")).body["effects"]["released"] == 1
    state, due_at = (
        await gateway.fetch(
            "SELECT l.state, q.due_at FROM message_life l JOIN queue q ON q.message_id = l.id WHERE l.id = $1",
            from_wire(message),
        )
    )[0]
    assert state == "deferred"
    assert due_at > night
    assert 6 <= due_at.hour <= 9
