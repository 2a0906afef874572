from datetime import UTC, datetime

import pytest

from support.gateway import MICRO

pytestmark = pytest.mark.asyncio(loop_scope="module")
MONTH = f"{datetime.now(UTC):%Y-%m}"


async def statement(gateway, customer, month=MONTH, **query):
    return await gateway.call("GET", f"/api/statements/{month}", customer, params=query)


async def test_a_month_adds_up_and_lists_what_it_is_made_of(gateway):
    customer = await gateway.customer(credits_=10, bonus=2)
    sent = [(await gateway.send(customer, message=f"Hello {n}")).status for n in range(3)]
    assert sent == [200, 200, 200]
    found = (await statement(gateway, customer)).body
    assert (found["opening"], found["closing"]) == (0, 9 * MICRO)
    assert {one["kind"]: one["micro_credits"] for one in found["sums"]} == {
        "purchase": 10 * MICRO,
        "bonus": 2 * MICRO,
        "charge": -3 * MICRO,
    }
    assert found["opening"] + sum(one["micro_credits"] for one in found["sums"]) == found["closing"]
    assert sum(one["micro_credits"] for one in found["items"]) == found["closing"]


async def test_entries_come_in_pages(gateway):
    customer = await gateway.customer(credits_=10, bonus=2)
    first = (await statement(gateway, customer, limit=1)).body
    second = (await statement(gateway, customer, limit=1, cursor=first["next"])).body
    assert {one["items"][0]["kind"] for one in (first, second)} == {"purchase", "bonus"}
    assert second["next"] is None
    bonus = (await statement(gateway, customer, kind="bonus")).body
    assert [one["kind"] for one in bonus["items"]] == ["bonus"]


async def test_a_month_long_past_was_empty(gateway):
    customer = await gateway.customer(credits_=10)
    found = (await statement(gateway, customer, "2020-01")).body
    assert (found["opening"], found["closing"], found["items"], found["final"]) == (0, 0, [], True)


@pytest.mark.parametrize(
    ("month", "query"), [("2026-13", {}), ("now", {}), (MONTH, {"kind": "gift"}), (MONTH, {"cursor": "W10"})]
)
async def test_what_is_no_statement_is_refused(gateway, month, query):
    customer = await gateway.customer()
    assert (await statement(gateway, customer, month, **query)).status == 400


async def test_it_needs_credentials(gateway):
    assert (await statement(gateway, None)).status == 401
