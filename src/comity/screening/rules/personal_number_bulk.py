"""A personal number is for a person: who sends by program uses a sender that is meant for it (P8).

A long number as sender counts as a person's own. As soon as what it sends is more than a person does (messages a
minute, messages or recipients a day, few answers), it is a program's. Where a country keeps long numbers for persons,
that is refused if the fact is sure enough; elsewhere it is a hint to choose a better sender. Numbers made for programs
are left alone, such as Dutch 097; so are accounts cleared for `bulk`, and numbers towards the United States and Canada,
where a registered campaign decides.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from comity.countries import may_refuse, sender_verdict
from comity.messages.traffic import Profile, excesses
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.read import SenderKind

_CLEARANCE: Final = "bulk"
_Action = Literal["allow", "note", "hold", "refuse"]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rule's own action is for countries that keep long numbers for persons.

    `for_programs` are beginnings of numbers that are made for programs; `by_campaign` are countries where a registered
    campaign decides; `held_in` are countries where such traffic goes to a person; `elsewhere` is for all others.
    """

    profile: Profile = Profile()
    for_programs: tuple[str, ...] = ("3197", "33937", "33938", "33939")
    by_campaign: tuple[str, ...] = ("US", "CA")
    held_in: tuple[str, ...] = ("NL",)
    elsewhere: _Action = "note"


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    sender = message.sender
    if sender is None or sender.kind is not SenderKind.NUMBER or sender.key.startswith(settings.for_programs):
        return MISS
    if message.country in settings.by_campaign:
        return MISS
    if facts.traffic is None:
        return Abstain("traffic")
    found = excesses(facts.traffic, settings.profile)
    if not found:
        return MISS
    if facts.account is None:
        return Abstain("account")
    if message.at is None:
        return Abstain("at")
    if facts.account.is_cleared(_CLEARANCE, message.at.date(), message.country):
        return MISS
    action, why = _action(message.country or "", message.at, settings)
    return Hit(
        evidence=tuple(Evidence(one.what, observed=str(one.observed), limit=str(one.limit)) for one in found),
        sentence=f"{sender.shown} sends more than a person does, and is a personal number.",
        remedy="Use a sender name, a short code or a number made for programs, or ask to be cleared for bulk traffic.",
        reviewer=why,
        action=action,
    )


def _action(iso2: str, at: datetime, settings: _Settings) -> tuple[str, str]:
    """What follows in a country: "" for the rule's own action; and what the reviewer is told."""
    if iso2 in settings.held_in:
        return "hold", f"The policy holds such traffic to {iso2}."
    fact = sender_verdict(iso2, "numeric", at.astimezone(UTC).date())
    if not fact.persons_only:
        return settings.elsewhere, "Nothing is known that keeps long numbers for persons there."
    told = f"Long numbers are for persons alone in {iso2}. Sources: {', '.join(fact.sources) or 'none'} ({fact.tier})."
    return ("" if may_refuse(fact.tier) else "hold"), told


RULE: Final = Rule(
    id="personal-number-bulk",
    clauses=("P8",),
    title="A program's traffic from a personal number",
    needs=("traffic", "account"),
    check=_check,
    settings=_Settings,
)
