"""Owns what an operator sets up: accounts, senders, credits, carriers, routes; must not know the command line."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec

from comity.accounts.keys import HASH_KEY_BYTES, hash_secret, new_client_id, new_secret
from comity.base.errors import ComityError
from comity.edges.postgres.statements import load
from comity.policy.document import Policy
from comity.senders.read import Sender


class NotThereError(ComityError):
    """What was named does not exist."""


class AlreadyThereError(ComityError):
    """What was to be made exists already."""


class Credentials(msgspec.Struct, frozen=True):
    """A new account's credentials; the secret is shown this once."""

    account: str
    client_id: str
    client_secret: str


class NewAccount(msgspec.Struct, frozen=True):
    """An account to make.

    Attributes:
        credits, bonus: in micro-credits.
        accepted_by: the person who accepted the policy; "" for nobody.
        parent_id: the account above it, or None.
        is_brand: whether it may write in its own name without further proof.
    """

    name: str
    credits: int = 0
    bonus: int = 0
    category: str = "transactional"
    daily_volume: int | None = None
    time_zone: str = "UTC"
    accepted_by: str = ""
    profile: dict[str, str] = {}
    parent_id: int | None = None
    is_brand: bool = True


async def prepare_installation(connection: asyncpg.Connection, policy: Policy) -> None:
    """What every database needs before its first use: a hash key, a policy, partitions for the next days."""
    await connection.execute(
        "INSERT INTO installation (hash_key) VALUES ($1) ON CONFLICT DO NOTHING", os.urandom(HASH_KEY_BYTES)
    )
    # A newer release's policy replaces nobody's own: the operator publishes it.
    await connection.execute(
        "INSERT INTO policy_versions (version, digest, source, effective) SELECT $1, $2, $3, $4"
        " WHERE NOT EXISTS (SELECT FROM policy_versions) ON CONFLICT DO NOTHING",
        policy.document.version,
        policy.digest,
        policy.source,
        policy.document.effective,
    )
    await connection.execute(
        "SELECT make_message_partitions(day::date)"
        " FROM generate_series(current_date - 1, current_date + 7, '1 day') AS day"
    )


async def create_account(connection: asyncpg.Connection, new: NewAccount) -> Credentials:
    """Make an account with its first key and credits.

    Raises:
        AlreadyThereError: the name is taken.
    """
    async with connection.transaction():
        account_id = await open_account(connection, new)
        secret = await create_key(connection, account_id)
        if new.credits:
            await add_credits(connection, account_id, "purchased", new.credits)
        if new.bonus:
            await add_credits(connection, account_id, "bonus", new.bonus)
        if new.accepted_by:
            await accept_policy(connection, account_id, new.accepted_by, address="")
    return Credentials(new.name, *secret)


async def open_account(connection: asyncpg.Connection, new: NewAccount) -> int:
    """Make an account with nothing in it; its id.

    Raises:
        AlreadyThereError: the name is taken.
    """
    account_id: int | None = await connection.fetchval(
        load("operator_create_account"),
        *(new.name, new.category, new.daily_volume, new.time_zone, new.profile, new.parent_id, new.is_brand),
    )
    if account_id is None:
        raise AlreadyThereError(f"There is an account named {new.name} already.", "Choose another name.")
    return account_id


async def create_key(connection: asyncpg.Connection, account_id: int) -> tuple[str, str]:
    """A new API key of an account: client id and secret."""
    hash_key = await connection.fetchval("SELECT hash_key FROM installation")
    client_id, secret = new_client_id(), new_secret()
    await connection.execute(
        "INSERT INTO api_keys (client_id, account_id, secret_hash) VALUES ($1, $2, $3)",
        client_id,
        account_id,
        hash_secret(secret, hash_key),
    )
    return client_id, secret


async def add_credits(
    connection: asyncpg.Connection, account_id: int, kind: str, micro_credits: int, expires_at: datetime | None = None
) -> int:
    """Book a lot of purchased or bonus credits; returns its id."""
    lot_id: int = await connection.fetchval(
        load("operator_add_credits"), account_id, kind, micro_credits, expires_at, uuid4()
    )
    return lot_id


