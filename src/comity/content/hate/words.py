"""Owns reading a text as a string of kinds of words, in the language it is in; must not know what a kind is worth."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comity.content.hate.grammar import NAMING, SAYING, UNKNOWN, WORD, Grammar, grammar_of
from comity.content.hate.tongues import Piece, Tongues, tongues_of

_PIECE: Final = re.compile(
    rf"(?P<word>{WORD.pattern})|(?P<end>[.!?;\u2026\n])|(?P<quote>[\"])|(?P<pause>[,:()/]|(?<=\s)-(?=\s))"
)
_MARKS: Final = {"end": "|", "quote": '"', "pause": ","}
_SINGLE_QUOTES: Final = re.compile(
    r"(?<![^\s(,:])'(?=[^\s'][^']{2,200}[^\s']'(?![^\s.,!?:;)]))|(?<=[^\s'])'(?![^\s.,!?:;)])"
)
_MOST_PIECES: Final = 400


class Sentences(msgspec.Struct, frozen=True):
    """A text as kinds of words.

    Attributes:
        kinds: a letter for each word or sign; "|" ends a sentence, "," is a pause, a double quote is itself.
        spans: of each, in offsets of the text read.
        texts: of each word as it was known, "" for signs.
        mended: places of words that were misspelt, cut or run together.
        grammar: of the language.
        tongues: which parts of the text may be in it.
    """

    kinds: str
    spans: tuple[tuple[int, int], ...]
    texts: tuple[str, ...]
    mended: frozenset[int]
    grammar: Grammar
    tongues: Tongues


def read(text: str) -> list[Sentences]:
    """Read a text in each language that it or a part of it may be in."""
    tongues = tongues_of(_pieces(text))
    return [_Reader(grammar_of(language)).read(tongues) for language in tongues.all()]


def _pieces(text: str) -> list[Piece]:
    if "'" in text:
        text = _SINGLE_QUOTES.sub('"', text)
    found: list[Piece] = []
    for match in _PIECE.finditer(text):
        kind = match.lastgroup or ""
        start, end = match.span()
        found.append(("", start, end, match[0]) if kind == "word" else (_MARKS[kind], start, end, ""))
        if len(found) == _MOST_PIECES:
            break
    return found


class _Reader:
    """Gives each word its kind, the longest phrase first."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._kinds: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._texts: list[str] = []
        self._mended: set[int] = set()

    def read(self, tongues: Tongues) -> Sentences:
        pieces = tongues.pieces
        words, phrases = self._grammar.words, self._grammar.phrases
        at = 0
        while at < len(pieces):
            kind, start, end, word = pieces[at]
            # Most words are known and begin no phrase: they are taken here, which halves the time of a reading.
            if kind or (len(word) > 1 and word not in phrases and (kind := words.get(word, ""))):
                self._kinds.append(kind)
                self._spans.append((start, end))
                self._texts.append(word)
                at += 1
            else:
                at += self._spelt(pieces, at) or self._phrase(pieces, at) or self._word(pieces, at)
        if self._grammar.language in _SUBJECT_DROPPED:
            self._supply_subjects()
        read = (tuple(self._spans), tuple(self._texts), frozenset(self._mended))
        return Sentences("".join(self._kinds), *read, self._grammar, tongues)

    def _supply_subjects(self) -> None:
        """Put a pronoun of no length where a verb has it in its ending: "Son escoria", "matarlos"."""
        places = [clause.end() for clause in _NO_SUBJECT.finditer("".join(self._kinds))]
        places += [at + 1 for at, text in enumerate(self._texts) if self._kinds[at] == "K" and text.endswith(_OBJECTS)]
        for at in sorted(places, reverse=True):
            self._mended = {place + (place >= at) for place in self._mended}
            start = self._spans[at][0] if at < len(self._spans) else self._spans[-1][1]
            self._kinds.insert(at, "T")
            self._spans.insert(at, (start, start))
            self._texts.insert(at, "")

    def _take(self, kind: str, span: tuple[int, int], text: str, *, mended: bool = False) -> None:
        if mended:
            self._mended.add(len(self._kinds))
        self._kinds.append(kind)
        self._spans.append(span)
        self._texts.append(text)

    def _spelt(self, pieces: tuple[Piece, ...], at: int) -> int:
        """Take a word whose letters stand apart ("h a t e"); how many pieces that took, 0 where none does."""
        if len(pieces[at][3]) > 1:
            return 0
        upto = at
        while upto < min(len(pieces), at + _LONGEST_PART) and len(pieces[upto][3]) == 1:
            upto += 1
        for end in range(upto, at + _SHORTEST_SPELT - 1, -1):
            word = "".join(piece[3] for piece in pieces[at:end])
            if self._grammar.words.get(word, "") in NAMING | SAYING:
                self._take(self._grammar.kind(word), (pieces[at][1], pieces[end - 1][2]), word, mended=True)
                return end - at
        return 0

    def _phrase(self, pieces: tuple[Piece, ...], at: int) -> int:
        """Take the phrase that begins here; how many words it has, 0 where none does."""
        beginning = self._grammar.phrases.get(pieces[at][3])
        if beginning is None or at + 1 >= len(pieces):
            return 0
        for rest, kind in beginning.get(pieces[at + 1][3], ()):
            upto = at + 2 + len(rest)
            if not rest or tuple(piece[3] for piece in pieces[at + 2 : upto]) == rest:
                text = " ".join(piece[3] for piece in pieces[at:upto])
                self._take(kind, (pieces[at][1], pieces[upto - 1][2]), text)
                return upto - at
        return 0

    def _word(self, pieces: tuple[Piece, ...], at: int) -> int:
        """Take a word, mended where it must be; how many pieces that took."""
        _, start, end, word = pieces[at]
        grammar = self._grammar
        kind = grammar.kind(word)
        if kind != UNKNOWN:
            self._take(kind, (start, end), word)
            return 1
        if joined := self._joined(pieces, at):
            self._take(grammar.kind(joined), (start, pieces[at + 1][2]), joined, mended=True)
            return 2
        for part, begins, ends in grammar.meant(word):
            self._take(grammar.kind(part), (start + begins, start + ends), part, mended=part is not word)
        return 1

    def _joined(self, pieces: tuple[Piece, ...], at: int) -> str:
        """The word that this one and the next make together, where only that means something here."""
        if at + 1 >= len(pieces) or not pieces[at + 1][3]:
            return ""
        joined = pieces[at][3] + pieces[at + 1][3]
        known = len(joined) >= _SHORTEST_JOINED and self._grammar.words.get(joined, "") in NAMING | SAYING
        return joined if known else ""


_SUBJECT_DROPPED: Final = frozenset({"es", "it", "pt"})
_OBJECTS: Final = ("los", "las", "les")
_NO_SUBJECT: Final = re.compile(r"[|,b&ci+](?=[ano]{0,2}(?:[BM]|[ED](?![QdaFo]{0,3}[GgAsS])))")
_LONGEST_PART: Final = 16
_SHORTEST_JOINED: Final = 4
_SHORTEST_SPELT: Final = 4
