from __future__ import annotations

import asyncio

import pytest

from comity.base.ids import from_wire
from comity.smpp import status as st
from comity.smpp import tlv
from comity.sms.segment import plan, split
from support.sealed import MESSAGE

LONG = "Your parcel could not be delivered, as nobody was at home; it is kept at the shop around the corner. " * 4
UCS2 = "Пакет ждёт вас в магазине за углом, возьмите удостоверение личности. 🙂 " * 2


def parts_of(text, submit_sm, reference=7, wide=False, **fields):
    return [
        submit_sm(part.udh + part.payload, esm_class=0x40, data_coding=part.data_coding, **fields)
        for part in split(plan(text), reference=reference, wide_reference=wide)
    ]


def by_sar(text, submit_sm, **fields):
    parts = split(plan(text), reference=7)
    return [
        submit_sm(
            part.payload, data_coding=part.data_coding,
            tlvs=((tlv.SAR_MSG_REF_NUM, b"\0\7"), (tlv.SAR_TOTAL_SEGMENTS, bytes((len(parts),))),
                  (tlv.SAR_SEGMENT_SEQNUM, bytes((number,)))),
            **fields,
        )
        for number, part in enumerate(parts, start=1)
    ]  # fmt: skip


async def messages(house):
    return await house.road.fetch(f"SELECT m.*, {MESSAGE} FROM messages m ORDER BY id")


async def waiting_parts(house):
    return await house.road.fetchval("SELECT count(*) FROM esme_parts")


@pytest.mark.parametrize("text", [LONG, UCS2], ids=["gsm", "ucs2"])
@pytest.mark.parametrize("cut", [parts_of, by_sar], ids=["udh", "sar"])
async def test_parts_make_one_message_and_each_has_an_id(house, submit_sm, text, cut):
    customer = await house.customer()
    answers = []
    for pdu in cut(text, submit_sm):
        answers += await customer.submit(pdu)
    assert {answer.status for answer in answers} == {0}
    assert len({answer.message_id for answer in answers}) == len(answers) >= 2
    (row,) = await messages(house)
    assert row["text"] == text
    assert row["id"] == from_wire(answers[-1].message_id)
    assert await waiting_parts(house) == 0


async def test_parts_in_one_write_and_in_any_order_make_one_message(house, submit_sm):
    customer = await house.customer()
    pdus = parts_of(LONG, submit_sm, wide=True)
    answers = await customer.submit(*reversed(pdus))
    assert {answer.status for answer in answers} == {0}
    (row,) = await messages(house)
    assert row["text"] == LONG
    assert row["id"] == from_wire(answers[-1].message_id)


async def test_a_customer_with_a_window_of_one_is_answered_part_by_part(house, submit_sm):
    customer = await house.customer()
    first, *_ = parts_of(LONG, submit_sm)
    (answer,) = await customer.submit(first)
    assert answer.status == 0
    assert await waiting_parts(house) == 1
    assert not await messages(house)


async def test_parts_over_two_binds_and_two_doors_make_one_message(house, submit_sm):
    other = await house.open()
    here, there = await house.customer(), await house.customer(door=other)
    pdus = parts_of(LONG, submit_sm)
    answers = await asyncio.gather(*(one.submit(pdu) for one, pdu in zip((here, there, here), pdus, strict=False)))
    assert {answer.status for (answer,) in answers} == {0}
    (row,) = await messages(house)
    assert row["text"] == LONG


async def test_a_part_that_comes_again_changes_nothing_and_keeps_its_id(house, submit_sm):
    customer = await house.customer()
    first, *rest = parts_of(LONG, submit_sm)
    (one,), (again,) = await customer.submit(first), await customer.submit(first)
    assert one.message_id == again.message_id
    await customer.submit(*rest)
    assert len(await messages(house)) == 1


async def test_a_last_part_whose_answer_was_lost_makes_no_second_message(house, submit_sm, monkeypatch):
    customer = await house.customer()
    door = house.doors[0]
    settle = door._store.settle_parts

    async def broken(*_arguments):
        raise OSError("gone")

    monkeypatch.setattr(door._store, "settle_parts", broken)
    *rest, last = parts_of(LONG, submit_sm)
    await customer.submit(*rest)
    assert (await customer.submit(last))[0].status == st.ESME_RSYSERR
    monkeypatch.setattr(door._store, "settle_parts", settle)
    (answer,) = await customer.submit(last)
    (row,) = await messages(house)
    assert row["id"] == from_wire(answer.message_id)
    assert await waiting_parts(house) == 0


