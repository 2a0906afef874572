"""Owns what single characters stand for: styled letters, look-alikes, accents, marks; must not know words or texts.

Sources: Unicode Character Database (compatibility decompositions), UTS 39 (confusables, by way of `disarm`).
"""
# ruff: noqa: RUF001  the look-alikes themselves

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import chain
from typing import Final

import disarm

INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default-ignorable characters and blanks that no alphabet needs, as the inside of a character class."""

MARKS: Final = "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Combining marks that go on Latin, Greek and Cyrillic letters, as the inside of a character class."""

OVERRIDES: Final = "\u202d\u202e"
END_OF_OVERRIDE: Final = "\u202c"
RIGHT_TO_LEFT_OVERRIDE: Final = "\u202e"

# One of these on a letter is how some language or phone writes it; others, and more of them, are decoration.
USUAL_MARKS: Final = frozenset(
    "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328\u0331"
)


def as_class(chars: Iterable[str]) -> str:
    """Return the characters as the inside of a character class, in ranges: beyond U+FFFF long lists are slow."""
    codes = sorted(map(ord, chars))
    known = set(codes)
    starts = [code for code in codes if code - 1 not in known]
    ends = [code for code in codes if code + 1 not in known]
    return "".join([f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True)])


def _decomposed(char: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return letters if letters.isascii() and letters.isalnum() and len(letters) == 1 else ""


# Modifier letters, superscripts, letterlike, enclosed, mathematical and full-width letters, legacy computing digits.
_STYLED_RANGES: Final = (
    (0x02B0, 0x02B9),
    (0x02E0, 0x02E5),
    (0x1D2C, 0x1D6B),
    (0x1D78, 0x1D79),
    (0x1D9B, 0x1DC0),
    (0x2070, 0x20A0),
    (0x2102, 0x2116),
    (0x2118, 0x2122),
    (0x2124, 0x2150),
    (0x2460, 0x2500),
    (0x2C7C, 0x2C7E),
    (0xFF10, 0xFF5B),
    (0x1D400, 0x1D800),
    (0x1F12B, 0x1F130),
    (0x1FBF0, 0x1FBFA),
)
_ENCLOSED: Final = {
    **{chr(first + n): chr(ord("A") + n) for first in (0x1F110, 0x1F130, 0x1F150, 0x1F170, 0x1F1E6) for n in range(26)},
    **{chr(0x249C + n): chr(ord("a") + n) for n in range(26)},
    **{chr(0x2474 + n): chr(ord("1") + n) for n in range(9)},
    **{chr(0x2776 + n): chr(ord("1") + n) for n in range(9)},
    **{chr(0x2780 + n): chr(ord("1") + n) for n in range(9)},
    **{chr(0x278A + n): chr(ord("1") + n) for n in range(9)},
    **{chr(0x24F5 + n): chr(ord("1") + n) for n in range(9)},
}
_SMALL_CAPITALS: Final = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
STYLED: Final[dict[str, str]] = (
    {
        chr(code): plain
        for first, end in _STYLED_RANGES
        for code in range(first, end)
        if (plain := _decomposed(chr(code)))
    }
    | _ENCLOSED
    | _SMALL_CAPITALS
)
"""A letter or digit in another dress, to the ASCII one."""
FLAG_LETTERS: Final = frozenset(map(chr, range(0x1F1E6, 0x1F200)))

SPELLED_OUT: Final[dict[str, str]] = {
    **dict.fromkeys("ß", "ss"),
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
    "Þ": "TH",
    "…": "...",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "st",
    "ﬆ": "st",
    "ĳ": "ij",
    "Ĳ": "IJ",
    "ǆ": "dz",
    "ǉ": "lj",
    "ǌ": "nj",
}
"""One character that is written with several ASCII letters; genuine."""


def _accentless(char: str) -> str:
    letters = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    return letters[0] if len(letters) == 1 and letters[0].isascii() else char


# Latin letters with accents; general punctuation and full-width signs that stand for ASCII ones.
_ACCENTED: Final = chain(range(0xA1, 0x250), range(0x1E00, 0x1F00), range(0x2000, 0x200B), range(0xFF01, 0xFF5F))
_BY_HAND: Final[dict[str, str]] = (
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h"}
    | {
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ŀ": "l",
        "ƒ": "f",
        "ɓ": "b",
        "ɗ": "d",
        "ə": "e",
    }
    | {"ɛ": "e", "ɔ": "o", "ƙ": "k", "ƴ": "y", "ȷ": "j", "\u202f": " ", "\u205f": " ", "\u3000": " "}
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | {"\u2024": ".", "\u2044": "/", "\u2215": "/", "\u2236": ":", "\ua789": ":", "\u29f8": "/"}
)


def _capitals_of(table: dict[str, str]) -> dict[str, str]:
    """Return the same for the capitals, so that it does not matter whether a text is made small before or after."""
    return {char.upper(): plain.upper() for char, plain in table.items() if len(char.upper()) == 1}


_READ_AS: Final = {chr(code): plain for code in _ACCENTED if (plain := _accentless(chr(code))) != chr(code)} | _BY_HAND
ACCENTS: Final = str.maketrans(_capitals_of(_READ_AS) | _READ_AS)
"""Genuine letters and signs to the ASCII ones they are read as, one for one."""

# Scripts whose letters can be taken for Latin ones. What is not here (CJK, Arabic, Devanagari...) is never folded.
_LOOK_ALIKE_RANGES: Final = (
    (0x0250, 0x02B0),
    (0x0370, 0x0400),
    (0x0400, 0x0530),
    (0x0531, 0x0590),
    (0x10A0, 0x1100),
    (0x13A0, 0x1400),
    (0x1D00, 0x1D2C),
    (0x2C80, 0x2D00),
    (0xA4D0, 0xA500),
    (0xAB30, 0xABC0),
    (0x0180, 0x0250),
)


def _look_alikes(target: str) -> dict[str, str]:
    found = {}
    for first, end in _LOOK_ALIKE_RANGES:
        for char in map(chr, range(first, end)):
            like = disarm.normalize_confusables(char, target_script=target)
            if char.isalpha() and like != char and len(like) == 1 and (like.isalpha() or like in "0123456789"):
                found[char] = like
    return _capitals_of(found) | found


LATIN_LIKE: Final[dict[str, str]] = {
    char: like for char, like in _look_alikes("latin").items() if like.isascii() and char not in _BY_HAND
}
"""A letter of another script to the ASCII letter or digit it looks like at a glance."""

LIKE_LATIN_EXACTLY: Final = frozenset(
    "асеорхуіјѕԁһӏԛԝАВЕКМНОРСТХУІЈЅԚԜ" + "ονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "օսոհցԱՕՍ" + "ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ"
    "ᎠᎡᎢᎪᎫᎬᎳᎷᎻᏀᏃᏒᏔᏚᏞᏟᏢᏦ"
)
"""Letters that nobody can tell from a Latin one: a whole word of them can imitate a Latin word."""

CYRILLIC_LIKE: Final = dict(zip("aceopxyijsABEKMHOPCTXYIJS", "асеорхуіјѕАВЕКМНОРСТХУІЈЅ", strict=True))
"""The other way round: a Latin letter hidden in a Cyrillic word."""
