"""Owns the request to prove opt-ins (P5): its states, its 24 hours, what makes an answer complete.

It must not know who asks, where anything is kept, or what time it is.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec

OnDeadline = Literal["deactivate", "suspend"]
_Hours = Annotated[int, msgspec.Meta(ge=1, le=24 * 30)]


class ProofTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a request runs, as the policy says.

    Attributes:
        window_h: hours that an account has from the delivery of a request.
        reminders_h: so many hours before the end it is reminded.
        unserved_h: not delivered within these, sending pauses and a person serves the request otherwise.
        on_deadline: what happens without an answer, unless the request says otherwise.
    """

    window_h: _Hours = 24
    reminders_h: Annotated[tuple[_Hours, ...], msgspec.Meta(max_length=10)] = (12, 2)
    unserved_h: _Hours = 4
    on_deadline: OnDeadline = "deactivate"


class State(enum.StrEnum):
    """Where a request is in its life."""

    ASKED = "asked"  # on its way to the account
    UNSERVED = "unserved"  # it reached nobody in time; sending pauses
    RUNNING = "running"  # the clock runs
    ANSWERED = "answered"  # complete; a reviewer looks
    OVERDUE = "overdue"  # the deadline passed; sending is suspended until a reviewer confirms
    ACCEPTED = "accepted"
    DEACTIVATED = "deactivated"
    WITHDRAWN = "withdrawn"


class Event(enum.StrEnum):
    """What happens to a request."""

    DELIVER = "deliver"  # told by webhook, taken by the mail server, opened, or served by a reviewer
    GIVE_UP_TELLING = "give_up_telling"
    COMPLETE = "complete"
    EXTEND = "extend"
    REJECT = "reject"  # a reviewer finds the proofs wanting, with time left
    ACCEPT = "accept"
    SUSPEND = "suspend"  # the deadline, where the policy wants a person to confirm
    DEACTIVATE = "deactivate"  # the deadline, or a reviewer's word after it
    WITHDRAW = "withdraw"
    OVERTURN = "overturn"  # an appeal was granted


TRANSITIONS: Final[dict[tuple[State, Event], State]] = {
    (State.ASKED, Event.DELIVER): State.RUNNING,
    (State.ASKED, Event.GIVE_UP_TELLING): State.UNSERVED,
    (State.ASKED, Event.WITHDRAW): State.WITHDRAWN,
    (State.UNSERVED, Event.DELIVER): State.RUNNING,
    (State.UNSERVED, Event.WITHDRAW): State.WITHDRAWN,
    (State.RUNNING, Event.COMPLETE): State.ANSWERED,
    (State.RUNNING, Event.EXTEND): State.RUNNING,
    (State.RUNNING, Event.SUSPEND): State.OVERDUE,
    (State.RUNNING, Event.DEACTIVATE): State.DEACTIVATED,
    (State.RUNNING, Event.WITHDRAW): State.WITHDRAWN,
    (State.ANSWERED, Event.ACCEPT): State.ACCEPTED,
    (State.ANSWERED, Event.REJECT): State.RUNNING,
    (State.ANSWERED, Event.WITHDRAW): State.WITHDRAWN,
    (State.OVERDUE, Event.ACCEPT): State.ACCEPTED,
    (State.OVERDUE, Event.DEACTIVATE): State.DEACTIVATED,
    (State.OVERDUE, Event.WITHDRAW): State.WITHDRAWN,
    (State.DEACTIVATED, Event.OVERTURN): State.WITHDRAWN,
}
FINAL: Final = frozenset({State.ACCEPTED, State.DEACTIVATED, State.WITHDRAWN})
# Answers are taken in these: late ones too, for a reviewer to weigh.
TAKES_ANSWERS: Final = frozenset({State.RUNNING, State.OVERDUE})


def after(state: State, event: Event) -> State | None:
    """The state that an event leads to; None where it does not happen."""
    return TRANSITIONS.get((state, event))


def at_deadline(on_deadline: OnDeadline) -> Event:
    """What the policy has happen when the time is over."""
    return Event.DEACTIVATE if on_deadline == "deactivate" else Event.SUSPEND


class Outage(msgspec.Struct, frozen=True):
    """A span in which our own intake could not be reached, so that no answer could be given."""

    begun: datetime
    ended: datetime


def elapses_at(begun: datetime, span: timedelta, outages: Iterable[Outage]) -> datetime:
    """The instant at which a span has elapsed since its beginning, outages of ours not counted; in UTC.

    Elapsed time knows no time zones: a change to summer time neither shortens nor lengthens it.
    """
    at, left = begun.astimezone(UTC), span
    for outage in sorted(outages, key=lambda one: one.begun):
        if outage.ended <= at or outage.ended <= outage.begun:
            continue
        before = outage.begun - at
        if before >= left:
            break
        left -= max(before, timedelta())
        at = outage.ended.astimezone(UTC)
    return at + left


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shows that one recipient opted in.

    Attributes:
        recipient: the number, with its plus or as digits.
        wording: what the person was shown and agreed to.
        channel: where, such as web form, paper or text message.
        at: when, with its offset.
        proof: what proves it: a reference, or the digest of a file that was handed in.
        address: the address it came from: of the page, the network or the shop.
    """

    recipient: str
    wording: str = ""
    channel: str = ""
    at: datetime | None = None
    proof: str = ""
    address: str = ""


def gaps(proof: Proof, first_sent_at: datetime | None, now: datetime) -> tuple[str, ...]:
    """What a proof lacks, in words; nothing when it is complete.

    Args:
        proof: as it was given.
        first_sent_at: when the first promotional message went to the recipient; None when none did.
        now: the present.
    """
    found = [
        f"{what} is missing"
        for what, given in (
            ("the wording that was agreed to", proof.wording),
            ("the channel", proof.channel),
            ("the time", proof.at),
            ("the proof itself", proof.proof),
        )
        if not given
    ]
    if proof.at is not None and proof.at.tzinfo is None:
        found.append("the time has no offset")
    elif proof.at is not None and proof.at > now:
        found.append("the time lies in the future")
    elif proof.at is not None and first_sent_at is not None and proof.at > first_sent_at:
        found.append("the person agreed only after the first message")
    return tuple(found)


class Wanted(msgspec.Struct, frozen=True):
    """What a request asks for.

    Attributes:
        recipients: numbers as digits.
        purpose: whether the campaign's purpose is asked for.
        sample: whether a sample text is.
    """

    recipients: tuple[str, ...]
    purpose: bool = True
    sample: bool = True


def still_wanted(wanted: Wanted, proven: Sequence[str], purpose: str, sample: str) -> tuple[str, ...]:
    """What is still to be given, in words; nothing when the answer is complete.

    Args:
        wanted: what was asked for.
        proven: recipients whose proof is complete.
        purpose: the campaign's purpose, as far as it was given.
        sample: a sample text, as far as one was given.
    """
    missing = len(set(wanted.recipients) - set(proven))
    found = [f"the proof of {missing} {'recipient' if missing == 1 else 'recipients'}"] if missing else []
    found += ["the campaign's purpose"] if wanted.purpose and not purpose.strip() else []
    found += ["a sample text"] if wanted.sample and not sample.strip() else []
    return tuple(found)
