"""Owns which adapter stands behind which port: the only place that picks; must not judge or translate anything."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
import structlog

from comity.app.logs import report_to
from comity.app.metrics import Figure, Snapshots, Source, figures_of
from comity.app.settings import Settings
from comity.base.clock import Clock, SystemClock
from comity.base.errors import SettingsError, StoreError
from comity.edges.carriers.link import SmppLink
from comity.edges.carriers.network import SmppNetwork
from comity.edges.http_server.server import Root, serving
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.announcing import WebhookEar
from comity.edges.postgres.connect import Database
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.dispatch_store import PostgresDispatchStore
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.edges.postgres.receipt_store import PostgresReceiptStore
from comity.edges.postgres.roles import Role
from comity.edges.postgres.tenant import Tenants
from comity.edges.postgres.upkeep_store import PostgresUpkeepStore
from comity.edges.postgres.webhook_store import EndpointRules
from comity.edges.rest_http.operations import Operations
from comity.edges.smstools_http.calls import Calls
from comity.edges.smstools_http.door import SmstoolsDoor
from comity.edges.smstools_http.gate import Gate
from comity.edges.webhooks.deliver import WebhookWorker
from comity.journey.accept import Acceptor
from comity.journey.counters import Counters as DispatchCounters
from comity.journey.dispatch import Dispatcher
from comity.journey.inbound import Inbound
from comity.journey.incoming import Incomings
from comity.journey.receipt import Receipts
from comity.journey.upkeep import Upkeep

_TENANT_CONNECTIONS: Final = 6
_DRAIN_S: Final = 1.5


class Node(msgspec.Struct, frozen=True):
    """What every role of a process works with."""

    settings: Settings
    database: Database
    clock: Clock
    snapshots: Snapshots

    @property
    def name(self) -> str:
        """What dispatchers of this node call it: a dispatcher that comes after another of the same node takes over."""
        return f"{socket.gethostname()}:{Path(self.settings.data).resolve()}"

    @property
    def allowed_networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Networks that webhooks may reach although they are not public."""
        return tuple(ipaddress.ip_network(network) for network in self.settings.webhook_allow)


def make_node(settings: Settings, database: Database) -> Node:
    """What every role of a process works with."""
    return Node(settings, database, SystemClock(), Snapshots(Path(settings.data) / "run" / "figures"))


@contextlib.asynccontextmanager
async def accepting(node: Node) -> AsyncIterator[tuple[Acceptor, PostgresDirectory]]:
    """Acceptance with its store and settings; what every door needs."""
    connections = HeldConnections(node.database, "comity-accept")
    directory = PostgresDirectory(node.database, connections)
    await directory.start()
    acceptor = Acceptor(PostgresAcceptStore(connections), directory, node.clock, report_to("accept.failed"))
    directory.on_lots(acceptor.forget_lots)
    acceptor.start()
    try:
        yield acceptor, directory
    finally:
        await acceptor.stop()
        await directory.stop()
        await connections.close()


@contextlib.asynccontextmanager
async def api_role(node: Node) -> AsyncIterator[list[Source]]:
    """The HTTP doors."""
    pool = await node.database.pool(Role.TENANT, least=1, most=_TENANT_CONNECTIONS, application="comity-api")
    async with accepting(node) as (acceptor, directory):
        calls = Calls(Tenants(pool), node.clock, EndpointRules(allowed=node.allowed_networks))
        door = SmstoolsDoor(acceptor, Gate(directory), calls, report_to("smstools.failed"))

        async def ready() -> dict[str, str]:
            try:
                async with Tenants(pool).account(0) as connection:
                    await connection.fetchval("SELECT 1")
            except StoreError as error:
                return {"database": error.what}
            return {}

        operations = Operations(ready, node.snapshots.exposition)
        root = Root({"v1": door, "healthz": operations, "readyz": operations, "metrics": operations})
        async with serving(root, node.settings.http.host, node.settings.http.port):
            yield [lambda: acceptance_figures(acceptor)]
    await pool.close()


def acceptance_figures(acceptor: Acceptor) -> list[Figure]:
    """What acceptance counted."""
    figures = figures_of("accept", acceptor.counters, "action")
    figures.append(Figure("accept_backlog", acceptor.backlog, counter=False))
    return figures


@contextlib.asynccontextmanager
async def dispatch_role(node: Node) -> AsyncIterator[list[Source]]:
    """The links to carriers, and what travels over them."""
    connections = HeldConnections(node.database, "comity-dispatch")
    directory = PostgresDirectory(node.database, connections)
    await directory.start()
    counters, ears = DispatchCounters(), (WebhookEar(),)
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
    upkeep = Upkeep(PostgresUpkeepStore(connections, ears), receipts, node.clock)
    await upkeep.prepare()
    await links.follow()
    directory.on_operator(links.follow_soon)
    await dispatcher.start()
    tidying = asyncio.create_task(upkeep.run(), name="upkeep")
    try:
        yield [lambda: figures_of("dispatch", counters), lambda: link_figures(network)]
    finally:
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)
        await dispatcher.stop(_DRAIN_S)
        await directory.stop()
        await connections.close()


@contextlib.asynccontextmanager
async def webhook_role(node: Node) -> AsyncIterator[list[Source]]:
    """The delivery of events to customers' endpoints."""
    worker = WebhookWorker(node.database, node.allowed_networks, node.clock)
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop), name="webhooks")
    try:
        yield [lambda: figures_of("webhooks", worker.counters)]
    finally:
        stop.set()
        await running


class Links:
    """Keeps a link to every carrier there is; new carriers are linked up as soon as they are told of."""

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
        """Link up with carriers that have no link yet, and let the dispatcher look at the routes again."""
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


def link_figures(network: SmppNetwork) -> list[Figure]:
    """Each link's state and counts."""
    figures: list[Figure] = []
    for link in network.carriages().values():
        labels = {"carrier": link.name}
        figures.append(Figure("link_up", float(link.up), labels, counter=False))
        figures.append(Figure("link_outstanding", link.outstanding, labels, counter=False))
        figures += [
            Figure(f"link_{field}", getattr(link.counters, field), labels) for field in link.counters.__struct_fields__
        ]
    return figures


@contextlib.asynccontextmanager
async def smpp_role(node: Node) -> AsyncIterator[list[Source]]:
    yield []
