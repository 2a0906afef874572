"""Owns comparing two learned models on texts, by the decisions that follow; must not know where texts come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from comity.content.learned import judged_by
from comity.content.learned_model import Model
from comity.content.scores import CATEGORIES, Scores
from comity.messages.verdict import Action
from comity.screening.compiled import CompiledPolicy
from comity.screening.grades import action_at
from comity.screening.scored import Levels, ScoredSettings
from comity.screening.scoring import Scorer

_AT_ONCE: Final = 256
_MOST_IDS: Final = 5
_NOTHING: Final = Action.ALLOW.word


class Change(msgspec.Struct, frozen=True):
    """Texts of which one category decides otherwise.

    Attributes:
        before: what the first model's score leads to: allow, note, hold or refuse.
        after: the second's.
        texts: how many.
        ids: of the first few.
    """

    category: str
    before: str
    after: str
    texts: int
    ids: tuple[Any, ...]


class Contest(msgspec.Struct, frozen=True):
    """What came of it: how many texts, of how many a decision differs, and how."""

    texts: int
    differing: int
    changes: tuple[Change, ...]


def contest(texts: Iterable[tuple[Any, str]], first: Model, second: Model, policy: CompiledPolicy) -> Contest:
    """Score every text, id and text given, with both models, and compare what the policy's thresholds make of it.

    A category without a rule, or whose rule is off, decides nothing.
    """
    levels = _levels(policy)
    scorers = [(model, Scorer(policy.policy.document)) for model in (first, second)]
    found: dict[tuple[str, str, str], list[Any]] = {}
    count = differing = 0
    for some in _pieces(texts):
        both = [_scores(model, scorer, [text for _, text in some]) for model, scorer in scorers]
        for (id_, _), *scores in zip(some, *both, strict=True):
            changed = list(_changes(levels, *scores))
            count, differing = count + 1, differing + bool(changed)
            for change in changed:
                found.setdefault(change, []).append(id_)
    changes = (Change(*how, len(ids), tuple(ids[:_MOST_IDS])) for how, ids in sorted(found.items()))
    return Contest(count, differing, tuple(changes))


def _levels(policy: CompiledPolicy) -> dict[str, Levels]:
    settings = {category: policy.settings_of(category) for category in CATEGORIES}
    return {category: one.levels for category, one in settings.items() if isinstance(one, ScoredSettings)}


def _pieces(texts: Iterable[tuple[Any, str]]) -> Iterator[list[tuple[Any, str]]]:
    left = iter(texts)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _scores(model: Model, scorer: Scorer, texts: Sequence[str]) -> list[Scores]:
    with judged_by(model):
        return scorer.scores_of(texts)


def _changes(levels: dict[str, Levels], before: Scores, after: Scores) -> Iterator[tuple[str, str, str]]:
    for category, one in levels.items():
        was, is_now = (_decision(scores.of(category), one) for scores in (before, after))
        if was != is_now:
            yield category, was, is_now


def _decision(score: float, levels: Levels) -> str:
    return _NOTHING if score < levels.note_at else action_at(score, levels)
