"""Owns how an account's standing changes: the events, what each comes to, and how history gives the standing (D5).

Pure: it must not know where sanctions are kept, what triggers them, or how they are told. A sanction stands until a
later change ends it, so that several may be in force at once: an account has the worst of them, and what is left when
one of them ends. That makes the standing a sum of its history, which can be checked at any time.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

import msgspec

from comity.accounts.account import Standing
from comity.base.errors import ComityError

ORDER: Final = tuple(Standing)
"""From the best to the worst."""

BARRED: Final = frozenset({Standing.SUSPENDED, Standing.DEACTIVATED})
"""Accounts in these send nothing."""

AUTOMATIC: Final = "comity"
"""Who decided where no person did."""


class Event(enum.StrEnum):
    """What changes a standing."""

    WATCH = "watch"
    LIMIT = "limit"
    SUSPEND = "suspend"
    DEACTIVATE = "deactivate"
    LIFT = "lift"
    OVERTURN = "overturn"
    APPEAL_GRANTED = "appeal-granted"
    STRIKE_EXPIRED = "strike-expired"
    TERM_ENDED = "term-ended"


IMPOSED: Final = {
    Event.WATCH: Standing.WATCHED,
    Event.LIMIT: Standing.LIMITED,
    Event.SUSPEND: Standing.SUSPENDED,
    Event.DEACTIVATE: Standing.DEACTIVATED,
}
"""Events that are sanctions, and what each asks for."""

RELIEVING: Final = frozenset(set(Event) - IMPOSED.keys())
"""Events that end sanctions."""


class Remaining(enum.Enum):
    """In place of a standing: the worst of the sanctions that are still in force."""

    WORST = "worst"


_W, _L, _S, _D = Standing.WATCHED, Standing.LIMITED, Standing.SUSPENDED, Standing.DEACTIVATED
TRANSITIONS: Final[dict[tuple[Standing, Event], Standing | Remaining]] = {
    (Standing.GOOD, Event.WATCH): _W,
    (Standing.GOOD, Event.LIMIT): _L,
    (Standing.GOOD, Event.SUSPEND): _S,
    (Standing.GOOD, Event.DEACTIVATE): _D,
    (_W, Event.WATCH): _W,
    (_W, Event.LIMIT): _L,
    (_W, Event.SUSPEND): _S,
    (_W, Event.DEACTIVATE): _D,
    # A milder sanction on an account in a worse standing waits behind the worse one.
    (_L, Event.WATCH): _L,
    (_L, Event.LIMIT): _L,
    (_L, Event.SUSPEND): _S,
    (_L, Event.DEACTIVATE): _D,
    (_S, Event.WATCH): _S,
    (_S, Event.LIMIT): _S,
    (_S, Event.SUSPEND): _S,
    (_S, Event.DEACTIVATE): _D,
    # Nothing is added to an end; only a person's decision takes it back.
    (_D, Event.LIFT): Remaining.WORST,
    (_D, Event.OVERTURN): Remaining.WORST,
    (_D, Event.APPEAL_GRANTED): Remaining.WORST,
    (_D, Event.STRIKE_EXPIRED): Remaining.WORST,
    (_D, Event.TERM_ENDED): Remaining.WORST,
    **{(standing, event): Remaining.WORST for standing in (_W, _L, _S) for event in Event if event not in IMPOSED},
}
"""The standing after an event, by standing and event; what is not here cannot happen."""


class BadChangeError(ComityError):
    """Such a change of standing cannot be."""


class Change(msgspec.Struct, frozen=True):
    """One change of standing, as history keeps it.

    Attributes:
        number: grows with each change.
        event: what happened.
        ends: numbers of the sanctions that it ended.
    """

    number: int
    event: Event
    ends: tuple[int, ...] = ()


class Reasons(msgspec.Struct, frozen=True):
    """Why a standing changes; no change without them.

    Attributes:
        facts: what happened, in sentences that the account reads; no text of a message, no number of a person.
        clause: id of the clause of the policy.
        rule: the trigger or rule that found it; "" where a person did.
        policy: the version of the policy; the one in force when left out.
        digest: its digest; the same.
        automated: whether no person decided.
        detected: whether it was found by automated means; it is where `automated`.
        figures: counts and limits behind the facts; shares are written out, since evidence holds no floats.
        effects: what it means for the account; the standing's usual effects when left out.
        redress: how it can be contested; the usual ways when left out.
    """

    facts: str
    clause: str
    rule: str = ""
    policy: str = ""
    digest: str = ""
    automated: bool = False
    detected: bool = False
    figures: dict[str, int | str] = {}
    effects: str = ""
    redress: str = ""

    def __post_init__(self) -> None:
        """Refuse what gives no reason.

        Raises:
            BadChangeError: facts or clause are missing.
        """
        if not self.facts.strip():
            raise BadChangeError("No standing changes without facts.", "Say what happened.")
        if not self.clause.strip():
            raise BadChangeError("No standing changes without a clause.", "Name the clause of the policy.")


def worst(standings: Iterable[Standing]) -> Standing:
    """The worst of them; good for none."""
    return max(standings, key=ORDER.index, default=Standing.GOOD)


def inherited(own: Standing, parents: Iterable[Standing]) -> Standing:
    """What counts for a subaccount: the worst of its own standing and those above it (U19)."""
    return worst((own, *parents))


def after(standing: Standing, event: Event, remaining: Iterable[Standing]) -> Standing:
    """The standing after an event.

    Args:
        standing: the one before.
        event: what happens.
        remaining: what sanctions ask for that stay in force.

    Raises:
        BadChangeError: that cannot happen to an account in such a standing.
    """
    found = TRANSITIONS.get((standing, event))
    if found is None:
        raise BadChangeError(f"An account that is {standing.value} cannot be changed by {event.value}.")
    return worst(remaining) if found is Remaining.WORST else found


def in_force(history: Iterable[Change]) -> dict[int, Standing]:
    """What sanctions that no later change ended ask for, by number."""
    found: dict[int, Standing] = {}
    for change in history:
        for ended in change.ends:
            found.pop(ended, None)
        if change.event in IMPOSED:
            found[change.number] = IMPOSED[change.event]
    return found


def standing_of(history: Iterable[Change]) -> Standing:
    """The standing that a history comes to."""
    return worst(in_force(history).values())
