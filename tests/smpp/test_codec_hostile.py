"""Malformed requests, one row each, and the command_status that names what is wrong with them."""

import struct

import pytest

from comity.smpp import commands as cmd
from comity.smpp import status as st
from comity.smpp.codec import decode
from comity.smpp.errors import PduError


def submit(  # noqa: PLR0917  the fields in the order of the wire
    service=b"\0", source=b"\5\0Comity\0", destination=b"\1\1316123\0", flags=b"\0\0\0", schedule=b"\0", validity=b"\0",
    fixed=b"\1\0\0\0", length=b"\2", message=b"hi", tail=b"",
):  # fmt: skip
    return b"".join((service, source, destination, flags, schedule, validity, fixed, length, message, tail))


GOOD = submit()
BIND = b"me\0pw\0\0\x34\0\0\0"
S, D, B = cmd.SUBMIT_SM, cmd.DELIVER_SM, cmd.BIND_TRANSCEIVER

ROWS = {
    "TLV without a value": (S, submit(tail=b"\2\4\0\2"), st.ESME_RINVOPTPARSTREAM),
    "TLV with half its value": (S, submit(tail=b"\2\4\0\2\0"), st.ESME_RINVOPTPARSTREAM),
    "TLV of one octet": (S, submit(tail=b"\2"), st.ESME_RINVOPTPARSTREAM),
    "TLV of three octets": (S, submit(tail=b"\2\4\0"), st.ESME_RINVOPTPARSTREAM),
    "TLV that claims 65,535 octets": (S, submit(tail=b"\4\x24\xff\xffabc"), st.ESME_RINVOPTPARSTREAM),
    "second TLV cut short": (S, submit(tail=b"\2\4\0\2\0\7\2\5"), st.ESME_RINVOPTPARSTREAM),
    "sar_total_segments of two octets": (S, submit(tail=b"\2\x0e\0\2\0\7"), st.ESME_RINVPARLEN),
    "user_message_reference of one octet": (S, submit(tail=b"\2\4\0\1\7"), st.ESME_RINVPARLEN),
    "sar_msg_ref_num of none": (S, submit(tail=b"\2\x0c\0\0"), st.ESME_RINVPARLEN),
    "payload beside a short_message": (S, submit(tail=b"\4\x24\0\1x"), st.ESME_ROPTPARNOTALLWD),
    "sm_length one long": (S, submit(length=b"\3"), st.ESME_RINVMSGLEN),
    "sm_length of 255 and two octets": (S, submit(length=b"\xff"), st.ESME_RINVMSGLEN),
    "sm_length of 255 with 255 octets": (S, submit(length=b"\xff", message=bytes(255)), st.ESME_RINVMSGLEN),
    "sm_length one short": (S, submit(length=b"\1"), st.ESME_RINVOPTPARSTREAM),
    "sm_length of zero and a text": (S, submit(length=b"\0"), st.ESME_RINVOPTPARSTREAM),
    "source of 21 characters": (S, submit(source=b"\5\0" + b"x" * 21 + b"\0"), st.ESME_RINVSRCADR),
    "source of 100 characters": (S, submit(source=b"\5\0" + b"x" * 100 + b"\0"), st.ESME_RINVSRCADR),
    "destination of 21 characters": (S, submit(destination=b"\1\1" + b"3" * 21 + b"\0"), st.ESME_RINVDSTADR),
    "destination of 100 characters": (S, submit(destination=b"\1\1" + b"3" * 100 + b"\0"), st.ESME_RINVDSTADR),
    "service_type of 6 characters": (S, submit(service=b"abcdef\0"), st.ESME_RINVSERTYP),
    "schedule of 17 characters": (S, submit(schedule=b"1" * 17 + b"\0"), st.ESME_RINVSCHED),
    "schedule of 5 characters": (S, submit(schedule=b"12345\0"), st.ESME_RINVSCHED),
    "validity of 17 characters": (S, submit(validity=b"1" * 17 + b"\0"), st.ESME_RINVEXPIRY),
    "validity of 1 character": (S, submit(validity=b"1\0"), st.ESME_RINVEXPIRY),
    "no body": (S, b"", st.ESME_RINVCMDLEN),
    "only zeros, too few": (S, bytes(9), st.ESME_RINVCMDLEN),
    "no NUL at all": (S, b"abc", st.ESME_RINVCMDLEN),
    "no NUL in a long body": (S, b"a" * 500, st.ESME_RINVSERTYP),
    "source without a NUL, at the end": (S, b"\0\5\0Com", st.ESME_RINVCMDLEN),
    "ends before sm_length": (S, GOOD[:-3], st.ESME_RINVCMDLEN),
    "ends after the destination": (S, GOOD[:15], st.ESME_RINVCMDLEN),
    "deliver_sm with a TLV cut short": (D, submit(tail=b"\0\x1e\0\x08abc"), st.ESME_RINVOPTPARSTREAM),
    "deliver_sm with a long source": (D, submit(source=b"\5\0" + b"x" * 21 + b"\0"), st.ESME_RINVSRCADR),
    "deliver_sm with sm_length beyond": (D, submit(length=b"\x09"), st.ESME_RINVMSGLEN),
    "bind with a system_id of 16": (B, b"x" * 16 + b"\0pw\0\0\x34\0\0\0", st.ESME_RINVSYSID),
    "bind with a password of 65": (B, b"me\0" + b"p" * 65 + b"\0\0\x34\0\0\0", st.ESME_RINVPASWD),
    "bind with a system_type of 13": (B, b"me\0pw\0" + b"t" * 13 + b"\0\x34\0\0\0", st.ESME_RINVSYSTYP),
    "bind with an address_range of 41": (B, b"me\0pw\0\0\x34\0\0" + b"r" * 41 + b"\0", st.ESME_RINVPARLEN),
    "bind without a body": (B, b"", st.ESME_RINVCMDLEN),
    "bind that ends in its password": (B, b"me\0pw", st.ESME_RINVCMDLEN),
    "bind that ends before its range": (B, BIND[:-1], st.ESME_RINVCMDLEN),
    "bind with half a TLV": (B, BIND + b"\2\x10", st.ESME_RINVOPTPARSTREAM),
    "enquire_link with a body": (cmd.ENQUIRE_LINK, b"x", st.ESME_RINVCMDLEN),
    "unbind with a body": (cmd.UNBIND, bytes(4), st.ESME_RINVCMDLEN),
    "query_sm with a long id": (cmd.QUERY_SM, b"x" * 65 + b"\0\0\0\0", st.ESME_RINVMSGID),
    "query_sm that goes on": (cmd.QUERY_SM, b"x\0\0\0\0more", st.ESME_RINVCMDLEN),
    "replace_sm with sm_length beyond": (cmd.REPLACE_SM, b"x\0\0\0\0\0\0\0\0\5hi", st.ESME_RINVMSGLEN),
    "replace_sm without sm_length": (cmd.REPLACE_SM, b"x\0\0\0\0\0\0\0\0", st.ESME_RINVCMDLEN),
    "data_sm with a source of 65": (cmd.DATA_SM, b"\0\0\0" + b"x" * 65 + b"\0\0\0\0\0\0\0", st.ESME_RINVSRCADR),
    "submit_sm_resp with an id of 65": (cmd.SUBMIT_SM_RESP, b"x" * 65 + b"\0", st.ESME_RINVMSGID),
    "submit_sm_resp with half a TLV": (cmd.SUBMIT_SM_RESP, b"x\0\0\x1d\0", st.ESME_RINVOPTPARSTREAM),
    "unknown command": (0x00000FFF, b"", st.ESME_RINVCMDID),
    "unknown response": (0x80000FFF, b"", st.ESME_RINVCMDID),
}


