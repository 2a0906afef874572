"""Owns what a plan says of itself, without any text: marks of answers, gaps, and answers that do not go together.

Pure. It must not know the engine; what the rules say of senders, countries and texts is added in `journey/assess.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any, Final, get_args

import msgspec

from comity.accounts.record import AccountRecord
from comity.base.errors import SettingsError
from comity.countries import content_rule, country, may_refuse
from comity.countries.demands import Content
from comity.journey.misfit import JSON, Language, misfit
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.policy.questions import Mark, questions
from comity.policy.shape import nearest
from comity.senders.read import BadSender, Sender, SenderKind, read_sender

MOST_SAMPLES: Final = 50
CONTENTS: Final[tuple[str, ...]] = get_args(Content)
_LONGEST: Final = 60


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text one means to send."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    category: Category = Category.TRANSACTIONAL


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A filled questionnaire; what is left out, or null, was not answered. See `comity.policy.questions`."""

    brand: Annotated[str, msgspec.Meta(max_length=100)] = ""
    on_behalf: str = ""
    categories: tuple[Category, ...] | None = None
    countries: Annotated[tuple[str, ...], msgspec.Meta(max_length=250)] | None = None
    senders: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] | None = None
    daily_volume: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] | None = None
    content: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] | None = None
    others_rights: str = ""
    recipients: str = ""
    proof: str = ""
    do_not_call: str = ""
    chosen_by: str = ""
    opt_out: str = ""
    replies: str = ""
    frequency: str = ""
    hours: str = ""
    links: str = ""
    confidential: str = ""
    emergency: str = ""
    health: str = ""
    complaints: str = ""
    keys: str = ""
    samples: Annotated[tuple[Sample, ...], msgspec.Meta(max_length=MOST_SAMPLES)] = ()


