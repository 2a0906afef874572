"""Owns how a text is encoded and cut into parts; must not know carriers, prices or the SMPP PDU around a part.

Source: 3GPP TS 23.038 (alphabets), 3GPP TS 23.040 9.2.3.24 (user data header), 9.2.3.24.1 and 9.2.3.24.8
(concatenation), 9.2.3.24.15 and 9.2.3.24.16 (national language shift).
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import msgspec

from comity.base.errors import ComityError
from comity.sms.alphabet import DEFAULT, ESCAPE, NO_TABLES, NationalTables, UnencodableText, UnknownTableError, alphabet
from comity.sms.clusters import cluster_ends
from comity.sms.transliterate import transliterate as replace_typography

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Encoding",
    "NationalTables",
    "Part",
    "Plan",
    "TooManyPartsError",
    "UnencodableText",
    "UnknownTableError",
    "plan",
    "room",
    "split",
]

USER_DATA_OCTETS: Final = 140
MOST_PARTS: Final = 255

CONCATENATION_8: Final = 0x00
CONCATENATION_16: Final = 0x08
SINGLE_SHIFT: Final = 0x24
LOCKING_SHIFT: Final = 0x25


class Encoding(enum.Enum):
    """How the text stands on the wire."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


_GSM7: Final = Encoding.GSM7
_UCS2: Final = Encoding.UCS2
_DATA_CODING: Final = {Encoding.GSM7: 0, Encoding.UCS2: 8}
_OCTETS_PER_UNIT: Final = {Encoding.GSM7: 1, Encoding.UCS2: 2}


class TooManyPartsError(ComityError, ValueError):
    """A text takes more parts than a concatenation header can number (255)."""


class Plan(msgspec.Struct, frozen=True):
    """How one text will be sent.

    Args:
        text: what is sent, after transliteration if that was asked for and helped.
        encoding: the alphabet family.
        tables: national language tables; both 0 for the default alphabet and for UCS-2.
        units: septets or UTF-16 code units of the whole text, headers not counted.
        parts: how many parts `split` makes; at least 1.
        wide_reference: whether `parts` is counted for 16-bit concatenation references.
    """

    text: str
    encoding: Encoding
    tables: NationalTables
    units: int
    parts: int
    wide_reference: bool = False


class Part(msgspec.Struct, frozen=True):
    """One part as it goes to a carrier.

    Args:
        udh: user data header with its length octet, or empty.
        payload: septets unpacked, one an octet, as SMPP carries them; or UTF-16BE.
        data_coding: SMPP data_coding: 0 or 8.
        text: the piece of the text in this part.
    """

    udh: bytes
    payload: bytes
    data_coding: int
    text: str


def room(encoding: Encoding, udh_octets: int = 0) -> int:
    """Returns how many septets or UTF-16 code units fit beside a header of so many octets (length octet included)."""
    free_bits = 8 * (USER_DATA_OCTETS - udh_octets)
    return free_bits // (7 if encoding is _GSM7 else 16)


def _header(tables: NationalTables, concatenation: bytes = b"") -> bytes:
    body = concatenation
    if tables.single_shift:
        body += bytes((SINGLE_SHIFT, 1, tables.single_shift))
    if tables.locking:
        body += bytes((LOCKING_SHIFT, 1, tables.locking))
    return bytes((len(body),)) + body if body else b""


def _concatenation(reference: int, total: int, sequence: int, *, wide: bool) -> bytes:
    if wide:
        return bytes((CONCATENATION_16, 4, reference >> 8, reference & 0xFF, total, sequence))
    return bytes((CONCATENATION_8, 3, reference, total, sequence))


def _part_room(encoding: Encoding, tables: NationalTables, *, wide: bool) -> int:
    return room(encoding, len(_header(tables, _concatenation(0, 1, 1, wide=wide))))


# First octets of D800 to DBFF.
_HIGH_SURROGATES: Final = range(0xD8, 0xDC)
_SINGLE_GSM7: Final = room(_GSM7)


def plan(
    text: str,
    *,
    tables: tuple[NationalTables, ...] = (),
    transliterate: bool = False,
    wide_reference: bool = False,
) -> Plan:
    """Chooses the cheapest encoding: the default alphabet, else the best of `tables`, else UCS-2.

    Args:
        text: what to send; may be empty (one part).
        tables: national tables that the route's handsets are known to understand.
        transliterate: whether typographic characters may be replaced where that, and only that, avoids UCS-2.
        wide_reference: whether concatenation references will have 16 bits; the parts are then a little shorter.

    Raises:
        UnencodableText: the text holds NUL or a lone surrogate.
        UnknownTableError: `tables` names a table that TS 23.038 does not define.
    """
    # Nearly every message ends here, so nothing that it does not need stands before.
    units = DEFAULT.units(text)
    if units is not None and units <= _SINGLE_GSM7:
        return Plan(text, _GSM7, NO_TABLES, units, 1, wide_reference)
    found = _plan_gsm7(text, (NO_TABLES, *tables), wide=wide_reference)
    if found is None and transliterate:
        replaced = replace_typography(text, (DEFAULT, *map(alphabet, tables)))
        found = _plan_gsm7(replaced, (NO_TABLES, *tables), wide=wide_reference)
    return found or _plan_ucs2(text, wide=wide_reference)


