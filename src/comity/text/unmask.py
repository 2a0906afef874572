"""Owns reading a text as people see it, with what was done to disguise it; must not know what anybody looks for in it.

What is undone, what is not, and figures: docs/explanation/disguise.md.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comity.text.unmask_inside import undo_inside
from comity.text.unmask_leet import undo_leet
from comity.text.unmask_letters import ODD, Seen, see_through
from comity.text.unmask_parted import read_parted
from comity.text.unmask_signs import ACCENTS
from comity.text.unmask_spacing import classes_of, join_spaced
from comity.text.unmask_words import fold_look_alikes, join_cut

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


class Disguise(msgspec.Struct, frozen=True):
    """One thing done to a text that hides what it says.

    Attributes:
        kind: "invisible", "homoglyph", "styled", "marks", "spacing", "leet", "bidi" or "split".
        span: where, in offsets of the original.
    """

    kind: str
    span: tuple[int, int]


class Unmasked:
    """A text as a reader sees it, that still knows where each character came from.

    Attributes:
        original: the text as written.
        cased: `plain` before its letters were made small.
        plain: small letters, accents folded, styled letters and look-alikes made plain, invisible characters dropped,
            words spaced or cut apart joined. Punctuation and digits stay.
        leet: as long as `plain`, with digits and signs that stand for letters undone; the same object where none do.
        disguises: what was undone, in the order of the text.
    """

    __slots__ = ("_ends", "_starts", "cased", "disguises", "leet", "original", "plain")

    def __init__(self, original: str, seen: Seen, leet: str, disguises: tuple[Disguise, ...]) -> None:
        self.original = original
        self.cased = seen.text
        self.plain = seen.text.lower()
        self.leet = leet if leet != self.plain else self.plain
        self.disguises = disguises
        self._starts = seen.starts
        self._ends = seen.ends

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original that became `start:end` of `plain`, `cased` or `leet`.

        An empty stretch becomes an empty one. Where an override turned the order round, it is the shortest stretch that
        holds all of it.
        """
        if self._starts is None or self._ends is None:
            return start, end
        if start >= end:
            at = self._starts[start] if start < len(self._starts) else len(self.original)
            return at, at
        return min(self._starts[start:end]), max(self._ends[start:end])


def unmask(text: str) -> Unmasked:
    """Read a text as people see it.

    Never fails; unmasking `plain` again changes nothing. Linear in the length of the text.
    """
    seen = Seen(text, None, None)
    found: list[tuple[str, int, int]] = []
    if not text.isascii():
        if ODD.search(text):
            seen = see_through(text, found)
        if not seen.text.isascii():
            # Translating only the stretches that need it is four times quicker on the usual mostly-ASCII text.
            seen.text = _NOT_ASCII.sub(lambda stretch: stretch[0].translate(ACCENTS), seen.text)
            fold_look_alikes(seen, found)
    read_parted(seen, found)
    classes = join_spaced(seen, found, classes_of(seen.text))
    while undo_inside(seen, found):
        classes = join_spaced(seen, found, classes_of(seen.text))
    join_cut(seen, found, classes)
    leet = undo_leet(seen, found)
    disguises = tuple(Disguise(kind, (start, end)) for kind, start, end in sorted(found, key=lambda f: f[1:]))
    return Unmasked(text, seen, leet, disguises)
