"""`POST /api/check`: what would become of messages, without sending them; the same as a send would say."""

import asyncio
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.gateway import PERSON, Answer

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAIN = {"text": "Your table is booked for 19:30.", "to": PERSON, "sender": "Acme"}
OFFER = {**PLAIN, "text": "Acme: 20% off all shoes until Friday! Reply STOP to opt out.", "category": "promotional"}


async def check(gateway, customer, *messages, **more) -> Answer:
    return await gateway.call("POST", "/api/check", customer, json={"messages": list(messages)}, **more)


async def a_customer(gateway, **more):
    return await gateway.customer(senders=("Acme",), **more)


async def test_messages_are_answered_in_order_with_their_ids(gateway):
    customer = await a_customer(gateway)
    answer = await check(gateway, customer, {**PLAIN, "id": "a"}, {**PLAIN, "to": "112", "id": 2}, {**OFFER, "id": "c"})
    assert answer.status == 200
    assert [(one["id"], one["action"]) for one in answer.body["messages"]] == [
        ("a", "allow"),
        (2, "refuse"),
        ("c", "refuse"),
    ]
    refused = answer.body["messages"][1]["findings"][0]
    assert (refused["rule"], refused["clauses"]) == ("emergency-destination", ["U18", "P2"])
    assert refused["why"]
    assert refused["remedy"]


async def test_one_message_may_stand_alone(gateway):
    customer = await a_customer(gateway)
    answer = await gateway.call("POST", "/api/check", customer, json=PLAIN)
    assert [one["action"] for one in answer.body["messages"]] == ["allow"]


async def test_parts_credits_scores_and_a_summary_are_told(gateway):
    customer = await a_customer(gateway)
    answer = await check(gateway, customer, PLAIN, {**PLAIN, "text": "x" * 200}, {**PLAIN, "to": "112"})
    first, second, _ = answer.body["messages"]
    assert (first["parts"], first["credits"], second["parts"], second["credits"]) == (1, 1.0, 2, 2.0)
    assert 0 <= first["scores"]["promotion"] <= 1
    summary = answer.body["summary"]
    assert (summary["messages"], summary["errors"], summary["go"], summary["refused"]) == (3, 0, 2, 1)
    assert summary["credits"] == 3.0
    assert [(one["rule"], one["places"]) for one in summary["reasons"]] == [("emergency-destination", [3])]


async def test_nothing_is_written_sent_or_charged(gateway):
    customer = await a_customer(gateway, credits_=7)
    before = await gateway.written(customer)
    assert (await check(gateway, customer, PLAIN, PLAIN, OFFER)).status == 200
    assert await gateway.written(customer) == before
    assert await gateway.spendable(customer) == 7


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        ({}, "The message lacks 'text'"),
        ({"text": "Hello", "to": PERSON}, "The message lacks 'sender'"),
        ({**PLAIN, "txt": "x"}, "has no field 'txt'. Did you mean text?"),
        ({**PLAIN, "text": 5}, "text must be text, not a whole number"),
        ({**PLAIN, "text": ""}, "The message is empty"),
        ({**PLAIN, "text": "x" * 700}, "4 are allowed"),
        ({**PLAIN, "text": "a" * 3_000}, "more than 4 parts"),
        ({**PLAIN, "to": "12"}, "The recipient is not a valid number"),
        ({**PLAIN, "to": "\0"}, "NUL"),
        ({**PLAIN, "sender": "A name that is long"}, "The sender is invalid"),
        ({**PLAIN, "category": "promo"}, "category cannot be 'promo'. Did you mean promotional?"),
        ({**PLAIN, "at": "2026-03-05T12:00:00"}, "at lacks its offset from UTC. Write it like 2026-"),
        ({**PLAIN, "at": "2020-01-01T00:00:00Z"}, "The date lies in the past"),
        ({**PLAIN, "at": "tomorrow"}, "at must be a date and time with its offset from UTC. Write it like 2026-"),
        ({**PLAIN, "at": 5}, 'at must be a date and time, not a whole number. Write it in quotes, like "2026-'),
        ({**PLAIN, "to": 32470123456}, "to must be text, not a whole number. Write it in quotes."),
        (5, "The message must be an object, not a whole number. Write its fields in curly brackets."),
        ([], "The message must be an object"),
        ("x", "The message must be an object"),
        (None, "The message must be an object"),
    ],
)
async def test_what_is_no_message_has_an_error_of_its_own_and_spoils_no_other(gateway, draft, words):
    customer = await a_customer(gateway)
    answer = await check(gateway, customer, PLAIN, draft, PLAIN)
    first, wrong, last = answer.body["messages"]
    assert (first["action"], last["action"]) == ("allow", "refuse")  # the second of the same text in ten minutes
    assert words in wrong["error"]
    assert "action" not in wrong
    assert (answer.body["summary"]["messages"], answer.body["summary"]["errors"]) == (2, 1)


