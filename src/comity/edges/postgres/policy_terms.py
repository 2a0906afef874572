"""Owns what a stored policy says, read once for each of its digests; must not know what follows from it."""

from __future__ import annotations

from functools import lru_cache

import asyncpg

from comity.edges.postgres.statements import load
from comity.policy.document import PolicyDocument
from comity.policy.files import read_policy

_KEPT = 4


async def terms_in_force(connection: asyncpg.Connection) -> PolicyDocument:
    """The document of the policy that is in force."""
    row = await connection.fetchrow(load("policy_in_force"))
    return document_of(row["digest"], row["source"])


@lru_cache(maxsize=_KEPT)
def document_of(_digest: str, source: str) -> PolicyDocument:
    """The document in a stored text."""
    return read_policy(source).document
