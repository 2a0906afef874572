"""Owns lines of a checked file that become verdicts, a line each; must not know commands, or how lines are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec

from comity.edges.cli.check_input import KNOWN, BadLineError, Chunk, case_of, fields_of, is_blank
from comity.journey.campaign import Summary
from comity.journey.check import Case, look_at, scores_shown
from comity.journey.rehearse import Rehearsed
from comity.messages.submission import Draft, Judged
from comity.messages.verdict import Finding, Verdict
from comity.policy.files import read_policy
from comity.screening.compiled import compile_policy
from comity.screening.rulebook import RULEBOOK

_READ: Final = frozenset(KNOWN)
_ENCODER: Final = msgspec.json.Encoder()
# Texts never seen before cost far less together; the scorer remembers them until they are judged.
_SCORED_AT_ONCE: Final = 32


class Rehearsal:
    """Judges chunks as an account would send them.

    Args:
        rehearse: judges drafts by their place.
    """

    def __init__(self, rehearse: Callable[[Mapping[int, Draft]], Awaitable[Rehearsed]]) -> None:
        self._rehearse = rehearse

    async def check(self, chunk: Chunk) -> Checked:
        """Judge a chunk; its messages see each other."""
        summary = Summary()
        given: dict[int, dict[str, Any]] = {}
        drafts: dict[int, Draft] = {}
        wrong: dict[int, str] = {}
        for number, line in enumerate(chunk.lines, chunk.first):
            if is_blank(line):
                continue
            given[number] = {}
            try:
                given[number] = fields_of(line)
                summary.count_unread(sorted(given[number].keys() - _READ))
                drafts[number] = _draft(case_of(given[number], line))
            except BadLineError as error:
                wrong[number] = str(error)
        rehearsed = await self._rehearse(drafts)
        came, summary.available = rehearsed.came, rehearsed.available
        lines = [_told(number, fields.get("id"), came.get(number, wrong.get(number, "")), summary)
                 for number, fields in given.items()]  # fmt: skip
        return Checked(b"".join(lines), chunk.octets, summary)


def _draft(case: Case) -> Draft:
    return Draft(to=case.to, sender=case.sender, text=case.text, category=case.category, due_at=case.at)


def _told(number: int, id_: object, came: Judged | str, summary: Summary) -> bytes:
    if isinstance(came, str):
        return _unreadable(number, id_, came, summary)
    summary.count_priced(came, number)
    shown = {**_shown(id_, came.verdict), "parts": came.parts, "credits": came.micro_credits / 1_000_000}
    return _ENCODER.encode(shown) + b"\n"


def _unreadable(number: int, id_: object, wrong: str, summary: Summary) -> bytes:
    what = f"line {number}: {wrong}"
    summary.count_broken(what)
    return _ENCODER.encode({"id": id_, "error": what}) + b"\n"


class Checked(msgspec.Struct, frozen=True):
    """What came of a chunk: verdicts, a line each, and their summary."""

    lines: bytes
    octets: int
    summary: Summary


class Checker:
    """Judges chunks by the policy in a text.

    Raises:
        SettingsError: the policy cannot be judged by.
    """

    def __init__(self, source: str) -> None:
        self._policy = compile_policy(read_policy(source), RULEBOOK)

    def check(self, chunk: Chunk) -> Checked:
        """Judge a chunk."""
        summary = Summary()
        read = [
            (number, *_read(line, summary))
            for number, line in enumerate(chunk.lines, chunk.first)
            if not is_blank(line)
        ]
        texts = [case.text for _, _, case in read if isinstance(case, Case)]
        for start in range(0, len(texts), _SCORED_AT_ONCE):
            self._policy.scorer.scores_of(texts[start : start + _SCORED_AT_ONCE])
        lines = [self._line(number, id_, case, summary) for number, id_, case in read]
        return Checked(b"".join(lines), chunk.octets, summary)

    def _line(self, number: int, id_: object, case: Case | str, summary: Summary) -> bytes:
        if isinstance(case, str):
            return _unreadable(number, id_, case, summary)
        looked = look_at(case, self._policy)
        summary.count(looked.verdict, number, looked.unsaid)
        summary.count_unsendable(f"line {number}: {what}" for what in looked.unsendable)
        shown = _shown(id_, looked.verdict)
        if looked.unsendable:
            shown["unsendable"] = looked.unsendable
        return _ENCODER.encode(shown) + b"\n"


def _read(line: bytes | dict[str, str], summary: Summary) -> tuple[object, Case | str]:
    """A line's id and case, or what is wrong with it."""
    given: dict[str, Any] = {}
    try:
        given = fields_of(line)
        summary.count_unread(sorted(given.keys() - _READ))
        return given.get("id"), case_of(given, line)
    except BadLineError as error:
        return given.get("id"), str(error)


def _shown(id_: object, verdict: Verdict) -> dict[str, Any]:
    """What a verdict looks like on its line."""
    shown: dict[str, Any] = {
        "id": id_,
        "action": verdict.action,
        "findings": [_finding(finding) for finding in verdict.findings],
        "scores": scores_shown(verdict),
        "policy": verdict.policy,
    }
    abstained = [rule for rule, result in verdict.results.items() if result == "abstain"]
    if abstained:
        shown["abstained"] = abstained
    if verdict.until is not None:
        shown["until"] = verdict.until
    return shown


def _finding(finding: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "rule": finding.rule,
        "clauses": finding.clauses,
        "action": finding.action,
        "score": finding.score,
        "evidence": finding.evidence,
        "why": finding.sentence,
        "remedy": finding.remedy,
    }
    if not finding.enforced:
        shown["enforced"] = False
    if finding.until is not None:
        shown["until"] = finding.until
    return shown


_worker: list[Checker] = []


def prepare_worker(source: str) -> None:
    """Make a worker process ready to check by the policy in this text."""
    _worker[:] = [Checker(source)]


def run_in_worker(chunk: Chunk) -> Checked:
    """`Checker.check` in a worker process."""
    return _worker[0].check(chunk)
