from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comity.base.ids import from_wire
from comity.edges.postgres.esme_ear import EsmeEar, enqueue_inbound
from comity.journey.notify import InboundMessage, StateChange
from comity.messages.life import Detail, State
from comity.smpp import events as ev
from comity.smpp import status as st
from comity.smpp import tlv
from comity.smpp.pdu import BindKind
from comity.smpp.receipts import MessageState, read_receipt


async def _accepted(customer, submit_sm, count=1, **fields):
    fields = {"registered_delivery": 1, **fields}
    answers = await customer.submit(*(submit_sm(to=f"324700000{n:02}", **fields) for n in range(count)))
    assert {answer.status for answer in answers} == {0}
    return [answer.message_id for answer in answers]


async def _is_empty(house):
    return not await house.waiting()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("delivered", MessageState.DELIVERED),
        ("undelivered", MessageState.UNDELIVERABLE),
        ("expired", MessageState.EXPIRED),
        ("rejected", MessageState.REJECTED),
        ("refused", MessageState.REJECTED),
        ("cancelled", MessageState.DELETED),
        ("unknown", MessageState.UNKNOWN),
    ],
)
async def test_a_final_state_becomes_a_receipt_with_the_id_and_reference_of_the_customer(
    house, submit_sm, state, expected
):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm, tlvs=((tlv.USER_MESSAGE_REFERENCE, b"\1\2"),))
    assert await house.move(wire_id, state, detail=10) == 1
    pdu = await customer.delivered()
    receipt = read_receipt(pdu)
    assert (receipt.message_id, receipt.text_id, receipt.state, receipt.error) == (wire_id, wire_id, expected, "010")
    assert (pdu.source_addr, pdu.destination_addr) == ("32470000000", "3228000000")
    assert tlv.find_number(pdu.tlvs, tlv.USER_MESSAGE_REFERENCE) == 258
    await house.until(lambda: _is_empty(house))


@pytest.mark.parametrize("state", ["queued", "submitting", "submitted", "held", "deferred"])
async def test_a_state_that_is_not_final_becomes_none(house, submit_sm, state):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    assert await house.move(wire_id, state) == 0


@pytest.mark.parametrize(
    ("wish", "delivered", "undelivered"), [(0, 0, 0), (1, 1, 1), (2, 0, 1), (3, 1, 0), (0x10, 0, 0)]
)
async def test_only_receipts_that_were_asked_for_are_left(house, submit_sm, wish, delivered, undelivered):
    customer = await house.customer(kind=BindKind.TRANSMITTER)
    (wire_id,) = await _accepted(customer, submit_sm, registered_delivery=wish)
    assert await house.move(wire_id, "delivered") == delivered
    assert await house.move(wire_id, "undelivered") == undelivered


async def test_the_ear_leaves_receipts_for_what_came_by_smpp_alone(house, submit_sm):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    change = StateChange(
        house.accounts["bank"], from_wire(wire_id), State.DELIVERED, Detail.NONE, datetime.now(UTC), None,
        "3228000000", "32470000000", "text", "", receipt=True, system_id="bank",
    )  # fmt: skip
    other = StateChange(
        house.accounts["bank"], from_wire(wire_id), State.DELIVERED, Detail.NONE, datetime.now(UTC), None,
        "3228000000", "32470000000", "text", "", receipt=False, system_id=None,
    )  # fmt: skip
    ear = EsmeEar()
    assert await ear.listeners(house.road) == frozenset()
    async with house.road.transaction():
        await ear.tell(house.road, [change, other])
    assert read_receipt(await customer.delivered()).message_id == wire_id


async def test_what_was_not_committed_is_not_told(house, submit_sm):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    transaction = house.road.transaction()
    await transaction.start()
    await house.road.execute(
        "SELECT enqueue_deliveries(ARRAY[$1::bigint], ARRAY[$2::uuid], ARRAY['delivered'], ARRAY[0::smallint],"
        " ARRAY[now()])",
        house.accounts["bank"], from_wire(wire_id),
    )  # fmt: skip
    await transaction.rollback()
    assert await house.waiting() == 0


