"""Owns the words by which people are named and attacked, by language and kind; must not know any sentence.

A kind is written as one letter, so that a sentence becomes a string and an attack a regular expression on it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from importlib import resources
from typing import Final

from comity.content.cues import folded, tables

LANGUAGES: Final = ("en", "nl", "fr", "de", "es", "it", "pt")
KINDS: Final = {
    "slurs": "S",  # a slur for people for what they are
    "ambiguous": "s",  # a word that is a slur where it is spat at people
    "many": "G",  # people named by what they are
    "of": "A",  # an adjective that says what people are
    "one": "g",  # one of them
    "first_good": "e",  # "the only good ..."
    "die_strong": "w",  # "death to"
    "without": "w",  # "better off without"
    "after": "Z",  # hatred said after whom it is for: "nicht ausstehen"
    "hate": "H",  # hatred as the speaker's own
    "hates": "h",  # hatred as somebody else's
    "disgusts": "D",  # "make me sick", said of people
    "curse": "U",
    "harm": "E",  # harm done to "us", or a place denied
    "out": "L",  # "go back to"
    "away": "l",  # "out", which tells people to go only beside their name
    "place": "z",  # a place of ours that people are kept out of: "in our club"
    "coming": "q",  # "we are coming for you"
    "let": "+",  # "que", which wishes where it begins a sentence
    "must_not": "m",
    "must": "M",
    "want": "W",  # wish, will or intent
    "bad_acts": "x",  # a wrong done to people, as a thing: "violence against"
    "say": "V",  # speech or thought of others
    "think": "v",  # the same, but the speaker's own after "I"
    "wrong": "C",  # words that condemn hate
    "not": "n",
    "but": "b",
    "bad": "J",
    "vermin": "N",
    "weak_bad": "j",
    "kill": "K",
    "killed": "k",
    "die": "X",
    "worth": "R",  # what it is an attack to deny
    "right": "r",  # what it is an attack to say should be denied
    "finds": "f",
    "be": "B",
    "me": "I",
    "you": "Y",
    "they": "T",
    "everyone": "y",
    "people": "P",
    "swear": "F",
    "good": "O",
    "one_of": "d",  # an article that speaks of one for all
    "det": "Q",
    "adverb": "a",
    "because": "i",
    "why": "?",  # a question in which a negation denies nothing
    "that": "c",  # what begins a clause about somebody: "who", "those who"
    "against": "p",
    "and": "&",
    "other": "o",
}
"""The letter of each kind; where a word is of two kinds, the first counts."""
GROUNDS: Final = {
    "sex": "sex",
    "orientation": "orientation",
    "religion": "religion",
    "origin": "origin",
    "health": "disability",
    "age": "age",
}
"""What people are attacked for: the end of the names of lists, and the word a person is told."""
UNKNOWN: Final = "."
WORD: Final = re.compile(r"[@$]?[^\W_]+(?:[@$*][^\W_]+)*(?:'t\b)?|'(?:re|ll|ve|d|m|s)\b")
_SHORTEST_FUZZY: Final = 4
_SHORTEST_CUT: Final = 5
_SHORTEST_BEGINNING: Final = 3
_NEVER: Final = 99
# Few words are near those that name people or hate them; the shorter insults are near too many.
_SHORTEST_MISSPELT: Final = dict.fromkeys("GSH", 4) | dict.fromkeys("A", 6) | dict.fromkeys("NJDKkR", 6)
DIGITS: Final = str.maketrans("034578@$9", "oeastbasg")
"""The letters that digits and signs within words stand for."""


class Grammar:
    """The words of one language.

    Attributes:
        words: kind by word.
        phrases: the longer terms by their first and second word, the longest first: what follows, and the kind.
        common: words and beginnings of phrases, by which the language of a text is known.
        ground: of words for people, what they are named by.
    """

    __slots__ = (
        "_beginnings", "_known", "_meant", "_misspelt", "_naming", "_saying", "common",
        "ground", "language", "phrases", "words",
    )  # fmt: skip

    def __init__(self, language: str) -> None:
        self.language = language
        self.words: dict[str, str] = {}
        self.ground: dict[str, str] = {}
        self.phrases: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
        self._beginnings: dict[str, str] = {}
        self._misspelt: dict[str, str] = {}
        self._known: dict[str, str] = {}
        listed = sorted(_listed(language), key=lambda one: _RANK[one[0]])
        for kind, term, ground in listed:
            self._add(kind, term, ground)
        for beginning in self.phrases.values():
            for phrases in beginning.values():
                phrases.sort(key=lambda phrase: -len(phrase[0]))
        self.common = frozenset({*self.words, *self.phrases})
        self._naming = frozenset(word for word, kind in self.words.items() if kind in NAMING)
        self._saying = frozenset(word for word, kind in self.words.items() if kind in SAYING)
        self._meant: dict[str, tuple[Part, ...]] = {}
        for word in tuple(self.words):
            if self._is_worth(word):
                for slip in _slips(word):
                    self._misspelt.setdefault(slip, word)

    def kind(self, word: str) -> str:
        """The letter of a word's kind; digits in it and an ending are seen through. Remembered for short words."""
        known = self._known.get(word)
        if known is None:
            known = self._looked_up(word)
            if len(self._known) < _MOST_KNOWN:
                self._known[word] = known
        return known

    def _looked_up(self, word: str) -> str:
        if word in self.words:
            return self.words[word]
        for length in range(len(word), _SHORTEST_BEGINNING - 1, -1):
            if word[:length] in self._beginnings:
                return self._beginnings[word[:length]]
        if not word.isalpha() and not word.isdigit() and any(letter.isalpha() for letter in word):
            read = word.translate(DIGITS)
            # A template has a zero for whichever digit a word begins with.
            first = [letter + read[1:] for letter in "ieas"] if word[0] == "0" else []
            for undone in (read.replace("1", "i"), read.replace("1", "l"), *first):
                if undone != word and (kind := self._looked_up(undone)) != UNKNOWN:
                    return kind
        return UNKNOWN

    def may_attack(self, words: AbstractSet[str]) -> bool:
        """Whether some of these words name people and others are such as attack them."""
        return not self._naming.isdisjoint(words) and not self._saying.isdisjoint(words)

    def meant(self, word: str) -> tuple[Part, ...]:
        """The word or words that an unknown one stands for, with their places in it; itself where none do."""
        parts = self._meant.get(word)
        if parts is None:
            mended = self._mended(word)
            parts = ((mended, 0, len(word)),) if mended else tuple(self._glued(word)) or ((word, 0, len(word)),)
            if len(self._meant) < _MOST_KNOWN:
                self._meant[word] = parts
        return parts

    def _mended(self, word: str) -> str:
        """The word meant where one of those that matter is misspelt by a letter left out, doubled or swapped; or ""."""
        if not _SHORTEST_FUZZY <= len(word) <= _LONGEST_PART or not word.isalpha():
            return ""
        for slip in _slips(word):
            if self._is_worth(slip):
                return slip
        return self._misspelt.get(word, "")

    def _glued(self, word: str) -> list[Part]:
        """The known words that a long unknown one is made of, where they name people or attack them."""
        if not SHORTEST_GLUED <= len(word) <= _LONGEST_GLUED:
            return []
        best: list[list[Part] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PART), end):
                before, part, known = best[start], word[start:end], best[end]
                if before is None or not self._is_part(part):
                    continue
                if known is None or len(before) + 1 < len(known):
                    best[end] = [*before, (part, start, end)]
        parts = best[len(word)] or []
        kinds = {self.kind(part) for part, _, _ in parts}
        return parts if len(parts) > 1 and kinds & NAMING | kinds & SAYING else []

    def _is_part(self, part: str) -> bool:
        """Whether a word is known, or has an ending that it may."""
        if len(part) < _LONG_PART:
            return part in self.words and (len(part) > 1 or part in _LONE)
        return part in self.words or self.kind(part) != UNKNOWN

    def _is_worth(self, word: str) -> bool:
        """Whether a word is long enough for its kind that a slip of it is no other word."""
        return len(word) >= _SHORTEST_MISSPELT.get(self.words.get(word, ""), _NEVER)

    def _add(self, kind: str, term: str, ground: str) -> None:
        parts = tuple(WORD.findall(folded(term.rstrip("*"))))
        if not parts:
            return
        letter = KINDS[kind]
        if len(parts) > 1:
            phrases = self.phrases.setdefault(parts[0], {}).setdefault(parts[1], [])
            if all(rest != parts[2:] for rest, _ in phrases):
                phrases.append((parts[2:], letter))
                self.ground.setdefault(" ".join(parts), ground)
        elif term.endswith("*"):
            self._beginnings.setdefault(parts[0], letter)
        else:
            self.words.setdefault(parts[0], letter)
            self.ground.setdefault(parts[0], ground)


