"""The clock is set forward a day, back an hour, over a change to summer time: nothing is done early, nothing is lost.

The clock that counts is the database's; here it is one that tests set. What must not happen is told by laws over
arbitrary jumps: whoever is closed has had the whole time, by that clock, and whoever does not answer is closed once.
"""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.accounts.acceptance import AnswerEvent
from comity.accounts.appeals import BadAppealError, appeal_until
from comity.accounts.standing import Reasons
from comity.app.compose.desk import DEEDS
from comity.base.ids import to_wire
from comity.consent.proof_request import ProofTerms, State, Wanted
from comity.edges.cli.policy_publishing import publish_version
from comity.edges.postgres import operator_store, proof_steps, proof_store
from comity.edges.postgres.acceptance_store import GivenAnswer, give_answer
from comity.edges.postgres.deadline_store import FailedDeedError, NewDeadline, PostgresDeadlines, set_deadline
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.intake_store import beat, outages_since
from comity.edges.postgres.notice_store import list_notices, open_notice
from comity.edges.postgres.roles import Role
from comity.edges.postgres.standing_appeals import file_appeal
from comity.edges.postgres.standing_store import NewStrike, StandingChange, add_strike, change_standing
from comity.journey.deadlines import Deadlines
from comity.policy.files import default_policy
from support.policy_life import version_of

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
WINDOW = timedelta(hours=ProofTerms().window_h)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
# Most are as time goes; some are what people and time servers do to clocks.
JUMPS = st.lists(
    st.one_of(
        st.integers(1, 8 * 3600).map(lambda s: timedelta(seconds=s)),
        st.sampled_from([DAY, -DAY, HOUR, -HOUR, SECOND, -SECOND, timedelta(minutes=-1)]),
    ),
    min_size=1,
    max_size=14,
)
MANY = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Node:
    """A desk whose clock is set by tests; it acts by what the clock says, and knows nothing of jumps."""

    def __init__(self, database, connection, held):
        self.connection, self.now = connection, NOON
        self._deadlines = Deadlines(PostgresDeadlines(database, held, self._at), DEEDS, FailedDeedError)

    async def _at(self, _connection):
        return self.now

    async def jump(self, by):
        """The clock stands elsewhere, and whatever is due then is done."""
        self.now += by
        await self._deadlines.once()

    async def account(self, name):
        made = operator_store.NewAccount(name, 10_000_000, 5_000_000, accepted_by="Ann")
        await operator_store.create_account(self.connection, made)
        return await operator_store.account_id_of(self.connection, name)

    async def ask(self, account_id):
        """A request for proof, opened by the account at this instant; its id."""
        new = proof_steps.NewProofRequest(account_id, Wanted(("32470000001",)), "the spring campaign", "Rita")
        key = await proof_steps.ask(self.connection, new, self.now)
        (notice, *_) = await list_notices(self.connection, account_id)
        await open_notice(self.connection, account_id, notice.notice_id, self.now)
        await self.jump(timedelta())
        return key

    async def count(self, sql, account_id):
        return await self.connection.fetchval(sql, account_id)


@pytest.fixture
async def node(database):
    owner = await database.connect(Role.OWNER)
    await operator_store.prepare_installation(owner, default_policy())
    await owner.close()
    connection, held = await database.connect(Role.ROAD), HeldConnections(database, "test", most=3)
    yield Node(database, connection, held)
    await held.close()
    await connection.close()


PAYOUTS = "SELECT count(*) FROM payouts WHERE account_id = $1"
REMINDERS = "SELECT count(*) FROM notices WHERE account_id = $1 AND kind = 'proof-reminder'"
STANDING = "SELECT standing FROM accounts WHERE account_id = $1"


def over_examples(database, law):
    """Play a law for arbitrary jumps, all examples on one database, each with an account of its own."""

    async def played(jumps, number):
        owner = await database.connect(Role.OWNER)
        await operator_store.prepare_installation(owner, default_policy())
        await owner.close()
        connection, held = await database.connect(Role.ROAD), HeldConnections(database, "test", most=3)
        try:
            one = Node(database, connection, held)
            await law(one, await one.account(f"account {number}"), jumps)
        finally:
            # So that the next example begins with nothing due.
            await connection.execute("DELETE FROM deadlines; DELETE FROM intake; DELETE FROM intake_outages")
            await held.close()
            await connection.close()

    numbers = iter(range(10_000))

    @MANY
    @given(JUMPS)
    def examples(jumps):
        asyncio.run(played(jumps, next(numbers)))

    return asyncio.to_thread(examples)


