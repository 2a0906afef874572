"""Owns when our own intake could not be reached, in PostgreSQL; must not know whose time stands still then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import asyncpg

from comity.consent.proof_request import Outage
from comity.edges.postgres.statements import load

EVERY_S: Final = 5.0
# Longer than a restart of a door takes, shorter than anybody would wait before trying again.
LONGEST_GAP: Final = timedelta(seconds=30)


async def beat(connection: asyncpg.Connection, now: datetime) -> None:
    """A door answers at this instant."""
    await connection.execute(load("intake_beat"), now, LONGEST_GAP)


async def outages_since(connection: asyncpg.Connection, since: datetime, now: datetime) -> list[Outage]:
    """Outages that ended after an instant, and the one that is going on, if one is; the earliest first."""
    rows = await connection.fetch(load("intake_outages"), since, now, LONGEST_GAP)
    return [Outage(row["begun"], row["ended"]) for row in rows]
