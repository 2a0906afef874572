"""Owns digits and signs that stand for letters inside words; must not know what a word is wanted for."""

from __future__ import annotations

import re
from typing import Final

from comity.text.unmask_letters import Found, Seen
from comity.text.unmask_vocabulary import disguised_words

_SIGNS: Final = "0134578@$!|\u20ac"
_SUSPECT: Final = re.compile(rf"[a-z][{_SIGNS}]|[{_SIGNS}][a-z]", re.IGNORECASE)
_TOKEN: Final = re.compile(r"(?<![a-z0-9@$!|\u20ac])[a-z0-9@$!|\u20ac]{3,40}(?![a-z0-9@$!|\u20ac])", re.IGNORECASE)
_LETTERS: Final = str.maketrans("034578@$!|\u20ac1", "oeastbasilei")
_L_FOR_ONE: Final = str.maketrans("1!|", "lll")
_VOWELS: Final = frozenset("aeiouy")
_QUANTITY: Final = re.compile(r"\d+(?:st|nd|rd|th|[a-z]{1,2}|min|hrs?|days?|[kmg]bps|pcs|pts)\Z", re.IGNORECASE)


def undo_leet(seen: Seen, found: Found) -> str:
    """Return the small text with leet undone, of the same length, and note the words that were surely disguised."""
    plain = seen.text.lower()
    if not _SUSPECT.search(plain):
        return plain
    pieces, at = [], 0
    for token in _TOKEN.finditer(plain):
        word = token[0]
        if word.isalpha() or word.isdigit():
            continue
        undone, sure = _undone(word, seen.text[token.start() : token.end()])
        if undone == word or (plain[token.end() : token.end() + 1] == "." and "@" in word):
            continue
        pieces += [plain[at : token.start()], undone]
        at = token.end()
        if sure:
            found.append(("leet", *seen.place(*token.span())))
    return "".join([*pieces, plain[at:]]) if pieces else plain


def _undone(word: str, cased: str) -> tuple[str, bool]:
    """Return the word with its signs undone, and whether that is a word people disguise."""
    core = word.rstrip("!|")
    tail = word[len(core) :]
    first = core.translate(_LETTERS)
    for reading in (first, core.translate(_L_FOR_ONE).translate(_LETTERS)):
        if reading in disguised_words():
            return reading + tail, True
    letters = sum(map(str.isalpha, core))
    if letters < 2 or cased.isupper() or _QUANTITY.match(core):
        return word, False
    bare = core.rstrip("0123456789")
    ending = len(core) - len(bare)
    if ending and not (ending <= 2 and _VOWELS.isdisjoint(bare) and bare.isalpha()):
        core, tail = bare, core[len(bare) :] + tail
    lead = len(core) - len(core.lstrip("0123456789"))
    if lead > 1 or letters <= sum(map(str.isdigit, core)) - 1 or core.isalpha():
        return word, False
    return _with_ones(core).translate(_LETTERS) + tail, False


def _with_ones(core: str) -> str:
    """Return the word with each 1 made an i or an l, as its neighbours have it."""
    signs = list(core)
    for at, sign in enumerate(core):
        if sign in "1|":
            before, after = core[at - 1 : at], core[at + 1 : at + 2]
            vowel_next = after.translate(_LETTERS) in _VOWELS if after else False
            blend = before in "bcfgkps" if before else True
            signs[at] = "l" if (vowel_next and (blend or before in _VOWELS)) or not after else "i"
    return "".join(signs)
