from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.journey.handover import Fate, Result
from comity.journey.lanes import Lane
from comity.journey.receipt import HeardReceipt, read_report
from comity.journey.settle import settle
from comity.journey.stores import PartReport
from comity.journey.upkeep import Upkeep
from comity.messages.life import Detail, State, compose, may_move
from comity.smpp.correlation import IdForm, correlation_key
from comity.smpp.receipts import MessageState, Receipt
from support.road import Road, link_to, simulator

if TYPE_CHECKING:
    from comity.edges.postgres.connect import Database


@pytest.fixture
async def road(database: Database):
    road = Road(database)
    yield road
    await road.connections.close()


def _receipt(message_id: str = "1", state: MessageState = MessageState.DELIVERED, **given: object) -> Receipt:
    fields: dict[str, object] = {
        "message_id": message_id,
        "text_id": message_id,
        "state": state,
        "state_text": "",
        "contradictory": False,
        "error": "",
        "submitted_at": None,
        "done_at": None,
        "intermediate": False,
    }
    return Receipt(**(fields | given))


def _heard(*receipts: Receipt, form: IdForm = IdForm.AUTO) -> list[HeardReceipt]:
    return [HeardReceipt(1, form, receipt) for receipt in receipts]


async def _submitted(road: Road, *smsc_ids: str, **given: object) -> UUID:
    """A message of as many parts as ids, all taken by carrier 1."""
    account = await road.value("SELECT account_id FROM accounts") or await road.account()
    (id_,) = await road.queue(account, parts=len(smsc_ids), **given)
    dispatcher = uuid4()
    await road.store.enter(dispatcher, 10)
    (message,) = await road.store.claim(dispatcher, road.clock.now(), [Lane("", 1, 50, 0)])
    results = {place: Result(None, Fate.SENT, smsc_id) for place, smsc_id in enumerate(smsc_ids)}
    settled = settle(message, [State.QUEUED] * len(smsc_ids), results, road.clock.now())
    await road.store.record(dispatcher, [settled], road.clock.now(), lambda _, id_: correlation_key(id_, "submit"))
    return id_


# --- reading ---


@pytest.mark.parametrize(
    ("state", "error", "reported", "detail"),
    [
        (MessageState.DELIVERED, "000", State.DELIVERED, Detail.NONE),
        (MessageState.EXPIRED, "", State.EXPIRED, Detail.EXPIRED),
        (MessageState.DELETED, "", State.UNDELIVERED, Detail.NONE),
        (MessageState.UNDELIVERABLE, "001", State.UNDELIVERED, Detail.NUMBER_INVALID),
        (MessageState.UNDELIVERABLE, "027", State.UNDELIVERED, Detail.OUT_OF_RANGE),
        (MessageState.UNDELIVERABLE, "x1", State.UNDELIVERED, Detail.NONE),
        (MessageState.REJECTED, "", State.REJECTED, Detail.REJECTED_BY_CARRIER),
        (MessageState.UNKNOWN, "", State.UNKNOWN, Detail.NONE),
        (MessageState.SKIPPED, "", State.UNDELIVERED, Detail.NONE),
    ],
)
def test_what_a_receipt_reports(state: MessageState, error: str, reported: State, detail: Detail):
    (heard,) = _heard(_receipt(state=state, error=error))
    report = read_report(heard)
    assert report is not None
    assert (report.state, report.detail) == (reported, detail)


@pytest.mark.parametrize(
    "receipt",
    [
        _receipt(state=MessageState.ENROUTE),
        _receipt(state=MessageState.ACCEPTED),
        _receipt(state=MessageState.SCHEDULED),
        _receipt(intermediate=True),
        _receipt(message_id=""),
    ],
    ids=["enroute", "accepted", "scheduled", "intermediate", "no id"],
)
def test_what_says_nothing_new_is_ignored(receipt: Receipt):
    assert read_report(_heard(receipt)[0]) is None


@pytest.mark.parametrize("state", MessageState)
def test_every_state_of_the_protocol_is_understood(state: MessageState):
    read_report(_heard(_receipt(state=state))[0])


def test_an_id_that_text_and_parameter_write_differently_is_looked_up_both_ways():
    report = read_report(_heard(_receipt("255", text_id="FF"), form=IdForm.EXACT)[0])
    assert report is not None
    assert report.keys == ("255", "FF")


