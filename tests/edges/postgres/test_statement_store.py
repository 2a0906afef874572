"""The ledger over any history: it balances, nothing is negative or paid twice, and every month's statement adds up."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from comity.credits.corrections import LIMIT, BadCorrectionError, NewCorrection
from comity.credits.lots import MICRO, Lot, LotKind, Purse
from comity.edges.postgres import operator_store, refund_corrections, refund_store, statement_store
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statement_store import Place
from support.gateway import operating
from support.postgres import TEMPLATE, fresh_name

START = datetime(2026, 1, 1, tzinfo=UTC)
AMOUNTS = st.integers(1, 30)
KINDS = st.sampled_from(LotKind)


@pytest.fixture
async def operator(database):
    async with operating(database) as opened:
        yield opened


class History:
    """An account whose ledger is written as the product writes it, at instants of the test's own."""

    def __init__(self, connection, account_id):
        self.connection, self.account_id = connection, account_id
        self.now = START
        self.charges = []

    async def buy(self, kind, amount, days=None):
        """A lot; the entry is dated by the test."""
        expires = self.now + timedelta(days=days) if days else None
        lot = await self.connection.fetchval(
            "INSERT INTO lots (account_id, kind, micro_credits, remaining, expires_at) VALUES ($1, $2, $3, $3, $4)"
            " RETURNING lot_id",
            *(self.account_id, kind.value, amount, expires),
        )
        await self.entry(uuid4(), "bonus" if kind is LotKind.BONUS else "purchase", lot, amount)

    async def charge(self, amount):
        """A message, as the acceptance spends it."""
        rows = await self.connection.fetch(
            "SELECT lot_id, kind, remaining, expires_at FROM lots WHERE account_id = $1", self.account_id
        )
        purse = Purse([Lot(r["lot_id"], LotKind(r["kind"]), r["remaining"], r["expires_at"]) for r in rows], self.now)
        if purse.available < amount:
            return
        message = uuid4()
        for spent in purse.spend(amount):
            await self.connection.execute(
                "UPDATE lots SET remaining = remaining - $2 WHERE lot_id = $1", spent.lot_id, spent.micro_credits
            )
            await self.entry(message, "charge", spent.lot_id, spent.micro_credits)
        self.charges.append(message)

    async def refund(self, place):
        """The price of a message goes back to its lots."""
        if not self.charges:
            return
        message = self.charges.pop(place % len(self.charges))
        for row in await self.connection.fetch(
            "SELECT lot_id, micro_credits FROM ledger_entries WHERE subject = $1 AND kind = 'charge'", message
        ):
            await self.connection.execute("UPDATE lots SET remaining = remaining + $2 WHERE lot_id = $1", *row)
            await self.entry(message, "refund", *row)

    async def entry(self, subject, kind, lot_id, amount):
        await self.connection.execute(
            "INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            *(self.account_id, subject, kind, lot_id, amount, self.now),
        )

    async def balance(self, before=None):
        """The sum of the entries, from the first, up to an instant."""
        return await self.connection.fetchval(
            "SELECT coalesce(sum(micro_credits), 0)::bigint FROM ledger_postings WHERE account_id = $1"
            " AND ledger_account = 'customer' AND ($2::timestamptz IS NULL OR at < $2)",
            *(self.account_id, before),
        )

    async def months_hold(self):
        """Every month's statement keeps the law, begins where the one before ended, and says what the entries say."""
        closing = 0
        for month in range(1, self.now.month + 1):
            name = f"2026-{month:02}"
            found = await statement_store.statement_of(self.connection, self.account_id, name, self.now)
            assert found.holds
            assert found.opening == closing
            closing = found.closing
            listed = await statement_store.entries_of(self.connection, self.account_id, name, None, 10_000)
            assert sum(one.micro_credits for one in listed) == found.closing - found.opening
            assert len(listed) == sum(one.entries for one in found.sums)
        assert closing == await self.balance()


