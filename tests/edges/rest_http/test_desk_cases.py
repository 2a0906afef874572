"""The desk's calls: the queue, masked messages, steps, decisions with their effects, and texts that are opened."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio

from comity.base.ids import from_wire
from support.desk import HELD, case_of, decide, ready_for_evidence, send_held, staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Words that stay in a text's template.
WORDS = [f"{a}{b}" for a in ("river", "table", "stone", "apple", "cloud", "maple", "green") for b in "abcdefgh"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(gateway, tmp_path_factory):
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("evidence"))
    gateway.ann, gateway.bob = await staff(gateway, "Ann"), await staff(gateway, "Bob")
    gateway.sue = await staff(gateway, "Sue", "senior")
    return gateway


async def state_of(desk, message):
    return await desk.value("SELECT state FROM message_life WHERE id = $1", from_wire(message))


async def queued(desk, message):
    return await desk.value("SELECT count(*) FROM queue WHERE message_id = $1", from_wire(message))


async def held(desk, **changes):
    customer = await desk.customer()
    message = await send_held(desk, customer, **changes)
    return customer, message, (await case_of(desk, desk.ann, customer))["id"]


async def test_held_messages_of_one_text_and_account_are_one_case(desk):
    customer, other = await desk.customer(), await desk.customer()
    for recipient in ("32470000001", "32470000002", "32470000003"):
        await send_held(desk, customer, to=recipient)
    await send_held(desk, other)
    case = await case_of(desk, desk.ann, customer)
    assert (case["kind"], case["messages"], case["state"]) == ("hold", 3, "open")
    assert (case["facts"]["rule"], case["account"]) == ("emergency-offer", customer.name)
    assert case["opened_at"] == "2026-03-04T12:00:00Z"
    assert case["due_at"] == "2026-03-04T16:00:00Z"


async def test_texts_and_whole_numbers_are_not_shown(desk):
    _, message, case = await held(desk)
    shown = await desk.call("GET", f"/api/desk/cases/{case}/messages", desk.ann)
    (one,) = shown.body["items"]
    assert (one["id"], one["state"], one["recipient"]) == (message, "held", "+32*******00")
    whole = await desk.call("GET", f"/api/desk/cases/{case}", desk.ann)
    for answer in (shown, whole):
        assert "112" not in str(answer.body)
        assert "32470000000" not in str(answer.body)


async def test_overturned_messages_are_queued_once_and_cost_what_they_cost(desk):
    customer, message, case = await held(desk)
    before = await desk.spendable(customer)
    answer = await decide(desk, desk.ann, case, "overturn", reason="rule-wrong")
    assert (answer.status, answer.body["state"], answer.body["outcome"]) == (200, "decided", "overturn")
    assert answer.body["effects"] == {"released": 1, "none": 0}
    assert answer.body["reason"].startswith("The rule was wrong about this text")
    assert (await state_of(desk, message), await queued(desk, message)) == ("queued", 1)
    assert await desk.spendable(customer) == before


async def test_confirmed_messages_are_refused_and_their_charge_goes_back(desk):
    customer = await desk.customer()
    before = await desk.spendable(customer)
    messages = [await send_held(desk, customer, to=f"3247000010{n}") for n in range(3)]
    case = (await case_of(desk, desk.ann, customer))["id"]
    assert await desk.spendable(customer) == before - 3
    answer = await decide(desk, desk.ann, case, "confirm")
    assert answer.body["effects"] == {"refused": 3, "none": 0}
    assert {await state_of(desk, message) for message in messages} == {"refused"}
    assert sum([await queued(desk, message) for message in messages]) == 0
    assert await desk.spendable(customer) == before
    assert await desk.ledger_problems() == []


async def test_of_two_who_decide_at_once_one_does(desk):
    _, message, case = await held(desk)
    came = await asyncio.gather(
        *(decide(desk, who, case, what) for who, what in ((desk.ann, "overturn"), (desk.bob, "confirm")) for _ in "123")
    )
    assert sorted(answer.status for answer in came) == [200, 409, 409, 409, 409, 409]
    winner = next(answer.body["outcome"] for answer in came if answer.status == 200)
    expected = {"overturn": ("queued", 1), "confirm": ("refused", 0)}[winner]
    assert (await state_of(desk, message), await queued(desk, message)) == expected


async def test_what_is_held_after_the_decision_is_another_case(desk):
    customer, _, case = await held(desk)
    await decide(desk, desk.ann, case, "confirm")
    await send_held(desk, customer, to="32470000009")
    again = await case_of(desk, desk.ann, customer)
    assert (again["id"] != case, again["messages"]) == (True, 1)


async def test_a_reopened_case_is_decided_by_somebody_else(desk):
    _, _, case = await held(desk)
    await decide(desk, desk.ann, case, "confirm")
    steps = f"/api/desk/cases/{case}/steps"
    refused = await desk.call("POST", steps, desk.ann, json={"event": "reopen"})
    assert (refused.status, refused.body["type"]) == (403, "/api/docs#forbidden")
    assert (await desk.call("POST", steps, desk.sue, json={"event": "reopen"})).status == 200
    assert (await decide(desk, desk.ann, case, "overturn")).status == 403
    assert (await decide(desk, desk.bob, case, "overturn")).body["effects"] == {"released": 0, "none": 0}


async def test_an_escalated_case_is_a_seniors(desk):
    _, _, case = await held(desk)
    escalated = await desk.call(
        "POST", f"/api/desk/cases/{case}/steps", desk.ann, json={"event": "escalate", "words": "Unsure."}
    )
    assert (escalated.body["state"], escalated.body["senior"]) == ("escalated", True)
    assert (await decide(desk, desk.bob, case, "confirm")).status == 403
    assert (await decide(desk, desk.sue, case, "confirm")).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"decision": "overturn"}, 400),
        ({"decision": "overturn", "words": " "}, 400),
        ({"decision": "overturn", "reason": "fraud"}, 400),
        ({"decision": "release", "words": "x"}, 400),
        ({"decision": "confirm", "words": "x", "why": "y"}, 400),
        ({"decision": "confirm", "words": "x" * 2001}, 400),
    ],
)
async def test_a_decision_without_a_good_reason_is_none(desk, body, status):
    _, message, case = await held(desk)
    answer = await desk.call("POST", f"/api/desk/cases/{case}/decision", desk.ann, json=body)
    assert answer.status == status
    assert await state_of(desk, message) == "held"


async def test_a_decision_with_the_same_key_is_one_decision(desk):
    _, _, case = await held(desk)
    key = {"Idempotency-Key": "k-1"}
    came = await asyncio.gather(*(decide(desk, desk.ann, case, "overturn", headers=key) for _ in range(5)))
    assert {answer.status for answer in came} == {200}
    assert len({str(answer.body) for answer in came}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in came) == 4
    other = await decide(desk, desk.ann, case, "confirm", headers=key)
    assert (other.status, other.body["type"]) == (409, "/api/docs#conflict")
    assert (await decide(desk, desk.bob, case, "overturn", headers=key)).status == 409  # their own key, a decided case


async def test_an_opened_text_is_shown_and_the_account_sees_that_it_was(desk):
    customer, message, case = await held(desk)
    path = f"/api/desk/cases/{case}/messages/{message}/open"
    assert (await desk.call("POST", path, desk.ann, json={"reason": " "})).status == 400
    assert (await desk.call("POST", path, desk.ann, json={})).status == 400
    assert (await desk.call("GET", "/api/text-openings", customer)).body["items"] == []
    opened = await desk.call("POST", path, desk.ann, json={"reason": "Is it an emergency service?"})
    assert opened.body == {"id": message, "sender": "Bank", "recipient": "32470000000", "text": HELD}
    (seen,) = (await desk.call("GET", "/api/text-openings", customer)).body["items"]
    assert (seen["case"], seen["message"], seen["by"]) == (case, message, "Ann")
    assert (seen["reason"], seen["legal_order"]) == ("Is it an emergency service?", "")
    other = await desk.customer()
    assert (await desk.call("GET", "/api/text-openings", other)).body["items"] == []


async def test_a_legal_order_delays_what_the_account_sees_and_that_is_kept(desk):
    customer, message, case = await held(desk)
    path = f"/api/desk/cases/{case}/messages/{message}/open"
    clock = desk.acceptor._clock
    now = clock.now()
    order = {"reason": "Order.", "until": (now + timedelta(days=30)).isoformat(), "legal_order": "Court of X, 12/26"}
    assert (await desk.call("POST", path, desk.ann, json=order)).status == 400
    assert (await desk.call("POST", path, desk.sue, json={**order, "legal_order": ""})).status == 400
    assert (await desk.call("POST", path, desk.sue, json={**order, "until": now.isoformat()})).status == 400
    assert (await desk.call("POST", path, desk.sue, json=order)).body["text"] == HELD
    assert (await desk.call("GET", "/api/text-openings", customer)).body["items"] == []
    events = (await desk.call("GET", f"/api/desk/cases/{case}", desk.ann)).body["events"]
    (delayed,) = [event for event in events if event["event"] == "text-opened-delayed"]
    assert delayed["facts"]["legal_order"] == "Court of X, 12/26"
    clock.advance(timedelta(days=30))
    try:
        (seen,) = (await desk.call("GET", "/api/text-openings", customer)).body["items"]
    finally:
        clock.advance(timedelta(days=-30))
    assert (seen["legal_order"], seen["by"]) == ("Court of X, 12/26", "Sue")


async def test_openings_are_never_changed(desk):
    _, message, case = await held(desk)
    await desk.call("POST", f"/api/desk/cases/{case}/messages/{message}/open", desk.ann, json={"reason": "Look."})
    for statement in ("UPDATE text_openings SET reason = 'x'", "DELETE FROM text_openings", "DELETE FROM case_events"):
        with pytest.raises(Exception, match="never changed"):
            await desk.fetch(statement)


async def test_the_account_is_asked_answers_and_reads_the_decision(desk):
    customer, message, case = await held(desk)
    own = f"/api/cases/{case}"
    assert (await desk.call("POST", f"{own}/answers", customer, json={"words": "Hm"})).status == 409
    asked = {"event": "ask", "words": "Are you an emergency service?"}
    assert (await desk.call("POST", f"/api/desk/cases/{case}/steps", desk.ann, json=asked)).body["state"] == "waiting"
    seen = (await desk.call("GET", own, customer)).body
    assert (seen["state"], seen["rule"], seen["named"]) == (
        "waiting",
        "emergency-offer",
        [{"id": message, "state": "held"}],
    )
    assert seen["events"][-1]["words"] == "Are you an emergency service?"
    key = {"Idempotency-Key": "answer-1"}
    answers = [
        await desk.call("POST", f"{own}/answers", customer, json={"words": "We are 112."}, headers=key) for _ in "12"
    ]
    assert [answer.status for answer in answers] == [200, 200]
    case_now = (await desk.call("GET", f"/api/desk/cases/{case}", desk.ann)).body
    assert (case_now["state"], case_now["assigned_to"]) == ("assigned", "Ann")
    await decide(desk, desk.ann, case, "overturn", reason="explained", words="")
    seen = (await desk.call("GET", own, customer)).body
    assert (seen["outcome"], seen["named"][0]["state"]) == ("overturn", "queued")
    assert seen["reason"] == "The account explained the messages, and they keep to the policy."
    assert [event["by"] for event in seen["events"]] == ["desk", "desk", "you", "desk"]
    assert "Ann" not in str(seen)
    (listed,) = (await desk.call("GET", "/api/cases", customer)).body["items"]
    assert listed["id"] == case


async def test_customers_do_not_reach_the_desk_nor_staff_an_account(desk):
    customer, _, case = await held(desk)
    for path in ("/api/desk/cases", f"/api/desk/cases/{case}"):
        assert (await desk.call("GET", path, customer)).status == 401
        assert (await desk.call("GET", path)).status == 401
    assert (await desk.call("GET", "/api/cases", desk.ann)).status == 401


async def test_wrong_secrets_of_staff_are_locked_out_like_others(desk):
    guesser = await staff(desk, "Guessed")
    wrong = {"X-Client-Id": guesser.client_id, "X-Client-Secret": "sec_wrong"}
    statuses = [(await desk.call("GET", "/api/desk/cases", headers=wrong)).status for _ in range(11)]
    assert statuses == [401] * 10 + [429]


async def test_the_queue_is_in_order_and_comes_in_pages(desk):
    customer = await desk.customer()
    for category, text in (("transactional", HELD), ("otp", "Text 112 to this number in an emergency, code 1234.")):
        await send_held(desk, customer, text, category=category)
    seen, cursor = [], None
    while True:
        params = {"account": customer.name, "limit": 1, **({"cursor": cursor} if cursor else {})}
        page = (await desk.call("GET", "/api/desk/cases", desk.ann, params=params)).body
        seen += [case["priority"] for case in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [20, 40]


@pytest.mark.parametrize("cursor", ["x", "bm8", "WzEsMl0", "W251bGwsbnVsbCxudWxsXQ", "é", "a" * 500])
async def test_a_cursor_of_nobody_is_a_problem(desk, cursor):
    answer = await desk.call("GET", "/api/desk/cases", desk.ann, params={"cursor": cursor})
    assert (answer.status, answer.body["type"]) == (400, "/api/docs#unreadable")


async def test_rules_are_counted_by_what_reviewers_decided(desk):
    _, _, case = await held(desk)
    await decide(desk, desk.ann, case, "overturn")
    rules = {rule["rule"]: rule for rule in (await desk.call("GET", "/api/desk/rules", desk.ann)).body}
    assert rules["emergency-offer"]["overturned"] >= 1


async def test_an_account_with_very_many_different_texts_gets_one_case_for_the_rest(desk):
    customer = await desk.customer(credits_=200)
    for word in WORDS:
        text = f"Text 112 to this number in an emergency, dear {word}."
        for recipient in ("32470000201", "32470000202"):
            await send_held(desk, customer, text, to=recipient)
    cases = await desk.fetch(
        "SELECT subject, (SELECT count(*) FROM case_messages m WHERE m.case_id = c.case_id) AS messages"
        " FROM cases c WHERE account_id = $1 ORDER BY case_id",
        customer.account_id,
    )
    assert [row["messages"] for row in cases] == [2] * 50 + [2 * (len(WORDS) - 50)]
    assert cases[-1]["subject"] == "emergency-offer:*"
