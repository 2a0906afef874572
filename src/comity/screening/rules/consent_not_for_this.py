"""A consent counts for the brand it was given to, for what it was given for, and not for ever (P4).

The brand that a message speaks for is the one of the account's brands that its text names, else the one its sender's
name is, else any of its brands or what the sender's name stands for. A shortened name is the same brand. A person looks
where it is plain that the consent was given to another: the text says in its own words who speaks, or the consent names
one more of the account's brands, or a protected name. Else the name may be another one of the same company, and is only
noted.
A purpose that speaks only of codes, alerts, appointments, deliveries and the like does not cover offers; one that
cannot be read is taken to. A consent ages from the day it was given or, when that is later, from the day the recipient
last wrote. Where there is no consent at all, another rule speaks.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec

from comity.accounts.record import AccountRecord
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.policy.lists import entries_of
from comity.screening.judging import MISS, Abstain, Answer, ConsentFact, Facts, Hit, Message, Rule
from comity.screening.speaking import speaks_for
from comity.senders.brands import BrandIndex
from comity.text.naming import is_named, same_name
from comity.text.unmask import unmask

_Action = Literal["allow", "note", "hold", "refuse"]
_Days = Annotated[int, msgspec.Meta(ge=0, le=36_600)]
_WORD: Final = re.compile(r"[^\W\d_]+")


class _AgeThere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    country: str
    days: _Days


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old a consent may be, in all and in some countries (0: no limit); what stands in purposes; the actions.

    `for_offers` and `for_others` are lists of the policy with beginnings of words.
    """

    max_age_days: _Days = 1825
    max_age_in: tuple[_AgeThere, ...] = ()
    for_offers: str = "consent-for-offers"
    for_others: str = "consent-for-others"
    too_old_action: _Action = "hold"
    other_brand_action: _Action = "hold"
    unknown_brand_action: _Action = "note"
    other_purpose_action: _Action = "refuse"


class _Ready(msgspec.Struct, frozen=True):
    settings: _Settings
    max_age_in: dict[str, int]
    offers: tuple[str, ...]
    others: tuple[str, ...]
    protected: BrandIndex


def _prepare(settings: _Settings, document: PolicyDocument) -> _Ready:
    ages = {one.country: one.days for one in settings.max_age_in}
    offers, others = _listed(settings.for_offers, document), _listed(settings.for_others, document)
    return _Ready(settings, ages, offers, others, BrandIndex.of(document.brands))


def _listed(name: str, document: PolicyDocument) -> tuple[str, ...]:
    return tuple(unmask(entry).plain for entry in entries_of(document, name))


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    if message.category is not Category.PROMOTIONAL:
        return MISS
    if not facts.consent_known:
        return Abstain("consent")
    consent = facts.consent
    if consent is None:
        return MISS
    brands = speaks_for(message, facts.account)
    if consent.brand and brands and not any(same_name(consent.brand, one) for one in brands):
        plain = any(is_named(one, message.reading.unmasked) for one in brands)
        settings = ready.settings
        if plain or _is_known(consent.brand, facts.account, ready):
            return _other_brand(consent, brands, settings.other_brand_action)
        return _other_brand(consent, brands, settings.unknown_brand_action)
    if _is_for_others(consent.purpose, ready):
        return _other_purpose(consent, ready.settings)
    return _judge_age(message, facts, consent, ready)


def _is_known(brand: str, account: AccountRecord | None, ready: _Ready) -> bool:
    """Whether a brand is known to be another than the one that a message speaks for."""
    own = account is not None and any(same_name(brand, one.name) for one in account.brands)
    return own or bool(ready.protected.exact(brand))


def _is_for_others(purpose: str, ready: _Ready) -> bool:
    words = _words(purpose)
    if any(word.startswith(ready.offers) for word in words):
        return False
    return any(word.startswith(ready.others) for word in words)


@lru_cache(maxsize=1024)
def _words(purpose: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(unmask(purpose).plain))


def _other_brand(consent: ConsentFact, brands: tuple[str, ...], action: str) -> Hit:
    return Hit(
        evidence=(Evidence("brand of the consent", observed=consent.brand, limit=" or ".join(brands)),),
        sentence=f"This recipient agreed to messages from {consent.brand}, and this one speaks for {brands[0]}.",
        remedy="Leave the recipient out, or get their consent for this brand and import it with its proof.",
        action=action,
    )


def _other_purpose(consent: ConsentFact, settings: _Settings) -> Hit:
    return Hit(
        evidence=(Evidence("purpose of the consent", observed=consent.purpose, limit="promotional messages"),),
        sentence=f"This recipient agreed to {consent.purpose}, not to promotional messages.",
        remedy="Leave the recipient out, or get their consent for offers and import it with its proof.",
        action=settings.other_purpose_action,
    )


def _judge_age(message: Message, facts: Facts, consent: ConsentFact, ready: _Ready) -> Answer:
    days = ready.max_age_in.get(message.country or "", ready.settings.max_age_days)
    if not days:
        return MISS
    if message.at is None:
        return Abstain("at")
    renewed = facts.heard.at if facts.heard is not None else None
    since = max(consent.at, renewed) if renewed is not None else consent.at
    age = message.at - since
    if age <= timedelta(days=days):
        return MISS
    return Hit(
        evidence=(Evidence("age of the consent", observed=f"{age.days} days", limit=f"{days} days"),),
        sentence=f"The consent of this recipient is {age.days} days old; it counts for {days}.",
        remedy="Ask the recipient to agree anew, and import that consent with its proof.",
        action=ready.settings.too_old_action,
    )


RULE: Final = Rule(
    id="consent-not-for-this",
    clauses=("P4",),
    title="Consent for something else",
    needs=("consent", "account", "heard"),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
