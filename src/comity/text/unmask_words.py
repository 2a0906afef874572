"""Owns undoing what is done to whole words (look-alikes, cuts); must not know what a word is wanted for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.text.unmask_letters import Found, Seen
from comity.text.unmask_signs import CYRILLIC_LIKE, LATIN_LIKE, LIKE_LATIN_EXACTLY
from comity.text.unmask_vocabulary import disguised_words

_WORD: Final = re.compile(r"[^\W_]+")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")
_NOT_LATIN: Final = re.compile(
    "[\u0180-\u02af\u0370-\u058f\u10a0-\u10ff\u13a0-\u13ff\u1d00-\u1d2b\u2c80-\u2cff\ua4d0-\ua4ff\uab30-\uabbf]"
)


_LONGEST_UNIT: Final = 3


def fold_look_alikes(seen: Seen, found: Found) -> None:
    """Fold words that mix alphabets, and words that imitate Latin ones in a text that is otherwise Latin."""
    words = list(_foreign_words(seen.text))
    if not words:
        return
    imitated = _LATIN.search(seen.text) and not any(_is_genuine(word) for _, word in words)
    pieces, at = [], 0
    for start, word in words:
        folded = _unmixed(word) if _LATIN.search(word) else (_imitation(word) if imitated else word)
        if folded != word:
            pieces += [seen.text[at:start], folded]
            at = start + len(word)
            found.append(("homoglyph", *seen.place(start, at)))
    seen.text = "".join([*pieces, seen.text[at:]])


def _foreign_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield where a word stands, and the word, for each that has a letter which can be taken for a Latin one."""
    done = 0
    for letter in _NOT_LATIN.finditer(text):
        start = letter.start()
        if start >= done:
            while start > done and text[start - 1].isalnum():
                start -= 1
            if word := _WORD.match(text, start):
                done = word.end()
                yield start, word[0]


def _is_genuine(word: str) -> bool:
    """Tells a word of another alphabet that has a letter no Latin word has."""
    return not _LATIN.search(word) and any(char.isalpha() and char not in LIKE_LATIN_EXACTLY for char in word)


def _imitation(word: str) -> str:
    return "".join([LATIN_LIKE.get(char, char) for char in word])


def _unmixed(word: str) -> str:
    """Return a word that mixes alphabets in the one it belongs to; unchanged where it belongs to none alone."""
    others = [char for char in word if _NOT_LATIN.match(char) and char.isalpha()]
    if not all(char in LIKE_LATIN_EXACTLY for char in others):
        latin = [char for char in word if char.isascii() and char.isalpha()]
        if len(latin) <= len(others) and all("\u0400" <= char < "\u0530" for char in others):
            if all(char in CYRILLIC_LIKE for char in latin):
                return "".join([CYRILLIC_LIKE.get(char, char) for char in word])
            return word
        if len(word) <= _LONGEST_UNIT or not all(char in LATIN_LIKE for char in others):
            return word  # kiloohm, microseconds
    return "".join([LATIN_LIKE.get(char, char) if _NOT_LATIN.match(char) else char for char in word])


_BETWEEN: Final = ".-_*|~^\\/+=?"
_CUTS: Final = re.compile(r"[.\-_*|~^\\/+=\u00b7\u2022\u2219\u22c5]")
_LONGEST_CUT: Final = 48
# Compounds that many people write with a hyphen.
_HYPHENATED: Final = frozenset(
    """
    cash-back web-site down-load on-line pay-day pay-out pass-word pass-code give-away black-jack sports-book un-lock
    up-date un-subscribe hook-up hook-ups web-cam off-ice mot-de-passe wacht-woord in-vest re-fund wal-mart
    """.split()  # noqa: SIM905  words read and merge better without quotes
)


def join_cut(seen: Seen, found: Found, classes: bytes) -> None:
    """Join words that were cut by a sign, `classes` being those of the text (`unmask_spacing.classes_of`)."""
    if b"a.a" in classes:
        _join_cut_words(seen, classes, found)


def _join_cut_words(seen: Seen, classes: bytes, found: Found) -> None:
    classes = classes.replace(b",", b" ")
    cuts: list[tuple[int, int]] = []
    at = 0
    while (at := classes.find(b"a.a", at)) >= 0:
        start = classes.rfind(b" ", 0, at) + 1
        end = at = _end_of_run(classes, at)
        if end - start <= _LONGEST_CUT and (place := _cut_word(seen.text, start, end)):
            cuts += [(place[0] + cut.start(), place[0] + cut.end()) for cut in _CUTS.finditer(seen.text[slice(*place)])]
            found.append(("split", *seen.place(*place)))
    if cuts:
        seen.drop(cuts)


def _end_of_run(classes: bytes, at: int) -> int:
    end = classes.find(b" ", at)
    return len(classes) if end < 0 else end


def _cut_word(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where a word stands that was cut apart in a stretch without spaces; None where there is none."""
    written = text[start:end].lower()
    bare = written.strip(_BETWEEN)
    if _CUTS.sub("", bare) not in disguised_words() or bare in _HYPHENATED or not _CUTS.search(bare):
        return None
    start += written.index(bare)
    return start, start + len(bare)
