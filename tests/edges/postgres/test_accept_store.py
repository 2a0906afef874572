"""One batch is written whole or not at all; what it was judged by must still be so."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from comity.base.errors import StoreError
from comity.base.ids import IdMaker, earliest
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.journey.ports import AcceptedBatch, AcceptedRow, Asked, Charged, FactsChangedError, Kept
from comity.messages.life import State
from comity.messages.verdict import Verdict
from support.gateway import MICRO, PERSON, operating

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
IDS = IdMaker()
ALLOWED = Verdict("allow", (), {"r": "miss"}, "1", "ab", {"standing": "good"})


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def store(database):
    connections = HeldConnections(database, "comity-accept")
    yield PostgresAcceptStore(connections)
    await connections.close()


def a_row(customer, **changes):
    plain = {
        "account_id": customer.account_id,
        "id": IDS.at(NOW),
        "door": "smstools",
        "sender": "Bank",
        "recipient": PERSON,
        "country": "BE",
        "category": "transactional",
        "text": "Hello €",
        "encoding": "gsm7",
        "parts": 1,
        "reference": "",
        "due_at": NOW,
        "receipt": False,
        "validity_s": None,
        "micro_credits": MICRO,
        "text_key": -(1 << 63),
        "similarity": None,
        "action": "allow",
        "verdict": msgspec.json.encode(ALLOWED).decode(),
        "system_id": None,
        "state": "queued",
        "route_prefix": "",
        "scheduled": False,
    }
    return AcceptedRow(**{**plain, **changes})


async def lot_of(operator, customer):
    return await operator.value("SELECT lot_id FROM lots WHERE account_id = $1", customer.account_id)


def a_batch(lot, *rows, keys=()):
    batch = AcceptedBatch(rows=list(rows), keys=list(keys))
    for row in rows:
        if row.micro_credits:
            batch.charge(Charged(row.account_id, row.id, lot, row.micro_credits))
    return batch


async def test_a_batch_is_written_whole(operator, store):
    customer = await operator.customer(credits_=5)
    waiting, held, refused = (
        a_row(customer),
        a_row(customer, state="held", action="hold"),
        a_row(customer, state="refused", action="refuse", micro_credits=0),
    )
    await store.commit(a_batch(await lot_of(operator, customer), waiting, held, refused))
    assert await operator.written(customer) == {
        "messages": 3,
        "message_life": 3,
        "queue": 1,
        "idempotency": 0,
        "ledger_entries": 3,
    }
    assert await operator.spendable(customer) == 3
    assert await operator.ledger_problems() == []


@pytest.mark.parametrize("credits_", [0, 1])
async def test_a_lot_that_holds_too_little_stops_the_whole_batch(operator, store, credits_):
    rich, poor = await operator.customer(credits_=5), await operator.customer(credits_=credits_, bonus=1)
    batch = a_batch(await lot_of(operator, rich), a_row(rich))
    for row in (a_row(poor), a_row(poor)):
        batch.rows.append(row)
        batch.charge(Charged(poor.account_id, row.id, await operator.value("SELECT min(lot_id) FROM lots"), MICRO * 9))
    with pytest.raises(FactsChangedError):
        await store.commit(batch)
    for customer in (rich, poor):
        assert (await operator.written(customer))["messages"] == 0
    assert await operator.spendable(rich) == 5
    assert await operator.ledger_problems() == []


async def test_a_key_that_was_taken_meanwhile_stops_the_whole_batch(operator, store):
    customer = await operator.customer(credits_=5)
    lot = await lot_of(operator, customer)
    first, second = a_row(customer), a_row(customer)
    kept = [Kept(customer.account_id, "k", b"f", (row.id,)) for row in (first, second)]
    await store.commit(a_batch(lot, first, keys=[kept[0]]))
    with pytest.raises(FactsChangedError):
        await store.commit(a_batch(lot, second, keys=[kept[1]]))
    assert (await operator.written(customer))["messages"] == 1
    assert await store.kept_answers([(customer.account_id, "k"), (customer.account_id, "other")]) == {
        (customer.account_id, "k"): kept[0]
    }


async def test_of_many_commits_that_want_the_last_credits_no_more_succeed_than_there_are(operator, store):
    customer = await operator.customer(credits_=7)
    lot = await lot_of(operator, customer)
    commits = (store.commit(a_batch(lot, a_row(customer))) for _ in range(20))
    outcomes = await asyncio.gather(*commits, return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 7
    assert all(outcome is None or isinstance(outcome, FactsChangedError) for outcome in outcomes)
    assert await operator.spendable(customer) == 0
    assert await operator.ledger_problems() == []


async def test_batches_over_the_same_lots_in_any_order_never_lock_each_other_up(operator, store):
    one, other = await operator.customer(credits_=100), await operator.customer(credits_=100)
    lots = {customer.account_id: await lot_of(operator, customer) for customer in (one, other)}

    async def commit(pair):
        batch = AcceptedBatch()
        for customer in pair:
            row = a_row(customer)
            batch.rows.append(row)
            batch.charge(Charged(customer.account_id, row.id, lots[customer.account_id], MICRO))
        await store.commit(batch)

    await asyncio.gather(*(commit(pair) for pair in [(one, other), (other, one)] * 20))
    assert await operator.spendable(one) == await operator.spendable(other) == 60
    assert await operator.ledger_problems() == []


async def test_what_was_answered_comes_back_in_order(operator, store):
    customer = await operator.customer(credits_=5)
    rows = [a_row(customer, parts=number) for number in (1, 2, 3)]
    await store.commit(a_batch(await lot_of(operator, customer), *rows))
    ids = [row.id for row in reversed(rows)]
    judged = await store.judged(customer.account_id, ids)
    assert [one.id for one in judged] == ids
    assert [one.parts for one in judged] == [3, 2, 1]
    assert judged[0].verdict == ALLOWED
    assert judged[0].state is State.QUEUED
    assert await store.judged((await operator.customer()).account_id, ids) == ()


async def facts(store, customer, *, promotional=False, since=timedelta(minutes=10), recipient=PERSON, **more):
    low = earliest(NOW - since)
    asked = [Asked(customer.account_id, recipient, promotional, low, **more)]
    return await store.facts(asked, low, earliest(NOW + timedelta(minutes=1)))


async def test_nothing_known_is_told_by_leaving_it_out(operator, store):
    assert await facts(store, await operator.customer()) == {}


async def test_earlier_texts_to_the_same_recipient_are_found_unless_refused(operator, store):
    customer, other = await operator.customer(credits_=9), await operator.customer(credits_=9)
    sent = a_row(customer, text_key=4711, similarity=-5)
    await store.commit(
        a_batch(
            await lot_of(operator, customer),
            sent,
            a_row(customer, action="refuse", state="refused", micro_credits=0),
            a_row(customer, recipient="32470000001"),
            a_row(customer, id=earliest(NOW - timedelta(hours=1))),
        )
    )
    await store.commit(a_batch(await lot_of(operator, other), a_row(other)))
    found = (await facts(store, customer))[0]
    assert (found.ids, found.text_keys, found.similarities) == ((sent.id,), (4711,), (-5,))


async def test_no_more_than_60_earlier_texts_are_looked_at_newest_first(operator, store):
    customer = await operator.customer(credits_=100)
    rows = [a_row(customer, text_key=number) for number in range(70)]
    await store.commit(a_batch(await lot_of(operator, customer), *rows))
    found = (await facts(store, customer))[0]
    assert set(found.text_keys) == set(range(10, 70))


@pytest.mark.parametrize("category", ["promotional", "transactional", "otp"])
async def test_of_many_earlier_texts_those_of_the_same_category_come_first(operator, store, category):
    customer = await operator.customer(credits_=200)
    of_each = {"promotional": 5, "otp": 50, "transactional": 70}
    rows = [a_row(customer, category=one) for one, count in of_each.items() for _ in range(count)]
    await store.commit(a_batch(await lot_of(operator, customer), *rows))
    found = (await facts(store, customer, category=category))[0]
    assert len(found.categories) == 60
    assert found.categories.count(category) == min(60, of_each[category])


async def test_when_a_recipient_last_wrote_is_found_where_it_is_asked_for(operator, store):
    customer, other = await operator.customer(), await operator.customer()
    for days, sender in ((5, PERSON), (2, PERSON), (1, "32470000001")):
        await operator.fetch(
            "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES ($1, $2, '8850', 'Yes', $3)",
            customer.account_id,
            sender,
            NOW - timedelta(days=days),
        )
    assert (await facts(store, customer, heard=True))[0].heard_at == NOW - timedelta(days=2)
    assert await facts(store, customer) == {}
    assert await facts(store, other, heard=True) == {}


async def test_opt_outs_and_consents_are_found_for_their_account_alone(operator, store):
    customer, other = await operator.customer(), await operator.customer()
    await operator.fetch(
        "INSERT INTO opt_outs (account_id, recipient, source) VALUES ($1, $2, 'api')", customer.account_id, PERSON
    )
    for days, withdrawn in ((3, None), (1, None), (0, NOW)):
        await operator.fetch(
            "INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof, withdrawn_at)"
            " VALUES ($1, $2, 'Shop', 'offers', 'yes', 'web', $3, 'x', $4)",
            customer.account_id,
            PERSON,
            NOW - timedelta(days=days),
            withdrawn,
        )
    found = (await facts(store, customer, promotional=True))[0]
    assert found.opted_out
    days = [NOW - timedelta(days=1), NOW - timedelta(days=3)]
    assert [(one.at, one.brand, one.purpose) for one in found.consents] == [(at, "Shop", "offers") for at in days]
    assert (await facts(store, customer))[0].consents == ()
    assert await facts(store, other, promotional=True) == {}


async def test_withdrawals_are_found_beside_consents_each_brands_last(operator, store):
    customer = await operator.customer()
    await operator.fetch(
        "INSERT INTO consent_withdrawals (account_id, recipient, brand, at, how)"
        " SELECT $1, $2, brand, $3::timestamptz - days * interval '1 day', 'telephone'"
        " FROM (VALUES ('acme shop', 4), ('acme shop', 2), ('other', 3), ('shop', 5)) AS w (brand, days)",
        customer.account_id,
        PERSON,
        NOW,
    )
    assert await facts(store, customer, promotional=True) == {}
    for brand in ("AcmeShop", "ACME Shop"):
        await operator.fetch(
            "INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof)"
            " VALUES ($1, $2, $3, 'offers', 'yes', 'web', $4, 'x')",
            customer.account_id,
            PERSON,
            brand,
            NOW - timedelta(days=3),
        )
    found = (await facts(store, customer, promotional=True))[0]
    assert [one.brand for one in found.consents] == ["AcmeShop"]
    last = {"acme shop": 2, "other": 3, "shop": 5}
    assert dict(found.withdrawals) == {brand: NOW - timedelta(days=days) for brand, days in last.items()}
    assert await facts(store, customer) == {}


async def test_lots_with_nothing_left_are_not_loaded(operator, store):
    customer, empty = await operator.customer(credits_=2, bonus=1), await operator.customer(credits_=0)
    await operator.fetch("UPDATE lots SET remaining = 0 WHERE kind = 'bonus'")
    lots = await store.lots([customer.account_id, empty.account_id])
    assert [(lot.kind.value, lot.remaining) for lot in lots[customer.account_id]] == [("purchased", 2 * MICRO)]
    assert empty.account_id not in lots


async def test_a_conflict_does_not_cost_a_connection(operator, store):
    customer = await operator.customer(credits_=1)
    lot = await lot_of(operator, customer)
    await store.commit(a_batch(lot, a_row(customer)))
    for _ in range(3):
        with pytest.raises(FactsChangedError):
            await store.commit(a_batch(lot, a_row(customer)))
    assert len(store._connections._free) == 1


async def test_when_the_connection_is_lost_it_is_said_so_and_the_next_works(operator, store):
    customer = await operator.customer(credits_=5)
    lot = await lot_of(operator, customer)
    await store.commit(a_batch(lot, a_row(customer)))
    assert await operator.end_connections("comity-accept") == 1
    with contextlib.suppress(StoreError):  # unless the loss was noticed before
        await store.commit(a_batch(lot, a_row(customer)))
    await store.commit(a_batch(lot, a_row(customer)))
    assert await operator.ledger_problems() == []


async def test_dispatchers_are_woken_by_one_word_however_many_ask(store, database):
    listener = await database.connect(Role.ROAD)
    told = []
    heard = asyncio.Event()

    def hear(*_arguments):
        told.append(1)
        heard.set()

    await listener.add_listener("comity_queue", hear)
    for _ in range(100):
        store.wake_dispatch()
    async with asyncio.timeout(2):
        await heard.wait()
        await store._waking
    assert 1 <= len(told) <= 2
    await listener.close()
