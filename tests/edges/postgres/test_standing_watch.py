"""Accounts looked at with what PostgreSQL counted of them."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.base.clock import SetClock
from comity.base.ids import IdMaker
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.edges.postgres.standing_watch import PostgresEnforceStore, close_series
from comity.journey.enforce import Enforcer
from support.gateway import operating

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REFUSED = '{"findings": [{"rule": "fraud", "action": "refuse"}]}'
EDITS = [
    "Acme: win a free phone today, click to claim your prize now before it ends",
    "Acme: win a free phone today, click to claim your reward now before it ends",
    "Acme: win a free handset today, click to claim your gift now before it ends",
    "Acme: get a free phone today, tap to claim your prize now before it ends",
]


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def connections(database, operator):  # noqa: ARG001  prepared first
    held = HeldConnections(database, "comity-test-enforce", most=4)
    yield held
    await held.close()


@pytest.fixture
async def road(database, operator):  # noqa: ARG001  prepared first
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


@pytest.fixture
def clock():
    return SetClock(NOW)


@pytest.fixture
def enforcer(connections, clock):
    return Enforcer(PostgresEnforceStore(connections), clock)


async def sent(
    road, account, texts, state="delivered", action="allow", *, begin=NOW - timedelta(hours=1), sender="Bank"
):
    ids = IdMaker()  # a maker's ids never go back in time
    rows = [
        (
            account.account_id,
            ids.at(begin + timedelta(seconds=10 * n)),
            text,
            action,
            REFUSED if action == "refuse" else "{}",
            sender,
        )
        for n, text in enumerate(texts)
    ]
    await road.executemany(
        "INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts, micro_credits,"
        " text_key, template, action, verdict)"
        " VALUES ($1, $2, 'smstools', $6, '32470000000', 'transactional', $3, 'gsm7', 1,"
        " 0, hashtext($3), hashtext($3), $4, $5::text::jsonb)",
        rows,
    )
    await road.executemany(
        "INSERT INTO message_life (account_id, id, state) VALUES ($1, $2, $3)",
        [(row[0], row[1], state) for row in rows],
    )


async def standing(road, account):
    return await road.fetchval("SELECT standing FROM accounts WHERE account_id = $1", account.account_id)


async def test_an_account_that_carriers_reject_is_slowed_down_and_then_suspended(operator, road, enforcer, clock):
    bad, good = await operator.customer(), await operator.customer()
    await sent(road, good, ["Hello"] * 300)
    await sent(road, bad, ["Hello"] * 240)
    await sent(road, bad, ["Hello"] * 60, "rejected")
    assert await enforcer.once() == 1
    assert [await standing(road, one) for one in (bad, good)] == ["limited", "good"]
    assert await enforcer.once() == 0
    clock.advance(timedelta(days=1))
    await sent(road, bad, ["Hello"] * 240, begin=NOW + timedelta(hours=2))
    await sent(road, bad, ["Hello"] * 60, "rejected", begin=NOW + timedelta(hours=2))
    assert await enforcer.once() == 0
    clock.advance(timedelta(hours=10))
    await sent(road, bad, ["Hello"] * 240, begin=NOW + timedelta(days=1))
    await sent(road, bad, ["Hello"] * 60, "rejected", begin=NOW + timedelta(days=1))
    assert await enforcer.once() == 1
    assert await standing(road, bad) == "suspended"
    statement = await road.fetchval("SELECT statement FROM sanctions ORDER BY sanction_id DESC LIMIT 1")
    assert (statement["automated"], statement["clause"], statement["rule"]) == (True, "U8", "carrier-rejections")


async def test_complaints_and_opt_outs_count_by_their_day(operator, road, enforcer):
    account = await operator.customer()
    await sent(road, account, ["Hello"] * 1000)
    await road.executemany(
        "INSERT INTO opt_outs (account_id, recipient, source, at) VALUES ($1, $2, $3, $4)",
        [(account.account_id, f"324700{n:05}", "reply" if n < 150 else "api", NOW) for n in range(500)],
    )
    assert await enforcer.once() == 1
    assert await road.fetchval("SELECT weight FROM strikes") == 2


async def test_the_first_of_two_nodes_looks_and_the_other_leaves_it(operator, road, connections, enforcer):
    account = await operator.customer()
    await sent(road, account, ["Hello"] * 300, "rejected")
    async with PostgresEnforceStore(connections).turn() as mine:
        assert mine
        assert await enforcer.once() == 0
    assert await enforcer.once() == 1


async def test_a_series_of_probes_is_kept_once_with_a_case_and_without_a_word_to_the_account(operator, road, enforcer):
    account = await operator.customer()
    await sent(road, account, EDITS[:3], "refused", "refuse")
    await sent(road, account, EDITS[3:], begin=NOW - timedelta(minutes=10))
    assert await enforcer.once() == 1
    assert await enforcer.once() == 0
    series = await road.fetchrow("SELECT * FROM probing_series")
    assert (series["variants"], series["passed"]) == (3, 1)
    assert await road.fetchval("SELECT kind FROM cases") == "probing"
    assert await road.fetchval("SELECT count(*) FROM case_messages") == 4
    assert await road.fetchval("SELECT count(*) FROM notices") == 0
    assert await close_series(road, account.account_id, ("Ann", "A customer who mended a text."), NOW) == 1
    assert await enforcer.once() == 0


async def test_refusals_for_other_reasons_are_no_probes(operator, road, enforcer):
    account = await operator.customer()
    await sent(road, account, EDITS, "refused", "refuse")
    await road.execute(
        """UPDATE messages SET verdict = '{"findings": [{"rule": "quiet-hours", "action": "refuse"}]}'"""
    )
    assert await enforcer.once() == 0


async def test_many_domains_beyond_the_declared_open_a_case_of_resale_once(operator, road, enforcer):
    account, exempt = await operator.customer(), await operator.customer()
    texts = [f"Shop {n} has news for you at https://shop{n}.example/news" for n in range(9)]
    for one in (account, exempt):
        await sent(road, one, [*texts, *["Hello"] * 100])
    await road.execute("INSERT INTO clearances (account_id, content) VALUES ($1, 'resale')", exempt.account_id)
    assert await enforcer.once() == 1
    assert await enforcer.once() == 0
    case = await road.fetchrow("SELECT * FROM cases")
    assert (case["kind"], case["account_id"]) == ("resale", account.account_id)
    assert "shop0.example" in case["facts"]["domains"]
    assert await standing(road, account) == "good"
