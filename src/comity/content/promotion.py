"""Judging whether a text is promotional marketing, by cues that only count together.

It must not know the customer, the declared category, or what follows from the judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp
from typing import Final

import msgspec

from comity.content.fold import Folded
from comity.content.lexicon import Lexicon, load_cues
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


_CUES: Final = load_cues()
_WEIGHT: Final = {name: feature.weight for name, feature in _CUES.features.items()}
_TITLE: Final = {name: feature.title for name, feature in _CUES.features.items()}
_LEXICON: Final = Lexicon(_CUES.features)
# Shapes say how an offer is made, not that there is one. Words that weigh less than this offer nothing.
_LEAST_TO_OFFER: Final = 1.7


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


_NOTHING: Final = Promotion(score=_probability(_CUES.bias), spans=())


def judge_promotion(text: str) -> Promotion:
    """Judge one text.

    A linear model over the presence of features: kinds of words, shapes such as prices and links, combinations of
    the two, and the marks of code, bank, order, appointment and alert texts, which speak against. Words come first: a
    text whose words offer nothing, or in which as much speaks against as for, is not searched for shapes.
    Features, weights and figures: docs/explanation/promotional-text.md.

    Args:
        text: the message as it would be sent, all parts joined.
    """
    folded = Folded(text)
    places: dict[str, tuple[int, int]] = {}
    for feature, start, end in _LEXICON.scan(folded.text):
        if feature not in places:
            places[feature] = (start, end)
    speaking_for, against = _sides(places)
    if not speaking_for:
        return _NOTHING
    found = {feature: folded.span(*place) for feature, place in places.items()}
    if speaking_for >= _LEAST_TO_OFFER and speaking_for > -against:
        found.update((feature, (start, end)) for feature, start, end in shapes(text, folded.text, folded.span))
    return Promotion(score=_probability(_log_odds(found)), spans=_spans(found))


def _sides(found: Iterable[str]) -> tuple[float, float]:
    weights = [_WEIGHT[feature] for feature in found]
    return sum(weight for weight in weights if weight > 0), sum(weight for weight in weights if weight < 0)


def _log_odds(found: Mapping[str, tuple[int, int]]) -> float:
    speaking_for, against = _sides(found)
    if not against:
        present = found.keys()
        speaking_for += sum(
            combination.weight
            for combination in _CUES.combinations.values()
            if not any(group.isdisjoint(present) for group in combination.groups)
        )
    return _CUES.bias + speaking_for + max(against, _CUES.floor)


def _spans(found: Mapping[str, tuple[int, int]]) -> tuple[Span, ...]:
    speaking_for = (Span(*place, _TITLE[feature]) for feature, place in found.items() if _WEIGHT[feature] > 0)
    return tuple(sorted(speaking_for, key=lambda span: (span.start, span.end)))
