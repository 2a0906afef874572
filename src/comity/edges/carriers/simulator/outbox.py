"""Owns what waits to be delivered to one system id, and until when; must not know sockets or fates.

It lives in memory alone. What was sent and not answered when a connection ends comes
back and goes to the next one.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.smpp.pdu import DeliverSm

# What comes due within this goes out together.
_GRAIN_S: Final = 0.005
_LETTERS_MOST: Final = 1_000_000


class Letter(NamedTuple):
    """Something to be delivered.

    Attributes:
        due: the loop's time.
        order: breaks ties, so that letters are never compared further.
        make: gives the PDU when it goes out.
        receipt: whether it is a receipt, for the counters.
    """

    due: float
    order: int
    make: Callable[[], DeliverSm]
    receipt: bool


class Receiver(Protocol):
    """A connection that letters can go to."""

    @property
    def room(self) -> int:
        """How many may go now."""
        ...

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Send them."""
        ...


_orders: Final = itertools.count()


class Outbox:
    """Letters in the order they are due, and the connections that take them."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []
        self._receivers: list[Receiver] = []
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    def __len__(self) -> int:
        return len(self._letters)

    @property
    def attended(self) -> bool:
        """Whether a connection takes letters."""
        return bool(self._receivers)

    def put(self, make: Callable[[], DeliverSm], due: float, *, receipt: bool) -> None:
        """Keep a letter until it is due; `pump` sees to it. One too many, when nobody fetches them, is lost."""
        if len(self._letters) >= _LETTERS_MOST:
            return
        heapq.heappush(self._letters, Letter(due, next(_orders), make, receipt))

    def give_back(self, letters: Iterable[Letter]) -> None:
        """These were not taken."""
        for letter in letters:
            heapq.heappush(self._letters, letter)
        self.pump()

    def clear(self) -> None:
        """Forget all letters."""
        self._letters.clear()

    def attach(self, receiver: Receiver) -> None:
        """A connection that receives was bound."""
        self._receivers.append(receiver)
        self.pump()

    def detach(self, receiver: Receiver) -> None:
        """It is gone."""
        if receiver in self._receivers:
            self._receivers.remove(receiver)

    def pump(self) -> None:
        """Send what is due to whoever has room, in turns, and look again when more comes due."""
        now = self._loop.time()
        for receiver in list(self._receivers):
            batch = self._due(now, receiver.room)
            if batch:
                receiver.deliver(batch)
        if len(self._receivers) > 1:
            self._receivers.append(self._receivers.pop(0))
        if self._letters and self._receivers and self._letters[0].due > now:
            self._wake_at(self._letters[0].due + _GRAIN_S)

    def _due(self, now: float, room: int) -> list[Letter]:
        letters = self._letters
        batch: list[Letter] = []
        while room > len(batch) and letters and letters[0].due <= now:
            batch.append(heapq.heappop(letters))
        return batch

    def _wake_at(self, due: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._woken)

    def _woken(self) -> None:
        self._timer = None
        self.pump()

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._receivers.clear()
