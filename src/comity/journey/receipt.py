"""Owns what a delivery receipt means for a message; must not know SQL, or the octets of a receipt.

Receipts may come twice, out of order, or before the answer to their submit_sm was
stored. The store moves a part only along `messages.life.NEXT`, so a repeated or late one
changes nothing; one that meets nothing is kept and tried again for some seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from comity.base.clock import Clock
from comity.journey.counters import Counters
from comity.journey.stores import PartReport, ReceiptStore
from comity.messages.life import Detail, State
from comity.smpp.correlation import IdForm, candidates
from comity.smpp.receipts import MessageState, Receipt

# None: still under way, which is known already.
_STATES: Final[dict[MessageState, State | None]] = {
    MessageState.SCHEDULED: None,
    MessageState.ENROUTE: None,
    MessageState.ACCEPTED: None,
    MessageState.DELIVERED: State.DELIVERED,
    MessageState.EXPIRED: State.EXPIRED,
    MessageState.DELETED: State.UNDELIVERED,
    MessageState.UNDELIVERABLE: State.UNDELIVERED,
    MessageState.SKIPPED: State.UNDELIVERED,
    MessageState.REJECTED: State.REJECTED,
    MessageState.UNKNOWN: State.UNKNOWN,
}
_STATE_DETAILS: Final = {State.EXPIRED: Detail.EXPIRED, State.REJECTED: Detail.REJECTED_BY_CARRIER}
# Most carriers put the GSM MAP error in `err` (3GPP TS 29.002, 17.6.6): unknown and unidentified subscriber,
# illegal subscriber; absent subscriber for short messages, absent subscriber.
_MAP_DETAILS: Final = {
    1: Detail.NUMBER_INVALID,
    5: Detail.NUMBER_INVALID,
    9: Detail.NUMBER_INVALID,
    6: Detail.OUT_OF_RANGE,
    27: Detail.OUT_OF_RANGE,
}
_EARLY_S: Final = 10
_EARLY_AT_ONCE: Final = 1000


class HeardReceipt(msgspec.Struct, frozen=True, gc=False):
    """A receipt, the carrier it came from and how that carrier writes its ids."""

    carrier_id: int
    id_form: IdForm
    receipt: Receipt


def read_report(heard: HeardReceipt) -> PartReport | None:
    """What a receipt reports; None when it says nothing new or names no message."""
    receipt = heard.receipt
    state = None if receipt.intermediate else _STATES[receipt.state]
    keys = candidates(receipt.message_id, heard.id_form) if receipt.message_id else ()
    if receipt.text_id != receipt.message_id and receipt.text_id:
        keys = tuple(dict.fromkeys((*keys, *candidates(receipt.text_id, heard.id_form))))
    if state is None or not keys:
        return None
    return PartReport(heard.carrier_id, keys, state, _detail(state, receipt.error))


def _detail(state: State, error: str) -> Detail:
    if state is State.UNDELIVERED and error.isdecimal():
        return _MAP_DETAILS.get(int(error), Detail.NONE)
    return _STATE_DETAILS.get(state, Detail.NONE)


class Receipts:
    """Applies receipts in batches.

    Args:
        store: where they meet their parts.
        clock: the present.
        counters: what operations reads.
    """

    def __init__(self, store: ReceiptStore, clock: Clock, counters: Counters) -> None:
        self._store = store
        self._clock = clock
        self._counters = counters

    async def take(self, heard: Sequence[HeardReceipt]) -> None:
        """Write down what receipts say, durably.

        Raises:
            StoreError: nothing was written, or it is not known; safe to repeat.
        """
        reports = [report for report in map(read_report, heard) if report is not None]
        matched = await self._store.apply(reports, self._clock.now()) if reports else 0
        self._counters.writes += bool(reports)
        self._counters.receipts_ignored += len(heard) - len(reports)
        self._counters.receipts_matched += matched
        self._counters.receipts_unmatched += len(reports) - matched

    async def reconcile(self, since_s: float = _EARLY_S) -> None:
        """Try again what matched nothing in the last seconds.

        The parts may have been recorded meanwhile, here or by another node.
        """
        now = self._clock.now()
        early = await self._store.unmatched_since(now - timedelta(seconds=since_s), _EARLY_AT_ONCE)
        if not early:
            return
        # What was stored is a key already; a carrier's other spellings of it are tried too.
        again = [
            PartReport(report.carrier_id, tuple(dict.fromkeys((*report.keys, *candidates(report.keys[0])))), *rest)
            for report in early
            for rest in ((report.state, report.detail),)
        ]
        matched = await self._store.apply(again, now)
        self._counters.receipts_matched += matched
        self._counters.receipts_unmatched -= matched
