"""Owns which connections are open and which logins are bound on them; must not know PDUs, stores or sockets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from comity.edges.postgres.esme_store import Delivery, Esme
from comity.edges.smpp_server.limits import Limits


class Receiver(Protocol):
    """A bind that deliveries can go to."""

    @property
    def room(self) -> int:
        """How many may go now."""
        ...

    def deliver(self, deliveries: list[Delivery]) -> None:
        """Send them, in one write; no more than there is room."""
        ...


class Lane:
    """The binds of one login in this process.

    Attributes:
        receivers: those that take deliveries, in turns.
        paused_until: the loop's time before which it takes none, because it asked for slowness.
    """

    def __init__(self, esme: Esme) -> None:
        self.esme = esme
        self.binds = 0
        self.receivers: list[Receiver] = []
        self.paused_until = 0.0

    @property
    def room(self) -> int:
        """How many deliveries may go now."""
        return sum(receiver.room for receiver in self.receivers)

    def hand_out(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Give deliveries to receivers in turns; what nobody has room for is given back."""
        for receiver in list(self.receivers):
            room = receiver.room
            if room and deliveries:
                receiver.deliver(deliveries[:room])
                deliveries = deliveries[room:]
        self.receivers = self.receivers[1:] + self.receivers[:1]
        return deliveries


class Roster:
    """All connections of this process's door."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._addresses: Counter[str] = Counter()
        self._lanes: dict[str, Lane] = {}

    @property
    def connections(self) -> int:
        """How many are open."""
        return self._addresses.total()

    @property
    def binds(self) -> int:
        """How many of them are bound."""
        return sum(lane.binds for lane in self._lanes.values())

    def admit(self, address: str) -> bool:
        """Whether another connection from there may be; if so it is counted until `leave`."""
        limits = self._limits
        if self.connections >= limits.connections or self._addresses[address] >= limits.connections_of_address:
            return False
        self._addresses[address] += 1
        return True

    def leave(self, address: str) -> None:
        """A connection ended."""
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]

    def bind(self, esme: Esme) -> Lane | None:
        """Count a bind until `unbind`; None when the login has as many as it may."""
        lane = self._lanes.get(esme.system_id)
        if lane is None:
            lane = self._lanes[esme.system_id] = Lane(esme)
        lane.esme = esme
        if lane.binds >= esme.max_binds:
            return None
        lane.binds += 1
        return lane

    def unbind(self, lane: Lane) -> None:
        """A bind ended."""
        lane.binds -= 1
        if not lane.binds:
            self._lanes.pop(lane.esme.system_id, None)

    def lanes(self, now: float) -> Iterator[Lane]:
        """Logins that take deliveries at the loop's time `now`."""
        return (lane for lane in self._lanes.values() if lane.receivers and lane.paused_until <= now)

    def lane(self, system_id: str) -> Lane | None:
        """The binds of a login, or None when it has none here."""
        return self._lanes.get(system_id)