async def test_each_part_gets_the_receipt_it_asked_for(house, submit_sm):
    customer = await house.customer()
    pdus = parts_of(LONG, submit_sm)
    pdus = [
        parts_of(LONG, submit_sm, registered_delivery=wish)[place] for place, wish in enumerate((1, 0, 1)[: len(pdus)])
    ]
    first, _, last = await customer.submit(*pdus)
    assert await house.move(last.message_id, "delivered") == 2
    ids = {tlv.find_text((await customer.delivered()).tlvs, tlv.RECEIPTED_MESSAGE_ID) for _ in range(2)}
    assert ids == {first.message_id, last.message_id}


async def test_only_the_last_part_without_a_wish_gets_no_receipt(house, submit_sm):
    customer = await house.customer()
    wishes = (1, 1, 0)
    pdus = [parts_of(LONG, submit_sm, registered_delivery=wish)[place] for place, wish in enumerate(wishes)]
    answers = await customer.submit(*pdus)
    assert await house.move(answers[-1].message_id, "undelivered") == 2
    ids = {tlv.find_text((await customer.delivered()).tlvs, tlv.RECEIPTED_MESSAGE_ID) for _ in range(2)}
    assert ids == {answer.message_id for answer in answers[:2]}


async def test_parts_of_a_refused_message_are_told_by_receipt(house, submit_sm):
    customer = await house.customer()
    pdus = parts_of(LONG, submit_sm, source_addr="Stranger", source_addr_ton=5, registered_delivery=1)
    answers = []
    for pdu in pdus:
        answers += await customer.submit(pdu)
    assert [answer.status for answer in answers] == [0, 0, 0x411]
    ids = set()
    for _ in answers[:-1]:
        receipt = await customer.delivered()
        ids.add(tlv.find_text(receipt.tlvs, tlv.RECEIPTED_MESSAGE_ID))
        assert b"stat:REJECTD" in receipt.short_message
    assert ids == {answer.message_id for answer in answers[:-1]}


async def test_parts_that_can_make_no_message_are_told_by_receipt_and_leave(house, submit_sm):
    customer = await house.customer()
    answers = []
    for pdu in parts_of(LONG, submit_sm, to="12", registered_delivery=1):
        answers += await customer.submit(pdu)
    assert [answer.status for answer in answers] == [0, 0, st.ESME_RINVDSTADR]
    assert b"stat:REJECTD" in (await customer.delivered()).short_message
    assert await waiting_parts(house) == 0


async def test_references_of_other_recipients_and_widths_do_not_mix(house, submit_sm):
    customer = await house.customer()
    await customer.submit(parts_of(LONG, submit_sm, to="32470000002")[0])
    await customer.submit(parts_of(LONG, submit_sm, wide=True)[1])
    await customer.submit(*parts_of(LONG, submit_sm)[1:])
    assert not await messages(house)
    assert await waiting_parts(house) == 4


async def test_a_crowd_of_parts_without_end_is_throttled(house, submit_sm):
    customer = await house.customer()
    house.doors[0]._parts.crowded = {"bank"}
    (answer,) = await customer.submit(parts_of(LONG, submit_sm)[0])
    assert answer.status == st.ESME_RTHROTTLED


@pytest.mark.parametrize(
    ("octets", "status"),
    [(b"\x05\x00\x03\x01\x21\x01x", st.ESME_RINVMSGLEN), (b"\x05\x00\x03\x01\x02\x03x", 0x43)],
    ids=["33 parts", "a third of two"],
)
async def test_parts_that_never_could_be_whole_are_refused(house, submit_sm, octets, status):
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm(octets, esm_class=0x40))
    assert answer.status == status


async def test_a_header_of_one_part_is_taken_off_a_whole_message(house, submit_sm):
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm(b"\x05\x00\x03\x01\x01\x01hello", esm_class=0x40))
    assert (await house.message(answer.message_id))["text"] == "hello"
