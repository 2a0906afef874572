"""A large request is written in pieces, and still whole or not at all."""

import pytest


def _many(count):
    return [f"3247{number:07d}" for number in range(1_000_000, 1_000_000 + count)]


@pytest.mark.parametrize("count", [501, 1_200])
async def test_a_large_request_is_written_whole(gateway, count):
    customer = await gateway.customer(credits_=count)
    answer = await gateway.send(customer, headers={"Idempotency-Key": "once"}, to=_many(count))
    assert answer.status == 200
    assert len(set(answer.body["messageids"])) == count
    assert (await gateway.written(customer))["messages"] == count
    assert await gateway.spendable(customer) == 0
    again = await gateway.send(customer, headers={"Idempotency-Key": "once"}, to=_many(count))
    assert again.body["messageids"] == answer.body["messageids"]
    assert await gateway.ledger_problems() == []


async def test_a_large_request_that_fails_in_a_later_piece_leaves_nothing(gateway):
    customer = await gateway.customer(credits_=1_200)
    # The queue numbers its rows: the second piece runs into it.
    await gateway.fetch("ALTER TABLE queue ADD CONSTRAINT breaks CHECK (number <= 600)")
    answer = await gateway.send(customer, to=_many(1_200))
    assert (answer.status, answer.code) == (429, "105")
    assert (await gateway.written(customer))["messages"] == 0
    assert await gateway.spendable(customer) == 1_200
    assert await gateway.ledger_problems() == []
