"""U19: subaccounts inherit the sanctions of those above them; the parent answers for them, not they for the parent."""

from itertools import pairwise

import pytest

from comity.accounts.standing import Reasons
from comity.edges.postgres.standing_desk import put_account
from support.gateway import running_gateway

WHY = Reasons("A subaccount sent what the law forbids.", "U19")


@pytest.fixture
async def own(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        running.clock = clock
        yield running


@pytest.fixture
async def family(own):
    """A reseller, a customer of its, and a customer of that one."""
    accounts = [await own.customer() for _ in range(3)]
    async with own.directory_changed():
        for above, below in pairwise(accounts):
            await own.fetch(
                "UPDATE accounts SET parent_id = $1 WHERE account_id = $2", above.account_id, below.account_id
            )
    return accounts


async def put(own, customer, standing):
    async with own.directory_changed():
        await put_account(own.connection, (customer.account_id, standing), WHY, ("Ann", None), own.clock.now())


async def answers(own, family, to="+32470000000"):
    return [(await own.send(customer, to=to)).status for customer in family]


async def test_what_a_parent_may_not_its_subaccounts_may_not(own, family):
    assert await answers(own, family) == [200, 200, 200]
    await put(own, family[0], "suspended")
    assert await answers(own, family) == [403, 403, 403]
    shown = (await own.call("GET", "/api/standing", family[2])).body
    assert (shown["standing"], shown["counts"]) == ("good", "suspended")
    waiting = "SELECT count(*) FROM queue WHERE due_at < '2900-01-01'"
    assert await own.value(waiting) == 0
    await put(own, family[0], "good")
    assert await own.value(waiting) == 3
    assert await answers(own, family, "+32470000001") == [200, 200, 200]


async def test_a_subaccount_alone_is_stopped_alone_and_keeps_its_own_sanction(own, family):
    await put(own, family[1], "suspended")
    assert await answers(own, family) == [200, 403, 403]
    await put(own, family[0], "deactivated")
    await put(own, family[0], "good")
    assert await answers(own, family, "+32470000001") == [200, 403, 403]
