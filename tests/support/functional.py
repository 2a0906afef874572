"""Owns reading the functional cases under tests/functional and judging them; must not know what they are about.

A row is a text of one function, with what the default policy should make of it from the text alone (and the sender,
where one is given). tests/functional/README.md says how the rows came to be and what they must not be used for.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from comity.journey.check import Case, check
from comity.messages.verdict import Result, Verdict
from support.judging import shipped

FUNCTIONAL: Final = Path(__file__).parents[1] / "functional"
HALVES: Final = ("dev", "held")
CODE: Final = "code"
HEALTH: Final = "health-data"

_STOPPING: Final = frozenset({"hold", "refuse"})
# What a category may be stopped by, where that is more than the rule of its own name. Whoever wants an account, money
# or a code by a pretext is stopped rightly by any of these, and by what is wrong with the link or the name.
_SMISHING: Final = frozenset(
    {"phishing", "fraud", "solicitation", "deceptive-offer", "brand-not-yours", "signals-together"}
)
_SMISHING_FAMILIES: Final = ("link-", "sender-")
# Health data is the law of one country, so those rows are judged as sent there too.
_AMERICAN: Final = "+12025550123"


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One text and what should become of it.

    Attributes:
        id: `<function>-<half>-<number>`.
        function: what the row is an instance of.
        category: what should answer: a score's name, a rule's id, or `smishing`; of texts that must pass what they are.
        expect: `hit` or `pass`.
        lang: ISO 639-1, with `-Latn` where another script is usual.
        text: the text.
        synthetic: always true: invented for this purpose.
        sender: the sender as written; "" when only the text is judged.
        note: why it is here, where that does not show.
    """

    id: str
    function: str
    category: str
    expect: str
    lang: str
    text: str
    synthetic: bool
    sender: str = ""
    note: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a row.

    Attributes:
        right: whether it is what the row expects.
        action: the default policy's action.
        stopped_by: rules that held or refused it.
    """

    right: bool
    action: str
    stopped_by: tuple[str, ...]


def themes(half: str) -> tuple[str, ...]:
    """The names of a half's files, in order."""
    return tuple(sorted(file.stem for file in (FUNCTIONAL / half).glob("*.jsonl")))


@cache
def rows(half: str, theme: str) -> tuple[Row, ...]:
    """The rows of one file, in order."""
    lines = (FUNCTIONAL / half / f"{theme}.jsonl").read_text("utf-8").split("\n")
    return tuple(msgspec.convert(json.loads(line), Row) for line in lines if line.strip())


@cache
def outcome(row: Row) -> Outcome:
    """What the default policy, asked offline, makes of a row."""
    verdict = _verdict(row)
    return Outcome(_is_right(row, verdict), verdict.action, _stopped_by(verdict))


def _verdict(row: Row, to: str = "") -> Verdict:
    return check(Case(text=row.text, sender=row.sender, to=to), _policy())


def _is_right(row: Row, verdict: Verdict) -> bool:
    if row.category == HEALTH:
        told = _verdict(row, _AMERICAN).results[HEALTH] == Result.HIT
        return told if row.expect == "hit" else not told and not _stopped_by(verdict)
    if row.category == CODE:
        return verdict.action != "refuse"
    stopped_by = _stopped_by(verdict)
    if row.expect == "pass":
        return not stopped_by
    return any(_stands_for(rule, row.category) for rule in stopped_by)


def _stopped_by(verdict: Verdict) -> tuple[str, ...]:
    return tuple(one.rule for one in verdict.findings if one.enforced and one.action in _STOPPING)


def _stands_for(rule: str, category: str) -> bool:
    if category != "smishing":
        return rule == category
    return rule in _SMISHING or rule.startswith(_SMISHING_FAMILIES)


@cache
def _policy():
    return shipped()