async def test_a_wrong_message_keeps_its_id(gateway):
    answer = await check(gateway, await a_customer(gateway), {"id": "mine", "text": 5}, {"id": [], "text": "x"})
    assert [one["id"] for one in answer.body["messages"]] == ["mine", None]


@pytest.mark.parametrize(("length", "kept"), [(255, True), (256, False), (100_000, False)])
async def test_an_id_has_a_length_that_is_told(gateway, length, kept):
    answer = await check(gateway, await a_customer(gateway), {**PLAIN, "id": "x" * length})
    (one,) = answer.body["messages"]
    assert (one["id"] is not None, "error" in one) == (kept, not kept)
    assert kept or "length <= 255" in one["error"]


async def test_a_message_is_judged_for_its_own_date(gateway):
    customer = await a_customer(gateway)
    await gateway.value(
        "INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof)"
        " VALUES ($1, $2, 'Acme', 'offers', 'I want offers', 'form', '2026-01-01', '')",
        customer.account_id,
        PERSON,
    )
    day, night = "2026-03-05T12:00:00Z", "2026-03-05T23:30:00Z"
    answer = await check(gateway, customer, {**OFFER, "at": day}, {**OFFER, "at": night})
    by_day, by_night = answer.body["messages"]
    assert "quiet-hours" not in {one["rule"] for one in by_day["findings"]}
    waits = next(one for one in by_night["findings"] if one["rule"] == "quiet-hours")
    assert waits["until"] > night


async def test_the_accounts_own_facts_count(gateway):
    customer, other = await a_customer(gateway), await gateway.customer(senders=())
    granted, not_granted = await asyncio.gather(check(gateway, customer, PLAIN), check(gateway, other, PLAIN))
    assert granted.body["messages"][0]["action"] == "allow"
    assert "sender-not-granted" in {one["rule"] for one in not_granted.body["messages"][0]["findings"]}


@pytest.mark.parametrize(("credits_", "affordable"), [(0, False), (1, False), (2, True)])
async def test_no_credits_are_needed_and_whether_they_would_do_is_told(gateway, credits_, affordable):
    customer = await a_customer(gateway, credits_=credits_)
    answer = await check(gateway, customer, PLAIN, {**PLAIN, "to": "32470000001"})
    assert answer.status == 200
    assert [one["action"] for one in answer.body["messages"]] == ["allow", "allow"]
    assert (answer.body["summary"]["credits"], answer.body["summary"]["affordable"]) == (2.0, affordable)


