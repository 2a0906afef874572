"""Owns who works at the desk, and what customers' keys may do, in PostgreSQL; must not know what a role may decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import msgspec

from comity.accounts.keys import hash_secret, new_client_id, new_secret
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.operator_store import AlreadyThereError
from comity.text.fold import fold

ROLES: Final = ("reviewer", "senior", "operator")


class StaffKey(msgspec.Struct, frozen=True):
    """Who a client id of the staff belongs to."""

    person: str
    role: str
    secret_hash: bytes


async def add_staff(connection: asyncpg.Connection, person: str, role: str) -> tuple[str, str]:
    """Let a person work at the desk: client id and secret, shown this once. One who left comes back with a new key.

    Raises:
        AlreadyThereError: somebody of that name works there, or somebody whose name reads the same.
    """
    async with connection.transaction():
        # Two commands at a time would not see each other's name.
        await connection.execute("LOCK TABLE staff IN SHARE ROW EXCLUSIVE MODE")
        await _refuse_look_alikes(connection, person)
        return await _add(connection, person, role)


async def _refuse_look_alikes(connection: asyncpg.Connection, person: str) -> None:
    """One person under two names is two wherever a second person must decide."""
    for row in await connection.fetch("SELECT person FROM staff WHERE person <> $1", person):
        if fold(row["person"]) == fold(person):
            raise AlreadyThereError(
                f"{row['person']} works at the desk, or did: {person} reads the same.",
                "Write the name as it stands in `comity staff list`; give another person another name.",
            )


async def _add(connection: asyncpg.Connection, person: str, role: str) -> tuple[str, str]:
    hash_key = await connection.fetchval("SELECT hash_key FROM installation")
    client_id, secret = new_client_id(), new_secret()
    added = await connection.fetchval(
        "INSERT INTO staff (person, role, client_id, secret_hash) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (person) DO UPDATE SET role = excluded.role, client_id = excluded.client_id,"
        " secret_hash = excluded.secret_hash, removed_at = NULL WHERE staff.removed_at IS NOT NULL RETURNING true",
        person,
        role,
        client_id,
        hash_secret(secret, hash_key),
    )
    if not added:
        raise AlreadyThereError(f"{person} works at the desk already.", "Remove them first, to give them a new key.")
    return client_id, secret


async def remove_staff(connection: asyncpg.Connection, person: str) -> bool:
    """Their key opens nothing any more, at once; False when nobody of that name works there."""
    removed = await connection.fetchval(
        "UPDATE staff SET removed_at = now() WHERE person = $1 AND removed_at IS NULL RETURNING true", person
    )
    return bool(removed)


async def list_staff(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Everybody who ever worked at the desk."""
    rows = await connection.fetch("SELECT person, role, client_id, added_at, removed_at FROM staff ORDER BY person")
    return [dict(row) for row in rows]


async def find_staff(connection: asyncpg.Connection, client_id: str) -> StaffKey | None:
    """Who a client id belongs to, while they work there."""
    row = await connection.fetchrow(
        "SELECT person, role, secret_hash FROM staff WHERE client_id = $1 AND removed_at IS NULL", client_id
    )
    return StaffKey(**dict(row)) if row else None


async def role_of(connection: asyncpg.Connection, person: str) -> str | None:
    """The role of a person, while they work there."""
    role: str | None = await connection.fetchval(
        "SELECT role FROM staff WHERE person = $1 AND removed_at IS NULL", person
    )
    return role


async def add_key(connection: asyncpg.Connection, account_id: int, scopes: Sequence[str]) -> tuple[str, str]:
    """A further key of an account: client id and secret, shown this once. That it was made is kept as evidence."""
    hash_key = await connection.fetchval("SELECT hash_key FROM installation")
    client_id, secret = new_client_id(), new_secret()
    async with connection.transaction():
        now = await connection.fetchval(
            "INSERT INTO api_keys (client_id, account_id, secret_hash, scopes) VALUES ($1, $2, $3, $4) RETURNING now()",
            client_id,
            account_id,
            hash_secret(secret, hash_key),
            list(scopes),
        )
        await append(connection, account_id, "access", {"key": client_id, "scopes": list(scopes)}, now)
    return client_id, secret


async def list_keys(connection: asyncpg.Connection, account_id: int) -> list[dict[str, Any]]:
    """The keys of an account, those that were revoked too."""
    rows = await connection.fetch(
        "SELECT client_id, scopes, created_at, revoked_at FROM api_keys WHERE account_id = $1 ORDER BY created_at",
        account_id,
    )
    return [dict(row) for row in rows]


async def revoke_key(connection: asyncpg.Connection, account_id: int, client_id: str) -> bool:
    """The key opens nothing any more, which is kept as evidence; False when the account has no such key in force."""
    async with connection.transaction():
        now = await connection.fetchval(
            "UPDATE api_keys SET revoked_at = now() WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL"
            " RETURNING now()",
            account_id,
            client_id,
        )
        if now is not None:
            await append(connection, account_id, "access", {"key": client_id, "revoked": True}, now)
    return now is not None
