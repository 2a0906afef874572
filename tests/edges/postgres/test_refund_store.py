import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.accounts.standing import Reasons
from comity.edges.postgres import operator_store, refund_store
from comity.edges.postgres.closing import Closed, close_out
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.roles import Role
from comity.edges.postgres.standing_changes import StandingChange, change_standing
from comity.journey.flight import not_sent
from comity.journey.lanes import Lane
from support.gateway import MICRO, operating
from support.road import Road

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
async def operator(database):
    async with operating(database) as opened:
        yield opened


async def test_what_was_bought_is_paid_back_once_and_bonus_never(operator):
    customer = await operator.customer(credits_=70, bonus=30)
    connection = operator.connection
    assert await refund_store.refund_purchased(connection, customer.account_id, "declined", NOW) == 70 * MICRO
    assert await refund_store.refund_purchased(connection, customer.account_id, "declined", NOW) == 0
    assert await operator.spendable(customer) == 30
    assert await operator.ledger_problems() == []


async def test_what_comes_back_later_is_paid_back_too(operator):
    customer = await operator.customer(credits_=10)
    connection = operator.connection
    await refund_store.refund_purchased(connection, customer.account_id, "declined", NOW)
    await connection.execute(
        "WITH l AS (UPDATE lots SET remaining = 0 WHERE account_id = $1 RETURNING lot_id),"
        " m AS (SELECT uuidv7() AS id)"
        " INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)"
        " SELECT $1, m.id, k.kind, l.lot_id, 5 FROM l, m, (VALUES ('charge'), ('refund')) AS k (kind)",
        customer.account_id,
    )
    await connection.execute("UPDATE lots SET remaining = 5 WHERE account_id = $1", customer.account_id)
    assert await refund_store.refund_purchased(connection, customer.account_id, "declined", NOW) == 5


async def test_what_has_expired_is_booked_once_and_not_paid_back(operator):
    customer = await operator.customer(credits_=0)
    await operator_store.add_credits(operator.connection, customer.account_id, "purchased", 5 * MICRO, NOW)
    assert await refund_store.refund_purchased(operator.connection, customer.account_id, "left", NOW) == 0
    assert await refund_store.expire_lots(operator.connection, NOW) == 1
    assert await refund_store.expire_lots(operator.connection, NOW) == 0
    assert await operator.spendable(customer) == 0
    assert await operator.ledger_problems() == []


async def test_a_lot_lives_until_its_instant(operator):
    customer = await operator.customer(credits_=0)
    later = NOW + timedelta(seconds=1)
    await operator_store.add_credits(operator.connection, customer.account_id, "bonus", 5 * MICRO, later)
    assert await refund_store.expire_lots(operator.connection, NOW) == 0
    assert await refund_store.expire_lots(operator.connection, later) == 1


async def test_what_is_owed_is_settled_once(operator):
    customer = await operator.customer(credits_=10)
    await refund_store.refund_purchased(operator.connection, customer.account_id, "left", NOW)
    (owed,) = await refund_store.list_payouts(operator.connection, only_open=True)
    assert (owed["account"], owed["micro_credits"], owed["why"]) == (customer.name, 10 * MICRO, "left")
    paid = ("Cas", "transfer 12")
    name, amount = await refund_store.settle_payout(operator.connection, owed["payout_id"], paid, NOW)
    assert (name, amount) == (customer.name, 10 * MICRO)
    assert await refund_store.list_payouts(operator.connection, only_open=True) == []
    assert await operator.ledger_problems() == []
    for unknown in (owed["payout_id"], uuid4()):
        with pytest.raises(refund_store.NoPayoutError):
            await refund_store.settle_payout(operator.connection, unknown, paid, NOW)


async def test_the_day_of_a_lot_is_awaited_and_looked_at_once_more(operator):
    customer = await operator.customer(credits_=0)
    connection = operator.connection
    lot = await operator_store.add_credits(connection, customer.account_id, "bonus", 5 * MICRO, NOW)
    for _ in range(2):
        (row,) = await operator.fetch("SELECT kind, subject, account_id, due_at FROM deadlines")
        due = refund_store.Due(**dict(row))
        assert (due.kind, due.subject) == (refund_store.EXPIRY, str(lot))
        await connection.execute("DELETE FROM deadlines")
        await refund_store.expire_lot(connection, due, due.due_at)
        assert await operator.spendable(customer) == 0
    assert await operator.fetch("SELECT FROM deadlines") == []


