from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from comity.journey.lanes import Lane
from comity.journey.notify import StateChange
from comity.routing.routes import Route, RouteTable
from support.road import PERSON, Road, link_to, simulator

if TYPE_CHECKING:
    from comity.edges.postgres.connect import Database


@pytest.fixture
async def road(database: Database):
    road = Road(database)
    yield road
    await road.connections.close()


def _lane(room: int = 50, prefix: str = "", carrier: int = 1, after: int = 0) -> Lane:
    return Lane(prefix, carrier, room, after)


async def _signed_in(road: Road):
    dispatcher = uuid4()
    await road.store.enter(dispatcher, 10)
    return dispatcher


# --- the whole way ---


async def test_messages_go_to_the_carrier_and_come_back_delivered(road: Road):
    account = await road.account()
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        ids = await road.queue(account, 120)
        await road.until_state(ids, "delivered")
        assert await road.value("SELECT count(*) FROM in_flight") == 0
        assert await road.value("SELECT count(*) FROM queue") == 0
        await road.until("SELECT count(*) = 0 FROM awaited_receipts")
    assert road.counters.submitted == road.counters.claimed == road.counters.receipts_matched == 120
    assert running.centre.tally.counts.submits == 120


@pytest.mark.parametrize(
    ("ending", "state", "detail", "refunded"),
    [
        ("01", "undelivered", 0, False),
        ("02", "expired", 22, False),
        ("03", "rejected", 23, False),
        ("05", "unknown", 0, False),
        ("10", "rejected", 10, True),
        ("11", "rejected", 23, True),
        ("20", "delivered", 0, False),
        ("22", "delivered", 0, False),
        ("34", "delivered", 0, False),
        ("35", "delivered", 0, False),
        ("40", "submitted", 0, False),
        ("41", "delivered", 0, False),
        ("42", "delivered", 0, False),
        ("43", "delivered", 0, False),
        ("44", "delivered", 0, False),
        ("46", "delivered", 0, False),
        ("48", "delivered", 0, False),
        ("50", "delivered", 0, False),
        ("51", "delivered", 0, False),
        ("52", "delivered", 0, False),
        ("54", "delivered", 0, False),
    ],
)
async def test_each_fate_ends_in_its_state(road: Road, ending: str, state: str, detail: int, refunded: bool):
    account = await road.account(credits_=100)
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        ids = await road.queue(account, recipient=f"3247{ending}9990{ending}")
        await road.until_state(ids, state)
    assert await road.value("SELECT detail FROM message_life") == detail
    assert await road.value("SELECT remaining FROM lots") == (100 if refunded else 90)
    assert await road.value("SELECT count(*) FROM ledger_entries WHERE kind = 'refund'") == int(refunded)
    assert road.counters.refunded == int(refunded)


async def test_a_long_message_goes_in_parts_and_is_delivered_when_all_are(road: Road):
    account = await road.account()
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed, window=2)), changed=changed):
        ids = await road.queue(account, 3, text="long " * 150, parts=5)
        await road.until_state(ids, "delivered")
    assert await road.value("SELECT array_agg(DISTINCT part_states) FROM message_life") == [["delivered"] * 5]
    assert road.counters.parts == 15


async def test_what_waits_when_a_carrier_is_down_goes_once_it_is_up(road: Road):
    account = await road.account()
    ids = await road.queue(account, 5)
    changed = asyncio.Event()
    async with simulator() as running:
        link = link_to(running, changed)
        async with road.dispatching(changed=changed) as dispatcher:
            assert await road.value("SELECT count(*) FROM queue") == 5
            await link.start()
            dispatcher._network.add(1, link)
            await road.until_state(ids, "delivered")


async def test_a_prefix_fails_over_to_its_next_carrier(road: Road):
    account = await road.account()
    road.routes = RouteTable([Route("", 7, 0), Route("", 1, 1)])
    changed = asyncio.Event()
    async with simulator() as running, simulator() as gone:
        down = link_to(gone._replace(smpp=("127.0.0.1", 1)), changed, connect_s=0.2)
        async with road.dispatching((7, down), (1, link_to(running, changed)), changed=changed):
            ids = await road.queue(account, 3, prefix="")
            await road.until_state(ids, "delivered")
    assert await road.value("SELECT array_agg(DISTINCT carrier_id) FROM message_life") == [1]


async def test_messages_left_by_a_route_that_was_removed_take_the_next_shorter_prefix(road: Road):
    account = await road.account()
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        ids = await road.queue(account, prefix="324")
        await road.until_state(ids, "delivered")


async def test_stopping_puts_back_what_was_not_written(road: Road):
    account = await road.account()
    changed = asyncio.Event()
    async with simulator() as running:
        link = link_to(running, changed, window=1, response_timeout_s=60)
        async with road.dispatching((1, link), changed=changed) as dispatcher:
            await road.queue(account, recipient="324709999030", text="long " * 150, parts=5)
            await road.until("SELECT count(*) = 1 FROM in_flight")
            assert dispatcher.outstanding == 1
    states = await road.value("SELECT part_states FROM message_life")
    assert await road.value("SELECT count(*) FROM in_flight") == 0
    assert await road.value("SELECT count(*) FROM dispatchers") == 0
    assert await road.value("SELECT count(*) FROM queue") == 1
    assert states.count("queued") >= 3
    assert await road.value("SELECT state FROM message_life") == "queued"