def _plan_gsm7(text: str, allowed: tuple[NationalTables, ...], *, wide: bool) -> Plan | None:
    best: Plan | None = None
    for tables in allowed:
        units = alphabet(tables).units(text)
        if units is None:
            continue
        parts = 1
        if units > room(_GSM7, len(_header(tables))):
            limit = _part_room(_GSM7, tables, wide=wide)
            # Without pairs every cut falls where it may, and counting needs no septets.
            parts = -(-units // limit) if units == len(text) else _count(alphabet(tables).encode(text), _GSM7, limit)
        if best is None or (parts, units) < (best.parts, best.units):
            best = Plan(text, _GSM7, tables, units, parts, wide)
        if not (tables.locking or tables.single_shift):
            break  # the default alphabet needs no header and every handset has it
    return best


def _plan_ucs2(text: str, *, wide: bool) -> Plan:
    encoded = _utf16(text)
    units = len(encoded) // 2
    parts = 1
    if units > room(_UCS2):
        parts = _count(encoded, _UCS2, _part_room(_UCS2, NO_TABLES, wide=wide))
    return Plan(text, _UCS2, NO_TABLES, units, parts, wide)


def _utf16(text: str) -> bytes:
    position = text.find("\0")
    if position >= 0:
        raise UnencodableText(position, "NUL")
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError as error:
        position = error.start
    # Raised outside the handler: the original error holds the text, and would travel along as the context.
    raise UnencodableText(position, "half of a surrogate pair")


def _ends(encoded: bytes, encoding: Encoding, limit: int) -> Iterator[int]:
    """Yields where each part ends, in units, filling every part; a pair is never cut.

    An escape is never the second septet of a pair, and a high surrogate never the second unit, so the last unit of a
    part alone tells whether a pair is open.
    """
    stride = _OCTETS_PER_UNIT[encoding]
    units = len(encoded) // stride
    end = limit
    while end < units:
        last = encoded[(end - 1) * stride]
        if last == ESCAPE if encoding is _GSM7 else last in _HIGH_SURROGATES:
            end -= 1
        yield end
        end += limit
    yield units


def _count(encoded: bytes, encoding: Encoding, limit: int) -> int:
    return sum(1 for _ in _ends(encoded, encoding, limit))


def split(plan: Plan, *, reference: int, wide_reference: bool = False) -> list[Part]:
    """Makes the parts of a plan; their texts joined are `plan.text`.

    There are exactly `plan.parts` of them, unless wide references are asked for that were not planned. Among the cuts
    that need no part more, those are taken that leave combining marks and joined emoji whole.

    Args:
        plan: what `plan` returned.
        reference: concatenation reference: 0 to 255, or to 65,535 when wide. Unused for a single part.
        wide_reference: 16-bit references; also when the plan counted on them.

    Raises:
        ValueError: the reference is out of range.
        TooManyPartsError: more than 255 parts.
        UnencodableText: the plan was not made by `plan`, and its encoding cannot carry its text.
    """
    wide = wide_reference or plan.wide_reference
    if not 0 <= reference < (1 << 16 if wide else 1 << 8):
        raise ValueError("The concatenation reference is out of range.")
    encoded = alphabet(plan.tables).encode(plan.text) if plan.encoding is _GSM7 else _utf16(plan.text)
    coding = _DATA_CODING[plan.encoding]
    header = _header(plan.tables)
    stride = _OCTETS_PER_UNIT[plan.encoding]
    if len(encoded) // stride <= room(plan.encoding, len(header)):
        return [Part(header, encoded, coding, plan.text)]
    limit = _part_room(plan.encoding, plan.tables, wide=wide)
    ends = list(_ends(encoded, plan.encoding, limit))
    if len(ends) > MOST_PARTS:
        raise TooManyPartsError(
            f"The text takes {len(ends)} parts; a message has at most {MOST_PARTS}.", "Shorten the text."
        )
    ends = cluster_ends(plan.text, ends, limit, _widths(plan))
    parts = []
    for sequence, (start, end) in enumerate(zip([0, *ends], ends, strict=False), start=1):
        payload = encoded[start * stride : end * stride]
        udh = _header(plan.tables, _concatenation(reference, len(ends), sequence, wide=wide))
        parts.append(Part(udh, payload, coding, _text(payload, plan)))
    return parts


def _widths(plan: Plan) -> Callable[[str], int]:
    if plan.encoding is _GSM7:
        letters = alphabet(plan.tables)
        return lambda char: len(letters.encode(char))
    return lambda char: 1 + (char > "\uffff")


def _text(payload: bytes, plan: Plan) -> str:
    return alphabet(plan.tables).decode(payload) if plan.encoding is _GSM7 else payload.decode("utf-16-be")
