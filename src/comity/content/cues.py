"""Finding the words that content rules weigh, of all their lists and languages in one pass; must not know their weight.

Terms lie in `data/*.toml` under `[words.NAME]`, by language, separated by commas. A `*` at an end of a term accepts
any letters there. Terms and texts are read alike: small letters, no accents, hyphens and line breaks as spaces.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple

import ahocorasick_rs
import msgspec

from comity.content.reading import Reading, reading_of
from comity.text.unmask import unmask

FILES: Final = (
    "common", "regulated", "offers", "offers_costly", "emergency", "health", "discrimination", "structure",
    "phishing", "fraud", "fraud_id", "solicitation", "abuse", "abuse_foul", "hate",
)  # fmt: skip
_SPACES: Final = str.maketrans(dict.fromkeys("-_\n\r\t\u00a0", " "))
_SPACES_IN_ASCII: Final = bytes.maketrans(b"-_\n\r\t", b"     ")
_SEVERAL_SPACES: Final = re.compile(r" {2,}")
# Letters of these scripts stand without spaces between words, so that a word's ends do not show.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_SIGNS: Final = "'.,;:!?()[]{}<>/\\|\"*~=^`"
_PUNCTUATION: Final = str.maketrans(dict.fromkeys(_SIGNS + "«»“”„¡¿…。，！？、：；（）【】《》「」・।؟،؛", " "))  # noqa: RUF001  other scripts' own
_IN_ASCII: Final = bytes.maketrans(_SIGNS.encode(), b" " * len(_SIGNS))
_KIND: Final = ahocorasick_rs.Implementation.ContiguousNFA
# A token of letters and digits, not of digits alone. Which digits are meant shows by what they make of it.
_MIXED: Final = re.compile(
    r"(?<![a-z0-9@$])(?:[0-9@$]{1,12}[a-z][a-z0-9@$]{0,20}|[a-z]{1,20}[0-9@$][a-z0-9@$]{0,20})(?![a-z0-9@$])"
)
_SUSPECT: Final = re.compile(r"[0-9@$][a-z]|[a-z][0-9@$]")
_LETTERS: Final = str.maketrans("034578@$", "oeastbas")
_MOST_KEPT: Final = 2048
_SHORTEST_BEGINNING: Final = 4


class Mark(NamedTuple):
    """A word of a list found in a text: the list's name, and where, in offsets of the text searched."""

    start: int
    end: int
    cue: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list of words that mean the same to a judge.

    Attributes:
        title: what they show, in words, as people are told.
        terms: by language.
    """

    title: str
    terms: dict[str, str]


class Searched:
    """A text searched for all words, and the way back to what was written.

    Attributes:
        text: what was searched: one space where people wrote several, a hyphen or a line break; digits that make a
            word of the lists read as its letters.
        marks: every word found, the first and longest first; words may lie over each other.
    """

    __slots__ = ("_gaps", "_reading", "marks", "text")

    def __init__(self, reading: Reading) -> None:
        unmasked = reading.unmasked
        self._reading = reading
        plain, self._gaps = _spaced(unmasked.plain)
        found = _lexicon().scan(plain)
        # Only words of the lists are read for their digits here, so that shapes such as amounts are still found.
        self.text = _lexicon().undo_digits(plain)
        leet = plain if unmasked.leet is unmasked.plain else _spaced(unmasked.leet)[0]
        for view in {self.text, _lexicon().undo_digits(leet)} - {plain}:
            found += _lexicon().scan(view)
        self.marks = tuple(Mark(start, -end, cue) for start, end, cue in sorted(set(found)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the message as written that became `start:end` of the text searched."""
        return self._reading.unmasked.span(start + self._dropped(start), end + self._dropped(end - 1))

    def clause_ends(self, pattern: re.Pattern[str]) -> list[int]:
        """Return where clauses end, in offsets of the text searched; the pattern is looked for in the plain text."""
        found, passed, lost = [], 0, 0
        for end in (clause.end() for clause in pattern.finditer(self._reading.unmasked.plain)):
            # Ends come in order, so what was dropped before one stays dropped before all that follow.
            while passed < len(self._gaps) and end - lost - self._gaps[passed][0] >= self._gaps[passed][1]:
                lost += self._gaps[passed][1]
                passed += 1
            within = max(0, end - lost - self._gaps[passed][0]) if passed < len(self._gaps) else 0
            found.append(end - lost - within)
        return found

    def _dropped(self, at: int) -> int:
        return sum(length for place, length in self._gaps if place <= at)


@lru_cache(maxsize=_MOST_KEPT)
def searched(reading: Reading) -> Searched:
    """Return a reading searched for all words, the same one to all who ask while it is remembered."""
    return Searched(reading)


@lru_cache(maxsize=_MOST_KEPT)
def is_listed(word: str) -> bool:
    """Return whether a word by itself is on any list."""
    return bool(searched(reading_of(word)).marks)


def picked(marks: tuple[Mark, ...], wanted: frozenset[str]) -> tuple[Mark, ...]:
    """Return the marks of these lists, without those that lie over one before them.

    Of two that begin together the longer wins, so that "loan payment" hides "loan" where both are wanted.
    """
    kept: list[Mark] = []
    until = 0
    for mark in marks:
        if mark.cue not in wanted:
            continue
        if mark.start >= until or (kept and mark[:2] == kept[-1][:2]):
            kept.append(mark)
            until = max(until, mark.end)
    return tuple(kept)