async def test_a_text_declared_promotional_has_a_score_too(gateway):
    customer = await a_customer(gateway)
    answer = await check(gateway, customer, OFFER, {**PLAIN, "category": "promotional"})
    offer, plain = (one["scores"]["promotion"] for one in answer.body["messages"])
    assert (offer > 0.5, plain < 0.5) == (True, True)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "not valid JSON"),
        (b"{", 400, "not valid JSON"),
        (b"\xff\xfe", 400, "not valid JSON"),
        (b'{"messages": NaN}', 400, "not valid JSON"),
        (b'"text"', 400, "neither a message"),
        (b'{"messages": {}}', 400, "neither a message"),
        (b'{"messages": []}', 400, "holds 0 messages"),
        (json.dumps({"messages": [PLAIN] * 1_001}).encode(), 400, "holds 1001 messages"),
        (json.dumps({"messages": [PLAIN], "test": True}).encode(), 400, "'test'"),
        (b'{"messages": [' + b"[" * 20_000 + b"]" * 20_000 + b"]}", 400, "too deep"),
        (b'{"text":' * 1_000 + b"1" + b"}" * 1_000, 400, "too deep"),
        (b"[" + b"[]," * 200_000 + b"[]]", 413, "more values"),
        (b'{"text": "' + b"x" * (2 << 20) + b'"}', 413, ""),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_body_that_cannot_be_read_is_a_problem_in_words(gateway, body, status, words):
    customer = await a_customer(gateway)
    answer = await gateway.call(
        "POST", "/api/check", customer, data=io.BytesIO(body), headers={"Content-Type": "application/json"}
    )
    assert answer.status == status
    if status != 200:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert set(answer.body) == {"type", "title", "status", "detail"}
        assert answer.body["status"] == status
        assert words in answer.body["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
async def test_a_body_must_say_that_it_is_json(gateway, kind):
    customer = await a_customer(gateway)
    answer = await gateway.call("POST", "/api/check", customer, data=b"{}", headers={"Content-Type": kind})
    assert (answer.status, kind in answer.body["detail"]) == (415, True)


async def test_a_thousand_messages_are_judged_while_others_send(gateway):
    customer, sender = await a_customer(gateway, credits_=2_000), await a_customer(gateway)
    drafts = [{**PLAIN, "to": f"324701{number:05}", "id": number} for number in range(1_000)]
    checking = asyncio.ensure_future(check(gateway, customer, *drafts))
    sent = 0
    while not checking.done():
        assert (await gateway.send(sender, sender="Acme", to=f"324702{sent:05}")).status == 200
        sent += 1
    answer = await checking
    assert [one["id"] for one in answer.body["messages"]] == list(range(1_000))
    assert sent > 0


async def test_one_account_has_one_check_under_way(gateway):
    customer, other = await a_customer(gateway), await a_customer(gateway)
    drafts = [{**PLAIN, "to": f"324703{number:05}"} for number in range(300)]
    *answers, unconcerned = await asyncio.gather(
        *(check(gateway, customer, *drafts) for _ in range(6)), check(gateway, other, PLAIN)
    )
    assert unconcerned.status == 200
    assert {answer.status for answer in answers} == {200, 429}
    assert {answer.headers["Retry-After"] for answer in answers if answer.status == 429} == {"1"}


TEXTS = st.sampled_from(
    [
        PLAIN["text"],
        OFFER["text"],
        "Sale! 50% off, only today: shop.example",
        "Your code is 482913.",
        "Reply with your PIN to keep your account",
        "http://192.0.2.1/a.apk",
        "é" * 80,
    ]
)
DRAFTS = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "to": st.sampled_from([PERSON, "14155550123", "112", "61412345678", "919812345678"]),
        "sender": st.sampled_from(["Acme", "Bank", "+32470111222", "AcmeDeals"]),
    },
    optional={"category": st.sampled_from(["promotional", "transactional", "otp", "alert"])},
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(draft=DRAFTS)
async def test_a_check_says_what_a_send_then_does(gateway, draft):
    customer = await gateway.customer(senders=("Acme", "+32470111222"))
    looked = (await check(gateway, customer, draft)).body["messages"][0]
    sent = await gateway.send(customer, message=draft["text"], **{k: draft[k] for k in draft if k != "text"})
    verdict = sent.body.get("verdict", {"action": "allow", "findings": []})
    assert looked["action"] == verdict["action"]
    assert in_one_zone(looked["findings"]) == in_one_zone(verdict["findings"])


def in_one_zone(findings):
    """Both doors write UTC, one as Z and one as +00:00."""
    return json.loads(json.dumps(findings).replace('+00:00"', 'Z"'))