_FIELDS: Final = (*Answers.__struct_fields__, *Sample.__struct_fields__)


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was found.

    Attributes:
        about: the question, "sample 2", or "sender" for what holds of it whatever the text.
        mark: what it comes to.
        why: what is the matter.
        remedy: what to change.
        rule: the rule that found it.
        where: sender and country for which it was judged.
        evidence: what was seen in a sample.
    """

    about: str
    mark: Mark
    why: str = ""
    remedy: str = ""
    rule: str = ""
    where: str = ""
    evidence: tuple[Evidence, ...] = ()


Filed = tuple[tuple[str, ...], Point]
"""A point with the clauses it stands under."""


def read_plan(value: Any, whole: str = "The document", language: Language = JSON) -> Answers:  # noqa: ANN401  whatever JSON or TOML holds
    """A filled questionnaire from plain values, as they were written in a language.

    Raises:
        SettingsError: it has another shape; names the field, and how to mend it.
    """
    try:
        return msgspec.convert(value, Answers)
    except msgspec.ValidationError as error:
        raise misfit(error, _FIELDS, whole, language) from None


def read_answers(answers: Answers) -> tuple[Sender, ...]:
    """Insist that every answer is one of those there are.

    Returns:
        the senders, each once.

    Raises:
        SettingsError: one is not; names the question and what may be answered.
    """
    for name, question in questions().items():
        answer = getattr(answers, name)
        if question.options and answer and answer not in question.options:
            raise SettingsError(
                f"{name}: there is no answer {_short(answer)}.", nearest(answer[:_LONGEST], question.options)
            )
    for iso2 in answers.countries or ():
        if country(iso2) is None:
            raise SettingsError(f"countries: {_short(iso2)} is no country.", "Use two capital letters, such as BE.")
    for content in answers.content or ():
        if content not in CONTENTS:
            raise SettingsError(f"content: {_short(content)} is not known.", nearest(content[:_LONGEST], CONTENTS))
    return tuple({sender.key: sender for sender in map(_sender, answers.senders or ())}.values())


def _sender(written: str) -> Sender:
    read = read_sender(written)
    if isinstance(read, BadSender):
        remedy = "Use at most 11 letters and digits, or a number with its plus."
        raise SettingsError(f"senders: {_short(written)} is no sender id.", remedy)
    return read


def _short(written: str) -> str:
    return repr(written if len(written) <= _LONGEST else f"{written[:_LONGEST]}...")


def unanswered(answers: Answers) -> Iterator[str]:
    """Questions that this plan must answer and did not; an empty list is an answer, an empty text is none."""
    for name, question in questions().items():
        answer = getattr(answers, name)
        if answer in (None, "") and question.is_asked_of(answers.countries, answers.categories):
            yield name


def marked(answers: Answers) -> Iterator[Filed]:
    """What the answers themselves come to, and the missing ones: a plan that says nothing is not called fine."""
    missing = frozenset(unanswered(answers))
    for name, question in questions().items():
        option = question.options.get(getattr(answers, name)) if question.options else None
        if option is not None:
            yield question.clauses, Point(name, option.mark, option.why, option.remedy)
        elif name in missing:
            why = f'"{question.ask}" is not answered.'
            yield question.clauses[:1], Point(name, "mind", why, "Answer it: until then nothing can be said of this.")


def contents(answers: Answers, today: date, record: AccountRecord | None) -> Iterator[Filed]:
    """Content that needs a clearance, or that a country restricts."""
    for content in dict.fromkeys(answers.content or ()):
        if record is None or not record.is_cleared(content, today):
            why = f"Content about {content} needs a clearance that is not on record."
            yield ("U9",), Point("content", "mind", why, "Ask the operator for it, with your permit.")
        for iso2 in dict.fromkeys(answers.countries or ()):
            rule = content_rule(iso2, content, today)
            if rule is not None:
                yield ("P1",), _banned(content, iso2, rule.rule, may_refuse(rule.tier))


def _banned(content: str, iso2: str, rule: str, sure: bool) -> Point:
    record = country(iso2)
    name = record.name if record else iso2
    prohibited = rule == "prohibited" and sure
    why = f"{name} {'prohibits' if rule == 'prohibited' else 'restricts'} messages about {content}."
    remedy = "Leave this country out." if prohibited else "Get the permit that it takes there, and have it recorded."
    return Point("content", "change" if prohibited else "mind", why, remedy, where=iso2)


class _Plan(msgspec.Struct, frozen=True):
    """What contradictions are looked for in."""

    answers: Answers
    senders: tuple[Sender, ...]
    record: AccountRecord | None
    today: date

    @property
    def promotes(self) -> bool:
        """Whether offers are planned."""
        said = Category.PROMOTIONAL in (self.answers.categories or ())
        return said or any(sample.category is Category.PROMOTIONAL for sample in self.answers.samples)

    @property
    def alerts(self) -> bool:
        """Whether alerts are planned."""
        said = Category.ALERT in (self.answers.categories or ())
        return said or any(sample.category is Category.ALERT for sample in self.answers.samples)

    @property
    def names(self) -> list[str]:
        """Senders that nobody can reply to."""
        return [sender.shown for sender in self.senders if sender.kind is SenderKind.NAME]


def contradictions(
    answers: Answers, senders: tuple[Sender, ...], record: AccountRecord | None, today: date
) -> Iterator[Filed]:
    """Answers that do not go together, and plans that go beyond what the account declared."""
    plan = _Plan(answers, senders, record, today)
    for look in _LOOKS:
        yield from look(plan)


def _no_way_to_reply(plan: _Plan) -> Iterator[Filed]:
    if plan.answers.opt_out == "reply" and plan.names:
        every = len(plan.names) == len(plan.senders)
        why = f"Nobody can reply to a name such as {plan.names[0]}, so nobody can stop its messages that way."
        remedy = "Give such messages another way to stop, or send them from a number that takes replies."
        yield ("P4", "U9"), Point("opt_out", "change" if every and plan.promotes else "mind", why, remedy)


def _offers_to_customers(plan: _Plan) -> Iterator[Filed]:
    reasons = {"customers": "A purchase", "contacted_us": "A question"}
    reason = reasons.get(plan.answers.recipients)
    if plan.promotes and reason:
        why = f"{reason} covers messages about itself, not offers."
        remedy = "Send offers only to those who also agreed to offers, and keep the proof."
        yield ("P4",), Point("recipients", "mind", why, remedy)


def _alerts_without_leave(plan: _Plan) -> Iterator[Filed]:
    if plan.alerts and (plan.record is None or not plan.record.is_cleared("alert", plan.today)):
        why = "Alerts pass opt-outs and quiet hours only for accounts that were cleared for it."
        yield ("P2",), Point("categories", "mind", why, "Ask the operator for the clearance, and say whom you warn.")


def _warnings_by_another_name(plan: _Plan) -> Iterator[Filed]:
    if plan.answers.emergency == "warn" and plan.answers.categories and not plan.alerts:
        why = "Warnings that are not declared as alerts wait at night like everything else."
        yield ("P2",), Point("emergency", "mind", why, "Add the category alert for them.")


def _samples_beside_the_plan(plan: _Plan) -> Iterator[Filed]:
    planned = plan.answers.categories
    beside = {sample.category for sample in plan.answers.samples} - set(planned or ())
    if planned and beside:
        words = ", ".join(sorted(category.value for category in beside))
        why = f"There are samples of a kind that the plan does not name: {words}."
        yield ("U20",), Point("categories", "mind", why, "Name every kind of message that you will send.")


def _beyond_what_was_declared(plan: _Plan) -> Iterator[Filed]:
    declared = plan.record.use_case if plan.record is not None else None
    if declared is None:
        return
    answers = plan.answers
    limit = declared.daily_volume
    if limit is not None and (answers.daily_volume or 0) > limit:
        yield _undeclared("daily_volume", f"{answers.daily_volume} messages a day are more than the {limit} declared.")
    keys = tuple(sender.key for sender in plan.senders)
    planned: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
        ("categories", tuple(category.value for category in answers.categories or ()), declared.categories),
        ("countries", answers.countries or (), declared.countries),
        ("senders", keys, declared.senders),
    )
    for name, wanted, known in planned:
        beyond = sorted(set(wanted) - set(known))
        if known and beyond:
            yield _undeclared(name, f"The account did not declare {', '.join(beyond[:10])}.")


def _undeclared(about: str, why: str) -> Filed:
    remedy = "Declare it before you send (`comity accounts declare`), so that it is not taken for drift."
    return ("U20",), Point(about, "mind", why, remedy)


_LOOKS: Final[tuple[Callable[[_Plan], Iterator[Filed]], ...]] = (
    _no_way_to_reply,
    _offers_to_customers,
    _alerts_without_leave,
    _warnings_by_another_name,
    _samples_beside_the_plan,
    _beyond_what_was_declared,
)
