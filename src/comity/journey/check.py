"""Owns judging without sending: what is known of a message, however little, becomes one that rules can judge.

It must not know where cases come from or how verdicts are shown. It reads texts, numbers and senders with the same
functions as the road, so that what is said here is what happens there; what is not given stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec

from comity.content.promotion import judge_promotion
from comity.content.scores import CATEGORIES
from comity.content.template import template_key, template_of
from comity.journey.prepare import destination_of, sender_fault
from comity.messages.submission import Category, Malformed
from comity.messages.verdict import Result, Verdict
from comity.numbers.read import BadNumber, Destination, read_destination
from comity.numbers.zones import us_state, zones_of
from comity.screening.compiled import CompiledPolicy
from comity.screening.decide import decide
from comity.screening.judging import Abstain, Facts, Message
from comity.senders.read import BadSender, name_as_written, read_sender
from comity.text.fold import same_text_key
from comity.text.similar import similarity_hash

_NOTHING: Final = Facts()
# What a rule says it lacks, by the field of a case that would tell it.
_FIELD_OF: Final = {
    "sender": "sender",
    "recipient": "to",
    "country": "to",
    "zones": "to",
    "at": "at",
    "time": "at",
}


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message to be looked at.

    Attributes:
        text: the text.
        id: whatever the asker wants back.
        to: the recipient as written; "" when not known.
        sender: the sender as written; "" when not known.
        category: what it is declared as; None for what an account declares by default, transactional.
        at: when it would be sent, with its offset; None when not known.
        account: the account's name; "" when not known.
    """

    text: str
    id: Any = None
    to: str = ""
    sender: str = ""
    category: Category | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    account: str = ""


class CaseMessage(msgspec.Struct, frozen=True):
    """A case as rules see it, with its destination when that could be read."""

    message: Message
    destination: Destination | None


def read_case(case: Case, policy: CompiledPolicy) -> CaseMessage:
    """A case as the rules see it. Never raises: what cannot be read is unknown."""
    destination = _destination(case.to)
    sender = read_sender(case.sender) if case.sender else None
    if isinstance(sender, BadSender):
        sender = name_as_written(case.sender)
    declared = case.category or Category.TRANSACTIONAL
    promotion = judge_promotion(case.text).score
    category = _treated_as(declared, promotion, policy)
    message = Message(
        sender=sender,
        to=case.to,
        recipient=destination.e164 if destination else "",
        country=destination.country if destination else None,
        text=case.text,
        category=category,
        declared=declared,
        at=case.at,
        text_key=same_text_key(case.text),
        similarity=similarity_hash(case.text) if category is Category.PROMOTIONAL else None,
        promotion=promotion,
        kind=destination.kind if destination else None,
        scores=policy.scorer.scores_of((case.text,))[0],
        template=template_key(template_of(case.text)),
    )
    return CaseMessage(message, destination)


def offline_facts(case: CaseMessage, known: Facts = _NOTHING) -> Facts:
    """What a number alone tells, added to what is known otherwise."""
    destination = case.destination
    if destination is None:
        return known
    return msgspec.structs.replace(
        known,
        zones=known.zones if known.zones is not None else zones_of(destination),
        us_state=known.us_state or us_state(destination),
    )


class Looked(msgspec.Struct, frozen=True):
    """What is said of a case, and what would have to be known to say more.

    Attributes:
        unsaid: by rule that could not judge, the field (to, sender, at) for want of which it could not; a rule that
            lacks what the store alone knows is not in it.
        unsendable: what every door would say of a sender or recipient that is none; the rest was judged all the same.
    """

    verdict: Verdict
    unsaid: Mapping[str, str]
    unsendable: tuple[str, ...] = ()


def look_at(case: Case, policy: CompiledPolicy, known: Facts = _NOTHING) -> Looked:
    """Judge a case by its content and what is known of it, and say what was not known."""
    read = read_case(case, policy)
    facts = offline_facts(read, known)
    verdict = decide(read.message, facts, policy, live=False)
    return Looked(verdict, _unsaid(read, facts, policy, verdict), _unsendable(case))


def check(case: Case, policy: CompiledPolicy, known: Facts = _NOTHING) -> Verdict:
    """Judge a case by its content and what is known of it."""
    read = read_case(case, policy)
    return decide(read.message, offline_facts(read, known), policy, live=False)


def scores_shown(verdict: Verdict) -> dict[str, float]:
    """How a text scored, for every category, whatever came of it."""
    given = verdict.given
    scores = dict.fromkeys(CATEGORIES, 0.0) | (given.scores if given else {})
    return {"promotion": round(given.promotion, 3) if given else 0.0, **scores}


def _unsendable(case: Case) -> tuple[str, ...]:
    sender = read_sender(case.sender) if case.sender else None
    destination = destination_of(case.to) if case.to else None
    faults = (
        sender_fault(sender) if isinstance(sender, BadSender) else None,
        destination if isinstance(destination, Malformed) else None,
    )
    return tuple(fault.what for fault in faults if fault is not None)


def _unsaid(read: CaseMessage, facts: Facts, policy: CompiledPolicy, verdict: Verdict) -> dict[str, str]:
    message = read.message
    missing = {
        name
        for name, known in (("to", read.destination), ("sender", message.sender), ("at", message.at))
        if known is None
    }
    if not missing:
        return {}
    found: dict[str, str] = {}
    for compiled, ask, ready in policy.variant(message, facts).calls:
        if verdict.results[compiled.rule.id] == Result.ABSTAIN.value:
            answer = ask(message, facts, ready)
            field = _FIELD_OF.get(answer.missing, "") if isinstance(answer, Abstain) else ""
            if field in missing:
                found[compiled.rule.id] = field
    return found


def _destination(written: str) -> Destination | None:
    if not written:
        return None
    try:
        return read_destination(written)
    except BadNumber:
        return None


def _treated_as(declared: Category, promotion: float, policy: CompiledPolicy) -> Category:
    """A text that promotes is promotional whatever was declared, as on the road."""
    settings = policy.settings_of("undeclared-promotion", enforced=True)
    return Category.PROMOTIONAL if settings is not None and promotion >= settings.threshold else declared
