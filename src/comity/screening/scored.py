"""Owns the rules that stand on a score: thresholds by class of traffic, and context; must not know how scores are made.

A rule of this kind is a title, clauses and sentences around a category of `content.scores`. The cheap score of the
template decides whether anything is looked at; what the sender is told comes from judging this text, for this account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from comity.content.scores import Judged
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.grades import action_at, insist_on_rising
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.screening.personal import may_be_personal
from comity.screening.scoring import Scorer
from comity.senders.held import held_names

Threshold = Annotated[float, msgspec.Meta(gt=0, le=1.01)]
"""A probability; above 1 is never reached."""


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scores from which a text is noted, held and refused; 1.01 is never reached."""

    note_at: Threshold = 0.5
    hold_at: Threshold = 0.75
    refuse_at: Threshold = 0.95


class ScoredSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule on a score is set to.

    Attributes:
        levels: thresholds for every class of traffic.
        by_class: others for some classes (otp, transactional, promotional, alert).
    """

    levels: Levels = Levels()
    by_class: Mapping[str, Levels] = {}


class Speech(msgspec.Struct, frozen=True):
    """What a rule on a score says.

    Attributes:
        category: of `content.scores.CATEGORIES`.
        sentence: what the sender is told; "{kind}" stands for the sort of it, with a colon before, or for nothing.
        remedy: how to mend it.
    """

    category: str
    sentence: str
    remedy: str


class Ready(msgspec.Struct, frozen=True):
    """The settings and the scorer of the policy."""

    settings: ScoredSettings
    scorer: Scorer
    least: float


def scored_rule(rule_id: str, clauses: tuple[str, ...], title: str, speech: Speech) -> Rule:
    """A rule that stands on a score."""

    def check(message: Message, facts: Facts, ready: Ready) -> Answer:
        return _check(message, facts, ready, speech)

    return Rule(
        id=rule_id, clauses=clauses, title=title, needs=(), check=check, settings=ScoredSettings, prepare=_prepare
    )


def _prepare(settings: ScoredSettings, document: PolicyDocument) -> Ready:
    levels = (settings.levels, *settings.by_class.values())
    for one in levels:
        insist_on_rising(one)
    return Ready(settings, Scorer.of(document), min(one.note_at for one in levels))


def _check(message: Message, facts: Facts, ready: Ready, speech: Speech) -> Answer:
    scores = message.scores or ready.scorer.scores_of((message.text,))[0]
    if scores.of(speech.category) < ready.least:
        return MISS
    own = ready.scorer.own(_names(message, facts))
    judged = ready.scorer.judge(message.text, speech.category, own, personal=may_be_personal(message, facts))
    levels = ready.settings.by_class.get(message.category.value, ready.settings.levels)
    return MISS if judged.score < levels.note_at else _hit(judged, levels, speech)


def _names(message: Message, facts: Facts) -> tuple[str, ...]:
    """The names in which the account may write; of one that is not known, none."""
    return held_names(facts.account.brands, message.at) if facts.account is not None else ()


def _hit(judged: Judged, levels: Levels, speech: Speech) -> Hit:
    kind = f": {judged.kind}" if judged.kind else ""
    return Hit(
        evidence=tuple(Evidence("text", observed=sign.title, span=(sign.start, sign.end)) for sign in judged.signs),
        sentence=speech.sentence.replace("{kind}", kind),
        remedy=speech.remedy,
        score=judged.score,
        action=action_at(judged.score, levels),
    )