async def test_receipts_wait_for_a_customer_who_is_not_bound(house, submit_sm):
    customer = await house.customer(kind=BindKind.TRANSMITTER)
    ids = await _accepted(customer, submit_sm, count=3)
    for wire_id in ids:
        await house.move(wire_id, "delivered")
    receiver = await house.customer(kind=BindKind.RECEIVER)
    assert [read_receipt(await receiver.delivered()).message_id for _ in ids] == ids


async def test_receipts_of_one_message_come_in_order(house, submit_sm):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "expired")
    await house.move(wire_id, "delivered")
    first = await customer.next(ev.Delivered)
    assert read_receipt(first.pdu).state is MessageState.EXPIRED
    assert house.doors[0].counters.sent == 1  # the second waits for the first to be acknowledged
    customer.session.answer_deliver(first.sequence)
    customer.wire.flush()
    assert read_receipt(await customer.delivered()).state is MessageState.DELIVERED


async def test_what_was_not_acknowledged_comes_again_after_a_disconnect(house, submit_sm):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "delivered")
    await customer.next(ev.Delivered)
    customer.leave()
    again = await house.customer()
    assert read_receipt(await again.delivered()).message_id == wire_id
    await house.until(lambda: _is_empty(house))


async def test_what_was_not_acknowledged_comes_again_at_another_door(house, submit_sm):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "delivered")
    await customer.next(ev.Delivered)
    other = await house.open()
    again = await house.customer(door=other)
    await house.doors[0].stop()
    assert read_receipt(await again.delivered()).message_id == wire_id


async def test_a_delivery_that_is_refused_for_now_is_tried_again_later(house, submit_sm):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "delivered")
    await customer.delivered(st.ESME_RSYSERR)
    row = None

    async def put_back():
        nonlocal row
        row = await house.road.fetchrow("SELECT * FROM esme_deliveries")
        return row["claimed_until"] is None

    await house.until(put_back)
    assert row["attempt"] == 1
    assert timedelta(seconds=0.5) < row["due_at"] - datetime.now(UTC) < timedelta(seconds=3)
    await house.road.execute("UPDATE esme_deliveries SET due_at = now()")
    assert read_receipt(await customer.delivered()).message_id == wire_id
    await house.until(lambda: _is_empty(house))


async def test_a_delivery_that_is_refused_for_good_leaves(house, submit_sm):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "delivered")
    await customer.delivered(st.ESME_RX_R_APPN)
    await house.until(lambda: _is_empty(house))
    assert house.doors[0].counters.dropped == 1


async def test_a_delivery_that_is_not_answered_in_time_is_tried_again(empty_house, submit_sm):
    house = empty_house
    await house.login()
    door = await house.open(response_timeout_s=0.1)
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "delivered")
    late = await customer.next(ev.Delivered)
    await house.until(lambda: door.counters.timed_out == 1)
    customer.session.answer_deliver(late.sequence)  # still counts, as nobody else took it over
    customer.wire.flush()
    await house.until(lambda: _is_empty(house))


async def test_no_more_is_under_way_than_the_window_holds(empty_house, submit_sm):
    house = empty_house
    await house.login()
    await house.open(deliveries=3)
    customer = await house.customer()
    ids = await _accepted(customer, submit_sm, count=10)
    for wire_id in ids:
        await house.move(wire_id, "delivered")
    events = [await customer.next(ev.Delivered) for _ in range(3)]
    assert house.doors[0].counters.sent == 3
    for event in events:
        customer.session.answer_deliver(event.sequence)
    customer.wire.flush()
    seen = [read_receipt(event.pdu).message_id for event in events]
    seen += [read_receipt(await customer.delivered()).message_id for _ in range(7)]
    assert seen == ids


