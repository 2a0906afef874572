"""Owns fitting a linear model to texts, the same to the last bit on every machine; must not know what it is for.

Squared hinge with a penalty on the squares of the weights, by Nesterov's method over all texts at once. Only sums in a
fixed order, products and roots, which IEEE 754 says to the bit: no library for matrices, no random numbers.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from comity.content.learned_features import BITS, Features

Floats = npt.NDArray[np.float64]

_POWER_ROUNDS: Final = 10
_ROOM: Final = 1.2  # the method diverges where the greatest curvature is taken too small


class Lesson(msgspec.Struct, frozen=True):
    """What is to be learned of texts, by their place.

    Attributes:
        targets: 1 for yes, -1 for no.
        weights: how much each counts; 0 for not at all.
    """

    targets: Floats
    weights: Floats


class Effort(msgspec.Struct, frozen=True):
    """How to fit.

    Attributes:
        penalty: on the squares of the weights.
        rounds: steps taken.
        least_texts: a feature of fewer texts weighs nothing.
    """

    penalty: float = 1e-5
    rounds: int = 240
    least_texts: int = 3


class Matrix:
    """Texts by features: each counts as often as it stands in a text, over the root of how many that has.

    Attributes:
        columns: the buckets that enough texts have, one a column.
        rarity: of each column, as the logarithm of how rare it is; 1 on average.
    """

    def __init__(self, features: Features, least_texts: int) -> None:
        texts = len(features.counts)
        rows = np.repeat(np.arange(texts, dtype=np.int32), features.counts)
        texts_of = _texts_of(features.buckets, rows, least_texts)
        columns = np.flatnonzero(texts_of >= least_texts)
        rarity = _logarithm(texts / texts_of[columns])
        place = np.full(1 << BITS, -1, dtype=np.int32)
        place[columns] = np.arange(len(columns), dtype=np.int32)
        column = place[features.buckets]
        kept = column >= 0
        by_row, rows = column[kept], rows[kept]
        order = np.argsort(by_row, kind="stable")
        self.columns = columns
        self._share = 1.0 / np.sqrt(features.counts)
        self.rarity = rarity / np.sqrt(np.mean(rarity[by_row] * rarity[by_row]))
        self._by_row, self._rows_at = by_row, _starts(rows, texts)
        self._by_column, self._columns_at = rows[order], _starts(by_row, len(columns))
        self._room = np.empty(len(by_row))

    def times(self, weights: Floats) -> Floats:
        """The weight of each text, by the weight of each column."""
        found: Floats = np.add.reduceat(self._gathered(weights, self._by_row), self._rows_at) * self._share
        return found

    def back(self, amounts: Floats) -> Floats:
        """The sum over each column's texts, by the amount of each text."""
        found: Floats = np.add.reduceat(self._gathered(amounts * self._share, self._by_column), self._columns_at)
        return found

    def _gathered(self, values: Floats, places: npt.NDArray[np.int32]) -> Floats:
        """Values by their place, in room that is there already: asking for it anew takes longer than all the rest."""
        return np.take(values, places, out=self._room, mode="clip")


def fit(matrix: Matrix, lesson: Lesson, effort: Effort) -> tuple[Floats, float]:
    """Return weights by column and a bias. Rare features learn faster: common ones would hide them otherwise."""
    share = lesson.weights / np.sum(lesson.weights)
    step = 1.0 / (_ROOM * _curvature(matrix, share) + effort.penalty)
    rarity = matrix.rarity
    weights, bias = np.zeros(len(matrix.columns)), 0.0
    ahead, ahead_bias = weights, bias
    pace = 1.0
    for _ in range(effort.rounds):
        short = 1.0 - lesson.targets * (matrix.times(ahead * rarity) + ahead_bias)
        pull = -2.0 * share * lesson.targets * np.maximum(short, 0.0)
        new = ahead - step * (matrix.back(pull) * rarity + effort.penalty * ahead)
        new_bias = ahead_bias - step * float(np.sum(pull))
        next_pace = (1.0 + float(np.sqrt(1.0 + 4.0 * pace * pace))) / 2.0
        drift = (pace - 1.0) / next_pace
        ahead, ahead_bias = new + drift * (new - weights), new_bias + drift * (new_bias - bias)
        weights, bias, pace = new, new_bias, next_pace
    return weights * rarity, bias


def _texts_of(buckets: npt.NDArray[np.int64], rows: npt.NDArray[np.int32], least_texts: int) -> npt.NDArray[np.int64]:
    """How many texts have each bucket. The one that all have is never too rare."""
    texts = int(rows[-1]) + 1
    found = np.bincount(np.unique(buckets * texts + rows) // texts, minlength=1 << BITS)
    found[0] = max(found[0], least_texts)
    return found


def _logarithm(values: Floats) -> Floats:
    """Binary logarithms by straight lines between powers of two: the same on every machine, as `log2` need not be.

    One more, so that what all texts have still counts.
    """
    mantissa, exponent = np.frexp(values)
    return exponent + 2.0 * mantissa - 1.0


def _starts(sorted_places: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int64]:
    """Where each place of a sorted kind begins; every one of them is met."""
    return np.searchsorted(np.sort(sorted_places, kind="stable"), np.arange(count))


def _curvature(matrix: Matrix, share: Floats) -> float:
    """The greatest curvature of the loss, weights and bias together, by the power method."""
    weights, bias = np.ones(len(matrix.columns)), 1.0
    size = 1.0
    for _ in range(_POWER_ROUNDS):
        pull = 2.0 * share * (matrix.times(weights * matrix.rarity) + bias)
        weights, bias = matrix.back(pull) * matrix.rarity, float(np.sum(pull))
        size = float(np.sqrt(np.sum(weights * weights) + bias * bias))
        weights, bias = weights / size, bias / size
    return size