@cache
def tables(file: str) -> dict[str, Any]:
    """Read one packaged file of words and weights."""
    source = resources.files("comity.content").joinpath("data", f"{file}.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


@cache
def words() -> dict[str, Words]:
    """Every list of words, by name.

    Raises:
        ValueError: two files name a list alike.
        msgspec.ValidationError: a list has an unknown or ill-typed key.
    """
    found: dict[str, Words] = {}
    for file in FILES:
        for name, table in tables(file).get("words", {}).items():
            if name in found:
                raise ValueError(f"the words {name} stand in two files")
            found[name] = msgspec.convert(table, Words)
    return found


def folded(term: str) -> str:
    """Return a term as it is looked for."""
    plain = term.lower() if term.isascii() else unmask(term).plain
    return _spaced(plain)[0].strip()


def _spaced(plain: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text with single spaces, and after which places of it how many characters were left out."""
    even = _translated(plain, _SPACES, _SPACES_IN_ASCII)
    if "  " not in even:
        return even, []
    gaps: list[tuple[int, int]] = []
    lost = 0
    for run in _SEVERAL_SPACES.finditer(even):
        length = run.end() - run.start() - 1
        gaps.append((run.start() - lost + 1, length))
        lost += length
    return _SEVERAL_SPACES.sub(" ", even), gaps


def _translated(text: str, table: dict[int, str], in_ascii: bytes) -> str:
    """Return the text with some characters changed; bytes are ten times quicker where they will do."""
    return text.encode().translate(in_ascii).decode() if text.isascii() else text.translate(table)


class _Lexicon:
    """All words of all lists as one automaton.

    Where a word must end, its pattern has a space, and every sign of punctuation is read as one, so that the automaton
    itself passes by words inside words.
    """

    def __init__(self) -> None:
        patterns: dict[str, list[str]] = {}
        for name, term in _listed():
            cues = patterns.setdefault(_pattern(term), [])
            if name not in cues:
                cues.append(name)
        # Offsets of a pattern's ends within what is found; the text begins with one space more than the message.
        self._found = [
            (len(pattern) - len(pattern.lstrip()) - 1, len(pattern) - len(pattern.rstrip()) + 1, tuple(cues))
            for pattern, cues in patterns.items()
        ]
        self._known = frozenset(word for pattern in patterns for word in pattern.split())
        # Those that take any ending: a word that begins so is known too ("diabet" of "di4bet3s").
        begun = (pattern.split()[-1] for pattern in patterns if not pattern.endswith(" "))
        self._beginnings = frozenset(word for word in begun if len(word) >= _SHORTEST_BEGINNING)
        self._first_letters = frozenset(word[:_SHORTEST_BEGINNING] for word in self._beginnings)
        self._automaton = ahocorasick_rs.AhoCorasick(list(patterns), implementation=_KIND)

    def undo_digits(self, text: str) -> str:
        """Return the text with digits in words undone where that gives a word of the lists; as long as before."""
        if not _SUSPECT.search(text):
            return text
        pieces = text.split(" ")  # looking at suspect pieces alone is three times quicker
        return " ".join(_MIXED.sub(self._undone, piece) if _SUSPECT.search(piece) else piece for piece in pieces)

    def _undone(self, token: re.Match[str]) -> str:
        read = token[0].translate(_LETTERS)
        readings = (read.replace("1", "i"), read.replace("1", "l"))
        return next((word for word in readings if self._is_known(word)), token[0])

    def _is_known(self, word: str) -> bool:
        if word in self._known:
            return True
        if word[:_SHORTEST_BEGINNING] not in self._first_letters:
            return False
        return any(word[:length] in self._beginnings for length in range(_SHORTEST_BEGINNING, len(word)))

    def scan(self, text: str) -> list[tuple[int, int, str]]:
        """Return start, negative end and list of every word found, so that they sort by first and longest."""
        read = _translated(text, _PUNCTUATION, _IN_ASCII)
        matches = self._automaton.find_matches_as_indexes(f" {read} ", overlapping=True)
        marks: list[tuple[int, int, str]] = []
        for index, start, end in matches:
            lead, tail, cues = self._found[index]
            marks += [(start + lead, tail - end, cue) for cue in cues]
        return marks


def _pattern(term: str) -> str:
    bare = folded(term.strip("*")).translate(_PUNCTUATION).strip()
    if _UNSPACED.search(bare):
        return bare
    start = "" if term.startswith("*") or not bare[0].isalnum() else " "
    end = "" if term.endswith("*") or not bare[-1].isalnum() else " "
    return f"{start}{bare}{end}"


@cache
def _lexicon() -> _Lexicon:
    """Made when first needed: not every process judges texts."""
    return _Lexicon()


def _listed() -> Iterator[tuple[str, str]]:
    for name, listed in words().items():
        for terms in listed.terms.values():
            for term in terms.split(","):
                if term.strip():
                    yield name, term.strip()
