"""Owns what the consent ledger can answer to a request for proof; must not know whether that is enough."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from comity.consent.proof_request import Proof
from comity.edges.postgres.statements import load


async def ledger_proofs(connection: asyncpg.Connection, account_id: int, request_id: UUID) -> list[Proof]:
    """The proofs that the account's ledger holds for the recipients of a request, at most one of each."""
    rows = await connection.fetch(load("proof_ledger"), account_id, request_id)
    return [Proof(**dict(row)) for row in rows]
