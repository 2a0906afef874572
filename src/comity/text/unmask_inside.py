"""Owns pictures and asterisks put inside a word ("gi🔥rls", "g*rls"); must not know what a word is wanted for.

A picture or an asterisk between two letters is dropped where the letters then make a known word that they did not make
before; else an asterisk stands for one letter, where that makes a known word and no other. Words that people star for
decency stay as they wrote them.
"""
# ruff: noqa: RUF001  words of two alphabets

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import Final

from comity.text.unmask_letters import Found, Seen
from comity.text.unmask_vocabulary import beginning_of, disguised_words, known_words

# Arrows, shapes, dingbats and emoji; letters of flags are none. A joiner and a tone of skin are of their picture.
_PICTURE: Final = (
    "[\u00a4\u00a7\u00b0\u00b6\u2020\u2021\u203b\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001faff\u200d]"
)
_PICTURES: Final = re.compile(f"{_PICTURE}{{1,12}}")
_STAR: Final = "*"
_LETTER: Final = r"[^\W\d_]"
_SIGNS: Final = rf"(?:\*|{_PICTURE}{{1,12}})"
_CUT: Final = re.compile(_SIGNS)
# Not of an address, a path, a name of a file or a sum.
_SIGNED_WORD: Final = re.compile(
    rf"(?<![\w@/\\*.=&]){_LETTER}{{1,24}}(?:{_SIGNS}{_LETTER}{{1,24}}){{1,24}}(?![\w*@/\\=&(]|\.\w)"
)
_SHORTEST: Final = 4
_LONGEST: Final = 24
_FEWEST_SEEN: Final = 3
_LONGEST_PIECE: Final = 3
_MOST_STARS: Final = 2
_ALPHABETS: Final = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ")
_VOWELS: Final = ("aeiou", "аеиоуыэюяіїє")
# Written with a star by whoever wants to be polite: "sh*t", "f*cking", "d*mn".
_STARRED_FOR_DECENCY: Final = re.compile(
    "(?:bull|mother|dumb|jack)?(?:shit|fuck|damn|crap|piss|arse|asshole|bitch|bastard|dick|cock|cunt|twat|slut|whore|"
    "pussy|bloody|bugger|wank|kut|kanker|klote|lul|scheiss|arsch|fick|merde|putain|connard|salope|mierda|joder|puta|"
    "cazzo|merda|porra|caralho|siktir|amk|kurw|anjing)"
    r"(?:s|es|ed|er|ers|ing|in|y|ies|t|e|n|en|head|hole|face|wit|up|off|ty|tier|ting|ted)?\Z"
    r"|(?:хуй|хуе|бля|сука|пизд|еба)"
)


def undo_inside(seen: Seen, found: Found) -> bool:
    """Undo pictures and asterisks inside words, note the words, and tell whether there were any."""
    text = seen.text
    if _STAR not in text and (text.isascii() or not _PICTURES.search(text)):
        return False
    gaps: list[tuple[int, int]] = []
    pieces, at = [], 0
    for word in _SIGNED_WORD.finditer(text):
        start, end = word.span()
        if whole := _dropped(word[0]):
            gaps += [(start + cut.start(), start + cut.end()) for cut in _CUT.finditer(word[0])]
        elif whole := _starred(word[0].lower()):
            stars = zip(word[0], whole, strict=True)
            pieces += [text[at:start], "".join([full if sign == _STAR else sign for sign, full in stars])]
            at = end
        else:
            continue
        found.append(("split", *seen.place(start, end)))
    if not pieces and not gaps:
        return False
    seen.text = "".join([*pieces, text[at:]])
    if gaps:
        seen.drop(gaps)
    return True


def _dropped(written: str) -> str | None:
    """Return the word that is left without its signs; None where it is none, or where they stand between words."""
    parts = _CUT.split(written)
    whole = "".join(parts)
    small = whole.lower()
    if not _SHORTEST <= len(small) <= _LONGEST or len(small) != len(whole) or not _is_one_case(parts):
        return None
    if not _is_known(small, len(small) - len(parts[-1])):
        return None
    if small in disguised_words() and min(map(len, parts)) <= _LONGEST_PIECE:
        return small
    longer = [part.lower() for part in parts if len(part) > 1]
    return None if longer and all(part in known_words() for part in longer) else small


def _is_one_case(parts: list[str]) -> bool:
    """Tells the parts of one word from words of their own, which begin with a capital ("Anna❤Maria")."""
    return all(part.islower() for part in parts[1:]) or all(part.isupper() for part in parts)


@lru_cache(maxsize=1024)
def _starred(small: str) -> str | None:
    """Return the one known word that a small word is, each asterisk being a letter; None where there is none or two."""
    stars = small.count(_STAR)
    letters = len(small) - stars
    if stars > _MOST_STARS or letters < _FEWEST_SEEN or len(small) > _LONGEST or not small.replace(_STAR, "").isalpha():
        return None
    script = 0 if small.isascii() else 1
    parts = small.split(_STAR)
    last = small.rindex(_STAR) + 1
    for alphabet in (_VOWELS[script], _ALPHABETS[script]) if stars == 1 else (_VOWELS[script],):
        filled = ["".join(_woven(parts, missing)) for missing in product(alphabet, repeat=stars)]
        if any(map(_is_for_decency, filled)):
            return None
        for known in (
            [word for word in filled if word in disguised_words()],
            [w for w in filled if _is_known(w, last)],
        ):
            if known:
                return known[0] if len(known) == 1 else None
    return None


def _woven(parts: list[str], missing: tuple[str, ...]) -> list[str]:
    return [piece for pair in zip(parts, [*missing, ""], strict=True) for piece in pair]


def _is_known(small: str, seen_to: int) -> bool:
    """Tells a known word, or one whose known beginning goes on behind a place in it."""
    return small in known_words() or beginning_of(small, seen_to) > 0


def _is_for_decency(small: str) -> bool:
    return _STARRED_FOR_DECENCY.match(small) is not None