async def test_whoever_does_not_prove_opt_ins_is_closed_once_and_never_before_the_time_is_over(database):
    async def law(node, account_id, jumps):
        key = await node.ask(account_id)
        delivered = (await proof_store.find(node.connection, account_id, key)).delivered_at
        for jump in jumps:
            await node.jump(jump)
            request = await proof_store.find(node.connection, account_id, key)
            if node.now < delivered + WINDOW:
                assert request.state is State.RUNNING or request.ended_at >= delivered + WINDOW
        # However it went, when the time is over it is over.
        node.now = max(node.now, delivered)
        await node.jump(WINDOW + DAY)
        request = await proof_store.find(node.connection, account_id, key)
        assert (request.state, request.ended_at >= delivered + WINDOW) == (State.DEACTIVATED, True)
        assert await node.count(PAYOUTS, account_id) == 1
        assert await node.count(REMINDERS, account_id) <= 2

    await over_examples(database, law)


async def test_while_doors_answer_a_jump_is_time_in_which_nobody_could_and_is_not_counted(database):
    async def law(node, account_id, jumps):
        await beat(node.connection, node.now)
        key = await node.ask(account_id)
        delivered = (await proof_store.find(node.connection, account_id, key)).delivered_at
        for jump in jumps:
            await node.jump(jump)
            await beat(node.connection, node.now)
            request = await proof_store.find(node.connection, account_id, key)
            gone = await outages_since(node.connection, delivered, node.now)
            reachable = node.now - delivered - sum((one.ended - one.begun for one in gone), timedelta())
            assert request.state is State.RUNNING or reachable >= WINDOW or node.now < request.ended_at

    await over_examples(database, law)


async def test_terms_and_strikes_end_at_their_instant_or_later_and_once(database):
    async def law(node, account_id, jumps):
        strike = NewStrike(account_id, "U8", "Carriers rejected it.", 2, "Rita", lasts=9 * HOUR)
        await add_strike(node.connection, strike, node.now)
        change = StandingChange(account_id, "suspend", Reasons("A carrier asked.", "U8"), "Rita", node.now + 5 * HOUR)
        await change_standing(node.connection, change, node.now)
        furthest = timedelta()
        for jump in jumps:
            await node.jump(jump)
            furthest = max(furthest, node.now - NOON)
            expected = "suspended" if furthest < 5 * HOUR else "limited" if furthest < 9 * HOUR else "good"
            assert await node.count(STANDING, account_id) == expected
        node.now = max(node.now, NOON)
        await node.jump(9 * HOUR)
        events = await node.connection.fetch(
            "SELECT event FROM sanctions WHERE account_id = $1 ORDER BY sanction_id", account_id
        )
        assert sorted(row["event"] for row in events) == ["limit", "strike-expired", "suspend", "term-ended"]

    await over_examples(database, law)


async def test_an_appeal_is_taken_for_six_months_by_the_clock_and_has_its_time_to_be_decided(database):
    async def law(node, account_id, jumps):
        change = StandingChange(account_id, "limit", Reasons("Too many complaints.", "U8"), "Rita")
        await change_standing(node.connection, change, node.now)
        (row,) = await node.connection.fetch("SELECT statement_id FROM sanctions WHERE account_id = $1", account_id)
        statement = to_wire(row["statement_id"])
        # Near the end of the time to appeal, so that jumps go over it and back.
        node.now = appeal_until(NOON) - 2 * HOUR
        for jump in jumps:
            node.now += jump
        if node.now > appeal_until(NOON):
            with pytest.raises(BadAppealError, match="ended on"):
                await file_appeal(node.connection, account_id, statement, "They are no complaints.", node.now)
        else:
            filed = await file_appeal(node.connection, account_id, statement, "They are no complaints.", node.now)
            assert filed.decide_by > node.now
            with pytest.raises(BadAppealError, match="already"):
                await file_appeal(node.connection, account_id, statement, "Once more.", node.now + DAY)

    await over_examples(database, law)


