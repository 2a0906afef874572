"""Owns the translation between PDUs and octets; must not know sessions, states or what a message means.

`submit_sm`, `deliver_sm` and their responses are read and written by code of their
own, because a gateway spends its day on them; the rest goes through the tables in
`layouts`. Where the octets that carriers send are known to deviate from SMPP 3.4,
the reader is liberal, and only there:

- a response may lack its body whatever its status, and its text may lack the NUL:
  refusing a positive answer for it would send the message twice;
- schedule and validity of a deliver_sm, unused by the specification, may have any length up to 16;
- passwords may be longer than 8 octets.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from comity.smpp import commands as cmd
from comity.smpp import layouts, pdu, tlv
from comity.smpp import status as st
from comity.smpp.errors import EncodeError, PduError
from comity.smpp.layouts import HEADER_SIZE, SHORT_MESSAGE_LIMIT, bad
from comity.smpp.responses import read_message_id
from comity.smpp.shortmessage import read_deliver_sm, read_submit_sm, tlvs_of, write_short_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.smpp.tlv import Tlvs

    _Reader: TypeAlias = Callable[[bytes], pdu.Pdu]
    _Writer: TypeAlias = Callable[[Any, int], tuple[int, bytes]]

__all__ = ["HEADER", "EncodeError", "PduError", "decode", "encode", "header_only"]

HEADER: Final = Struct(">IIII")
_pack_header = HEADER.pack
_UINT32_MAX: Final = 0xFFFFFFFF

_MESSAGE_ID: Final = layouts.CString("message_id", layouts.MESSAGE_ID_LIMIT, st.ESME_RINVMSGID)


def encode(message: pdu.Pdu, sequence: int, status: int = 0) -> bytes:
    """One whole PDU.

    Args:
        message: what to send.
        sequence: 0 to 0xFFFFFFFF; a request of ours has 1 to 0x7FFFFFFF.
        status: command_status; a response with an error has no body where SMPP 3.4 says so.

    Raises:
        EncodeError: a field does not fit its place.
    """
    if not (0 <= sequence <= _UINT32_MAX and 0 <= status <= _UINT32_MAX):
        raise EncodeError("sequence and status are unsigned numbers of 32 bits.")
    command_id, body = _WRITERS[type(message)](message, status)
    return _pack_header(HEADER_SIZE + len(body), command_id, status, sequence) + body


def header_only(command_id: int, status: int, sequence: int) -> bytes:
    """A PDU without a body: enquire_link, unbind, generic_nack, and every refusal."""
    return _pack_header(HEADER_SIZE, command_id, status, sequence)


def decode(frame: bytes) -> pdu.Frame:
    """Read one whole PDU.

    Args:
        frame: exactly one PDU, as long as its command_length says.

    Raises:
        PduError: the octets break the specification; it holds the status to answer with.
    """
    if len(frame) < HEADER_SIZE:
        raise PduError(st.ESME_RINVCMDLEN, "A PDU has at least 16 octets.", fatal=True)
    length, command_id, status, sequence = HEADER.unpack_from(frame)
    if length != len(frame):
        raise PduError(st.ESME_RINVCMDLEN, "command_length is not the PDU's length.", command_id, sequence, fatal=True)
    reader = _READERS.get(command_id)
    if reader is None:
        raise PduError(st.ESME_RINVCMDID, "The command is unknown.", command_id, sequence)
    return pdu.Frame(command_id, status, sequence, reader(frame))


# --- responses ------------------------------------------------------------------------------------------------------


def _read_bind_resp(frame: bytes) -> pdu.BindResp:
    kind = pdu.BIND_KINDS[int.from_bytes(frame[4:8], "big") & ~cmd.RESPONSE]
    if len(frame) == HEADER_SIZE:
        return pdu.BindResp(kind)
    end = frame.find(0, HEADER_SIZE)
    if end < 0:
        end = len(frame)  # liberal: the NUL is missing
    if end - HEADER_SIZE >= layouts.SYSTEM_ID_LIMIT:
        raise bad(frame, st.ESME_RINVSYSID, "system_id is longer than 16 octets.")
    return pdu.BindResp(kind, str(frame[HEADER_SIZE:end], "latin-1"), tlvs_of(frame, end + 1))


def _write_bind_resp(message: pdu.BindResp, status: int) -> tuple[int, bytes]:
    command_id = message.kind.command_id | cmd.RESPONSE
    if status:
        return command_id, b""
    return command_id, layouts.write(message, layouts.BIND_RESP) + tlv.write_tlvs(message.tlvs)


def _write_submit_sm_resp(message: pdu.SubmitSmResp, status: int) -> tuple[int, bytes]:
    if status:
        return cmd.SUBMIT_SM_RESP, b""
    body = layouts.c_string(message.message_id, _MESSAGE_ID)
    return cmd.SUBMIT_SM_RESP, (body + tlv.write_tlvs(message.tlvs) if message.tlvs else body)


def _write_message_id(command_id: int) -> _Writer:
    def writer(message: Any, _status: int) -> tuple[int, bytes]:  # noqa: ANN401  two types of one shape
        return command_id, layouts.c_string(message.message_id, _MESSAGE_ID) + tlv.write_tlvs(message.tlvs)

    return writer


# --- everything else, by table --------------------------------------------------------------------------------------


def _read_bind(frame: bytes) -> pdu.Bind:
    fields, end = layouts.read(frame, layouts.BIND)
    kind = pdu.BIND_KINDS[int.from_bytes(frame[4:8], "big")]
    return pdu.Bind(kind, **fields, tlvs=tlvs_of(frame, end))


def _write_bind(message: pdu.Bind, _status: int) -> tuple[int, bytes]:
    return message.kind.command_id, layouts.write(message, layouts.BIND) + tlv.write_tlvs(message.tlvs)


def _read_exactly(make: Callable[..., pdu.Pdu], layout: layouts.Layout) -> _Reader:
    def reader(frame: bytes) -> pdu.Pdu:
        fields, end = layouts.read(frame, layout)
        if end != len(frame):
            raise bad(frame, st.ESME_RINVCMDLEN, "The PDU goes on after its last field.")
        return make(**fields)

    return reader


def _read_with_tlvs(make: Callable[..., pdu.Pdu], layout: layouts.Layout) -> _Reader:
    def reader(frame: bytes) -> pdu.Pdu:
        fields, end = layouts.read(frame, layout)
        return make(**fields, tlvs=tlvs_of(frame, end))

    return reader


def _read_submit_multi(frame: bytes) -> pdu.SubmitMulti:
    fields, end = layouts.read(frame, layouts.SUBMIT_MULTI)
    return pdu.SubmitMulti(**fields, rest=frame[end:])


def _read_replace_sm(frame: bytes) -> pdu.ReplaceSm:
    fields, at = layouts.read(frame, layouts.REPLACE_SM)
    if at >= len(frame):
        raise bad(frame, st.ESME_RINVCMDLEN, "The body ends before sm_length.")
    text = frame[at + 1 :]
    if len(text) != frame[at] or len(text) > SHORT_MESSAGE_LIMIT:
        raise bad(frame, st.ESME_RINVMSGLEN, "sm_length is not the length of the text, or more than 254.")
    return pdu.ReplaceSm(**fields, short_message=text)


def _write_replace_sm(message: pdu.ReplaceSm, _status: int) -> tuple[int, bytes]:
    text = message.short_message
    if len(text) > SHORT_MESSAGE_LIMIT:
        raise EncodeError("short_message is longer than 254 octets.")
    return cmd.REPLACE_SM, layouts.write(message, layouts.REPLACE_SM) + bytes((len(text),)) + text


def _read_message_id_into(make: Callable[[str, Tlvs], pdu.Pdu]) -> _Reader:
    def reader(frame: bytes) -> pdu.Pdu:
        return make(*read_message_id(frame))

    return reader


def _write_layout(command_id: int, layout: layouts.Layout, tail: str = "") -> _Writer:
    def writer(message: Any, _status: int) -> tuple[int, bytes]:  # noqa: ANN401  the type the table names
        body = layouts.write(message, layout)
        if tail == "tlvs":
            body += tlv.write_tlvs(message.tlvs)
        elif tail:
            body += getattr(message, tail)
        return command_id, body

    return writer


def _write_nothing(command_id: int) -> _Writer:
    return lambda _message, _status: (command_id, b"")


_READERS: Final[dict[int, _Reader]] = {
    **dict.fromkeys(cmd.BINDS, _read_bind),
    **dict.fromkeys((command | cmd.RESPONSE for command in cmd.BINDS), _read_bind_resp),
    cmd.OUTBIND: _read_exactly(pdu.Outbind, layouts.OUTBIND),
    cmd.SUBMIT_SM: read_submit_sm,
    cmd.SUBMIT_SM_RESP: _read_message_id_into(pdu.SubmitSmResp),
    cmd.DELIVER_SM: read_deliver_sm,
    cmd.DELIVER_SM_RESP: _read_message_id_into(pdu.DeliverSmResp),
    cmd.DATA_SM: _read_with_tlvs(pdu.DataSm, layouts.DATA_SM),
    cmd.DATA_SM_RESP: _read_message_id_into(pdu.DataSmResp),
    cmd.QUERY_SM: _read_exactly(pdu.QuerySm, layouts.QUERY_SM),
    cmd.CANCEL_SM: _read_exactly(pdu.CancelSm, layouts.CANCEL_SM),
    cmd.REPLACE_SM: _read_replace_sm,
    cmd.SUBMIT_MULTI: _read_submit_multi,
    cmd.ALERT_NOTIFICATION: _read_with_tlvs(pdu.AlertNotification, layouts.ALERT_NOTIFICATION),
    cmd.ENQUIRE_LINK: _read_exactly(pdu.EnquireLink, ()),
    cmd.ENQUIRE_LINK_RESP: _read_exactly(pdu.EnquireLinkResp, ()),
    cmd.UNBIND: _read_exactly(pdu.Unbind, ()),
    cmd.UNBIND_RESP: _read_exactly(pdu.UnbindResp, ()),
    cmd.GENERIC_NACK: _read_exactly(pdu.GenericNack, ()),
}

_WRITERS: Final[dict[type[pdu.Pdu], _Writer]] = {
    pdu.Bind: _write_bind,
    pdu.BindResp: _write_bind_resp,
    pdu.Outbind: _write_layout(cmd.OUTBIND, layouts.OUTBIND),
    pdu.SubmitSm: lambda message, _status: (cmd.SUBMIT_SM, write_short_message(message)),
    pdu.SubmitSmResp: _write_submit_sm_resp,
    pdu.DeliverSm: lambda message, _status: (cmd.DELIVER_SM, write_short_message(message)),
    pdu.DeliverSmResp: _write_message_id(cmd.DELIVER_SM_RESP),
    pdu.DataSm: _write_layout(cmd.DATA_SM, layouts.DATA_SM, "tlvs"),
    pdu.DataSmResp: _write_message_id(cmd.DATA_SM_RESP),
    pdu.QuerySm: _write_layout(cmd.QUERY_SM, layouts.QUERY_SM),
    pdu.CancelSm: _write_layout(cmd.CANCEL_SM, layouts.CANCEL_SM),
    pdu.ReplaceSm: _write_replace_sm,
    pdu.SubmitMulti: _write_layout(cmd.SUBMIT_MULTI, layouts.SUBMIT_MULTI, "rest"),
    pdu.AlertNotification: _write_layout(cmd.ALERT_NOTIFICATION, layouts.ALERT_NOTIFICATION, "tlvs"),
    pdu.EnquireLink: _write_nothing(cmd.ENQUIRE_LINK),
    pdu.EnquireLinkResp: _write_nothing(cmd.ENQUIRE_LINK_RESP),
    pdu.Unbind: _write_nothing(cmd.UNBIND),
    pdu.UnbindResp: _write_nothing(cmd.UNBIND_RESP),
    pdu.GenericNack: _write_nothing(cmd.GENERIC_NACK),
}
