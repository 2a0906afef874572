"""Owns reading sentences whose words are parted by a sign ("your / parcel / is / held") as what they say.

It must not know what a word is wanted for. Signs part lists too ("red / blue / green"), hosts, paths and dates; what
gives a sentence away are the small words that no list has: articles, pronouns, prepositions. Without some of them,
nothing is undone.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from comity.text.unmask_letters import Found, Seen

_FEWEST_WORDS: Final = 5
_FEWEST_SMALL: Final = 2
# Letters of a code of a language or country, of which there are lists.
_CODE: Final = 2
_FEWEST_SIGNS: Final = _FEWEST_WORDS - 1
# These part words, or stand within them, in plain writing; the others are what a disguise puts between.
_PLAIN: Final = frozenset(f" \n\r\t\u00a0,'\u2019&@$#%_{string.ascii_letters}{string.digits}")
_WORD: Final = r"[^\W_][\w'\u2019]{0,29}"


def read_parted(seen: Seen, found: Found) -> None:
    """Put a space for the sign between words of a sentence; hosts, dates and lists stay."""
    gaps = sorted(gap for stretch in _sentences(seen.text) for gap in stretch)
    if not gaps:
        return
    letters, dropped = list(seen.text), []
    for start, end in gaps:
        letters[start] = " "
        if end - start > 1:
            dropped.append((start + 1, end))
    found += [("spacing", *seen.place(start, end)) for start, end in gaps]
    seen.text = "".join(letters)
    if dropped:
        seen.drop(dropped)


def _sentences(text: str) -> Iterator[list[tuple[int, int]]]:
    """The gaps between the words of each sentence whose words a sign parts."""
    for sign in set(text) - _PLAIN:
        # Counting first: of the signs of most texts none stands often enough.
        if text.count(sign) < _FEWEST_SIGNS or sign.isalnum() or not _may_part(text.split(sign)):
            continue
        for stretch in _parted_by(sign).finditer(text):
            gap = stretch["gap"]
            gaps = [
                one.span()
                for one in re.finditer(re.escape(gap), text[: stretch.end()])
                if one.start() > stretch.start()
            ]
            if _is_sentence(stretch[0].split(gap), gap):
                yield gaps


def _may_part(pieces: list[str]) -> bool:
    """A cheap look before the exact one: enough pieces in a row that are one word each, whatever stands at the ends."""
    row = 0
    for piece in filter(None, pieces[1:-1]):
        row = row + 1 if " " not in piece.strip(" ") else 0
        if row > _FEWEST_SIGNS - 2:
            return True
    return False


@lru_cache(maxsize=256)
def _parted_by(sign: str) -> re.Pattern[str]:
    """Words that one gap parts: the sign, up to three times, with a space on either side or none.

    Not within a host, a path or a date: no sign that belongs to one stands before it or behind it.
    """
    gap = rf"(?P<gap>[ ]?{re.escape(sign)}{{1,3}}[ ]?)"
    return re.compile(rf"(?<![\w./:@\-]){_WORD}{gap}{_WORD}(?:(?P=gap){_WORD}){{3,499}}(?![\w/:@])")


def _is_sentence(words: list[str], gap: str) -> bool:
    """Tells a sentence from a list, a host and a compound ("state-of-the-art")."""
    if words[0].lower() == "www" or gap == "-":
        return False
    if len(words) < _FEWEST_WORDS or 2 * sum(len(word) > _CODE for word in words) < len(words):
        return False
    return sum(word.lower() in _small() for word in words) >= _FEWEST_SMALL


@cache
def _small() -> frozenset[str]:
    written = (files("comity.text") / "data" / "small_words.txt").read_text("utf-8")
    return frozenset(word for word in written.split("\n") if word and not word.startswith("#"))
