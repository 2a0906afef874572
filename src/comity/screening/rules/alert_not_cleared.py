"""The category alert is for cleared accounts and for warnings, never for offers (P2).

An alert may pass opt-outs, quiet hours and caps, so an account needs the clearance "alert" for it; without one it
is judged as any other text, and the sender is told. A promotional text declared as an alert is held. Text messages
arrive late or not at all when networks are busy, so a warning must never depend on them alone.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule

_CLEARANCE: Final = "alert"
_ADVICE: Final = "Send warnings over a second channel too (sirens, radio, calls), as texts can be late or lost."


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    promotional_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.9
    promotional_action: Literal["note", "hold", "refuse"] = "hold"


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.declared is not Category.ALERT:
        return MISS
    if message.category is Category.PROMOTIONAL or message.promotion >= settings.promotional_at:
        return _promotional(message, settings)
    if facts.account is None:
        return Abstain("account")
    if facts.alert_clearance:
        return MISS
    mine = [one for one in facts.account.clearances if one.content == _CLEARANCE]
    if mine and message.at is None:
        return Abstain("at")
    if message.at is not None and any(one.holds(message.at.date(), message.country) for one in mine):
        return MISS
    return Hit(
        evidence=(Evidence("category", observed="alert"), Evidence("clearance", observed="none", limit=_CLEARANCE)),
        sentence="This was declared as an alert, for which the account has no clearance.",
        remedy=f"Ask the operator to clear the account for alerts, or declare it transactional. {_ADVICE}",
    )


def _promotional(message: Message, settings: _Settings) -> Hit:
    return Hit(
        evidence=(Evidence("text", observed=f"promotional ({message.promotion:.2f})", limit="alert"),),
        sentence="This text promotes something, so it is no alert.",
        remedy=f"Declare it promotional; keep alerts for warnings. {_ADVICE}",
        action=settings.promotional_action,
    )


RULE: Final = Rule(
    id="alert-not-cleared",
    clauses=("P2",),
    title="Alert without clearance",
    needs=("account",),
    check=_check,
    settings=_Settings,
)
