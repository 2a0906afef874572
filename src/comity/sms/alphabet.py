"""Owns the GSM 7-bit alphabets and how a text becomes septets; must not know parts, headers or carriers.

Source: 3GPP TS 23.038, 6.2.1 (default alphabet), 6.2.1.1 (extension table), 6.2.1.2.4 (national language
identifiers), annex A.2 (single shift tables) and A.3 (locking shift tables). The default tables are written
out here because every message needs them; the national ones come from the package `gsmcodecs`.
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from itertools import chain, zip_longest
from typing import Final

import msgspec
from gsmcodecs.charmaps import GSMCHARMAPS

from comity.base.errors import ComityError

ESCAPE: Final = 0x1B

DEFAULT_CHARACTERS: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet, indexed by septet; the escape stands for itself."""

EXTENSION: Final = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""The characters of the default extension table: each costs an escape and this septet."""

LANGUAGES: Final = {
    1: "Turkish",
    2: "Spanish",
    3: "Portuguese",
    4: "Bengali",
    5: "Gujarati",
    6: "Hindi",
    7: "Kannada",
    8: "Malayalam",
    9: "Oriya",
    10: "Punjabi",
    11: "Tamil",
    12: "Telugu",
    13: "Urdu",
}
"""National language identifiers. Every one has a single shift table; all but Spanish have a locking one."""

_SEPTETS: Final = 128
_LATIN1: Final = 256
# Escapes are cut off together with the septet they act on; the last escape of a payload may stand alone.
_PAIR: Final = re.compile(rb"\x1b(.?)", re.DOTALL)


class UnencodableText(ComityError, ValueError):  # noqa: N818  "raises UnencodableText" says it without a suffix
    """A text holds a character that no encoding of a short message can carry.

    Args:
        position: index of the character in the text.
        what: the kind of character. The text itself stays out of the message.
    """

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"The text cannot be sent: {what} at position {position}.", "Remove that character.")
        self.position = position


class UnknownTableError(ComityError, ValueError):
    """A national language identifier names no table of the wanted kind."""


class NationalTables(msgspec.Struct, frozen=True):
    """Which national language tables a text uses, by identifier; 0 is the default table."""

    locking: int = 0
    single_shift: int = 0


NO_TABLES: Final = NationalTables()


class Alphabet:
    """One locking table together with one single shift table.

    Args:
        plain: character of each septet.
        escaped: character of each septet that follows an escape.
    """

    __slots__ = (
        "_basic",
        "_basic_latin1",
        "_codes",
        "_escaped",
        "_extended",
        "_extended_latin1",
        "_latin1",
        "_plain",
        "shapes_letters",
    )

    def __init__(self, plain: dict[int, str], escaped: dict[int, str]) -> None:
        # Some national tables hold a character twice: the later code is sent, as handsets do, and both are read.
        basic = {char: code for code, char in plain.items()}
        # A character in both tables is sent the cheap way.
        extended = {char: code for code, char in escaped.items() if char not in basic}
        self.shapes_letters = any(unicodedata.category(char).startswith("M") for char in (*basic, *extended))
        """Whether the script joins letters and marks, so that invisible joiners matter."""
        self._basic = frozenset(basic)
        self._extended = frozenset(extended)
        self._basic_latin1 = _latin1(basic)
        self._extended_latin1 = _latin1(extended)
        self._codes = _codes(basic, extended)
        self._latin1 = bytes(basic.get(chr(octet), 0) for octet in range(_LATIN1))
        # Octets of eight bits are no septets at all; the usual cause is a peer that sends Latin-1 under the default
        # alphabet, so they are read as that. Reserved positions, and an escape after an escape, show as a space.
        high = "".join(map(chr, range(_SEPTETS, _LATIN1)))
        shown = {ESCAPE: " "} | plain
        self._plain = "".join(shown.get(code, " ") for code in range(_SEPTETS)) + high
        self._escaped = "".join((shown | escaped).get(code, " ") for code in range(_SEPTETS)) + high

    def units(self, text: str) -> int | None:
        """Returns how many septets the text takes, or None when a character is in neither table."""
        try:
            raw = text.encode("latin-1")
        except UnicodeEncodeError:
            return self._units_beyond_latin1(text)
        # Deleting bytes is the quickest test there is: what is left are the characters that cost more.
        rest = raw.translate(None, self._basic_latin1)
        if not rest:
            return len(raw)
        return None if rest.translate(None, self._extended_latin1) else len(raw) + len(rest)

    def _units_beyond_latin1(self, text: str) -> int | None:
        rest = set(text) - self._basic
        if not rest:
            return len(text)
        return len(text) + sum(map(text.count, rest)) if self._extended.issuperset(rest) else None

    def __contains__(self, char: str) -> bool:
        return char in self._basic or char in self._extended

    def encode(self, text: str) -> bytes:
        """Returns the septets, one an octet.

        Raises:
            UnencodableText: a character is in neither table.
        """
        try:
            raw = text.encode("latin-1")
            if not raw.translate(None, self._basic_latin1):
                return raw.translate(self._latin1)
        except UnicodeEncodeError:
            pass  # the general way below reads every character
        try:
            return text.translate(self._codes).encode("ascii")
        except UnicodeEncodeError:
            position = next(index for index, char in enumerate(text) if char not in self)
        raise UnencodableText(position, "a character outside the chosen alphabet")

    def decode(self, septets: bytes) -> str:
        """Returns the text of septets, one an octet; never fails.

        A pair that the single shift table does not define reads as the locking table's character, an escaped or final
        escape as a space (TS 23.038 6.2.1.1).
        """
        if ESCAPE not in septets:
            return self._read(septets, self._plain)
        pieces: list[bytes] = _PAIR.split(septets)
        plain = (self._read(piece, self._plain) for piece in pieces[0::2])
        escaped = (self._read(piece, self._escaped) or " " for piece in pieces[1::2])
        return "".join(chain.from_iterable(zip_longest(plain, escaped, fillvalue="")))

    @staticmethod
    def _read(septets: bytes, table: str) -> str:
        return codecs.charmap_decode(septets, "strict", table)[0]


def _latin1(table: dict[str, int]) -> bytes:
    return bytes(ord(char) for char in table if ord(char) < _LATIN1)


def _codes(basic: dict[str, int], extended: dict[str, int]) -> dict[int, str]:
    # ASCII characters in neither table turn into something that is not ASCII, so that encoding the result refuses them.
    codes = dict.fromkeys(range(_SEPTETS), "\x80")
    codes |= {ord(char): chr(ESCAPE) + chr(code) for char, code in extended.items()}
    codes |= {ord(char): chr(code) for char, code in basic.items()}
    return codes


def _table(language: int, kind: str) -> dict[int, str]:
    tables = GSMCHARMAPS.get(language, {})
    if kind not in tables:
        raise UnknownTableError(f"There is no {kind} table for national language identifier {language}.")
    # The source's tables show the escape as a space: it is a control, and never to be sent for a space.
    return {code: chr(point) for code, point in tables[kind]["decode"].items() if code != ESCAPE}


@functools.cache
def alphabet(tables: NationalTables = NO_TABLES) -> Alphabet:
    """Returns the alphabet of a pair of tables.

    Raises:
        UnknownTableError: an identifier is unknown, or names no table of that kind (Spanish has no locking table).
    """
    plain = {code: char for code, char in enumerate(DEFAULT_CHARACTERS) if code != ESCAPE}
    escaped = {code: char for char, code in EXTENSION.items()}
    if tables.locking:
        plain = _table(tables.locking, "locking")
    if tables.single_shift:
        escaped = _table(tables.single_shift, "singleShift")
    return Alphabet(plain, escaped)


DEFAULT: Final = alphabet()
