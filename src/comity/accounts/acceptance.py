"""Owns what an account's answer to a policy version can be, and what each event makes of it (G5, G6).

Pure: it must not know stores, clocks or how an account is told. The states are a table, so that what may happen can be
read at one place: nobody is blocked before the day, who declined is closed on it, and whoever is closed stays so.
"""

from __future__ import annotations

import enum
from typing import Final

from comity.base.errors import ComityError


class Answer(enum.StrEnum):
    """An account's answer to a version that wants one."""

    ASKED = "asked"
    """Told of it; the day has not come."""
    ACCEPTED = "accepted"
    """A named person accepted it, before its day."""
    DECLINED = "declined"
    """A named person declined it; the account lives on until the day."""
    SILENT = "silent"
    """The day came without an answer: nothing is sent until somebody accepts."""
    BOUND = "bound"
    """It holds, and a named person accepted it."""
    LEFT = "left"
    """The account is closed, and what was bought is paid back."""
    WITHDRAWN = "withdrawn"
    """The version was taken back, or another took its place before its day."""


class AnswerEvent(enum.StrEnum):
    """What changes an answer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    BEGIN = "begin"
    """The version's day comes."""
    WITHDRAW = "withdraw"


_A, _E = Answer, AnswerEvent
TRANSITIONS: Final[dict[tuple[Answer, AnswerEvent], Answer]] = {
    (_A.ASKED, _E.ACCEPT): _A.ACCEPTED,
    (_A.ASKED, _E.DECLINE): _A.DECLINED,
    (_A.ASKED, _E.BEGIN): _A.SILENT,
    (_A.ASKED, _E.WITHDRAW): _A.WITHDRAWN,
    # Until the day a mind may change, and saying the same again changes nothing.
    (_A.ACCEPTED, _E.ACCEPT): _A.ACCEPTED,
    (_A.ACCEPTED, _E.DECLINE): _A.DECLINED,
    (_A.ACCEPTED, _E.BEGIN): _A.BOUND,
    (_A.ACCEPTED, _E.WITHDRAW): _A.WITHDRAWN,
    (_A.DECLINED, _E.DECLINE): _A.DECLINED,
    (_A.DECLINED, _E.ACCEPT): _A.ACCEPTED,
    (_A.DECLINED, _E.BEGIN): _A.LEFT,
    (_A.DECLINED, _E.WITHDRAW): _A.WITHDRAWN,
    # The day has come: an answer counts at once.
    (_A.SILENT, _E.ACCEPT): _A.BOUND,
    (_A.SILENT, _E.DECLINE): _A.LEFT,
    (_A.BOUND, _E.ACCEPT): _A.BOUND,
}
"""The answer after an event; what is not here cannot happen."""

MAY_SEND_BEFORE: Final = frozenset(Answer) - {Answer.SILENT, Answer.LEFT}
"""Before the day every answer lets an account send; the others come with the day alone."""

MAY_SEND_AFTER: Final = frozenset({Answer.BOUND})
"""From the day on only acceptance does."""

_WHY_NOT: Final = {
    (_A.BOUND, _E.DECLINE): "This version holds and was accepted for the account.",
    (_A.LEFT, _E.ACCEPT): "The account is closed: this version was declined.",
    (_A.LEFT, _E.DECLINE): "The account is closed already.",
    (_A.WITHDRAWN, _E.ACCEPT): "This version was taken back.",
    (_A.WITHDRAWN, _E.DECLINE): "This version was taken back.",
}


class BadAnswerError(ComityError):
    """Such an answer cannot be given now."""


def after(answer: Answer, event: AnswerEvent) -> Answer:
    """The answer after an event.

    Raises:
        BadAnswerError: that cannot happen to it.
    """
    found = TRANSITIONS.get((answer, event))
    if found is None:
        what = _WHY_NOT.get((answer, event), f"An answer that is {answer.value} cannot be changed by {event.value}.")
        raise BadAnswerError(what, "See GET /api/policy-changes, or write to the operator.")
    return found


def closes(before: Answer, now: Answer) -> bool:
    """Whether the account is closed and paid back by this change; at most once, for nothing leads out of it."""
    return now is Answer.LEFT and before is not Answer.LEFT
