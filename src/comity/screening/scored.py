"""Owns the rules that stand on a score: thresholds by class of traffic, and context; must not know how scores are made.

A rule of this kind bears the name of its category and is a title, clauses and sentences around it. The cheap score of
the template decides whether anything is looked at; what the sender is told comes from judging this text, for this
account. What is known around the message then moves the score (`screening.context`), and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final

import msgspec

from comity.content.asking import DATA, requests_of
from comity.content.codes import code_of
from comity.content.cues import searched
from comity.content.scores import Judged
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.context import Context, Weighed, elapsed, weigh
from comity.screening.grades import action_at, insist_on_rising
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.screening.personal import may_be_personal
from comity.screening.scoring import Own, Scorer
from comity.senders.brands import BrandIndex
from comity.senders.held import held_domains, held_names
from comity.senders.read import SenderKind

NEVER_TRUSTED: Final = frozenset({"obscene", "threat", "hate"})
"""What no record of good conduct excuses."""

_NEEDS: Final = ("account", "template", "history")
_ON_CONTACT: Final = frozenset({"solicitation"})
_OTP: Final = Category.OTP.value
Threshold = Annotated[float, msgspec.Meta(gt=0, le=1.01)]
"""A probability; above 1 is never reached."""


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scores from which a text is noted, held and refused; 1.01 is never reached."""

    note_at: Threshold = 0.5
    hold_at: Threshold = 0.75
    refuse_at: Threshold = 0.95


class ScoredSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule on a score is set to.

    Attributes:
        levels: thresholds for every class of traffic.
        by_class: others for some classes (otp, transactional, promotional, alert). A text is of the class otp when it
            gives a one-time code and nothing else, whatever was declared.
        context: how far what is known around a message moves its score.
        contact_days: within so many days of hearing from the recipient, a finding is no more than a note; 0 for never.
        never_lifted: kinds of finding that neither trust nor contact changes.
        kept_days: so long after its last use it is known how a template was used.
        seldom_kept_days: the same for one that was used less than `seldom_sent` times.
        seldom_sent: messages.
    """

    levels: Levels = Levels()
    by_class: Mapping[str, Levels] = {}
    context: Context = Context()
    contact_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    never_lifted: tuple[str, ...] = ()
    kept_days: Annotated[int, msgspec.Meta(ge=1)] = 400
    seldom_kept_days: Annotated[int, msgspec.Meta(ge=1)] = 14
    seldom_sent: Annotated[int, msgspec.Meta(ge=0)] = 10

    @property
    def least(self) -> float:
        """The lowest score that is noted in any class."""
        return min(one.note_at for one in (self.levels, *self.by_class.values()))


class Speech(msgspec.Struct, frozen=True):
    """What a rule on a score says.

    Attributes:
        category: of `content.scores.CATEGORIES`.
        sentence: what the sender is told; "{kind}" stands for the sort of it, with a colon before, or for nothing.
        remedy: how to mend it.
    """

    category: str
    sentence: str
    remedy: str


class Ready(msgspec.Struct, frozen=True):
    """The settings, and the scorer and the register of names of the policy."""

    settings: ScoredSettings
    scorer: Scorer
    brands: BrandIndex
    least: float


def scored_rule(rule_id: str, clauses: tuple[str, ...], title: str, speech: Speech) -> Rule:
    """A rule that stands on a score."""

    def check(message: Message, facts: Facts, ready: Ready) -> Answer:
        return _check(message, facts, ready, speech)

    def prepare(settings: ScoredSettings, document: PolicyDocument) -> Ready:
        return _prepare(settings, document, speech.category)

    # A rule is found by its file, where its page is written too; this one's file calls here.
    check.__module__ = f"comity.screening.rules.{rule_id.replace('-', '_')}"
    if rule_id != speech.category:
        raise ValueError(f"{rule_id} does not bear the name of its category, {speech.category}")
    needs = (*_NEEDS, "heard") if speech.category in _ON_CONTACT else _NEEDS
    return Rule(
        id=rule_id, clauses=clauses, title=title, needs=needs, check=check, settings=ScoredSettings, prepare=prepare
    )


def _prepare(settings: ScoredSettings, document: PolicyDocument, category: str) -> Ready:
    for one in (settings.levels, *settings.by_class.values()):
        insist_on_rising(one)
    unknown = settings.by_class.keys() - {one.value for one in Category}
    if unknown:
        raise ValueError(f"by_class names no class of traffic: {', '.join(sorted(unknown))}")
    if settings.context.excuses and category in NEVER_TRUSTED:
        raise ValueError("trust never excuses this: leave context.trusted and context.own_links at 0")
    if settings.contact_days and category not in _ON_CONTACT:
        raise ValueError("contact excuses nothing of this: leave contact_days at 0")
    return Ready(settings, Scorer.of(document), BrandIndex.of(document.brands), settings.least)


def _check(message: Message, facts: Facts, ready: Ready, speech: Speech) -> Answer:
    scores = message.scores or ready.scorer.scores_of((message.text,))[0]
    if scores.of(speech.category) < ready.least:
        return MISS
    settings = ready.settings
    own = own_of(message, facts, ready.scorer)
    judged = ready.scorer.judge(
        message.text,
        speech.category,
        own,
        personal=message.sender is None or may_be_personal(message, facts),
        sender=_shown(message),
    )
    levels = _levels(message, settings, _has_own_links(message, own, ready.brands))
    if judged.score < levels.note_at:
        return MISS
    is_fixed = not _kinds(judged, message, speech.category).isdisjoint(settings.never_lifted)
    context = _without_trust(settings) if is_fixed else settings.context
    weighed = weigh(judged.score, message, facts, _domains(own, ready.brands), context)
    if weighed.score < levels.note_at:
        return MISS
    hit = _hit(judged, weighed, levels, speech)
    return hit if is_fixed else _after_contact(hit, message, facts, settings)


def _kinds(judged: Judged, message: Message, category: str) -> set[str]:
    """The sorts of what was found: of confidential data all that is asked for, not what weighs most alone."""
    if category not in _ON_CONTACT:
        return {judged.kind}
    return {judged.kind, *(DATA[one.data] for one in requests_of(searched(message.reading)))}


def own_of(message: Message, facts: Facts, scorer: Scorer) -> Own:
    """What is the account's own at the time of the message; of an account that is not known, nothing."""
    if facts.account is None:
        return scorer.own(())
    names = held_names(facts.account.brands, message.at)
    return scorer.own(names, frozenset(held_domains(facts.account.domains, message.at)))


