"""Owns from where an account's doors may be used, in PostgreSQL, with its evidence; must not know who is let in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

import asyncpg

from comity.base.errors import SettingsError
from comity.edges.postgres.evidence_store import append

MOST_NETWORKS: Final = 100


def read_networks(written: Sequence[str]) -> list[str]:
    """Networks in CIDR notation, or single addresses, each once and in order.

    Raises:
        SettingsError: one is none, or there are too many.
    """
    if len(written) > MOST_NETWORKS:
        raise SettingsError(f"An account has up to {MOST_NETWORKS} networks.", "Name larger ones.")
    try:
        found = {ipaddress.ip_network(one.strip()) for one in written}
    except ValueError:
        raise SettingsError("One of these is not a network.", "Write them as 192.0.2.0/24 or 2001:db8::/32.") from None
    return sorted(map(str, found))


async def networks_of(connection: asyncpg.Connection, account_id: int) -> list[str]:
    """From where an account's keys and logins may be used; nothing for anywhere."""
    written: list[str] = await connection.fetchval(
        "SELECT allowed_networks::text[] FROM accounts WHERE account_id = $1", account_id
    )
    return written


async def set_networks(
    connection: asyncpg.Connection, account_id: int, networks: Sequence[str], *, by: str = "operator"
) -> list[str]:
    """Let an account's keys and logins be used from these networks alone, within a second; none for anywhere.

    Args:
        connection: of the road.
        account_id: whose.
        networks: in place of what was set before.
        by: who says so, for the evidence: a person of the staff, a key of the account, or `operator` by command.

    Returns:
        The networks as they are kept.

    Raises:
        SettingsError: one is no network.
    """
    read = read_networks(networks)
    async with connection.transaction():
        now = await connection.fetchval(
            "UPDATE accounts SET allowed_networks = $2::text[]::cidr[] WHERE account_id = $1 RETURNING now()",
            account_id,
            read,
        )
        await append(connection, account_id, "access", {"networks": read, "by": by}, now)
    return read
