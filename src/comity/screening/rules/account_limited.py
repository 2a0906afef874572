"""An account that is limited sends only so many messages a day (U8, D5, U19).

The slow-down between a warning and a suspension. Messages are counted since midnight UTC, whatever their sender; codes
count, and are refused, like any other. Alerts of an account that is cleared for them count and go: a warning is not
held back for what its sender did before. Subaccounts of a limited account are limited, each by itself.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule

_LIMITED: Final = "limited"


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    per_day: Annotated[int, msgspec.Meta(ge=0)] = 200


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if facts.standing is None:
        return Abstain("standing")
    if facts.standing != _LIMITED or (message.category is Category.ALERT and facts.alert_clearance):
        return MISS
    if facts.traffic is None:
        return Abstain("traffic")
    if facts.traffic.account_day < settings.per_day:
        return MISS
    return Hit(
        evidence=(
            Evidence("messages today", observed=str(facts.traffic.account_day + 1), limit=str(settings.per_day)),
        ),
        sentence=f"This account is limited to {settings.per_day} messages a day, and has sent them.",
        remedy="Send again after midnight UTC. GET /api/standing says why the account is limited, and how to appeal.",
    )


RULE: Final = Rule(
    id="account-limited",
    clauses=("U8", "D5", "U19"),
    title="Limited account",
    needs=("standing", "traffic"),
    check=_check,
    settings=_Settings,
)
