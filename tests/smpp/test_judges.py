"""Two independent implementations read what we write, and we read what they write."""

import smpp34
import smpplib.smpp
from hypothesis import given
from hypothesis import strategies as st

from comity.smpp import pdu, tlv
from comity.smpp.codec import decode, encode

ASCII = st.characters(min_codepoint=1, max_codepoint=126)
OCTET = st.integers(0, 255)
OF_SUBMITS = [
    (tlv.USER_MESSAGE_REFERENCE, b"\0\7"),
    (tlv.SAR_MSG_REF_NUM, b"\1\2"),
    (tlv.SAR_TOTAL_SEGMENTS, b"\2"),
    (tlv.SAR_SEGMENT_SEQNUM, b"\1"),
]
OF_RECEIPTS = [(tlv.RECEIPTED_MESSAGE_ID, b"a1b2\0"), (tlv.MESSAGE_STATE, b"\2")]


def some(tlvs):
    return st.lists(st.sampled_from(tlvs), unique=True, max_size=4).map(tuple)


FIELDS = {
    "source_addr": st.text(ASCII, max_size=20),
    "destination_addr": st.text(ASCII, max_size=20),
    "service_type": st.text(ASCII, max_size=5),
    "short_message": st.binary(max_size=254),
    "validity_period": st.sampled_from(["", "000001000000000R"]),
    **dict.fromkeys(
        ["source_addr_ton", "source_addr_npi", "dest_addr_ton", "dest_addr_npi", "esm_class", "protocol_id",
         "priority_flag", "registered_delivery", "replace_if_present_flag", "data_coding", "sm_default_msg_id"],
        OCTET,
    ),
}  # fmt: skip


class Sequence:
    """What smpplib wants of a client to make or read a PDU."""

    def __init__(self, sequence):
        self.sequence = sequence

    def next_sequence(self):
        return self.sequence


SEQUENCE = st.integers(1, 0x7FFFFFFF)
MESSAGES = st.one_of(
    st.builds(pdu.SubmitSm, **FIELDS, tlvs=some(OF_SUBMITS)),
    st.builds(pdu.DeliverSm, **FIELDS, tlvs=some(OF_SUBMITS + OF_RECEIPTS)),
)


@given(MESSAGES, SEQUENCE)
def test_smpp34_reads_every_field_we_write(message, sequence):
    theirs = smpp34.decode(encode(message, sequence))
    assert theirs.sequence_number == sequence
    assert tuple((found.tag, found.value) for found in theirs.tlvs) == message.tlvs
    for name in FIELDS:
        assert getattr(theirs, name) == getattr(message, name), name


@given(MESSAGES, SEQUENCE)
def test_we_read_every_field_that_smpp34_writes(message, sequence):
    make = smpp34.SubmitSm if isinstance(message, pdu.SubmitSm) else smpp34.DeliverSm
    fields = {name: getattr(message, name) for name in FIELDS}
    tlvs = [smpp34.Tlv(tag, value) for tag, value in message.tlvs]
    octets = make(**fields, tlvs=tlvs, sequence_number=sequence).encode()
    frame = decode(octets)
    assert (frame.pdu, frame.sequence) == (message, sequence)
    assert encode(message, sequence) == octets


@given(MESSAGES, SEQUENCE)
def test_smpplib_reads_every_field_we_write(message, sequence):
    theirs = smpplib.smpp.parse_pdu(encode(message, sequence), client=Sequence(0), allow_unknown_opt_params=True)
    assert theirs.sequence == sequence
    for name in FIELDS:
        expected = getattr(message, name)
        read = getattr(theirs, name)
        assert (b"" if read is None else read) == (expected.encode() if isinstance(expected, str) else expected), name
    if isinstance(message, pdu.DeliverSm):
        assert theirs.message_state == tlv.find_number(message.tlvs, tlv.MESSAGE_STATE)
        assert (theirs.receipted_message_id or b"").decode() == (
            tlv.find_text(message.tlvs, tlv.RECEIPTED_MESSAGE_ID) or ""
        )


@given(st.sampled_from(pdu.BindKind), st.text(ASCII, max_size=15), st.text(ASCII, max_size=8), SEQUENCE)
def test_smpplib_reads_our_bind_and_our_answer_to_it(kind, system_id, password, sequence):
    theirs = smpplib.smpp.parse_pdu(encode(pdu.Bind(kind, system_id, password, "type"), sequence), client=Sequence(0))
    assert theirs.command == f"bind_{kind.value}"
    assert (theirs.system_id, theirs.password) == (system_id.encode(), password.encode())
    assert (theirs.system_type, theirs.interface_version) == (b"type", 0x34)
    answer = pdu.BindResp(kind, system_id, ((tlv.SC_INTERFACE_VERSION, b"\x34"),))
    theirs = smpplib.smpp.parse_pdu(encode(answer, sequence), client=Sequence(0))
    assert theirs.system_id == system_id.encode()
    assert theirs.sc_interface_version == 0x34


@given(st.text(ASCII, max_size=15), st.text(ASCII, max_size=8))
def test_we_read_the_bind_that_smpplib_writes(system_id, password):
    theirs = smpplib.smpp.make_pdu(
        "bind_transceiver", client=Sequence(7), system_id=system_id, password=password, system_type="t"
    )
    frame = decode(theirs.generate())
    assert frame.pdu == pdu.Bind(pdu.BindKind.TRANSCEIVER, system_id, password, "t")


@given(st.text(ASCII, min_size=1, max_size=20), st.binary(min_size=1, max_size=254), OCTET, SEQUENCE)
def test_we_read_the_submit_that_smpplib_writes(address, text, coding, sequence):
    theirs = smpplib.smpp.make_pdu(
        "submit_sm", client=Sequence(sequence), source_addr=address, destination_addr=address,
        short_message=text, data_coding=coding, source_addr_ton=5, user_message_reference=7,
    )  # fmt: skip
    frame = decode(theirs.generate())
    assert frame.sequence == sequence
    assert (frame.pdu.source_addr, frame.pdu.destination_addr) == (address, address)
    assert (frame.pdu.short_message, frame.pdu.data_coding, frame.pdu.source_addr_ton) == (text, coding, 5)
    assert tlv.find_number(frame.pdu.tlvs, tlv.USER_MESSAGE_REFERENCE) == 7


@given(st.text(ASCII, max_size=64), SEQUENCE)
def test_smpplib_reads_our_answers(message_id, sequence):
    for answer in (pdu.SubmitSmResp(message_id), pdu.DeliverSmResp(message_id)):
        theirs = smpplib.smpp.parse_pdu(encode(answer, sequence), client=Sequence(0))
        assert (theirs.message_id, theirs.sequence) == (message_id.encode(), sequence)
    theirs = smpplib.smpp.parse_pdu(encode(pdu.SubmitSmResp(), sequence, 0x58), client=Sequence(0))
    assert (theirs.status, theirs.is_error()) == (0x58, True)
    for empty in (pdu.EnquireLink(), pdu.EnquireLinkResp(), pdu.Unbind(), pdu.UnbindResp(), pdu.GenericNack()):
        assert smpplib.smpp.parse_pdu(encode(empty, sequence), client=Sequence(0)).sequence == sequence
