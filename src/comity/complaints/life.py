"""Owns the lives of complaints and of freezes as tables: what may happen to which, and what it leads to (G7, P9).

It must not know stores, doors, or the present.
"""

from __future__ import annotations

import enum
from typing import Final

from comity.base.errors import ComityError


class State(enum.StrEnum):
    """Where a complaint is."""

    RECEIVED = "received"
    LINKED = "linked"  # to messages that went through here
    INVESTIGATED = "investigated"  # a person looks at it
    UPHELD = "upheld"
    REJECTED = "rejected"
    ABUSIVE = "abusive"  # rejected, and whoever made it counts no more
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Event(enum.StrEnum):
    """What happens to a complaint."""

    LINK = "link"
    PROVE = "prove"  # it is shown that the reporter got the message
    INVESTIGATE = "investigate"
    UPHOLD = "uphold"
    REJECT = "reject"
    REJECT_AS_ABUSE = "reject-as-abuse"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    REOPEN = "reopen"


S = State
OPEN: Final = (S.RECEIVED, S.LINKED, S.INVESTIGATED)
DECIDED: Final = (S.UPHELD, S.REJECTED, S.ABUSIVE)
_DECISIONS: Final = {
    Event.UPHOLD: S.UPHELD,
    Event.REJECT: S.REJECTED,
    Event.REJECT_AS_ABUSE: S.ABUSIVE,
    Event.WITHDRAW: S.WITHDRAWN,
    Event.CLOSE: S.CLOSED,
}

TRANSITIONS: Final[dict[tuple[State, Event], State]] = {
    (S.RECEIVED, Event.LINK): S.LINKED,
    (S.LINKED, Event.LINK): S.LINKED,
    (S.INVESTIGATED, Event.LINK): S.INVESTIGATED,
    **{(state, Event.PROVE): state for state in OPEN},
    **{(state, Event.INVESTIGATE): S.INVESTIGATED for state in OPEN},
    **{(state, event): ended for state in OPEN for event, ended in _DECISIONS.items()},
    **{(state, Event.CLOSE): S.CLOSED for state in DECIDED},
    **{(state, Event.REOPEN): S.INVESTIGATED for state in (*DECIDED, S.CLOSED)},
}
COUNTS: Final = frozenset({*OPEN, S.UPHELD})
"""Complaints in these states count against an account, and as somebody who reports."""


class FreezeState(enum.StrEnum):
    """Where a freeze is."""

    PROPOSED = "proposed"  # one-time codes and alerts: a person has to say so first
    IN_FORCE = "in-force"  # until a person confirms it, or its time is over
    CONFIRMED = "confirmed"  # until a person ends it
    LAPSED = "lapsed"
    DECLINED = "declined"
    LIFTED = "lifted"  # what was held goes on its way
    UPHELD = "upheld"  # what was held is refused


class FreezeEvent(enum.StrEnum):
    """What happens to a freeze."""

    CONFIRM = "confirm"
    LAPSE = "lapse"
    LIFT = "lift"
    UPHOLD = "uphold"


F = FreezeState
FREEZE_TRANSITIONS: Final[dict[tuple[FreezeState, FreezeEvent], FreezeState]] = {
    (F.PROPOSED, FreezeEvent.CONFIRM): F.CONFIRMED,
    (F.PROPOSED, FreezeEvent.LAPSE): F.LAPSED,
    (F.PROPOSED, FreezeEvent.LIFT): F.DECLINED,
    (F.PROPOSED, FreezeEvent.UPHOLD): F.UPHELD,  # the complaint is right, and nothing needs to be stopped
    (F.IN_FORCE, FreezeEvent.CONFIRM): F.CONFIRMED,
    (F.IN_FORCE, FreezeEvent.LAPSE): F.LAPSED,
    (F.IN_FORCE, FreezeEvent.LIFT): F.LIFTED,
    (F.IN_FORCE, FreezeEvent.UPHOLD): F.UPHELD,
    (F.CONFIRMED, FreezeEvent.LIFT): F.LIFTED,
    (F.CONFIRMED, FreezeEvent.UPHOLD): F.UPHELD,
}
STOPPING: Final = frozenset({F.IN_FORCE, F.CONFIRMED})
"""Freezes in these states stop traffic."""


class ComplaintStepError(ComityError):
    """That does not happen to a complaint or a freeze in its state."""


def after(state: State, event: Event) -> State:
    """The state of a complaint after an event.

    Raises:
        ComplaintStepError: it does not happen to one in that state.
    """
    found = TRANSITIONS.get((state, event))
    if found is None:
        raise ComplaintStepError(f"A complaint that is {state} takes no {event}.", _takes(state))
    return found


def freeze_after(state: FreezeState, event: FreezeEvent) -> FreezeState:
    """The state of a freeze after an event.

    Raises:
        ComplaintStepError: it does not happen to one in that state.
    """
    found = FREEZE_TRANSITIONS.get((state, event))
    if found is None:
        raise ComplaintStepError(f"A freeze that is {state} takes no {event}.", "See what is frozen now.")
    return found


def _takes(state: State) -> str:
    events = sorted(event.value for known, event in TRANSITIONS if known is state)
    return f"It takes {', '.join(events)}." if events else "It is over."
