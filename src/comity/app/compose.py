"""Owns which adapter stands behind which port: the only place that picks; must not judge or translate anything."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from comity.app.logs import report_to
from comity.app.metrics import Figure, Snapshots, Source, figures_of
from comity.app.settings import Settings
from comity.base.clock import Clock, SystemClock
from comity.base.errors import StoreError
from comity.edges.http_server.server import Root, serving
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.connect import Database
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.edges.postgres.tenant import Tenants
from comity.edges.postgres.webhook_store import EndpointRules
from comity.edges.rest_http.operations import Operations
from comity.edges.smstools_http.calls import Calls
from comity.edges.smstools_http.door import SmstoolsDoor
from comity.edges.smstools_http.gate import Gate
from comity.journey.accept import Acceptor

_TENANT_CONNECTIONS = 6


class Node(msgspec.Struct, frozen=True):
    """What every role of a process works with."""

    settings: Settings
    database: Database
    clock: Clock
    snapshots: Snapshots

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
async def smpp_role(node: Node) -> AsyncIterator[list[Source]]:
    yield []


@contextlib.asynccontextmanager
async def dispatch_role(node: Node) -> AsyncIterator[list[Source]]:
    yield []


@contextlib.asynccontextmanager
async def webhook_role(node: Node) -> AsyncIterator[list[Source]]:
    yield []
