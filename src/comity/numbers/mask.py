"""Owns how a number looks in a log; must not know why it is logged."""

from __future__ import annotations

from comity.numbers.digits import plain
from comity.numbers.plan import calling_code

_SHOWN_AT_END = 2
_HIDDEN_AT_LEAST = 4
_NOTHING_SHOWN = "***"


def mask(number: str) -> str:
    """Like `+44********56`: the calling code and the last two digits; `***` for what is short or no number at all.

    The stars count the hidden digits. Never raises, whatever it is given.
    """
    try:
        digits = plain(number).removeprefix("+")
    except ValueError:
        return _NOTHING_SHOWN
    digits = digits.removeprefix("00")
    code = calling_code(digits) or ""
    hidden = len(digits) - len(code) - _SHOWN_AT_END
    if hidden < _HIDDEN_AT_LEAST:
        return _NOTHING_SHOWN
    return f"{'+' if code else ''}{code}{'*' * hidden}{digits[-_SHOWN_AT_END:]}"
