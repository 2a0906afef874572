"""How one message is put for carriers that differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comity.edges.carriers.options import Charset, LinkOptions, LongText, Plus
from comity.edges.carriers.quirks import MessageFields, fields_of, to_parts, to_submit_sm
from comity.journey.handover import Claimed
from comity.senders.read import SenderKind
from comity.smpp import tlv
from comity.smpp.codec import decode, encode
from comity.smpp.pdu import SubmitSm
from comity.sms.header import read_udh
from comity.sms.receive import read_text
from comity.sms.segment import plan, split

LONG = "Your parcel arrives today between nine and five. " * 8
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


DEFAULTS = LinkOptions()


def put(text: str, options: LinkOptions = DEFAULTS, **fields: Any) -> list[SubmitSm]:
    common = MessageFields(**{"to": "31612345678", "sender": "Comity", "kind": SenderKind.NAME, **fields})
    return [to_submit_sm(common, part, options) for part in to_parts(text, 0x1234, options)]


def test_an_ordinary_message_is_put_as_smpp_says() -> None:
    [pdu] = put("Hello")
    assert (pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr) == (5, 0, "Comity")
    assert (pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr) == (1, 1, "31612345678")
    assert (pdu.esm_class, pdu.data_coding, pdu.short_message) == (0, 0, b"Hello")
    assert (pdu.registered_delivery, pdu.validity_period, pdu.tlvs) == (1, "", ())


@pytest.mark.parametrize(
    ("kind", "sender", "options", "expected"),
    [
        (SenderKind.NAME, "Comity", {}, (5, 0, "Comity")),
        (SenderKind.NUMBER, "31612345678", {}, (1, 1, "31612345678")),
        (SenderKind.SHORT_CODE, "4040", {}, (3, 0, "4040")),
        (SenderKind.SHORT_CODE, "4040", {"short_ton": 6, "short_npi": 9}, (6, 9, "4040")),
        (SenderKind.NAME, "Comity", {"source_ton": 0, "source_npi": 2}, (0, 2, "Comity")),
        (SenderKind.NUMBER, "31612345678", {"source_plus": Plus.PLUS}, (1, 1, "+31612345678")),
        (SenderKind.SHORT_CODE, "4040", {"source_plus": Plus.PLUS}, (3, 0, "4040")),
    ],
)
def test_the_source_is_typed_by_what_it_is(kind: SenderKind, sender: str, options: Any, expected: Any) -> None:
    [pdu] = put("x", LinkOptions(**options), kind=kind, sender=sender)
    assert (pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr) == expected


@pytest.mark.parametrize(
    ("plus", "expected"), [(Plus.NONE, "316"), (Plus.PLUS, "+316"), (Plus.ZEROS, "00316")], ids=str
)
def test_the_recipient_is_written_as_the_carrier_wants(plus: Plus, expected: str) -> None:
    [pdu] = put("x", LinkOptions(dest_plus=plus), to="316")
    assert pdu.destination_addr == expected


@pytest.mark.parametrize(
    ("validity_s", "default_s", "expected"),
    [
        (None, 0, ""),
        (None, 3600, "000000010000000R"),
        (90, 3600, "000000000130000R"),
        (86_400 * 2 + 1, 0, "000002000001000R"),
    ],
)
def test_validity_is_relative(validity_s: int | None, default_s: int, expected: str) -> None:
    [pdu] = put("x", LinkOptions(validity_s=default_s), validity_s=validity_s)
    assert pdu.validity_period == expected


def test_a_receipt_is_asked_for_only_when_wanted() -> None:
    assert put("x", LinkOptions(registered=17))[0].registered_delivery == 17
    assert put("x", receipt=False)[0].registered_delivery == 0


# --- long texts ---


def test_a_long_text_has_a_header_in_every_part() -> None:
    pdus = put(LONG)
    headers = [read_udh(pdu.short_message).concatenation for pdu in pdus]
    assert [header and (header.reference, header.total, header.sequence) for header in headers] == [
        (0x34, len(pdus), place) for place in range(1, len(pdus) + 1)
    ]
    assert all(pdu.esm_class == 0x40 and len(pdu.short_message) <= 159 for pdu in pdus)


def test_a_wide_reference_has_sixteen_bits() -> None:
    header = read_udh(put(LONG, LinkOptions(wide_reference=True))[0].short_message).concatenation
    assert header is not None
    assert (header.reference, header.wide) == (0x1234, True)


def test_sar_says_the_same_without_a_header() -> None:
    pdus = put(LONG, LinkOptions(long=LongText.SAR))
    assert all(pdu.esm_class == 0 for pdu in pdus)
    assert b"".join(pdu.short_message for pdu in pdus).decode() == LONG
    numbers = [(tlv.find_number(pdu.tlvs, tlv.SAR_SEGMENT_SEQNUM), pdu.tlvs[0]) for pdu in pdus]
    assert numbers == [(place, (tlv.SAR_MSG_REF_NUM, b"\0\x34")) for place in range(1, len(pdus) + 1)]
    assert {tlv.find_number(pdu.tlvs, tlv.SAR_TOTAL_SEGMENTS) for pdu in pdus} == {len(pdus)}


def test_sar_leaves_a_national_header_in_place() -> None:
    text = "ğışç ĞİŞÇ " * 20
    pdus = put(text, LinkOptions(long=LongText.SAR, national="1"))
    assert len(pdus) > 1
    for pdu in pdus:
        header = read_udh(pdu.short_message)
        assert pdu.esm_class == 0x40
        assert header.concatenation is None
        assert header.tables.locking == 1 or header.tables.single_shift == 1


def test_payload_carries_a_long_text_whole() -> None:
    [pdu] = put(LONG, LinkOptions(long=LongText.PAYLOAD))
    assert pdu.short_message == b""
    assert pdu.esm_class == 0
    assert pdu.content.decode() == LONG


@given(some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400))
def test_every_way_of_carrying_a_text_carries_it_whole(text: str) -> None:
    for options in (LinkOptions(), LinkOptions(long=LongText.SAR), LinkOptions(long=LongText.PAYLOAD)):
        assert "".join(map(read_back, put(text, options))) == text


def read_back(pdu: SubmitSm) -> str:
    message = decode(encode(pdu, 1)).pdu
    assert isinstance(message, SubmitSm)
    octets = message.content
    header = read_udh(octets) if message.esm_class & 0x40 else None
    body = octets[header.octets :] if header else octets
    if header:
        return read_text(body, message.data_coding, header.tables).text
    # A payload of another order would be read as such; what we send is always big-endian.
    return body.decode("utf-16-be") if message.data_coding == 8 else read_text(body, message.data_coding).text


# --- alphabets ---


@pytest.mark.parametrize(
    ("charset", "text", "coding", "octets"),
    [
        (Charset.GSM7, "é@", 0, b"\x05\x00"),
        (Charset.LATIN1, "é@", 0, b"\xe9@"),
        (Charset.ASCII, "a@", 0, b"a@"),
        (Charset.ASCII, "é@", 8, b"\0\xe9\0@"),
        (Charset.LATIN1, "€", 8, b"\x20\xac"),
        (Charset.UTF8, "€é", 0, b"\xe2\x82\xac\xc3\xa9"),
        (Charset.LATIN1, "ж", 8, b"\x04\x36"),
    ],
)
def test_the_default_alphabet_is_what_the_carrier_takes_it_for(
    charset: Charset, text: str, coding: int, octets: bytes
) -> None:
    [pdu] = put(text, LinkOptions(charset=charset))
    assert (pdu.data_coding, pdu.short_message) == (coding, octets)


def test_a_long_text_that_the_charset_cannot_hold_is_cut_for_ucs2() -> None:
    pdus = put("€" * 160, LinkOptions(charset=Charset.LATIN1))
    assert [pdu.data_coding for pdu in pdus] == [8, 8, 8]
    assert all(len(pdu.short_message) <= 140 for pdu in pdus)


def test_what_short_message_cannot_hold_goes_into_the_payload() -> None:
    [pdu] = put("Δ" * 160, LinkOptions(charset=Charset.UTF8))
    assert pdu.short_message == b""
    assert pdu.content == "Δ".encode() * 160


def test_a_part_planned_for_another_charset_goes_as_ucs2() -> None:
    [part] = split(plan("é€"), reference=0)
    fields = MessageFields("316", "Comity", SenderKind.NAME)
    pdu = to_submit_sm(fields, part, LinkOptions(charset=Charset.ASCII))
    assert (pdu.data_coding, pdu.short_message.decode("utf-16-be")) == (8, "é€")


def test_packed_septets_take_seven_eighths() -> None:
    [pdu] = put("hellohello", LinkOptions(packed=True))
    assert pdu.short_message.hex() == "e8329bfd4697d9ec37"  # 3GPP TS 23.038 6.1.2.1.1, the well-known example


def test_packed_septets_of_a_part_are_filled_after_the_header() -> None:
    first = put("a" * 200, LinkOptions(packed=True))[0]
    assert len(first.short_message) == 140
    assert first.short_message[6] & 1 == 0, "one fill bit follows a header of six octets"


def test_data_coding_can_be_another() -> None:
    assert put("x", LinkOptions(gsm_coding=0xF1))[0].data_coding == 0xF1
    assert put("ж", LinkOptions(ucs2_coding=0x18))[0].data_coding == 0x18


# --- from the queue ---


def claimed(**changes: Any) -> Claimed:
    given = {
        "expires_at": NOW + timedelta(hours=1),
        "sender": "Comity",
        "recipient": "31612345678",
        "text": "hello",
        "receipt": False,
        **changes,
    }
    return Claimed(**(dict.fromkeys(Claimed.__struct_fields__) | given))


@pytest.mark.parametrize(
    ("sender", "kind"),
    [("Comity", SenderKind.NAME), ("31612345678", SenderKind.NUMBER), ("4040", SenderKind.SHORT_CODE)],
)
def test_a_queued_message_knows_what_its_sender_is(sender: str, kind: SenderKind) -> None:
    assert fields_of(claimed(sender=sender), NOW).kind is kind


def test_a_receipt_is_always_asked_for_because_we_want_to_know() -> None:
    assert fields_of(claimed(receipt=False), NOW).receipt


@pytest.mark.parametrize(
    ("validity_s", "waited_s", "left_s"), [(None, 0, None), (600, 0, 600), (3600, 600, 3000), (3600, 9999, 1)]
)
def test_a_message_that_waited_has_less_validity_left(
    validity_s: int | None, waited_s: int, left_s: int | None
) -> None:
    fields = fields_of(claimed(validity_s=validity_s), NOW + timedelta(seconds=waited_s))
    assert fields.validity_s == left_s