Part = tuple[str, int, int]
"""A word within a word, and where."""
NAMING: Final = frozenset("GSAs")
"""Kinds that name people."""
SAYING: Final = frozenset("HNJDKkUXZjF")
"""Kinds that attack them."""
_MOST_KNOWN: Final = 20_000
SHORTEST_GLUED: Final = 8
"""Letters that words run together have at the least."""
_LONGEST_GLUED: Final = 40
_LONGEST_PART: Final = 16
_LONG_PART: Final = 7
_LONE: Final = frozenset("iau")
_RANK: Final = {kind: rank for rank, kind in enumerate(KINDS)}


@cache
def grammar_of(language: str) -> Grammar:
    """The words of a language, made when first needed: not every process judges texts."""
    return Grammar(language)


def _listed(language: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, term and ground of every word of a language."""
    for name, table in tables("hate")["words"].items():
        kind, _, end = name.partition("_")
        if kind in {"many", "one", "of", "slurs", "ambiguous"}:
            for term in table["terms"].get(language, "").split(","):
                yield kind, term.strip(), GROUNDS.get(end, "")
    for name, terms in _file(language).items():
        kind = "one_of" if name == "one" else name
        for term in terms.split(","):
            yield kind, term.strip(), ""


def _file(language: str) -> dict[str, str]:
    source = resources.files("comity.content.hate").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def _slips(word: str) -> Iterator[str]:
    """Yield a word with two neighbours swapped, and with one letter left out; the first letter stays."""
    if len(word) < _SHORTEST_FUZZY:
        return
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if len(word) >= _SHORTEST_CUT:
        for at in range(1, len(word)):
            yield word[:at] + word[at + 1 :]
