"""Wireshark's dissector judges every kind of PDU that we write."""

import json
import shutil
import struct
import subprocess
from datetime import UTC, datetime

import pytest

from comity.smpp import commands as cmd
from comity.smpp import pdu, tlv
from comity.smpp.codec import encode
from comity.smpp.receipts import MessageState, Outcome, write_receipt

pytestmark = pytest.mark.peers

AT = datetime(2025, 11, 22, 15, 30, tzinfo=UTC)
SUBMIT = pdu.SubmitSm(
    source_addr="Comity", source_addr_ton=5, destination_addr="31612345678", dest_addr_ton=1, dest_addr_npi=1,
    service_type="CMT", registered_delivery=1, short_message=b"hello", validity_period="000001000000000R",
    tlvs=(
        (tlv.USER_MESSAGE_REFERENCE, b"\0\7"),
        (tlv.SAR_MSG_REF_NUM, b"\1\2"),
        (tlv.SAR_TOTAL_SEGMENTS, b"\2"),
        (tlv.SAR_SEGMENT_SEQNUM, b"\1"),
    ),
)  # fmt: skip
LONG = pdu.SubmitSm(
    source_addr="Comity",
    destination_addr="31612345678",
    data_coding=8,
    tlvs=((tlv.MESSAGE_PAYLOAD, "\u20ac".encode("utf-16-be") * 400),),
)
RECEIPT = write_receipt(
    SUBMIT, Outcome(message_id="a1b2", state=MessageState.UNDELIVERABLE, submitted_at=AT, done_at=AT, error="034")
)
SUBMIT_FIELDS = {
    "smpp.source_addr": "Comity", "smpp.source_addr_ton": "0x05", "smpp.destination_addr": "31612345678",
    "smpp.dest_addr_ton": "0x01", "smpp.dest_addr_npi": "0x01", "smpp.service_type": "CMT", "smpp.sm_length": "5",
    "smpp.sar_msg_ref_num": "258", "smpp.sar_total_segments": "2", "smpp.sar_segment_seqnum": "1",
    "smpp.user_message_reference": "0x0007",
}  # fmt: skip
RECEIPT_FIELDS = {
    "smpp.source_addr": "31612345678", "smpp.destination_addr": "Comity", "smpp.receipted_message_id": "a1b2",
    "smpp.message_state": "5",
}  # fmt: skip
T = pdu.BindKind.TRANSCEIVER

# What we write, its status, its command, and fields as tshark names and prints them.
WRITTEN = {
    "bind_transceiver": (pdu.Bind(T, "me", "pw", "type"), 0, {"smpp.system_id": "me", "smpp.password": "pw"}),
    "bind_receiver": (pdu.Bind(pdu.BindKind.RECEIVER, "me", "pw"), 0, {"smpp.system_id": "me"}),
    "bind_transmitter": (pdu.Bind(pdu.BindKind.TRANSMITTER, "me", "pw"), 0, {"smpp.system_id": "me"}),
    "bind_transceiver_resp": (
        pdu.BindResp(T, "smsc", ((tlv.SC_INTERFACE_VERSION, b"\x34"),)), 0, {"smpp.system_id": "smsc"},
    ),
    "bind refused": (pdu.BindResp(T), 0x0E, {"smpp.command_status": "0x0000000e"}),
    "outbind": (pdu.Outbind("me", "pw"), 0, {"smpp.system_id": "me"}),
    "submit_sm": (SUBMIT, 0, SUBMIT_FIELDS),
    "submit_sm with a payload": (LONG, 0, {"smpp.sm_length": "0", "smpp.data_coding": "0x08"}),
    "submit_sm_resp": (pdu.SubmitSmResp("a1b2"), 0, {"smpp.message_id": "a1b2"}),
    "submit_sm refused": (pdu.SubmitSmResp(), 0x58, {"smpp.command_status": "0x00000058"}),
    "deliver_sm": (RECEIPT, 0, RECEIPT_FIELDS),
    "deliver_sm_resp": (pdu.DeliverSmResp(), 0, {}),
    "data_sm": (pdu.DataSm("Comity", "316", tlvs=((tlv.MESSAGE_PAYLOAD, b"hi"),)), 0, {"smpp.source_addr": "Comity"}),
    "data_sm_resp": (pdu.DataSmResp("a1b2"), 0, {"smpp.message_id": "a1b2"}),
    "query_sm": (pdu.QuerySm("a1b2", 1, 1, "316"), 0, {"smpp.message_id": "a1b2"}),
    "cancel_sm": (pdu.CancelSm("CMT", "a1b2", 1, 1, "316", 1, 1, "317"), 0, {"smpp.destination_addr": "317"}),
    "replace_sm": (pdu.ReplaceSm("a1b2", 1, 1, "316", short_message=b"new"), 0, {"smpp.sm_length": "3"}),
    "alert_notification": (pdu.AlertNotification(1, 1, "316", 1, 1, "me"), 0, {"smpp.source_addr": "316"}),
    "enquire_link": (pdu.EnquireLink(), 0, {}),
    "enquire_link_resp": (pdu.EnquireLinkResp(), 0, {}),
    "unbind": (pdu.Unbind(), 0, {}),
    "unbind_resp": (pdu.UnbindResp(), 0, {}),
    "generic_nack": (pdu.GenericNack(), 3, {"smpp.command_status": "0x00000003"}),
}  # fmt: skip


