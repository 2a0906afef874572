import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from comity.accounts.acceptance import Answer, AnswerEvent, BadAnswerError
from comity.base.clock import SetClock
from comity.edges.cli.policy_publishing import publish_version, withdraw_version
from comity.edges.postgres import acceptance_deeds, acceptance_store, notice_store
from comity.edges.postgres.acceptance_store import GivenAnswer, NoVersionError
from comity.edges.postgres.deadline_store import PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.journey.deadlines import Deadlines
from comity.policy.files import default_policy
from support.gateway import MICRO, operating
from support.policy_life import pass_days, version_of

ACCEPT, DECLINE = AnswerEvent.ACCEPT, AnswerEvent.DECLINE


@pytest.fixture
async def operator(database):
    async with operating(database) as opened:
        yield opened


@pytest.fixture
def now():
    return SetClock(datetime.now(UTC))


async def publish(operator, name="next", days=30, substantial=True):
    """A version as the command publishes it."""
    return await publish_version(operator.connection, version_of(name, days, substantial=substantial), "Cas")


async def keep_the_day(operator, clock, days):
    """So many days pass, and whatever is due on them is done."""
    await pass_days(operator, days)
    clock.advance(timedelta(days=days))
    connections = HeldConnections(operator.database, "test")

    async def at(_connection):
        return clock.now()

    deeds = {
        acceptance_deeds.REMINDER: acceptance_deeds.remind,
        acceptance_deeds.EFFECTIVE: acceptance_deeds.begin,
    }
    done = await Deadlines(PostgresDeadlines(operator.database, connections, at), deeds, ZeroDivisionError).once()
    await connections.close()
    return done


async def answer(operator, customer, event, clock, version="next", person="Ann"):
    async with operator.connection.transaction():
        given = GivenAnswer(customer.account_id, version, event, person, "192.0.2.1")
        return await acceptance_store.give_answer(operator.connection, given, clock.now())


async def change(operator, customer, version="next"):
    found = await acceptance_store.list_changes(operator.connection, customer.account_id, version)
    return found[0] if found else None


async def kinds(operator, customer):
    found = await notice_store.list_notices(operator.connection, customer.account_id)
    return [one.kind for one in reversed(found)]


async def standing(operator, customer):
    return await operator.value("SELECT standing FROM accounts WHERE account_id = $1", customer.account_id)


async def accepted(operator, customer):
    rows = await operator.fetch("SELECT version FROM policy_acceptances WHERE account_id = $1", customer.account_id)
    return {row["version"] for row in rows}


async def test_every_account_is_told_of_a_version_and_asked_when_it_is_substantial(operator):
    customers = [await operator.customer() for _ in range(3)]
    _, _, notes = await publish(operator)
    assert "3 accounts told" in " ".join(notes)
    for customer in customers:
        (told,) = await notice_store.list_notices(operator.connection, customer.account_id)
        assert (told.kind, told.version, told.body["substantial"]) == ("policy-change", "next", True)
        found = await change(operator, customer)
        assert (found.state, found.wanted, found.answer) == ("coming", True, Answer.ASKED)
        assert found.changes


async def test_a_version_that_is_not_substantial_is_told_and_wants_nothing(operator, now):
    customer = await operator.customer()
    await publish(operator, substantial=False)
    assert await kinds(operator, customer) == ["policy-news"]
    found = await change(operator, customer)
    assert (found.wanted, found.answer) == (False, "")
    with pytest.raises(BadAnswerError):
        await answer(operator, customer, DECLINE, now)


async def test_who_accepts_is_bound_on_the_day_and_goes_on(operator, now):
    customer = await operator.customer()
    await publish(operator)
    assert await answer(operator, customer, ACCEPT, now) is Answer.ACCEPTED
    assert not (await change(operator, customer)).wanted
    await keep_the_day(operator, now, 30)
    found = await change(operator, customer)
    assert (found.state, found.answer, found.person, found.wanted) == ("in force", Answer.BOUND, "Ann", False)
    assert await standing(operator, customer) == "good"
    assert await kinds(operator, customer) == ["policy-change"]


