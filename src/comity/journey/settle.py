"""Owns what follows from the results of a message's parts; must not know links or stores.

The rules, part by part:

- sent: it awaits its receipt.
- refused for good: so is the message, and what is left of it is not sent.
- unanswered: `recovery.after_ambiguity` says whether it is sent again or given up as unknown.
- anything else: it is sent again later, until the message expires.

Only the parts that are missing are sent again, under the same concatenation reference,
so that a handset joins them with those it has and drops one it has already. The charge
goes back when no part was handed over or may have been.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from comity.journey.handover import Claimed, Fate, Result
from comity.journey.recovery import PART_STATES, Ambiguity, after_ambiguity
from comity.messages.life import Detail, State, compose
from comity.smpp import status as st

# What a part is in between; QUEUED and SUBMITTING are sent again, SUBMITTING may be a second time.
TO_SEND: Final = frozenset({State.QUEUED, State.SUBMITTING})
_UNSENT: Final = frozenset({State.QUEUED, State.REJECTED, State.EXPIRED, State.REFUSED})
_GIVES_UP: Final = (State.REJECTED, State.UNKNOWN)
_DELAYS_S: Final = (1, 2, 5, 10, 30, 60, 120, 300)
_JITTER_STEPS: Final = 1 << 16
_DETAILS: Final = {
    st.ESME_RINVDSTADR: Detail.NUMBER_INVALID,
}
_STATE_DETAILS: Final = {
    State.EXPIRED: Detail.EXPIRED,
    State.UNKNOWN: Detail.NO_ANSWER_FROM_CARRIER,
}


class Settlement(msgspec.Struct, frozen=True, gc=False):
    """What is to be recorded of one message.

    Attributes:
        state: composed from its parts; QUEUED when it goes back to the queue.
        part_states: one per part, in order.
        due_at: when to try again; None when it is not queued again.
        attempt: how often it was tried, this time included.
        sent: the parts a carrier took now: place from 1, and the carrier's id for it.
        refund: whether the charge goes back.
        resent: it goes back to the queue though the carrier may have it.
    """

    message: Claimed
    state: State
    part_states: tuple[State, ...]
    detail: Detail
    due_at: datetime | None
    attempt: int
    sent: tuple[tuple[int, str], ...]
    refund: bool
    resent: bool


def concatenation_reference(message_id: UUID) -> int:
    """A 16-bit reference that is the same at every attempt.

    Messages made within 65 s of each other get different ones, so that a recipient's
    handset cannot mix them; the counter of ids made in one millisecond tells those apart.
    """
    value = message_id.int
    milliseconds, counter = value >> 80, (value >> 64) & 0xFFF
    return (milliseconds * 257 + counter) & 0xFFFF


def first_states(message: Claimed, parts: int) -> list[State]:
    """The states of a message's parts before they are handed over.

    What an earlier attempt left is kept as long as this carrier cuts the text alike; else it is sent anew as a whole.
    """
    known = message.part_states
    if not known or len(known) != parts:
        return [State.QUEUED] * parts
    return [State(state) for state in known]


def retry_at(message: Claimed, now: datetime) -> datetime:
    """When to try again: later each time, and not all at the same instant."""
    delay_s = _DELAYS_S[min(message.attempt, len(_DELAYS_S) - 1)]
    jitter = (message.id.int % _JITTER_STEPS) / _JITTER_STEPS / 2
    return now + timedelta(seconds=delay_s * (0.75 + jitter))


def settle_untried(message: Claimed, state: State, detail: Detail) -> Settlement:
    """A message that is not handed over (again): it expired, is no longer wanted, or no carrier can carry it."""
    before = [State(known) for known in message.part_states or ()]
    if _never_handed(before):
        return Settlement(message, state, (), detail, None, message.attempt, (), refund=True, resent=False)
    states = [state if part in TO_SEND else part for part in before]
    return Settlement(
        message, compose(states), tuple(states), detail, None, message.attempt, (), refund=False, resent=False
    )


def settle(message: Claimed, before: Sequence[State], results: dict[int, Result], now: datetime) -> Settlement:
    """What follows from the results of the parts that were handed over.

    Args:
        message: the message.
        before: the states of all its parts before, in order.
        results: by place from 0; there is one for each part of `before` that was to be sent.
        now: the present.
    """
    if len(before) == 1:
        only = results[0]
        if only.fate is Fate.SENT:  # nearly all messages
            return Settlement(
                message, State.SUBMITTED, (State.SUBMITTED,), Detail.NONE, None, message.attempt + 1,
                ((1, only.smsc_id),), refund=False, resent=False,
            )  # fmt: skip
    ambiguity = after_ambiguity(message.category)
    states = [
        _after(results[place], state, ambiguity) if place in results else state for place, state in enumerate(before)
    ]
    sent = tuple((place + 1, result.smsc_id) for place, result in results.items() if result.fate is Fate.SENT)
    given_up = next((state for state in _GIVES_UP if state in states), None)
    if given_up is not None:
        # The rest would be a torso of a message that can no longer arrive whole.
        states = [given_up if state in TO_SEND else state for state in states]
    detail = _detail(states, results)
    doubtful = any(result.fate is Fate.UNANSWERED for result in results.values())
    due_at, attempt = None, message.attempt + 1
    if not TO_SEND.isdisjoint(states):
        due_at, attempt = _next_try(message, {result.fate for result in results.values()}, now)
        if due_at >= message.expires_at:
            states, detail, due_at = [_expired(state) for state in states], Detail.EXPIRED, None
    return Settlement(
        message=message,
        state=compose(states) if due_at is None else State.QUEUED,
        part_states=tuple(states),
        detail=detail,
        due_at=due_at,
        attempt=attempt,
        sent=sent,
        refund=due_at is None and not doubtful and _never_handed(states, before),
        resent=due_at is not None and doubtful,
    )


def _after(result: Result, before: State, ambiguity: Ambiguity) -> State:
    match result.fate:
        case Fate.SENT:
            return State.SUBMITTED
        case Fate.PERMANENT:
            return State.REJECTED
        case Fate.UNANSWERED:
            return PART_STATES[ambiguity]
        case _:
            return before  # keeps in mind that an earlier attempt may have got through


def _next_try(message: Claimed, fates: set[Fate], now: datetime) -> tuple[datetime, int]:
    if fates == {Fate.NOT_SENT}:
        return now, message.attempt
    if fates == {Fate.NOT_SENT, Fate.SENT}:
        return now, message.attempt + 1  # from the second attempt on its parts are looked up
    if Fate.UNANSWERED in fates and not message.attempt:
        return now, 1
    return retry_at(message, now), message.attempt + 1


def _expired(state: State) -> State:
    return State.EXPIRED if state in TO_SEND else state


def _never_handed(*parts: Sequence[State]) -> bool:
    return all(state in _UNSENT for states in parts for state in states)


def _detail(states: list[State], results: dict[int, Result]) -> Detail:
    state = compose(states)  # a message that is queued again has no detail
    if state is State.REJECTED:
        refused = next((r.status for r in results.values() if r.fate is Fate.PERMANENT), 0)
        return _DETAILS.get(refused, Detail.REJECTED_BY_CARRIER)
    return _STATE_DETAILS.get(state, Detail.NONE)