# ---- the rest of a closed account


async def close(operator, customer, owed=10 * MICRO):
    """As every way to close does it; the deadline at which the rest is looked at."""
    async with operator.connection.transaction():
        await stand(operator, customer, "deactivate")
        assert await close_out(operator.connection, customer.account_id, "left", NOW) == Closed(0, owed)
    (rest,) = await rests(operator)
    return Due(**dict(rest))


async def stand(operator, customer, event):
    change = StandingChange(customer.account_id, event, Reasons("It was looked at.", "P5"), "Ann")
    await change_standing(operator.connection, change, NOW)


async def rests(operator):
    return await operator.fetch(
        "SELECT kind, subject, account_id, due_at FROM deadlines WHERE kind = $1", refund_store.REST
    )


async def payouts(operator):
    return [row[0] for row in await operator.fetch("SELECT micro_credits FROM payouts ORDER BY payout_id")]


async def payout_entries(operator):
    return await operator.value("SELECT count(*) FROM evidence_entries WHERE kind = 'payout'")


async def buy(operator, customer):
    await operator_store.add_credits(operator.connection, customer.account_id, "purchased", 5 * MICRO, None)


async def test_what_comes_back_to_a_closed_account_is_paid_back_with_evidence(operator):
    customer = await operator.customer(credits_=10)
    rest = await close(operator, customer)
    assert (await payouts(operator), await payout_entries(operator)) == ([10 * MICRO], 1)
    await buy(operator, customer)
    for _ in range(2):
        await refund_store.pay_back_rest(operator.connection, rest, rest.due_at)
        assert (await payouts(operator), await payout_entries(operator)) == ([10 * MICRO, 5 * MICRO], 2)
    assert await operator.ledger_problems() == []


async def test_what_a_carrier_gives_back_after_the_closing_is_cancelled_and_paid_back(operator, database):
    customer = await operator.customer(credits_=10)
    road = Road(database)
    (message,) = await road.queue(customer.account_id)
    dispatcher, now = uuid4(), road.clock.now()
    await road.store.enter(dispatcher, 60)
    (claimed,) = await road.store.claim(dispatcher, now, [Lane("", 1, 1, 0)])
    rest = await close(operator, customer, 10 * MICRO - 10)
    await road.store.record(dispatcher, [not_sent(claimed, now)], now, lambda _, key: key)
    async with operator.connection.transaction():
        await refund_store.pay_back_rest(operator.connection, rest, rest.due_at)
    assert await road.state(message) == "cancelled"
    await road.connections.close()
    assert await payouts(operator) == [10 * MICRO - 10, 10]
    assert await operator.ledger_problems() == []


async def test_an_account_that_is_open_again_keeps_what_it_buys(operator):
    customer = await operator.customer(credits_=10)
    rest = await close(operator, customer)
    await stand(operator, customer, "lift")
    assert await rests(operator) == []
    await buy(operator, customer)
    await refund_store.pay_back_rest(operator.connection, rest, rest.due_at)
    # What was owed and not paid is its own again; what it bought since was never anybody else's.
    assert (await operator.spendable(customer), await payouts(operator)) == (15, [10 * MICRO])
    assert await operator.ledger_problems() == []


async def test_what_was_handed_down_and_waits_there_is_closed_with_the_account_above_and_opened_with_it(
    operator, database
):
    top = await operator.customer(credits_=10)
    child = await operator.customer(credits_=7, bonus=2, parent_id=top.account_id)
    closed = await operator.customer(credits_=3, parent_id=child.account_id)
    road = Road(database)
    waiting = await road.queue(child.account_id, 2)
    async with operator.connection.transaction():
        await stand(operator, closed, "deactivate")
    async with operator.connection.transaction():
        await stand(operator, top, "deactivate")
        assert await close_out(operator.connection, top.account_id, "left", NOW) == Closed(2, 20 * MICRO)
    assert [await road.state(message) for message in waiting] == ["cancelled"] * 2
    owed = await refund_store.list_payouts(operator.connection, only_open=True)
    assert {(row["account"], row["buyer"]) for row in owed} == {(one.name, top.name) for one in (top, child, closed)}

    # What comes back to an account below later is owed too, though its own standing is as it was.
    await buy(operator, child)
    (rest,) = [row for row in await rests(operator) if row["account_id"] == child.account_id]
    await refund_store.pay_back_rest(operator.connection, Due(**dict(rest)), NOW)
    assert await operator.spendable(child) == 2

    # Open again, those below are too, but for one that is closed itself.
    await stand(operator, top, "lift")
    found = [await operator.spendable(one) for one in (top, child, closed)]
    assert found == [10, 7 + 2 + 5, 0]
    assert {row["account_id"] for row in await rests(operator)} == {closed.account_id}
    assert await operator.ledger_problems() == []
    await road.connections.close()


