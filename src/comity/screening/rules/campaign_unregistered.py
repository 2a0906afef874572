"""Application traffic from ten-digit numbers goes under a registered campaign (U10, P8, U9).

In the United States programs send from ordinary ten-digit numbers only under a brand and campaign in The Campaign
Registry; networks filter the rest. The account needs an entry of kind "campaign" for the country, for this sender or
all of its senders, valid on the message's day there. A promotional text that resembles none of the samples with which
the campaign was registered is noted: networks compare too.

Toll-free numbers are verified and short codes leased one by one: `sender-unregistered` sees to them. Likeness is that
of `comity.text.similar`, in bits of 64; texts of a few words resemble others by chance, so it only notes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Literal

import msgspec

from comity.accounts.record import AccountRecord, Registration
from comity.countries import SenderFact, country, may_refuse
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.origin import is_campaign_number
from comity.senders.read import Sender, SenderKind
from comity.senders.registers import asked, local_day
from comity.text.similar import NOTHING_TO_COMPARE, distance

_Action = Literal["allow", "note", "hold", "refuse"]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    countries: tuple[str, ...] = ("US",)
    unregistered: _Action = "refuse"
    unlike: _Action = "note"
    distance: Annotated[int, msgspec.Meta(ge=0, le=64)] = 24


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Settings:
    for iso2 in settings.countries:
        if country(iso2) is None:
            raise ValueError(f"countries hold codes, such as US, not {iso2!r}")
    return settings


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    sender = message.sender
    if message.country not in settings.countries or message.country is None:
        return MISS
    if sender is None:
        return Abstain("sender")
    if sender.kind is not SenderKind.NUMBER or not is_campaign_number(sender):
        return MISS
    if message.at is None:
        return Abstain("time")
    fact = asked(message.country, sender, message.at)
    if fact.registration is None:
        return MISS
    if facts.account is None:
        return MISS if settings.unregistered == "allow" else _unknown(sender, fact)
    campaigns = _campaigns(facts.account, fact.iso2, sender, local_day(fact.iso2, message.at))
    if not campaigns:
        return MISS if settings.unregistered == "allow" else _unregistered(sender, fact, settings)
    return _compared(message, campaigns, settings)


def _campaigns(account: AccountRecord, iso2: str, sender: Sender, day: date) -> tuple[Registration, ...]:
    return tuple(
        one
        for one in account.registrations
        if one.kind == "campaign" and one.country == iso2 and one.holds(day, sender.key)
    )


def _unknown(sender: Sender, fact: SenderFact) -> Hit:
    """In a check of a file nobody knows what is registered: that it has to be is told all the same."""
    what = fact.registration.what if fact.registration else ""
    return Hit(
        evidence=(Evidence("registration", observed="not known here", limit=what),),
        sentence=f"{sender.shown} needs a registered campaign; whether it has one is not known here.",
        remedy="Register brand and campaign, and have the campaign recorded with the account that sends.",
        action="note",
    )


def _unregistered(sender: Sender, fact: SenderFact, settings: _Settings) -> Hit:
    action = settings.unregistered
    return Hit(
        evidence=(
            Evidence("registration", observed="none", limit=fact.registration.what if fact.registration else ""),
        ),
        sentence=f"{sender.shown} sends under no registered campaign, and networks there filter such messages.",
        remedy="Register brand and campaign, and have the campaign recorded with this account.",
        reviewer=f"No campaign of the account holds for this sender. Sources: {', '.join(fact.sources) or 'none'} "
        f"(tier {fact.tier}). {fact.note}".strip(),
        action="hold" if action == "refuse" and not may_refuse(fact.tier) else action,
    )


def _compared(message: Message, campaigns: Iterable[Registration], settings: _Settings) -> Answer:
    """A promotional text beside the samples of the campaigns: those without samples say nothing of texts."""
    samples = [sample for one in campaigns for sample in one.samples if sample != NOTHING_TO_COMPARE]
    if message.category is not Category.PROMOTIONAL or message.similarity is None or not samples:
        return MISS
    nearest = min(distance(message.similarity, sample) for sample in samples)
    if nearest <= settings.distance or message.similarity == NOTHING_TO_COMPARE or settings.unlike == "allow":
        return MISS
    return Hit(
        evidence=(Evidence("text", observed=f"{nearest} of 64 bits apart", limit=f"at most {settings.distance}"),),
        sentence="This text resembles none of the samples that the campaign was registered with.",
        remedy="Keep to what the campaign was registered for, or register one for such texts.",
        score=round(min(1.0, nearest / 64), 3),
        action=settings.unlike,
    )


RULE: Final = Rule(
    id="campaign-unregistered",
    clauses=("U10", "P8", "U9"),
    title="Campaign not registered",
    needs=("account",),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
