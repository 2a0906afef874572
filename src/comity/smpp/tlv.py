"""Owns optional parameters (TLVs): tags, sizes, reading and writing; must not know which PDU carries them.

Source: SMPP 3.4 section 5.3.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, TypeAlias

from comity.smpp.errors import EncodeError

Tlvs: TypeAlias = tuple[tuple[int, bytes], ...]

DEST_ADDR_SUBUNIT: Final = 0x0005
SOURCE_ADDR_SUBUNIT: Final = 0x000D
PAYLOAD_TYPE: Final = 0x0019
ADDITIONAL_STATUS_INFO_TEXT: Final = 0x001D
RECEIPTED_MESSAGE_ID: Final = 0x001E
PRIVACY_INDICATOR: Final = 0x0201
USER_MESSAGE_REFERENCE: Final = 0x0204
USER_RESPONSE_CODE: Final = 0x0205
SOURCE_PORT: Final = 0x020A
DESTINATION_PORT: Final = 0x020B
SAR_MSG_REF_NUM: Final = 0x020C
LANGUAGE_INDICATOR: Final = 0x020D
SAR_TOTAL_SEGMENTS: Final = 0x020E
SAR_SEGMENT_SEQNUM: Final = 0x020F
SC_INTERFACE_VERSION: Final = 0x0210
CALLBACK_NUM: Final = 0x0381
NUMBER_OF_MESSAGES: Final = 0x0304
DPF_RESULT: Final = 0x0420
SET_DPF: Final = 0x0421
MS_AVAILABILITY_STATUS: Final = 0x0422
NETWORK_ERROR_CODE: Final = 0x0423
MESSAGE_PAYLOAD: Final = 0x0424
DELIVERY_FAILURE_REASON: Final = 0x0425
MORE_MESSAGES_TO_SEND: Final = 0x0426
MESSAGE_STATE: Final = 0x0427
USSD_SERVICE_OP: Final = 0x0501
DISPLAY_TIME: Final = 0x1201
SMS_SIGNAL: Final = 0x1203
MS_VALIDITY: Final = 0x1204
ALERT_ON_MESSAGE_DELIVERY: Final = 0x130C
ITS_REPLY_TYPE: Final = 0x1380
ITS_SESSION_INFO: Final = 0x1383

# Sizes in octets of what has one size only. They are enforced on what customers submit; a carrier's
# deliver_sm is read whatever the size, because refusing a receipt for it would lose the receipt.
SIZES: Final[dict[int, int]] = {
    DEST_ADDR_SUBUNIT: 1,
    SOURCE_ADDR_SUBUNIT: 1,
    PAYLOAD_TYPE: 1,
    PRIVACY_INDICATOR: 1,
    USER_MESSAGE_REFERENCE: 2,
    USER_RESPONSE_CODE: 1,
    SOURCE_PORT: 2,
    DESTINATION_PORT: 2,
    SAR_MSG_REF_NUM: 2,
    LANGUAGE_INDICATOR: 1,
    SAR_TOTAL_SEGMENTS: 1,
    SAR_SEGMENT_SEQNUM: 1,
    SC_INTERFACE_VERSION: 1,
    NUMBER_OF_MESSAGES: 1,
    SET_DPF: 1,
    NETWORK_ERROR_CODE: 3,
    MORE_MESSAGES_TO_SEND: 1,
    MESSAGE_STATE: 1,
    USSD_SERVICE_OP: 1,
    DISPLAY_TIME: 1,
    SMS_SIGNAL: 2,
    ALERT_ON_MESSAGE_DELIVERY: 0,
    ITS_REPLY_TYPE: 1,
    ITS_SESSION_INFO: 2,
}

_HEAD: Final = Struct(">HH")
_MAX: Final = 0xFFFF


def read_tlvs(frame: bytes, start: int) -> Tlvs | None:
    """All TLVs from `start` to the end of the frame, in order; None when the last one is cut short."""
    found = []
    end = len(frame)
    while start + 4 <= end:
        tag, size = _HEAD.unpack_from(frame, start)
        start += 4
        if start + size > end:
            return None
        found.append((tag, frame[start : start + size]))
        start += size
    return tuple(found) if start >= end else None


def write_tlvs(tlvs: Tlvs) -> bytes:
    """Their octets; raises EncodeError when a tag or a length exceeds 16 bits."""
    pieces = []
    for tag, value in tlvs:
        if not 0 <= tag <= _MAX or len(value) > _MAX:
            raise EncodeError("A TLV has a tag or a length of more than 16 bits.")
        pieces.append(_HEAD.pack(tag, len(value)))
        pieces.append(value)
    return b"".join(pieces)


def find(tlvs: Tlvs, tag: int) -> bytes | None:
    """The value of the first TLV with that tag, or None."""
    for known, value in tlvs:
        if known == tag:
            return value
    return None


def find_text(tlvs: Tlvs, tag: int) -> str | None:
    """A C-octet string TLV as text: up to its NUL, or all of it when a carrier left the NUL out."""
    value = find(tlvs, tag)
    return None if value is None else value.partition(b"\0")[0].decode("latin-1")


def find_number(tlvs: Tlvs, tag: int) -> int | None:
    """An integer TLV of any size, big-endian; None when absent or empty."""
    value = find(tlvs, tag)
    return int.from_bytes(value, "big") if value else None
