"""Promotional texts wait for the hours that the recipient's country allows (P7, P1)."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.countries.hours import Wait, next_allowed
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule

_NEVER_WAITS: Final = frozenset({Category.OTP, Category.ALERT})


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    default_start: str = "08:00"
    default_end: str = "21:00"


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.category in _NEVER_WAITS:
        return MISS
    if message.at is None or not facts.zones:
        return Abstain("zones")
    answer = next_allowed(
        message.country,
        facts.zones,
        message.category.value,
        message.at,
        default_windows=(settings.default_start, settings.default_end),
        us_state=facts.us_state,
    )
    return _hit(message, answer) if isinstance(answer, Wait) else MISS


def _hit(message: Message, wait: Wait) -> Hit:
    return Hit(
        evidence=(Evidence("local time", observed=wait.local, limit=wait.why),),
        sentence=f"It is outside the hours for such messages where the recipient is ({wait.why}), so this one waits.",
        remedy="Nothing: it is sent at the next allowed minute. Schedule it yourself to choose another.",
        reviewer=f"{message.country or 'unknown country'}: {wait.why}. Source: {wait.source} ({wait.tier}).",
        until=wait.until,
    )


RULE: Final = Rule(
    id="quiet-hours",
    clauses=("P7", "P1"),
    title="Outside the recipient's hours",
    needs=("zones",),
    check=_check,
    settings=_Settings,
)
