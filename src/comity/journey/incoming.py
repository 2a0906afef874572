"""Owns the order in which deliveries are heeded and answered; must not know what they say.

Receipts come before messages from people. A delivery is answered only after what it
said is on disk, so a carrier that loses us delivers it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from comity.journey.handover import Incoming, Network
from comity.journey.receipt import HeardReceipt, Receipts
from comity.smpp.pdu import DataSm, DeliverSm
from comity.smpp.receipts import read_receipt


class People(Protocol):
    """Takes messages from people."""

    async def take(self, heard: Sequence[tuple[int, DeliverSm | DataSm]]) -> None:
        """Keep messages, given with the carrier each came from, durably."""
        ...


class Incomings:
    """Sorts deliveries, has them written down and answers them.

    Args:
        receipts: takes delivery receipts.
        people: takes messages from people.
        network: the carriers, to be answered.
    """

    def __init__(self, receipts: Receipts, people: People, network: Network) -> None:
        self._receipts = receipts
        self._people = people
        self._network = network

    async def take(self, heard: list[tuple[int, Incoming]]) -> None:
        """Write down and answer; what is done is removed from `heard`, so that trying again does the rest.

        Raises:
            StoreError: some are left.
        """
        carriages = self._network.carriages()
        receipts: list[HeardReceipt] = []
        messages: list[tuple[int, Incoming]] = []
        reported: list[tuple[int, Incoming]] = []
        for carrier_id, incoming in heard:
            receipt = read_receipt(incoming.pdu)
            if receipt is None:
                messages.append((carrier_id, incoming))
            else:
                reported.append((carrier_id, incoming))
                receipts.append(HeardReceipt(carrier_id, carriages[carrier_id].id_form, receipt))
        if reported:
            await self._receipts.take(receipts)
            self._answer(reported)
            heard[:] = messages
        if messages:
            await self._people.take([(carrier_id, incoming.pdu) for carrier_id, incoming in messages])
            self._answer(messages)
            heard.clear()

    async def reconcile(self) -> None:
        """Let receipts that came too early meet their parts."""
        await self._receipts.reconcile()

    def _answer(self, done: Sequence[tuple[int, Incoming]]) -> None:
        carriages = self._network.carriages()
        handles: dict[int, list[Any]] = {}
        for carrier_id, incoming in done:
            handles.setdefault(carrier_id, []).append(incoming.handle)
        for carrier_id, each in handles.items():
            if carrier_id in carriages:
                carriages[carrier_id].answer(each)
