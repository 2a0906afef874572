"""Owns one connection to the simulator: its binds, answers and deliveries; must not know HTTP or sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from comity.base.errors import ComityError
from comity.edges.carriers.pacing import TokenBucket
from comity.edges.carriers.simulator.magic import AFTER_RECEIPT_S, LATE_S, SLOW_S, Answer, Fate
from comity.edges.carriers.wire import Wire
from comity.smpp import events as ev
from comity.smpp import states
from comity.smpp import status as st
from comity.smpp.pdu import BindKind
from comity.smpp.settings import Settings
from comity.smpp.smsc import SmscSession
from comity.smpp.status import Retry, describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.edges.carriers.simulator.centre import Centre
    from comity.edges.carriers.simulator.outbox import Letter, Outbox

_log = structlog.get_logger(__name__)

_NAME: Final = "comity-sim"
# More than any window: a submit beyond it would be throttled by the session instead of by its fate.
_SUBMITS_HELD: Final = 20_000
_AGAIN_S: Final = 1.0
_WAITS_S: Final = {Answer.SLOW: SLOW_S, Answer.LATE: LATE_S, Answer.AFTER_RECEIPT: AFTER_RECEIPT_S}


class SmscConnection:
    """The simulator's end of one connection.

    Args:
        centre: what it shares with the others.
        live: holds it while it lives.
    """

    def __init__(self, centre: Centre, live: set[SmscConnection]) -> None:
        self._centre = centre
        self._live = live
        options = centre.options
        self._session = SmscSession(
            Settings(
                window=options.window,
                peer_window=_SUBMITS_HELD,
                enquire_interval_s=60.0 if options.enquire_link else None,
            )
        )
        self.wire = Wire(self._session, self._take, self._on_lost)
        self._loop = asyncio.get_running_loop()
        self._bucket = TokenBucket(options.rate, self._loop.time())
        self._outbox: Outbox | None = None
        self._unanswered: dict[int, Letter] = {}
        self._leaving = False
        live.add(self)
        centre.sessions += 1

    # --- as a receiver of letters ---

    @property
    def room(self) -> int:
        """How many letters may go now."""
        return self._session.room if self.wire.writable and not self._leaving else 0

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Send letters, in one write."""
        for letter in letters:
            self._unanswered[self._session.deliver(letter.make())] = letter
            if letter.receipt:
                self._centre.tally.counts.dlr_sent += 1
        self.wire.flush()

    def leave(self) -> None:
        """Unbind, or close where there is no bind; the answer is not waited for."""
        if self._session.state in states.BOUND:
            self._session.unbind()
            self.wire.flush()
        self.wire.close()

    # --- what the session tells ---

    def _take(self, events: Sequence[ev.Event]) -> None:
        now = self._loop.time()
        for event in events:
            if self._leaving:
                return
            if type(event) is ev.SubmitRequested:
                self._submitted(event, now)
            elif type(event) is ev.DeliverAnswered:
                self._delivered(event.sequence, event.status, now)
            else:
                self._take_rarer(event)
        if self._outbox is not None:
            self._outbox.pump()

    def _take_rarer(self, event: ev.Event) -> None:
        match event:
            case ev.BindRequested():
                self._bind(event)
            case ev.Nacked(sequence, status):
                self._delivered(sequence, status or st.ESME_RUNKNOWNERR, self._loop.time())
            case ev.DeliverTimedOut(sequence):
                letter = self._unanswered.pop(sequence, None)
                if letter is not None and self._outbox is not None:
                    self._outbox.give_back((letter,))
            case ev.Failed():
                _log.info("simulator.session_failed", what=event.what)

    def _on_lost(self) -> None:
        self._live.discard(self)
        self._centre.sessions -= 1
        self._leaving = True
        if self._outbox is not None:
            self._outbox.detach(self)
            self._outbox.give_back(self._unanswered.values())
        self._unanswered.clear()

    def _bind(self, asked: ev.BindRequested) -> None:
        options = self._centre.options
        known = (not options.system_id or asked.system_id == options.system_id) and (
            not options.password or asked.password == options.password
        )
        try:
            outbox = self._centre.outbox(asked.system_id) if known else None
        except ComityError:
            outbox = None
        if outbox is None:
            self._session.refuse_bind(asked.sequence, st.ESME_RBINDFAIL)
            self.wire.flush()
            self.wire.close()
            return
        self._session.accept_bind(asked.sequence, _NAME)
        self._centre.tally.counts.binds += 1
        self._outbox = outbox
        if asked.kind is not BindKind.TRANSMITTER:
            outbox.attach(self)

    # --- messages ---

    def _submitted(self, event: ev.SubmitRequested, now: float) -> None:
        centre, pdu = self._centre, event.pdu
        outbox = self._outbox
        if outbox is None:
            return
        if not self._bucket.available(now, 1):
            self._refuse(event.sequence, st.ESME_RTHROTTLED)
            return
        self._bucket.take(1)
        fate = centre.fate(pdu.destination_addr)
        befalls = centre.befalls(fate, pdu.destination_addr)
        if fate.status and befalls:
            self._refuse(event.sequence, fate.status)
            return
        if fate.answer is Answer.DROP and befalls:
            self._drop()
            return
        message_id = centre.take(pdu, fate, outbox, now)
        if fate.answer is Answer.TAKE_AND_DROP and befalls:
            self._drop()
            return
        self._accept(event.sequence, message_id, fate)

    def _accept(self, sequence: int, message_id: str, fate: Fate) -> None:
        options = self._centre.options
        wait_s = _WAITS_S.get(fate.answer, 0.0) / options.haste or options.answer_delay_ms / 1000
        if fate.answer is Answer.NEVER:
            return
        if wait_s:
            self._loop.call_later(wait_s, self._answer_later, sequence, message_id)
            return
        self._session.answer_submit(sequence, 0, message_id)
        if fate.answer is Answer.UNBIND:
            self._session.unbind()

    def _answer_later(self, sequence: int, message_id: str) -> None:
        self._session.answer_submit(sequence, 0, message_id)
        self.wire.flush()

    def _refuse(self, sequence: int, status: int) -> None:
        counts = self._centre.tally.counts
        if describe(status).retry is Retry.THROTTLED:
            counts.throttled += 1
        else:
            counts.refused += 1
        self._session.answer_submit(sequence, status)

    def _drop(self) -> None:
        self._leaving = True
        self.wire.flush()
        self.wire.close()

    def _delivered(self, sequence: int, status: int, now: float) -> None:
        letter = self._unanswered.pop(sequence, None)
        if letter is None:
            return
        counts = self._centre.tally.counts
        if not status:
            counts.dlr_acked += letter.receipt
            return
        counts.dlr_refused += letter.receipt
        if self._outbox is not None and describe(status).retry is not Retry.PERMANENT:
            self._outbox.put(letter.make, now + _AGAIN_S, receipt=letter.receipt)
