"""Owns reading a word as it is written in a hurry as the words it stands for; must not know forms or what is asked.

Umlauts typed apart, a pronoun stuck to its verb, an apostrophe or a blank left out, and slips of the fingers.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from comity.consent.speech_grammar import LANGUAGES, Language, language, spoken_in
from comity.consent.speech_spelling import Spelling, meant, real_words, spelling

_CLITICS: Final = {
    "es": dict.fromkeys(("melos", "melas", "melo", "mela", "me"), "me")
    | {"nos": "nos", "los": "los", "las": "las"}
    | {"lo": "lo", "la": "la"},
    "it": dict.fromkeys(("teme", "temi", "mene", "mele", "melo", "mi"), "mi")
    | {"ci": "ci", "ne": "ne"}
    | {"lo": "lo", "la": "la", "li": "li", "le": "le"},
    "pt": {"me": "me", "nos": "nos"},
}
"""By language, pronouns at the end of a verb and how they are read: `borrarme`, `mandatemi`."""
_ELIDED: Final = ("qu", "j", "m", "d", "n", "l", "s", "t", "c")
"""French words that stand before a vowel, written without their apostrophe: `menvoyer`, `darreter`."""
_SHORT_RESTS: Final = frozenset({"en", "ai"})
_VOWELS: Final = frozenset("aeiouyh")
_KNOWN: Final = 2
_FEWEST_LEFT: Final = 4
_FEWEST_IN_PART: Final = 2
_MOST_JOINED: Final = 20


def in_languages(words: list[str]) -> list[tuple[Language, list[str]]]:
    """The grammars of the languages that know most of these words, each with the words as it reads them.

    `stop` and `me` are of several languages and mean different things. A word that one knows as it stands counts twice
    as much as one that is misspelt. What one language knows is misspelt in no other.
    """
    known = spoken_in()
    unknown = {word: _meant(word) for word in set(words) if word not in known and word.isalpha()}
    counts = dict.fromkeys(LANGUAGES, 0)
    read: dict[str, dict[str, tuple[str, ...]]] = {code: {} for code in LANGUAGES}
    for word in words:
        for code in known.get(word, ()):
            counts[code] += _KNOWN
    for word, candidates in unknown.items():
        for code in LANGUAGES:
            if apart := _stands_for(word, candidates, code):
                read[code][word] = apart
                counts[code] += 1
    most = max(counts.values())
    if not most:
        return []
    likely = sorted((code for code in LANGUAGES if counts[code] >= most), key=counts.__getitem__, reverse=True)
    return [(language(code), _as_read(words, read[code])) for code in likely]


def _as_read(words: list[str], read: dict[str, tuple[str, ...]]) -> list[str]:
    return [each for word in words for each in read.get(word, (word,))]


def _meant(word: str) -> tuple[str, ...]:
    return meant(word, sought())


def _stands_for(word: str, candidates: tuple[str, ...], code: str) -> tuple[str, ...]:
    """What a word stands for in one language; nothing where it means nothing in it."""
    spoken = language(code)
    plain = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if plain in spoken.vocabulary:
        return (plain,)
    apart = _without_clitic(word, code) or (_without_apostrophe(word) if code == "fr" else ())
    if apart:
        return apart
    right = next((each for each in candidates if each in spoken.decisive), None)
    return (right,) if right else _parted(word, spoken)


def _without_clitic(word: str, code: str) -> tuple[str, ...]:
    spoken = language(code).vocabulary
    for ending, read in _CLITICS.get(code, {}).items():
        stem = word.removesuffix(ending)
        if len(stem) < _FEWEST_LEFT or stem == word:
            continue
        whole = next((each for each in (stem, f"{stem}e", f"{stem[:-1]}s") if each in spoken), None)
        if whole:
            return whole, read
    return ()


def _without_apostrophe(word: str) -> tuple[str, ...]:
    spoken = language("fr").vocabulary
    for short in _ELIDED:
        rest = word.removeprefix(short)
        long_enough = len(rest) >= _FEWEST_LEFT or rest in _SHORT_RESTS
        if rest != word and long_enough and rest[0] in _VOWELS and rest in spoken:
            return (short, rest)
    return ()


def _parted(word: str, spoken: Language) -> tuple[str, ...]:
    """Two words without a blank, one of them a word that decides: `haalme`, `stopsms`."""
    if not _FEWEST_LEFT + _FEWEST_IN_PART <= len(word) <= _MOST_JOINED or word in real_words():
        return ()
    for place in range(_FEWEST_IN_PART, len(word) - _FEWEST_IN_PART + 1):
        parts = word[:place], word[place:]
        if spoken.vocabulary.issuperset(parts) and any(
            part in spoken.decisive for part in parts if len(part) >= _FEWEST_LEFT
        ):
            return parts
    return ()


@cache
def sought() -> Spelling:
    """The words that decide, of every language: what a misspelt word is looked up in."""
    return spelling(word for code in LANGUAGES for word in language(code).decisive)
