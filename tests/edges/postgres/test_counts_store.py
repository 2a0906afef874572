"""What was sent lately is counted by account, sender and hour, and found as the rules ask for it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.counts_store import TrafficHold
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.upkeep_store import PostgresUpkeepStore
from comity.journey.ports import AcceptedBatch, FactsChangedError
from comity.journey.traffic import SenderTraffic, Sent, hour_of, mark, minute_of
from comity.text.similar import similarity_hash
from support.gateway import operating

NOW = datetime(2026, 3, 4, 12, 30, 15, tzinfo=UTC)
OFFER = "Spring sale at Acme: half price on every chair and table until Sunday, come and see our new collection"
ALIKE = "Spring sale at Acme: half price on every chair and table until Monday, come and see our new collection"
OTHER = "Your parcel waits at the post office around the corner; bring the letter and something that shows your name"


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def connections(database):
    held = HeldConnections(database, "comity-accept")
    yield held
    await held.close()


@pytest.fixture
def store(connections):
    return PostgresAcceptStore(connections)


def sent(account, sender, at, messages=1, recipients=("32470000000",)):
    bitmap = 0
    for recipient in recipients:
        bitmap |= mark(recipient)
    return AcceptedBatch(at=at, sent={(account, sender): Sent(messages, bitmap)})


async def traffic(connections, account, sender, now=NOW):
    """As a process that holds nothing finds it."""
    found = await PostgresAcceptStore(connections).traffic([(account, sender)], now)
    return found[account, sender].with_more(Sent(), 0, now)


async def test_nothing_sent_is_nothing_counted(connections, operator):
    customer = await operator.customer()
    seen = await traffic(connections, customer.account_id, "bank")
    assert (seen.account_day, seen.sender_day, seen.sender_minute, seen.recipients, seen.replies) == (0, 0, 0, 0, 0)


async def test_batches_add_up_by_sender_and_by_account(connections, store, operator):
    one, other = (await operator.customer()).account_id, (await operator.customer()).account_id
    for account, sender, messages in ((one, "bank", 3), (one, "bank", 4), (one, "shop", 5), (other, "bank", 50)):
        await store.commit(sent(account, sender, NOW, messages))
    seen = await traffic(connections, one, "bank")
    assert (seen.account_day, seen.sender_day, seen.sender_minute, seen.recipients) == (12, 7, 7, 1)
    assert (await traffic(connections, one, "shop")).sender_day == 5


@pytest.mark.parametrize(
    ("ago", "counted"),
    [
        (timedelta(0), (9, 9, 9)),
        (timedelta(minutes=59), (9, 9, 9)),
        (timedelta(minutes=61), (9, 9, 0)),
        (timedelta(hours=12, minutes=30), (9, 9, 0)),
        (timedelta(hours=12, minutes=31), (0, 9, 0)),
        (timedelta(hours=23), (0, 9, 0)),
        (timedelta(hours=25), (0, 0, 0)),
        (timedelta(minutes=-1), (9, 9, 0)),
    ],
)
async def test_what_was_sent_counts_for_as_long_as_it_should(connections, store, operator, ago, counted):
    customer = await operator.customer()
    await store.commit(sent(customer.account_id, "bank", NOW - ago, 9))
    seen = await traffic(connections, customer.account_id, "bank")
    assert (seen.account_day, seen.sender_day, seen.sender_minute) == counted


async def test_the_busiest_minute_is_found_over_the_turn_of_the_hour(connections, store, operator):
    customer = await operator.customer()
    for minutes, messages in ((50, 2), (50, 6), (20, 5), (70, 99), (0, 1)):
        await store.commit(sent(customer.account_id, "bank", NOW - timedelta(minutes=minutes), messages))
    assert (await traffic(connections, customer.account_id, "bank")).sender_minute == 8


async def test_recipients_are_counted_once_over_hours_and_batches(connections, store, operator):
    customer = await operator.customer()
    for hours in range(5):
        recipients = [str(32470000000 + n) for n in range(hours * 50, hours * 50 + 100)]
        await store.commit(sent(customer.account_id, "bank", NOW - timedelta(hours=hours), 100, recipients))
    seen = await traffic(connections, customer.account_id, "bank")
    assert seen.sender_day == 500
    assert seen.recipients == pytest.approx(300, rel=0.05)


async def test_replies_are_those_to_the_senders_number_within_a_day(connections, operator):
    customer, other = await operator.customer(), await operator.customer()
    for account, receiver, hours in (
        (customer, "3228000000", 1),
        (customer, "3228000000", 23),
        (customer, "3228000000", 25),
        (customer, "8850", 1),
        (other, "3228000000", 1),
    ):
        await operator.fetch(
            "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES ($1, '32470000000', $2, 'Yes', $3)",
            account.account_id,
            receiver,
            NOW - timedelta(hours=hours),
        )
    assert (await traffic(connections, customer.account_id, "3228000000")).replies == 2


async def test_a_process_asks_anew_after_seconds_and_sees_its_own_at_once(connections, store, operator):
    account = (await operator.customer()).account_id
    assert (await store.traffic([(account, "bank")], NOW))[account, "bank"].sender_day == 0
    await store.commit(sent(account, "bank", NOW, 2))
    await store.commit(sent(account, "shop", NOW, 4))
    await PostgresAcceptStore(connections).commit(sent(account, "bank", NOW, 10))
    held = (await store.traffic([(account, "bank")], NOW + timedelta(seconds=2)))[account, "bank"]
    assert (held.account_day, held.sender_day, held.in_minute) == (6, 2, 2)
    anew = (await store.traffic([(account, "bank")], NOW + timedelta(seconds=4)))[account, "bank"]
    assert (anew.account_day, anew.sender_day, anew.in_minute) == (16, 12, 12)


async def test_a_batch_that_was_not_written_is_not_counted(store, operator):
    customer = await operator.customer(credits_=0)
    await store.traffic([(customer.account_id, "bank")], NOW)
    batch = sent(customer.account_id, "bank", NOW)
    batch.spent = {4711: 1}
    with pytest.raises(FactsChangedError):
        await store.commit(batch)
    found = await store.traffic([(customer.account_id, "bank")], NOW)
    assert found[customer.account_id, "bank"].sender_day == 0
    assert await operator.value("SELECT count(*) FROM sender_traffic") == 0


async def test_many_at_once_are_all_counted(connections, operator):
    accounts = [(await operator.customer()).account_id for _ in range(3)]

    async def commit(order):
        batch = AcceptedBatch(at=NOW)
        for account in order:
            for sender in ("bank", "shop"):
                batch.sent[account, sender] = Sent(1, mark("1"))
        await PostgresAcceptStore(connections).commit(batch)

    await asyncio.gather(*(commit(order) for order in [accounts, accounts[::-1]] * 10))
    for account in accounts:
        seen = await traffic(connections, account, "shop")
        assert (seen.account_day, seen.sender_day) == (40, 20)


def spread_of(*entries, at=NOW):
    return AcceptedBatch(at=at, spread=[(similarity_hash(text), account, sender) for text, account, sender in entries])


async def look(store, account, text, now=NOW, most=8):
    key = (account, similarity_hash(text))
    found = await store.spread([key], most, hour_of(now - timedelta(hours=24)))
    return set(found.get(key, ()))


async def test_texts_alike_are_found_over_senders_and_accounts(store, operator):
    one, other = (await operator.customer()).account_id, (await operator.customer()).account_id
    await store.commit(
        spread_of((OFFER, one, "bank"), (ALIKE, one, "shop"), (OTHER, one, "post"), (ALIKE, other, "store"))
    )
    assert await look(store, one, OFFER) == {(one, "bank"), (one, "shop"), (other, "")}
    assert await look(store, other, OFFER) == {(one, ""), (other, "store")}
    assert await look(store, one, OTHER) == {(one, "post")}
    assert await look(store, one, "Nothing like it was ever sent by anybody before today") == set()


async def test_a_text_that_went_more_than_a_day_ago_counts_no_more(store, operator):
    account = (await operator.customer()).account_id
    await store.commit(spread_of((OFFER, account, "bank"), at=NOW - timedelta(hours=24)))
    await store.commit(spread_of((OFFER, account, "shop"), at=NOW - timedelta(hours=26)))
    assert await look(store, account, OFFER) == {(account, "bank")}


async def test_a_campaign_is_one_row_an_hour(store, operator):
    account = (await operator.customer()).account_id
    for minutes in (0, 5, 10):
        await store.commit(spread_of((OFFER, account, "bank"), at=NOW + timedelta(minutes=minutes)))
    assert await operator.value("SELECT count(*) FROM text_spread") == 1


async def test_every_text_within_the_distance_is_found_and_none_beyond(store, operator):
    account = (await operator.customer()).account_id
    whole = similarity_hash(OFFER) & (1 << 64) - 1
    flips = {f"s{count}-{start}": (count, start) for count in (1, 7, 8, 9) for start in (0, 11, 31, 55)}
    batch = AcceptedBatch(at=NOW)
    for sender, (count, start) in flips.items():
        # Spread over all bands, so that none of them stays as it was.
        other = whole ^ sum(1 << (start + place * 13) % 64 for place in range(count))
        batch.spread.append((other - (1 << 64) if other >> 63 else other, account, sender))
    await store.commit(batch)
    found = {sender for _, sender in await look(store, account, OFFER)}
    assert found == {sender for sender, (count, _) in flips.items() if count <= 8}


async def test_old_counts_are_forgotten_but_for_those_that_tell_an_accounts_habits(connections, store, operator):
    account = (await operator.customer()).account_id
    upkeep = PostgresUpkeepStore(connections, ())
    for days in (0, 5, 70):
        at = NOW - timedelta(days=days)
        batch = spread_of((OFFER, account, "bank"), at=at)
        batch.sent = sent(account, "bank", at).sent
        await store.commit(batch)
    assert await upkeep.forget_spread(NOW - timedelta(days=2), 100) == 2
    assert await upkeep.forget_traffic(NOW - timedelta(days=3), 100) == 3
    assert await operator.value("SELECT count(*) FROM text_spread") == 1
    left = await operator.fetch("SELECT sender_key FROM sender_traffic ORDER BY hour, sender_key")
    assert [row["sender_key"] for row in left] == ["", "", "bank"]


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 5)), max_size=10))
def test_what_is_held_is_what_was_found_and_sent_since(steps):
    hold, total = TrafficHold(), 0
    for seconds, messages in steps:
        now = NOW + timedelta(seconds=seconds)
        if hold.missing([(1, "bank")], now):
            hold.put({(1, "bank"): SenderTraffic(minute_of(now), total, total, total, total)}, now)
        assert hold.of([(1, "bank")])[1, "bank"].sender_day == total
        hold.add(sent(1, "bank", now, messages))
        total += messages
