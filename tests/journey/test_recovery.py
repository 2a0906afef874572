from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.ids import IdMaker
from comity.journey.flight import ambiguous
from comity.journey.handover import Claimed, Fate, Result
from comity.journey.lanes import Lane
from comity.journey.recovery import Ambiguity, after_ambiguity
from comity.journey.settle import TO_SEND, concatenation_reference, settle
from comity.messages.life import NEXT, State, compose, may_move
from comity.messages.submission import Category
from support.road import Road, link_to, simulator

if TYPE_CHECKING:
    from comity.edges.postgres.connect import Database

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LANE = [Lane("", 1, 50, 0)]


@pytest.fixture
async def road(database: Database):
    road = Road(database)
    yield road
    await road.connections.close()


def _claimed(**given: object) -> Claimed:
    fields: dict[str, object] = {
        "account_id": 1,
        "id": UUID(int=1 << 80),
        "carrier_id": 1,
        "route_prefix": "",
        "due_at": NOW,
        "attempt": 0,
        "expires_at": NOW + timedelta(hours=48),
        "sender": "bank",
        "recipient": "32470000000",
        "text": "text",
        "category": "transactional",
        "reference": "",
        "receipt": False,
        "system_id": None,
        "validity_s": None,
        "opted_out": False,
    }
    return Claimed(**(fields | given))


async def _entered(road: Road, lease_s: float = 10) -> UUID:
    dispatcher = uuid4()
    await road.store.enter(dispatcher, lease_s)
    return dispatcher


async def _record(road: Road, dispatcher: UUID, settled, now=None) -> int:
    return await road.store.record(dispatcher, settled, now or road.clock.now(), lambda _, smsc_id: smsc_id)


def _sent(message: Claimed, smsc_id: str = "a"):
    return settle(message, [State.QUEUED], {0: Result(None, Fate.SENT, smsc_id)}, NOW)


# --- what is done with the ambiguous ---


@pytest.mark.parametrize(
    ("category", "done"),
    [
        ("otp", Ambiguity.PARK),
        ("transactional", Ambiguity.RESEND),
        ("promotional", Ambiguity.RESEND),
        ("alert", Ambiguity.RESEND),
        ("something new", Ambiguity.RESEND),
    ],
)
def test_only_codes_are_not_sent_again(category: str, done: Ambiguity):
    assert after_ambiguity(category) is done


def test_every_category_has_an_answer():
    assert {after_ambiguity(category) for category in Category} == set(Ambiguity)


@pytest.mark.parametrize(
    ("category", "state", "detail", "queued"), [("otp", "unknown", 24, 0), ("transactional", "queued", 0, 1)]
)
async def test_what_a_dead_dispatcher_had_in_flight_is_taken_over(
    road: Road, category: str, state: str, detail: int, queued: int
):
    account = await road.account(credits_=10)
    await road.queue(account, category=category)
    dead, alive = await _entered(road), await _entered(road)
    assert len(await road.store.claim(dead, road.clock.now(), LANE)) == 1
    assert await road.store.recover(alive, 10) == []
    await road.store.leave(dead)
    orphans = await road.store.recover(alive, 10)
    await _record(road, alive, ambiguous(orphans, road.clock.now()))
    assert await road.fetch("SELECT state, detail FROM message_life") == [(state, detail)]
    assert await road.value("SELECT count(*) FROM queue") == queued
    assert await road.value("SELECT count(*) FROM in_flight") == 0
    assert await road.value("SELECT remaining FROM lots") == 0


async def test_a_node_that_starts_again_takes_over_at_once_what_it_had_before(road: Road):
    account = await road.account()
    ids = await road.queue(account)
    road.store._node = "node-1"
    before = await _entered(road)
    await road.store.claim(before, road.clock.now(), LANE)
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        await road.until_state(ids, "delivered", within_s=5)
    assert road.counters.recovered == road.counters.resent_ambiguous == 1


async def test_two_nodes_do_not_both_take_over(road: Road):
    account = await road.account()
    await road.queue(account, 20)
    dead = await _entered(road)
    await road.store.claim(dead, road.clock.now(), LANE)
    await road.store.leave(dead)
    one, other = await _entered(road), await _entered(road)
    taken = await asyncio.gather(road.store.recover(one, 100), road.store.recover(other, 100))
    ids = [message.id for batch in taken for message in batch]
    assert len(ids) == len(set(ids)) == 20


async def test_a_late_worker_is_fenced(road: Road):
    account = await road.account()
    await road.queue(account)
    paused, other = await _entered(road), await _entered(road)
    claimed = await road.store.claim(paused, road.clock.now(), LANE)
    await road.store.leave(paused)
    await road.store.recover(other, 10)
    assert await _record(road, paused, [_sent(claimed[0])]) == 0
    assert await road.value("SELECT state FROM message_life") == "queued"
    assert await road.value("SELECT count(*) FROM awaited_receipts") == 0


