from __future__ import annotations

import json
from datetime import timedelta

import pytest

from comity.smpp import commands as cmd
from comity.smpp import events as ev
from comity.smpp import status as st
from comity.smpp import tlv
from comity.smpp.codec import HEADER
from comity.smpp.pdu import BindKind
from comity.smpp.times import write_relative
from support.standing import to_standing


async def test_a_submission_is_answered_with_the_id_of_a_message_that_is_on_disk(house, submit_sm):
    customer = await house.customer(kind=BindKind.TRANSMITTER)
    (answer,) = await customer.submit(submit_sm(registered_delivery=1))
    assert answer.status == 0
    row = await house.message(answer.message_id)
    assert (row["door"], row["system_id"], row["receipt"]) == ("smpp", "bank", True)
    assert (row["sender"], row["recipient"]) == ("3228000000", "32470000001")
    assert row["text"] == "Your parcel is at the door."


@pytest.mark.parametrize(
    ("octets", "coding", "text"),
    [
        (b"\x00\x1be caf\x05", 0, "@€ café"),
        (b"plain", 1, "plain"),
        ("café".encode("latin-1"), 3, "café"),
        ("Добрый день 🙂".encode("utf-16-be"), 8, "Добрый день 🙂"),
    ],
)
async def test_each_alphabet_is_read(house, submit_sm, octets, coding, text):
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm(octets, data_coding=coding))
    assert (await house.message(answer.message_id))["text"] == text


async def test_a_long_text_comes_whole_in_message_payload(house, submit_sm):
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm(b"", tlvs=((tlv.MESSAGE_PAYLOAD, b"abcdefghij" * 30),)))
    row = await house.message(answer.message_id)
    assert (row["text"], row["parts"]) == ("abcdefghij" * 30, 2)


async def test_many_submissions_of_one_write_are_accepted_together(house, submit_sm):
    customer = await house.customer()
    answers = await customer.submit(*(submit_sm(to=f"324700{n:05}") for n in range(200)))
    assert {answer.status for answer in answers} == {0}
    assert len({answer.message_id for answer in answers}) == 200
    assert house.acceptor.counters.batches < 100


async def test_submissions_beyond_the_window_are_throttled(empty_house, submit_sm):
    house = empty_house
    await house.login()
    await house.open(submits=5)
    customer = await house.customer()
    answers = await customer.submit(*(submit_sm(to=f"324700{n:05}") for n in range(20)))
    assert [answer.status for answer in answers].count(st.ESME_RTHROTTLED) == 15


REFUSED = [
    ("a bad destination", {"to": "12"}, st.ESME_RINVDSTADR),
    ("no destination", {"to": ""}, st.ESME_RINVDSTADR),
    ("a bad sender", {"source_addr": "not a sender!", "source_addr_ton": 5}, st.ESME_RINVSRCADR),
    ("no text", {"text": b""}, st.ESME_RINVMSGLEN),
    ("too long a text", {"text": b"", "tlvs": ((tlv.MESSAGE_PAYLOAD, b"x" * 700),)}, st.ESME_RINVMSGLEN),
    ("a binary text", {"data_coding": 4}, 0x104),
    ("a national sender", {"source_addr_ton": 2}, 0x48),
    ("a receipt", {"esm_class": 0x04}, 0x43),
    ("replacement", {"replace_if_present_flag": 1}, 0x54),
    ("a canned text", {"sm_default_msg_id": 1}, 0x63),
    ("no schedule", {"schedule_delivery_time": "x" * 16}, st.ESME_RINVSCHED),
    ("a schedule in the past", {"schedule_delivery_time": "200101000000000+"}, st.ESME_RINVSCHED),
    ("no validity", {"validity_period": "000000000000000R"}, st.ESME_RINVEXPIRY),
    ("no category", {"tlvs": ((0x1400, b"spam"),)}, st.ESME_RINVOPTPARAMVAL),
    ("a header that is none", {"esm_class": 0x40, "text": b"\x09abc"}, 0x43),
    ("a text for a program", {"esm_class": 0x40, "text": b"\x06\x05\x04\x0b\x84\x23\xf0abc"}, 0x43),
]


