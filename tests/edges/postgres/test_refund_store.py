from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from comity.edges.postgres import operator_store, refund_store
from support.gateway import MICRO, operating

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
