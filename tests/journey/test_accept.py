"""Acceptance by group commit on a real store: what is shared, what is bounded, and that nothing is spent twice."""

import asyncio
import contextlib
import functools
import random

import pytest

from comity.base.clock import SystemClock
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.journey.accept import MAX_RECIPIENTS, Acceptor
from comity.messages.submission import (
    Answered,
    Category,
    Door,
    Draft,
    InputFault,
    Malformed,
    Submission,
    TryLater,
)
from support.gateway import MICRO, PERSON, operating

SENDER = "Acme"


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        hands.customer = functools.partial(hands.customer, senders=(SENDER,))
        yield hands


@contextlib.asynccontextmanager
async def accepting(database, clock=None, *, start=True):
    errors = []
    connections = HeldConnections(database, "comity-accept")
    directory = PostgresDirectory(database, connections)
    await directory.start()
    acceptor = Acceptor(PostgresAcceptStore(connections), directory, clock or SystemClock(), errors.append)
    directory.on_lots(acceptor.forget_lots)
    acceptor.directory, acceptor.errors = directory, errors
    if start:
        acceptor.start()
    try:
        yield acceptor
    finally:
        await acceptor.stop()
        await directory.stop()
        await connections.close()


async def waiting(acceptor, messages):
    """Until so many messages wait: nothing but the loop's own turns passes meanwhile."""
    while acceptor.backlog < messages:  # noqa: ASYNC110  the acceptor tells nobody
        await asyncio.sleep(0)


def draft(number=0, **changes):
    """One that no rule compares with others: each number has a recipient of its own."""
    to = str(int(PERSON) + number)
    return Draft(**{"to": to, "sender": SENDER, "text": f"Text {number}", "category": Category.OTP, **changes})


async def submission(acceptor, customer, *drafts, **more):
    account = await acceptor.directory.account(customer.account_id)
    return Submission(account, Door.REST, drafts or (draft(),), **more)


async def submit(acceptor, customer, *drafts, **more):
    return await acceptor.accept(await submission(acceptor, customer, *drafts, **more))


async def test_nothing_is_answered_before_it_is_on_disk(database, operator):
    customer = await operator.customer()
    async with accepting(database) as acceptor:
        answer = await submit(acceptor, customer)
    (one,) = answer.messages
    assert await operator.value("SELECT count(*) FROM messages WHERE id = $1", one.id) == 1


async def test_what_came_while_the_last_commit_ran_is_the_next_batch(database, operator):
    customer = await operator.customer(credits_=500)
    async with accepting(database, start=False) as acceptor:
        asked = [asyncio.ensure_future(submit(acceptor, customer, draft(number))) for number in range(300)]
        await waiting(acceptor, 300)
        acceptor.start()
        answers = await asyncio.gather(*asked)
        assert all(isinstance(answer, Answered) for answer in answers)
        assert acceptor.counters.batches == 2
        assert acceptor.counters.submissions == acceptor.counters.messages == 300
        assert acceptor.counters.by_action == {"allow": 300}
    assert await operator.spendable(customer) == 200
    assert await operator.ledger_problems() == []


async def test_malformed_input_takes_no_place_in_the_queue(database, operator):
    customer = await operator.customer()
    async with accepting(database, start=False) as acceptor:
        answer = await submit(acceptor, customer, draft(), draft(to="nobody"))
        assert isinstance(answer, Malformed)
        assert (answer.fault, answer.index) == (InputFault.RECIPIENT_INVALID, 1)
        assert acceptor.backlog == 0


@pytest.mark.parametrize(
    ("count", "fault"), [(0, InputFault.NO_MESSAGE), (MAX_RECIPIENTS + 1, InputFault.TOO_MANY_RECIPIENTS)]
)
async def test_a_submission_has_a_first_and_a_last_number_of_recipients(database, operator, count, fault):
    customer = await operator.customer()
    async with accepting(database) as acceptor:
        account = await acceptor.directory.account(customer.account_id)
        answer = await acceptor.accept(Submission(account, Door.REST, tuple(draft() for _ in range(count))))
        assert isinstance(answer, Malformed)
        assert answer.fault is fault
        assert acceptor.backlog == 0


async def test_a_large_submission_does_not_stand_before_a_small_one(database, operator):
    customer, other = await operator.customer(credits_=9000), await operator.customer()
    async with accepting(database) as acceptor:
        drafts = [draft(number, to=f"324710{number:05d}") for number in range(9000)]
        large = asyncio.ensure_future(submit(acceptor, customer, *drafts))
        await asyncio.sleep(0)
        assert isinstance(await submit(acceptor, other), Answered)
        assert not large.done()
        assert isinstance(await large, Answered)


async def test_when_it_stops_who_waits_is_told_to_try_later(database, operator):
    customer = await operator.customer()
    async with accepting(database, start=False) as acceptor:
        asked = [asyncio.ensure_future(submit(acceptor, customer, draft(number))) for number in range(5)]
        await waiting(acceptor, 5)
        await acceptor.stop()
        assert all(isinstance(answer, TryLater) for answer in await asyncio.gather(*asked))
        assert isinstance(await submit(acceptor, customer), TryLater)
    assert (await operator.written(customer))["messages"] == 0


async def test_a_submission_that_is_being_read_when_it_stops_is_told_to_try_later(database, operator):
    customer = await operator.customer()
    async with accepting(database) as acceptor:
        reading = asyncio.ensure_future(submit(acceptor, customer, *(draft(n) for n in range(5000))))
        await waiting(acceptor, 1)
        await acceptor.stop()
        async with asyncio.timeout(10):
            assert isinstance(await reading, TryLater)
        assert acceptor.backlog == 0


