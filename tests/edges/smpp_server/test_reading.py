"""Laws of reading and answering, without a socket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from comity.base.ids import IdMaker, from_wire, to_wire
from comity.edges.postgres.esme_store import Delivery
from comity.edges.smpp_server.answers import (
    MOST_VERDICT_OCTETS,
    VERDICT_TLV,
    Reply,
    policy_status,
    reply_to,
    verdict_tlvs,
)
from comity.edges.smpp_server.reading import Refusal, read_request, text_of
from comity.edges.smpp_server.writing import STATES, deliver_sm
from comity.messages.life import FINAL, State
from comity.messages.submission import Answered, InputFault, Judged, Malformed, TryLater
from comity.messages.verdict import Evidence, Finding, Verdict
from comity.smpp import status as st
from comity.smpp import tlv
from comity.smpp.codec import decode, encode
from comity.smpp.pdu import SubmitSm
from comity.smpp.receipts import read_receipt
from comity.sms.alphabet import DEFAULT
from comity.sms.receive import read_text
from comity.sms.segment import plan, split

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ID = IdMaker().at(NOW)
TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=400)
OCTET = some.integers(0, 255)
LATIN = some.text(some.characters(min_codepoint=1, max_codepoint=255), max_size=20)
ANY = some.builds(
    SubmitSm,
    source_addr=LATIN, destination_addr=LATIN, short_message=some.binary(max_size=254), esm_class=OCTET,
    data_coding=OCTET, registered_delivery=OCTET, source_addr_ton=OCTET, dest_addr_ton=some.integers(0, 7),
    service_type=some.text(some.characters(min_codepoint=1, max_codepoint=255), max_size=5),
    schedule_delivery_time=some.sampled_from(["", "000000000100000R", "260304120000000+", "999999999999999+"]),
    validity_period=some.sampled_from(["", "000000000100000R", "260304120000000+", "y" * 16]),
    tlvs=some.lists(
        some.tuples(
            some.sampled_from([0x1400, tlv.SAR_MSG_REF_NUM, tlv.SAR_TOTAL_SEGMENTS, tlv.SAR_SEGMENT_SEQNUM,
                               tlv.USER_MESSAGE_REFERENCE]),
            some.binary(max_size=3),
        ),
        max_size=5,
    ).map(tuple),
)  # fmt: skip


@given(ANY)
def test_whatever_comes_is_read_or_refused_with_a_status(pdu):
    request, status = None, 0
    try:
        request = read_request(pdu, NOW)
        text_of([(request.payload, request.data_coding, request.tables)])
    except Refusal as refusal:
        status = refusal.status
    assert 0 <= status < 0x105
    assert status or request
    if request is not None:
        assert request.validity_s is None or request.validity_s > 0
        assert request.part is None or 1 <= request.part.sequence <= request.part.total <= 32


@given(TEXT, some.booleans())
def test_a_text_that_was_cut_is_the_same_when_its_parts_are_joined(text, wide):
    parts = split(plan(text), reference=7, wide_reference=wide)
    requests = [
        read_request(
            SubmitSm(
                short_message=part.udh + part.payload, data_coding=part.data_coding, esm_class=0x40 if part.udh else 0
            ),
            NOW,
        )
        for part in parts
    ]
    whole = read_text(b"".join(part.payload for part in parts), parts[0].data_coding)
    assert text_of([(r.payload, r.data_coding, r.tables) for r in requests]) == whole.text
    if len(parts) > 1:
        assert [r.part.sequence for r in requests] == list(range(1, len(parts) + 1))
        assert len({r.part_reference for r in requests}) == 1


@pytest.mark.parametrize(
    ("ton", "address", "written"),
    [
        (1, "3228000000", "+3228000000"), (1, "+3228000000", "+3228000000"), (1, "003228000000", "003228000000"),
        (0, "3228000000", "3228000000"), (5, "Bank", "Bank"), (1, "Bank", "Bank"), (3, "8850", "8850"),
    ],
)  # fmt: skip
def test_the_type_of_number_says_how_an_address_is_written(ton, address, written):
    assert read_request(SubmitSm(source_addr=address, source_addr_ton=ton), NOW).sender == written


@pytest.mark.parametrize(
    ("schedule", "validity", "seconds"),
    [
        ("", "000000010000000R", 3600),
        ("", "260304130000000+", 3600),
        ("000000010000000R", "000000020000000R", 3600),
        ("260304100000000+", "000000010000000R", 3600),
        ("", "", None),
    ],
)
def test_validity_counts_from_when_the_message_is_due(schedule, validity, seconds):
    pdu = SubmitSm(schedule_delivery_time=schedule, validity_period=validity)
    assert read_request(pdu, NOW).validity_s == seconds


def _verdict(action="refuse", clauses=("U1",), rule="a-rule", evidence=()):
    finding = Finding(rule, tuple(clauses), action, evidence=tuple(evidence), sentence="No.")
    return Verdict(action, (finding,), {rule: "hit"}, "2026-11", "0" * 64, {})


@given(some.text("UPGDX", max_size=1), some.text("0123456789", max_size=4), some.text(max_size=3))
def test_every_refusal_by_policy_has_a_status_of_the_vendors_range(family, number, tail):
    assert 0x400 <= policy_status(_verdict(clauses=[family + number + tail])) <= 0x4FF


@pytest.mark.parametrize(
    ("clauses", "rule", "status"),
    [
        (("U1", "P3"), "x", 0x411), (("U20",), "x", 0x424), (("P4",), "x", 0x434), (("G5",), "x", 0x455),
        (("D5",), "x", 0x465), (("P4",), "recipient-opted-out", 0x401), ((), "x", 0x410),
    ],
)  # fmt: skip
def test_a_refusal_has_the_status_of_its_leading_clause(clauses, rule, status):
    assert policy_status(_verdict(clauses=clauses, rule=rule)) == status


@pytest.mark.parametrize("fault", list(InputFault), ids=lambda fault: fault.value)
def test_every_fault_has_an_error_status_and_says_why(fault):
    reply = reply_to(Malformed(fault, 0, "Because."), with_tlv=True)
    assert reply.status
    assert msgspec.json.decode(dict(reply.tlvs)[VERDICT_TLV]) == {"fault": fault.value, "why": "Because."}


@pytest.mark.parametrize("action", ["allow", "note", "defer", "hold"])
def test_what_is_not_refused_is_taken_and_told_unless_simply_allowed(action):
    outcome = Answered((Judged(ID, State.QUEUED, _verdict(action), 1, 1),))
    reply = reply_to(outcome, with_tlv=True)
    assert (reply.status, reply.message_id) == (0, to_wire(ID))
    assert bool(reply.tlvs) is (action != "allow")
    assert reply_to(outcome, with_tlv=False) == Reply(0, to_wire(ID))


def test_what_cannot_be_taken_now_is_throttled():
    assert reply_to(TryLater(1), with_tlv=True) == Reply(st.ESME_RTHROTTLED)


def test_a_long_verdict_is_shortened_to_what_decided():
    verdict = _verdict(evidence=[Evidence("text", observed="x" * 3000)])
    ((tag, octets),) = verdict_tlvs(verdict)
    shown = msgspec.json.decode(octets)
    assert (tag, shown["shortened"], shown["findings"][0]["rule"]) == (VERDICT_TLV, True, "a-rule")
    assert len(octets) <= MOST_VERDICT_OCTETS


def _delivery(**fields):
    given = {
        "account_id": 1, "number": 1, "system_id": "bank", "kind": "receipt", "message_id": ID, "state": "delivered",
        "detail": 0, "mark": "", "sender": "3228000000", "recipient": "32470000001", "text": "", "at": NOW,
        "attempt": 1, "token": ID,
    }  # fmt: skip
    return Delivery(**{**given, **fields})


@pytest.mark.parametrize("state", sorted(FINAL), ids=str)
def test_every_final_state_can_be_told_by_receipt(state):
    pdu = deliver_sm(_delivery(state=state.value))
    receipt = read_receipt(decode(encode(pdu, 1)).pdu)
    assert receipt.state is STATES[state.value]
    assert from_wire(receipt.message_id) == ID
    assert abs(receipt.done_at - NOW) < timedelta(minutes=1)


@given(TEXT, LATIN, LATIN)
def test_every_message_from_a_person_can_be_written_and_read_back(text, sender, recipient):
    pdu = decode(encode(deliver_sm(_delivery(kind="inbound", text=text, sender=sender, recipient=recipient)), 1)).pdu
    read = DEFAULT.decode(pdu.content) if pdu.data_coding == 0 else pdu.content.decode("utf-16-be")
    assert read == text


@given(some.text(max_size=20))
def test_any_reference_of_a_customer_can_stand_in_a_receipt(mark):
    encode(deliver_sm(_delivery(mark=mark)), 1)


@pytest.mark.parametrize(
    ("sender", "ton", "npi"), [("3228000000", 1, 1), ("8850", 3, 0), ("Bank", 5, 0), ("+3228000000", 1, 1)]
)
def test_a_receipt_goes_to_the_sender_in_its_own_kind(sender, ton, npi):
    pdu = deliver_sm(_delivery(sender=sender))
    assert (pdu.destination_addr, pdu.dest_addr_ton, pdu.dest_addr_npi) == (sender.removeprefix("+"), ton, npi)
