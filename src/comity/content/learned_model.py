"""Owns a learned model: reading one from its directory and weighing texts by it; must not know how it was made.

A directory holds `weights.npy` (int8, a row a bucket of `learned_features`, a column a category) and `card.json`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from comity.base.errors import SettingsError
from comity.content.learned_card import REMEDY, Card, read_card
from comity.content.learned_features import BITS, VERSION, features_of
from comity.content.reading import reading_of
from comity.content.scores import CATEGORIES

WEIGHTS: Final = "weights.npy"


class Model:
    """A linear model of texts."""

    def __init__(self, card: Card, weights: npt.NDArray[np.int8]) -> None:
        self.card: Final = card
        self._weights: Final = weights
        self._names: Final = tuple(card.categories)
        self._scale: Final = np.array([one.scale for one in card.categories.values()])
        self._bias: Final = np.array([one.bias for one in card.categories.values()])

    @staticmethod
    def load(directory: Path) -> Model:
        """Read a model.

        Raises:
            SettingsError: there is none, or it is damaged, or of features that this version of Comity does not make.
        """
        card = read_card(directory)
        try:
            octets = (directory / WEIGHTS).read_bytes()
        except OSError as error:
            raise SettingsError(f"No model can be read from {directory}: {error.strerror}.", REMEDY) from None
        flaw = _flaw(card, octets)
        if flaw:
            raise SettingsError(f"The model in {directory} cannot be used: {flaw}.", REMEDY)
        return Model(card, _weights(octets, len(card.categories)))

    def odds_of(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Log-odds of each text by category, rounded to thousandths; the same alone and in company."""
        if not texts or not self._names:
            return [{} for _ in texts]
        features = features_of([reading_of(text).unmasked.plain for text in texts])
        gathered = self._weights.take(features.buckets, axis=0)
        # Whole numbers are summed, so that neither order nor machine changes a bit.
        sums = np.add.reduceat(gathered, features.starts, axis=0, dtype=np.int64)
        odds = sums / np.sqrt(features.counts)[:, None] * self._scale + self._bias
        return [dict(zip(self._names, row, strict=True)) for row in np.round(odds, 3).tolist()]


def _flaw(card: Card, octets: bytes) -> str:
    if hashlib.sha256(octets).hexdigest() != card.sha256:
        return "its weights are not those of its card"
    if (card.features, card.bits) != (VERSION, BITS):
        return "it weighs features of another version"
    unknown = sorted(card.categories.keys() - set(CATEGORIES))
    if unknown:
        return f"it knows of {unknown[0]}, which is no category"
    wanted = weights_octets(np.zeros((1 << card.bits, len(card.categories)), dtype=np.int8))
    return "" if len(octets) == len(wanted) else "its weights are not as many as its card says"


def weights_octets(weights: npt.NDArray[np.int8]) -> bytes:
    """Weights as they are written: the format of numpy, so that others can read them."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.ascontiguousarray(weights), version=(1, 0), allow_pickle=False)
    return file.getvalue()


def _weights(octets: bytes, columns: int) -> npt.NDArray[np.int8]:
    # What stands before the weights is a header, whose length the number of columns decides.
    size = (1 << BITS) * columns
    return np.frombuffer(octets, dtype=np.int8, offset=len(octets) - size).reshape(1 << BITS, columns)
