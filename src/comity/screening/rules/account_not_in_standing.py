"""An account that is suspended or deactivated sends nothing (D5, U19)."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule

_BARRED: Final = {
    "suspended": "This account is suspended, so it cannot send until the suspension is lifted.",
    "deactivated": "This account is deactivated and cannot send.",
}


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def _check(_message: Message, facts: Facts, _settings: _Settings) -> Answer:
    if facts.standing is None:
        return Abstain("standing")
    sentence = _BARRED.get(facts.standing)
    if sentence is None:
        return MISS
    return Hit(
        evidence=(Evidence("standing", observed=facts.standing),),
        sentence=sentence,
        remedy="Ask the operator for the reasons and what would lift this; nothing is sent until it is lifted.",
    )


RULE: Final = Rule(
    id="account-not-in-standing",
    clauses=("D5", "U19"),
    title="Account not in standing",
    needs=("standing",),
    check=_check,
    settings=_Settings,
)
