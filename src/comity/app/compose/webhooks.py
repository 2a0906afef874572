"""Owns the composition of the delivery of events to customers' endpoints."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from comity.app.compose.node import Node
from comity.app.metrics import Source, figures_of
from comity.edges.webhooks.deliver import WebhookWorker


@contextlib.asynccontextmanager
async def webhook_role(node: Node) -> AsyncIterator[list[Source]]:
    """The delivery of events to customers' endpoints."""
    worker = WebhookWorker(node.database, node.allowed_networks, node.clock)
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop), name="webhooks")
    try:
        yield [lambda: figures_of("webhooks", worker.counters, gauges=frozenset({"in_hand"}))]
    finally:
        stop.set()
        await running
