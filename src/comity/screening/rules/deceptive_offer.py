"""An offer must not deceive: unasked prizes, sure profit, miracle cures, windfalls, "free" with a charge (U3, U9, P9).

The score adds up what is promised, how it is to be claimed, threats of losing it, fees, haste and links; conditions
set out openly, a contest that the recipient entered, and the recipient's own orders and payments speak against. So
a shop's discount, a contest with its rules, a trial with its price and a refund for an order pass. Weak cases are
noted, clearer ones held, plain ones refused. docs/explanation/content-rules.md has the weights and figures.

Words alone decide here: a fraud that reads like a notice is for other rules.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.content.offers import KINDS, DeceptiveOffer, judge_offer
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.grades import action_at, insist_on_rising
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.screening.personal import may_be_personal

_PROMOTIONAL: Final = 0.9


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.6
    hold_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.75
    refuse_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.95


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Settings:
    insist_on_rising(settings)
    return settings


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    promotional = message.category is Category.PROMOTIONAL or message.promotion >= _PROMOTIONAL
    judged = judge_offer(message.reading, promotional, may_be_personal(message, facts))
    if judged.score < settings.note_at:
        return MISS
    return _hit(judged, settings)


def _hit(judged: DeceptiveOffer, settings: _Settings) -> Hit:
    what = ", ".join(KINDS[kind] for kind in judged.kinds)
    spans = (Evidence("text", observed=span.title, span=(span.start, span.end)) for span in judged.spans)
    return Hit(
        evidence=(Evidence("offer", observed=what), *spans),
        sentence=f"This text reads as a deceptive offer: {what}.",
        remedy="Say what is offered, by whom, at what full price, under which conditions; promise only what is sure.",
        score=judged.score,
        action=action_at(judged.score, settings),
    )


RULE: Final = Rule(
    id="deceptive-offer",
    clauses=("U3", "U9", "P9"),
    title="Deceptive offer",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
