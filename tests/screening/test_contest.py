"""Two learned models compared by what follows from them."""

from __future__ import annotations

import numpy as np
import pytest

from comity.content.categories import JUDGES
from comity.content.cues_weighed import probability
from comity.content.learned_card import Card, Taught
from comity.content.learned_features import BITS, VERSION, features_of
from comity.content.learned_model import Model
from comity.content.scores import Judged
from comity.screening import scoring
from comity.screening.contest import Change, contest
from support.judging import shipped


@pytest.fixture(autouse=True)
def _learned_alone(monkeypatch):
    """Threats are judged by what is learned alone, everything else by its own judge."""
    judge = {"threat": lambda analysis: Judged(probability(analysis.learned["threat"]))}
    monkeypatch.setattr(scoring, "JUDGES", {**JUDGES, **judge})


def a_model(scale: float, *words: str) -> Model:
    """A model to which these words are threats, the more the greater its scale."""
    weights = np.zeros((1 << BITS, 1), dtype=np.int8)
    for word in words:
        weights[features_of([word]).buckets[1:]] = 100
    return Model(Card(VERSION, BITS, "", {"threat": Taught(scale, -9.0, {})}, {}), weights)


TEXTS = [*((n, f"the flumquat {'o' * n}") for n in range(7)), ("mild", "hello")]


@pytest.mark.parametrize("model", [a_model(1.0), a_model(1.0, "flumquat")])
def test_a_model_decides_as_itself(model):
    found = contest(TEXTS, model, model, shipped())
    assert (found.texts, found.differing, found.changes) == (8, 0, ())


def test_decisions_that_differ_are_counted_and_some_are_named():
    found = contest(TEXTS, a_model(1.0), a_model(1.0, "flumquat"), shipped())
    assert (found.texts, found.differing) == (8, 7)
    assert found.changes == (Change("threat", "allow", "refuse", 7, (0, 1, 2, 3, 4)),)


def test_the_other_way_round_it_says_the_other_way_round():
    (change,) = contest(TEXTS, a_model(1.0, "flumquat"), a_model(1.0), shipped()).changes
    assert (change.before, change.after) == ("refuse", "allow")


def test_a_score_that_moves_within_a_grade_changes_nothing():
    assert contest(TEXTS, a_model(1.0, "flumquat"), a_model(1.1, "flumquat"), shipped()).differing == 0


def test_more_texts_than_are_judged_at_once_are_all_judged():
    many = [(n, f"the flumquat {n}") for n in range(700)]
    found = contest(many, a_model(1.0), a_model(1.0, "flumquat"), shipped())
    assert (found.texts, found.differing) == (700, 700)
