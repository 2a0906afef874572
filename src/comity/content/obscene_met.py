"""Owns which foul and explicit words of a text count, and what excuses each; must not know what they weigh.

A name or a title is not foul, a word of medicine beside a sexual one makes it a matter of health, and a word that is
quoted, reported or filtered out is not said. An excuse holds for its own sentence alone, so that nobody frees a text by
putting harmless words before or behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from comity.content.analysis import Analysis
from comity.content.clauses import SENTENCE_ENDS
from comity.content.cues import Mark

ACT: Final = "obscene_act"
IMAGE: Final = "obscene_image"
BODY: Final = "obscene_body"
AIMED: Final = "foul_aimed"
STRONG: Final = "foul_strong"
MILD: Final = "foul_mild"
TOPIC: Final = "sexual_topic"
JUDGED: Final = frozenset({ACT, IMAGE, BODY, AIMED, STRONG, MILD, TOPIC})
"""Lists of words that speak for it, one by one or together."""
_NAMES: Final = "foul_names"
_CARE: Final = frozenset({"sexual_care", "clinical_body"})
_OF_CARE: Final = frozenset({IMAGE, BODY, TOPIC})
"""What medicine and teaching speak of; explicit acts and oaths are in no doctor's letter."""
_MOST_COUNTED: Final = 16

# Of several lists that a stretch stands in, the gravest counts.
_GRAVEST_FIRST: Final = {name: rank for rank, name in enumerate((ACT, IMAGE, AIMED, BODY, STRONG, TOPIC, MILD))}
_NO_OATHS: Final = frozenset({"kat", "kate", "kata", "naha", "nahy", "coli", "rahat", "pik", "broche", "porra de"})
"""Words that accents or another language make foul, and that are names or ordinary words far more often."""
_NOT_ALONE: Final = frozenset({"geil", "geiler", "3p", "orgy"})
"""Words that are praise, a price or a mis-read code where they stand by themselves."""
_ALSO_NAMES: Final = frozenset({"dick", "dicks", "cock", "cocks", "fanny", "pussy", "lul", "lullen", "randy", "kont"})
_GOODS: Final = frozenset({
    "lingerie", "panties", "thong", "vibrator", "dildo", "bondage", "fetish", "slipje", "culotte", "hoschen", "tanga",
    "dessous", "bragas", "lenceria", "mutandine", "perizoma", "calcinha", "majtki", "stringi", "kulot", "ic camasiri",
    "trosor", "trusser", "truse", "bugyi",
})  # fmt: skip
"""What shops sell; in an explicit text it is more than goods."""
_REPORTS: Final = re.compile(
    r"(?<!\w)(?:report(?:s|ed|ing)?|complain\w{0,4}|offensive|inappropriate|harass\w{0,6}|abusive|block(?:s|ed|ing)?"
    r"|filter(?:s|ed|ing)?|parental|prevent\w{0,4}|awareness|addict\w{0,4}|worried about|struggling with|quit(?:ting)?"
    r"|law|illegal|crime|police|court|convicted|accused|charged with|sentenced|arrested|never send|do not send"
    r"|the word|swear words?|swearing|bad language|called (?:me|him|her|us)|texted me|sent me|wrote|shouted|graffiti"
    r"|lyrics?|the song|the film|the movie|the book|the play|novel|documentary|headline|translat\w{0,5}|what does|means"
    r"|melding|gemeld|politie|rechter|strafbaar|scheldwoord\w{0,2}|het woord|noemde me|de film|het boek|het nummer"
    r"|signaler|signalez|plainte|tribunal|le mot|insulte\w?|m'a traite\w?|le film|la chanson|le livre"
    r"|gemeldet|polizei|gericht|strafbar|das wort|schimpfw\w{2,6}|nannte mich|der film|das lied|das buch"
    r"|denunci\w{1,4}|policia|la palabra|insulto\w?|me llamo|la pelicula|la cancion|el libro"
    r"|polizia|la parola|insulti|mi ha chiamato|il film|la canzone|il libro|a palavra|me chamou|o filme"
    r"|a musica|o livro)(?!\w)"
)
_MARKS: Final = '"\u201c\u201d\u201e\u00ab\u00bb'
_QUOTED: Final = re.compile(f"[{_MARKS}][^{_MARKS}]{{1,80}}[{_MARKS}]")

CARE: Final = "medicine, teaching or protection"
REPORTED: Final = "it is reported, named or kept out"
GOODS: Final = "goods that shops sell"
QUOTED: Final = "it stands in quotation marks"


class Met(NamedTuple):
    """A foul or explicit word that counts.

    Attributes:
        start: where it begins, in offsets of the text searched.
        end: where it ends there.
        cue: its list.
        word: as it was searched.
        excuse: what excuses it, in words; "" where nothing does.
    """

    start: int
    end: int
    cue: str
    word: str
    excuse: str


def met_in(analysis: Analysis) -> tuple[Met, ...]:
    """Return what counts in a text, in reading order, each stretch once."""
    searched = analysis.searched
    names = [mark for mark in searched.marks if mark.cue == _NAMES]
    kept = [mark for mark in _apart(searched.marks) if not any(_over(mark, name) for name in names)]
    counted = [mark for mark in kept if not _is_ordinary(analysis, mark, alone=len(kept) == 1)][:_MOST_COUNTED]
    if not counted:
        return ()
    excuses = _Excuses(analysis, are_goods=all(mark.cue in {TOPIC, MILD} for mark in counted))
    return tuple(Met(*mark, searched.text[mark.start : mark.end], excuses.of(mark)) for mark in counted)


def _apart(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    """The gravest of what lies over each other, the longest first."""
    until = 0
    wanted = [mark for mark in marks if mark.cue in JUDGED]
    for mark in sorted(wanted, key=lambda one: (one.start, _GRAVEST_FIRST[one.cue], -one.end)):
        if mark.start >= until:
            yield mark
            until = mark.end


def _over(one: Mark, other: Mark) -> bool:
    return one.start < other.end and other.start < one.end


def _is_ordinary(analysis: Analysis, mark: Mark, *, alone: bool) -> bool:
    """Whether it is an ordinary word or a person's name after all; a name shows by its capital where it is alone."""
    word = analysis.searched.text[mark.start : mark.end]
    if word in _NO_OATHS or (alone and word in _NOT_ALONE):
        return True
    if not alone or word not in _ALSO_NAMES:
        return False
    start, end = analysis.searched.span(mark.start, mark.end)
    return analysis.text[start:end].istitle()


class _Excuses:
    """What excuses a word: looked for in its own sentence."""

    def __init__(self, analysis: Analysis, *, are_goods: bool) -> None:
        searched = analysis.searched
        self._text = searched.text
        self._are_goods = are_goods
        self._ends = searched.clause_ends(SENTENCE_ENDS)
        self._care = {self._sentence(mark.start) for mark in searched.marks if mark.cue in _CARE}
        self._reports = {self._sentence(found.start()) for found in _REPORTS.finditer(searched.text)}
        self._quotes = [found.span() for found in _QUOTED.finditer(searched.text)]

    def of(self, mark: Mark) -> str:
        """Return what excuses a word, in words; "" where nothing does."""
        if mark.cue != ACT and any(start <= mark.start and mark.end <= end for start, end in self._quotes):
            return QUOTED
        sentence = self._sentence(mark.start)
        if mark.cue in _OF_CARE and sentence in self._care:
            return CARE
        if self._are_goods and self._text[mark.start : mark.end] in _GOODS:
            return GOODS
        return REPORTED if sentence in self._reports else ""

    def _sentence(self, place: int) -> int:
        return bisect_right(self._ends, place)
