"""Nobody may offer to reach emergency services through the gateway, which reaches none (U18, P2).

A hit needs a way to write ("reply SOS", "text this number") together with help that is promised, an emergency
service, or the claim to replace the emergency call. Texts that tell people to call the emergency number, warnings,
news of a fire brigade's open day and the authorities' own text channels pass; so do a tow truck and a plumber.
docs/explanation/content-rules.md has the weights and figures.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.content.emergency import judge_emergency_offer
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.screening.personal import may_be_personal


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    threshold: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.7


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    judged = judge_emergency_offer(message.reading, may_be_personal(message, facts))
    if judged.score < settings.threshold:
        return MISS
    return Hit(
        evidence=tuple(Evidence("text", observed=one.title, span=(one.start, one.end)) for one in judged.spans),
        sentence="This text offers to reach emergency services by message, which this gateway cannot do.",
        remedy="Tell people to call their emergency number, and that no such service reads replies.",
        score=judged.score,
    )


RULE: Final = Rule(
    id="emergency-offer",
    clauses=("U18", "P2"),
    title="Offer to reach emergency services",
    needs=(),
    check=_check,
    settings=_Settings,
)
