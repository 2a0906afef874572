"""Owns adding up a model's weights quickly, by looking only at what is present; must not know what is judged.

A `Weights` asks every combination of every text. Here each combination waits at its most telling group, so that a text
is asked only about those of which something is in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from comity.content.cues_weighed import Weights

_Rest = tuple[frozenset[str], ...]


class Indexed:
    """A model, ready to be asked often.

    Args:
        model: the model; the sums are the same as its own.
        common: features that many texts have, at which no combination should wait if it has another group.
    """

    def __init__(self, model: Weights, common: Collection[str] = ()) -> None:
        self.model: Final = model
        self._by_feature: Final[dict[str, list[tuple[int, float, _Rest]]]] = {}
        for number, one in enumerate(model.combinations.values()):
            first = min(one.groups, key=lambda group: (not group.isdisjoint(common), len(group)))
            rest = tuple(group for group in one.groups if group is not first)
            for feature in first:
                self._by_feature.setdefault(feature, []).append((number, one.weight, rest))

    def log_odds(self, present: Mapping[str, object]) -> float:
        """Add up what is present, each feature once; what speaks against down to the model's floor."""
        speaking_for = against = 0.0
        met: set[int] = set()
        own = self.model.weights
        keys = present.keys()
        for feature in keys:
            weight = own.get(feature, 0.0)
            if weight > 0:
                speaking_for += weight
            else:
                against += weight
            for number, together, rest in self._by_feature.get(feature, ()):
                if number not in met and not any(map(keys.isdisjoint, rest)):
                    met.add(number)
                    if together > 0:
                        speaking_for += together
                    else:
                        against += together
        return self.model.bias + speaking_for + max(against, self.model.floor)