async def accept_policy(connection: asyncpg.Connection, account_id: int, person: str, address: str) -> None:
    """Record that a named person accepted the policy that is in force (G5)."""
    await connection.execute(load("operator_accept_policy"), account_id, person, address)


async def account_id_of(connection: asyncpg.Connection, name: str) -> int:
    """The id of an account by name.

    Raises:
        NotThereError: there is none.
    """
    account_id: int | None = await connection.fetchval("SELECT account_id FROM accounts WHERE name = $1", name)
    if account_id is None:
        raise NotThereError(f"There is no account named {name}.", "See `comity accounts list`.")
    return account_id


async def list_accounts(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Every account with its standing and what it may spend."""
    return [dict(row) for row in await connection.fetch(load("operator_list_accounts"))]


async def grant_sender(
    connection: asyncpg.Connection, account_id: int, sender: Sender, category: str | None, proof: tuple[str, str, bytes]
) -> None:
    """Let an account send as a sender id.

    `proof` is name, digest and content of a file; empty for the operator's own word.
    """
    await connection.execute(
        load("operator_grant_sender"), account_id, sender.key, sender.shown, sender.kind.value, category, *proof
    )


async def list_grants(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Every grant."""
    return [dict(row) for row in await connection.fetch(load("operator_list_grants"))]


async def add_carrier(
    connection: asyncpg.Connection, name: str, url: str, system_id: str, password: str, options: dict[str, Any]
) -> int:
    """Make a carrier; the first one becomes the default route.

    Raises:
        AlreadyThereError: the name is taken.
    """
    async with connection.transaction():
        carrier_id: int | None = await connection.fetchval(
            load("operator_add_carrier"), name, url, system_id, password, options
        )
        if carrier_id is None:
            raise AlreadyThereError(f"There is a carrier named {name} already.", "Choose another name.")
        await connection.execute(
            "INSERT INTO routes (prefix, carrier_id)"
            " SELECT '', $1 WHERE NOT EXISTS (SELECT FROM routes WHERE prefix = '')",
            carrier_id,
        )
    return carrier_id


async def list_carriers(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Every carrier, without its password."""
    rows = await connection.fetch("SELECT name, url, system_id, options FROM carriers ORDER BY carrier_id")
    return [dict(row) for row in rows]


async def add_route(connection: asyncpg.Connection, prefix: str, carrier: str, priority: int) -> None:
    """Bind a prefix to a carrier, or change its priority; waiting messages that it fits better move to it.

    Raises:
        NotThereError: there is no such carrier.
    """
    async with connection.transaction():
        carrier_id = await connection.fetchval("SELECT carrier_id FROM carriers WHERE name = $1", carrier)
        if carrier_id is None:
            raise NotThereError(f"There is no carrier named {carrier}.", "See `comity carriers list`.")
        await connection.execute(
            "INSERT INTO routes (prefix, carrier_id, priority) VALUES ($1, $2, $3)"
            " ON CONFLICT (prefix, carrier_id) DO UPDATE SET priority = excluded.priority",
            prefix,
            carrier_id,
            priority,
        )
        await connection.execute(load("operator_reroute"), prefix)


async def list_routes(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Every route, best first."""
    return [dict(row) for row in await connection.fetch(load("operator_list_routes"))]


async def set_prices(connection: asyncpg.Connection, prices: dict[str, int]) -> None:
    """Set prices per part in micro-credits by country; `*` is for every other one."""
    await connection.execute(
        "INSERT INTO prices (country, micro_credits) SELECT * FROM unnest($1::text[], $2::bigint[])"
        " ON CONFLICT (country) DO UPDATE SET micro_credits = excluded.micro_credits",
        list(prices),
        list(prices.values()),
    )


async def list_prices(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Every price."""
    return [dict(row) for row in await connection.fetch("SELECT country, micro_credits FROM prices ORDER BY country")]


async def check_ledger(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """What does not balance; empty when all is well."""
    return [dict(row) for row in await connection.fetch(load("operator_check_ledger"))]
