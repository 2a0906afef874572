"""Owns the order and the limits of the fields in a PDU's body; must not know commands, sessions or the fast paths.

A layout is a table, read and written by the two functions at the end. Limits count
octets with the NUL, as SMPP 3.4 chapter 4 does. Two are wider than the specification:

- `password` (9): carriers and customers are known to use longer ones; 65 here.
- data_sm's addresses are 65 by the specification itself.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

from comity.smpp import status as st
from comity.smpp.errors import EncodeError, PduError

HEADER_SIZE: Final = 16
SERVICE_TYPE_LIMIT: Final = 6
ADDRESS_LIMIT: Final = 21
TIME_LIMIT: Final = 17
MESSAGE_ID_LIMIT: Final = 65
SYSTEM_ID_LIMIT: Final = 16
PASSWORD_LIMIT: Final = 65
SHORT_MESSAGE_LIMIT: Final = 254
_OCTET_MAX: Final = 255


class CString(NamedTuple):
    """A NUL-terminated text field: its attribute, its size with the NUL, and the status when it is too long."""

    name: str
    limit: int
    status: int


class Octet(NamedTuple):
    """A one-octet integer field."""

    name: str


Layout: TypeAlias = tuple[CString | Octet, ...]

_SYSTEM_ID: Final = CString("system_id", SYSTEM_ID_LIMIT, st.ESME_RINVSYSID)
_PASSWORD: Final = CString("password", PASSWORD_LIMIT, st.ESME_RINVPASWD)
_SERVICE_TYPE: Final = CString("service_type", SERVICE_TYPE_LIMIT, st.ESME_RINVSERTYP)
_MESSAGE_ID: Final = CString("message_id", MESSAGE_ID_LIMIT, st.ESME_RINVMSGID)
_SCHEDULE: Final = CString("schedule_delivery_time", TIME_LIMIT, st.ESME_RINVSCHED)
_VALIDITY: Final = CString("validity_period", TIME_LIMIT, st.ESME_RINVEXPIRY)


def _source(limit: int = ADDRESS_LIMIT) -> Layout:
    return Octet("source_addr_ton"), Octet("source_addr_npi"), CString("source_addr", limit, st.ESME_RINVSRCADR)


def _destination(limit: int = ADDRESS_LIMIT) -> Layout:
    return Octet("dest_addr_ton"), Octet("dest_addr_npi"), CString("destination_addr", limit, st.ESME_RINVDSTADR)


BIND: Final[Layout] = (
    _SYSTEM_ID,
    _PASSWORD,
    CString("system_type", 13, st.ESME_RINVSYSTYP),
    Octet("interface_version"),
    Octet("addr_ton"),
    Octet("addr_npi"),
    CString("address_range", 41, st.ESME_RINVPARLEN),
)
OUTBIND: Final[Layout] = (_SYSTEM_ID, _PASSWORD)
BIND_RESP: Final[Layout] = (_SYSTEM_ID,)
MESSAGE_ID_RESP: Final[Layout] = (_MESSAGE_ID,)
SHORT_MESSAGE: Final[Layout] = (
    _SERVICE_TYPE,
    *_source(),
    *_destination(),
    Octet("esm_class"),
    Octet("protocol_id"),
    Octet("priority_flag"),
    _SCHEDULE,
    _VALIDITY,
    Octet("registered_delivery"),
    Octet("replace_if_present_flag"),
    Octet("data_coding"),
    Octet("sm_default_msg_id"),
)
DATA_SM: Final[Layout] = (
    _SERVICE_TYPE,
    *_source(65),
    *_destination(65),
    Octet("esm_class"),
    Octet("registered_delivery"),
    Octet("data_coding"),
)
QUERY_SM: Final[Layout] = (_MESSAGE_ID, *_source())
CANCEL_SM: Final[Layout] = (_SERVICE_TYPE, _MESSAGE_ID, *_source(), *_destination())
REPLACE_SM: Final[Layout] = (
    _MESSAGE_ID,
    *_source(),
    _SCHEDULE,
    _VALIDITY,
    Octet("registered_delivery"),
    Octet("sm_default_msg_id"),
)
SUBMIT_MULTI: Final[Layout] = (_SERVICE_TYPE, *_source())
ALERT_NOTIFICATION: Final[Layout] = (
    *_source(65),
    Octet("esme_addr_ton"),
    Octet("esme_addr_npi"),
    CString("esme_addr", 65, st.ESME_RINVDSTADR),
)


def bad(frame: bytes, status: int, what: str) -> PduError:
    """The error for a frame whose header can be read."""
    return PduError(status, what, int.from_bytes(frame[4:8], "big"), int.from_bytes(frame[12:16], "big"))


def read(frame: bytes, layout: Layout) -> tuple[dict[str, Any], int]:
    """The fields by name and the position after them; raises PduError with the status of the first wrong field."""
    fields: dict[str, Any] = {}
    at = HEADER_SIZE
    for field in layout:
        if isinstance(field, Octet):
            if at >= len(frame):
                raise bad(frame, st.ESME_RINVCMDLEN, f"The body ends before {field.name}.")
            fields[field.name] = frame[at]
            at += 1
            continue
        end = frame.find(0, at, at + field.limit)
        if end < 0:
            raise _unterminated(frame, at, field)
        fields[field.name] = str(frame[at:end], "latin-1")
        at = end + 1
    return fields, at


def _unterminated(frame: bytes, at: int, field: CString) -> PduError:
    if at + field.limit > len(frame):
        return bad(frame, st.ESME_RINVCMDLEN, f"The body ends inside {field.name}.")
    return bad(frame, field.status, f"{field.name} is longer than {field.limit} octets.")


def write(pdu: object, layout: Layout) -> bytes:
    """The octets of the fields; raises EncodeError for what does not fit."""
    pieces = []
    for field in layout:
        value = getattr(pdu, field.name)
        pieces.append(octet(value, field.name) if isinstance(field, Octet) else c_string(value, field))
    return b"".join(pieces)


def octet(value: int, name: str) -> bytes:
    """One octet."""
    if not 0 <= value <= _OCTET_MAX:
        raise EncodeError(f"{name} does not fit one octet.")
    return value.to_bytes(1, "big")


def c_string(value: str, field: CString) -> bytes:
    """A text and its NUL."""
    if not value:
        return b"\0"
    try:
        octets = value.encode("latin-1")
    except UnicodeEncodeError:
        raise EncodeError(f"{field.name} holds a character outside Latin-1.") from None
    if len(octets) >= field.limit or 0 in octets:
        raise EncodeError(f"{field.name} is longer than {field.limit - 1} octets or holds a NUL.")
    return octets + b"\0"