def checksum(octets):
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def packet(payload, at):
    """Ethernet, IPv4 and TCP around it, as the next segment of one connection to port 2775."""
    tcp = struct.pack(">HHIIBBHHH", 40000, 2775, at, 1, 0x50, 0x18, 65535, 0, 0)
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 1, 0, 64, 6, 0, b"\x7f\0\0\1", b"\x7f\0\0\1")
    head = head[:10] + checksum(head).to_bytes(2) + head[12:]
    return b"\2" * 12 + b"\x08\0" + head + tcp + payload


def capture(payloads):
    """A pcap file, one packet a PDU, a second apart."""
    pieces = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    at = 1
    for second, payload in enumerate(payloads):
        octets = packet(payload, at)
        at += len(payload)
        pieces.append(struct.pack("<IIII", second, 0, len(octets), len(octets)) + octets)
    return b"".join(pieces)


def flatten(tree, found):
    """Every field of tshark's JSON under its name, with all its values."""
    for name, value in tree.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                found.setdefault(name, [])
                flatten(one, found)
            else:
                found.setdefault(name, []).append(one)
    return found


def dissect(folder, payloads):
    """What tshark makes of each packet: field names with their values."""
    assert shutil.which("tshark"), "install Debian's tshark"
    path = folder / "pdus.pcap"
    path.write_bytes(capture(payloads))
    run = subprocess.run(
        ["tshark", "-r", str(path), "-d", "tcp.port==2775,smpp", "-T", "json", "--no-duplicate-keys"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return [flatten(one["_source"]["layers"], {}) for one in json.loads(run.stdout)]


def complaints(found):
    return [field for field in found if field.startswith(("_ws.malformed", "_ws.expert"))]


@pytest.fixture(scope="module")
def dissected(tmp_path_factory):
    payloads = [encode(message, 1000 + at, status) for at, (message, status, _) in enumerate(WRITTEN.values())]
    return dict(zip(WRITTEN, dissect(tmp_path_factory.mktemp("smpp"), payloads), strict=True))


@pytest.mark.parametrize("name", WRITTEN)
def test_tshark_reads_what_we_wrote_without_a_complaint(dissected, name):
    found = dissected[name]
    message, status, expected = WRITTEN[name]
    octets = encode(message, 1, status)
    assert complaints(found) == []
    assert found["smpp.command_id"] == [f"0x{octets[4:8].hex()}"]
    assert found["smpp.command_length"] == [str(len(octets))]
    assert found["smpp.sequence_number"] == [str(1000 + list(WRITTEN).index(name))]
    assert {field: found.get(field) for field in expected} == {field: [value] for field, value in expected.items()}


def test_tshark_sees_every_command_that_we_write():
    written = {int.from_bytes(encode(message, 1, status)[4:8]) for message, status, _ in WRITTEN.values()}
    binds = {command | cmd.RESPONSE for command in (cmd.BIND_RECEIVER, cmd.BIND_TRANSMITTER)}
    answers_never_given = {cmd.QUERY_SM_RESP, cmd.CANCEL_SM_RESP, cmd.REPLACE_SM_RESP, cmd.SUBMIT_MULTI_RESP}
    assert set(cmd.NAMES) - written == binds | answers_never_given | {cmd.SUBMIT_MULTI}


def test_the_judge_complains_when_there_is_something_to_complain_about(tmp_path):
    octets = bytearray(encode(pdu.SubmitSm("Comity", "316", b"hello"), 1))
    octets[octets.index(b"hello") - 1] = 200
    (found,) = dissect(tmp_path, [bytes(octets)])
    assert complaints(found)
