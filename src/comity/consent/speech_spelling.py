"""Owns what a misspelt word of a withdrawal was meant to be; must not know a form, a reply or who wrote it.

Only words that ask, end and remove are looked for, as only they decide; and never for a word of its own in a language
that is read here (`data/speech/real.txt`): `massage` is no `message`, `brother` no `bother`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

_FEWEST_LETTERS: Final = 4
"""Of so few letters two that are swapped are forgiven and no more: `stop` has too many neighbours, as `shop`."""
_SHORT: Final = 6
"""Up to so many letters a slip is forgiven in the letters, not in their sounds."""
_LONG: Final = 9
"""From so many letters on two slips are forgiven: `unsuscribbe`, `desabonemant`."""
_MOST_LETTERS: Final = 24
_MOST_MEANT: Final = 8
_ENDING: Final = 2
"""So many letters at the end tell forms of a verb apart."""
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"([a-z])\1+", r"\1"),
        ("ph", "f"),
        ("ck|q(?:u(?=[ei]))?|k", "c"),
        ("(?<![cs])h", ""),
        ("w|b", "v"),
        ("y", "i"),
        ("z", "s"),
    )
)
"""What sounds alike and is mixed up: doubled letters, k and qu, a silent h, b and v, z and s, i and y."""


class Spelling(msgspec.Struct, frozen=True):
    """The words that are looked for.

    Attributes:
        long: those of nine letters and more.
        sounded: by how they sound, the words.
        shortened: by what remains of the sounds, whole or without one letter, the words.
    """

    long: tuple[str, ...]
    sounded: dict[str, tuple[str, ...]]
    shortened: dict[str, tuple[str, ...]]


def sounds(word: str) -> str:
    """A word with what sounds alike spelt alike."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


def spelling(words: Iterable[str]) -> Spelling:
    """An index of the words that a misspelt one may be meant for."""
    kept = sorted(word for word in set(words) if word.isalpha() and _FEWEST_LETTERS <= len(word) <= _MOST_LETTERS)
    sounded: dict[str, tuple[str, ...]] = {}
    shortened: dict[str, tuple[str, ...]] = {}
    for word in kept:
        sound = sounds(word)
        if len(word) > _FEWEST_LETTERS:
            sounded[sound] = (*sounded.get(sound, ()), word)
        for less in dict.fromkeys((sound, *_without_one(sound))):
            shortened[less] = (*shortened.get(less, ()), word)
    return Spelling(tuple(word for word in kept if len(word) >= _LONG), sounded, shortened)


def _without_one(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def meant(word: str, known: Spelling) -> tuple[str, ...]:
    """The words that a misspelt one may have been meant for, the likeliest first; none where it is a word of its own.

    Of four letters two may be swapped; from five on one may be too many, too few, another, or swapped with the next;
    from nine on two. Doubled letters and letters that sound alike count for nothing.
    """
    if not (_FEWEST_LETTERS <= len(word) <= _MOST_LETTERS and word.isalpha()) or word in real_words():
        return ()
    sound = sounds(word)
    same = known.sounded.get(sound, ()) if len(word) > _FEWEST_LETTERS else ()
    near = {each for less in (sound, *_without_one(sound)) for each in known.shortened.get(less, ())}
    slips = sorted((OSA.distance(word, each), each) for each in near.difference(same) if _is_slip(word, sound, each))
    found = (*same, *(each for _, each in slips))
    if not found and len(word) >= _LONG - 1:
        far = process.extract(word, known.long, scorer=OSA.distance, score_cutoff=2, limit=_MOST_MEANT)
        found = tuple(each[0] for each in far)
    return found


def _is_slip(word: str, sound: str, meant_for: str) -> bool:
    if min(len(word), len(meant_for)) <= _FEWEST_LETTERS:
        return sorted(word) == sorted(meant_for) and OSA.distance(word, meant_for) == 1
    if len(word) < _LONG and _is_another_form(word, meant_for):
        return False
    return int(OSA.distance(sound, sounds(meant_for)) if len(word) > _SHORT else OSA.distance(word, meant_for)) <= 1


def _is_another_form(word: str, meant_for: str) -> bool:
    """Whether the ends differ as forms of one verb do: who writes `escribes` says that they do, `escribas` that not."""
    ended = min(len(word), len(meant_for)) - (len(word) == len(meant_for)) * _ENDING
    return word[:ended] == meant_for[:ended] and sorted(word) != sorted(meant_for)


@cache
def real_words() -> frozenset[str]:
    """Words of their own that are a slip away from one that is looked for."""
    written = (files("comity.consent") / "data" / "speech" / "real.txt").read_text("utf-8")
    return frozenset(word for line in written.splitlines() if not line.startswith("#") for word in line.split())
