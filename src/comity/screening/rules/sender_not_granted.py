"""A sender id must be granted to the account: be, and only be, yourself (U1, P3)."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def _check(message: Message, facts: Facts, _settings: _Settings) -> Answer:
    if message.sender is None or facts.sender_granted is None:
        return Abstain("sender_granted")
    if facts.sender_granted:
        return MISS
    return Hit(
        evidence=(Evidence("sender", observed=message.sender.shown, limit="a sender granted to this account"),),
        sentence=f"The sender {message.sender.shown} is not granted to this account.",
        remedy="Send as a sender you own, or ask for this one with proof that it is yours.",
    )


RULE: Final = Rule(
    id="sender-not-granted",
    clauses=("U1", "P3"),
    title="Sender not granted",
    needs=("sender_granted",),
    check=_check,
    settings=_Settings,
)
