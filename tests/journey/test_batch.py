"""One batch against a store that changes under it: what is refused is refused on what is true now."""

import asyncio

import pytest

from comity.base.errors import StoreError
from comity.base.ids import IdMaker
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.journey.accept import Acceptor
from comity.journey.batch import Batch, Unit
from comity.journey.ports import FactsChangedError
from comity.journey.prepare import prepare
from comity.messages.submission import Answered, Category, Door, Draft, InputFault, Submission, TryLater
from support.gateway import MICRO, PERSON, operating


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


class Bench:
    """A batch by itself, on a real store."""

    def __init__(self, store, directory, clock, operator):
        self.store, self.directory, self.clock, self.operator = store, directory, clock, operator
        self.batch = Batch(store, clock, IdMaker())

    async def submission(self, customer, text="Hello", **more):
        account = await self.directory.account(customer.account_id)
        return Submission(account, Door.REST, (Draft(PERSON, "Bank", text, Category.OTP),), **more)

    async def unit(self, customer, text="Hello", **more):
        submission, readings = await self.submission(customer, text, **more), self.directory.readings()
        one = prepare(submission.drafts[0], submission.account, readings, self.clock.now())
        return Unit(submission, [one], readings.policy, asyncio.get_running_loop().create_future())

    async def settle(self, customer, *texts, **more):
        settled = await self.batch.settle([await self.unit(customer, text, **more) for text in texts])
        return [outcome for _, outcome in settled.outcomes]

    async def book(self, customer, credits_):
        """Credits that another process books: this one is not told."""
        await self.operator.fetch(
            "WITH lot AS (INSERT INTO lots (account_id, kind, micro_credits, remaining)"
            " VALUES ($1, 'purchased', $2, $2) RETURNING lot_id)"
            " INSERT INTO ledger_entries SELECT $1, gen_random_uuid(), 'purchase', lot_id, $2 FROM lot",
            customer.account_id,
            credits_ * MICRO,
        )

    async def fail_commits(self, times):
        """Let so many commits find that what they were judged by has changed."""
        await self.operator.connection.execute(
            f"""
            CREATE SEQUENCE commits;
            GRANT ALL ON commits TO PUBLIC;
            CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('commits') <= {times} THEN PERFORM insist(false); END IF; RETURN NULL;
            END $$;
            CREATE TRIGGER change AFTER INSERT ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION change();
            """
        )


@pytest.fixture
async def bench(operator, clock):
    connections = HeldConnections(operator.database, "comity-accept")
    directory = PostgresDirectory(operator.database, connections)
    await directory.start()
    yield Bench(PostgresAcceptStore(connections), directory, clock, operator)
    await directory.stop()
    await connections.close()


def short(outcome):
    return getattr(outcome, "fault", None) is InputFault.NOT_ENOUGH_CREDITS


async def test_nobody_is_refused_on_what_was_remembered(bench, operator):
    customer = await operator.customer(credits_=1)
    await bench.settle(customer, "First")
    await bench.book(customer, 2)
    with pytest.raises(FactsChangedError):
        await bench.settle(customer, "One", "Two")
    outcomes = await bench.settle(customer, "One", "Two")
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert await operator.spendable(customer) == 0
    assert await operator.ledger_problems() == []


async def test_nobody_sends_on_what_was_remembered_and_is_gone(bench, operator):
    customer = await operator.customer(credits_=5)
    await bench.settle(customer, "First")
    await operator.fetch("UPDATE lots SET remaining = 0")
    with pytest.raises(FactsChangedError):
        await bench.settle(customer, "Second")
    (outcome,) = await bench.settle(customer, "Second")
    assert short(outcome)
    assert (await operator.written(customer))["messages"] == 1


async def test_who_is_short_of_what_is_true_now_is_refused_and_others_are_not(bench, operator):
    customer = await operator.customer(credits_=1)
    sent, refused = await bench.settle(customer, "One", "Two")
    assert isinstance(sent, Answered)
    assert short(refused)


async def test_bought_credits_are_looked_for_when_told(bench, operator):
    customer = await operator.customer(credits_=1)
    await bench.settle(customer, "One")
    await bench.book(customer, 1)
    bench.batch.forget_lots()
    (sent,) = await bench.settle(customer, "Two")
    assert isinstance(sent, Answered)


async def test_a_keys_second_unit_in_one_batch_waits_for_the_next(bench, operator):
    customer = await operator.customer()
    units = [await bench.unit(customer, idempotency_key=key) for key in ("k", "k", "other")]
    settled = await bench.batch.settle(units)
    assert settled.postponed == [units[1]]
    assert [unit for unit, _ in settled.outcomes] == [units[0], units[2]]
    assert settled.queued


@pytest.mark.parametrize("same", [True, False])
async def test_a_key_that_stands_for_an_answer_is_neither_judged_nor_charged(bench, operator, same):
    customer = await operator.customer(credits_=1)
    (first,) = await bench.settle(customer, "One", idempotency_key="k", fingerprint=b"one")
    (again,) = await bench.settle(customer, "One", idempotency_key="k", fingerprint=b"one" if same else b"two")
    if same:
        assert (again.replayed, [one.id for one in again.messages]) == (True, [one.id for one in first.messages])
    else:
        assert again.fault is InputFault.IDEMPOTENCY_CONFLICT
    assert (await operator.written(customer))["messages"] == 1


async def test_a_dry_run_commits_nothing(bench, operator):
    customer = await operator.customer(credits_=1)
    settled = await bench.batch.settle([await bench.unit(customer, dry_run=True)])
    assert isinstance(settled.outcomes[0][1], Answered)
    assert not settled.queued
    assert (await operator.written(customer))["messages"] == 0
    assert await operator.spendable(customer) == 1


@pytest.mark.parametrize(("failures", "kind"), [(4, Answered), (5, TryLater)])
async def test_a_batch_is_tried_a_few_times_and_then_given_up(bench, operator, failures, kind):
    customer = await operator.customer(credits_=5)
    await bench.fail_commits(failures)
    errors = []
    acceptor = Acceptor(bench.store, bench.directory, bench.clock, errors.append)
    acceptor.start()
    answer = await acceptor.accept(await bench.submission(customer))
    await acceptor.stop()
    assert isinstance(answer, kind)
    assert [type(error) for error in errors] == ([] if kind is Answered else [StoreError])
    assert acceptor.counters.retried == failures
    assert await operator.spendable(customer) == (4 if kind is Answered else 5)
    assert await operator.ledger_problems() == []


async def test_who_went_away_is_not_answered(bench, operator):
    unit = await bench.unit(await operator.customer())
    unit.answered.cancel()
    settled = await bench.batch.settle([unit])
    unit.answer(settled.outcomes[0][1])
    assert unit.answered.cancelled()
