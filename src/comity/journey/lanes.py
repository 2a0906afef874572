"""Owns which prefixes may be claimed for which carrier just now, and whose turn was last; must not know the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from comity.journey.flight import Flights
from comity.journey.handover import Claimed, Network
from comity.routing.routes import RouteTable

# A message that did not fit takes at most so many parts (journey.prepare.MAX_PARTS).
_MOST_PARTS: Final = 4


class Lane(msgspec.Struct, frozen=True, gc=False):
    """A prefix with the carrier to use for it now.

    Attributes:
        room: parts the carrier can take, all its prefixes together.
        after: the account whose turn was last; 0 for none.
    """

    prefix: str
    carrier_id: int
    room: int
    after: int


class Lanes:
    """Chooses lanes: for each prefix the first of its carriers that is up, if that one has room.

    A link with little room in comparison to what it can have is left alone for a
    moment, so that claims are few and large; one with nothing under way never waits.
    """

    def __init__(self, network: Network, flights: Flights, patience_s: float) -> None:
        self.waiting_prefixes: Iterable[str] = ()
        self._network = network
        self._flights = flights
        self._patience_s = patience_s
        self._most: dict[int, int] = {}
        self._last: dict[str, int] = {}
        self._skimped = False
        self._patient_until = 0.0
        self._plan: list[tuple[str, int]] = []
        self._plan_for: tuple[object, ...] = ()

    def open(self) -> list[Lane]:
        """What to claim for now; empty when no carrier that is up has room enough."""
        rooms = self._rooms()
        if not rooms:
            return []
        return [
            Lane(prefix, carrier_id, rooms[carrier_id], self._last.get(prefix, 0))
            for prefix, carrier_id in self._chosen()
            if carrier_id in rooms
        ]

    def look_again(self, later: Callable[[], None]) -> None:
        """Call back when a link was left alone for having little room, once it has waited long enough."""
        if self._skimped:
            asyncio.get_running_loop().call_later(self._patience_s, later)

    def served(self, claimed: Sequence[Claimed]) -> None:
        """Remember whose turn it was, when there were more accounts than room."""
        turns = {(message.route_prefix, message.account_id) for message in claimed}
        if len(turns) == len(claimed):
            for message in claimed:
                self._last[message.route_prefix] = message.account_id

    def _rooms(self) -> dict[int, int]:
        now = asyncio.get_running_loop().time()
        skimped, rooms = False, {}
        for carrier_id, carriage in self._network.carriages().items():
            room = self._flights.room(carrier_id, carriage)
            if room <= 0:
                continue
            most = self._most[carrier_id] = max(room, self._most.get(carrier_id, 0))
            if 2 * room >= most or (self._skimped and now >= self._patient_until):
                rooms[carrier_id] = room
            else:
                skimped = True
        if skimped and not self._skimped:
            self._patient_until = now + self._patience_s
        self._skimped = skimped
        return rooms

    def _chosen(self) -> list[tuple[str, int]]:
        routes, carriages = self._network.routes(), self._network.carriages()
        live = frozenset(carrier_id for carrier_id, carriage in carriages.items() if carriage.up)
        key = (routes, live, self.waiting_prefixes)
        if key[0] is not (self._plan_for[:1] or (None,))[0] or key[1:] != self._plan_for[1:]:
            self._plan, self._plan_for = _plan(routes, live, self.waiting_prefixes), key
        return self._plan


def may_have_left_some(lanes: Sequence[Lane], claimed: Sequence[Claimed]) -> bool:
    """Whether more may be due: a lane was filled, or an account got all of its share of one."""
    room = {lane.carrier_id: lane.room for lane in lanes}
    parts: dict[int, int] = {}
    counts: dict[int, dict[tuple[str, int], int]] = {}
    for message in claimed:
        parts[message.carrier_id] = parts.get(message.carrier_id, 0) + message.counted_parts
        by_account = counts.setdefault(message.carrier_id, {})
        key = (message.route_prefix, message.account_id)
        by_account[key] = by_account.get(key, 0) + 1
    return any(
        parts[carrier_id] + _MOST_PARTS > room[carrier_id]
        or max(by_account.values()) * len(by_account) >= room[carrier_id]
        for carrier_id, by_account in counts.items()
    )


def _plan(routes: RouteTable, live: frozenset[int], waiting: Iterable[str]) -> list[tuple[str, int]]:
    plan = []
    for prefix in {*routes.prefixes(), *waiting}:
        # A route that was taken away leaves messages behind: the next shorter prefix serves them.
        carriers = routes.carriers(prefix) or routes.carriers(routes.prefix_of(prefix))
        best = next((carrier_id for carrier_id in carriers if carrier_id in live), None)
        if best is not None:
            plan.append((prefix, best))
    return plan
