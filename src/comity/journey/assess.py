"""Owns the self-assessment: answers about a planned use and sample texts become marks by clause; must not know doors.

Answers are marked by what the questionnaire says of them (`journey/plan.py`). Senders, countries and samples are judged
by the same engine as live messages, for an account that has so far been cleared for nothing unless its record is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice, product
from typing import Final

import msgspec
import phonenumbers

from comity.accounts.record import AccountRecord, OwnBrand
from comity.journey.check import Case, check
from comity.journey.plan import (
    CONTENTS,
    MOST_SAMPLES,
    Answers,
    Filed,
    Point,
    Sample,
    contents,
    contradictions,
    marked,
    read_answers,
    read_plan,
    unanswered,
)
from comity.messages.submission import Category
from comity.messages.verdict import Finding
from comity.policy.questions import Mark
from comity.screening.compiled import CompiledPolicy
from comity.screening.judging import Facts, Traffic

__all__ = [
    "CONTENTS", "MOST_SAMPLES", "Answers", "Assessment", "Assessor", "ClauseMark", "Point", "Sample", "assess",
    "read_plan",
]  # fmt: skip

MOST_JUDGED: Final = 500
_MARKS: Final[tuple[Mark, ...]] = ("fine", "mind", "change")
_MARK_OF: Final[dict[str, Mark]] = {
    "allow": "fine",
    "note": "mind",
    "defer": "mind",
    "hold": "mind",
    "refuse": "change",
}
_BUSY_HOUR: Final = 8
_MINUTES: Final = 60
# Rules about the account's own state, or about this very hour, say nothing of a plan.
NOT_OF_A_PLAN: Final = frozenset(
    {"account-not-in-standing", "policy-not-accepted", "sender-not-granted", "quiet-hours"}
)
# What holds of a sender and a country whatever the text: asked when there are no samples.
OF_ANY_TEXT: Final = frozenset(
    {
        "campaign-unregistered",
        "destination-not-allowed",
        "embargoed-destination",
        "personal-number-bulk",
        "sender-forged",
        "sender-generic",
        "sender-kind-not-carried",
        "sender-look-alike",
        "sender-unregistered",
    }
)


class ClauseMark(msgspec.Struct, frozen=True):
    """What the plan comes to under one clause: the worst mark, and all points that are not fine, the worst first."""

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
        digest: names its exact text.
        judged: how many samples, from each sender to each country, were judged; `cut` says that there were more.
    """

    mark: Mark
    clauses: tuple[ClauseMark, ...]
    unanswered: tuple[str, ...]
    policy: str
    digest: str
    judged: int
    cut: bool = False


class Assessor:
    """Assesses one plan, a message at a time, so that a caller can do other things between.

    Args:
        answers: the filled questionnaire.
        policy: what to judge by.
        now: the moment it is judged for (aware): registrations have dates.
        record: what the account declared and was cleared for; None for somebody who has no account yet.

    Raises:
        SettingsError: an answer is none of those there are; names it and them.
    """

    def __init__(
        self, answers: Answers, policy: CompiledPolicy, now: datetime, record: AccountRecord | None = None
    ) -> None:
        self._answers = answers
        self._policy = policy
        self._now = now
        self._record = record
        self._senders = read_answers(answers)
        self._facts = _known(answers, record)
        self._found: dict[str, list[Point]] = {}
        self._judged = 0
        self._cut = False

    def steps(self, most: int = MOST_JUDGED) -> Iterator[None]:
        """Do all of it, a little at each step: at most `most` messages are judged."""
        answers, today = self._answers, self._now.date()
        self._file(marked(answers))
        self._file(contradictions(answers, self._senders, self._record, today))
        yield
        for filed in contents(answers, today, self._record):
            self._file((filed,))
            yield
        cases = _cases(answers, self._now) if answers.samples else _probes(answers, self._now)
        for case, about in islice(cases, most):
            self._judge(case, about)
            yield
        self._cut = next(cases, None) is not None

    def result(self) -> Assessment:
        """What was found so far."""
        marks = [_clause(self._policy, clause, points) for clause, points in self._found.items()]
        order = {clause: place for place, clause in enumerate(self._policy.policy.document.clauses)}
        ordered = sorted(marks, key=lambda one: (-_MARKS.index(one.mark), order.get(one.clause, len(order))))
        return Assessment(
            mark=ordered[0].mark if ordered else "fine",
            clauses=tuple(ordered),
            unanswered=tuple(unanswered(self._answers)),
            policy=self._policy.policy.document.version,
            digest=self._policy.policy.digest,
            judged=self._judged,
            cut=self._cut,
        )

    def _judge(self, case: Case, about: str) -> None:
        self._judged += 1
        for finding in check(case, self._policy, self._facts).findings:
            of_it = finding.rule in OF_ANY_TEXT if about == "sender" else finding.rule not in NOT_OF_A_PLAN
            if finding.enforced and of_it:
                # What holds whatever the text is no matter of this sample, and is told once.
                whose = "sender" if finding.rule in OF_ANY_TEXT else about
                self._file([(finding.clauses[:1], _point(finding, case, whose))])

    def _file(self, filed: Iterable[Filed]) -> None:
        """Keep points by clause, each once: what is the same for many countries is told of the first."""
        for clauses, point in filed:
            for clause in clauses:
                points = self._found.setdefault(clause, [])
                if not any((p.about, p.rule, p.why) == (point.about, point.rule, point.why) for p in points):
                    points.append(point)