async def test_every_deadline_is_kept_once_and_never_early_however_the_clock_jumps(database):
    async def law(node, account_id, jumps):
        kept = []

        async def deed(_connection, due, now):
            kept.append((due.subject, now >= due.due_at))

        node._deadlines._deeds = {"deed": deed}
        for hours in (1, 5, 23, 25, 49):
            await set_deadline(node.connection, NewDeadline("deed", str(hours), account_id, NOON + hours * HOUR))
        for jump in jumps:
            await node.jump(jump)
        node.now = max(node.now, NOON)
        await node.jump(50 * HOUR)
        assert sorted(kept) == sorted((str(hours), True) for hours in (1, 5, 23, 25, 49))

    await over_examples(database, law)


@pytest.mark.parametrize(
    "night", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)], ids=["spring", "autumn"]
)
@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York"])
async def test_a_change_of_summer_time_neither_gives_nor_takes_an_hour(node, night, zone):
    await node.connection.execute(f"SET timezone = '{zone}'")
    node.now = night - 12 * HOUR
    account_id = await node.account("Acme")
    await node.ask(account_id)
    await node.jump(24 * HOUR - SECOND)
    assert await node.count(STANDING, account_id) == "good"
    assert await node.count(REMINDERS, account_id) == 2
    await node.jump(SECOND)
    assert await node.count(STANDING, account_id) == "deactivated"


async def test_a_clock_set_forward_a_day_and_back_again_closes_nobody(node):
    account_id = await node.account("Acme")
    await beat(node.connection, node.now)
    key = await node.ask(account_id)
    # A day that nobody lived through: no door answered in it, so it does not count.
    await node.jump(DAY + HOUR)
    await beat(node.connection, node.now)
    assert await node.count(STANDING, account_id) == "good"
    node.now = NOON + HOUR
    await node.jump(timedelta())
    request = await proof_store.find(node.connection, account_id, key)
    assert (request.state, request.due_at) == (State.RUNNING, NOON + 2 * DAY + HOUR)


async def test_a_clock_set_back_an_hour_reminds_nobody_twice(node):
    account_id = await node.account("Acme")
    await node.ask(account_id)
    await node.jump(12 * HOUR + SECOND)
    for _ in range(3):
        await node.jump(-HOUR)
        await node.jump(HOUR)
    assert await node.count(REMINDERS, account_id) == 1


@pytest.mark.parametrize(
    "jumps",
    [
        pytest.param([DAY, -DAY, DAY, -HOUR, HOUR], id="forward a day and back"),
        pytest.param([-DAY, -HOUR, -DAY, DAY], id="back"),
        pytest.param([DAY + 23 * HOUR, -HOUR, HOUR, -DAY], id="to the last hour, again and again"),
    ],
)
async def test_the_day_of_a_policy_comes_for_who_declined_it_and_not_an_hour_before(node, database, jumps):
    account_id = await node.account("Acme")
    coming = version_of("coming", 30)
    await publish_version(node.connection, coming, "Cas")
    declined = GivenAnswer(account_id, "coming", AnswerEvent.DECLINE, "Ann", "192.0.2.1")
    async with node.connection.transaction():
        await give_answer(node.connection, declined, datetime.now(UTC))
    day = datetime.combine(coming.document.effective, time(), UTC)
    node.now = day - 2 * DAY
    for jump in jumps:
        await node.jump(jump)
        assert node.now < day
        assert await node.count(STANDING, account_id) == "good"
    # A desk whose clock is ahead of the database's closes nobody either.
    node.now = day
    await node.jump(DAY)
    assert await node.count(STANDING, account_id) == "good"
    owner = await database.connect(Role.OWNER)
    await owner.execute("UPDATE policy_versions SET effective = effective - 30")
    await owner.close()
    for jump in (HOUR, -DAY, 2 * DAY):
        await node.jump(jump)
        assert await node.count(STANDING, account_id) == "deactivated"
    assert await node.count(PAYOUTS, account_id) == 1
