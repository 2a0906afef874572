"""A promotional message needs the recipient's explicit consent (P4)."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def _check(message: Message, facts: Facts, _settings: _Settings) -> Answer:
    if message.category is not Category.PROMOTIONAL:
        return MISS
    if not facts.consent_known:
        return Abstain("consent")
    if facts.consent is not None:
        return MISS
    return Hit(
        evidence=(Evidence("recipient", observed=message.recipient, limit="a recorded opt-in"),),
        sentence="There is no record that this recipient agreed to promotional messages from you.",
        remedy="Import this person's opt-in, or send it with its proof to the operator; else leave the recipient out.",
    )


RULE: Final = Rule(
    id="promotion-without-consent",
    clauses=("P4",),
    title="Promotion without consent",
    needs=("consent",),
    check=_check,
    settings=_Settings,
)
