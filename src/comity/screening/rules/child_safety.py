"""Wording that points at sexual material of minors is refused, sealed for named readers and escalated (U6).

Two things are looked for. The operator's own list `child-safety`, which ships empty: such wording belongs in no
repository, and bodies that collect it give it to providers on request. And, in one sentence, a word for minors or an
age below 18 that meets an explicit sexual act or image, by the packaged lexicon and the operator's list of further
words. Both are read as people read the text, disguise undone.

What was found is told to nobody: the sender hears that the text cannot be sent under this clause, the finding quotes
nothing, and any other finding on the same message is left out. The text is kept nowhere but in a sealed case that
named readers open with keys of their own (`comity sealed`), and that case is opened in the same commit. What is found
is always refused, whatever action the policy names: a message without its text cannot be let go later.

Texts of helplines, schools and clinics speak of abuse, not in explicit words, and pass. Coarse talk among adults that
uses a word for children in the same sentence can be refused; a reader closes such a case. Wording without an explicit
word that is on no list is not found.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from ahocorasick_rs import AhoCorasick

from comity.content.clauses import SENTENCE_ENDS
from comity.content.cues import folded, searched
from comity.content.reading import Reading
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.policy.lists import entries_of, wrong_entry
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule

_HASHED: Final = "sha256:"
_HEX: Final = re.compile("[0-9a-f]{64}")
_WORD: Final = re.compile(r"[^\W_]+")
_SPACES: Final = re.compile(r"\s{2,}|[\n\t_-]")
# An age, in figures, of somebody who is a minor; read in the text as it is written, not in its template.
_AGE: Final = re.compile(
    r"(?<![\d.,:/])(?:[2-9]|1[0-7])\s?-?(?:y/?o\b|yrs?[ -]old\b|years?[ -]old\b|jaar\b|jarige?n?\b|jahrige?\w{0,2}\b"
    r"|ans\b|anos\b|anni\b|lat(?:ek|ka)?\b|yasinda\b|tahun\b|ar gammal\b|arig\w?\b)"
)


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of lists of the policy, and of lists of the packaged lexicon (`cues`)."""

    terms: str = "child-safety"
    minors: str = "words-for-minors"
    acts: str = "child-safety-acts"
    cues: frozenset[str] = frozenset({"obscene_act", "obscene_image"})


class _Words:
    """Words and phrases of a list, looked for in small letters; with a `*`, whatever their ending."""

    def __init__(self, terms: Iterable[str]) -> None:
        written = tuple(dict.fromkeys(term.strip() for term in terms))
        self._open = tuple(term.endswith("*") for term in written)
        patterns = tuple(folded(term.rstrip("*")) for term in written)
        self._automaton = AhoCorasick(patterns) if patterns else None

    def found_in(self, text: str) -> Iterator[int]:
        """Where each begins that stands as a whole word."""
        if self._automaton is None:
            return
        for which, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            begins = start == 0 or not text[start - 1].isalnum()
            ends = self._open[which] or end == len(text) or not text[end].isalnum()
            if begins and ends:
                yield start


class _Ready:
    """The lists, ready to be looked for."""

    def __init__(self, settings: _Settings, document: PolicyDocument) -> None:
        entries = entries_of(document, settings.terms)
        self.terms = _Words(entry for entry in entries if not entry.startswith(_HASHED))
        self.hashes = _hashes(settings.terms, entries)
        self.longest = 4 if self.hashes else 0
        self.minors = _Words(entries_of(document, settings.minors))
        self.acts = _Words(entries_of(document, settings.acts))
        self.cues = settings.cues


def _hashes(name: str, entries: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for place, entry in enumerate(entries):
        if entry.startswith(_HASHED):
            digest = entry.removeprefix(_HASHED).strip().lower()
            if not _HEX.fullmatch(digest):
                remedy = "Write sha256: and the 64 hexadecimal digits of the phrase's digest."
                raise wrong_entry(name, place, "no digest", remedy)
            found.add(digest)
    return frozenset(found)


def _check(message: Message, _facts: Facts, ready: _Ready) -> Answer:
    reading = message.reading
    views = {reading.unmasked.plain, reading.unmasked.leet}
    if any(_is_listed(_SPACES.sub(" ", view), ready) for view in views):
        return _hit("The text holds wording of the operator's list.")
    if _meet(reading, views, ready):
        return _hit("A word for minors, or an age, meets an explicit sexual act or image.")
    return MISS


def _is_listed(text: str, ready: _Ready) -> bool:
    if any(True for _ in ready.terms.found_in(text)):
        return True
    return bool(ready.hashes) and any(_digest(phrase) in ready.hashes for phrase in _phrases(text, ready.longest))


def _phrases(text: str, longest: int) -> Iterator[str]:
    words = _WORD.findall(text)
    for start in range(len(words)):
        for length in range(1, longest + 1):
            yield " ".join(words[start : start + length])


def _digest(phrase: str) -> str:
    return hashlib.sha256(phrase.encode()).hexdigest()


def _meet(reading: Reading, views: Iterable[str], ready: _Ready) -> bool:
    """Whether both are said in one sentence; the cheap look, for acts, comes first."""
    text = searched(reading)
    acts = [text.span(mark.start, mark.end)[0] for mark in text.marks if mark.cue in ready.cues]
    acts += [reading.unmasked.span(at, at + 1)[0] for view in views for at in ready.acts.found_in(view)]
    if not acts:
        return False
    minors = [at for view in views for at in ready.minors.found_in(view)]
    minors += [age.start() for view in views for age in _AGE.finditer(view)]
    places = [reading.unmasked.span(at, at + 1)[0] for at in minors]
    ends = [reading.unmasked.span(end.start(), end.end())[1] for end in SENTENCE_ENDS.finditer(reading.unmasked.plain)]
    return not {bisect_right(ends, at) for at in acts}.isdisjoint(bisect_right(ends, at) for at in places)


def _hit(reviewer: str) -> Hit:
    return Hit(
        evidence=(Evidence("text"),),
        sentence="This text cannot be sent.",
        remedy="Nothing mends it. If you think that this is a mistake, ask the operator for a review.",
        reviewer=f"{reviewer} The text is sealed: see `comity sealed list`.",
        seal=True,
    )


RULE: Final = Rule(
    id="child-safety",
    clauses=("U6",),
    title="Safety of children",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_Ready,
)
