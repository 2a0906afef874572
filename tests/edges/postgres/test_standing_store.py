"""Changes of standing as PostgreSQL keeps them."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from comity.accounts.standing import BadChangeError, Change, Event, Reasons, standing_of
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.roles import Role
from comity.edges.postgres.standing_store import (
    STRIKE_ENDS,
    TERM,
    NewStrike,
    StandingChange,
    add_strike,
    change_standing,
    end_strike,
    end_term,
    remove_strike,
    settle_strikes,
)
from support.gateway import operating

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
WHY = Reasons("You sent offers to people who had stopped you.", "P6")


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def road(database, operator):  # noqa: ARG001  prepared first
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


@pytest.fixture
async def account(operator):
    return await operator.customer()


async def change(road, account, event, **more):
    reasons = more.pop("reasons", WHY)
    return await change_standing(road, StandingChange(account.account_id, event, reasons, "Ann", **more), NOW)


async def standing(road, account):
    return await road.fetchval("SELECT standing FROM accounts WHERE account_id = $1", account.account_id)


async def derived(road, account):
    rows = await road.fetch(
        "SELECT sanction_id, event, ends FROM sanctions WHERE account_id = $1 ORDER BY sanction_id", account.account_id
    )
    return standing_of(Change(row["sanction_id"], Event(row["event"]), tuple(row["ends"])) for row in rows)


async def test_a_sanction_changes_the_standing_with_a_statement_evidence_and_a_notice(road, account):
    sanction = await change(road, account, "suspend")
    assert await standing(road, account) == "suspended" == await derived(road, account)
    statement = await road.fetchval("SELECT statement FROM sanctions WHERE sanction_id = $1", sanction)
    assert statement["facts"] == WHY.facts
    assert (statement["clause"], len(statement["digest"]), statement["automated"]) == ("P6", 64, False)
    assert statement["explanation"]
    assert statement["appeal_by"].startswith("2026-09-04")
    assert await road.fetchval("SELECT count(*) FROM notices WHERE account_id = $1", account.account_id) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts SET standing = 'suspended' WHERE account_id = $1",
        "INSERT INTO accounts (name, parent_id, standing) VALUES ('child', $1, 'limited')",
    ],
)
async def test_no_standing_is_set_without_a_sanction(road, account, statement):
    with pytest.raises(asyncpg.RaiseError, match="by a sanction"):
        await road.execute(statement, account.account_id)


@pytest.mark.parametrize("part", ["facts", "clause", "policy", "digest"])
async def test_no_sanction_is_written_without_each_part_of_its_reasons(road, account, part):
    reasons = {"facts": "a", "clause": "b", "policy": "c", "digest": "d", part: ""}
    with pytest.raises(asyncpg.CheckViolationError, match="reasons"):
        await road.execute(
            "INSERT INTO sanctions (statement_id, account_id, event, standing_before, standing_after, by, reasons,"
            " statement, at) VALUES (uuidv7(), $1, 'suspend', 'good', 'suspended', 'Ann', $2, '{}', $3)",
            *(account.account_id, reasons, NOW),
        )


async def test_what_was_decided_is_never_rewritten(road, account):
    sanction = await change(road, account, "limit")
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await road.execute("UPDATE sanctions SET by = 'Bob' WHERE sanction_id = $1", sanction)


async def test_a_lift_leaves_what_else_is_in_force(road, account):
    await change(road, account, "watch")
    harsher = await change(road, account, "suspend")
    await change(road, account, "lift", ends=(harsher,))
    assert await standing(road, account) == "watched" == await derived(road, account)


async def test_a_lift_without_a_name_ends_all(road, account):
    await change(road, account, "watch")
    await change(road, account, "suspend")
    await change(road, account, "lift")
    assert await standing(road, account) == "good" == await derived(road, account)


@pytest.mark.parametrize(
    ("event", "more", "what"),
    [
        ("lift", {}, "good"),
        ("praise", {}, "no event"),
        ("suspend", {"reasons": Reasons("Something.", "Z99")}, "no clause Z99"),
        ("suspend", {"reasons": Reasons("Something.", "P6", digest="ab")}, "no such policy"),
    ],
)
async def test_what_cannot_be_is_refused_and_leaves_nothing(road, account, event, more, what):
    with pytest.raises(BadChangeError, match=what):
        await change(road, account, event, **more)
    assert await road.fetchval("SELECT count(*) FROM sanctions") == 0


async def test_the_sum_of_strikes_moves_the_standing_up_and_down(road, account):
    def strike(weight):
        return NewStrike(
            account.account_id, "U8", "Too many numbers cannot be reached.", weight, "comity", "unreachable"
        )

    first = await add_strike(road, strike(1), NOW)
    assert await standing(road, account) == "watched"
    await add_strike(road, strike(1), NOW + timedelta(days=30))
    assert await standing(road, account) == "limited"
    third = await add_strike(road, strike(2), NOW + timedelta(days=31))
    assert await standing(road, account) == "suspended"
    assert await remove_strike(road, third, "Ann", "The carrier was at fault.", NOW + timedelta(days=32))
    assert not await remove_strike(road, third, "Ann", "Twice.", NOW + timedelta(days=32))
    assert await standing(road, account) == "limited" == await derived(road, account)
    await settle_strikes(road, account.account_id, NOW + timedelta(days=91))
    assert await standing(road, account) == "watched"
    await settle_strikes(road, account.account_id, NOW + timedelta(days=121))
    assert await standing(road, account) == "good" == await derived(road, account)
    assert first


async def test_what_strikes_asked_for_falls_to_the_milder_step_that_was_never_reached(road, account):
    await add_strike(road, NewStrike(account.account_id, "P6", "Complaints.", 4, "Ann", lasts=timedelta(days=5)), NOW)
    await add_strike(road, NewStrike(account.account_id, "P6", "Complaints.", 1, "Ann", lasts=timedelta(days=9)), NOW)
    assert await standing(road, account) == "suspended"
    await settle_strikes(road, account.account_id, NOW + timedelta(days=6))
    assert await standing(road, account) == "watched" == await derived(road, account)


async def test_a_sanction_with_a_term_ends_by_itself(road, account):
    sanction = await change(road, account, "limit", until=NOW + timedelta(days=7))
    due = await road.fetchrow("SELECT kind, subject, account_id, due_at FROM deadlines")
    assert (due["kind"], due["subject"], due["due_at"]) == (TERM, str(sanction), NOW + timedelta(days=7))
    await end_term(road, Due(**dict(due)), due["due_at"])
    assert await standing(road, account) == "good" == await derived(road, account)
    await end_term(road, Due(**dict(due)), due["due_at"])
    assert await road.fetchval("SELECT count(*) FROM sanctions") == 2


async def test_a_lifted_sanction_has_no_term_left(road, account):
    await change(road, account, "limit", until=NOW + timedelta(days=7))
    await change(road, account, "lift")
    assert await road.fetchval("SELECT count(*) FROM deadlines") == 0


async def test_a_strike_that_expires_takes_its_sanction_along(road, account):
    await add_strike(road, NewStrike(account.account_id, "P6", "Complaints.", 2, "Ann"), NOW)
    due = await road.fetchrow("SELECT kind, subject, account_id, due_at FROM deadlines")
    assert due["kind"] == STRIKE_ENDS
    await end_strike(road, Due(**dict(due)), due["due_at"])
    assert await standing(road, account) == "good" == await derived(road, account)


async def test_what_was_scheduled_has_its_date_again_after_a_suspension(road, account):
    due = NOW + timedelta(days=3)
    await road.execute(
        "INSERT INTO queue (account_id, message_id, route_prefix, due_at) VALUES ($1, uuidv7(), '', $2)",
        account.account_id,
        due,
    )
    await change(road, account, "suspend")
    assert await road.fetchval("SELECT due_at > '2900-01-01' FROM queue")
    await change(road, account, "watch")
    assert await road.fetchval("SELECT due_at > '2900-01-01' FROM queue")
    await change(road, account, "lift")
    assert await road.fetchval("SELECT due_at FROM queue") == due
