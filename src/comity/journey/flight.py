"""Owns the messages that are with links just now: parts go out, results come back; must not know stores or time.

A message whose parts find no room waits here, with the parts of one message in order on
one link, and is settled when its last part has a result.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from comity.base.errors import ComityError
from comity.journey.handover import Carriage, Claimed, Fate, Incoming, Part, Result
from comity.journey.settle import TO_SEND, Settlement, concatenation_reference, first_states, settle, settle_untried
from comity.messages.life import Detail, State


class Airborne:
    """A message on its way, with the results its parts have so far."""

    __slots__ = ("before", "left", "message", "results")

    def __init__(self, message: Claimed, before: Sequence[State], left: int) -> None:
        self.message = message
        self.before = before
        self.left = left
        self.results: dict[int, Result] = {}


class LateId(msgspec.Struct, frozen=True, gc=False):
    """A part that was given up and that the carrier took after all."""

    message: Claimed
    place: int
    smsc_id: str


class Landed(msgspec.Struct):
    """What came back from all links at one moment; a carrier's receipts come after the results they report on."""

    settled: list[Settlement] = []
    late: list[LateId] = []
    heard: list[tuple[int, Incoming]] = []


class Flights:
    """All messages under way from this process."""

    def __init__(self) -> None:
        self._waiting: dict[int, deque[Part]] = {}
        self._settled: list[Settlement] = []
        self.parts = 0
        self.outstanding = 0

    def room(self, carrier_id: int, carriage: Carriage) -> int:
        """How many more parts a link can take."""
        return carriage.room() - len(self._waiting.get(carrier_id, ()))

    def depart(self, carriages: Mapping[int, Carriage], messages: Iterable[Claimed], now: datetime) -> None:
        """Hand messages over; what cannot go is settled at once."""
        for message in messages:
            carriage = carriages.get(message.carrier_id)
            if message.expires_at <= now:
                self._settled.append(settle_untried(message, State.EXPIRED, Detail.EXPIRED))
            elif message.opted_out:
                self._settled.append(settle_untried(message, State.REFUSED, Detail.REFUSED_BY_POLICY))
            elif message.consent_ended:
                self._settled.append(settle_untried(message, State.REFUSED, Detail.CONSENT_ENDED))
            elif carriage is not None:
                self._prepare(carriage, message)
            else:
                self._settled.append(not_sent(message, now))
        self.feed(carriages)

    def feed(self, carriages: Mapping[int, Carriage]) -> None:
        """Give links the parts that waited for room; a link that is down gives them back as not sent."""
        for carrier_id, waiting in self._waiting.items():
            carriage = carriages.get(carrier_id)
            if not waiting or carriage is None:
                continue
            count = min(len(waiting), carriage.room()) if carriage.up else len(waiting)
            if count:
                carriage.submit([waiting.popleft() for _ in range(count)])

    def land(self, carriages: Mapping[int, Carriage], now: datetime) -> Landed:
        """Take everything that came back from the links, results before deliveries."""
        landed = Landed(settled=self._settled)
        self._settled = []
        for carriage in carriages.values():
            for result in carriage.take_results():
                self._note(result, landed, now)
        for carrier_id, carriage in carriages.items():
            landed.heard.extend((carrier_id, incoming) for incoming in carriage.take_deliveries())
        self.feed(carriages)
        return landed

    def give_back(self, now: datetime) -> None:
        """Count what waits for room as not sent; `land` gives what follows from it."""
        for waiting in self._waiting.values():
            for part in waiting:
                flight, place = part.token
                flight.results[place] = Result(part.token, Fate.NOT_SENT)
                self._arrived(flight, now)
            waiting.clear()

    def _prepare(self, carriage: Carriage, message: Claimed) -> None:
        try:
            pdus = carriage.parts(message, concatenation_reference(message.id))
        except ComityError:
            self._settled.append(settle_untried(message, State.REJECTED, Detail.REJECTED_BY_CARRIER))
            return
        before = first_states(message, len(pdus))
        going = [place for place, state in enumerate(before) if state in TO_SEND]
        if not going:  # every part went through before; only the record of it was lost
            going, before = list(range(len(pdus))), [State.QUEUED] * len(pdus)
        flight = Airborne(message, before, len(going))
        self.outstanding += 1
        self.parts += len(going)
        waiting = self._waiting.setdefault(message.carrier_id, deque())
        waiting.extend(Part((flight, place), pdus[place]) for place in going)

    def _note(self, result: Result, landed: Landed, now: datetime) -> None:
        token: tuple[Airborne, int] = result.token
        flight, place = token
        if result.late:
            if result.fate is Fate.SENT and result.smsc_id:
                landed.late.append(LateId(flight.message, place + 1, result.smsc_id))
            return
        flight.results[place] = result
        flight.left -= 1
        if not flight.left:
            self.outstanding -= 1
            landed.settled.append(settle(flight.message, flight.before, flight.results, now))

    def _arrived(self, flight: Airborne, now: datetime) -> None:
        flight.left -= 1
        if not flight.left:
            self.outstanding -= 1
            self._settled.append(settle(flight.message, flight.before, flight.results, now))


def ambiguous(messages: Iterable[Claimed], now: datetime) -> list[Settlement]:
    """What follows for messages that another dispatcher had in flight when it died: no part of them has an answer."""
    return [_with_fate(message, Fate.UNANSWERED, now) for message in messages]


def not_sent(message: Claimed, now: datetime) -> Settlement:
    """A message that no link ever got."""
    return _with_fate(message, Fate.NOT_SENT, now)


def _with_fate(message: Claimed, fate: Fate, now: datetime) -> Settlement:
    before = [State(state) for state in message.part_states or ()] or [State.QUEUED]
    results: dict[int, Any] = {place: Result(None, fate) for place, state in enumerate(before) if state in TO_SEND}
    return settle(message, before, results, now)
