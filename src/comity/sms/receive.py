"""Owns the reading of what peers send: headers and payloads; must not know where received parts are kept.

Source: SMPP 3.4 5.2.19 (data_coding), 3GPP TS 23.038 4 (data coding scheme) and 6.2.1 (alphabets). Peers lie and
err, so a payload never fails to decode: what is doubtful is marked as such.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from comity.base.errors import ComityError, Fault
from comity.sms.alphabet import DEFAULT, NO_TABLES, Alphabet, NationalTables, UnknownTableError, alphabet
from comity.sms.header import BadHeader, Concatenation, Ports, Udh, read_udh

__all__ = [
    "BadHeader",
    "BinaryPayloadError",
    "Concatenation",
    "Decoded",
    "Ports",
    "Reading",
    "Udh",
    "decode",
    "read_text",
    "read_udh",
]


class BinaryPayloadError(ComityError, ValueError):
    """The payload is declared to be binary (data_coding 2, 4 or a data class of TS 23.038): it has no text."""

    fault = Fault.PEER


class Reading(enum.Enum):
    """How sure a reading is."""

    EXACT = "exact"
    GUESSED = "guessed"
    BINARY = "binary"


class Decoded(msgspec.Struct, frozen=True):
    """The text of a payload; empty for a binary one. It never holds NUL, which PostgreSQL cannot store."""

    text: str
    reading: Reading


class _Kind(enum.Enum):
    GSM7 = enum.auto()
    UTF16 = enum.auto()
    BINARY = enum.auto()
    UNKNOWN = enum.auto()


# SMPP 3.4 5.2.19: values below 16 are SMPP's own, and only 0 and 8 mean the same in TS 23.038.
_SMPP: Final[dict[int, _Kind | str]] = {
    0: _Kind.GSM7,
    1: "ascii",
    2: _Kind.BINARY,
    3: "latin-1",
    4: _Kind.BINARY,
    5: "shift_jis",
    6: "iso8859_5",
    7: "iso8859_8",
    8: _Kind.UTF16,
    10: "iso2022_jp",
    13: "euc_jp",
    14: "euc_kr",
}
_GENERAL_ALPHABETS: Final = {0x00: _Kind.GSM7, 0x04: _Kind.BINARY, 0x08: _Kind.UTF16, 0x0C: _Kind.UNKNOWN}
_SMPP_END: Final = 0x10
_GENERAL_END: Final = 0x80
_COMPRESSED: Final = 0x20
_ALPHABET_BITS: Final = 0x0C
_HIGH_GROUPS: Final = {0xC: _Kind.GSM7, 0xD: _Kind.GSM7, 0xE: _Kind.UTF16}
_CLASS_GROUP: Final = 0xF
_CLASS_BINARY: Final = 0x04


def _kind(data_coding: int) -> _Kind | str:
    if data_coding < _SMPP_END:
        return _SMPP.get(data_coding, _Kind.UNKNOWN)
    if data_coding < _GENERAL_END:  # 00xx and 01xx: general, and marked for deletion
        return _Kind.BINARY if data_coding & _COMPRESSED else _GENERAL_ALPHABETS[data_coding & _ALPHABET_BITS]
    group = data_coding >> 4
    if group == _CLASS_GROUP:
        return _Kind.BINARY if data_coding & _CLASS_BINARY else _Kind.GSM7
    return _HIGH_GROUPS.get(group, _Kind.UNKNOWN)


def decode(payload: bytes, data_coding: int, tables: NationalTables = NO_TABLES) -> str:
    """Returns the text of a payload, header removed; `read_text` tells how sure it is.

    Raises:
        BinaryPayloadError: the payload is declared to be binary.
    """
    decoded = read_text(payload, data_coding, tables)
    if decoded.reading is Reading.BINARY:
        raise BinaryPayloadError(f"A payload with data_coding {data_coding} is not text.")
    return decoded.text


def read_text(payload: bytes, data_coding: int, tables: NationalTables = NO_TABLES) -> Decoded:
    """Reads the payload of a part, or the joined payloads of all parts.

    Args:
        payload: the short message without its header; septets are unpacked, one an octet.
        data_coding: 0 to 255, as SMPP 3.4 or TS 23.038 means it. Unknown values are read as what the octets look
            like: UTF-16, UTF-8, else the default alphabet.
        tables: national tables from the header; an unknown identifier reads as the default table (TS 23.038 6.2.1.2.4).
    """
    kind = _kind(data_coding)
    if isinstance(kind, str):
        text = _strict(payload, kind)
        decoded = _guessed(payload.decode(_FALLBACK.get(kind, kind), "replace")) if text is None else _exact(text)
    elif kind is _Kind.GSM7:
        decoded = _gsm7(payload, tables)
    elif kind is _Kind.UTF16:
        decoded = _utf16(payload)
    elif kind is _Kind.BINARY:
        return Decoded("", Reading.BINARY)
    else:
        decoded = _unknown(payload)
    return _without_nul(decoded)


# Peers that say IA5 and send eight bits mean Latin-1.
_FALLBACK: Final = {"ascii": "latin-1"}
_REPLACEMENT: Final = "\ufffd"
_EIGHTH_BIT: Final = bytes(range(0x80, 0x100))


def _exact(text: str) -> Decoded:
    return Decoded(text, Reading.EXACT)


def _guessed(text: str) -> Decoded:
    return Decoded(text, Reading.GUESSED)


def _strict(payload: bytes, codec: str) -> str | None:
    try:
        return payload.decode(codec)
    except UnicodeDecodeError:
        return None


def _without_nul(decoded: Decoded) -> Decoded:
    if "\0" not in decoded.text:
        return decoded
    # NUL at the end is a C string's end; elsewhere it stands for something that was lost.
    return _guessed(decoded.text.rstrip("\0").replace("\0", _REPLACEMENT))


def _gsm7(payload: bytes, tables: NationalTables) -> Decoded:
    letters, known = _alphabet(tables)
    has_eighth_bit = len(payload.translate(None, _EIGHTH_BIT)) < len(payload)
    text = letters.decode(payload)
    return _exact(text) if known and not has_eighth_bit else _guessed(text)


def _alphabet(tables: NationalTables) -> tuple[Alphabet, bool]:
    if tables == NO_TABLES:
        return DEFAULT, True
    for known in (tables, NationalTables(locking=tables.locking), NationalTables(single_shift=tables.single_shift)):
        try:
            return alphabet(known), known == tables
        except UnknownTableError:
            continue
    return DEFAULT, False


def _utf16(payload: bytes) -> Decoded:
    if payload.startswith(b"\xfe\xff"):
        order, body, marked = "utf-16-be", payload[2:], True
    elif payload.startswith(b"\xff\xfe"):
        order, body, marked = "utf-16-le", payload[2:], True
    else:
        marked = not _looks_little_endian(payload)
        order, body = "utf-16-be" if marked else "utf-16-le", payload
    text = _strict(body, order)
    if text is None:
        return _guessed(body.decode(order, "replace"))
    return _exact(text) if marked else _guessed(text)


# Space, line feed, comma and full stop. With octets swapped they would be U+2000, U+0A00, U+2C00 and U+2E00, which
# nobody writes.
_SEPARATORS: Final = b" \n,."
_LEAST_UNITS: Final = 3
_LAST_BLOCK: Final = 0x10
_PRINTABLE: Final = range(0x20, 0x7F)


def _looks_little_endian(payload: bytes) -> bool:
    """Tells whether UTF-16 without a mark has its octets swapped.

    The standard's order is the rule; the other must be proved. Most texts of any script hold a space, a comma or a
    full stop, and those decide. A word without them proves it in two ways: most units are a printable ASCII character
    with a zero behind it; or every second octet is the same one below 0x10, the block of an alphabet (Greek 03,
    Cyrillic 04, Arabic 06, Devanagari 09, Thai 0E), while the first ones differ. A zero alone proves nothing:
    U+4E00 is Chinese for one, U+3000 the ideographic space.
    """
    units = list(zip(payload[0::2], payload[1::2], strict=False))
    straight = sum(first == 0 and second in _SEPARATORS for first, second in units)
    swapped = sum(second == 0 and first in _SEPARATORS for first, second in units)
    if straight or swapped:
        return swapped > straight
    if len(units) < _LEAST_UNITS:
        return False
    ascii_units = sum(second == 0 and first in _PRINTABLE for first, second in units)
    return 2 * ascii_units > len(units) or _one_block_second(units)


def _one_block_second(units: list[tuple[int, int]]) -> bool:
    blocks = {second for _, second in units}
    firsts = {first for first, _ in units}
    return len(blocks) == 1 and 0 < min(blocks) < _LAST_BLOCK and len(firsts) > 1 and min(firsts) >= _LAST_BLOCK


def _unknown(payload: bytes) -> Decoded:
    zeros = payload.count(0)
    if len(payload) % 2 == 0 and zeros and 2 * zeros >= len(payload) // 2:
        return _guessed(_utf16(payload).text)
    has_eighth_bit = len(payload.translate(None, _EIGHTH_BIT)) < len(payload)
    text = _strict(payload, "utf-8") if has_eighth_bit else None
    return _guessed(DEFAULT.decode(payload) if text is None else text)