class Ledger(RuleBasedStateMachine):
    """Purchases, charges, refunds, expiries, corrections, payouts and payments, over months."""

    loop = connection = None

    def __init__(self):
        super().__init__()
        self.history = self.run(self.begin())
        self.bought = self.owed = 0

    def run(self, work):
        return self.loop.run_until_complete(work)

    async def begin(self):
        made = await operator_store.create_account(self.connection, operator_store.NewAccount(f"history-{uuid4().hex}"))
        return History(self.connection, await operator_store.account_id_of(self.connection, made.account))

    @rule(days=st.integers(0, 20))
    def time_passes(self, days):
        if self.history.now + timedelta(days=days) < datetime(2026, 12, 1, tzinfo=UTC):
            self.history.now += timedelta(days=days)

    @rule(kind=KINDS, amount=AMOUNTS, days=st.none() | st.integers(1, 40))
    def buy(self, kind, amount, days):
        self.run(self.history.buy(kind, amount, days))
        self.bought += amount if kind is LotKind.PURCHASED else 0

    @rule(amount=AMOUNTS)
    def charge(self, amount):
        self.run(self.history.charge(amount))

    @rule(place=st.integers(0, 5))
    def refund(self, place):
        self.run(self.history.refund(place))

    @rule()
    def expire(self):
        self.run(refund_store.expire_lots(self.connection, self.history.now))

    @rule(kind=KINDS, amount=st.integers(-20, 20).filter(bool))
    def correct(self, kind, amount):
        new = NewCorrection(self.history.account_id, kind, amount, "miscounted", "Cas")
        try:
            self.run(refund_corrections.correct(self.connection, new, self.history.now))
        except BadCorrectionError:
            return
        self.bought += max(amount, 0) if kind is LotKind.PURCHASED else 0

    @rule()
    def pay_back(self):
        account = self.history.account_id
        self.owed += self.run(refund_store.refund_purchased(self.connection, account, "left", self.history.now))
        assert self.run(refund_store.refund_purchased(self.connection, account, "left", self.history.now)) == 0

    @rule()
    def pay(self):
        for owed in self.run(refund_store.list_payouts(self.connection, only_open=True)):
            self.run(refund_store.settle_payout(self.connection, owed["payout_id"], ("Cas", "x"), self.history.now))

    @invariant()
    def it_balances_and_nothing_is_negative(self):
        if self.history is None:
            return
        assert self.run(operator_store.check_ledger(self.connection)) == []
        assert self.run(self.history.balance()) >= 0

    @invariant()
    def no_more_is_paid_back_than_was_bought(self):
        booked = self.run(
            self.connection.fetchval(
                "SELECT coalesce(sum(micro_credits), 0)::bigint FROM payouts WHERE account_id = $1",
                self.history.account_id,
            )
        )
        assert booked == self.owed <= self.bought

    def teardown(self):
        self.run(self.history.months_hold())


def test_the_ledger_keeps_its_laws_over_any_history(server):
    loop = asyncio.new_event_loop()
    name = fresh_name()
    database = loop.run_until_complete(server.make(name, TEMPLATE))
    opened = operating(database)
    operator = loop.run_until_complete(opened.__aenter__())
    Ledger.loop, Ledger.connection = loop, operator.connection
    try:
        run_state_machine_as_test(Ledger, settings=settings(max_examples=12, stateful_step_count=25, deadline=None))
    finally:
        loop.run_until_complete(opened.__aexit__(None, None, None))
        loop.run_until_complete(server.drop(name))
        loop.close()


async def test_entries_come_page_by_page_and_by_kind(operator):
    customer = await operator.customer(credits_=0)
    history = History(operator.connection, customer.account_id)
    await history.buy(LotKind.PURCHASED, 100)
    for _ in range(7):
        history.now += timedelta(hours=1)
        await history.charge(3)
    seen, after = [], None
    while page := await statement_store.entries_of(operator.connection, customer.account_id, "2026-01", after, 3):
        seen += page
        last = page[-1]
        after = Place(last.at, last.subject, last.kind, last.lot_id)
    assert [one.micro_credits for one in seen] == [100] + [-3] * 7
    bought = await statement_store.entries_of(operator.connection, customer.account_id, "2026-01", None, 9, "purchase")
    assert [one.micro_credits for one in bought] == [100]


async def test_above_the_limit_a_correction_waits_for_a_second_person(operator):
    customer = await operator.customer(credits_=0)
    new = NewCorrection(customer.account_id, LotKind.PURCHASED, LIMIT + 1, "lost in a move", "Cas")
    correction, state = await refund_corrections.correct(operator.connection, new, START)
    assert (state, await operator.spendable(customer)) == ("proposed", 0)
    with pytest.raises(BadCorrectionError):
        await refund_corrections.settle_correction(operator.connection, correction, "cas", START, approve=True)
    await refund_corrections.settle_correction(operator.connection, correction, "Dee", START, approve=True)
    assert await operator.spendable(customer) == (LIMIT + 1) / MICRO
    for approve in (True, False):
        with pytest.raises(BadCorrectionError):
            await refund_corrections.settle_correction(operator.connection, correction, "Eve", START, approve=approve)
    assert await operator.ledger_problems() == []


async def test_a_rejected_correction_moves_nothing(operator):
    customer = await operator.customer(credits_=5)
    new = NewCorrection(customer.account_id, LotKind.BONUS, LIMIT * 2, "a wish", "Cas")
    correction, _ = await refund_corrections.correct(operator.connection, new, START)
    await refund_corrections.settle_correction(operator.connection, correction, "Cas", START, approve=False)
    assert await operator.spendable(customer) == 5
    assert await operator.ledger_problems() == []


async def test_no_more_is_taken_than_there_is(operator):
    customer = await operator.customer(credits_=5, bonus=50)
    new = NewCorrection(customer.account_id, LotKind.PURCHASED, -6 * MICRO, "miscounted", "Cas")
    with pytest.raises(BadCorrectionError):
        await refund_corrections.correct(operator.connection, new, START)
    assert await operator.fetch("SELECT FROM corrections") == []


async def test_an_account_reads_its_own_statement_alone(operator):
    ann, bob = await operator.customer(credits_=5), await operator.customer(credits_=7)
    month = f"{datetime.now(UTC):%Y-%m}"
    tenant = await operator.database.connect(Role.TENANT)
    async with tenant.transaction():
        await tenant.execute("SELECT set_config('comity.account', $1, true)", str(ann.account_id))
        mine = await statement_store.statement_of(tenant, ann.account_id, month, START)
        others = await statement_store.statement_of(tenant, bob.account_id, month, START)
    assert (mine.closing, others.closing, others.sums) == (5 * MICRO, 0, ())
    await tenant.close()
