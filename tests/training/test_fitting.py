"""Fitting and calibrating: laws of the sums, and what comes of plain cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.learned_features import features_of
from comity.training.calibrating import line_of
from comity.training.fitting import Effort, Lesson, Matrix, fit

TEXTS = st.lists(st.text(alphabet="ab cd", max_size=30), min_size=2, max_size=8)


def lesson(*targets: float) -> Lesson:
    return Lesson(np.array(targets), np.ones(len(targets)))


@given(TEXTS, st.integers(0, 1000))
def test_summing_by_text_and_summing_by_feature_are_the_same_table_read_twice(texts, seed):
    matrix = Matrix(features_of(texts), least_texts=1)
    chance = np.random.default_rng(seed)
    weights, amounts = chance.normal(size=len(matrix.columns)), chance.normal(size=len(texts))
    assert np.dot(matrix.times(weights), amounts) == pytest.approx(np.dot(weights, matrix.back(amounts)))


@given(TEXTS)
def test_a_text_of_unit_weights_weighs_the_root_of_its_length(texts):
    features = features_of(texts)
    matrix = Matrix(features, least_texts=1)
    assert matrix.times(np.ones(len(matrix.columns))) == pytest.approx(np.sqrt(features.counts))


@given(TEXTS)
def test_what_few_texts_have_is_left_out_and_what_all_have_never_is(texts):
    matrix = Matrix(features_of(texts), least_texts=100)
    assert matrix.columns.tolist() == [0]


def test_fitting_tells_what_can_be_told():
    texts = ["win a prize", "prize to win", "dinner at six", "six is fine"]
    matrix = Matrix(features_of(texts), least_texts=1)
    targets = lesson(1, 1, -1, -1)
    weights, bias = fit(matrix, targets, Effort())
    assert (np.sign(matrix.times(weights) + bias) == targets.targets).all()


def test_a_text_without_weight_teaches_nothing():
    texts = ["win a prize", "dinner at six", "win a prize"]
    matrix = Matrix(features_of(texts), least_texts=1)
    weights, bias = fit(matrix, Lesson(np.array([1.0, -1.0, -1.0]), np.array([1.0, 1.0, 0.0])), Effort())
    assert matrix.times(weights)[0] + bias > 0


def test_fitting_twice_gives_the_same_bits():
    texts = ["win a prize", "prize to win", "dinner at six", "six is fine"]
    made = [fit(Matrix(features_of(texts), 1), lesson(1, 1, -1, -1), Effort()) for _ in range(2)]
    assert made[0][0].tobytes() == made[1][0].tobytes()
    assert made[0][1] == made[1][1]


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (2.0, -1.0), (0.5, 3.0)])
def test_calibration_finds_the_line_that_the_labels_were_drawn_by(slope, offset):
    values = np.repeat(np.linspace(-3, 3, 25), 2)
    likely = [1 / (1 + math.exp(-(slope * value + offset))) for value in values]
    targets = np.tile([1.0, -1.0], 25)
    weights = np.array([p if target > 0 else 1 - p for p, target in zip(likely, targets, strict=True)])
    assert line_of(values, Lesson(targets, weights)) == pytest.approx((slope, offset), abs=0.01)


def test_calibration_of_what_is_told_apart_without_fail_ends():
    slope, offset = line_of(np.array([-1.0, -2.0, 1.0, 2.0]), lesson(-1, -1, 1, 1))
    assert 1 < slope < 1000
    assert abs(offset) < 10
