"""Owns which words of a text may excuse which: only those of the same clause; must not know what a word means.

"Your code is 449201." in front of an offer says nothing of the offer. A clause that only speaks against a case is
left out, so that nobody frees a text by putting harmless words before or behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from typing import Final

from comity.content.cues import Mark, Searched
from comity.content.cues_shapes import Places

# A dot or a colon inside a word or a number ends nothing; a link does. Dashes and bars do between spaces.
_HARD: Final = r"[!?;\n…。！？；؟।]|\.(?=\s|$)|\bhttps?://\S{1,200}\s|\s[-\u2013\u2014|>/*\u2022]{1,3}\s"  # noqa: RUF001  other scripts' own
SENTENCE_ENDS: Final = re.compile(_HARD)
"""Where a sentence ends."""
CLAUSE_ENDS: Final = re.compile(rf"{_HARD}|:(?=\s{{1,3}}\D|$)")
"""Where one thought ends: a label such as "Your order 4711:" excuses nothing that follows."""
_LONGEST_CODE: Final = 100


def readings_of(
    text: Searched, core: Collection[int], against: Collection[str], ends: re.Pattern[str] = CLAUSE_ENDS
) -> Iterable[tuple[Mark, ...]]:
    """Return the words found, and once more without the clauses that only speak against, where there are any.

    Args:
        text: the text searched.
        core: where that which makes the case begins, in offsets of the text searched.
        against: lists of words that speak against it and count for their own clause alone.
        ends: what ends a clause.
    """
    if not any(mark.cue in against for mark in text.marks):
        return (text.marks,)
    places = text.clause_ends(ends)
    with_core = {bisect_right(places, place) for place in core}
    aside = {bisect_right(places, mark.start) for mark in text.marks if mark.cue in against} - with_core
    if not with_core or not aside:
        return (text.marks,)
    return (text.marks, tuple(mark for mark in text.marks if bisect_right(places, mark.start) not in aside))


def without_false_excuses(places: Places, length: int, personal: bool) -> Places:
    """Return what was found without excuses that are none.

    Args:
        places: what was found, by list of words or shape.
        length: of the text; a text with a code that is long or has a link is more than a code.
        personal: whether one person may be writing to another; otherwise a chat's words excuse nothing.
    """
    false = set() if personal else {"personal"}
    if "link" in places or length > _LONGEST_CODE:
        false.add("code")
    return {name: place for name, place in places.items() if name not in false}
