"""Owns counting the disclosures of a year in PostgreSQL; must not know which counts are told as ranges."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg

from comity.disclosure.figures import OUTCOMES, Counted, Figures, figures
from comity.edges.postgres.statements import load


async def figures_of(connection: asyncpg.Connection, year: int) -> Figures:
    """The figures of the requests that were received in a year, UTC."""
    bounds = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    rows = await connection.fetch(load("disclosure_counted"), *bounds)
    counted = [
        Counted(
            row["basis"],
            row["country"],
            OUTCOMES.get(row["state"], "open"),
            row["emergency"],
            row["late"],
            row["accounts"],
        )
        for row in rows
    ]
    orders = await connection.fetchval(
        "SELECT count(*) FROM preservation_orders WHERE placed_at >= $1 AND placed_at < $2", *bounds
    )
    return figures(year, counted, orders)
