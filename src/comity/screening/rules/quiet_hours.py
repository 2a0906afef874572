"""Promotional texts wait for the hours that the recipient's country allows (P7, P1).

The recipient's clock counts: where a number leaves several open, a moment must be allowed on all of them. Public
holidays count where the country's rule says so. Codes and alerts never wait. In a few countries a person's own word
lifts the hours: a consent whose purpose names them ("offers at night", "offers at any hour") lets promotional messages
through there.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comity.countries.hours import Allowed, NoWindow, Wait, next_allowed, schedule
from comity.countries.week import every_day
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule

_NEVER_WAITS: Final = frozenset({Category.OTP, Category.ALERT})
# In the languages of the countries that have such a consent, and English.
_NAMES_HOURS: Final = re.compile(
    r"\b(?:nights?|overnight|evenings?|sundays?|weekends?|any ?time|any hours?|all hours|24 ?h(?:ours)?|24/7|nag|aand"
    r"|enige tyd)\b|야간|밤|심야",
    re.IGNORECASE,
)


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`default`: promotional hours, local, where nothing is known of a country."""

    default: str = "08:00-21:00"

    def __post_init__(self) -> None:
        """Let a policy with hours that cannot be read fail when it is compiled, not at each message."""
        try:
            every_day(self.default)
        except ValueError:
            raise ValueError(f"default must be written as 08:00-21:00, not {self.default!r}") from None


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.category in _NEVER_WAITS:
        return MISS
    if message.at is None or facts.zones is None:
        return Abstain("zones")
    if message.category is not Category.PROMOTIONAL and not facts.zones:
        return MISS
    place = f"{message.country}-{facts.us_state}" if facts.us_state else message.country or ""
    answer = next_allowed(place, facts.zones, message.category.value, message.at, every_day(settings.default))
    if isinstance(answer, Allowed) or _agreed_to_closed_hours(message, facts, place):
        return MISS
    at = message.at.isoformat(timespec="minutes")
    return _never(at, answer) if isinstance(answer, NoWindow) else _later(at, answer)


def _agreed_to_closed_hours(message: Message, facts: Facts, place: str) -> bool:
    """Whether the recipient's own consent lifts the hours, in a country where one can."""
    if message.category is not Category.PROMOTIONAL or facts.consent is None:
        return False
    if schedule(place, message.category.value).override is None:
        return False
    return _NAMES_HOURS.search(facts.consent.purpose) is not None


def _later(at: str, wait: Wait) -> Hit:
    # What becomes of the message is the policy's and the other rules' to say: these words hold for all of it.
    return Hit(
        evidence=(Evidence("hours", observed=at, limit=wait.hours),),
        sentence=f"It is outside the recipient's hours for such messages. {wait.why}",
        remedy=f"The next allowed moment is {wait.until:%Y-%m-%dT%H:%M:%SZ} ({wait.local}): schedule such messages for "
        "then or later. One that is deferred goes by itself.",
        reviewer=f"{wait.why} Sources: {wait.source or 'none'} (tier {wait.tier}).",
        until=wait.until,
    )


def _never(at: str, answer: NoWindow) -> Hit:
    return Hit(
        evidence=(Evidence("hours", observed=at, limit=answer.hours),),
        sentence=answer.why,
        remedy="Leave this recipient out of such messages, or ask the operator which hours count for the number.",
        action="hold",
    )


RULE: Final = Rule(
    id="quiet-hours",
    clauses=("P7", "P1"),
    title="Outside the recipient's hours",
    needs=("zones", "consent"),
    check=_check,
    settings=_Settings,
)