def assess(answers: Answers, policy: CompiledPolicy, now: datetime, record: AccountRecord | None = None) -> Assessment:
    """Assess a plan in one go; see `Assessor`.

    Raises:
        SettingsError: an answer is none of those there are; names it and them.
    """
    assessor = Assessor(answers, policy, now, record)
    for _ in assessor.steps():
        pass
    return assessor.result()


def _places(answers: Answers) -> list[tuple[str, str]]:
    """Each country with each sender; "" for what was not said."""
    there, senders = dict.fromkeys(answers.countries or ("",)), dict.fromkeys(answers.senders or ("",))
    return list(product(there, senders))


def _cases(answers: Answers, now: datetime) -> Iterator[tuple[Case, str]]:
    """Each sample from each sender to each country. All samples come in each round, so that a cut leaves none out."""
    places = _places(answers)
    for turn in range(len(places)):
        for number, sample in enumerate(answers.samples):
            iso2, sender = places[(turn + number) % len(places)]
            case = Case(sample.text, iso2, to=example_number(iso2), sender=sender, category=sample.category, at=now)
            yield case, f"sample {number + 1}"


def _probes(answers: Answers, now: datetime) -> Iterator[tuple[Case, str]]:
    """Each sender to each country for each kind of message, with a text that says nothing."""
    if not answers.senders and not answers.countries:
        return
    for (iso2, sender), category in product(_places(answers), answers.categories or (Category.TRANSACTIONAL,)):
        yield Case("-", iso2, to=example_number(iso2), sender=sender, category=category, at=now), "sender"


@lru_cache(maxsize=512)
def example_number(iso2: str) -> str:
    """A number of a country that nobody has, E.164 with its plus; "" where there is none."""
    number = phonenumbers.example_number_for_type(iso2, phonenumbers.PhoneNumberType.MOBILE) if iso2 else None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number is not None else ""


def _known(answers: Answers, record: AccountRecord | None) -> Facts:
    senders = dict.fromkeys(answers.senders or ())
    if record is None:
        names = dict.fromkeys(name for name in (answers.brand, *senders) if any(map(str.isalpha, name)))
        record = AccountRecord(name=answers.brand, brands=tuple(OwnBrand(name) for name in names))
    if not answers.daily_volume:
        return Facts(account=record)
    each = answers.daily_volume // max(1, len(senders))
    minute = each // (_BUSY_HOUR * _MINUTES)
    return Facts(account=record, traffic=Traffic(answers.daily_volume, each, minute, each, 0))


def _point(finding: Finding, case: Case, about: str) -> Point:
    where = " to ".join(part for part in (case.sender, case.id) if part)
    return Point(
        about, _MARK_OF[finding.action], finding.sentence, finding.remedy, finding.rule, where, finding.evidence
    )


def _clause(policy: CompiledPolicy, clause: str, points: list[Point]) -> ClauseMark:
    known = policy.policy.document.clauses.get(clause)
    worst = max((point.mark for point in points), key=_MARKS.index)
    shown = sorted((p for p in points if p.mark != "fine"), key=lambda p: -_MARKS.index(p.mark))
    return ClauseMark(clause, known.title if known else clause, worst, tuple(shown))
