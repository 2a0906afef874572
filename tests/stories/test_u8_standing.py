"""U8: whoever costs the operator its carriers is slowed down, then suspended, and told why; on every node at once."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.accounts.standing import Reasons
from comity.base.clock import SetClock
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.standing_desk import put_account
from comity.edges.postgres.standing_watch import PostgresEnforceStore
from comity.journey.enforce import Enforcer
from support.gateway import running_gateway

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MESSAGES = 240


@pytest.fixture
def clock():
    return SetClock(NOON)


@pytest.fixture
async def nodes(database, clock, tmp_path):
    """Two nodes on one database."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    async with (
        running_gateway(database, clock, tmp_path / "one") as one,
        running_gateway(database, clock, tmp_path / "two") as two,
    ):
        yield one, two


@pytest.fixture
async def enforcer(database, clock, nodes):  # noqa: ARG001  the database is ready by then
    connections = HeldConnections(database, "comity-test-enforce", most=2)
    yield Enforcer(PostgresEnforceStore(connections), clock)
    await connections.close()


async def send_a_day(node, customer, rejected):
    """A day's messages, of which carriers reject so many."""
    for start in range(0, MESSAGES, 60):
        numbers = [f"+324700{n:05}" for n in range(start, start + 60)]
        answer = await node.send(customer, to=numbers)
        assert answer.status == 200, answer.body
    await node.fetch(
        "UPDATE message_life l SET state = CASE WHEN n <= $2 THEN 'rejected' ELSE 'delivered' END"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM message_life"
        "       WHERE account_id = $1 AND state = 'queued') q WHERE l.account_id = $1 AND l.id = q.id",
        customer.account_id,
        rejected,
    )


async def test_bad_traffic_is_slowed_down_then_suspended_and_the_account_knows_why(nodes, enforcer, clock):
    one, two = nodes
    customer, neighbour = await one.customer(credits_=1_000), await one.customer()
    await send_a_day(one, customer, rejected=60)
    # The next morning the rate is known, and the account is slowed down.
    clock.advance(timedelta(hours=1))
    assert await enforcer.once() == 1
    shown = (await one.call("GET", "/api/standing", customer)).body
    assert (shown["standing"], shown["strikes"]) == ("limited", 2)
    (statement,) = shown["statements"]
    assert (statement["clause"], statement["automated"], statement["event"]) == ("U8", True, "limit")
    assert "messages that carriers rejected" in statement["facts"]
    # It has had more than a limited account may send today; tomorrow it has room for some.
    answer = await two.send(customer, to="+32470099999")
    assert (answer.status, answer.body["verdict"]["findings"][0]["rule"]) == (403, "account-limited")
    assert (await two.send(neighbour)).status == 200
    clock.advance(timedelta(days=1))
    assert (await two.send(customer, to="+32470099998")).status == 200
    # It goes on as before, by what was counted of that day.
    await one.fetch(
        "INSERT INTO account_days (account_id, day, sent, settled, rejected) VALUES ($1, $2, 300, 300, 90)",
        customer.account_id, clock.now().date() + timedelta(days=1),
    )  # fmt: skip
    clock.advance(timedelta(days=3))
    assert await enforcer.once() == 1
    assert (await one.call("GET", "/api/standing", customer)).body["standing"] == "suspended"
    assert (await one.send(customer)).code == "2065"


async def test_a_sanction_stops_messages_on_two_nodes_within_a_second_and_what_waits_stands_still(nodes):
    one, two = nodes
    customer = await one.customer()
    assert [(await node.send(customer, to=f"+3247000000{n}")).status for n, node in enumerate(nodes)] == [200, 200]
    due = "SELECT count(*) FROM queue WHERE account_id = $1 AND due_at < '2900-01-01'"
    assert await one.value(due, customer.account_id) == 2
    # Each block fails when the node has not taken it in within a second.
    async with one.directory_changed(), two.directory_changed():
        await put(one, customer, "suspended")
        assert await one.value(due, customer.account_id) == 0
    for number, node in enumerate(nodes):
        assert (await node.send(customer, to=f"+3247000001{number}")).code == "2065"
    async with one.directory_changed(), two.directory_changed():
        await put(one, customer, "good")
    assert (await two.send(customer, to="+32470000020")).status == 200
    assert await one.value(due, customer.account_id) == 3


async def put(node, customer, standing):
    reasons = Reasons("A carrier asked us to.", "U8")
    await put_account(node.connection, (customer.account_id, standing), reasons, ("Ann", None), NOON)
