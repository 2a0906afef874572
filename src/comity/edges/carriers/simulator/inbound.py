"""Owns how a person's text becomes the deliver_sm of a carrier, with a carrier's faults; must not know sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from comity.base.errors import ComityError
from comity.smpp.codec import encode
from comity.smpp.pdu import DeliverSm
from comity.sms.alphabet import NO_TABLES
from comity.sms.segment import Encoding, Part, Plan, plan, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.edges.carriers.simulator.options import SimulatorOptions

_UDHI: Final = 0x40
_UCS2: Final = 8
_LATIN1: Final = 3
_OCTETS: Final = 140
_OCTETS_OF_PART: Final = 134
_INTERNATIONAL: Final = (1, 1)
_NAME: Final = (5, 0)


class InboundText(msgspec.Struct, frozen=True, rename={"sender": "from", "recipient": "to"}):
    """What `POST /deliver` takes.

    Attributes:
        sender: who writes; digits, or a name.
        recipient: the number or short code written to.
        text: any length.
        coding: auto, gsm7, ucs2 or latin1.
        system_id: whom it is for; empty for the first that ever bound.
    """

    sender: str
    recipient: str
    text: str
    coding: str = "auto"
    system_id: str = ""


def to_deliver_sm(inbound: InboundText, reference: int, options: SimulatorOptions) -> list[DeliverSm]:
    """The parts of a text, as a carrier delivers them.

    Args:
        inbound: who writes what to whom.
        reference: of the concatenation, any number from 0.
        options: how the carrier errs.

    Raises:
        ComityError: the coding is unknown or cannot carry the text, or an address is too long.
    """
    cut = _CODINGS.get(inbound.coding)
    if cut is None:
        raise ComityError("The coding is unknown.", f"Use one of {', '.join(_CODINGS)}.")
    ton, npi = _INTERNATIONAL if inbound.sender.isdecimal() else _NAME
    made = [
        DeliverSm(
            source_addr=inbound.sender,
            source_addr_ton=ton,
            source_addr_npi=npi,
            destination_addr=inbound.recipient,
            dest_addr_ton=1,
            dest_addr_npi=1,
            esm_class=_UDHI if part.udh else 0,
            data_coding=part.data_coding,
            short_message=part.udh + _with_faults(part, options),
        )
        for part in cut(inbound.text, reference & 0xFF)
    ]
    for pdu in made:
        encode(pdu, 1)  # what does not fit is said now, not when it goes out
    return made


def _with_faults(part: Part, options: SimulatorOptions) -> bytes:
    if part.data_coding != _UCS2:
        return part.payload
    payload = (b"\xfe\xff" if options.byte_order_mark else b"") + part.payload
    if not options.little_endian:
        return payload
    swapped = bytearray(payload)
    swapped[0::2], swapped[1::2] = payload[1::2], payload[0::2]
    return bytes(swapped)


def _cheapest(text: str, reference: int) -> list[Part]:
    return split(plan(text), reference=reference)


def _gsm7(text: str, reference: int) -> list[Part]:
    planned = plan(text)
    if planned.encoding is not Encoding.GSM7:
        raise ComityError("The GSM 7-bit alphabet cannot carry the text.", "Use ucs2 or auto.")
    return split(planned, reference=reference)


def _ucs2(text: str, reference: int) -> list[Part]:
    return split(Plan(text, Encoding.UCS2, NO_TABLES, 0, 0), reference=reference)


def _latin1(text: str, reference: int) -> list[Part]:
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        octets = b""
    if text and not octets:
        raise ComityError("Latin-1 cannot carry the text.", "Use ucs2 or auto.")
    if len(octets) <= _OCTETS:
        return [Part(b"", octets, _LATIN1, text)]
    starts = range(0, len(octets), _OCTETS_OF_PART)
    return [
        Part(
            bytes((5, 0, 3, reference, len(starts), place)),
            octets[start : start + _OCTETS_OF_PART],
            _LATIN1,
            text[start : start + _OCTETS_OF_PART],
        )
        for place, start in enumerate(starts, start=1)
    ]


_CODINGS: Final[dict[str, Callable[[str, int], list[Part]]]] = {
    "auto": _cheapest,
    "gsm7": _gsm7,
    "ucs2": _ucs2,
    "latin1": _latin1,
}
