"""Owns the published versions of the policy in the store; must not know how a policy is written or judged by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.edges.postgres.statements import load
from comity.policy.document import Policy

_SHORTEST_DIGEST: Final = 6


class PolicyVersion(msgspec.Struct, frozen=True):
    """A published version.

    Attributes:
        digest: SHA-256 of its exact text, hex.
        effective: the day from which it holds (UTC).
        state: `in force`, `coming`, or `past` for one that holds no more or never will.
        accepted_by: how many accounts have accepted it.
    """

    version: str
    digest: str
    effective: date
    published_at: datetime
    state: str
    accepted_by: int


class StoredPolicy(msgspec.Struct, frozen=True):
    """A version with its exact text."""

    version: str
    digest: str
    source: str
    effective: date


class VersionTakenError(ComityError):
    """Another text was published under this version."""


class NeverInForceError(ComityError):
    """One that is in force already begins later, so this version would never hold."""


async def in_force(connection: asyncpg.Connection) -> StoredPolicy | None:
    """The version that holds now, or the first that will; None in a database that was never prepared."""
    row = await connection.fetchrow(load("policy_in_force"))
    return _stored(row) if row else None


async def find(connection: asyncpg.Connection, name: str) -> StoredPolicy | None:
    """A version by its name, or by the beginning of its digest (6 hex digits at least); None when there is none."""
    by_digest = name.lower() if len(name) >= _SHORTEST_DIGEST else ""
    row = await connection.fetchrow(load("policy_find"), name, by_digest)
    return _stored(row) if row else None


async def versions(connection: asyncpg.Connection) -> list[PolicyVersion]:
    """Every version, the latest to begin first."""
    rows = await connection.fetch(load("policy_list"))
    return [PolicyVersion(**dict(row)) for row in rows]


async def anybody_accepted(connection: asyncpg.Connection) -> bool:
    """Whether any account lives under a policy that it accepted; before that there is nobody to give notice to."""
    return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM policy_acceptances)"))


async def unknown_names(
    connection: asyncpg.Connection, accounts: set[str], carriers: set[str]
) -> tuple[list[str], list[str]]:
    """Those of these accounts and carriers that do not exist, in order."""
    known_accounts = await connection.fetch("SELECT name FROM accounts WHERE name = ANY($1)", list(accounts))
    known_carriers = await connection.fetch("SELECT name FROM carriers WHERE name = ANY($1)", list(carriers))
    return (
        sorted(accounts - {row["name"] for row in known_accounts}),
        sorted(carriers - {row["name"] for row in known_carriers}),
    )


async def publish(connection: asyncpg.Connection, policy: Policy) -> bool:
    """Publish a version; False when the very same text was published before.

    Raises:
        VersionTakenError: another text has this version.
        NeverInForceError: it would never hold.
    """
    document = policy.document
    async with connection.transaction():
        # One at a time, so that what was looked up still holds when the row is written; readers are not kept waiting.
        await connection.execute("LOCK TABLE policy_versions IN SHARE ROW EXCLUSIVE MODE")
        held = await connection.fetchrow(
            "SELECT version, digest FROM policy_versions WHERE version = $1 OR digest = $2",
            document.version,
            policy.digest,
        )
        if held is not None and held["digest"] == policy.digest:
            return False
        if held is not None:
            raise VersionTakenError(
                f"Version {document.version} is published already, with another text (digest {held['digest'][:12]}).",
                "What was published never changes: give this one a version of its own.",
            )
        now = await in_force(connection)
        if now is not None and document.effective < now.effective and await _has_begun(connection, now.effective):
            raise NeverInForceError(
                f"It would never hold: version {now.version}, in force, began later, on {now.effective}.",
                "Give a later date with --effective.",
            )
        await connection.execute(
            "INSERT INTO policy_versions (version, digest, source, effective, substantial) VALUES ($1, $2, $3, $4, $5)",
            document.version,
            policy.digest,
            policy.source,
            document.effective,
            document.substantial,
        )
    return True


async def _has_begun(connection: asyncpg.Connection, effective: date) -> bool:
    return bool(await connection.fetchval("SELECT $1::date <= (now() AT TIME ZONE 'UTC')::date", effective))


def _stored(row: asyncpg.Record) -> StoredPolicy:
    return StoredPolicy(row["version"], row["digest"], row["source"], row["effective"])