async def test_changes_are_told_in_the_commit_that_makes_them(database: Database):
    told: list[StateChange] = []

    class Listener:
        async def listeners(self, connection):
            assert connection.is_in_transaction()
            return frozenset()

        async def tell(self, connection, changes):
            assert connection.is_in_transaction()
            told.extend(changes)

    road = Road(database, ears=(Listener(),))
    account = await road.account()
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        ids = await road.queue(account, receipt=True, system_id="shop")
        await road.until_state(ids, "delivered")
    assert [change.state for change in told] == ["submitted", "delivered"]
    assert {change.message_id for change in told} == set(ids)
    assert {change.system_id for change in told} == {"shop"}
    assert {change.recipient for change in told} == {PERSON}
    await road.connections.close()


async def test_webhooks_are_told_of_their_account_alone(road: Road):
    account, other = await road.account(), await road.account("shop")
    await road.fetch(
        """INSERT INTO webhooks (account_id, secret, endpoint, method, types)
           VALUES ($1, 'secret', 'https://example.com', 'POST', '{delivery_report}')""",
        account,
    )
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        ids = [*await road.queue(account), *await road.queue(other)]
        await road.until_state(ids, "delivered")
    rows = await road.fetch("SELECT account_id, kind, body FROM webhook_events ORDER BY number")
    # That the carrier has it is not told: what became of it is.
    told = [(row["account_id"], row["kind"], json.loads(row["body"])["delivery_status"]) for row in rows]
    assert told == [(account, "delivery_report", "DELIVERED")]


# --- claiming ---


async def test_accounts_take_turns(road: Road):
    flood, few = await road.account("flood"), await road.account("few")
    await road.queue(flood, 100)
    await road.queue(few, 3)
    dispatcher = await _signed_in(road)
    claimed = await road.store.claim(dispatcher, road.clock.now(), [_lane(room=10)])
    assert [m.account_id for m in claimed].count(few) == 3
    assert [m.account_id for m in claimed[:6]] == [flood, few] * 3


async def test_more_accounts_than_room_are_served_in_rotation(road: Road):
    accounts = [await road.account(f"a{n}") for n in range(5)]
    for account in accounts:
        await road.queue(account, 3)
    dispatcher = await _signed_in(road)
    served, after = [], 0
    for _ in range(5):
        claimed = await road.store.claim(dispatcher, road.clock.now(), [_lane(room=2, after=after)])
        after = claimed[-1].account_id
        served += [m.account_id for m in claimed]
    assert sorted(served) == sorted(accounts * 2)


async def test_an_account_with_nothing_but_scheduled_messages_holds_nobody_up(road: Road):
    later, now = await road.account("later"), await road.account("now")
    await road.queue(later, 5, due_at=road.clock.now() + timedelta(hours=1))
    await road.queue(now, 2)
    dispatcher = await _signed_in(road)
    claimed = await road.store.claim(dispatcher, road.clock.now(), [_lane(room=1)])
    assert [m.account_id for m in claimed] == [now]


async def test_the_oldest_of_an_account_come_first(road: Road):
    account = await road.account()
    now = road.clock.now()
    ids = [(await road.queue(account, due_at=now - timedelta(seconds=age)))[0] for age in (1, 9, 5)]
    dispatcher = await _signed_in(road)
    claimed = await road.store.claim(dispatcher, now, [_lane(room=2)])
    assert [m.id for m in claimed] == [ids[1], ids[2]]


async def test_room_is_counted_in_parts(road: Road):
    account = await road.account()
    await road.queue(account, 4, parts=3)
    dispatcher = await _signed_in(road)
    assert len(await road.store.claim(dispatcher, road.clock.now(), [_lane(room=4)])) == 2


async def test_two_dispatchers_never_claim_the_same_message(road: Road):
    account = await road.account()
    ids = await road.queue(account, 200)
    mine, theirs = await _signed_in(road), await _signed_in(road)
    rounds = await asyncio.gather(
        *(road.store.claim(who, road.clock.now(), [_lane(room=30)]) for who in (mine, theirs) * 6)
    )
    claimed = [m.id for batch in rounds for m in batch]
    assert len(claimed) == len(set(claimed)) <= len(ids)
    assert await road.value("SELECT count(*) FROM in_flight") == len(claimed)
    assert await road.value("SELECT count(*) FROM queue") == 200 - len(claimed)


async def test_a_dispatcher_whose_lease_is_over_claims_nothing(road: Road):
    await road.queue(await road.account())
    dispatcher = uuid4()
    await road.store.enter(dispatcher, -1)
    assert await road.store.claim(dispatcher, road.clock.now(), [_lane()]) == []


async def test_a_message_that_expired_in_the_queue_is_not_sent_and_its_charge_goes_back(road: Road):
    account = await road.account(credits_=10)
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        ids = await road.queue(account, validity_s=60, due_at=road.clock.now() - timedelta(minutes=2))
        await road.until_state(ids, "expired")
    assert await road.value("SELECT remaining FROM lots") == 10
    assert running.centre.tally.counts.submits == 0


@pytest.mark.parametrize(
    ("category", "state"), [("transactional", "refused"), ("otp", "delivered"), ("alert", "delivered")]
)
async def test_an_opt_out_stops_what_waits_except_codes_and_cleared_alerts(road: Road, category: str, state: str):
    account = await road.account(credits_=10)
    await road.fetch("INSERT INTO clearances (account_id, content) VALUES ($1, 'alert')", account)
    await road.fetch("INSERT INTO opt_outs (account_id, recipient, source) VALUES ($1, $2, 'api')", account, PERSON)
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        ids = await road.queue(account, category=category)
        await road.until_state(ids, state)
    assert await road.value("SELECT remaining FROM lots") == (10 if state == "refused" else 0)
