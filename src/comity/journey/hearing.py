"""Owns reading a person's message out of a deliver_sm; must not know whom it is for or where it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from comity.smpp import tlv
from comity.smpp.pdu import DataSm, DeliverSm
from comity.sms.alphabet import NO_TABLES, NationalTables
from comity.sms.header import BadHeader, Concatenation, read_udh
from comity.sms.receive import read_text

_UDHI: Final = 0x40
_INTERNATIONAL: Final = ("+", "00")
_SHORTEST_INTERNATIONAL: Final = 9


class Heard(msgspec.Struct, frozen=True, gc=False):
    """A message, or one part of one.

    Attributes:
        sender, receiver: digits without `+` or `00`; a name as it came.
        payload: its octets without the header.
        part: which part of which message; None for a whole one.
        text: the text of a whole message; of a part, what can be read of it alone.
    """

    carrier_id: int
    sender: str
    receiver: str
    payload: bytes
    data_coding: int
    tables: NationalTables
    part: Concatenation | None
    text: str


class Fragment(msgspec.Struct, frozen=True, gc=False):
    """A stored part, in the order of its message."""

    carrier_id: int
    sender: str
    receiver: str
    payload: bytes
    data_coding: int
    tables: NationalTables


def hear(carrier_id: int, pdu: DeliverSm | DataSm) -> Heard:
    """Read a message; what cannot be read becomes doubtful text, never an error, as it must be answered."""
    content, tables, part = pdu.content, NO_TABLES, _sar(pdu)
    if pdu.esm_class & _UDHI:
        try:
            header = read_udh(content)
        except BadHeader:
            header = None
        if header is not None:
            content, tables, part = content[header.octets :], header.tables, header.concatenation or part
    if part is not None and part.total == 1:
        part = None
    return Heard(
        carrier_id=carrier_id,
        sender=_digits(pdu.source_addr),
        receiver=_digits(pdu.destination_addr),
        payload=content,
        data_coding=pdu.data_coding,
        tables=tables,
        part=part,
        text=read_text(content, pdu.data_coding, tables).text,
    )


def whole_text(parts: Sequence[Fragment]) -> Heard:
    """The message that these parts make; octets are joined first where all parts have one encoding."""
    first = parts[0]
    payload = b"".join(part.payload for part in parts)
    if all((part.data_coding, part.tables) == (first.data_coding, first.tables) for part in parts):
        text = read_text(payload, first.data_coding, first.tables).text
    else:
        text = "".join(read_text(part.payload, part.data_coding, part.tables).text for part in parts)
    return Heard(first.carrier_id, first.sender, first.receiver, payload, first.data_coding, first.tables, None, text)


def _sar(pdu: DeliverSm | DataSm) -> Concatenation | None:
    """SMPP 3.4 5.3.2.22 to 24: the other way to number parts."""
    if not pdu.tlvs:
        return None
    reference = tlv.find_number(pdu.tlvs, tlv.SAR_MSG_REF_NUM)
    total = tlv.find_number(pdu.tlvs, tlv.SAR_TOTAL_SEGMENTS)
    sequence = tlv.find_number(pdu.tlvs, tlv.SAR_SEGMENT_SEQNUM)
    if reference is None or total is None or sequence is None or not 1 <= sequence <= total:
        return None
    return Concatenation(reference, total, sequence, wide=True)


def _digits(address: str) -> str:
    bare = address.strip().replace("\0", "")
    for prefix in _INTERNATIONAL:
        digits = bare.removeprefix(prefix)
        if digits != bare and digits.isdecimal() and len(digits) >= _SHORTEST_INTERNATIONAL:
            return digits
    return bare.removeprefix("+")
