"""An Idempotency-Key makes one message and one charge, however often and wherever a request is repeated."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from support.gateway import running_gateway

KEY = {"Idempotency-Key": "order-4711"}


async def test_the_same_request_is_answered_as_it_was_first(gateway, clock):
    customer = await gateway.customer(credits_=5)
    first = await gateway.send(customer, headers=KEY)
    clock.advance(timedelta(hours=20))
    again = await gateway.send(customer, headers=KEY)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert await gateway.spendable(customer) == 4


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"sender": "Rival"}, id="refused"),
        pytest.param({"to": ["32470000001", "32470000002"]}, id="several"),
        pytest.param({"to": ["32470000001", "32470000001"]}, id="one of them refused"),
        pytest.param({"date": "2026-03-05 09:00"}, id="scheduled"),
    ],
)
async def test_every_answer_is_repeated_word_for_word(gateway, changes):
    customer = await gateway.customer()
    first = await gateway.send(customer, headers=KEY, **changes)
    again = await gateway.send(customer, headers=KEY, **changes)
    assert (again.status, again.body) == (first.status, first.body)


async def test_a_scheduled_request_is_answered_as_first_even_when_its_date_has_passed(gateway, clock):
    customer = await gateway.customer()
    first = await gateway.send(customer, headers=KEY, date="2026-03-04 12:30")
    clock.advance(timedelta(hours=1))
    again = await gateway.send(customer, headers=KEY, date="2026-03-04 12:30")
    assert (again.status, again.body) == (first.status, first.body)


@pytest.mark.parametrize(
    "changes",
    [
        {"message": "Other"},
        {"to": "32470000001"},
        {"reference": "x"},
        {"category": "otp"},
        {"date": "2026-03-05 09:00"},
    ],
)
async def test_another_request_with_the_same_key_is_a_conflict(gateway, changes):
    customer = await gateway.customer(credits_=5)
    await gateway.send(customer, headers=KEY)
    answer = await gateway.send(customer, headers=KEY, **changes)
    assert (answer.status, answer.code) == (409, "139")
    assert await gateway.spendable(customer) == 4


async def test_a_key_belongs_to_one_account(gateway):
    one, other = await gateway.customer(), await gateway.customer()
    first = await gateway.send(one, headers=KEY)
    second = await gateway.send(other, headers=KEY, message="Other")
    assert first.status == second.status == 200
    assert first.body != second.body


async def test_a_request_that_failed_leaves_its_key_free(gateway):
    customer = await gateway.customer(credits_=1)
    assert (await gateway.send(customer, headers=KEY, message="a" * 161)).code == "108"
    assert (await gateway.send(customer, headers=KEY)).status == 200


async def test_a_test_uses_no_key(gateway):
    customer = await gateway.customer()
    assert (await gateway.send(customer, headers=KEY, test=True)).status == 200
    assert (await gateway.send(customer, headers=KEY)).status == 200
    assert (await gateway.written(customer))["messages"] == 1


async def test_50_parallel_posts_make_one_message_and_one_charge(gateway):
    customer = await gateway.customer(credits_=100)
    answers = await asyncio.gather(*(gateway.send(customer, headers=KEY) for _ in range(50)))
    assert {answer.status for answer in answers} == {200}
    assert len({msgspec.json.encode(answer.body) for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert (await gateway.written(customer))["messages"] == 1
    assert await gateway.spendable(customer) == 99


async def test_parallel_posts_to_two_nodes_make_one_message_and_one_charge(gateway, database, clock, tmp_path):
    customer = await gateway.customer(credits_=100)
    async with running_gateway(database, clock, tmp_path / "other") as other:
        nodes = [gateway, other] * 25
        answers = await asyncio.gather(*(node.send(customer, headers=KEY) for node in nodes))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["messageid"] for answer in answers}) == 1
    assert (await gateway.written(customer))["messages"] == 1
    assert await gateway.spendable(customer) == 99
    assert await gateway.ledger_problems() == []


async def test_parallel_posts_of_two_bodies_make_one_message_and_conflicts(gateway):
    customer = await gateway.customer()
    texts = ["One", "Two"] * 10
    answers = await asyncio.gather(*(gateway.send(customer, headers=KEY, message=text) for text in texts))
    by_text = {
        text: {answer.status for answer, sent in zip(answers, texts, strict=True) if sent == text} for text in texts
    }
    assert sorted(by_text.values(), key=min) == [{200}, {409}]
    assert (await gateway.written(customer))["messages"] == 1