async def test_deliveries_are_spread_over_the_binds_of_the_login(empty_house, submit_sm):
    house = empty_house
    await house.login()
    await house.open(deliveries=2)
    one = await house.customer(kind=BindKind.TRANSMITTER)
    ids = await _accepted(one, submit_sm, count=4)
    receivers = [await house.customer(kind=BindKind.RECEIVER) for _ in range(2)]
    for wire_id in ids:
        await house.move(wire_id, "delivered")
    events = [await receiver.next(ev.Delivered) for receiver in receivers for _ in range(2)]
    assert {read_receipt(event.pdu).message_id for event in events} == set(ids)


async def test_a_claim_that_passed_to_another_counts_no_more(house, submit_sm):
    customer = await house.customer()
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "delivered")
    event = await customer.next(ev.Delivered)
    await house.road.execute("UPDATE esme_deliveries SET claimed_by = gen_random_uuid()")
    customer.session.answer_deliver(event.sequence)
    customer.wire.flush()
    await house.until(lambda: house.doors[0].counters.fenced == 1)
    assert await house.waiting() == 1


async def test_a_claim_of_a_door_that_died_is_taken_over(house, submit_sm):
    customer = await house.customer(kind=BindKind.TRANSMITTER)
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "delivered")
    await house.road.execute(
        "UPDATE esme_deliveries SET claimed_by = gen_random_uuid(), claimed_until = now() + interval '0.2 seconds'"
    )
    receiver = await house.customer(kind=BindKind.RECEIVER)
    assert read_receipt(await receiver.delivered()).message_id == wire_id


INBOUND = [
    ("STOP", 0, b"STOP"),
    ("Добрый день", 8, "Добрый день".encode("utf-16-be")),
    ("x" * 300, 0, b"x" * 300),
]


@pytest.mark.parametrize(("text", "coding", "octets"), INBOUND, ids=["gsm", "ucs2", "long"])
async def test_messages_from_people_are_delivered(house, text, coding, octets):
    customer = await house.customer(kind=BindKind.RECEIVER)
    await house.until(lambda: _receives(house, "bank"))
    message = InboundMessage(house.accounts["bank"], 1, "32470000009", "3228000000", text, datetime.now(UTC))
    async with house.road.transaction():
        await enqueue_inbound(house.road, [message])
    pdu = await customer.delivered()
    assert (pdu.source_addr, pdu.source_addr_ton, pdu.destination_addr) == ("32470000009", 1, "3228000000")
    assert (pdu.esm_class, pdu.data_coding, pdu.content) == (0, coding, octets)
    await house.until(lambda: _is_empty(house))


async def _receives(house, system_id):
    return await house.road.fetchval("SELECT receiver_since IS NOT NULL FROM esmes WHERE system_id = $1", system_id)


async def test_messages_from_people_go_to_the_login_that_last_bound_to_receive(house):
    await house.login("second")
    await house.customer("bank")
    await house.until(lambda: _receives(house, "bank"))
    second = await house.customer("second")
    await house.until(lambda: _receives(house, "second"))
    message = InboundMessage(house.accounts["bank"], 1, "32470000009", "3228000000", "hello", datetime.now(UTC))
    await enqueue_inbound(house.road, [message])
    assert (await second.delivered()).short_message == b"hello"


async def test_messages_to_an_account_that_never_bound_to_receive_are_not_kept(house):
    await house.customer(kind=BindKind.TRANSMITTER)
    message = InboundMessage(house.accounts["bank"], 1, "32470000009", "3228000000", "hello", datetime.now(UTC))
    await enqueue_inbound(house.road, [message])
    assert await house.waiting() == 0


async def test_what_nobody_comes_for_is_dropped(house, submit_sm):
    customer = await house.customer(kind=BindKind.TRANSMITTER)
    (wire_id,) = await _accepted(customer, submit_sm)
    await house.move(wire_id, "delivered")
    now = datetime.now(UTC)
    store = house.doors[0]._store
    assert (await store.sweep(now - timedelta(hours=1), now, now - timedelta(hours=1)))["deliveries"] == 0
    assert (await store.sweep(now, now, now + timedelta(seconds=1)))["deliveries"] == 1
