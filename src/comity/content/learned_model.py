"""Owns a learned model: reading one from its directory and weighing texts by it; must not know how it was made.

A directory holds `weights.npy` (int8, a row a bucket of `learned_features`, a column a category) and `card.json`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from comity.base.errors import SettingsError
from comity.content.learned_features import BITS, VERSION, features_of
from comity.content.reading import reading_of
from comity.content.scores import CATEGORIES

WEIGHTS: Final = "weights.npy"
CARD: Final = "card.json"
_REMEDY: Final = "Make one with `make train`, or leave the option out for the model that ships."


class Taught(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a category's weights become log-odds.

    Attributes:
        scale: of the sum of a text's weights over the root of their number.
        bias: log-odds where that sum is 0.
        texts: how many texts taught it, by source and "yes" or "no".
    """

    scale: float
    bias: float
    texts: dict[str, dict[str, int]]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that it learned from."""

    sha256: str
    rows: int
    licence: str


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model is.

    Attributes:
        features: version of the features it weighs.
        bits: binary logarithm of how many buckets there are.
        sha256: digest of `weights.npy`.
        categories: by name, in the order of the columns.
        sources: by name.
    """

    features: int
    bits: int
    sha256: str
    categories: dict[str, Taught]
    sources: dict[str, Source]


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
        try:
            card = msgspec.json.decode((directory / CARD).read_bytes(), type=Card)
            octets = (directory / WEIGHTS).read_bytes()
        except OSError as error:
            raise SettingsError(f"No model can be read from {directory}: {error.strerror}.", _REMEDY) from None
        except msgspec.DecodeError as error:
            raise SettingsError(f"{directory / CARD} is no card of a model ({error}).", _REMEDY) from None
        flaw = _flaw(card, octets)
        if flaw:
            raise SettingsError(f"The model in {directory} cannot be used: {flaw}.", _REMEDY)
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


def card_octets(card: Card) -> bytes:
    """A card as it is written: sorted where order says nothing, one fact a line."""
    found: dict[str, Any] = msgspec.to_builtins(card)
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
