"""Judging whether a text is promotional marketing, by cues that only count together.

It must not know the customer, the declared category, or what follows from the judgement.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import exp
from typing import Final

import msgspec

from comity.content.clauses import CLAUSE_ENDS
from comity.content.lexicon import Lexicon, load_cues
from comity.content.reading import reading_of
from comity.content.structure import shapes
from comity.text.unmask import Unmasked

THRESHOLD: Final = 0.9
"""Recommended least score at which a text is treated as promotional; the policy document holds the one in force."""


Place = tuple[int, int]
Mark = tuple[str, int, int]


class Span(msgspec.Struct, frozen=True):
    """A place in the text that speaks for promotion.

    Attributes:
        start: offset of its first character.
        end: offset after its last character.
        feature: what was found there, in words.
    """

    start: int
    end: int
    feature: str


class Promotion(msgspec.Struct, frozen=True):
    """The judgement on one text.

    Attributes:
        score: probability, 0 to 1, that the text is promotional marketing.
        spans: the first place of each feature that speaks for it, in reading order.
    """

    score: float
    spans: tuple[Span, ...]


class _Model:
    """The cues, compiled."""

    def __init__(self) -> None:
        self.cues = load_cues()
        self.weight = {name: feature.weight for name, feature in self.cues.features.items()}
        self.title = {name: feature.title for name, feature in self.cues.features.items()}
        self.lexicon = Lexicon(self.cues.features)
        self.nothing = Promotion(score=_probability(self.cues.bias), spans=())


@cache
def _model() -> _Model:
    """Made when first needed: compiling thousands of words takes a third of a second, and not every process judges."""
    return _Model()


# Shapes say how an offer is made, not that there is one. Words that weigh less than this offer nothing.
_LEAST_TO_OFFER: Final = 1.7
# Combinations count for less where another clause is of an order, an account or an appointment.
_BESIDE_ASIDES: Final = 0.5
# A joke among friends, the least that speaks against, leaves combinations alone.
_LEAST_AGAINST: Final = -1.0


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def judge_promotion(text: str) -> Promotion:
    """Judge one text.

    A linear model over the presence of features: kinds of words, shapes such as prices and links, combinations of
    the two, and the marks of code, bank, order, appointment and alert texts, which speak against. Words come first: a
    text whose words offer nothing, or in which as much speaks against as for, is not searched for shapes.
    Features, weights and figures: docs/explanation/promotional-text.md.

    Args:
        text: the message as it would be sent, all parts joined.
    """
    model = _model()
    read = reading_of(text).unmasked
    marks = list(model.lexicon.scan(read.plain))
    if not _sides({feature for feature, _, _ in marks})[0]:
        return model.nothing
    judged = _judged(text, read, marks, ())
    asides = _asides(marks, read.plain)
    if not asides:
        return judged
    outside = [mark for mark in marks if not _within(mark[1], asides)]
    return max(judged, _judged(text, read, outside, [read.span(*aside) for aside in asides]), key=lambda one: one.score)


def _judged(text: str, read: Unmasked, marks: list[Mark], asides: Sequence[Place]) -> Promotion:
    """Judge by the words found; shapes in the asides, given in offsets of the text, are passed by."""
    places = _first_places(marks)
    found = {feature: read.span(*place) for feature, place in places.items()}
    speaking_for, against = _sides(places)
    if speaking_for >= _LEAST_TO_OFFER and speaking_for > -against:
        for feature, start, end in shapes(text, read.plain, read.span):
            if not _within(start, asides):
                found[feature] = (start, end)
    together = _BESIDE_ASIDES if asides else 1.0
    return Promotion(score=_probability(_log_odds(found, together)), spans=_spans(found))


def _first_places(marks: Iterable[Mark]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for feature, start, end in marks:
        places.setdefault(feature, (start, end))
    return places


def _asides(marks: list[Mark], plain: str) -> list[Place]:
    """Return the clauses that only speak against, in offsets of the plain text."""
    weight = _model().weight
    if not any(weight[feature] < 0 for feature, _, _ in marks):
        return []
    ends = [0, *(end.end() for end in CLAUSE_ENDS.finditer(plain)), len(plain)]
    offering = {bisect_right(ends, start) for feature, start, _ in marks if weight[feature] > 0}
    against = {bisect_right(ends, start) for feature, start, _ in marks if weight[feature] < 0}
    return [(ends[clause - 1], ends[clause]) for clause in sorted(against - offering)]


def _within(place: int, stretches: Sequence[Place]) -> bool:
    return any(start <= place < end for start, end in stretches)


def _sides(found: Iterable[str]) -> tuple[float, float]:
    weights = [_model().weight[feature] for feature in found]
    return sum(weight for weight in weights if weight > 0), sum(weight for weight in weights if weight < 0)


def _log_odds(found: Mapping[str, Place], together: float = 1.0) -> float:
    cues = _model().cues
    speaking_for, against = _sides(found)
    if against >= _LEAST_AGAINST:
        present = found.keys()
        speaking_for += together * sum(
            combination.weight
            for combination in cues.combinations.values()
            if not any(group.isdisjoint(present) for group in combination.groups)
        )
    return cues.bias + speaking_for + max(against, cues.floor)


def _spans(found: Mapping[str, tuple[int, int]]) -> tuple[Span, ...]:
    weight, title = _model().weight, _model().title
    speaking_for = (Span(*place, title[feature]) for feature, place in found.items() if weight[feature] > 0)
    return tuple(sorted(speaking_for, key=lambda span: (span.start, span.end)))