# --- applying ---


async def test_a_receipt_twice_changes_nothing_the_second_time(road: Road):
    id_ = await _submitted(road, "77")
    await road.receipts.take(_heard(_receipt("77"), _receipt("77")))
    settled = await road.value("SELECT settled_at FROM message_life")
    await road.receipts.take(_heard(_receipt("77")))
    await road.receipts.take(_heard(_receipt("77", MessageState.UNDELIVERABLE)))
    assert await road.state(id_) == "delivered"
    assert await road.value("SELECT settled_at FROM message_life") == settled


async def test_a_receipt_that_comes_before_its_answer_is_stored_is_not_lost(road: Road):
    await road.receipts.take(_heard(_receipt("0A")))
    assert road.counters.receipts_unmatched == 1
    id_ = await _submitted(road, "0a")
    await road.receipts.reconcile()
    assert await road.state(id_) == "delivered"
    assert await road.value("SELECT count(*) FROM unmatched_receipts") == 0
    assert (road.counters.receipts_matched, road.counters.receipts_unmatched) == (1, 0)


async def test_the_likeliest_of_several_ids_is_chosen(road: Road):
    exact = await _submitted(road, "16")
    other = await _submitted(road, "22")  # what 16 is, read as hexadecimal
    await road.receipts.take(_heard(_receipt("16")))
    assert (await road.state(exact), await road.state(other)) == ("delivered", "submitted")


async def test_another_carriers_id_is_not_ours(road: Road):
    id_ = await _submitted(road, "16")
    await road.receipts.take([HeardReceipt(2, IdForm.AUTO, _receipt("16"))])
    assert await road.state(id_) == "submitted"


async def test_expired_may_be_followed_by_the_truth_and_delivered_may_not(road: Road):
    id_ = await _submitted(road, "5")
    await road.receipts.take(_heard(_receipt("5", MessageState.EXPIRED)))
    assert await road.state(id_) == "expired"
    await road.receipts.take(_heard(_receipt("5")))
    await road.receipts.take(_heard(_receipt("5", MessageState.UNDELIVERABLE)))
    assert await road.fetch("SELECT state, detail FROM message_life") == [("delivered", 0)]


async def test_expired_is_not_followed_by_another_failure(road: Road):
    id_ = await _submitted(road, "5")
    await road.receipts.take(_heard(_receipt("5", MessageState.EXPIRED)))
    await road.receipts.take(_heard(_receipt("5", MessageState.UNDELIVERABLE)))
    assert await road.state(id_) == "expired"


async def test_the_detail_told_is_that_of_the_state_told(road: Road):
    await _submitted(road, "5")
    await road.receipts.take(_heard(_receipt("5", MessageState.EXPIRED), _receipt("5")))
    assert await road.fetch("SELECT state, detail FROM message_life") == [("delivered", 0)]


@pytest.mark.parametrize("apart", [True, False])
async def test_a_long_message_is_delivered_with_its_last_part(road: Road, apart: bool):
    id_ = await _submitted(road, "1", "2", "3")
    await road.receipts.take(_heard(_receipt("3"), _receipt("1")))
    assert await road.state(id_) == "submitted"
    last = _receipt("2", MessageState.UNDELIVERABLE, error="27")
    if apart:
        await road.receipts.take(_heard(last))
    else:
        await road.receipts.take(_heard(last, _receipt("2")))
    assert await road.fetch("SELECT state, detail FROM message_life") == [("undelivered", 11)]


async def test_receipts_of_a_whole_batch_find_their_messages(road: Road):
    ids = [await _submitted(road, str(n)) for n in range(100, 110)]
    await road.receipts.take(_heard(*(_receipt(str(n)) for n in range(100, 110)), _receipt("999")))
    assert await road.value("SELECT count(*) FROM message_life WHERE state = 'delivered'") == len(ids)
    assert (road.counters.receipts_matched, road.counters.receipts_unmatched) == (10, 1)
    assert await road.value("SELECT count(*) FROM awaited_receipts") == 0


async def test_a_delivery_is_answered_only_after_it_is_on_disk(road: Road):
    account = await road.account()
    changed = asyncio.Event()
    async with simulator(window=1) as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        ids = await road.queue(account, 3)
        await road.until_state(ids, "delivered")
        async with asyncio.timeout(5):
            while running.centre.pending:  # noqa: ASYNC110  the centre gives no event
                await asyncio.sleep(0.01)


