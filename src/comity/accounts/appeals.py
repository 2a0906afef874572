"""Owns the life of an appeal against a sanction: who may do what to it, and until when (D5, G1, P6).

Pure: it must not know where appeals are kept. An appeal is filed once against a sanction, within the time that article
20 of Regulation (EU) 2022/2065 gives, and decided by a person who took no part in the sanction.
"""

from __future__ import annotations

import calendar
import enum
from datetime import datetime, timedelta
from typing import Final

import msgspec

from comity.accounts.standing import AUTOMATIC, IMPOSED, Event
from comity.accounts.subaccounts import BY_PARENT
from comity.base.errors import ComityError

MONTHS_TO_APPEAL: Final = 6
TIME_TO_DECIDE: Final = timedelta(days=14)
LONGEST_TEXT: Final = 5_000


class AppealState(enum.StrEnum):
    """Where an appeal is."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AppealEvent(enum.StrEnum):
    """What is done to an appeal."""

    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


LIFE: Final = {
    (AppealState.OPEN, AppealEvent.GRANT): AppealState.GRANTED,
    (AppealState.OPEN, AppealEvent.REFUSE): AppealState.REFUSED,
    (AppealState.OPEN, AppealEvent.WITHDRAW): AppealState.WITHDRAWN,
}
"""The state after an event; a decided appeal stays decided."""

DECISIONS: Final = frozenset({AppealEvent.GRANT, AppealEvent.REFUSE})


class BadAppealError(ComityError):
    """That cannot be done to this appeal, or it cannot be filed."""


class Contested(msgspec.Struct, frozen=True):
    """The sanction that is appealed against.

    Attributes:
        event: what was decided.
        at: when.
        by: who decided it first.
        appealed: whether there is an appeal already.
    """

    event: Event
    at: datetime
    by: str
    appealed: bool = False


def appeal_until(decided_at: datetime) -> datetime:
    """The last instant at which an appeal may be filed: the same day of the month, six months on, or its last day."""
    months = decided_at.month - 1 + MONTHS_TO_APPEAL
    year, month = decided_at.year + months // 12, months % 12 + 1
    day = min(decided_at.day, calendar.monthrange(year, month)[1])
    return decided_at.replace(year=year, month=month, day=day)


def file(contested: Contested, text: str, now: datetime) -> datetime:
    """File an appeal.

    Returns:
        Until when it is to be decided.

    Raises:
        BadAppealError: it cannot be.
    """
    if contested.event not in IMPOSED:
        raise BadAppealError("This decision relieves the account; there is nothing to appeal against.")
    if contested.by.startswith(BY_PARENT):
        raise BadAppealError("The account above yours decided this.", "Ask it; it can lift it at any time.")
    if contested.appealed:
        raise BadAppealError("There is an appeal against this decision already.", "See its state at GET /api/standing.")
    if now > appeal_until(contested.at):
        raise BadAppealError(
            f"The time to appeal ended on {appeal_until(contested.at):%Y-%m-%d}.", "Write to the operator."
        )
    if not text.strip():
        raise BadAppealError("An appeal needs a text.", "Say what is wrong with the decision.")
    if len(text) > LONGEST_TEXT:
        raise BadAppealError(f"The text has more than {LONGEST_TEXT} characters.", "Say it in fewer words.")
    return now + TIME_TO_DECIDE


def move(state: AppealState, event: AppealEvent, by: str, first_decider: str) -> AppealState:
    """The state after an event.

    Args:
        state: the one before.
        event: what is done.
        by: who does it.
        first_decider: who decided the sanction.

    Raises:
        BadAppealError: it is decided already, or this person may not decide it.
    """
    moved = LIFE.get((state, event))
    if moved is None:
        raise BadAppealError(f"This appeal is {state.value} already.")
    if event in DECISIONS and not may_decide(by, first_decider):
        raise BadAppealError(
            "Whoever decided first does not decide the appeal.", "Let somebody decide who took no part in it."
        )
    return moved


def may_decide(person: str, first_decider: str) -> bool:
    """Whether a person may decide an appeal: somebody, who is not the one that decided first."""
    return bool(person.strip()) and person.casefold() not in {first_decider.casefold(), AUTOMATIC}