@pytest.mark.parametrize(("command_id", "body", "status"), ROWS.values(), ids=ROWS)
def test_a_malformed_pdu_is_refused_with_the_status_that_names_it(command_id, body, status):
    with pytest.raises(PduError) as raised:
        decode(struct.pack(">IIII", 16 + len(body), command_id, 0, 77) + body)
    error = raised.value
    assert st.describe(error.status).name == st.describe(status).name
    assert (error.command_id, error.sequence, error.fatal) == (command_id, 77, False)


@pytest.mark.parametrize(
    ("command_id", "body"),
    [
        (S, GOOD),
        (S, submit(length=b"\0", message=b"")),
        (S, submit(length=b"\xfe", message=bytes(254))),
        (S, submit(source=b"\5\0" + b"x" * 20 + b"\0")),
        (S, submit(validity=b"000001000000000R\0")),
        (S, submit(flags=b"\x40\0\0", length=b"\2", message=b"\5\0")),  # half a UDH is the message's affair
        (S, submit(tail=b"\x14\0\0\0")),
        (S, submit(length=b"\0", message=b"", tail=b"\4\x24\0\3abc")),
        (D, submit(validity=b"12345\0")),
        (D, submit(tail=b"\2\4\0\1\7")),
        (D, submit(tail=b"\4\x24\0\1x")),
        (B, BIND),
        (B, b"me\0" + b"p" * 20 + b"\0\0\x34\0\0\0"),
    ],
    ids=range(13),
)
def test_what_is_odd_and_allowed_is_read(command_id, body):
    decode(struct.pack(">IIII", 16 + len(body), command_id, 0, 1) + body)


@pytest.mark.parametrize("cut", range(len(GOOD) - 1))
def test_a_submit_cut_anywhere_is_refused(cut):
    with pytest.raises(PduError):
        decode(struct.pack(">IIII", 16 + cut, S, 0, 1) + GOOD[:cut])