def _domains(own: Own, brands: BrandIndex) -> frozenset[str]:
    """The account's own domains, and those of the names it holds."""
    return own.domains.union(*(brands[brand].domains for brand in own.brands))


def _shown(message: Message) -> str:
    """The name that the recipient sees; of a number or an unknown sender, none."""
    sender = message.sender
    return sender.shown if sender is not None and sender.kind is SenderKind.NAME else ""


def _has_own_links(message: Message, own: Own, brands: BrandIndex) -> bool:
    """Whether every link leads to the account's own domains, or to those of names that the text says outside links."""
    links, unmasked = message.reading.links, message.reading.unmasked
    if not links:
        return False
    places = [(unmasked.span(naming.start, naming.end), naming.brands) for naming in brands.named_in(unmasked)]
    said = (ids for (start, end), ids in places if not any(a <= start and end <= b for a, b in (x.span for x in links)))
    named = (brands[brand].domains for ids in said for brand in ids)
    return _domains(own, brands).union(*named) >= {link.domain for link in links}


def _levels(message: Message, settings: ScoredSettings, own_links: bool) -> Levels:
    """The thresholds of the text's class. That of codes is for codes alone, and codes have it always."""
    traffic, by_class = message.category.value, settings.by_class
    if _OTP in by_class:
        if code_of(searched(message.reading), message.reading, own_links).is_genuine:
            traffic = _OTP
        elif traffic == _OTP:
            traffic = ""
    return by_class.get(traffic, settings.levels)


def _without_trust(settings: ScoredSettings) -> Context:
    return msgspec.structs.replace(settings.context, trusted=0.0, own_links=0.0)


def _hit(judged: Judged, weighed: Weighed, levels: Levels, speech: Speech) -> Hit:
    kind = f": {judged.kind}" if judged.kind else ""
    signs = tuple(Evidence("text", observed=sign.title, span=(sign.start, sign.end)) for sign in judged.signs)
    sentence = speech.sentence.replace("{kind}", kind)
    return Hit(
        evidence=signs + weighed.told,
        sentence=sentence,
        remedy=speech.remedy,
        reviewer=_for_reviewer(sentence, judged, weighed),
        score=weighed.score,
        action=action_at(weighed.score, levels),
    )


def _for_reviewer(sentence: str, judged: Judged, weighed: Weighed) -> str:
    """What the sender is told, with what spoke against it and what was known around it."""
    said = [sentence]
    if judged.against:
        said.append(f"Against it: {', '.join(judged.against)}.")
    if weighed.told:
        known = "; ".join(f"{one.observed} ({one.limit})" for one in weighed.told)
        said.append(f"Around it: {known}.")
    return " ".join(said) if len(said) > 1 else ""


def _after_contact(hit: Hit, message: Message, facts: Facts, settings: ScoredSettings) -> Hit:
    """The finding, no more than a note where the recipient wrote to the account lately."""
    heard = facts.heard.at if facts.heard is not None else None
    at = facts.history.at if facts.history is not None else message.at
    if (
        not settings.contact_days
        or heard is None
        or at is None
        or hit.action == "note"
        or at - heard > timedelta(days=settings.contact_days)
    ):
        return hit
    words = f"the recipient wrote to the account {elapsed(at - heard)} before"
    told = Evidence("context", words, f"{hit.action} becomes note")
    reviewer = f"{hit.reviewer or hit.sentence} {words[0].upper()}{words[1:]}, so that it is a note."
    return msgspec.structs.replace(hit, action="note", evidence=(*hit.evidence, told), reviewer=reviewer)
