"""Owns how a written number becomes digits; must not know numbering plans."""

from __future__ import annotations

import unicodedata

_PLUS = "+"
_DROPPED = (
    " \u00a0\u2002\u2003\u2007\u2009\u202f\u3000"  # spaces, no-break and narrow ones
    "-\u2010\u2011\u2012\u2013\u2014\u2212\u30fc\uff0d"  # hyphens, dashes, minus
    "./\u00b7\uff0e()[]\uff08\uff09"
    "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad"
)
"""What people and address books write between digits; the last line is invisible: directions, joiners, soft hyphen."""
_TABLE = str.maketrans({**dict.fromkeys(_DROPPED, ""), "\uff0b": _PLUS})


def plain(raw: str) -> str:
    """The digits of a written number in ASCII, with a leading `+` if it was written so.

    Decimal digits of any script are taken at their value (Unicode gives each exactly one): they are what Arabic,
    Persian, Hindi or full-width keyboards type. Superscripts, circled digits and fractions are no decimal digits.

    Raises:
        ValueError: there is something else in it, or nothing.
    """
    if raw.isascii() and (raw.isdigit() or (raw[:1] == _PLUS and raw[1:].isdigit())):
        return raw
    kept = raw.strip().translate(_TABLE)
    digits = kept[1:] if kept.startswith(_PLUS) else kept
    if not digits.isdecimal():
        raise ValueError("not a telephone number")
    if not digits.isascii():
        digits = "".join(str(unicodedata.decimal(digit)) for digit in digits)
    return _PLUS + digits if kept.startswith(_PLUS) else digits
