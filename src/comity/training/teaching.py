"""Owns making a model of labelled texts; must not know where they come from or where it goes.

Each category is fitted by itself, both sides counting the same, each cluster of near-duplicates as one text. What it
says is then put on the scale of log-odds by texts that the fit had not seen.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from comity.content.learned_card import Card, Source, Taught
from comity.content.learned_features import BITS, VERSION, Features, features_of
from comity.content.learned_model import weights_octets
from comity.content.reading import Reading
from comity.content.template import template_of
from comity.training.calibrating import line_of
from comity.training.corpora import Labelled
from comity.training.fitting import Effort, Floats, Lesson, Matrix, fit

LEAST_TEXTS: Final = 20
"""A category of which fewer texts say yes, or no, is not taught."""

_AT_ONCE: Final = 256
_FOLDS: Final = 2
_EVEN: Final = 0.5
_LARGEST: Final = 127


class Made(msgspec.Struct, frozen=True):
    """A model: its weights as a file, and its card."""

    weights: bytes
    card: Card


class Learned(msgspec.Struct, frozen=True):
    """A category: its weight by bucket, and what puts a text's sum on the scale of log-odds."""

    weights: npt.NDArray[np.int8]
    taught: Taught


def teach(texts: Sequence[Labelled], sources: dict[str, Source], effort: Effort | None = None) -> Made:
    """Make a model; the same texts in the same order give the same bytes.

    Args:
        texts: what is learned from.
        sources: what its card says of where they come from.
        effort: how to fit.
    """
    plain = [Reading(template_of(one.text)).unmasked.plain for one in texts]
    names = sorted({category for one in texts for category in one.says})
    learned = {}
    for name in names:
        chosen = [place for place, one in enumerate(texts) if one.says.get(name, _EVEN) != _EVEN]
        known = [texts[place] for place in chosen]
        if min(_sides(name, known)) >= LEAST_TEXTS:
            learned[name] = _learned(
                name, known, features_in_pieces([plain[place] for place in chosen]), effort or Effort()
            )
    columns = [one.weights for one in learned.values()]
    weights = np.stack(columns, axis=1) if columns else np.zeros((1 << BITS, 0), dtype=np.int8)
    octets = weights_octets(weights)
    taught = {name: one.taught for name, one in learned.items()}
    used = {source for one in taught.values() for source in one.texts}
    told = {name: source for name, source in sources.items() if name in used}
    return Made(octets, Card(VERSION, BITS, hashlib.sha256(octets).hexdigest(), taught, told))


def _sides(name: str, texts: Sequence[Labelled]) -> tuple[int, int]:
    yes = sum(one.says[name] > _EVEN for one in texts)
    return yes, len(texts) - yes


def _learned(name: str, texts: Sequence[Labelled], features: Features, effort: Effort) -> Learned:
    matrix = Matrix(features, effort.least_texts)
    lesson = lesson_of(name, texts)
    weights, bias = fit(matrix, lesson, effort)
    unseen = _unseen(matrix, lesson, np.array([one.cluster % _FOLDS for one in texts]), effort)
    slope, offset = line_of(unseen, lesson)
    unit = float(np.max(np.abs(weights))) / _LARGEST or 1.0
    by_bucket = np.zeros(1 << BITS, dtype=np.int8)
    by_bucket[matrix.columns] = np.rint(weights / unit)
    taught = Taught(round(slope * unit, 6), round(slope * bias + offset, 3), _counted(name, texts))
    return Learned(by_bucket, taught)


def lesson_of(name: str, texts: Sequence[Labelled]) -> Lesson:
    """What texts say of a category: both sides weigh the same, so does each cluster, a doubtful text less."""
    says = np.array([one.says[name] for one in texts])
    targets = np.where(says > _EVEN, 1.0, -1.0)
    sizes = Counter(one.cluster for one in texts)
    weights = np.abs(2.0 * says - 1.0) / np.array([sizes[one.cluster] for one in texts])
    for side in (targets > 0, targets < 0):
        weights[side] /= np.sum(weights[side])
    return Lesson(targets, weights)


def _unseen(matrix: Matrix, lesson: Lesson, folds: npt.NDArray[np.int64], effort: Effort) -> Floats:
    """What each text weighs by a fit of the other folds; clusters stay together."""
    found = np.zeros(len(folds))
    for fold in range(_FOLDS):
        aside = folds == fold
        weights, bias = fit(matrix, Lesson(lesson.targets, np.where(aside, 0.0, lesson.weights)), effort)
        found[aside] = (matrix.times(weights) + bias)[aside]
    return found


def _counted(name: str, texts: Sequence[Labelled]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for one in texts:
        of = counts.setdefault(one.source, {"yes": 0, "no": 0})
        of["yes" if one.says[name] > _EVEN else "no"] += 1
    return counts


def features_in_pieces(texts: Sequence[str]) -> Features:
    """The features of many texts, in pieces: an array of all code points would be large."""
    pieces = [features_of(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
    return Features(*(np.concatenate(part) for part in zip(*pieces, strict=True)))
