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
        effective: the day in its text (UTC), from which it was to hold.
        in_force_from: from when it held or will hold: its day, or when it was published if that was later; None for
            one that never held and never will.
        until: when another took or will take its place; None while none is known.
        state: `in force`, `coming`, `past` for one that holds no more or never will, or `withdrawn`.
        published_by: who published it, as was said; "" for the one that shipped.
        withdrawn_at: when it was taken back before its day, or None.
        accepted_by: how many accounts have accepted it.
    """

    version: str
    digest: str
    effective: date
    in_force_from: datetime | None
    until: datetime | None
    state: str
    published_at: datetime
    published_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    accepted_by: int


class StoredPolicy(msgspec.Struct, frozen=True):
    """A version with its exact text; `withdrawn` when it was taken back before its day."""

    version: str
    digest: str
    source: str
    effective: date
    withdrawn: bool = False


class VersionTakenError(ComityError):
    """Another text was published under this version."""


class NotComingError(ComityError):
    """A version that is to be withdrawn has begun, or is not there."""


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
    return StoredPolicy(**dict(row)) if row else None


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


async def publish(connection: asyncpg.Connection, policy: Policy, by: str = "") -> bool:
    """Publish a version, and keep by whom; False when the very same text was published before.

    Raises:
        VersionTakenError: another text has this version, or it was withdrawn.
        NeverInForceError: it would never hold.
    """
    document = policy.document
    async with connection.transaction():
        # One at a time, so that what was looked up still holds when the row is written; readers are not kept waiting.
        await connection.execute("LOCK TABLE policy_versions IN SHARE ROW EXCLUSIVE MODE")
        held = await connection.fetchrow(load("policy_taken"), document.version, policy.digest)
        if held is not None and held["digest"] == policy.digest and not held["withdrawn"]:
            return False
        if held is not None:
            raise _taken(held)
        now = await in_force(connection)
        if now is not None and document.effective < now.effective and await _has_begun(connection, now.effective):
            raise NeverInForceError(
                f"It would never hold: version {now.version}, in force, began later, on {now.effective}.",
                "Give a later date with --effective.",
            )
        await connection.execute(
            "INSERT INTO policy_versions (version, digest, source, effective, substantial, published_by)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            document.version,
            policy.digest,
            policy.source,
            document.effective,
            document.substantial,
            by,
        )
    return True


async def withdraw(connection: asyncpg.Connection, name: str, by: str = "") -> StoredPolicy:
    """Take back a version that has not begun, by its name or the beginning of its digest.

    Its text and who took it back are kept, and its name stays taken.

    Raises:
        NotComingError: it has begun, or there is none.
    """
    found = await find(connection, name)
    if found is None:
        raise NotComingError(f"There is no version or digest {name}.", "See `comity policy versions`.")
    if found.withdrawn:
        raise NotComingError(f"Version {found.version} is withdrawn already.")
    async with connection.transaction():
        await connection.execute("LOCK TABLE policy_versions IN SHARE ROW EXCLUSIVE MODE")
        now = await in_force(connection)
        holds = now is not None and now.version == found.version  # before its day, where no other has begun
        if holds or await connection.fetchval(load("policy_withdraw"), found.version, by) is None:
            raise NotComingError(
                f"Version {found.version} has begun, on {found.effective}: messages were judged by it.",
                "To go back, publish the earlier text under a version of its own.",
            )
    return found


async def _has_begun(connection: asyncpg.Connection, effective: date) -> bool:
    return bool(await connection.fetchval("SELECT $1::date <= (now() AT TIME ZONE 'UTC')::date", effective))


def _taken(held: asyncpg.Record) -> VersionTakenError:
    if held["withdrawn"]:
        return VersionTakenError(
            f"Version {held['version']} was withdrawn (digest {held['digest'][:12]}).",
            "What was published never changes: give this one a version of its own.",
        )
    return VersionTakenError(
        f"Version {held['version']} is published already, with another text (digest {held['digest'][:12]}).",
        "What was published never changes: give this one a version of its own.",
    )


def _stored(row: asyncpg.Record) -> StoredPolicy:
    return StoredPolicy(row["version"], row["digest"], row["source"], row["effective"])
