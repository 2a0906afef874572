"""Where senders are registered, an unregistered one does not send (U10, P8).

Ever more countries keep a register of senders: what is not in it is blocked, replaced, or delivered under a warning
such as "Likely-SCAM". The country facts say which register holds on the message's day, there, for that kind of sender.
The account needs an entry of kind "sender" for the country that is valid on that day. What follows depends on what the
networks do with an unregistered sender and on how sure the fact is: a fact of tier knowledge or none never refuses. In
the weeks before a register begins, the finding is a note with the date.

Ten-digit numbers where campaigns are registered in place of senders (`campaigns`) belong to `campaign-unregistered`;
toll-free numbers stay here. In the countries of `own_numbers` the register is for the country's own numbers alone. That
an entry is genuine is not checked here: whoever records it has seen it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

import msgspec

from comity.accounts.record import AccountRecord
from comity.countries import SenderFact, SenderKind, SenderRegistration, country, may_refuse, spoken_name
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.origin import is_campaign_number, origin_of
from comity.senders.read import Sender
from comity.senders.read import SenderKind as Kind
from comity.senders.registers import KINDS, asked, local_day, places_that_register

_Action = Literal["allow", "note", "hold", "refuse"]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    blocked: _Action = "refuse"
    labelled: _Action = "hold"
    replaced: _Action = "note"
    unknown: _Action = "note"
    unknown_by_law: _Action = "hold"
    warn_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 60
    own_numbers: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ("US",)


class _Ready(msgspec.Struct, frozen=True):
    settings: _Settings
    places: frozenset[tuple[str, SenderKind]]


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Ready:
    for iso2 in (*settings.own_numbers, *settings.campaigns):
        if country(iso2) is None:
            raise ValueError(f"own_numbers and campaigns hold countries, such as FI, not {iso2!r}")
    return _Ready(settings, places_that_register())


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    sender, there = message.sender, message.country
    if sender is None or there is None:
        return Abstain("sender" if sender is None else "country")
    if (there, KINDS[sender.kind]) not in ready.places or not _is_asked(sender, there, ready.settings):
        return MISS
    if message.at is None:
        return Abstain("time")
    fact = asked(there, sender, message.at)
    day = local_day(there, message.at)
    if fact.registration is not None and _is_for(fact.registration, message.category):
        return _in_force(sender, fact, fact.registration, facts.account, (day, ready.settings))
    if fact.coming is not None and _is_for(fact.coming, message.category):
        return _coming(sender, fact, fact.coming, facts.account, (day, ready.settings))
    return MISS


def _is_asked(sender: Sender, there: str, settings: _Settings) -> bool:
    """Whether the register is for this number: some are for a country's own numbers, or for campaigns."""
    if sender.kind is not Kind.NUMBER:
        return True
    if there in settings.campaigns and is_campaign_number(sender):
        return False
    origin = origin_of(sender)
    return there not in settings.own_numbers or (origin is not None and origin.country == there)


def _is_for(registration: SenderRegistration, category: Category) -> bool:
    traffic = "promotional" if category is Category.PROMOTIONAL else "transactional"
    return registration.applies_to in {"all", traffic}


_When = tuple[date, _Settings]


def _in_force(
    sender: Sender, fact: SenderFact, registration: SenderRegistration, account: AccountRecord | None, when: _When
) -> Answer:
    day, settings = when
    action = _action(registration, settings)
    if action == "allow" or (account is not None and _is_registered(account, fact.iso2, sender, day)):
        return MISS
    if account is None:
        return _unknown(sender, fact, registration)
    becomes = _CONSEQUENCES[registration.consequence].format(becomes=registration.becomes or "another sender")
    sentence = f"{sender.shown} is not registered as a sender in {spoken_name(fact.iso2)}. {becomes}"
    return Hit(
        evidence=(Evidence("registration", observed="none", limit=registration.what),),
        sentence=sentence,
        remedy="Register the sender there and have the entry recorded with this account, or use one that is.",
        reviewer=f"{sentence} Sources: {', '.join(registration.sources) or 'none'} (tier {registration.tier}).",
        action=action,
    )


def _unknown(sender: Sender, fact: SenderFact, registration: SenderRegistration) -> Hit:
    """In a check of a file nobody knows what is registered: that it has to be is told all the same."""
    return Hit(
        evidence=(Evidence("registration", observed="not known here", limit=registration.what),),
        sentence=f"{sender.shown} has to be registered in {spoken_name(fact.iso2)}; whether it is, nobody knows here.",
        remedy="Register the sender there and have the entry recorded with the account that sends.",
        action="note",
    )


_CONSEQUENCES: Final = {
    "blocked": "Networks there block what is not registered.",
    "replaced": 'Networks there put "{becomes}" in its place.',
    "labelled": 'Recipients there see "{becomes}" in its place.',
    "unknown": "Networks there ask for it, and may drop what is not registered.",
}


def _coming(
    sender: Sender, fact: SenderFact, coming: SenderRegistration, account: AccountRecord | None, when: _When
) -> Answer:
    day, settings = when
    begins, where = coming.effective or day, spoken_name(fact.iso2)
    if (begins - day).days > settings.warn_days:
        return MISS
    if account is not None and _is_registered(account, fact.iso2, sender, begins):
        return MISS
    return Hit(
        evidence=(Evidence("registration", observed="none", limit=f"{coming.what}, from {begins.isoformat()}"),),
        sentence=f"From {begins.isoformat()} on, {sender.shown} must be registered as a sender in {where}.",
        remedy="Register the sender there in time and have the entry recorded with this account.",
        action="note",
    )


def _action(registration: SenderRegistration, settings: _Settings) -> str:
    by_law = registration.consequence == "unknown" and registration.tier == "official"
    action = settings.unknown_by_law if by_law else _BY_CONSEQUENCE[registration.consequence](settings)
    return "hold" if action == "refuse" and not may_refuse(registration.tier) else action


_BY_CONSEQUENCE: Final = {
    "blocked": lambda settings: settings.blocked,
    "labelled": lambda settings: settings.labelled,
    "replaced": lambda settings: settings.replaced,
    "unknown": lambda settings: settings.unknown,
}


def _is_registered(account: AccountRecord, iso2: str, sender: Sender, day: date) -> bool:
    return any(
        one.kind == "sender" and one.country == iso2 and one.holds(day, sender.key) for one in account.registrations
    )


RULE: Final = Rule(
    id="sender-unregistered",
    clauses=("U10", "P8"),
    title="Sender not registered",
    needs=("account",),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
