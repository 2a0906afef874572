"""Owns the reading of user data headers that peers send; must not know payloads or stores.

Source: 3GPP TS 23.040 9.2.3.24 and its subclauses.
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.base.errors import ComityError, Fault
from comity.sms.alphabet import NO_TABLES, NationalTables


class BadHeader(ComityError, ValueError):  # noqa: N818  "raises BadHeader" says it without a suffix
    """A user data header contradicts itself or the octets it stands in."""

    fault = Fault.PEER


class Concatenation(msgspec.Struct, frozen=True):
    """Which part of which message this is.

    Args:
        reference: chosen by the sender; 0 to 255, or to 65,535 when wide.
        total: parts of the message, 1 to 255.
        sequence: number of this part, 1 to `total`.
        wide: whether the reference has 16 bits; an equal reference of the other width names another message.
    """

    reference: int
    total: int
    sequence: int
    wide: bool


class Ports(msgspec.Struct, frozen=True):
    """Application ports; a message that carries them is meant for a program, not for a reader."""

    destination: int
    source: int


class Udh(msgspec.Struct, frozen=True):
    """A user data header as read.

    Args:
        octets: length of the header with its length octet: the payload begins there.
        concatenation: None for a message of one part.
        ports: None for text meant for people.
        tables: national language tables of the payload.
        elements: every information element in order, as identifier and value, those not understood too.
    """

    octets: int
    concatenation: Concatenation | None = None
    ports: Ports | None = None
    tables: NationalTables = NO_TABLES
    elements: tuple[tuple[int, bytes], ...] = ()


def _concatenation(value: bytes) -> Concatenation:
    *reference, total, sequence = value
    if not 1 <= sequence <= total:
        raise BadHeader("A concatenation element numbers a part outside its total.")
    return Concatenation(int.from_bytes(reference, "big"), total, sequence, wide=len(reference) > 1)


def _ports(value: bytes) -> Ports:
    half = len(value) // 2
    return Ports(int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))


_LENGTHS: Final = {0x00: 3, 0x04: 2, 0x05: 4, 0x08: 4, 0x24: 1, 0x25: 1}
"""Octets of the value of each element understood here."""


def read_udh(octets: bytes) -> Udh:
    """Reads the header at the start of a short message whose UDH indicator is set.

    Of elements that exclude each other (8 and 16 bits) or come twice, the last counts (TS 23.040 9.2.3.24).

    Args:
        octets: the whole short message, or the header alone; the first octet is the header's length.

    Raises:
        BadHeader: the header is missing or longer than the octets, an element reaches beyond it, an element has a
            length its kind does not allow, or a part is numbered outside its total.
    """
    elements = _elements(octets)
    concatenation: Concatenation | None = None
    ports: Ports | None = None
    locking = single_shift = 0
    for identifier, value in elements:
        match identifier:
            case 0x00 | 0x08:
                concatenation = _concatenation(value)
            case 0x04 | 0x05:
                ports = _ports(value)
            case 0x24:
                single_shift = value[0]
            case 0x25:
                locking = value[0]
    return Udh(1 + octets[0], concatenation, ports, NationalTables(locking, single_shift), elements)


def _elements(octets: bytes) -> tuple[tuple[int, bytes], ...]:
    if not octets or octets[0] >= len(octets):
        raise BadHeader("The header is longer than the message it stands in.")
    end = 1 + octets[0]
    elements = []
    at = 1
    while at < end:
        value_at = at + 2
        if value_at > end or value_at + octets[at + 1] > end:
            raise BadHeader("An information element reaches beyond the header.")
        identifier, value = octets[at], octets[value_at : value_at + octets[at + 1]]
        if len(value) != _LENGTHS.get(identifier, len(value)):
            raise BadHeader(f"Information element {identifier:#04x} has {len(value)} octets.")
        elements.append((identifier, value))
        at = value_at + len(value)
    return tuple(elements)
