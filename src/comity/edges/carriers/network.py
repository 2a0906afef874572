"""Owns the set of links that a process runs, as the dispatcher sees it; must not know stores or how routes are kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.edges.carriers.link import SmppLink
    from comity.routing.routes import RouteTable


class SmppNetwork:
    """All links of this process.

    Args:
        routes: gives the routes of this moment; the same object until they change.
        changed: the event that every link is made with; set it when routes change too.
    """

    def __init__(self, routes: Callable[[], RouteTable], changed: asyncio.Event) -> None:
        self.routes = routes
        self.changed = changed
        self._links: dict[int, SmppLink] = {}
        self._retired: set[int] = set()

    def add(self, carrier_id: int, link: SmppLink) -> None:
        """Use a link that was started."""
        self._links[carrier_id] = link
        self.changed.set()

    def carriages(self) -> Mapping[int, SmppLink]:
        """The links, by carrier."""
        return self._links

    def live(self) -> Mapping[int, SmppLink]:
        """The links whose carriers there still are, by carrier."""
        return {carrier_id: link for carrier_id, link in self._links.items() if carrier_id not in self._retired}

    async def retire(self, carrier_id: int, drain_s: float) -> None:
        """Stop a link whose carrier is gone; what it brought back can be taken afterwards."""
        self._retired.add(carrier_id)
        await self._links[carrier_id].stop(drain_s)
        self.changed.set()

    async def close(self, drain_s: float) -> None:
        """Stop all links; what they brought back can be taken afterwards."""
        await asyncio.gather(*(link.stop(drain_s) for link in self.live().values()))