async def test_recording_twice_is_harmless(road: Road):
    account = await road.account()
    await road.queue(account)
    dispatcher = await _entered(road)
    claimed = await road.store.claim(dispatcher, road.clock.now(), LANE)
    settled = [_sent(claimed[0])]
    assert await _record(road, dispatcher, settled) == 1
    assert await _record(road, dispatcher, settled) == 0
    assert await road.value("SELECT state FROM message_life") == "submitted"


async def test_an_id_that_comes_late_lets_the_receipt_tell_the_truth(road: Road):
    account = await road.account()
    changed = asyncio.Event()
    async with simulator(haste=500.0) as running:
        link = link_to(running, changed, response_timeout_s=0.1)
        async with road.dispatching((1, link), changed=changed):
            ids = await road.queue(account, category="otp", recipient="324709999031")
            await road.until_state(ids, "unknown")
            await road.until_state(ids, "delivered")
    assert road.counters.parked == 1
    assert running.centre.tally.counts.submits == 1


# --- what follows from the results of the parts ---

_FATES = st.sampled_from(Fate)
_OPEN = st.sampled_from([State.QUEUED, State.SUBMITTING, State.SUBMITTED, State.DELIVERED])
_CATEGORIES = st.sampled_from([category.value for category in Category])


@st.composite
def _flights(draw):
    before = draw(st.lists(_OPEN, min_size=1, max_size=5).filter(lambda states: not TO_SEND.isdisjoint(states)))
    results = {
        place: Result(None, draw(_FATES), f"id{place}") for place, state in enumerate(before) if state in TO_SEND
    }
    message = _claimed(category=draw(_CATEGORIES), attempt=draw(st.integers(0, 12)), part_states=before)
    return message, before, results


@given(_flights())
def test_a_message_is_queued_again_or_composed_of_its_parts(flight):
    message, before, results = flight
    settled = settle(message, before, results, NOW)
    if settled.due_at is None:
        assert settled.state is compose(settled.part_states)
        assert TO_SEND.isdisjoint(settled.part_states)
    else:
        assert settled.state is State.QUEUED
        assert not TO_SEND.isdisjoint(settled.part_states)
        assert settled.attempt >= message.attempt


@given(_flights())
def test_the_charge_goes_back_only_when_no_part_can_have_reached_a_carrier(flight):
    message, before, results = flight
    settled = settle(message, before, results, NOW)
    handed = any(result.fate in {Fate.SENT, Fate.UNANSWERED} for result in results.values()) or not {
        State.SUBMITTED,
        State.SUBMITTING,
        State.DELIVERED,
    }.isdisjoint(before)
    assert settled.refund is (settled.due_at is None and not handed)


@given(_flights())
def test_a_code_whose_part_went_unanswered_is_never_sent_again(flight):
    message, before, results = flight
    settled = settle(message, before, results, NOW)
    if message.category == "otp" and any(result.fate is Fate.UNANSWERED for result in results.values()):
        assert settled.due_at is None
        assert not settled.resent


@given(_flights())
def test_every_part_that_was_sent_awaits_its_receipt_and_is_not_sent_again(flight):
    message, before, results = flight
    settled = settle(message, before, results, NOW)
    sent = {place + 1 for place, result in results.items() if result.fate is Fate.SENT}
    assert {place for place, _ in settled.sent} == sent
    assert all(settled.part_states[place - 1] is State.SUBMITTED for place in sent)


@given(_flights())
def test_nothing_is_tried_after_it_expired(flight):
    message, before, results = flight
    expired = _claimed(category=message.category, attempt=message.attempt, expires_at=NOW, part_states=before)
    assert settle(expired, before, results, NOW).due_at is None


@pytest.mark.parametrize("fate", [Fate.THROTTLED, Fate.TEMPORARY])
def test_retries_come_later_each_time(fate: Fate):
    delays = [
        settle(_claimed(attempt=attempt), [State.QUEUED], {0: Result(None, fate)}, NOW).due_at - NOW
        for attempt in range(8)
    ]
    assert delays == sorted(delays)
    assert delays[0] < timedelta(seconds=2)
    assert delays[-1] > timedelta(minutes=3)


def test_what_was_not_sent_is_tried_again_at_once_and_does_not_count():
    settled = settle(_claimed(attempt=3), [State.QUEUED], {0: Result(None, Fate.NOT_SENT)}, NOW)
    assert (settled.due_at, settled.attempt) == (NOW, 3)


def test_an_unanswered_message_is_sent_again_at_once_but_not_for_ever_at_once():
    first = settle(_claimed(), [State.QUEUED], {0: Result(None, Fate.UNANSWERED)}, NOW)
    second = settle(_claimed(attempt=1), [State.SUBMITTING], {0: Result(None, Fate.UNANSWERED)}, NOW)
    assert first.due_at == NOW
    assert second.due_at > NOW
    assert first.resent
    assert second.resent


@given(st.lists(st.integers(0, 60_000), min_size=2, max_size=30, unique=True))
def test_messages_of_one_minute_have_different_references(offsets_ms: list[int]):
    made = [IdMaker().at(NOW + timedelta(milliseconds=offset)) for offset in offsets_ms]
    assert len({concatenation_reference(id_) for id_ in made}) == len(made)


