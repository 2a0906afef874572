"""Owns the shape of what is wrong with a policy's files; must not know how it was found."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

import msgspec

from comity.base.errors import SettingsError


class Severity(enum.StrEnum):
    """Whether a policy can be published in spite of a problem."""

    ERROR = "error"
    WARNING = "warning"


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong.

    Attributes:
        file: the path of the file, as the one who reads it would name it.
        line: its line, from 1; 0 for the file as a whole.
        what: one sentence that says what is wrong.
        remedy: one sentence that says how to mend it.
        severity: whether the policy can hold in spite of it.
    """

    file: str
    line: int
    what: str
    remedy: str
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """File and line, as editors read it."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.place}: {self.severity.value}: {self.what} {self.remedy}".rstrip()


class PolicyError(SettingsError):
    """A policy that cannot hold, with all that was found wrong with it; the words name the first of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first, more = problems[0], len(problems) - 1
        others = f" ({more} more: `comity policy lint` shows them all)" if more else ""
        super().__init__(f"{first.place}: {first.what}", f"{first.remedy}{others}")
        self.problems = tuple(problems)


def errors_among(problems: Iterable[Problem]) -> list[Problem]:
    """Those with which a policy cannot hold."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]
