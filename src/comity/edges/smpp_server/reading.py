"""Owns what a submit_sm means: a draft, or one part of one; must not know accounts, stores or answers to outcomes.

Source: SMPP 3.4 sections 4.4 and 5.2, 3GPP TS 23.040 9.2.3.24 (headers). Pure: the present is passed in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from comity.messages.submission import Category, Draft
from comity.smpp import status as st
from comity.smpp import tlv
from comity.smpp.pdu import SubmitSm
from comity.smpp.times import TimeFormatError, read_time
from comity.sms.alphabet import NO_TABLES, NationalTables
from comity.sms.header import BadHeader, Concatenation, read_udh
from comity.sms.receive import Reading, read_text

CATEGORY_TLV: Final = 0x1400
SERVICE_TYPES: Final[dict[str, Category]] = {
    "promo": Category.PROMOTIONAL,
    "trans": Category.TRANSACTIONAL,
    "otp": Category.OTP,
    "alert": Category.ALERT,
}
MOST_PARTS: Final = 32
MOST_PART_OCTETS: Final = 1024
ESME_RINVREPFLAG: Final = 0x54
ESME_RINVESMCLASS: Final = 0x43
ESME_RINVDFTMSGID: Final = 0x63
ESME_RINVSRCTON: Final = 0x48
ESME_RINVDSTTON: Final = 0x50
ESME_RINVDCS: Final = 0x104

_UDHI: Final = 0x40
_TYPE_BITS: Final = 0x3C
_RECEIPT_BITS: Final = 0x03
_WIDE: Final = 1 << 16
_INTERNATIONAL: Final = 1
# Types of number that mean nothing without knowing whose network or country is meant.
_SENDER_TONS: Final = frozenset({0, 1, 3, 5, 6})
_RECIPIENT_TONS: Final = frozenset({0, 1})


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a failure
    """The submit_sm is answered with this status and never looked at again."""

    def __init__(self, status: int) -> None:
        super().__init__(f"0x{status:X}")
        self.status = status


class Request(msgspec.Struct, frozen=True, gc=False):
    """What a submit_sm asks for.

    Attributes:
        sender, recipient: as written; an international number has a plus.
        payload: the octets of the text, header removed.
        part: which part of which message; None for a whole one.
        wish: 0 no receipt, 1 any, 2 of failure, 3 of success (SMPP 5.0).
        mark: user_message_reference in decimal; "" when left out.
    """

    sender: str
    recipient: str
    payload: bytes
    data_coding: int
    tables: NationalTables
    part: Concatenation | None
    wish: int
    category: Category | None
    due_at: datetime | None
    validity_s: int | None
    mark: str

    def __repr__(self) -> str:
        return "Request(...)"

    @property
    def part_reference(self) -> int:
        """The reference of its message; another for each width, as those never mix."""
        assert self.part is not None
        return self.part.reference + (_WIDE if self.part.wide else 0)

    def draft(self, text: str, *, receipt: bool) -> Draft:
        """The draft of a message that begins with this."""
        return Draft(
            to=self.recipient,
            sender=self.sender,
            text=text,
            category=self.category,
            due_at=self.due_at,
            reference=self.mark,
            receipt=receipt,
            validity_s=self.validity_s,
        )


def read_request(pdu: SubmitSm, now: datetime) -> Request:
    """What a submit_sm asks for.

    Raises:
        Refusal: it cannot be carried, or contradicts itself.
    """
    if pdu.esm_class & _TYPE_BITS:
        raise Refusal(ESME_RINVESMCLASS)
    if pdu.replace_if_present_flag:
        raise Refusal(ESME_RINVREPFLAG)  # to ignore it would send the message twice
    if pdu.sm_default_msg_id:
        raise Refusal(ESME_RINVDFTMSGID)
    payload, tables, part = _content(pdu)
    due_at = _time(pdu.schedule_delivery_time, now, st.ESME_RINVSCHED)
    return Request(
        sender=_sender(pdu),
        recipient=_recipient(pdu),
        payload=payload,
        data_coding=pdu.data_coding,
        tables=tables,
        part=part,
        wish=pdu.registered_delivery & _RECEIPT_BITS,
        category=_category(pdu),
        due_at=due_at,
        validity_s=_validity(pdu.validity_period, due_at, now),
        mark=_mark(pdu),
    )


def text_of(pieces: Sequence[tuple[bytes, int, NationalTables]]) -> str:
    """The text that payloads make, with their data_coding and tables; octets are joined first where all are read alike.

    Raises:
        Refusal: they are binary.
    """
    (_, coding, tables) = pieces[0]
    if all(piece[1:] == (coding, tables) for piece in pieces):
        return _text(b"".join(piece[0] for piece in pieces), coding, tables)
    return "".join(_text(*piece) for piece in pieces)


def _text(payload: bytes, data_coding: int, tables: NationalTables) -> str:
    decoded = read_text(payload, data_coding, tables)
    if decoded.reading is Reading.BINARY:
        raise Refusal(ESME_RINVDCS)
    return decoded.text


def _content(pdu: SubmitSm) -> tuple[bytes, NationalTables, Concatenation | None]:
    payload, tables, part = pdu.content, NO_TABLES, _sar(pdu)
    if pdu.esm_class & _UDHI:
        try:
            header = read_udh(payload)
        except BadHeader:
            raise Refusal(ESME_RINVESMCLASS) from None
        if header.ports is not None:
            raise Refusal(ESME_RINVESMCLASS)  # for a program on the handset: its text would appear to a person
        payload, tables, part = payload[header.octets :], header.tables, header.concatenation or part
    if part is None or part.total == 1:
        return payload, tables, None
    if part.total > MOST_PARTS or len(payload) > MOST_PART_OCTETS:
        raise Refusal(st.ESME_RINVMSGLEN)
    return payload, tables, part


def _sar(pdu: SubmitSm) -> Concatenation | None:
    """SMPP 3.4 sections 5.3.2.22 to 24: the other way to number parts."""
    if not pdu.tlvs:
        return None
    reference = tlv.find_number(pdu.tlvs, tlv.SAR_MSG_REF_NUM)
    total = tlv.find_number(pdu.tlvs, tlv.SAR_TOTAL_SEGMENTS)
    sequence = tlv.find_number(pdu.tlvs, tlv.SAR_SEGMENT_SEQNUM)
    if reference is None or total is None or sequence is None:
        return None
    if not 1 <= sequence <= total:
        raise Refusal(st.ESME_RINVOPTPARAMVAL)
    return Concatenation(reference, total, sequence, wide=True)


def _sender(pdu: SubmitSm) -> str:
    if pdu.source_addr_ton not in _SENDER_TONS:
        raise Refusal(ESME_RINVSRCTON)
    return _written(pdu.source_addr, pdu.source_addr_ton)


def _recipient(pdu: SubmitSm) -> str:
    if pdu.dest_addr_ton not in _RECIPIENT_TONS:
        raise Refusal(ESME_RINVDSTTON)
    return _written(pdu.destination_addr, pdu.dest_addr_ton)


def _written(address: str, ton: int) -> str:
    bare = address.strip()
    international = ton == _INTERNATIONAL and bare.isascii() and bare.isdecimal() and not bare.startswith("00")
    return f"+{bare}" if international else bare


def _category(pdu: SubmitSm) -> Category | None:
    named = tlv.find_text(pdu.tlvs, CATEGORY_TLV) if pdu.tlvs else None
    if named is None:
        return SERVICE_TYPES.get(pdu.service_type.strip().lower())
    try:
        return Category(named.strip().lower())
    except ValueError:
        raise Refusal(st.ESME_RINVOPTPARAMVAL) from None


def _mark(pdu: SubmitSm) -> str:
    reference = tlv.find_number(pdu.tlvs, tlv.USER_MESSAGE_REFERENCE) if pdu.tlvs else None
    return "" if reference is None else str(reference)


def _time(text: str, now: datetime, status: int) -> datetime | None:
    try:
        return read_time(text, now)
    except TimeFormatError:
        raise Refusal(status) from None


def _validity(text: str, due_at: datetime | None, now: datetime) -> int | None:
    """Seconds from when it is due: what SMPP counts from now, the road counts from then."""
    until = _time(text, now, st.ESME_RINVEXPIRY)
    if until is None:
        return None
    start = now if due_at is None else max(now, due_at)
    seconds = math.ceil((until - start).total_seconds())
    if not 0 < seconds < 1 << 31:
        raise Refusal(st.ESME_RINVEXPIRY)
    return seconds