async def test_a_dry_run_in_the_same_batch_leaves_no_trace(database, operator, clock):
    customer = await operator.customer(credits_=1)
    same = draft(category=Category.TRANSACTIONAL)
    async with accepting(database, clock, start=False) as acceptor:
        tried = asyncio.ensure_future(submit(acceptor, customer, same, dry_run=True))
        real = asyncio.ensure_future(submit(acceptor, customer, same))
        await waiting(acceptor, 2)
        acceptor.start()
        for answer in await asyncio.gather(tried, real):
            assert answer.messages[0].verdict.action == "allow"
    assert (await operator.written(customer))["messages"] == 1


async def test_a_submission_that_cannot_be_paid_leaves_no_trace_in_its_batch(database, operator, clock):
    customer = await operator.customer(credits_=1)
    same = draft(category=Category.TRANSACTIONAL)
    async with accepting(database, clock, start=False) as acceptor:
        dear = asyncio.ensure_future(submit(acceptor, customer, same, draft(1), draft(2)))
        cheap = asyncio.ensure_future(submit(acceptor, customer, same))
        await waiting(acceptor, 4)
        acceptor.start()
        short, sent = await asyncio.gather(dear, cheap)
    assert short.fault is InputFault.NOT_ENOUGH_CREDITS
    assert sent.messages[0].verdict.action == "allow"


async def test_the_same_text_twice_in_one_batch_is_found(database, operator, clock):
    customer = await operator.customer()
    same = draft(category=Category.TRANSACTIONAL)
    async with accepting(database, clock, start=False) as acceptor:
        asked = [asyncio.ensure_future(submit(acceptor, customer, same)) for _ in range(3)]
        await waiting(acceptor, 3)
        acceptor.start()
        answers = await asyncio.gather(*asked)
    actions = sorted(answer.messages[0].verdict.action for answer in answers)
    assert actions == ["allow", "refuse", "refuse"]


async def test_one_account_without_credits_does_not_fail_the_batch_of_others(database, operator):
    poor, rich = await operator.customer(credits_=0), await operator.customer(credits_=50)
    async with accepting(database) as acceptor:
        asked = [submit(acceptor, customer, draft(n)) for n in range(20) for customer in (poor, rich)]
        answers = await asyncio.gather(*asked)
    assert sum(isinstance(answer, Answered) for answer in answers) == 20
    assert await operator.spendable(rich) == 30


async def test_a_batch_that_the_store_cannot_write_is_answered_try_later_and_the_next_works(database, operator):
    customer = await operator.customer()
    async with accepting(database) as acceptor:
        await operator.fetch("ALTER TABLE ledger_entries RENAME TO elsewhere")
        assert isinstance(await submit(acceptor, customer), TryLater)
        assert acceptor.counters.failed == 1
        assert len(acceptor.errors) == 1
        await operator.fetch("ALTER TABLE elsewhere RENAME TO ledger_entries")
        assert isinstance(await submit(acceptor, customer), Answered)
    assert (await operator.written(customer))["messages"] == 1
    assert await operator.ledger_problems() == []


@pytest.mark.parametrize("seed", range(3))
async def test_concurrent_sends_from_two_nodes_never_overdraw(database, operator, seed):
    luck = random.Random(seed)
    customers = [await operator.customer(credits_=luck.randrange(20), bonus=luck.randrange(10)) for _ in range(4)]
    held = {customer.name: await operator.spendable(customer) for customer in customers}
    accepted = dict.fromkeys(held, 0)

    async def one(acceptor, customer, number):
        size = luck.choice([1, 1, 1, 3])
        drafts = [draft(number, to=f"3247100{number:03d}{place}") for place in range(size)]
        answer = await submit(acceptor, customer, *drafts)
        if isinstance(answer, Answered):
            accepted[customer.name] += size
        else:
            assert isinstance(answer, TryLater) or answer.fault is InputFault.NOT_ENOUGH_CREDITS

    async with accepting(database) as first, accepting(database) as second:
        wanted = [(luck.choice([first, second]), luck.choice(customers), number) for number in range(200)]
        await asyncio.gather(*(one(*each) for each in wanted))
        errors = first.errors + second.errors
    assert errors == []
    for customer in customers:
        assert await operator.spendable(customer) == held[customer.name] - accepted[customer.name] >= 0
    assert await operator.ledger_problems() == []


async def test_credits_booked_while_sending_are_all_usable(database, operator):
    customer = await operator.customer(credits_=10)
    book = (
        "WITH lot AS (INSERT INTO lots (account_id, kind, micro_credits, remaining)"
        " VALUES ($1, 'purchased', $2, $2) RETURNING lot_id)"
        " INSERT INTO ledger_entries SELECT $1, gen_random_uuid(), 'purchase', lot_id, $2 FROM lot"
    )
    async with accepting(database) as acceptor:

        async def send(number):
            answer = await submit(acceptor, customer, draft(number))
            return isinstance(answer, Answered)

        for number in range(10):
            await asyncio.gather(send(3 * number), send(3 * number + 1), send(3 * number + 2))
            await operator.fetch(book, customer.account_id, MICRO * 2)
        while await send(1000):
            pass
    assert await operator.spendable(customer) == 0
    assert await operator.ledger_problems() == []