# --- laws ---

_REPORTED = st.sampled_from([State.DELIVERED, State.UNDELIVERED, State.EXPIRED, State.REJECTED, State.UNKNOWN])
_ORDER = (State.QUEUED, State.SUBMITTED, State.UNKNOWN, State.EXPIRED)


@given(st.lists(_REPORTED, max_size=8))
def test_reports_never_take_a_part_back(reports: list[State]):
    state, seen = State.SUBMITTED, [State.SUBMITTED]
    for report in reports:
        if may_move(state, report):
            state = report
            seen.append(state)
    ranks = [_ORDER.index(one) if one in _ORDER else len(_ORDER) for one in seen]
    assert ranks == sorted(ranks)
    assert compose([state]) is state


async def test_the_store_advances_parts_as_the_table_says(road: Road):
    states = [State.SUBMITTED, State.QUEUED, State.EXPIRED, State.UNKNOWN, State.DELIVERED, State.REJECTED]
    cases = [(old, first, second) for old in states for first in states for second in states]
    for old, first, second in cases[:: max(1, len(cases) // 60)]:
        expected = old
        for new in (first, second):
            expected = new if may_move(expected, new) else expected
        advanced = await road.value(
            "SELECT advance_parts($1, '{2,2,9,0}', $2)",
            ["submitted", old.value],
            [first.value, second.value, "delivered", "delivered"],
        )
        assert advanced == ["submitted", expected.value]


# --- upkeep ---


async def test_what_gets_no_receipt_becomes_unknown_after_a_week(road: Road):
    kept, overdue = await _submitted(road, "1"), await _submitted(road, "2")
    await road.fetch("UPDATE awaited_receipts SET at = now() - interval '8 days' WHERE smsc_key = '2'")
    await Upkeep(road.upkeep_store, road.receipts, road.clock, road.drift, road).once()
    assert (await road.state(kept), await road.state(overdue)) == ("submitted", "unknown")
    assert await road.value("SELECT count(*) FROM awaited_receipts") == 1


async def test_upkeep_makes_partitions_ahead_and_forgets_what_nobody_awaits(road: Road):
    await road.fetch(
        """INSERT INTO unmatched_receipts (carrier_id, smsc_key, state, at)
           VALUES (1, 'a', 'delivered', '2026-01-01')"""
    )
    await road.fetch(
        """INSERT INTO inbound_parts (carrier_id, sender, receiver, reference, total, sequence, text, at)
           VALUES (1, 'a', 'b', 1, 2, 1, '', '2026-01-01')"""
    )
    await road.fetch(
        """INSERT INTO idempotency (account_id, key, fingerprint, message_ids, at)
           VALUES (1, 'k', '', '{}', '2026-01-01')"""
    )
    upkeep = Upkeep(road.upkeep_store, road.receipts, road.clock, road.drift, road)
    await asyncio.gather(upkeep.prepare(), upkeep.prepare())
    await upkeep.once()
    ahead: date = road.clock.now().date() + timedelta(days=7)
    assert await road.value("SELECT to_regclass($1) IS NOT NULL", f"messages_{ahead:%Y%m%d}")
    for table in ("unmatched_receipts", "inbound_parts", "idempotency"):
        assert await road.value(f"SELECT count(*) FROM {table}") == 0


async def test_a_day_that_nobody_prepared_keeps_its_messages(road: Road):
    id_ = await _submitted(road, "1")
    upkeep = Upkeep(road.upkeep_store, road.receipts, road.clock, road.drift, road)
    await upkeep.prepare()
    assert await road.value("SELECT count(*) FROM messages_otherwise") == 1
    await road.receipts.take(_heard(_receipt("1")))
    assert await road.state(id_) == "delivered"
    tomorrow: date = road.clock.now().date() + timedelta(days=1)
    assert await road.value("SELECT to_regclass($1) IS NOT NULL", f"messages_{tomorrow:%Y%m%d}")


async def test_reports_to_the_store_may_repeat(road: Road):
    id_ = await _submitted(road, "9")
    report = PartReport(1, ("9",), State.DELIVERED, Detail.NONE)
    assert await road.receipt_store.apply([report, report], road.clock.now()) == 2
    assert await road.receipt_store.apply([report], road.clock.now()) == 0
    assert await road.state(id_) == "delivered"