def test_messages_of_one_millisecond_have_different_references():
    maker = IdMaker()
    made = [maker.at(NOW) for _ in range(1000)]
    assert len({concatenation_reference(id_) for id_ in made}) == 1000


# --- the same laws in SQL ---


async def test_the_store_moves_states_as_the_table_says(road: Road):
    rows = await road.fetch(
        "SELECT o, n, may_move(o, n) AS may FROM unnest($1::text[]) o, unnest($1::text[]) n", list(State)
    )
    assert {(row["o"], row["n"]): row["may"] for row in rows} == {
        (old.value, new.value): may_move(old, new) for old, new in product(NEXT, NEXT)
    }


async def test_the_store_composes_states_as_the_domain_does(road: Road):
    states = [
        State.QUEUED, State.SUBMITTING, State.SUBMITTED, State.REJECTED,
        State.UNDELIVERED, State.EXPIRED, State.UNKNOWN, State.DELIVERED,
    ]  # fmt: skip
    combinations = [parts for size in (1, 2, 3) for parts in product(states, repeat=size)]
    rows = await road.fetch(
        "SELECT compose_state(string_to_array(p, ',')) FROM unnest($1::text[]) WITH ORDINALITY AS u (p, n) ORDER BY n",
        [",".join(parts) for parts in combinations],
    )
    assert [row[0] for row in rows] == [compose(parts).value for parts in combinations]


async def test_a_refund_goes_back_to_its_lots_once_and_the_ledger_balances(road: Road):
    account = await road.account(credits_=1000)
    await road.fetch(
        "INSERT INTO lots (account_id, kind, micro_credits, remaining) VALUES ($1, 'bonus', 50, 43)", account
    )
    ids = await road.queue(account, 10)
    await road.fetch(
        """INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)
           SELECT $1, $2, 'charge', max(lot_id), 7 FROM lots WHERE kind = 'bonus'""",
        account,
        ids[0],
    )
    dispatcher = await _entered(road)
    claimed = await road.store.claim(dispatcher, road.clock.now(), LANE)
    refused = [settle(m, [State.QUEUED], {0: Result(None, Fate.PERMANENT)}, NOW) for m in claimed[:4]]
    await asyncio.gather(*(_record(road, dispatcher, refused) for _ in range(3)))
    assert await road.fetch("SELECT kind, remaining FROM lots ORDER BY kind") == [("bonus", 50), ("purchased", 940)]
    balances = await road.fetch(
        """SELECT ledger_account, sum(micro_credits)::bigint FROM ledger_postings
           WHERE kind IN ('charge', 'refund') GROUP BY 1 ORDER BY 1"""
    )
    assert [tuple(row) for row in balances] == [("customer", -60), ("earned", 60)]


async def test_retries_keep_the_end_of_validity_of_the_first_try(road: Road):
    account = await road.account()
    await road.queue(account, validity_s=600)
    dispatcher = await _entered(road)
    now = road.clock.now()
    first = (await road.store.claim(dispatcher, now, LANE))[0]
    again = settle(first, [State.QUEUED], {0: Result(None, Fate.TEMPORARY)}, now)
    await _record(road, dispatcher, [again])
    assert await road.store.claim(dispatcher, now, LANE) == []
    second = (await road.store.claim(dispatcher, now + timedelta(minutes=5), LANE))[0]
    assert second.expires_at == first.expires_at
    assert second.attempt == 1
    assert second.part_states == ["queued"]


async def test_look_ups_stay_quick_while_a_new_days_tables_grow(road: Road):
    account = await road.account()
    await road.queue(account, 2000, text="x" * 100)
    assert await road.value("SELECT relpages FROM pg_class WHERE relname = 'messages_otherwise'") == 0
    await road.store.tend()
    counted = await road.value("SELECT relpages FROM pg_class WHERE relname = 'messages_otherwise'")
    assert counted > 16
    plan = await road.fetch("EXPLAIN SELECT FROM messages WHERE account_id = $1 AND id = gen_random_uuid()", account)
    assert "pkey" in str(plan)


async def test_only_missing_parts_are_sent_again_and_receipts_meanwhile_are_kept(road: Road):
    account = await road.account()
    await road.queue(account, parts=2)
    dispatcher = await _entered(road)
    now = road.clock.now()
    first = (await road.store.claim(dispatcher, now, LANE))[0]
    results = {0: Result(None, Fate.SENT, "one"), 1: Result(None, Fate.NOT_SENT)}
    await _record(road, dispatcher, [settle(first, [State.QUEUED] * 2, results, now)])
    second = (await road.store.claim(dispatcher, now + timedelta(seconds=1), LANE))[0]
    assert second.part_states == ["submitted", "queued"]
    await road.fetch("UPDATE message_life SET part_states = '{delivered,queued}'")
    before = [State(state) for state in second.part_states]
    await _record(road, dispatcher, [settle(second, before, {1: Result(None, Fate.SENT, "two")}, now)])
    assert await road.value("SELECT part_states FROM message_life") == ["delivered", "submitted"]
    assert await road.value("SELECT state FROM message_life") == "submitted"
