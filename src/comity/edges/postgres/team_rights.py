"""Owns that whoever changes people or keys still may while they do, in PostgreSQL; must not know any door."""

from __future__ import annotations

import asyncpg
import msgspec

from comity.accounts.team import TooWideError
from comity.edges.postgres.team_activity import Actor


async def lock_team(connection: asyncpg.Connection, account_id: int) -> None:
    """Of two changes of an account's people or keys at a time the second waits, and sees what the first did."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext('team'), $1::bigint::int)", account_id)


async def still(connection: asyncpg.Connection, account_id: int, actor: Actor) -> Actor:
    """Who acts, with what their key may do as it stands, which stays so until the transaction ends.

    A door lets in by what it holds, which may be a second old.

    Raises:
        TooWideError: the key was taken back meanwhile, or has another secret.
    """
    await lock_team(connection, account_id)
    if not actor.client_id:
        return actor
    row = await connection.fetchrow(
        "SELECT scopes, expires_at, networks::text[] AS networks, secret_hash FROM api_keys"
        " WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL FOR SHARE",
        *(account_id, actor.client_id),
    )
    if row is None or row["secret_hash"] != actor.secret_hash:
        raise TooWideError("Your key was taken back, or has another secret.", "Use one that is in force.")
    return msgspec.structs.replace(
        actor,
        scopes=frozenset(row["scopes"]),
        expires_at=row["expires_at"],
        networks=tuple(row["networks"]),
    )
