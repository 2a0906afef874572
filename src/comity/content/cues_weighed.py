"""Weighing found words against each other: a linear model on the log-odds scale; must not know what it is asked about.

A model's file in `data/` has `bias`, `floor`, `[weights]` by list of words, and `[combinations.NAME]` that count
when one list of each group is present.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import exp
from typing import Final

import msgspec

from comity.content.cues import Mark, Searched, tables, words

_MOST_SPANS: Final = 12


class Combination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that mean more together than apart.

    Attributes:
        title: what they show together, in words.
        weight: what they add over their own weights.
        groups: one list of each group must be present.
    """

    title: str
    weight: float
    groups: tuple[frozenset[str], ...]


class CueSpan(msgspec.Struct, frozen=True):
    """A place that speaks for what was judged: offsets in the message as written, and what was found, in words."""

    start: int
    end: int
    title: str


class Weights(msgspec.Struct, frozen=True):
    """A model.

    Attributes:
        bias: log-odds of a text in which nothing was found.
        floor: the least that all that speaks against may add up to.
        weights: by list of words or other feature; below 0 it speaks against.
        combinations: what counts together, by name.
        shapes: titles of features that are no words.
    """

    bias: float
    floor: float
    weights: dict[str, float]
    combinations: dict[str, Combination] = {}
    shapes: dict[str, str] = {}

    def title(self, name: str) -> str:
        """Return what a feature is, in words."""
        return self.shapes.get(name) or words()[name].title

    def log_odds(self, present: Collection[str], floor: float | None = None) -> float:
        """Add up what is present, each feature once; what speaks against down to the floor, by default the model's."""
        own = [self.weights.get(name, 0.0) for name in set(present)]
        together = [c.weight for c in self.combinations.values() if not any(g.isdisjoint(present) for g in c.groups)]
        speaking_for = sum(weight for weight in (*own, *together) if weight > 0)
        against = sum(weight for weight in (*own, *together) if weight < 0)
        return self.bias + speaking_for + max(against, self.floor if floor is None else floor)

    def spans(self, searched: Searched, places: Mapping[str, tuple[int, int]]) -> tuple[CueSpan, ...]:
        """Return the places of what speaks for it, in reading order."""
        ordered = sorted((place, name) for name, place in places.items() if self.weights.get(name, 0.0) > 0)
        return tuple(CueSpan(*searched.span(*place), self.title(name)) for place, name in ordered[:_MOST_SPANS])


def weights_of(file: str) -> Weights:
    """Read a model.

    Raises:
        ValueError: a weight or a combination is of a list of words that does not exist.
    """
    table = {key: value for key, value in tables(file).items() if key in Weights.__struct_fields__}
    model = msgspec.convert(table, Weights)
    named = {*model.weights, *(name for c in model.combinations.values() for group in c.groups for name in group)}
    unknown = named - words().keys() - model.shapes.keys()
    if unknown:
        raise ValueError(f"{file} weighs what is not there: {', '.join(sorted(unknown))}")
    return model


def first_places(marks: Iterable[Mark]) -> dict[str, tuple[int, int]]:
    """Return where each list of words is met first."""
    places: dict[str, tuple[int, int]] = {}
    for start, end, cue in marks:
        places.setdefault(cue, (start, end))
    return places


def probability(log_odds: float) -> float:
    """Return the probability for log-odds, rounded so that the same text gives the same figure everywhere."""
    return round(1 / (1 + exp(-log_odds)), 3)