async def test_opening_one_account_leaves_the_rest_of_another_awaited(operator):
    customer, other = await operator.customer(credits_=10), await operator.customer(credits_=0)
    await close(operator, customer)
    await stand(operator, other, "deactivate")
    await stand(operator, other, "lift")
    assert [row["account_id"] for row in await rests(operator)] == [customer.account_id]


async def test_an_account_that_is_opened_while_its_rest_is_looked_at_keeps_what_it_has(operator, database):
    customer = await operator.customer(credits_=10)
    rest = await close(operator, customer)
    await buy(operator, customer)
    road = await database.connect(Role.ROAD)
    async with asyncio.timeout(20), road.transaction():
        # Whoever does the deed has taken its row, and waits for whoever opens the account.
        await road.execute("DELETE FROM deadlines WHERE kind = $1", refund_store.REST)
        async with operator.connection.transaction():
            await stand(operator, customer, "lift")
            deed = asyncio.create_task(refund_store.pay_back_rest(road, rest, rest.due_at))
            while not await waits(operator, road):
                pass  # asking is waiting
        await deed
    await road.close()
    assert (await operator.spendable(customer), await payouts(operator)) == (15, [10 * MICRO])


async def waits(operator, road):
    return await operator.value("SELECT cardinality(pg_blocking_pids($1)) > 0", road.get_server_pid())


# ---- an account that is open again


async def told(operator, customer):
    sql = "SELECT body FROM notices WHERE account_id = $1 AND kind = 'credits'"
    return [row["body"] for row in await operator.fetch(sql, customer.account_id)]


async def reopen_after(operator, customer, *, paid=False):
    await close(operator, customer)
    if paid:
        (owed,) = await refund_store.list_payouts(operator.connection, only_open=True)
        await refund_store.settle_payout(operator.connection, owed["payout_id"], ("Cas", "transfer 12"), NOW)
    await stand(operator, customer, "appeal-granted")


async def test_what_nobody_paid_yet_is_the_accounts_own_again_and_is_told(operator):
    customer = await operator.customer(credits_=10, bonus=3)
    await reopen_after(operator, customer)
    assert await operator.spendable(customer) == 13
    assert await refund_store.list_payouts(operator.connection, only_open=True) == []
    (body,) = await told(operator, customer)
    assert (body["restored"], body["paid"], "10 credits" in body["summary"]) == (10 * MICRO, 0, True)
    assert await operator.ledger_problems() == []


async def test_what_was_paid_stays_paid_and_the_account_begins_without_it(operator):
    customer = await operator.customer(credits_=10, bonus=3)
    await reopen_after(operator, customer, paid=True)
    assert await operator.spendable(customer) == 3
    (body,) = await told(operator, customer)
    assert (body["restored"], body["paid"], "you owe nothing" in body["summary"]) == (0, 10 * MICRO, True)
    assert await operator.ledger_problems() == []


async def test_what_was_taken_back_is_not_paid_out(operator):
    customer = await operator.customer(credits_=10)
    await close(operator, customer)
    (owed,) = await refund_store.list_payouts(operator.connection, only_open=True)
    await stand(operator, customer, "lift")
    with pytest.raises(refund_store.NoPayoutError):
        await refund_store.settle_payout(operator.connection, owed["payout_id"], ("Cas", "transfer 12"), NOW)


async def test_a_lots_day_moves_on_by_as_long_as_the_account_was_closed(operator):
    customer = await operator.customer(credits_=0)
    connection, ends = operator.connection, NOW + timedelta(days=2)
    lot = await operator_store.add_credits(connection, customer.account_id, "purchased", 10 * MICRO, ends)
    await close(operator, customer)
    reopened = NOW + timedelta(days=9)
    change = StandingChange(customer.account_id, "appeal-granted", Reasons("It was wrong.", "P5"), "Ann")
    await change_standing(connection, change, reopened)
    assert await operator.value("SELECT expires_at FROM lots WHERE lot_id = $1", lot) == ends + timedelta(days=9)
    due = "SELECT due_at FROM deadlines WHERE kind = $1 AND subject = $2"
    assert await operator.value(due, refund_store.EXPIRY, str(lot)) == ends + timedelta(days=9)
    assert await refund_store.expire_lots(connection, reopened) == 0
    assert await operator.spendable(customer) == 10


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.integers(1, 50)),
        st.tuples(st.just("send"), st.integers(1, 40)),
        st.tuples(st.sampled_from(["give back", "close", "open", "pay", "look at the rest"]), st.just(0)),
    ),
    max_size=14,
)


