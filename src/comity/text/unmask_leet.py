"""Owns digits and signs that stand for letters inside words; must not know what a word is wanted for."""

from __future__ import annotations

import re
from typing import Final

from comity.text.unmask_letters import Found, Seen
from comity.text.unmask_vocabulary import beginning_of, disguised_words, known_words

_LETTERS: Final = str.maketrans("034578@$!|1", "oeastbasiii")
_AS_L: Final = str.maketrans("1!|", "lll")
# Who writes both in one word means an i by one and an l by the other: "0n1!n3".
_AS_BOTH: Final = (str.maketrans("1!|", "lii"), str.maketrans("1!|", "ill"))
_DIGITS: Final = "0123456789"
_MARKS: Final = "!|"
_VOWELS: Final = frozenset("aeiouy")
# Letters, digits, signs that stand for a letter wherever they stand, and marks that do so inside a word only.


def _class(char: str) -> str:
    if char.isalpha():
        return "a"
    if char.isdigit():
        return "1" if char in "0134578" else "2"
    return "@" if char in "@$" else "!" if char in _MARKS else " "


_CLASSES: Final = "".join(map(_class, map(chr, range(128)))).encode() + bytes(128)
_HIT: Final = re.compile(rb"a[1@]|[1@]a|a!!?a")
# "24h", "2nd", "10mins": a number and what it counts.
_QUANTITY: Final = re.compile(r"\d+(?:[a-z]{1,2}|min|mins|hrs?|days?|[kmg]bps|pcs|pts|pax)\Z")
_LONGEST: Final = 40
_LONGEST_ENDING: Final = 2
_SHORTEST_KNOWN: Final = 3


def undo_leet(seen: Seen, found: Found) -> str:
    """Return the small text with leet undone, of the same length, and note the words that were surely disguised."""
    plain = seen.text.lower()
    # The space behind all is where the last word ends.
    classes = plain.encode("ascii", "replace").translate(_CLASSES) + b" "
    if not _HIT.search(classes):
        return plain
    pieces, at, searched = [], 0, 0
    while hit := _HIT.search(classes, searched):
        start = classes.rfind(b" ", 0, hit.start()) + 1
        searched = end = classes.find(b" ", hit.end())
        if end - start > _LONGEST or _is_address(plain, start, end):
            continue
        undone, sure = _undone(plain[start:end], is_code=seen.text[start:end].isupper())
        if undone == plain[start:end]:
            continue
        pieces += [plain[at:start], undone]
        at = end
        if sure:
            found.append(("leet", *seen.place(start, end)))
    return "".join([*pieces, plain[at:]]) if pieces else plain


def _is_address(plain: str, start: int, end: int) -> bool:
    """Tells what stands before and after the sign of an e-mail address."""
    return plain[end : end + 1] in {".", "-", "_"} and "@" in plain[start:end]


def _undone(word: str, *, is_code: bool) -> tuple[str, bool]:
    """Return the word with its signs undone, and whether that is a word people disguise."""
    core = word.rstrip(_MARKS)
    tail = word[len(core) :]
    readings = [core.translate(_LETTERS), core.translate(_AS_L).translate(_LETTERS)]
    if "1" in core and ("!" in core or "|" in core):
        readings += [core.translate(both).translate(_LETTERS) for both in _AS_BOTH]
    for reading in readings:
        if reading != core and reading in disguised_words():
            return reading + tail, True
    if _QUANTITY.match(core):
        return word, False
    bare = core.rstrip(_DIGITS)
    ending = core[len(bare) :]
    may_be_known = len(core) >= _SHORTEST_KNOWN and readings[0].isalpha() and not (ending and bare.isalpha())
    if may_be_known and sum(map(str.isalpha, core)) > 1:
        for reading in readings:
            if reading in known_words() or (not is_code and beginning_of(reading)):
                return reading + tail, False
    if is_code:
        return word, False
    # Digits behind a word number it ("save20"), but for words that would have no vowel ("fr33") or that are written
    # with digits inside as well ("r3spond4").
    if ending and not (len(ending) <= _LONGEST_ENDING and _goes_on(bare, ending)):
        core, tail = bare, ending + tail
    return (_letters_for(core) + tail, False) if _is_word(core) else (word, False)


def _goes_on(bare: str, ending: str) -> bool:
    """Tells whether digits at the end of a word stand for letters of it."""
    if bare.isalpha():
        return _VOWELS.isdisjoint(bare)
    letters = sum(map(str.isalpha, bare))
    return (bare + ending).translate(_LETTERS).isalpha() and letters > len(bare) - letters + len(ending)


def _is_word(core: str) -> bool:
    """Tells a word in which some letters are written as signs from a number with letters, or a code."""
    letters = sum(map(str.isalpha, core))
    digits = sum(map(str.isdigit, core))
    leading = len(core) - len(core.lstrip(_DIGITS))
    return letters > 1 and letters >= digits and leading <= 1 and letters < len(core)


def _letters_for(core: str) -> str:
    """Return the word in letters; a 1 becomes an i or an l, as its neighbours have it."""
    signs = list(core)
    for at, sign in enumerate(core):
        if sign in "1|":
            before, after = core[at - 1 : at] if at else "", core[at + 1 : at + 2].translate(_LETTERS)
            blends = before in _VOWELS or before in {"", "b", "c", "f", "g", "k", "p", "s"}
            signs[at] = "l" if not after or (blends and after in _VOWELS) else "i"
    return "".join(signs).translate(_LETTERS)
