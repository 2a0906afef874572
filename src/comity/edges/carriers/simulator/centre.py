"""Owns what a simulator's connections share: ids, outboxes, tries, the tally; must not know sessions or HTTP."""

from __future__ import annotations

import functools
import itertools
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from comity.base.errors import ComityError
from comity.edges.carriers.simulator.inbound import InboundText, to_deliver_sm
from comity.edges.carriers.simulator.magic import ORDINARY, Fate, Form, Report, fate_of, write_id
from comity.edges.carriers.simulator.outbox import Outbox
from comity.edges.carriers.simulator.tally import Tally
from comity.smpp.receipts import Outcome, write_receipt

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.edges.carriers.simulator.options import SimulatorOptions
    from comity.smpp.pdu import DeliverSm, SubmitSm

_RECEIPT_BITS: Final = 0x03
_FAILURES_ONLY: Final = 0x02
_TRIES_MOST: Final = 100_000
_SYSTEM_IDS_MOST: Final = 10_000
# Ids begin with the digit a in hexadecimal, so that case matters; the start's seconds make them differ over restarts.
_FIRST_ID: Final = 0xA << 52
_COUNTER_BITS: Final = 28
_START_BITS: Final = 0xFFFFFF


class Centre:
    """One simulated message centre.

    Args:
        options: its settings.
    """

    def __init__(self, options: SimulatorOptions) -> None:
        self.options = options
        self.tally = Tally()
        self.sessions = 0
        self._outboxes: dict[str, Outbox] = {}
        self._tries: OrderedDict[str, int] = OrderedDict()
        self._next_number = itertools.count(_FIRST_ID | (int(time.time()) & _START_BITS) << _COUNTER_BITS).__next__
        self._references = itertools.count()

    def outbox(self, system_id: str) -> Outbox:
        """The letters of a system id.

        Raises:
            ComityError: too many system ids have been here.
        """
        found = self._outboxes.get(system_id)
        if found is None:
            if len(self._outboxes) >= _SYSTEM_IDS_MOST:
                raise ComityError("Too many system ids have bound to this simulator.", "Start it anew.")
            found = self._outboxes[system_id] = Outbox()
        return found

    def fate(self, recipient: str) -> Fate:
        """What becomes of a message to that recipient."""
        return fate_of(recipient) if self.options.magic else ORDINARY

    def befalls(self, fate: Fate, recipient: str) -> bool:
        """Whether what the fate does a number of times is still to be done to that recipient; counts it."""
        if not fate.times:
            return True
        tries = self._tries.get(recipient, 0)
        self._tries[recipient] = tries + 1
        if len(self._tries) > _TRIES_MOST:
            self._tries.popitem(last=False)
        return tries < fate.times

    def take(self, pdu: SubmitSm, fate: Fate, outbox: Outbox, now: float) -> str:
        """Take a message: an id for its answer, and its receipts on their way."""
        number = self._next_number()
        message_id = write_id(number, fate.answered_id)
        self.tally.taken(message_id, pdu, now)
        if self.options.receipts and pdu.registered_delivery & _RECEIPT_BITS:
            self._put_receipts(number, pdu, fate, outbox, now)
        return message_id

    def deliver(self, inbound: InboundText) -> int:
        """Send a person's text to an ESME, now or when it binds; how many parts it took.

        Raises:
            ComityError: the text cannot be sent so, or nobody has ever bound.
        """
        parts = to_deliver_sm(inbound, next(self._references), self.options)
        outbox = self._outbox_for(inbound.system_id)
        for part in parts:
            outbox.put(functools.partial(_as_is, part), 0.0, receipt=False)
        self.tally.counts.inbound += len(parts)
        outbox.pump()
        return len(parts)

    @property
    def pending(self) -> int:
        """Letters that wait."""
        return sum(map(len, self._outboxes.values()))

    def reset(self) -> None:
        """Forget counts, tries and waiting letters."""
        self.tally.reset()
        self._tries.clear()
        for outbox in self._outboxes.values():
            outbox.clear()

    def close(self) -> None:
        """Stop all timers."""
        for outbox in self._outboxes.values():
            outbox.close()

    def _outbox_for(self, system_id: str) -> Outbox:
        if system_id:
            found = self._outboxes.get(system_id)
        else:
            found = next((box for box in self._outboxes.values() if box.attended), None) or next(
                iter(self._outboxes.values()), None
            )
        if found is None:
            raise ComityError("Nobody has bound whom the text could be delivered to.", "Bind first.")
        return found

    def _put_receipts(self, number: int, pdu: SubmitSm, fate: Fate, outbox: Outbox, now: float) -> None:
        taken_at = datetime.now(UTC)
        message_id = write_id(number, fate.reported_id)
        due = now if fate.receipt_first else now + self.options.receipt_delay_ms / 1000
        wanted = pdu.registered_delivery & _RECEIPT_BITS
        for report in fate.reports:
            if wanted == _FAILURES_ONLY and report.good:
                continue
            self.tally.counts.dlr_wanted += 1
            outbox.put(
                functools.partial(_receipt, pdu, message_id, report, taken_at),
                due + report.later_s / self.options.haste,
                receipt=True,
            )


def _as_is(pdu: DeliverSm) -> DeliverSm:
    return pdu


def _receipt(pdu: SubmitSm, message_id: str, report: Report, taken_at: datetime) -> DeliverSm:
    outcome = Outcome(
        message_id=message_id,
        state=report.state,
        submitted_at=taken_at,
        done_at=datetime.now(UTC),
        error=report.error,
    )
    return _FORMS[report.form](write_receipt(pdu, outcome))


_FORMS: Final[dict[Form, Callable[[DeliverSm], DeliverSm]]] = {
    Form.BOTH: _as_is,
    Form.TEXT_ONLY: lambda pdu: msgspec.structs.replace(pdu, tlvs=()),
    Form.TLVS_ONLY: lambda pdu: msgspec.structs.replace(pdu, short_message=b""),
}
