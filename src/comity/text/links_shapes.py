"""Owns how people write the dots, slashes and ends of an address; must not know texts.

Every repetition is bounded, so that no text can make a search quadratic.
"""

from __future__ import annotations

import re
from typing import Final

from comity.text.links_endings import DOT_WORDS

LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOT_WORDS: Final = "|".join(DOT_WORDS)
_OPEN, _CLOSE = r"[\[({<]", r"[\])}>]"
APART: Final = (
    rf"(?:\s{{0,2}}{_OPEN}\s?(?:[.,\u3002\uff61]|{_DOT_WORDS})\s?{_CLOSE}\s{{0,2}}"
    rf"|\s{{1,2}}(?:{_DOT_WORDS})\s{{1,2}}|\s{{0,2}}\\?[.\u3002\uff61]\s{{0,2}}|,)"
)
"""A dot between two labels, in any of its disguises."""

NAME_APART: Final = rf"{LABEL}(?:{APART}{LABEL}){{1,8}}"
"""A host name whose dots may be disguised."""

DOT: Final = re.compile(APART, re.IGNORECASE)
"""One dot, disguised or not."""
_TRAILING: Final = ".,;:!?'\"\u2026\u3002\uff0c\uff01\uff1f\u3001*_"
_PAIRS: Final = {")": "(", "]": "[", "}": "{", ">": "<"}
_OPENERS: Final = re.compile(_OPEN)


def plain_dots(name: str) -> tuple[str, frozenset[str]]:
    """Return a name found by `NAME_APART` with plain dots, and how they had been disguised."""
    disguises: set[str] = set()

    def dot(found: re.Match[str]) -> str:
        if found[0] != ".":
            disguises.add(_kind(found[0]))
        return "."

    return DOT.sub(dot, name), frozenset(disguises)


def _kind(dot: str) -> str:
    if _OPENERS.search(dot):
        return "brackets"
    bare = dot.strip()
    if bare.isalpha():
        return "dot-word"
    if bare == ",":
        return "comma"
    if bare == "\\.":
        return "backslash"
    return "dot-sign" if bare != "." else "spaced"


def tidy_end(text: str, start: int, end: int) -> int:
    """Return where an address ends, without the punctuation of the sentence around it."""
    while end > start:
        last = text[end - 1]
        opener = _PAIRS.get(last)
        unpaired = opener is not None and text.count(opener, start, end) < text.count(last, start, end)
        if last not in _TRAILING and not unpaired:
            break
        end -= 1
    return end
