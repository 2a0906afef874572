"""U19: subaccounts inherit the sanctions of those above them; the parent answers for them, not they for the parent."""

from datetime import timedelta
from itertools import pairwise

import asyncpg
import pytest

from comity.accounts.standing import Reasons
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.standing_desk import put_account
from comity.edges.postgres.standing_watch import PostgresEnforceStore
from comity.journey.enforce import Enforcer
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


async def test_the_parent_answers_its_rates_count_its_childrens(own, family, database, clock):
    top, middle, low = family
    sql = (
        "INSERT INTO account_days (account_id, day, sent, settled, rejected) VALUES ($1, $2, 150, 150, $3)"
        " ON CONFLICT (account_id, day) DO UPDATE SET sent = 150, settled = 150, rejected = $3"
    )
    day = clock.now().date() - timedelta(days=2)
    # None of them sent enough to be looked at alone; of the two below some were rejected.
    for account, rejected in ((top, 0), (middle, 75), (low, 75)):
        await own.fetch(sql, account.account_id, day, rejected)
    connections = HeldConnections(database, "comity-test-enforce", most=2)
    assert await Enforcer(PostgresEnforceStore(connections), clock).once() == 2
    await connections.close()
    shown = [(await own.call("GET", "/api/standing", one)).body for one in family]
    assert [one["standing"] for one in shown] == ["limited", "suspended", "good"]
    (statement,) = shown[0]["statements"]
    assert statement["facts"].count("Messages of your subaccounts count with yours.") == 1
    assert (statement["figures"]["count"], statement["figures"]["among"]) == ("150", 450)
    # What counts for those below is the worst above them.
    assert [one["counts"] for one in shown] == ["limited", "suspended", "suspended"]


async def test_a_line_goes_no_deeper_than_sanctions_reach_and_in_no_circle(own, family):
    with pytest.raises(asyncpg.RaiseError, match="no circle"):
        await own.fetch(
            "UPDATE accounts SET parent_id = $1 WHERE account_id = $2", family[2].account_id, family[0].account_id
        )


async def test_credits_go_down_one_step_and_nowhere_else(own, family):
    sql = "INSERT INTO transfers (account_id, child_id, micro_credits, by, at) VALUES ($1, $2, 1, 'x', now())"
    for giver, taker in ((1, 0), (0, 2), (2, 2)):
        with pytest.raises(asyncpg.PostgresError):
            await own.fetch(sql, family[giver].account_id, family[taker].account_id)
