"""Owns acceptance with its store and settings, as every door's process has it; must not know doors."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from comity.app.compose.node import Node
from comity.app.compose.warm import warm_up
from comity.app.logs import report_to
from comity.app.metrics import Figure, figures_of
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.challenge_origins import Origins
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.journey.accept import Acceptor
from comity.screening.engine import engine


@contextlib.asynccontextmanager
async def accepting(node: Node) -> AsyncIterator[tuple[Acceptor, PostgresDirectory]]:
    """Acceptance with its store and settings; what every door needs."""
    connections = HeldConnections(node.database, "comity-accept")
    # Look-ups for whoever knocks must not stand before the commits of those who were let in.
    lookups = HeldConnections(node.database, "comity-directory", most=4)
    directory = PostgresDirectory(node.database, lookups)
    await directory.start()
    # Of their own: who comes from a new place keeps nobody waiting whose key is looked up.
    places = HeldConnections(node.database, "comity-places", most=2)
    origins = Origins(places, node.clock, lambda: directory.readings().policy.policy.document)
    await origins.load()
    directory.origins = origins
    directory.on_operator(origins.load_soon)
    store = PostgresAcceptStore(connections)
    await store.keep(engine().artefacts())
    await store.ready_to_seal(Path(node.settings.data))
    acceptor = Acceptor(store, directory, node.clock, report_to("accept.failed"))
    directory.on_lots(acceptor.forget_lots)
    warm_up(directory.readings().policy, node.clock.now())  # now, and not at the first customer's expense
    acceptor.start()
    try:
        yield acceptor, directory
    finally:
        await acceptor.stop()
        await directory.stop()
        await origins.stop()
        await places.close()
        await lookups.close()
        await connections.close()


def acceptance_figures(acceptor: Acceptor) -> list[Figure]:
    """What acceptance counted."""
    figures = figures_of("accept", acceptor.counters, "action")
    figures.append(Figure("accept_backlog", acceptor.backlog, counter=False))
    return figures
