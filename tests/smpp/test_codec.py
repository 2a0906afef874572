"""The codec: what is written is read back, and what does not fit is refused on both sides."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.smpp import commands as cmd
from comity.smpp import layouts, pdu, tlv
from comity.smpp.codec import decode, encode, header_only
from comity.smpp.errors import EncodeError, PduError

OCTET = st.integers(0, 255)
TLVS = st.lists(st.tuples(st.integers(0x1400, 0x3FFF), st.binary(max_size=40)), max_size=4).map(tuple)


def text(limit):
    return st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=limit - 1)


def fields(layout, **more):
    known = {f.name: OCTET if isinstance(f, layouts.Octet) else text(f.limit) for f in layout}
    return known | more


TIMES = st.sampled_from(["", "000001000000000R", "251122151200004+"])
TIMED = {"schedule_delivery_time": TIMES, "validity_period": TIMES}
SHORT = st.binary(max_size=254)
KIND = st.sampled_from(pdu.BindKind)
MESSAGE = fields(layouts.SHORT_MESSAGE, short_message=SHORT, tlvs=TLVS) | TIMED
RESPONSE = fields(layouts.MESSAGE_ID_RESP, tlvs=TLVS)

PDUS = {
    pdu.Bind: fields(layouts.BIND, kind=KIND, tlvs=TLVS),
    pdu.BindResp: fields(layouts.BIND_RESP, kind=KIND, tlvs=TLVS),
    pdu.Outbind: fields(layouts.OUTBIND),
    pdu.SubmitSm: MESSAGE,
    pdu.SubmitSmResp: RESPONSE,
    pdu.DeliverSm: MESSAGE,
    pdu.DeliverSmResp: RESPONSE,
    pdu.DataSm: fields(layouts.DATA_SM, tlvs=TLVS),
    pdu.DataSmResp: RESPONSE,
    pdu.QuerySm: fields(layouts.QUERY_SM),
    pdu.CancelSm: fields(layouts.CANCEL_SM),
    pdu.ReplaceSm: fields(layouts.REPLACE_SM, short_message=SHORT),
    pdu.SubmitMulti: fields(layouts.SUBMIT_MULTI, rest=st.binary(max_size=80)),
    pdu.AlertNotification: fields(layouts.ALERT_NOTIFICATION, tlvs=TLVS),
    pdu.EnquireLink: {},
    pdu.EnquireLinkResp: {},
    pdu.Unbind: {},
    pdu.UnbindResp: {},
    pdu.GenericNack: {},
}


def test_every_pdu_has_a_round_trip():
    assert set(PDUS) == set(pdu.Pdu.__args__)


@pytest.mark.parametrize("make", PDUS, ids=lambda make: make.__name__)
@given(draw=st.data(), sequence=st.integers(0, 0xFFFFFFFF))
def test_what_is_written_is_read_back(make, draw, sequence):
    message = make(**{name: draw.draw(strategy) for name, strategy in PDUS[make].items()})
    octets = encode(message, sequence)
    frame = decode(octets)
    assert frame.pdu == message
    assert (frame.sequence, frame.status) == (sequence, 0)
    assert struct.unpack_from(">I", octets)[0] == len(octets)


@given(draw=st.data())
def test_the_fast_reader_reads_what_the_table_describes(draw):
    message = pdu.SubmitSm(**{name: draw.draw(strategy) for name, strategy in MESSAGE.items()})
    octets = encode(message, 1)
    read, end = layouts.read(octets, layouts.SHORT_MESSAGE)
    assert {name: getattr(message, name) for name in read} == read
    assert octets[end] == len(message.short_message)


@given(st.integers(1, 0xFFFFFFFF))
def test_a_refused_submit_has_no_body_and_keeps_its_status(status):
    octets = encode(pdu.SubmitSmResp(), 7, status)
    assert len(octets) == 16
    assert decode(octets).status == status


def test_octets_of_a_submit_sm_are_those_of_the_specification():
    message = pdu.SubmitSm(
        source_addr="Comity", source_addr_ton=5, destination_addr="31612", dest_addr_ton=1, dest_addr_npi=1,
        esm_class=0x40, registered_delivery=1, data_coding=8, short_message=b"hi", tlvs=((0x0204, b"\x00\x07"),),
    )  # fmt: skip
    assert encode(message, 5) == bytes.fromhex(
        "00000034 00000004 00000000 00000005"
        "00 0500 436f6d69747900 0101 333136313200 40 00 00 00 00 01 00 08 00 02 6869 0204 0002 0007"
    )


@pytest.mark.parametrize(
    "message",
    [
        pdu.SubmitSm(source_addr="x" * 21),
        pdu.SubmitSm(destination_addr="x" * 21),
        pdu.SubmitSm(service_type="x" * 6),
        pdu.SubmitSm(source_addr="a\0b"),
        pdu.SubmitSm(source_addr="\u20ac"),
        pdu.SubmitSm(short_message=b"x" * 255),
        pdu.SubmitSm(esm_class=256),
        pdu.SubmitSm(data_coding=-1),
        pdu.SubmitSm(tlvs=((0x10000, b""),)),
        pdu.SubmitSm(tlvs=((0x0424, bytes(0x10000)),)),
        pdu.SubmitSmResp("x" * 65),
        pdu.Bind(pdu.BindKind.RECEIVER, "x" * 16),
        pdu.Bind(pdu.BindKind.RECEIVER, "x", "p" * 65),
        pdu.Bind(pdu.BindKind.RECEIVER, interface_version=300),
        pdu.ReplaceSm(short_message=bytes(255)),
    ],
    ids=range(15),
)
def test_what_does_not_fit_is_not_written(message):
    with pytest.raises(EncodeError):
        encode(message, 1)


@pytest.mark.parametrize(("sequence", "status"), [(-1, 0), (1 << 32, 0), (1, -1), (1, 1 << 32)])
def test_a_header_of_more_than_32_bits_is_not_written(sequence, status):
    with pytest.raises(EncodeError):
        encode(pdu.EnquireLink(), sequence, status)


def test_an_error_about_a_field_does_not_tell_its_value():
    with pytest.raises(EncodeError) as raised:
        encode(pdu.Bind(pdu.BindKind.RECEIVER, "x", "secret" * 20), 1)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "message",
    [
        pdu.SubmitSm(source_addr="SECRET", destination_addr="SECRET", short_message=b"SECRET"),
        pdu.DeliverSm(source_addr="SECRET", short_message=b"SECRET"),
        pdu.DataSm(source_addr="SECRET", tlvs=((tlv.MESSAGE_PAYLOAD, b"SECRET"),)),
        pdu.Bind(pdu.BindKind.RECEIVER, "me", "SECRET"),
        pdu.Outbind("me", "SECRET"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_pdu_that_reaches_a_log_tells_nothing(message):
    assert "SECRET" not in repr(message)
    assert "SECRET" not in repr(decode(encode(message, 1)))


def test_the_payload_is_the_content_where_there_is_one():
    assert pdu.DeliverSm(short_message=b"short").content == b"short"
    assert pdu.DeliverSm(short_message=b"short", tlvs=((tlv.MESSAGE_PAYLOAD, b"long"),)).content == b"long"
    assert pdu.DataSm().content == b""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", ""),
        (b"\0", ""),
        (b"abc\0", "abc"),
        (b"abc", "abc"),  # the NUL is missing
        (b"x" * 64 + b"\0", "x" * 64),
        (b"abc\0" + bytes.fromhex("001d0002 6f00"), "abc"),
    ],
)
@pytest.mark.parametrize("status", [0, 0x58])
def test_a_response_is_read_liberally(body, expected, status):
    octets = struct.pack(">IIII", 16 + len(body), cmd.SUBMIT_SM_RESP, status, 9) + body
    assert decode(octets).pdu.message_id == expected


def test_a_bind_resp_may_lack_its_body_and_its_nul():
    for body, name in ((b"", ""), (b"smsc", "smsc"), (b"smsc\0", "smsc")):
        octets = struct.pack(">IIII", 16 + len(body), cmd.BIND_TRANSCEIVER_RESP, 0, 1) + body
        assert decode(octets).pdu.system_id == name


@pytest.mark.parametrize("octets", [b"", b"\0\0\0\x10", bytes(15)])
def test_less_than_a_header_is_fatal(octets):
    with pytest.raises(PduError) as raised:
        decode(octets)
    assert raised.value.fatal
    assert raised.value.sequence == 0


def test_a_length_that_is_not_the_frames_is_fatal():
    with pytest.raises(PduError) as raised:
        decode(header_only(cmd.ENQUIRE_LINK, 0, 3) + b"x")
    assert raised.value.fatal
    assert (raised.value.command_id, raised.value.sequence) == (cmd.ENQUIRE_LINK, 3)
