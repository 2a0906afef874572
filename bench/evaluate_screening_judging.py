"""Owns judging many texts by the whole default policy, nothing known but the text; must not know what is wanted."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.content.learned import judged_by
from comity.content.learned_card import Card
from comity.content.learned_features import BITS, VERSION
from comity.content.learned_model import Model
from comity.content.scores import Scores
from comity.journey.check import Case, check
from comity.policy.files import default_policy, read_policy
from comity.screening.compiled import CompiledPolicy, compile_policy
from comity.screening.rulebook import RULEBOOK

_AT_ONCE = 256
STOPPED = ("refuse", "hold")


@dataclass(frozen=True)
class Judgement:
    """What came of a text.

    Attributes:
        action: of the whole policy.
        scores: by category.
        rules: those that refuse or hold, with what they do.
    """

    action: str
    scores: Scores
    rules: tuple[tuple[str, str], ...]


class Judge:
    """Judges by the default policy, each text once."""

    def __init__(self) -> None:
        self._policy = _fresh_policy()
        self._known: dict[str, Judgement] = {}

    def judged(self, texts: Sequence[str]) -> list[Judgement]:
        """What comes of each text."""
        for start in range(0, len(texts), _AT_ONCE):
            some = [text for text in dict.fromkeys(texts[start : start + _AT_ONCE]) if text not in self._known]
            for text, scores in zip(some, self._policy.scorer.scores_of(some), strict=True):
                self._known[text] = self._one(text, scores)
        return [self._known[text] for text in texts]

    def scores(self, texts: Sequence[str]) -> list[Scores]:
        """How each text scores; quicker than judging it."""
        found: list[Scores] = []
        for start in range(0, len(texts), _AT_ONCE):
            found += self._policy.scorer.scores_of(texts[start : start + _AT_ONCE])
        return found

    def level(self, category: str, name: str) -> float:
        """A threshold ("note_at", "hold_at", "refuse_at") of a category."""
        settings = self._policy.settings_of(category)
        return getattr(settings.levels, name) if settings is not None else 1.01

    def _one(self, text: str, scores: Scores) -> Judgement:
        verdict = check(Case(text=text), self._policy)
        rules = tuple((one.rule, one.action) for one in verdict.findings if one.enforced and one.action in STOPPED)
        return Judgement(verdict.action, scores, rules)


def _fresh_policy() -> CompiledPolicy:
    """The default policy, read anew: a scorer would remember what it found with the learned model, or without."""
    return compile_policy(read_policy(default_policy().source), RULEBOOK)


def without_learned() -> contextlib.AbstractContextManager[None]:
    """Judge by structure alone."""
    card = Card(features=VERSION, bits=BITS, sha256="", categories={}, sources={})
    return judged_by(Model(card, np.zeros((1 << BITS, 0), dtype=np.int8)))
