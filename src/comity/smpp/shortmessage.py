"""Owns the fast reading and writing of submit_sm and deliver_sm bodies; must not know headers' meaning or sessions.

It reads what `layouts.SHORT_MESSAGE` describes, with the positions worked out by
hand; a property test holds the two to each other.
"""

from __future__ import annotations

from typing import Final, TypeVar

from comity.smpp import layouts, pdu, tlv
from comity.smpp import status as st
from comity.smpp.errors import EncodeError, PduError
from comity.smpp.layouts import SHORT_MESSAGE_LIMIT, bad

_Message = TypeVar("_Message", pdu.SubmitSm, pdu.DeliverSm)
_TIME_TEXT: Final = 16
_SERVICE, _SOURCE, _DESTINATION, _SCHEDULE, _VALIDITY = (
    field for field in layouts.SHORT_MESSAGE if isinstance(field, layouts.CString)
)


def read_submit_sm(frame: bytes) -> pdu.SubmitSm:
    """A submit_sm, held to the letter: times of 0 or 16 characters, TLVs of their size, one text only."""
    message = _read(frame, pdu.SubmitSm)
    if message.schedule_delivery_time and len(message.schedule_delivery_time) != _TIME_TEXT:
        raise bad(frame, st.ESME_RINVSCHED, "schedule_delivery_time has neither 0 nor 16 characters.")
    if message.validity_period and len(message.validity_period) != _TIME_TEXT:
        raise bad(frame, st.ESME_RINVEXPIRY, "validity_period has neither 0 nor 16 characters.")
    if message.tlvs:
        check_tlvs(frame, message)
    return message


def read_deliver_sm(frame: bytes) -> pdu.DeliverSm:
    """A deliver_sm."""
    return _read(frame, pdu.DeliverSm)


def check_tlvs(frame: bytes, message: pdu.SubmitSm) -> None:
    """Hold a submission's TLVs to their sizes and to one text; raises PduError."""
    sizes = tlv.SIZES
    for tag, value in message.tlvs:
        if tag in sizes and len(value) != sizes[tag]:
            raise bad(frame, st.ESME_RINVPARLEN, f"TLV 0x{tag:04X} has {len(value)} octets instead of {sizes[tag]}.")
        # Two texts in one message: what we judge and what the carrier sends on could differ.
        if tag == tlv.MESSAGE_PAYLOAD and message.short_message:
            raise bad(frame, st.ESME_ROPTPARNOTALLWD, "message_payload stands beside a short_message.")


def _read(frame: bytes, make: type[_Message]) -> _Message:
    # Find the five NULs first, then judge all lengths in one expression; a find that failed gives -1, which
    # no range below admits. The slow reader says which field it was.
    find = frame.find
    service = find(0, 16)
    source = find(0, service + 3)
    destination = find(0, source + 3)
    schedule = find(0, destination + 4)
    validity = find(0, schedule + 1)
    text = validity + 6
    if not (
        16 <= service <= 21  # noqa: PLR2004  the limits of the layout, after a header of 16
        and service + 3 <= source <= service + 23
        and source + 3 <= destination <= source + 23
        and destination + 4 <= schedule <= destination + 20
        and schedule < validity <= schedule + 17
        and text <= len(frame)
    ):
        raise _blame_short_message(frame)
    end = text + frame[validity + 5]
    if end > len(frame) or end - text > SHORT_MESSAGE_LIMIT:
        raise bad(frame, st.ESME_RINVMSGLEN, "sm_length exceeds the body or 254 octets.")
    return make(
        source_addr=str(frame[service + 3 : source], "latin-1"),
        destination_addr=str(frame[source + 3 : destination], "latin-1"),
        short_message=frame[text:end],
        esm_class=frame[destination + 1],
        data_coding=frame[validity + 3],
        registered_delivery=frame[validity + 1],
        tlvs=tlvs_of(frame, end) if end < len(frame) else (),
        source_addr_ton=frame[service + 1],
        source_addr_npi=frame[service + 2],
        dest_addr_ton=frame[source + 1],
        dest_addr_npi=frame[source + 2],
        service_type=str(frame[16:service], "latin-1"),
        protocol_id=frame[destination + 2],
        priority_flag=frame[destination + 3],
        schedule_delivery_time=str(frame[destination + 4 : schedule], "latin-1"),
        validity_period=str(frame[schedule + 1 : validity], "latin-1"),
        replace_if_present_flag=frame[validity + 2],
        sm_default_msg_id=frame[validity + 4],
    )


def _blame_short_message(frame: bytes) -> PduError:
    try:
        layouts.read(frame, layouts.SHORT_MESSAGE)
    except PduError as error:
        return error
    return bad(frame, st.ESME_RINVCMDLEN, "The body ends before sm_length.")


def write_short_message(message: pdu.SubmitSm | pdu.DeliverSm) -> bytes:
    """The body of either; raises EncodeError."""
    text = message.short_message
    if len(text) > SHORT_MESSAGE_LIMIT:
        raise EncodeError("short_message is longer than 254 octets; use message_payload.")
    c_string = layouts.c_string
    try:
        return b"".join(
            (
                c_string(message.service_type, _SERVICE),
                bytes((message.source_addr_ton, message.source_addr_npi)),
                c_string(message.source_addr, _SOURCE),
                bytes((message.dest_addr_ton, message.dest_addr_npi)),
                c_string(message.destination_addr, _DESTINATION),
                bytes((message.esm_class, message.protocol_id, message.priority_flag)),
                c_string(message.schedule_delivery_time, _SCHEDULE),
                c_string(message.validity_period, _VALIDITY),
                bytes(
                    (
                        message.registered_delivery,
                        message.replace_if_present_flag,
                        message.data_coding,
                        message.sm_default_msg_id,
                        len(text),
                    )
                ),
                text,
                tlv.write_tlvs(message.tlvs) if message.tlvs else b"",
            )
        )
    except ValueError:
        raise EncodeError("An integer field does not fit one octet.") from None


def tlvs_of(frame: bytes, start: int) -> tlv.Tlvs:
    """All TLVs from `start` on; raises PduError when the last one is cut short."""
    found = tlv.read_tlvs(frame, start)
    if found is None:
        raise bad(frame, st.ESME_RINVOPTPARSTREAM, "The last TLV is cut short.")
    return found
