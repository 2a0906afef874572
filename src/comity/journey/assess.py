"""Owns the self-assessment: answers about a planned use and sample texts become marks by clause; must not know doors.

Answers are marked by what the questionnaire says of them. Samples are judged by the same engine as live messages, from
each sender to each country that was named, as an account that has so far been cleared for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Annotated, Final, get_args

import msgspec
import phonenumbers

from comity.accounts.record import AccountRecord, OwnBrand
from comity.base.errors import SettingsError
from comity.countries import content_rule, country, may_refuse
from comity.countries.demands import Content
from comity.journey.check import Case, check
from comity.messages.submission import Category
from comity.messages.verdict import Evidence, Finding
from comity.policy.questions import Mark, Option, questions
from comity.screening.compiled import CompiledPolicy
from comity.screening.judging import Facts, Traffic
from comity.senders.read import BadSender, read_sender

_MARKS: Final[tuple[Mark, ...]] = ("fine", "mind", "change")
_MARK_OF: Final[dict[str, Mark]] = {
    "allow": "fine",
    "note": "mind",
    "defer": "mind",
    "hold": "mind",
    "refuse": "change",
}
_MOST_JUDGED: Final = 500
_BUSY_HOUR: Final = 8
_MINUTES: Final = 60
# Rules about the account's own state say nothing of a plan.
_NOT_OF_A_PLAN: Final = frozenset({"account-not-in-standing", "policy-not-accepted", "sender-not-granted"})


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text one means to send."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    category: Category = Category.TRANSACTIONAL


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A filled questionnaire; what is left out was not answered. See `comity.policy.questions`."""

    brand: Annotated[str, msgspec.Meta(max_length=100)] = ""
    recipients: str = ""
    proof: str = ""
    opt_out: str = ""
    on_behalf: str = ""
    emergency: str = ""
    health: str = ""
    confidential: str = ""
    content: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    categories: tuple[Category, ...] = ()
    countries: Annotated[tuple[str, ...], msgspec.Meta(max_length=250)] = ()
    senders: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    daily_volume: Annotated[int, msgspec.Meta(ge=0)] = 0
    samples: Annotated[tuple[Sample, ...], msgspec.Meta(max_length=50)] = ()


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was found.

    Attributes:
        about: the question, or "sample 2".
        mark: what it comes to.
        why: what is the matter.
        remedy: what to change.
        rule: the rule that found it, in a sample.
        where: sender and country for which a sample was judged.
        evidence: what was seen in a sample.
    """

    about: str
    mark: Mark
    why: str = ""
    remedy: str = ""
    rule: str = ""
    where: str = ""
    evidence: tuple[Evidence, ...] = ()


class ClauseMark(msgspec.Struct, frozen=True):
    """What the plan comes to under one clause: the worst mark, and all points that are not fine."""

    clause: str
    title: str
    mark: Mark
    points: tuple[Point, ...]


class Assessment(msgspec.Struct, frozen=True):
    """What a plan comes to.

    Attributes:
        mark: the worst of all.
        clauses: by clause, the worst first.
        unanswered: questions that were left out.
        policy: the version it was judged by.
        judged: how many samples, from each sender to each country, were judged; `cut` says that there were more.
    """

    mark: Mark
    clauses: tuple[ClauseMark, ...]
    unanswered: tuple[str, ...]
    policy: str
    judged: int
    cut: bool = False


def assess(answers: Answers, policy: CompiledPolicy, now: datetime, record: AccountRecord | None = None) -> Assessment:
    """Assess a plan.

    Args:
        answers: the filled questionnaire.
        policy: what to judge by.
        now: the moment it is judged for (aware): registrations have dates.
        record: what the account declared and was cleared for; None for somebody who has no account yet.

    Raises:
        SettingsError: an answer is none of those there are; names it and them.
    """
    _insist_on_known(answers)
    found: dict[str, list[Point]] = {}
    for clauses, point in _marked(answers):
        _file(found, clauses, point)
    for clauses, point in _contents(answers, now, record):
        _file(found, clauses, point)
    judged, cut = 0, False
    for case, about in _cases(answers, now):
        if judged == _MOST_JUDGED:
            cut = True
            break
        judged += 1
        for finding in check(case, policy, _known(answers, record)).findings:
            if finding.enforced and finding.rule not in _NOT_OF_A_PLAN:
                _file(found, finding.clauses[:1], _point(finding, case, about))
    marks = [_clause(policy, clause, points) for clause, points in found.items()]
    ordered = tuple(sorted(marks, key=lambda one: -_MARKS.index(one.mark)))
    return Assessment(
        mark=ordered[0].mark if ordered else "fine",
        clauses=ordered,
        unanswered=tuple(name for name in questions() if not getattr(answers, name)),
        policy=policy.policy.document.version,
        judged=judged,
        cut=cut,
    )


def _insist_on_known(answers: Answers) -> None:
    for name, question in questions().items():
        answer = getattr(answers, name)
        if question.options and answer and answer not in question.options:
            raise SettingsError(f"{name}: there is no answer {answer!r}.", f"Use one of {', '.join(question.options)}.")
    for iso2 in answers.countries:
        if country(iso2) is None:
            raise SettingsError(f"countries: {iso2!r} is no country.", "Use two capital letters, such as BE.")
    for content in answers.content:
        if content not in _CONTENTS:
            raise SettingsError(f"content: {content!r} is not known.", f"Use some of {', '.join(_CONTENTS)}.")
    for sender in answers.senders:
        if isinstance(read_sender(sender), BadSender):
            raise SettingsError(
                f"senders: {sender!r} is no sender id.", "Use at most 11 letters and digits, or a number with its plus."
            )


_CONTENTS: Final[tuple[str, ...]] = get_args(Content)


def _marked(answers: Answers) -> Iterator[tuple[tuple[str, ...], Point]]:
    for name, question in questions().items():
        option: Option | None = question.options.get(getattr(answers, name)) if question.options else None
        if option is not None:
            yield question.clauses, Point(name, option.mark, option.why, option.remedy)


def _contents(answers: Answers, now: datetime, record: AccountRecord | None) -> Iterator[tuple[tuple[str, ...], Point]]:
    for content in answers.content:
        if record is None or not record.is_cleared(content, now.date()):
            why = f"Content about {content} needs a clearance that is not on record."
            yield ("U9",), Point("content", "mind", why, "Ask the operator for it, with your permit.")
        for iso2 in answers.countries:
            rule = content_rule(iso2, content)
            if rule is not None:
                yield ("P1",), _banned(content, iso2, rule.rule, may_refuse(rule.tier))


def _banned(content: str, iso2: str, rule: str, sure: bool) -> Point:
    record = country(iso2)
    name = record.name if record else iso2
    prohibited = rule == "prohibited" and sure
    why = f"{name} {'prohibits' if rule == 'prohibited' else 'restricts'} messages about {content}."
    remedy = "Leave this country out." if prohibited else "Get the permit that it takes there, and have it recorded."
    return Point("content", "change" if prohibited else "mind", why, remedy, where=iso2)


def _cases(answers: Answers, now: datetime) -> Iterator[tuple[Case, str]]:
    """Each sample from each sender to each country, samples changing slowest."""
    places = answers.countries or ("",)
    for (number, sample), iso2, sender in product(enumerate(answers.samples, 1), places, answers.senders or ("",)):
        case = Case(sample.text, to=_example_number(iso2), sender=sender, category=sample.category, at=now)
        yield case, f"sample {number}"


def _example_number(iso2: str) -> str:
    number = phonenumbers.example_number_for_type(iso2, phonenumbers.PhoneNumberType.MOBILE) if iso2 else None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number is not None else ""


def _known(answers: Answers, record: AccountRecord | None) -> Facts:
    if record is None:
        names = dict.fromkeys(name for name in (answers.brand, *answers.senders) if any(map(str.isalpha, name)))
        record = AccountRecord(name=answers.brand, brands=tuple(OwnBrand(name) for name in names))
    if not answers.daily_volume:
        return Facts(account=record)
    each = answers.daily_volume // max(1, len(answers.senders))
    minute = each // (_BUSY_HOUR * _MINUTES)
    return Facts(account=record, traffic=Traffic(answers.daily_volume, each, minute, each, 0))


def _point(finding: Finding, case: Case, about: str) -> Point:
    where = " to ".join(part for part in (case.sender, case.to) if part)
    return Point(
        about, _MARK_OF[finding.action], finding.sentence, finding.remedy, finding.rule, where, finding.evidence
    )


def _file(found: dict[str, list[Point]], clauses: tuple[str, ...], point: Point) -> None:
    for clause in clauses:
        points = found.setdefault(clause, [])
        if not any((p.about, p.rule, p.why) == (point.about, point.rule, point.why) for p in points):
            points.append(point)


def _clause(policy: CompiledPolicy, clause: str, points: list[Point]) -> ClauseMark:
    known = policy.policy.document.clauses.get(clause)
    worst = max((point.mark for point in points), key=_MARKS.index)
    shown = sorted((p for p in points if p.mark != "fine"), key=lambda p: -_MARKS.index(p.mark))
    return ClauseMark(clause, known.title if known else clause, worst, tuple(shown))
