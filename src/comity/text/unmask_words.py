"""Owns undoing what is done to whole words (look-alike letters, spaces, cuts); must not know what a word is wanted for."""

from __future__ import annotations

import re
from typing import Final

from comity.text.unmask_letters import Found, Seen
from comity.text.unmask_signs import CYRILLIC_LIKE, LATIN_LIKE, LIKE_LATIN_EXACTLY
from comity.text.unmask_vocabulary import disguised_words

_WORD: Final = re.compile(r"[^\W_]{1,64}")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")
_NOT_LATIN: Final = re.compile(
    "[\u0180-\u02af\u0370-\u058f\u10a0-\u10ff\u13a0-\u13ff\u1d00-\u1d2b\u2c80-\u2cff\ua4d0-\ua4ff\uab30-\uabbf]"
)


def fold_look_alikes(seen: Seen, found: Found) -> None:
    """Fold words that mix alphabets, and words that imitate Latin ones in a text that is otherwise Latin."""
    words = [(word.start(), word[0]) for word in _WORD.finditer(seen.text) if _NOT_LATIN.search(word[0])]
    latin = bool(re.search("[a-z]", seen.text, re.IGNORECASE))
    imitated = latin and not any(_is_genuine(word) for _, word in words)
    pieces, at = [], 0
    for start, word in words:
        folded = _unmixed(word) if _LATIN.search(word) else (_imitation(word) if imitated else word)
        if folded != word:
            pieces += [seen.text[at:start], folded]
            at = start + len(word)
            found.append(("homoglyph", *seen.place(start, at)))
    seen.text = "".join([*pieces, seen.text[at:]])


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
        if not all(char in LATIN_LIKE for char in others):
            return word
    return "".join([LATIN_LIKE.get(char, char) if _NOT_LATIN.match(char) else char for char in word])


# Four single letters, or signs that stand for letters, each as far from the next: "f r e e", "f.r.e.e", "f  r  e  e".
_SPACED: Final = re.compile(
    r"(?<![^\W_])(?<![^\s\w]\B)[a-z0-9@$](?P<gap>[ \t]{1,2}|[.\-_*|/~,\u00b7\u2022+:;=^])[a-z0-9@$]"
    r"(?:(?P=gap)[a-z0-9@$]){2,40}(?![^\W_])",
    re.IGNORECASE,
)
_SPACED_ADDRESS: Final = re.compile(r"(?<!\S)[!-~](?: [!-~]){5,60}(?!\S)")
_CUT: Final = re.compile(
    r"(?<![^\W_])[a-z0-9@$]{1,20}(?:[.\-_*|~^\u00b7\u2022'\\/+:;,=!][a-z0-9@$]{1,20}){1,5}(?![^\W_])", re.IGNORECASE
)
_SUSPECT: Final = re.compile(
    r"[a-z0-9@$][.\-_*|~^\u00b7\u2022'\\/+:;,=!][a-z0-9@$]|(?<![^\W_])[a-z@$]\s{1,2}[a-z0-9@$.]\s", re.IGNORECASE
)


def mend_words(seen: Seen, found: Found) -> None:
    """Join words that were spaced out or cut."""
    if not _SUSPECT.search(seen.text):
        return
    gaps: list[tuple[int, int]] = []
    for spaced in _SPACED.finditer(seen.text):
        if _is_word_spaced_out(spaced[0], spaced["gap"]):
            step = 1 + len(spaced["gap"])
            gaps += [(at + 1, at + step) for at in range(spaced.start(), spaced.end() - 1, step)]
            found.append(("spacing", *seen.place(*spaced.span())))
    if gaps:
        seen.drop(gaps)
    cuts: list[tuple[int, int]] = []
    for cut in _CUT.finditer(seen.text):
        letters = re.sub(r"[^a-zA-Z0-9@$]", "", cut[0])
        if letters.lower() in disguised_words():
            cuts += [
                (cut.start() + n, cut.start() + n + 1)
                for n, char in enumerate(cut[0])
                if not (char.isalnum() or char in "@$")
            ]
            found.append(("split", *seen.place(*cut.span())))
    if cuts:
        seen.drop(cuts)


def _is_word_spaced_out(spaced: str, gap: str) -> bool:
    letters = spaced.replace(gap, "")
    if sum(map(str.isalpha, letters)) * 2 <= len(letters):
        return False
    small = letters.lower()
    if small in disguised_words():
        return True
    if ord(small[-1]) - ord(small[0]) == len(small) - 1:
        return False
    return len(letters) > 4
