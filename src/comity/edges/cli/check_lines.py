"""Owns lines of a checked file: read in chunks as they come, judged, and written as verdicts; must not know commands.

Chunks hold what is there, up to a bound: a program that writes a message and waits for its verdict gets it.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, BinaryIO, Final

import msgspec

from comity.base.errors import SettingsError
from comity.journey.campaign import Summary
from comity.journey.check import Case, check
from comity.journey.rehearse import Rehearsed
from comity.messages.submission import Draft, Judged
from comity.messages.verdict import Finding, Verdict
from comity.policy.files import read_policy
from comity.screening.compiled import compile_policy
from comity.screening.rulebook import RULEBOOK

AT_ONCE: Final = 500
_LONGEST_LINE: Final = 1 << 20
_READ: Final = 1 << 18
_TEXTS: Final = ("to", "sender", "account")
_ENCODER: Final = msgspec.json.Encoder()


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
            if _blank(line):
                continue
            given[number] = {}
            try:
                given[number] = _fields(line)
                drafts[number] = _draft(_case(given[number]))
            except BadLineError as error:
                wrong[number] = str(error)
        came = (await self._rehearse(drafts)).came
        lines = [_told(number, fields.get("id"), came.get(number, wrong.get(number, "")), summary)
                 for number, fields in given.items()]  # fmt: skip
        return Checked(b"".join(lines), chunk.octets, summary)


def _draft(case: Case) -> Draft:
    return Draft(to=case.to, sender=case.sender, text=case.text, category=case.category, due_at=case.at)


def _told(number: int, id_: object, came: Judged | str, summary: Summary) -> bytes:
    if isinstance(came, str):
        return _unreadable(number, id_, came, summary)
    summary.count(came.verdict, number)
    shown = {**_shown(id_, came.verdict), "parts": came.parts, "credits": came.micro_credits / 1_000_000}
    return _ENCODER.encode(shown) + b"\n"


def _unreadable(number: int, id_: object, wrong: str, summary: Summary) -> bytes:
    what = f"line {number}: {wrong}"
    summary.count_broken(what)
    return _ENCODER.encode({"id": id_, "error": what}) + b"\n"


class Chunk(msgspec.Struct, frozen=True):
    """Lines that follow each other.

    Attributes:
        first: the number of the first, from 1.
        lines: JSON, or what a row of a CSV file says by column.
        octets: their size in the file.
    """

    first: int
    lines: list[bytes | dict[str, str]]
    octets: int


class Checked(msgspec.Struct, frozen=True):
    """What came of a chunk: verdicts, a line each, and their summary."""

    lines: bytes
    octets: int
    summary: Summary


class BadLineError(Exception):
    """A line that holds no message; says what is wrong."""


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
        lines = [
            self._line(number, line, summary)
            for number, line in enumerate(chunk.lines, chunk.first)
            if not _blank(line)
        ]
        return Checked(b"".join(lines), chunk.octets, summary)

    def _line(self, number: int, line: bytes | dict[str, str], summary: Summary) -> bytes:
        given: dict[str, Any] = {}
        try:
            given = _fields(line)
            case = _case(given)
        except BadLineError as error:
            return _unreadable(number, given.get("id"), str(error), summary)
        verdict = check(case, self._policy)
        summary.count(verdict, number)
        return _ENCODER.encode(_shown(given.get("id"), verdict)) + b"\n"


def chunks_of(lines: BinaryIO) -> Iterator[Chunk]:
    """The lines of a stream, in chunks, as they arrive: JSON lines, or CSV when the first line names columns.

    Raises:
        SettingsError: none of the columns is `text`.
    """
    pieces = _pieces(lines)
    first = next(pieces, [])
    head = next((line for line in first if line.strip()), b"")
    delimiter = _delimiter(head)
    if delimiter is None:
        yield from _json_chunks(first, pieces)
    else:
        yield from _csv_chunks(first, pieces, delimiter)


def _delimiter(head: bytes) -> str | None:
    """What parts the columns that a first line names; None when it names none."""
    line = head.lstrip(b"\xef\xbb\xbf \t")
    if line.startswith((b"{", b"[")):
        return None
    if line.strip().lower() == b"text":
        return ","
    return next((sign for sign in (",", ";", "\t") if sign.encode() in line), None)


def _json_chunks(first: list[bytes], pieces: Iterator[list[bytes]]) -> Iterator[Chunk]:
    number, held = 1, first
    while held:
        for start in range(0, len(held), AT_ONCE):
            some = held[start : start + AT_ONCE]
            yield Chunk(number, list(some), sum(map(len, some)))
            number += len(some)
        held = next(pieces, [])


def _csv_chunks(first: list[bytes], pieces: Iterator[list[bytes]], delimiter: str) -> Iterator[Chunk]:
    def texts() -> Iterator[str]:
        held = first
        while held:
            for line in held:
                yield line.decode("utf-8-sig", "replace")
            held = next(pieces, [])

    reader = csv.DictReader(texts(), delimiter=delimiter)
    if "text" not in (reader.fieldnames or ()):
        raise SettingsError(
            "The file holds neither JSON lines nor CSV with a column named text.",
            'Write {"id": 1, "text": "..."} a line, or columns id,text,to,sender,category,at.',
        )
    rows: list[bytes | dict[str, str]] = []
    octets, number = 0, 2
    for row in reader:
        rows.append({name: value for name, value in row.items() if isinstance(name, str) and value})
        octets += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(rows) == AT_ONCE:
            yield Chunk(number, rows, octets)
            number, rows, octets = number + len(rows), [], 0
    if rows:
        yield Chunk(number, rows, octets)


def _pieces(lines: BinaryIO) -> Iterator[list[bytes]]:
    """Whole lines as they arrive: what one read gave, never waiting for more than the end of a line."""
    try:
        handle = lines.fileno()
    except io.UnsupportedOperation:
        yield _split(lines.read())
        return
    rest = b""
    while piece := os.read(handle, _READ):
        whole, newline, rest_of_it = piece.rpartition(b"\n")
        if newline:
            yield _split(rest + whole)
            rest = rest_of_it
        else:
            rest += piece
        if len(rest) > _LONGEST_LINE:
            raise SettingsError(f"A line is longer than {_LONGEST_LINE} octets.", "Write one message a line.")
    if rest:
        yield [rest]


def _split(text: bytes) -> list[bytes]:
    """Lines by their newline alone: a lone carriage return may stand in a message."""
    return [line + b"\n" for line in text.split(b"\n")]


def _blank(line: bytes | dict[str, str]) -> bool:
    """An empty line between messages, or at the end: nothing is answered to it."""
    return isinstance(line, bytes) and not line.strip()


def _fields(line: bytes | dict[str, str]) -> dict[str, Any]:
    if isinstance(line, dict):
        return dict(line)
    try:
        found = msgspec.json.decode(line.lstrip(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadLineError(f"not JSON ({error})") from None
    if not isinstance(found, dict):
        raise BadLineError("not a JSON object")
    return {str(name): value for name, value in found.items() if value is not None}


def _case(given: dict[str, Any]) -> Case:
    fields = dict(given)
    for name in _TEXTS:
        if isinstance(fields.get(name), int):
            fields[name] = str(fields[name])
    if isinstance(fields.get("category"), str):
        fields["category"] = fields["category"].strip().lower()
    try:
        return msgspec.convert(fields, Case, strict=True)
    except msgspec.ValidationError as error:
        raise BadLineError(str(error)) from None


def _shown(id_: object, verdict: Verdict) -> dict[str, Any]:
    """What a verdict looks like on its line."""
    shown: dict[str, Any] = {
        "id": id_,
        "action": verdict.action,
        "findings": [_finding(finding) for finding in verdict.findings],
        "scores": {"promotion": round(verdict.given.promotion, 3) if verdict.given else 0.0},
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
