"""Owns the life of a case as a table: states, events, who may do what, and which case comes first (G1).

It must not know stores, doors, or what a decision does to messages, strikes and accounts.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Final

import msgspec

from comity.base.errors import ComityError


class State(enum.StrEnum):
    """Where a case is."""

    OPEN = "open"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    ESCALATED = "escalated"
    DECIDED = "decided"
    CLOSED = "closed"


class Event(enum.StrEnum):
    """What can happen to a case."""

    ASSIGN = "assign"
    UNASSIGN = "unassign"
    ASK = "ask"
    ANSWER = "answer"
    ESCALATE = "escalate"
    CONFIRM = "confirm"
    OVERTURN = "overturn"
    REOPEN = "reopen"
    CLOSE = "close"


class Role(enum.IntEnum):
    """Who works at the desk; each may do what those before it may."""

    REVIEWER = 1
    SENIOR = 2
    OPERATOR = 3

    @property
    def word(self) -> str:
        """The role's name as it is stored and written."""
        return self.name.lower()


class Kind(msgspec.Struct, frozen=True):
    """What is asked of whoever decides a kind of case.

    Attributes:
        least: the role that decides it.
        four_eyes: who opened it does not decide it.
        visible: its account sees that there is one, what it is asked, and how it was decided.
    """

    least: Role = Role.REVIEWER
    four_eyes: bool = False
    visible: bool = False


_UNDECIDED: Final = (State.OPEN, State.ASSIGNED, State.WAITING, State.ESCALATED)
DECISIONS: Final = (Event.CONFIRM, Event.OVERTURN)

NEXT: Final[dict[tuple[State, Event], State]] = {
    (State.OPEN, Event.ASSIGN): State.ASSIGNED,
    (State.ASSIGNED, Event.ASSIGN): State.ASSIGNED,
    (State.WAITING, Event.ASSIGN): State.WAITING,
    (State.ESCALATED, Event.ASSIGN): State.ESCALATED,
    (State.ASSIGNED, Event.UNASSIGN): State.OPEN,
    (State.OPEN, Event.ASK): State.WAITING,
    (State.ASSIGNED, Event.ASK): State.WAITING,
    (State.ESCALATED, Event.ASK): State.WAITING,
    (State.WAITING, Event.ASK): State.WAITING,
    # Whoever asked has it, so it is theirs again.
    (State.WAITING, Event.ANSWER): State.ASSIGNED,
    (State.OPEN, Event.ESCALATE): State.ESCALATED,
    (State.ASSIGNED, Event.ESCALATE): State.ESCALATED,
    (State.WAITING, Event.ESCALATE): State.ESCALATED,
    **{(state, event): State.DECIDED for state in _UNDECIDED for event in DECISIONS},
    (State.DECIDED, Event.REOPEN): State.OPEN,
    (State.DECIDED, Event.CLOSE): State.CLOSED,
    (State.CLOSED, Event.REOPEN): State.OPEN,
}

KINDS: Final[dict[str, Kind]] = {
    "hold": Kind(visible=True),
    "import": Kind(visible=True),
    "sender": Kind(visible=True),
    "complaint": Kind(),
    "proof": Kind(visible=True),
    # What goes out to third parties, and what takes a customer's standing, is never one person's word.
    "disclosure": Kind(least=Role.SENIOR, four_eyes=True),
    "appeal": Kind(least=Role.SENIOR, four_eyes=True, visible=True),
    "standing": Kind(least=Role.SENIOR, four_eyes=True, visible=True),
    # Whoever tries out what passes is not told that it was seen.
    "probing": Kind(),
    "resale": Kind(),
    "look-back": Kind(),
    # Of no account: what others send is nobody's to see.
    "flood": Kind(),
}

# What its account sees happen to a case.
SHOWN: Final = frozenset({Event.ASK, Event.ANSWER, *DECISIONS, Event.REOPEN})


class Stand(msgspec.Struct, frozen=True):
    """What of a case decides who may do what with it.

    Attributes:
        opened_by: a person, or the part of the gateway that opened it.
        assigned_to: who looks at it; "" for nobody.
        decided_by: who decided it last, if anybody did; "" for nobody.
        senior: it was escalated.
        reviewed: who reviewed what this case is about before (of an appeal, who decided the sanction); "" for nobody.
    """

    kind: str
    state: State
    opened_by: str = ""
    assigned_to: str = ""
    decided_by: str = ""
    senior: bool = False
    reviewed: str = ""


class WrongStepError(ComityError):
    """The case is not where that can be done."""


class NotTheirsError(ComityError):
    """This person may not do that with this case; another may."""


def step(stand: Stand, event: Event, person: str, role: Role) -> Stand:
    """What an event makes of a case.

    Args:
        stand: the case as it is.
        event: what is done.
        person: who does it; for ANSWER, the account.
        role: theirs; not looked at for ANSWER.

    Raises:
        WrongStepError: the case is not in a state for it.
        NotTheirsError: somebody else must do it.
    """
    state = NEXT.get((stand.state, event))
    if state is None:
        raise WrongStepError(f"A case that is {stand.state} takes no {event}.", _remedy(stand.state))
    if event in DECISIONS:
        _may_decide(stand, person, role)
        return msgspec.structs.replace(stand, state=state, decided_by=person)
    if event is Event.REOPEN and role < Role.SENIOR:
        raise NotTheirsError("Only a senior opens again what was decided.", "Ask one.")
    taken = {Event.ASK: stand.assigned_to or person, Event.ASSIGN: person, Event.UNASSIGN: "", Event.REOPEN: ""}
    return msgspec.structs.replace(
        stand,
        state=state,
        assigned_to=taken.get(event, stand.assigned_to),
        senior=stand.senior or event is Event.ESCALATE,
    )


def _may_decide(stand: Stand, person: str, role: Role) -> None:
    asked = KINDS[stand.kind]
    if role < asked.least or (stand.senior and role < Role.SENIOR):
        raise NotTheirsError("A senior decides this case.", "Escalate it, or ask one.")
    if asked.four_eyes and person in {stand.opened_by, stand.reviewed}:
        raise NotTheirsError("Who opened or reviewed this does not decide it.", "Another pair of eyes must.")
    if stand.decided_by == person:
        raise NotTheirsError("You decided this case before: somebody else looks again.", "Ask a colleague.")


def _remedy(state: State) -> str:
    can = sorted(event.value for (known, event) in NEXT if known is state)
    return f"It takes {', '.join(can)}."


def order(priority: int, due_at: datetime | None, number: int) -> tuple[int, float, int]:
    """By what the queue is ordered: priority (0 first), then what is due first, then the oldest."""
    return priority, due_at.timestamp() if due_at is not None else float("inf"), number
