"""A sender is of a kind that the recipient's networks carry, and in the form they ask for (P1, U10).

Some countries carry no names, others no long numbers; elsewhere the network writes a sender of its own over it. What
holds comes from the country facts, by day. A kind that is not carried is refused where the fact is of a tier that may
refuse, else held; a kind that is replaced, or carried on some routes only, is noted. Some countries ask of promotional
names that they begin or end in certain letters ("-AD"): a name without them is held. Whoever has routes that do carry
a kind names them in `ours`.

Facts say what networks do in general. What a certain route does with a sender the operator's own test alone can tell.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from comity.countries import SenderAffix, SenderFact, SenderKind, country, may_refuse, spoken_name
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule
from comity.senders.read import Sender
from comity.senders.registers import KINDS, SPOKEN, asked, places_that_limit

_Action = Literal["allow", "note", "hold", "refuse"]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    not_carried: _Action = "refuse"
    not_carried_unsure: _Action = "hold"
    replaced: _Action = "note"
    limited: _Action = "note"
    affix: _Action = "hold"
    ours: tuple[str, ...] = ()


class _Ready(msgspec.Struct, frozen=True):
    settings: _Settings
    places: frozenset[tuple[str, SenderKind]]


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Ready:
    kinds = {kind: kind for kind in KINDS.values()}
    ours = set()
    for one in settings.ours:
        iso2, _, kind = one.partition(" ")
        if country(iso2) is None or kind not in kinds:
            raise ValueError(f'ours must be written as "BE alpha" (alpha, numeric or short_code), not {one!r}')
        ours.add((iso2, kinds[kind]))
    return _Ready(settings, places_that_limit() - ours)


def _check(message: Message, _facts: Facts, ready: _Ready) -> Answer:
    if message.sender is None or message.country is None:
        return Abstain("sender" if message.sender is None else "country")
    if (message.country, KINDS[message.sender.kind]) not in ready.places:
        return MISS
    if message.at is None:
        return Abstain("time")
    fact = asked(message.country, message.sender, message.at)
    if fact.allowed in _SENTENCES:
        action = _action(fact, ready.settings)
        return MISS if action == "allow" else _hit(fact, action)
    affix = _missing_affix(message, message.sender, fact)
    if affix is None or ready.settings.affix == "allow":
        return MISS
    return _without_affix(message.sender, affix, fact, ready.settings.affix)


def _action(fact: SenderFact, settings: _Settings) -> str:
    if fact.allowed == "replaced":
        return settings.replaced
    if fact.allowed == "limited":
        return settings.limited
    return settings.not_carried if may_refuse(fact.tier) else _at_most_hold(settings.not_carried_unsure)


def _at_most_hold(action: str) -> str:
    """What nobody has checked may delay a message or warn, and no more."""
    return "hold" if action == "refuse" else action


_SENTENCES: Final = {
    "no": "The networks of {name} do not carry {kind} as senders.",
    "replaced": "The networks of {name} deliver {kind} under another sender.",
    "limited": "Some networks of {name} do not carry {kind} as senders.",
}
_REMEDIES: Final = {
    "no": "Send to this country from a kind of sender it carries; its page of country facts names them.",
    "replaced": "Name yourself in the text, so that recipients know who writes.",
    "limited": "Name yourself in the text, and look at the receipts before you send to many.",
}


def _hit(fact: SenderFact, action: str) -> Hit:
    persons = " Such numbers are for persons there, not for programs." if fact.persons_only else ""
    sentence = _SENTENCES[fact.allowed].format(name=spoken_name(fact.iso2), kind=SPOKEN[fact.kind]) + persons
    return Hit(
        evidence=(Evidence("sender", observed=f"{fact.kind} to {fact.iso2}", limit=fact.allowed),),
        sentence=sentence,
        remedy=_REMEDIES[fact.allowed],
        reviewer=f"{sentence} {_rests_on(fact)}",
        action=action,
    )


def _missing_affix(message: Message, sender: Sender, fact: SenderFact) -> SenderAffix | None:
    """An affix of promotional names that this one lacks; those for all traffic belong to the register's own senders."""
    if message.category is not Category.PROMOTIONAL:
        return None
    for affix in fact.affixes:
        if affix.applies_to != "promotional" or affix.added_by != "sender":
            continue
        carried = sender.shown.startswith if affix.where == "prefix" else sender.shown.endswith
        if not carried(affix.written):
            return affix
    return None


def _without_affix(sender: Sender, affix: SenderAffix, fact: SenderFact, action: str) -> Hit:
    where = "begin with" if affix.where == "prefix" else "end in"
    return Hit(
        evidence=(Evidence("sender", observed=sender.shown, limit=f"{affix.where} {affix.written}"),),
        sentence=f'Names of promotional senders to {spoken_name(fact.iso2)} must {where} "{affix.written}".',
        remedy=f'Send as a name with "{affix.written}"; it counts among the eleven characters.',
        reviewer=f"The form of the name is asked for there. {_rests_on(fact)}",
        action=action if may_refuse(affix.tier) else _at_most_hold(action),
    )


def _rests_on(fact: SenderFact) -> str:
    note = f" Note: {fact.note}." if fact.note else ""
    return f"Sources: {', '.join(fact.sources) or 'none'} (tier {fact.tier}).{note}"


RULE: Final = Rule(
    id="sender-kind-not-carried",
    clauses=("P1", "U10"),
    title="Kind of sender not carried there",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