async def test_who_declines_is_closed_on_the_day_and_paid_back_what_was_bought(operator, now):
    customer = await operator.customer(credits_=70, bonus=30)
    await publish(operator)
    assert await answer(operator, customer, DECLINE, now) is Answer.DECLINED
    assert await standing(operator, customer) == "good"
    assert await operator.spendable(customer) == 100
    await keep_the_day(operator, now, 30)
    assert await standing(operator, customer) == "deactivated"
    owed = await operator.fetch("SELECT micro_credits FROM payouts WHERE account_id = $1", customer.account_id)
    assert [row[0] for row in owed] == [70 * MICRO]
    shown = "SELECT count(*) FROM evidence_entries WHERE account_id = $1 AND kind = 'payout'"
    assert await operator.value(shown, customer.account_id) == 1
    assert await operator.value("SELECT count(*) FROM deadlines WHERE kind = 'refund-rest'") == 1
    assert (await change(operator, customer)).answer == Answer.LEFT
    assert await kinds(operator, customer) == ["policy-change", "standing", "account-closed"]
    assert await operator.ledger_problems() == []


async def test_who_is_silent_is_reminded_and_on_the_day_told_that_sending_ends(operator, now):
    customer = await operator.customer()
    await publish(operator)
    assert await keep_the_day(operator, now, 23) == 1
    assert await keep_the_day(operator, now, 6) == 1
    assert await keep_the_day(operator, now, 1) == 1
    assert await kinds(operator, customer) == [
        "policy-change",
        "policy-reminder",
        "policy-reminder",
        "policy-effective",
    ]
    found = await change(operator, customer)
    assert (found.answer, found.wanted) == (Answer.SILENT, True)
    assert await answer(operator, customer, ACCEPT, now) is Answer.BOUND
    assert "next" in await accepted(operator, customer)


async def test_who_answered_is_not_reminded(operator, now):
    customer = await operator.customer()
    await publish(operator)
    await answer(operator, customer, ACCEPT, now)
    await keep_the_day(operator, now, 29)
    assert await kinds(operator, customer) == ["policy-change"]


async def test_a_mind_may_change_until_the_day_and_the_last_word_counts(operator, now):
    customer = await operator.customer()
    await publish(operator)
    for event, expected in ((ACCEPT, Answer.ACCEPTED), (DECLINE, Answer.DECLINED)):
        assert await answer(operator, customer, event, now) is expected
    assert "next" not in await accepted(operator, customer)
    await keep_the_day(operator, now, 30)
    assert await standing(operator, customer) == "deactivated"


async def test_declining_on_the_day_or_later_closes_at_once(operator, now):
    customer = await operator.customer(credits_=5)
    await publish(operator)
    await keep_the_day(operator, now, 31)
    assert await answer(operator, customer, DECLINE, now) is Answer.LEFT
    assert await standing(operator, customer) == "deactivated"
    assert await operator.spendable(customer) == 0


async def test_an_answer_on_the_day_before_it_was_kept_counts_as_one_of_that_day(operator, now):
    ann, bob = await operator.customer(), await operator.customer()
    await publish(operator)
    await answer(operator, bob, DECLINE, now)
    await pass_days(operator, 30)
    now.advance(timedelta(days=30))
    assert await answer(operator, ann, ACCEPT, now) is Answer.BOUND
    with pytest.raises(BadAnswerError):
        await answer(operator, bob, ACCEPT, now)
    await keep_the_day(operator, now, 0)
    assert (await standing(operator, ann), await standing(operator, bob)) == ("good", "deactivated")


async def test_the_day_kept_twice_closes_and_pays_once(operator, now):
    customer = await operator.customer(credits_=5)
    await publish(operator)
    await answer(operator, customer, DECLINE, now)
    await keep_the_day(operator, now, 30)
    due = acceptance_deeds.Due(acceptance_deeds.EFFECTIVE, "next", None, now.now())
    async with operator.connection.transaction():
        await acceptance_deeds.begin(operator.connection, due, now.now())
    assert len(await operator.fetch("SELECT FROM payouts")) == 1
    assert (await kinds(operator, customer)).count("account-closed") == 1


