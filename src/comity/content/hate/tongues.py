"""Owns which languages a text, its sentences and their clauses are in; must not know what is said in them.

A text is in one language as a rule, and yet a sentence of another one, however long, says nothing of what stands
beside it: each is settled by its own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from comity.content.hate.grammar import DIGITS, LANGUAGES, SHORTEST_GLUED, grammar_of

_MOST_LIKELY: Final = 2
_LEAST_KNOWN: Final = 2
_LEAST_OWN: Final = 3
_MOST_GLUED: Final = 4

Piece = tuple[str, int, int, str]
"""Kind ("" for a word not looked up yet), start, end and word."""


class Tongues(msgspec.Struct, frozen=True):
    """The languages of a text.

    Attributes:
        whole: those that the text as a whole is as likely in as in any other.
        parts: start, end and languages of each sentence and clause, in offsets of the text read.
        pieces: its words and signs.
    """

    whole: tuple[str, ...]
    parts: tuple[tuple[int, int, tuple[str, ...]], ...]
    pieces: tuple[Piece, ...]

    def all(self) -> list[str]:
        """The languages it is worth reading the text in, the likeliest first."""
        found = dict.fromkeys(self.whole)
        for _, _, languages in self.parts:
            found.update(dict.fromkeys(languages))
        words = _words(self.pieces)
        found.update(dict.fromkeys(language for language in LANGUAGES if grammar_of(language).may_attack(words)))
        return list(found)

    def speaks(self, language: str, start: int, end: int) -> bool:
        """Whether what stands between two offsets may be in a language, by its words, its clause or its sentence."""
        settled = [spoken for begin, till, spoken in self.parts if start < till and begin < end]
        if any(language in spoken for spoken in settled or [self.whole]):
            return True
        inside = [at for at, piece in enumerate(self.pieces) if start <= piece[1] and piece[2] <= end]
        if not inside:
            return False
        counts = _counts(_words(self.pieces[max(0, inside[0] - 1) : inside[-1] + 2]))
        own = counts.pop(language)
        return own >= _LEAST_OWN and own > max(counts.values())


def tongues_of(pieces: list[Piece]) -> Tongues:
    """Settle the languages of a text, of each sentence in it and of each clause."""
    counts = _counts(_words(pieces))
    most = max(counts.values())
    whole = tuple(language for language, count in counts.items() if count == most)
    parts = (*_parts(pieces, "|"), *_parts(pieces, '|,"'))
    return Tongues(whole[:_MOST_LIKELY] if most else whole, tuple(dict.fromkeys(parts)), tuple(pieces))


def _parts(pieces: list[Piece], ends: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    part: list[Piece] = []
    for piece in (*pieces, ("|", 0, 0, "")):
        if piece[3]:
            part.append(piece)
        elif piece[0] in ends and part:
            counts = _counts(_words(part))
            most = max(counts.values())
            spoken = [name for name, count in counts.items() if count == most] if most >= _LEAST_KNOWN else _glued(part)
            if spoken:
                yield part[0][1], part[-1][2], tuple(spoken)
            part = []


def _glued(part: list[Piece]) -> list[str]:
    """The languages in which a word is several run together that attack people: no other word need tell them."""
    long = [piece[3] for piece in part if len(piece[3]) >= SHORTEST_GLUED][:_MOST_GLUED]
    return [name for name in LANGUAGES if any(len(grammar_of(name).meant(word)) > 1 for word in long)]


def _words(pieces: Iterable[Piece]) -> set[str]:
    """The words of some pieces, with the digits in them read as letters."""
    words = (piece[3] for piece in pieces)
    return {word if word.isalpha() or word.isdigit() else word.translate(DIGITS) for word in words}


def _counts(words: AbstractSet[str]) -> dict[str, int]:
    return {language: len(grammar_of(language).common.intersection(words)) for language in LANGUAGES}
