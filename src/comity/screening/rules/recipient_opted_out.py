"""Who opted out is left alone, whatever the category, but for codes they ask for themselves (P4)."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    exempt: tuple[Category, ...] = (Category.OTP,)


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if facts.opted_out is None:
        return Abstain("opted_out")
    if not facts.opted_out or message.category in settings.exempt:
        return MISS
    if message.category is Category.ALERT and facts.alert_clearance:
        return MISS
    return Hit(
        evidence=(Evidence("recipient", observed=message.recipient, limit="not on the account's opt-out list"),),
        sentence="This recipient has opted out of your messages.",
        remedy="Take the number off your list; only the recipient can opt in again, by texting START.",
    )


RULE: Final = Rule(
    id="recipient-opted-out",
    clauses=("P4",),
    title="Recipient opted out",
    needs=("opted_out",),
    check=_check,
    settings=_Settings,
)
