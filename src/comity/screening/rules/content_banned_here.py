"""What the recipient's country bans is not sent there, whatever the account is cleared for (P1, U9).

The subjects and their scores are those of regulated-content; the bans are facts of the country book. A fact that
nobody has read up on holds the message for a person and never refuses it. So does one where the account's clearance
names that very country: somebody who looked at the permit may know an exception that the book does not.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.content.regulated import Regulated
from comity.countries import ContentRule, content_rule, may_refuse, spoken_name
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.screening.rules.regulated_content import NAMES, evidence_of, offers_in


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hold_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.75
    refuse_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.9


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    offers = offers_in(message, facts, settings.hold_at)
    if not offers:
        return MISS
    if message.country is None:
        return Abstain("country")
    on = message.at.date() if message.at is not None else None
    for offer in offers:
        rule = content_rule(message.country, offer.topic, on)
        if rule is not None and rule.rule == "prohibited":
            return _hit(offer, rule, message, facts, settings)
    return MISS


def _hit(offer: Regulated, rule: ContentRule, message: Message, facts: Facts, settings: _Settings) -> Hit:
    iso2, name = message.country or "", NAMES[offer.topic]
    where = spoken_name(iso2)
    sure = may_refuse(rule.tier) and offer.score >= settings.refuse_at and not _named(offer, message, facts)
    note = f" The book adds: {rule.note}." if rule.note else ""
    return Hit(
        evidence=(
            *evidence_of(offer),
            Evidence("country", observed=iso2, limit=f"{offer.topic} prohibited ({rule.tier})"),
        ),
        sentence=f"This text offers {name}, which may not be sent to {where}.",
        remedy=f"Leave recipients in {where} out. If you hold a permit for {where}, ask the operator to record it.",
        reviewer=f"By the book, text messages to {where} may not offer {name} (tier {rule.tier}).{note}",
        score=offer.score,
        action="" if sure else "hold",
    )


def _named(offer: Regulated, message: Message, facts: Facts) -> bool:
    if facts.account is None or message.at is None:
        return False
    on = message.at.date()
    clearances = facts.account.clearances
    return any(c.content == offer.topic and c.country == message.country and c.holds(on) for c in clearances)


RULE: Final = Rule(
    id="content-banned-here",
    clauses=("P1", "U9"),
    title="Content banned in the country",
    needs=("account",),
    check=_check,
    settings=_Settings,
)
