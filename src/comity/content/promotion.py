"""Judging whether a text is promotional marketing, by cues that only count together.

It must not know the customer, the declared category, or what follows from the judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from math import exp
from typing import Final

import msgspec

from comity.content.lexicon import Lexicon, load_cues
from comity.content.reading import reading_of
from comity.content.structure import shapes

THRESHOLD: Final = 0.9
"""Recommended least score at which a text is treated as promotional; the policy document holds the one in force."""


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
    places: dict[str, tuple[int, int]] = {}
    for feature, start, end in model.lexicon.scan(read.plain):
        if feature not in places:
            places[feature] = (start, end)
    speaking_for, against = _sides(places)
    if not speaking_for:
        return model.nothing
    found = {feature: read.span(*place) for feature, place in places.items()}
    if speaking_for >= _LEAST_TO_OFFER and speaking_for > -against:
        found.update((feature, (start, end)) for feature, start, end in shapes(text, read.plain, read.span))
    return Promotion(score=_probability(_log_odds(found)), spans=_spans(found))


def _sides(found: Iterable[str]) -> tuple[float, float]:
    weights = [_model().weight[feature] for feature in found]
    return sum(weight for weight in weights if weight > 0), sum(weight for weight in weights if weight < 0)


def _log_odds(found: Mapping[str, tuple[int, int]]) -> float:
    cues = _model().cues
    speaking_for, against = _sides(found)
    if not against:
        present = found.keys()
        speaking_for += sum(
            combination.weight
            for combination in cues.combinations.values()
            if not any(group.isdisjoint(present) for group in combination.groups)
        )
    return cues.bias + speaking_for + max(against, cues.floor)


def _spans(found: Mapping[str, tuple[int, int]]) -> tuple[Span, ...]:
    weight, title = _model().weight, _model().title
    speaking_for = (Span(*place, title[feature]) for feature, place in found.items() if weight[feature] > 0)
    return tuple(sorted(speaking_for, key=lambda span: (span.start, span.end)))