@pytest.mark.parametrize(("fields", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_cannot_be_taken_is_refused_with_its_status(house, submit_sm, fields, status):
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm(**fields))
    assert (answer.status, answer.message_id) == (status, "")
    assert not house.errors


async def _raw_answer(customer, pdu):
    """The octets of the answer, TLVs included."""
    octets = []
    take = customer.session.receive_data
    customer.session.receive_data = lambda data: octets.append(data) or take(data)
    (answer,) = await customer.submit(pdu)
    frame = b"".join(octets)
    assert HEADER.unpack_from(frame)[1] == cmd.SUBMIT_SM_RESP
    end = frame.index(0, HEADER.size) + 1 if len(frame) > HEADER.size else len(frame)
    return answer, dict(tlv.read_tlvs(frame, end) or ())


async def test_a_refusal_by_policy_has_the_status_of_its_clause_and_the_verdict(house, submit_sm):
    customer = await house.customer()
    answer, tlvs = await _raw_answer(customer, submit_sm(source_addr="Stranger", source_addr_ton=5))
    assert answer.status == 0x411
    verdict = json.loads(tlvs[0x1401])
    assert verdict["action"] == "refuse"
    assert verdict["findings"][0]["rule"] == "sender-not-granted"


async def test_an_opted_out_recipient_has_a_status_of_its_own(house, submit_sm):
    account_id = house.accounts["bank"]
    await house.road.execute(
        "INSERT INTO opt_outs (account_id, recipient, source) VALUES ($1, '32470000001', 'reply')", account_id
    )
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm())
    assert answer.status == 0x401


async def test_without_credits_the_vendor_says_so(empty_house, submit_sm):
    house = empty_house
    await house.account(credits_=0)
    await house.login()
    await house.open()
    answer, tlvs = await _raw_answer(await house.customer(), submit_sm())
    assert answer.status == 0x400
    assert json.loads(tlvs[0x1401])["fault"] == "not_enough_credits"


async def test_an_allowed_message_carries_no_verdict(house, submit_sm):
    answer, tlvs = await _raw_answer(await house.customer(), submit_sm())
    assert (answer.status, tlvs) == (0, {})


async def test_a_declared_promotion_without_consent_is_refused(house, submit_sm):
    customer = await house.customer()
    answer, tlvs = await _raw_answer(customer, submit_sm(service_type="promo"))
    assert answer.status == 0x434  # P4
    assert json.loads(tlvs[0x1401])["findings"][0]["rule"] == "promotion-without-consent"


async def test_a_login_may_do_without_tlvs(empty_house, submit_sm):
    house = empty_house
    await house.login(tlv=False)
    await house.open()
    answer, tlvs = await _raw_answer(await house.customer(), submit_sm(source_addr="Stranger", source_addr_ton=5))
    assert (answer.status, tlvs) == (0x411, {})


async def test_schedule_validity_category_and_reference_are_kept(house, submit_sm):
    customer = await house.customer()
    pdu = submit_sm(
        schedule_delivery_time=write_relative(timedelta(hours=2)),
        validity_period=write_relative(timedelta(hours=3)),
        service_type="otp",
        tlvs=((tlv.USER_MESSAGE_REFERENCE, b"\1\2"),),
    )
    (answer,) = await customer.submit(pdu)
    row = await house.message(answer.message_id)
    assert (row["category"], row["reference"]) == ("otp", "258")
    assert abs(row["validity_s"] - 3600) < 2
    assert abs((row["due_at"] - row["due_at"].now(row["due_at"].tzinfo)).total_seconds() - 7200) < 10


async def test_the_category_of_the_tlv_wins_over_the_service_type(house, submit_sm):
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm(service_type="otp", tlvs=((0x1400, b"alert"),)))
    assert (await house.message(answer.message_id))["category"] == "alert"


async def test_a_change_of_standing_counts_for_a_bind_that_is_open(house, submit_sm):
    customer = await house.customer()
    assert (await customer.submit(submit_sm()))[0].status == 0
    await house.road.execute(to_standing("suspended"))
    numbers = iter(range(1000))

    async def refused():
        (answer,) = await customer.submit(submit_sm(to=f"324700{next(numbers):05}"))
        return answer.status == 0x465

    await house.until(refused)


async def test_accounts_see_nothing_of_each_other(house, submit_sm):
    await house.account("shop", "Shop")
    await house.login("shop", "shop")
    bank, shop = await house.customer("bank"), await house.customer("shop")
    (answer,) = await shop.submit(submit_sm(registered_delivery=1))
    assert answer.status == 0x411  # the bank's sender is not the shop's
    (mine,) = await shop.submit(submit_sm(source_addr="Shop", source_addr_ton=5, registered_delivery=1))
    row = await house.message(mine.message_id)
    assert (row["account_id"], row["system_id"]) == (house.accounts["shop"], "shop")
    assert await house.move(mine.message_id, "delivered", "shop") == 1
    receipt = await shop.delivered()
    assert mine.message_id.encode() in receipt.short_message
    assert not any(isinstance(event, ev.Delivered) for event in bank.events)


async def test_trouble_with_the_store_is_a_system_error_not_a_loss(house, submit_sm, monkeypatch):
    customer = await house.customer()

    async def broken(_submission):
        raise RuntimeError("broken")

    monkeypatch.setattr(house.acceptor, "accept", broken)
    (answer,) = await customer.submit(submit_sm())
    assert answer.status == st.ESME_RSYSERR
    assert len(house.errors) == 1
