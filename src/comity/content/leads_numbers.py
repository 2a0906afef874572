"""Owns which telephone numbers of a text say something by themselves; must not know who is called, or why.

Numbers are judged by their shape and first three digits, which is all that a template keeps of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.content.cues import tables
from comity.content.leads_weights import Part
from comity.content.reading import Reading

_RUN: Final = re.compile(r"(?<![\w.,/=-])\+?\d{9,15}(?![\w/=]|[.,]\d)")
# By how such a number begins, with the lengths that it has: what it is.
_BEGINNINGS: Final[dict[str, tuple[str, frozenset[int]]]] = {
    "090": ("premium", frozenset({10, 11})),  # Great Britain, the Netherlands, Belgium, Germany, Switzerland
    "190": ("premium", frozenset({11})),  # North America: 1-900
}
_MOBILE: Final[dict[str, frozenset[int]]] = {
    **{f"07{digit}": frozenset({11}) for digit in "345789"},
    **{f"44{digit}": frozenset({12}) for digit in "7"},
    **{f"06{digit}": frozenset({10}) for digit in "1234568"},
    **{f"01{digit}": frozenset({11, 12}) for digit in "567"},
    **{beginning: frozenset({11}) for beginning in ("316", "324", "336", "337", "346", "347")},
    **{beginning: frozenset({12, 13}) for beginning in ("491", "393", "639", "628", "919", "918", "917")},
}


def numbers_in(reading: Reading) -> Iterator[tuple[Part, tuple[int, int]]]:
    """Numbers that say something, with where they stand in the text as written."""
    plain = reading.unmasked.plain
    for found in _RUN.finditer(plain):
        kind = _kind(found[0].lstrip("+"))
        if kind:
            weighed = tables("leads")["numbers"][kind]
            yield Part(kind, weighed["odds"], weighed["title"]), reading.unmasked.span(*found.span())


def _kind(digits: str) -> str:
    first = digits[:3]
    kind, lengths = _BEGINNINGS.get(first, ("", frozenset[int]()))
    if len(digits) in lengths:
        return kind
    return "mobile" if len(digits) in _MOBILE.get(first, ()) else ""
