"""Owns keys of accounts as their people manage them, in PostgreSQL: made, listed, revoked, given new secrets.

It must not know any door. Functions run in the caller's transaction, and what they did is kept as evidence.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.fences import Fence, insist_no_wider, narrowed
from comity.accounts.keys import hash_secret, new_client_id, new_secret
from comity.accounts.team import (
    MOST_KEYS,
    TeamError,
    former_until,
    in_order,
    insist_on_future,
    insist_on_key,
)
from comity.base.errors import ComityError
from comity.edges.postgres.access_store import read_networks
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.statements import load
from comity.edges.postgres.team_activity import Actor
from comity.edges.postgres.team_rights import still


class NoKeyError(ComityError):
    """The account has no such key in force."""

    def __init__(self) -> None:
        super().__init__("There is no such key in force.", "See GET /api/keys, or `comity accounts keys list`.")


class NewKey(msgspec.Struct, frozen=True):
    """A key of a program to make.

    Attributes:
        expires_at: when it ends by itself; None for never.
        networks: from where it may be used, within what the account allows; nothing for anywhere.
    """

    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None
    networks: tuple[str, ...] = ()


class Key(msgspec.Struct, frozen=True):
    """A key as it stands, without its secrets.

    Attributes:
        person, person_name: whose own it is; None and "" for a program's.
        made_by: the client id of the key that made it, or of another that gave it its secret, or `operator`; "" where
            that was not kept.
        former_until: until when the secret before works too.
        last_used: the last day on which it let somebody in.
    """

    client_id: str
    name: str
    scopes: tuple[str, ...]
    member_id: int | None
    person: UUID | None
    person_name: str
    made_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    networks: tuple[str, ...]
    former_until: datetime | None
    last_used: str | None


async def make_key(
    connection: asyncpg.Connection, account_id: int, new: NewKey, actor: Actor, now: datetime
) -> tuple[str, str]:
    """Make a key for a program: client id and secret, shown this once.

    It ends no later than the key that makes it, and has its networks where it names none of its own.

    Raises:
        TooWideError: it could do more than whoever makes it.
        TeamError: the account has too many.
        UnfitValueError, SettingsError: it cannot be like that.
    """
    scopes = in_order(new.scopes)
    actor = await still(connection, account_id, actor)
    insist_on_key(scopes, None, (actor.scopes, actor.member_id))
    insist_on_future(new.expires_at, now)
    fence = narrowed(Fence(new.expires_at, tuple(read_networks(new.networks))), actor.fence)
    client_id, secret = new_client_id(), new_secret()
    hash_key: bytes = await connection.fetchval("SELECT hash_key FROM installation")
    made = await connection.fetchval(
        load("team_key_make"),
        *(client_id, account_id, hash_secret(secret, hash_key), scopes, new.name, fence.ends, fence.networks),
        *(actor.word, actor.member_id, now, MOST_KEYS),
    )
    if made is None:
        raise TeamError(f"An account has up to {MOST_KEYS} keys in force.", "Revoke what nobody uses.")
    told = {"key": client_id, "scopes": scopes, "by": actor.word}
    await append(connection, account_id, "access", told, now)
    return client_id, secret


async def list_keys(
    connection: asyncpg.Connection,
    account_id: int,
    after: tuple[datetime, str] | None = None,
    most: int = 10_000,
) -> list[Key]:
    """The keys of an account in the order they were made, those that are revoked too, behind an instant and id."""
    at, client_id = after or (None, None)
    rows = await connection.fetch(load("team_key_list"), account_id, at, client_id, most, None)
    return [msgspec.convert(dict(row), Key) for row in rows]


async def find_key(connection: asyncpg.Connection, account_id: int, client_id: str) -> Key:
    """A key of an account, also one that is revoked.

    Raises:
        NoKeyError: there is none.
    """
    rows = await connection.fetch(load("team_key_list"), account_id, None, None, 1, client_id)
    if not rows:
        raise NoKeyError
    return msgspec.convert(dict(rows[0]), Key)


async def revoke(connection: asyncpg.Connection, account_id: int, client_id: str, actor: Actor, now: datetime) -> Key:
    """A key opens nothing any more, within a second.

    Raises:
        NoKeyError: the account has no such key in force.
        TeamError: it is the one that asks.
        TooWideError: it may do what whoever asks may not, or is another person's.
    """
    actor = await still(connection, account_id, actor)
    key = await _locked(connection, account_id, client_id)
    insist_on_key(key.scopes, key.member_id, (actor.scopes, actor.member_id))
    if client_id == actor.client_id:
        raise TeamError("This is the key that you use.", "Revoke it with another one.")
    await connection.execute("UPDATE api_keys SET revoked_at = $2 WHERE client_id = $1", client_id, now)
    await append(connection, account_id, "access", {"key": client_id, "revoked": True, "by": actor.word}, now)
    return await find_key(connection, account_id, client_id)


async def rotate(
    connection: asyncpg.Connection,
    account_id: int,
    client_id: str,
    overlap: timedelta,
    done: tuple[Actor, datetime],
) -> tuple[str, datetime]:
    """Give a key a new secret: the secret, shown this once, and until when the one before works too.

    Args:
        connection: of the road.
        account_id: whose.
        client_id: of the key; it stays.
        overlap: how long both work, at most 7 days.
        done: by whom, and the instant.

    Raises:
        NoKeyError: the account has no such key in force.
        TeamError: it is another person's own.
        TooWideError: it may do what whoever asks may not, ends later than their key, or is used from more places.
        UnfitValueError: the overlap is too long.
    """
    actor, now = await still(connection, account_id, done[0]), done[1]
    key = await _locked(connection, account_id, client_id)
    if key.member_id is not None and key.member_id != actor.member_id:
        raise TeamError("This is a person's own key.", "They give it a new secret themselves; you may remove them.")
    if client_id != actor.client_id:
        insist_on_key(key.scopes, key.member_id, (actor.scopes, actor.member_id))
        insist_no_wider(Fence(key.expires_at, key.networks), actor.fence)
    until = former_until(overlap, now, key.expires_at)
    hash_key: bytes = await connection.fetchval("SELECT hash_key FROM installation")
    secret = new_secret()
    await connection.execute(
        load("team_key_rotate"),
        *(client_id, account_id, hash_secret(secret, hash_key), until, actor.word, actor.member_id),
    )
    await append(connection, account_id, "access", {"key": client_id, "new secret": True, "by": actor.word}, now)
    return secret, until


async def _locked(connection: asyncpg.Connection, account_id: int, client_id: str) -> Key:
    """A key in force, kept as it is until the transaction ends."""
    await connection.execute(
        "SELECT FROM api_keys WHERE account_id = $1 AND client_id = $2 FOR UPDATE", account_id, client_id
    )
    key = await find_key(connection, account_id, client_id)
    if key.revoked_at is not None:
        raise NoKeyError
    return key
