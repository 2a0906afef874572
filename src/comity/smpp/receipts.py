"""Owns the reading and writing of delivery receipts; must not know which message they are about.

Source: SMPP 3.4 appendix B (the text), 5.2.12 (esm_class), 5.2.28 (message_state),
5.3.2.12 (receipted_message_id). Appendix B calls the text vendor specific, and
vendors agree: fields come in any order and case, cut short, or with other names.
"""

from __future__ import annotations

import enum
import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import zip_longest
from typing import Final

import msgspec

from comity.smpp import tlv
from comity.smpp.correlation import IdForm, candidates, correlation_key, id_keys
from comity.smpp.pdu import DataSm, DeliverSm, SubmitSm

__all__ = [
    "STATE_TEXTS",
    "STATE_WORDS",
    "IdForm",
    "MessageState",
    "Outcome",
    "Receipt",
    "candidates",
    "correlation_key",
    "id_keys",
    "read_receipt",
    "read_state",
    "write_receipt",
]

_TYPE_BITS: Final = 0x3C
_RECEIPT_TYPES: Final = frozenset({0x04, 0x20})  # SMSC delivery receipt, intermediate delivery notification
_INTERMEDIATE: Final = 0x20
_UDHI: Final = 0x40
_UCS2: Final = 8
_TEXT_READ: Final = 1024
_SHORTEST_STATE: Final = 4


class MessageState(enum.IntEnum):
    """SMPP 3.4 section 5.2.28; SCHEDULED and SKIPPED are of SMPP 5.0."""

    SCHEDULED = 0
    ENROUTE = 1
    DELIVERED = 2
    EXPIRED = 3
    DELETED = 4
    UNDELIVERABLE = 5
    ACCEPTED = 6
    UNKNOWN = 7
    REJECTED = 8
    SKIPPED = 9


# The seven-letter words of appendix B first: they are what is written.
STATE_TEXTS: Final[dict[str, MessageState]] = {
    "DELIVRD": MessageState.DELIVERED,
    "EXPIRED": MessageState.EXPIRED,
    "DELETED": MessageState.DELETED,
    "UNDELIV": MessageState.UNDELIVERABLE,
    "ACCEPTD": MessageState.ACCEPTED,
    "UNKNOWN": MessageState.UNKNOWN,
    "REJECTD": MessageState.REJECTED,
    "ENROUTE": MessageState.ENROUTE,
    "SCHEDLD": MessageState.SCHEDULED,
    "SKIPPED": MessageState.SKIPPED,
    "DELIVERED": MessageState.DELIVERED,
    "DELIVERD": MessageState.DELIVERED,
    "DELIVERY_SUCCESS": MessageState.DELIVERED,
    "DLVRD": MessageState.DELIVERED,
    "SUCCESS": MessageState.DELIVERED,
    "EXPIRD": MessageState.EXPIRED,
    "UNDELIVRD": MessageState.UNDELIVERABLE,
    "UNDELIVERED": MessageState.UNDELIVERABLE,
    "UNDELIVERABLE": MessageState.UNDELIVERABLE,
    "UNDLVRD": MessageState.UNDELIVERABLE,
    "FAILED": MessageState.UNDELIVERABLE,
    "ACCEPTED": MessageState.ACCEPTED,
    "ACKED": MessageState.ACCEPTED,
    "REJECTED": MessageState.REJECTED,
    "REJCTD": MessageState.REJECTED,
    "BLOCKED": MessageState.REJECTED,
    "BUFFERED": MessageState.ENROUTE,
    "BUFFRED": MessageState.ENROUTE,
    "PENDING": MessageState.ENROUTE,
    "SENT": MessageState.ENROUTE,
    "SCHEDULED": MessageState.SCHEDULED,
    "NULL": MessageState.UNKNOWN,
}
STATE_WORDS: Final = {state: word for word, state in reversed(STATE_TEXTS.items())}