class Book:
    """What an account bought, sent and was paid, by the steps that were taken."""

    def __init__(self, operator, customer):
        self.operator, self.connection, self.account_id = operator, operator.connection, customer.account_id
        self.bought = self.sent = self.paid = 0
        self.closed, self.messages = False, []

    async def take(self, step, amount):
        await {
            "buy": self.buy, "send": self.send, "give back": self.give_back, "close": self.close, "open": self.open,
            "pay": self.pay, "look at the rest": self.look,
        }[step](amount)  # fmt: skip

    async def buy(self, amount):
        if not self.closed:
            await operator_store.add_credits(self.connection, self.account_id, "purchased", amount)
            self.bought += amount

    async def send(self, amount):
        sql = "SELECT lot_id FROM lots WHERE account_id = $1 AND remaining >= $2 ORDER BY lot_id LIMIT 1"
        lot = await self.connection.fetchval(sql, self.account_id, amount)
        if lot is not None and not self.closed:
            self.messages.append((uuid4(), lot, amount))
            await self.post("charge", *self.messages[-1], -amount)
            self.sent += amount

    async def give_back(self, _):
        if self.messages:
            message = self.messages.pop()
            await self.post("refund", *message, message[2])
            self.sent -= message[2]

    async def post(self, kind, subject, lot, amount, change):
        await self.connection.execute("UPDATE lots SET remaining = remaining + $2 WHERE lot_id = $1", lot, change)
        sql = (
            "INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits) VALUES ($1, $2, $3, $4, $5)"
        )
        await self.connection.execute(sql, self.account_id, subject, kind, lot, amount)

    async def close(self, _):
        if not self.closed:
            await self.change("deactivate")
            await close_out(self.connection, self.account_id, "left", NOW)
            self.closed = True

    async def open(self, _):
        if self.closed:
            await self.change("appeal-granted")
            self.closed = False

    async def change(self, event):
        change = StandingChange(self.account_id, event, Reasons("It was looked at.", "P5"), "Ann")
        await change_standing(self.connection, change, NOW)

    async def pay(self, _):
        sql = "SELECT payout_id FROM payouts WHERE account_id = $1 AND paid_at IS NULL AND reversed_at IS NULL"
        for row in await self.connection.fetch(sql, self.account_id):
            _, amount = await refund_store.settle_payout(self.connection, row["payout_id"], ("Cas", "x"), NOW)
            self.paid += amount

    async def look(self, _):
        due = Due(refund_store.REST, f"{self.account_id} left", self.account_id, NOW)
        await refund_store.pay_back_rest(self.connection, due, NOW)


async def test_whatever_happens_nothing_is_paid_back_twice_and_nothing_is_lost(database):
    """Bought is what was sent, what was paid back, what is owed and what is left; never more."""
    loop = asyncio.get_running_loop()
    async with operating(database) as operator:

        async def follow(steps):
            customer = await operator.customer(credits_=0, senders=())
            book = Book(operator, customer)
            for step, amount in steps:
                await book.take(step, amount)
                sums = "SELECT coalesce(sum(remaining), 0) FROM lots WHERE account_id = $1"
                left = await operator.value(sums, customer.account_id)
                owing = (
                    "SELECT coalesce(sum(micro_credits), 0) FROM payouts"
                    " WHERE account_id = $1 AND paid_at IS NULL AND reversed_at IS NULL"
                )
                owed = await operator.value(owing, customer.account_id)
                assert book.bought == book.sent + book.paid + owed + left, (step, amount)
                assert not owed or book.closed
            mine = [row for row in await operator.ledger_problems() if row["account_id"] == customer.account_id]
            assert [row for row in mine if "message" not in row["problem"]] == []

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(STEPS)
        def holds(steps):
            asyncio.run_coroutine_threadsafe(follow(steps), loop).result(60)

        await asyncio.to_thread(holds)
