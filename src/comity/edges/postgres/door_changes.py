"""Owns what the desk changes of an account's networks and notice addresses: evidence with who did it, and word to it.

It must not know calls. Whoever is let in, or is mailed what an account must know, is a way around it for a stolen key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from comity.edges.postgres import access_store, notice_store
from comity.edges.postgres.evidence_store import append

KIND: Final = "access"
"""Of the notices, as of the entries of evidence."""
_ASK: Final = "Ask the operator where you know nothing of it."


async def set_networks(
    connection: asyncpg.Connection, account_id: int, networks: Sequence[str], by: str, now: datetime
) -> list[str]:
    """As `access_store.set_networks`, by a person of the staff; the account is told."""
    async with connection.transaction():
        kept = await access_store.set_networks(connection, account_id, networks, by=by)
        from_ = ", ".join(kept) or "anywhere"
        summary = f"By the operator your keys and logins may now be used from: {from_}. {_ASK}"
        await notice_store.leave_notice(connection, account_id, KIND, {"networks": kept, "summary": summary}, now)
        return kept


async def add_address(
    connection: asyncpg.Connection, account_id: int, address: tuple[str, str], by: str, now: datetime
) -> None:
    """As `notice_store.add_address`, with its language, by a person of the staff; addresses of before are told."""
    email, language = address
    async with connection.transaction():
        await _tell(connection, account_id, ("added", email, by), now)
        await notice_store.add_address(connection, account_id, email, language, now)


async def remove_address(connection: asyncpg.Connection, account_id: int, email: str, by: str, now: datetime) -> bool:
    """As `notice_store.remove_address`, by a person of the staff; that address is told too. Whether there was one."""
    listed = await notice_store.list_addresses(connection, account_id)
    if email.strip() not in {one.email for one in listed}:
        return False
    async with connection.transaction():
        told = await _tell(connection, account_id, ("removed", email, by), now)
        return await notice_store.remove_address(connection, account_id, email, but=told)


async def _tell(connection: asyncpg.Connection, account_id: int, change: tuple[str, str, str], now: datetime) -> UUID:
    """Of an address only the domain: evidence and notices outlive it."""
    done, email, by = change
    domain = email.strip().rpartition("@")[2][:253]
    about = {"notice_address": done, "domain": domain}
    await append(connection, account_id, KIND, {**about, "by": by}, now)
    summary = f"The operator {done} an address at {domain} to which your notices are mailed. {_ASK}"
    return await notice_store.leave_notice(connection, account_id, KIND, {**about, "summary": summary}, now)
