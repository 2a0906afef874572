"""Held connections: who has one and asks for another never waits for others that do the same."""

import asyncio

from comity.base.errors import StoreError
from comity.edges.postgres.held import HeldConnections


async def test_tasks_that_each_hold_a_connection_and_ask_for_another_are_told_instead_of_waiting_for_ever(database):
    connections = HeldConnections(database, "comity-test-held", most=2)
    both = asyncio.Barrier(2)

    async def greedy():
        async with connections.connection():
            await both.wait()
            async with connections.connection() as other:
                return await other.fetchval("SELECT 1")

    async with asyncio.timeout(5):
        told = await asyncio.gather(greedy(), greedy(), return_exceptions=True)
    # Whoever is told gives up what it has, so that the other goes on.
    assert StoreError in {type(one) for one in told}
    # Where one is free it is given, and afterwards all are there again.
    async with connections.connection() as first, connections.connection() as second:
        assert await first.fetchval("SELECT 1") + await second.fetchval("SELECT 1") == 2
    assert len(connections._users) == 0
    await connections.close()
