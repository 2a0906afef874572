"""Owns the composition of the links to carriers and of what travels over them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog

from comity.app.compose.node import Node
from comity.app.metrics import Figure, Source, figures_of
from comity.base.errors import SettingsError
from comity.edges.carriers.link import SmppLink
from comity.edges.carriers.network import SmppNetwork
from comity.edges.postgres.announcing import WebhookEar
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.dispatch_store import PostgresDispatchStore
from comity.edges.postgres.esme_ear import EsmeEar
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.edges.postgres.label_store import PostgresScoreStore
from comity.edges.postgres.receipt_store import PostgresReceiptStore
from comity.edges.postgres.upkeep_store import PostgresUpkeepStore
from comity.journey.counters import Counters
from comity.journey.dispatch import Dispatcher
from comity.journey.drift import Drift
from comity.journey.inbound import Inbound
from comity.journey.incoming import Incomings
from comity.journey.receipt import Receipts
from comity.journey.upkeep import Upkeep

_DRAIN_S: Final = 1.5


@contextlib.asynccontextmanager
async def dispatch_role(node: Node) -> AsyncIterator[list[Source]]:
    """The links to carriers, and what travels over them."""
    connections = HeldConnections(node.database, "comity-dispatch")
    directory = PostgresDirectory(node.database, connections)
    await directory.start()
    counters, ears = Counters(), (WebhookEar(), EsmeEar())
    network = SmppNetwork(lambda: directory.readings().routes, asyncio.Event())
    links = Links(network, directory)
    receipts = Receipts(PostgresReceiptStore(connections, ears), node.clock, counters)
    people = Inbound(PostgresInboundStore(connections), directory, node.clock, counters)
    dispatcher = Dispatcher(
        PostgresDispatchStore(connections, ears, node=node.name),
        network,
        Incomings(receipts, people, network),
        node.clock,
        counters,
    )
    drift = Drift(PostgresScoreStore(connections), node.clock)
    upkeep = Upkeep(PostgresUpkeepStore(connections, ears), receipts, node.clock, drift, directory)
    await upkeep.prepare()
    await links.follow()
    directory.on_operator(links.follow_soon)
    await dispatcher.start()
    tidying = asyncio.create_task(upkeep.run(), name="upkeep")
    try:
        yield [lambda: figures_of("dispatch", counters), lambda: link_figures(network), lambda: drift_figures(drift)]
    finally:
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)
        await dispatcher.stop(_DRAIN_S)
        await directory.stop()
        await connections.close()


class Links:
    """Keeps a link to every carrier there is; new ones are linked up, and removed ones left, once they are told of."""

    def __init__(self, network: SmppNetwork, directory: PostgresDirectory) -> None:
        self._network = network
        self._directory = directory
        self._following: set[asyncio.Task[None]] = set()

    def follow_soon(self) -> None:
        """Routes or carriers changed."""
        task = asyncio.create_task(self.follow(), name="follow carriers")
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def follow(self) -> None:
        """Link up with carriers that have no link yet, leave those that are gone, let the dispatcher see the routes."""
        known = {carrier.carrier_id for carrier in self._directory.carriers()}
        for carrier_id in self._network.live().keys() - known:
            await self._network.retire(carrier_id, _DRAIN_S)
        for carrier in self._directory.carriers():
            if carrier.carrier_id in self._network.carriages():
                continue
            try:
                link = SmppLink(carrier, self._network.changed)
            except SettingsError as error:
                structlog.get_logger().error("carrier.unusable", carrier=carrier.name, what=error.what)
                continue
            await link.start()
            self._network.add(carrier.carrier_id, link)
        self._network.changed.set()


def drift_figures(drift: Drift) -> list[Figure]:
    """How far the scores of a week lie from those before, by category."""
    return [
        Figure("score_drift", index, {"category": category}, counter=False)
        for category, index in drift.by_category.items()
    ]


def link_figures(network: SmppNetwork) -> list[Figure]:
    """Each link's state and counts."""
    figures: list[Figure] = []
    for link in network.live().values():
        labels = {"carrier": link.name}
        figures.append(Figure("link_up", float(link.up), labels, counter=False))
        figures.append(Figure("link_outstanding", link.outstanding, labels, counter=False))
        figures += [
            Figure(f"link_{field}", getattr(link.counters, field), labels) for field in link.counters.__struct_fields__
        ]
    return figures
