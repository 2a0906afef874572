"""Offers of regulated things need a clearance, and some countries ask for one of their own (U9, P1).

Subjects: gambling, loans, alcohol, tobacco and vapes, cannabis, sexual services, firearms, crypto-assets and
trading, prescription medicines, political campaigning. A text about a subject is no offer of it: a due loan
payment, a prescription to pick up, a parcel with wine, election news and a poker night among friends pass. The
score adds up the subject's words, how the offer is made, and what speaks against; docs/explanation/content-rules.md
says how, and with which figures.

With a clearance the offer passes, unless the recipient's country restricts the subject: then the clearance must
name that country. Between the two thresholds a subject that is refused is only held. What a country bans altogether
is judged by content-banned-here.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from comity.content.regulated import TOPICS, Regulated, judge_regulated
from comity.countries import content_rule, spoken_name
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.screening.personal import may_be_personal

NAMES: Final = {
    "gambling": "gambling",
    "loans": "loans",
    "alcohol": "alcohol",
    "tobacco": "tobacco or vapes",
    "cannabis": "cannabis",
    "sex": "sexual services",
    "firearms": "firearms",
    "crypto": "crypto-assets or trading",
    "medicines": "prescription medicines",
    "political": "political campaigning",
}
"""Subjects in words."""
PROMOTIONAL: Final = 0.9
"""Score of `judge_promotion` from which the text itself says that it promotes."""
_HELD: Final = "hold"


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hold_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.75
    refuse_at: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.9
    refused: tuple[str, ...] = ("gambling", "tobacco", "cannabis", "sex", "firearms", "medicines")
    held: tuple[str, ...] = ("loans", "alcohol", "crypto", "political")


class _Ready(msgspec.Struct, frozen=True):
    hold_at: float
    refuse_at: float
    actions: dict[str, Literal["hold", "refuse"]]


def offers_in(message: Message, facts: Facts, at_least: float) -> tuple[Regulated, ...]:
    """Return the regulated subjects that a message offers with at least this score, the likeliest first."""
    promotional = message.category is Category.PROMOTIONAL or message.promotion >= PROMOTIONAL
    judged = judge_regulated(message.reading, promotional, may_be_personal(message, facts))
    return tuple(one for one in judged if one.score >= at_least)


def evidence_of(offer: Regulated) -> tuple[Evidence, ...]:
    """Return the subject, and the places of the text that speak for it."""
    spans = (Evidence("text", observed=span.title, span=(span.start, span.end)) for span in offer.spans)
    return (Evidence("subject", observed=offer.topic), *spans)


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Ready:
    unknown = {*settings.refused, *settings.held} - set(TOPICS)
    if unknown:
        raise ValueError(f"no such subject: {', '.join(sorted(unknown))}; there are {', '.join(TOPICS)}")
    if settings.hold_at > settings.refuse_at:
        raise ValueError("hold_at lies above refuse_at")
    held: dict[str, Literal["hold", "refuse"]] = dict.fromkeys(settings.held, "hold")
    return _Ready(settings.hold_at, settings.refuse_at, {**held, **dict.fromkeys(settings.refused, "refuse")})


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    offers = [one for one in offers_in(message, facts, ready.hold_at) if one.topic in ready.actions]
    if not offers:
        return MISS
    for offer in offers:
        answer = _judged(offer, message, facts, ready)
        if answer is not MISS:
            return answer
    return MISS


def _judged(offer: Regulated, message: Message, facts: Facts, ready: _Ready) -> Answer:
    account, country = facts.account, message.country
    mine = tuple(one for one in account.clearances if one.content == offer.topic) if account else ()
    if not mine:
        return _uncleared(offer, ready)
    if message.at is None:
        return Abstain("at")
    on = message.at.date()
    if not any(one.holds(on, country) for one in mine):
        return _uncleared(offer, ready)
    rule = content_rule(country, offer.topic, on) if country else None
    if rule is None or rule.rule != "restricted" or any(one.country == country and one.holds(on) for one in mine):
        return MISS
    return _restricted(offer, country or "", rule.note)


def _uncleared(offer: Regulated, ready: _Ready) -> Hit:
    name = NAMES[offer.topic]
    action = ready.actions[offer.topic] if offer.score >= ready.refuse_at else _HELD
    return Hit(
        evidence=(*evidence_of(offer), Evidence("clearance", observed="none", limit=offer.topic)),
        sentence=f"This text offers {name}, for which the account has no clearance.",
        remedy=f"Ask the operator to clear the account for {offer.topic}, with the licence you hold and a sample text.",
        score=offer.score,
        action=action,
    )


def _restricted(offer: Regulated, country: str, note: str) -> Hit:
    name, where = NAMES[offer.topic], spoken_name(country)
    return Hit(
        evidence=(*evidence_of(offer), Evidence("clearance", observed="general", limit=f"{offer.topic} {country}")),
        sentence=f"This text offers {name}, which takes a permit in {where}; no clearance for it is on record.",
        remedy=f"Ask the operator to clear the account for {offer.topic} in {where}, with that country's permit.",
        reviewer=f"By the book, {name} is offered in {where} only with a permit" + (f": {note}." if note else "."),
        score=offer.score,
        action=_HELD,
    )


RULE: Final = Rule(
    id="regulated-content",
    clauses=("U9", "P1"),
    title="Regulated content",
    needs=("account",),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