async def test_the_same_answer_again_leaves_no_second_evidence(operator, now):
    customer = await operator.customer()
    await publish(operator)
    for _ in range(2):
        await answer(operator, customer, ACCEPT, now)
    entries = await operator.value(
        "SELECT count(*) FROM evidence_entries WHERE account_id = $1 AND kind = 'acceptance'", customer.account_id
    )
    assert entries == 1


async def test_two_answers_at_the_same_moment_come_one_after_the_other(operator, now, database):
    customer = await operator.customer(credits_=5)
    await publish(operator)
    await keep_the_day(operator, now, 30)
    roads = [await database.connect(Role.ROAD) for _ in range(4)]

    async def decline(road):
        async with road.transaction():
            given = GivenAnswer(customer.account_id, "next", DECLINE, "Ann")
            return await acceptance_store.give_answer(road, given, now.now())

    answers = await asyncio.gather(*(decline(road) for road in roads), return_exceptions=True)
    assert answers.count(Answer.LEFT) == 1
    assert len(await operator.fetch("SELECT FROM payouts")) == 1
    for road in roads:
        await road.close()


async def test_a_version_taken_back_binds_nobody_and_everybody_is_told(operator, now):
    customer = await operator.customer(credits_=5)
    await publish(operator)
    await answer(operator, customer, DECLINE, now)
    _, told = await withdraw_version(operator.connection, "next", "Cas")
    assert told == 1
    assert await keep_the_day(operator, now, 40) == 0
    assert await standing(operator, customer) == "good"
    assert await kinds(operator, customer) == ["policy-change", "policy-withdrawn"]
    with pytest.raises(NoVersionError):
        await answer(operator, customer, ACCEPT, now)


async def test_an_account_made_after_the_announcement_is_asked_too(operator, now):
    await publish(operator)
    customer = await operator.customer()
    assert (await change(operator, customer)).wanted
    await keep_the_day(operator, now, 30)
    assert (await change(operator, customer)).answer == Answer.SILENT


async def test_what_the_operator_recorded_is_an_answer(operator, now):
    customer = await operator.customer()
    await publish(operator)
    await operator.connection.execute(
        "INSERT INTO policy_acceptances (account_id, version, digest, person) VALUES ($1, 'next', '', 'Ann')",
        customer.account_id,
    )
    assert (await change(operator, customer)).answer == Answer.ACCEPTED
    await keep_the_day(operator, now, 30)
    assert (await change(operator, customer)).answer == Answer.BOUND


async def test_the_first_policy_is_accepted_the_same_way(operator, now):
    customer = await operator.customer(accepted_by="")
    shipped = default_policy().document.version
    found = await change(operator, customer, shipped)
    assert (found.state, found.wanted, found.answer) == ("in force", True, Answer.SILENT)
    assert await answer(operator, customer, ACCEPT, now, shipped) is Answer.BOUND
    found = await change(operator, customer, shipped)
    assert (found.wanted, found.answer, found.person) == (False, Answer.BOUND, "Ann")


async def test_who_was_told_and_what_they_said_is_one_table(operator, now):
    ann, bob = await operator.customer(name="a-ann"), await operator.customer(name="b-bob")
    await publish(operator)
    await answer(operator, ann, ACCEPT, now)
    rows = await acceptance_store.told_and_answered(operator.connection, "next")
    assert [(row["account"], row["answer"], row["person"]) for row in rows] == [
        (ann.name, "accepted", "Ann"),
        (bob.name, "asked", ""),
    ]
    assert all(row["told_at"] for row in rows)


async def test_no_such_version(operator, now):
    customer = await operator.customer()
    with pytest.raises(NoVersionError):
        await answer(operator, customer, ACCEPT, now, "nowhere")
