"""Owns the composition of the HTTP doors."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Final

from comity.app.compose.accepting import acceptance_figures, accepting
from comity.app.compose.node import Node
from comity.app.logs import report_to
from comity.app.metrics import Source
from comity.base.errors import StoreError
from comity.edges.http_server.asgi import App
from comity.edges.http_server.gate import Gate
from comity.edges.http_server.policy_notice import PolicyNotice
from comity.edges.http_server.server import Root, serving
from comity.edges.postgres.deadline_store import database_now
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.intake_store import EVERY_S, beat
from comity.edges.postgres.roles import Role
from comity.edges.postgres.tenant import Tenants
from comity.edges.postgres.webhook_store import EndpointRules
from comity.edges.rest_http.app import RestDoor
from comity.edges.rest_http.operations import Operations
from comity.edges.rest_http.services import make_services
from comity.edges.smstools_http.calls import Calls
from comity.edges.smstools_http.door import SmstoolsDoor
from comity.journey.beats import keep_beating

_TENANT_CONNECTIONS: Final = 6
_READY_S: Final = 2.0


@contextlib.asynccontextmanager
async def api_role(node: Node) -> AsyncIterator[list[Source]]:
    """The HTTP doors."""
    pool = await node.database.pool(Role.TENANT, least=1, most=_TENANT_CONNECTIONS, application="comity-api")
    road = HeldConnections(node.database, "comity-api-road", most=6)
    # Of its own, so that whatever customers ask for a probe is answered.
    probes = HeldConnections(node.database, "comity-ready", most=1)
    async with accepting(node) as (acceptor, directory):
        tenants, gate = Tenants(pool), Gate(directory, node.clock)
        calls = Calls(tenants, road, node.clock, EndpointRules(allowed=node.allowed_networks))
        door = SmstoolsDoor(acceptor, gate, calls, report_to("smstools.failed"))
        services = make_services(
            gate, acceptor, directory.readings, (tenants, road), node.clock, node.settings.data_path
        )
        rest = RestDoor(services, report_to("rest.failed"))

        async def ready() -> dict[str, str]:
            try:
                async with asyncio.timeout(_READY_S), probes.connection() as connection:
                    await connection.fetchval("SELECT 1")
            except StoreError as error:
                return {"database": error.what}
            except TimeoutError:
                return {"database": f"It did not answer within {_READY_S:g} s."}
            return {}

        async def beat_once() -> None:
            async with probes.connection() as connection:
                await beat(connection, await database_now(connection))

        operations = Operations(
            ready, node.snapshots.exposition, [ip_network(network) for network in node.settings.metrics_allow]
        )
        pages: dict[str, App] = {"healthz": operations, "readyz": operations, "metrics": operations}
        doors: dict[str, App] = {
            "v1": PolicyNotice(door, directory.waiting_policy),
            "api": PolicyNotice(rest, directory.waiting_policy),
            **pages,
        }
        root = Root(doors, [ip_network(network) for network in node.settings.proxy])
        async with serving(root, node.settings.http.host, node.settings.http.port):
            beating = asyncio.create_task(keep_beating(beat_once, EVERY_S), name="beats")
            yield [lambda: acceptance_figures(acceptor)]
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
    await pool.close()
    await road.close()
    await probes.close()
