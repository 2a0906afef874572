"""Work, housing, credit and services must not be offered to some and denied to others for what they are (U3, P10).

Grounds: race or origin, religion, nationality, sex, disability, orientation, age. A group's name counts only where
words of exclusion stand right beside it, and only together with what is offered. Ages for alcohol and events,
discounts for seniors and students, health screening, sports teams, sizes and prayer times pass, and so does a text
that says that all are welcome. docs/explanation/content-rules.md has the weights and figures.

What a law allows (a shelter for women, a church's priest) a text seldom says: such hits are held for a person, who
can tell.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.content.discrimination import GROUNDS, DiscriminatoryOffer, judge_discrimination
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.grades import action_at, insist_on_rising
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.screening.personal import may_be_personal


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.55
    hold_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.7
    refuse_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.95


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Settings:
    insist_on_rising(settings)
    return settings


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    judged = judge_discrimination(message.reading, may_be_personal(message, facts))
    return MISS if judged.score < settings.note_at else _hit(judged, settings)


def _hit(judged: DiscriminatoryOffer, settings: _Settings) -> Hit:
    grounds = " and ".join(GROUNDS[ground] for ground in judged.grounds)
    spans = (Evidence("text", observed=span.title, span=(span.start, span.end)) for span in judged.spans)
    return Hit(
        evidence=(Evidence("ground", observed=grounds), *spans),
        sentence=f"This offer leaves people out by {grounds}.",
        remedy="Offer it to everybody; where a law asks for or allows the limit, tell the operator which.",
        score=judged.score,
        action=action_at(judged.score, settings),
    )


RULE: Final = Rule(
    id="discriminatory-offer",
    clauses=("U3", "P10"),
    title="Discriminatory offer",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
