"""Owns how far the scores of one time lie from those of another; must not know where they are counted.

The measure is the population stability index over bins of scores: 0 for the same shares, commonly read as steady below
0.1, worth a look below 0.25, and a change of traffic or of a model from there on.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Final

EDGES: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Where one bin of scores ends and the next begins; a score at an edge is in the upper one."""

BINS: Final = len(EDGES) + 1
LEAST: Final = 500
"""Of fewer messages nothing is said: shares of so few wander by themselves."""

_PRIOR: Final = 0.5
_DIGITS: Final = 4


def stability_index(now: Sequence[int], before: Sequence[int]) -> float | None:
    """Return the index between two counts of messages by bin, or None where either is of fewer than `LEAST`.

    Each bin is given half a message more on both sides, so that an empty one says something finite.
    """
    if min(sum(now), sum(before)) < LEAST:
        return None
    shares = zip(_shares(now), _shares(before), strict=True)
    return round(sum((one - other) * log(one / other) for one, other in shares), _DIGITS)


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts) + _PRIOR * len(counts)
    return [(count + _PRIOR) / total for count in counts]
