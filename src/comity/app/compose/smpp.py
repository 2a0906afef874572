"""Owns the composition of the SMPP door."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from comity.app.compose.accepting import acceptance_figures, accepting
from comity.app.compose.node import Node
from comity.app.logs import report_to
from comity.app.metrics import Source, figures_of
from comity.edges.smpp_server.door import SmppDoor


@contextlib.asynccontextmanager
async def smpp_role(node: Node) -> AsyncIterator[list[Source]]:
    """Customers' SMPP logins."""
    address = node.settings.smpp
    assert address is not None  # the supervisor gives this role only when there is an address
    async with accepting(node) as (acceptor, directory):
        door = SmppDoor(node.database, acceptor, directory, node.clock, report_to("smpp.failed"))
        await door.start(address.host, address.port)
        try:
            yield [lambda: acceptance_figures(acceptor), lambda: figures_of("smpp", door.counters)]
        finally:
            await door.stop()
