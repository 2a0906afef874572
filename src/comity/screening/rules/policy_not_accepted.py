"""Nobody sends live traffic before a named person accepted the policy (G5)."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def _check(_message: Message, facts: Facts, _settings: _Settings) -> Answer:
    if facts.policy_accepted is None:
        return Abstain("policy_accepted")
    if facts.policy_accepted:
        return MISS
    return Hit(
        evidence=(Evidence("acceptance", observed="none", limit="a named person of the account"),),
        sentence="Nobody of this account has accepted the acceptable use policy yet.",
        remedy="Have a person who may bind the account read and accept the policy, then send again.",
    )


RULE: Final = Rule(
    id="policy-not-accepted",
    clauses=("G5",),
    title="Policy not accepted",
    needs=("policy_accepted",),
    check=_check,
    settings=_Settings,
)
