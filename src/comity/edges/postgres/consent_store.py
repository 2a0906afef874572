"""Owns how consents reach PostgreSQL, many at a time; must not know where they are read from."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from comity.consent.records import Consent
from comity.edges.postgres.statements import load


async def add_consents(connection: asyncpg.Connection, account_id: int, consents: Sequence[Consent]) -> int:
    """Record consents in one commit; returns how many were new."""
    added: int = await connection.fetchval(
        load("consent_add"),
        account_id,
        [one.recipient for one in consents],
        [one.brand for one in consents],
        [one.purpose for one in consents],
        [one.wording for one in consents],
        [one.channel for one in consents],
        [one.at for one in consents],
        [one.proof for one in consents],
    )
    return added
