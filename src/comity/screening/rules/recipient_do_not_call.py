"""Nobody on a do-not-call register is sent promotions, unless they asked for them (P4, P1).

Operators load the registers of the countries they serve (`comity lists load NAME FILE --kind numbers --country US`).
A promotional message to a number in one is refused.

In most countries a person's own consent stands above their entry. `consent_overrides` says which one does: "explicit"
is an opt-in towards a brand of the account or the sender itself, no older than `consent_days`; "any" is every valid
opt-in of the account; "none" leaves the register the last word. An overlay can say so for one country.

Messages that promote nothing are not for registers. A register is as good as its last load: one that is overdue is
named to the reviewer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.numbers import mask
from comity.screening.judging import MISS, Abstain, Answer, ConsentFact, Facts, Hit, Message, Rule
from comity.screening.rules.link_listed import list_name
from comity.text.fold import fold


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`consent_days` 0 means that a consent does not age."""

    consent_overrides: Literal["none", "explicit", "any"] = "explicit"
    consent_days: Annotated[int, msgspec.Meta(ge=0, le=36_525)] = 0


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.category is not Category.PROMOTIONAL:
        return MISS
    if facts.listed is None:
        return Abstain("listed")
    entries = [one for one in facts.listed if one.kind == "numbers" and one.key == message.recipient]
    if not entries:
        return MISS
    if settings.consent_overrides != "none":
        if not facts.consent_known:
            return Abstain("consent")
        if facts.consent is not None and _overrides(facts.consent, message, facts, settings):
            return MISS
    names = ", ".join(map(list_name, entries))
    return Hit(
        evidence=tuple(
            Evidence("recipient", observed=mask(one.key), limit=f"not on {list_name(one)}") for one in entries
        ),
        sentence=f"This number is on a do-not-call register ({names}), and no opt-in of this person stands above that.",
        remedy="Take the number off your list, or import the opt-in by which this person asked for your messages.",
        reviewer=f"The recipient is on {', '.join(one.list for one in entries)}, and no consent stands above it.",
    )


def _overrides(consent: ConsentFact, message: Message, facts: Facts, settings: _Settings) -> bool:
    oldest = timedelta(days=settings.consent_days)
    if oldest and (message.at is None or message.at - consent.at > oldest):
        return False
    return settings.consent_overrides == "any" or _is_explicit(consent, message, facts)


def _is_explicit(consent: ConsentFact, message: Message, facts: Facts) -> bool:
    """Whether it was given to a brand of the account, or to the sender by its name."""
    own = {fold(brand.name) for brand in facts.account.brands} if facts.account is not None else set()
    if message.sender is not None:
        own.add(fold(message.sender.shown))
    return fold(consent.brand) in own


RULE: Final = Rule(
    id="recipient-do-not-call",
    clauses=("P4", "P1"),
    title="Number on a do-not-call register",
    needs=("listed", "consent", "consent_known", "account"),
    check=_check,
    settings=_Settings,
)