_FIELD: Final = re.compile(
    r"(?<![a-z])(id|sub|dlvrd|submit[ _]?date|done[ _]?date|stat(?:us)?|err(?:or)?|text)\s?:\s?", re.IGNORECASE
)
# The fields in the order of SMPP 3.4 appendix B, as nearly every receipt has them: read at once.
_IN_ORDER: Final = re.compile(
    r"id:([^\s:]+) sub:([^\s:]+) dlvrd:([^\s:]+) submit date:([^\s:]+) done date:([^\s:]+) stat:([^\s:]+) err:([^\s:]+)"
    r"(?= text:|\Z)",
    re.IGNORECASE,
)
_ORDER: Final = ("id", "sub", "dlvrd", "submit date", "done date", "stat", "err")
_CANONICAL: Final = {"status": "stat", "error": "err", "submitdate": "submit date", "donedate": "done date"}
_TOKEN: Final = re.compile(r"\S+")
_STAMPS: Final = {
    10: (re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)"),),
    12: (re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)"), re.compile(r"(20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")),
    14: (re.compile(r"(20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)"),),
}
_CENTURY: Final = 2000
_GSM: Final = b"\x03"
_NETWORK_ERROR_SIZE: Final = 3
_MAX_ERROR: Final = 0xFFFF


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier reports about one message.

    Attributes:
        message_id: the carrier's, from receipted_message_id, else from the text; empty when it gave none.
        text_id: the one in the text, which some carriers write in another base than the TLV.
        state: from message_state, else from the text; UNKNOWN when neither can be read.
        state_text: the word of the text as it came, at most 32 characters.
        contradictory: TLV and text tell two states; `state` is the TLV's.
        error: `err` of the text, else the number in network_error_code; at most 32 characters.
        submitted_at, done_at: aware; None when missing or no date.
        intermediate: it is a notification under way, not the final receipt.
    """

    message_id: str
    text_id: str
    state: MessageState
    state_text: str
    contradictory: bool
    error: str
    submitted_at: datetime | None
    done_at: datetime | None
    intermediate: bool


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt to be written says; `error` is up to three digits, datetimes are aware."""

    message_id: str
    state: MessageState
    submitted_at: datetime
    done_at: datetime
    error: str = "000"


def read_receipt(deliver: DeliverSm | DataSm, zone: tzinfo = UTC) -> Receipt | None:
    """The receipt in a deliver_sm or data_sm, or None when it is a message from a person.

    It is one when esm_class says so; when esm_class names no type, as some carriers
    leave it, and receipted_message_id is there; or when the text then has an id, a
    state of the table and a date: a text alone needs all three, as anybody can send one.

    Args:
        deliver: what the carrier sent.
        zone: of its dates, which name none.
    """
    kind = deliver.esm_class & _TYPE_BITS
    tlv_id = tlv.find_text(deliver.tlvs, tlv.RECEIPTED_MESSAGE_ID)
    tlv_state = _state_of(tlv.find_number(deliver.tlvs, tlv.MESSAGE_STATE))
    fields = _read_fields(_text_of(deliver))
    by_text = not kind and _is_receipt_text(fields)
    by_tlv = not kind and tlv_id is not None
    if kind not in _RECEIPT_TYPES and not by_text and not by_tlv:
        return None
    text_state = read_state(fields.get("stat", ""))
    return Receipt(
        message_id=tlv_id or fields.get("id", ""),
        text_id=fields.get("id", ""),
        state=_first_known(tlv_state, text_state),
        state_text=fields.get("stat", "")[:32],
        contradictory=None not in (tlv_state, text_state) and tlv_state != text_state,
        error=(fields.get("err") or _network_error(deliver.tlvs))[:32],
        submitted_at=_read_stamp(fields.get("submit date", ""), zone),
        done_at=_read_stamp(fields.get("done date", ""), zone),
        intermediate=kind == _INTERMEDIATE,
    )


def read_state(word: str) -> MessageState | None:
    """The state that a word of the text means, also when it was cut short to no less than 4 letters."""
    upper = word.upper()
    known = STATE_TEXTS.get(upper)
    if known is not None or len(upper) < _SHORTEST_STATE:
        return known
    found = {state for text, state in STATE_TEXTS.items() if text.startswith(upper)}
    return found.pop() if len(found) == 1 else None


def write_receipt(submitted: SubmitSm, outcome: Outcome) -> DeliverSm:
    """The deliver_sm that reports on a message: the text of appendix B, and the TLVs.

    The text field stays empty: what somebody wrote has no need to travel again.

    Args:
        submitted: the message; its addresses are swapped, its user_message_reference is returned.
        outcome: what became of it.
    """
    delivered = outcome.state is MessageState.DELIVERED
    text = (
        f"id:{outcome.message_id} sub:001 dlvrd:{int(delivered):03} "
        f"submit date:{outcome.submitted_at.astimezone(UTC):%y%m%d%H%M} "
        f"done date:{outcome.done_at.astimezone(UTC):%y%m%d%H%M} "
        f"stat:{STATE_WORDS[outcome.state]} err:{outcome.error:0>3} text:"
    )
    return DeliverSm(
        source_addr=submitted.destination_addr,
        source_addr_ton=submitted.dest_addr_ton,
        source_addr_npi=submitted.dest_addr_npi,
        destination_addr=submitted.source_addr,
        dest_addr_ton=submitted.source_addr_ton,
        dest_addr_npi=submitted.source_addr_npi,
        esm_class=0x04,
        short_message=text.encode("latin-1", "replace"),
        tlvs=_receipt_tlvs(submitted, outcome),
    )


def _receipt_tlvs(submitted: SubmitSm, outcome: Outcome) -> tlv.Tlvs:
    tlvs = [
        (tlv.RECEIPTED_MESSAGE_ID, outcome.message_id.encode("latin-1", "replace") + b"\0"),
        (tlv.MESSAGE_STATE, bytes((outcome.state,))),
    ]
    reference = tlv.find(submitted.tlvs, tlv.USER_MESSAGE_REFERENCE)
    if reference is not None:
        tlvs.append((tlv.USER_MESSAGE_REFERENCE, reference))
    if outcome.error.isdecimal() and 0 < int(outcome.error) <= _MAX_ERROR:
        tlvs.append((tlv.NETWORK_ERROR_CODE, _GSM + int(outcome.error).to_bytes(2, "big")))
    return tuple(tlvs)


def _text_of(deliver: DeliverSm | DataSm) -> str:
    octets = deliver.content
    if deliver.esm_class & _UDHI and octets:
        octets = octets[octets[0] + 1 :]
    encoding = "utf-16-be" if deliver.data_coding == _UCS2 else "latin-1"
    return octets[: 2 * _TEXT_READ].decode(encoding, "replace")[:_TEXT_READ]


def _read_fields(text: str) -> dict[str, str]:
    """The first word after each field's name.

    What stands behind `text:` was written by the sender of the message, who may have
    written `stat:` too: fields before it win, and those behind it only fill gaps.
    """
    usual = _IN_ORDER.match(text)
    if usual is not None:
        return dict(zip(_ORDER, usual.groups(), strict=True))
    found = list(_FIELD.finditer(text))
    fields: dict[str, str] = {}
    for match, following in zip_longest(found, found[1:]):
        name = match[1].lower().replace("_", " ")
        token = _TOKEN.match(text, match.end(), following.start() if following else len(text))
        if token is not None:
            fields.setdefault(_CANONICAL.get(name, name), token[0])
    return fields


def _is_receipt_text(fields: dict[str, str]) -> bool:
    dated = "done date" in fields or "submit date" in fields
    return dated and bool(fields.get("id")) and read_state(fields.get("stat", "")) is not None


def _state_of(number: int | None) -> MessageState | None:
    if number is None:
        return None
    try:
        return MessageState(number)
    except ValueError:
        return MessageState.UNKNOWN


def _first_known(*states: MessageState | None) -> MessageState:
    for state in states:
        if state is not None:
            return state
    return MessageState.UNKNOWN


def _network_error(tlvs: tlv.Tlvs) -> str:
    value = tlv.find(tlvs, tlv.NETWORK_ERROR_CODE)
    return f"{int.from_bytes(value[1:3], 'big'):03}" if value and len(value) == _NETWORK_ERROR_SIZE else ""


@lru_cache(maxsize=1024)
def _read_stamp(text: str, zone: tzinfo) -> datetime | None:
    """YYMMDDhhmm[ss], or with a year of four digits; a date that does not exist is None."""
    for pattern in _STAMPS.get(len(text), ()):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        year, month, day, hour, minute, *second = map(int, match.groups())
        try:
            return datetime(_CENTURY + year % 100, month, day, hour, minute, second[0] if second else 0, tzinfo=zone)
        except ValueError:
            continue
    return None
