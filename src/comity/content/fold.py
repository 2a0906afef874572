"""Folding a text for cue matching: lower case, no accents, plain forms of styled letters.

It must not know what is looked for in the folded text.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import Final

# Latin letters with accents, full-width forms and mathematical alphabets: what a phone can type or a disguise uses.
_FOLDED_RANGES: Final = chain(
    range(0xA1, 0x250), range(0x1E00, 0x1F00), range(0xFF01, 0xFF5F), range(0x1D400, 0x1D800), range(0x2000, 0x200B)
)
# Letters Unicode does not decompose to one ASCII letter, and the typographic signs that stand for ASCII ones.
_BY_HAND: Final = {
    "\u0131": "i",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ß": "s",
    "æ": "a",
    "œ": "o",
    "\u202f": " ",
} | dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'")
_DROPPED: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


def _plain(char: str) -> str:
    letters = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    return letters[0] if len(letters) == 1 else char


_TABLE: Final = str.maketrans({chr(code): _plain(chr(code)) for code in _FOLDED_RANGES} | _BY_HAND)


class Folded:
    """A folded text that still knows where each character came from.

    Attributes:
        text: the folded text; as long as the original unless invisible characters were dropped.
    """

    __slots__ = ("_offsets", "text")

    def __init__(self, original: str) -> None:
        self._offsets: list[int] | None = None
        if not original.isascii():
            if _DROPPED.search(original):
                kept = [(i, c) for i, c in enumerate(original) if not _DROPPED.match(c)]
                self._offsets = [i for i, _ in kept]
                original = "".join(c for _, c in kept)
            # Translating only the stretches that need it is four times quicker on the usual mostly-ASCII text.
            original = _NOT_ASCII.sub(lambda stretch: stretch[0].translate(_TABLE), original)
        # After the table, lower() no longer changes a length: the one letter it lengthens (U+0130) is gone.
        self.text = original.lower()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of the non-empty folded stretch `start:end`."""
        if self._offsets is None:
            return start, end
        return self._offsets[start], self._offsets[end - 1] + 1
