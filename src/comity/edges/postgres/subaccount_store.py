"""Owns subaccounts in PostgreSQL: made, shown, given keys, senders and credits, suspended; must not know any door.

Every statement names the account above: whoever asks reaches its own subaccounts and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.account import Account
from comity.accounts.subaccounts import (
    BadSubaccountError,
    NewSubaccount,
    bounded_volume,
    full_name,
    insist_on_resale,
    insist_on_room,
)
from comity.base.ids import to_wire
from comity.credits.lots import Lot, LotKind, Purse
from comity.edges.postgres.acceptance_store import record_acceptance
from comity.edges.postgres.directory import read_account
from comity.edges.postgres.evidence_store import NewEntry, append, append_many
from comity.edges.postgres.operator_store import (
    Credentials,
    NewAccount,
    account_id_of,
    create_account,
    open_account,
)
from comity.edges.postgres.staff_store import add_key, list_keys, revoke_key
from comity.edges.postgres.statements import load


class NoSubaccountError(BadSubaccountError):
    """The account has no such subaccount."""

    def __init__(self) -> None:
        super().__init__("You have no such subaccount.", "See GET /api/subaccounts.")


class Subaccount(msgspec.Struct, frozen=True):
    """A subaccount as the account above it knows it; credits in micro-credits.

    Attributes:
        standing: its own.
        counts: what counts when it sends: the worst of its own and those above it.
        subaccounts: how many it has itself.
        senders: what it may send as.
    """

    account_id: int
    public_id: UUID
    name: str
    standing: str
    counts: str
    category: str
    daily_volume: int | None
    time_zone: str
    created_at: datetime
    purchased: int
    bonus: int
    policy_accepted: bool
    subaccounts: int
    senders: tuple[str, ...]


async def insist_on_parent(connection: asyncpg.Connection, parent_id: int, now: datetime) -> Account:
    """An account that may have another subaccount, locked, so that of two only one is the last that has room.

    Raises:
        NoResaleError, BadSubaccountError: it may not.
    """
    await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR UPDATE", parent_id)
    parent = read_account(await connection.fetchrow(load("directory_account"), parent_id))
    insist_on_resale(parent, now.date())
    room = await connection.fetchrow(load("subaccount_room"), parent_id)
    insist_on_room(room["depth"] + 1, room["children"])
    return parent


async def create_under(connection: asyncpg.Connection, parent: str, new: NewAccount, now: datetime) -> Credentials:
    """An operator makes an account under another, with its first key and credits.

    Raises:
        NotThereError, AlreadyThereError: there is no account above, or one of that name.
        NoResaleError, BadSubaccountError: that account may have none, or declared less.
    """
    async with connection.transaction():
        parent_id = await account_id_of(connection, parent)
        above = await insist_on_parent(connection, parent_id, now)
        volume = bounded_volume(new.daily_volume, above.daily_volume)
        placed = msgspec.structs.replace(new, parent_id=parent_id, daily_volume=volume)
        made = await create_account(connection, placed)
        await note(connection, parent_id, {"subaccount": new.name, "event": "made by the operator"}, now)
    return made


async def make_subaccount(
    connection: asyncpg.Connection, parent_id: int, new: NewSubaccount, now: datetime
) -> Subaccount:
    """Make a subaccount, without a key; part of the caller's transaction.

    It is no brand by its name: what it may write as, somebody with proof has said before.

    Raises:
        NoResaleError, BadSubaccountError: its parent may have none, or it cannot be like that.
        AlreadyThereError: its parent has one of that name.
    """
    parent = await insist_on_parent(connection, parent_id, now)
    name, zone = full_name(parent.name, new.name), new.time_zone or parent.time_zone
    volume = bounded_volume(new.daily_volume, parent.daily_volume)
    asked = NewAccount(
        name=name,
        category=new.category or parent.category,
        daily_volume=volume,
        time_zone=zone,
        parent_id=parent_id,
        is_brand=False,
    )
    account_id = await open_account(connection, asked)
    if new.accepted_by:
        await record_acceptance(connection, account_id, new.accepted_by, now)
    await note(connection, parent_id, {"subaccount": name, "event": "made"}, now)
    (made,) = await _listed(connection, parent_id, None, account_id - 1, 1)
    return made


async def list_subaccounts(
    connection: asyncpg.Connection, parent_id: int, after: int | None, most: int
) -> list[Subaccount]:
    """An account's own subaccounts, in the order they were made, from behind one; not those of its subaccounts."""
    return await _listed(connection, parent_id, None, after, most)


async def find_subaccount(connection: asyncpg.Connection, parent_id: int, public_id: UUID | None) -> Subaccount:
    """One of an account's subaccounts; None is nobody's id.

    Raises:
        NoSubaccountError: it has no such one.
    """
    found = await _listed(connection, parent_id, public_id, None, 1) if public_id is not None else []
    if not found:
        raise NoSubaccountError
    return found[0]


async def find_by_name(connection: asyncpg.Connection, parent_id: int, name: str) -> Subaccount:
    """One of an account's subaccounts, by the whole name it is known by.

    Raises:
        NoSubaccountError: it has no such one.
    """
    public_id = await connection.fetchval(
        "SELECT public_id FROM accounts WHERE parent_id = $1 AND name = $2", parent_id, name
    )
    return await find_subaccount(connection, parent_id, public_id)


async def subaccount_keys(connection: asyncpg.Connection, child: Subaccount) -> list[dict[str, Any]]:
    """A subaccount's keys: client_id, scopes, created_at, revoked_at; never a secret."""
    return await list_keys(connection, child.account_id)


async def add_subaccount_key(
    connection: asyncpg.Connection, parent_id: int, child: Subaccount, scopes: Sequence[str], now: datetime
) -> tuple[str, str]:
    """A key for a subaccount: client id and secret, shown this once."""
    made = await add_key(connection, child.account_id, scopes)
    told = {"subaccount": child.name, "event": "key made", "client_id": made[0], "scopes": list(scopes)}
    await note(connection, parent_id, told, now)
    return made


async def revoke_subaccount_key(
    connection: asyncpg.Connection, parent_id: int, child: Subaccount, client_id: str, now: datetime
) -> None:
    """A key of a subaccount opens nothing any more.

    Raises:
        BadSubaccountError: it has no such key in force.
    """
    if not await revoke_key(connection, child.account_id, client_id):
        raise BadSubaccountError("It has no such key in force.", "See GET /api/subaccounts/{id}.")
    told = {"subaccount": child.name, "event": "key revoked", "client_id": client_id}
    await note(connection, parent_id, told, now)


async def share_sender(
    connection: asyncpg.Connection, parent_id: int, child: Subaccount, sender_key: str, now: datetime
) -> None:
    """Let a subaccount send as what the account above it may send as, with the same proof and as long as that may.

    Raises:
        BadSubaccountError: that one may not send as it, or somebody's claim on it is not decided.
    """
    if not await connection.fetchval(load("subaccount_grant"), parent_id, child.account_id, sender_key, now):
        raise BadSubaccountError(
            "You may not send as that yourself, or a claim on it is not decided.",
            "Look at your claims (GET /api/takedowns), or ask the operator to grant it to the subaccount, with proof.",
        )
    await note(connection, parent_id, {"subaccount": child.name, "event": "sender", "sender": sender_key}, now)


async def hand_down(
    connection: asyncpg.Connection, parent_id: int, child: Subaccount, micro_credits: int, done: tuple[datetime, str]
) -> UUID:
    """Move credits to a subaccount, in the order in which sending spends them; the id of the transfer.

    Each part stays what it was, purchased or a bonus, and ends on its day. Nothing goes up or aside.

    Args:
        connection: of the road.
        parent_id: whose credits.
        child: which subaccount.
        micro_credits: how many.
        done: the instant, and by whom.

    Raises:
        BadSubaccountError: the account above has less.
    """
    now, by = done
    rows = await connection.fetch(load("subaccount_lots"), parent_id)
    lots = [Lot(row["lot_id"], LotKind(row["kind"]), row["remaining"], row["expires_at"]) for row in rows]
    purse = Purse(lots, now)
    if not 0 < micro_credits <= purse.available:
        raise BadSubaccountError("You have fewer credits than that.", "See GET /api/statements/{month}.")
    charges = purse.spend(micro_credits)
    transfer: UUID = await connection.fetchval(
        load("subaccount_transfer"),
        *(
            parent_id,
            child.account_id,
            [one.lot_id for one in charges],
            [one.micro_credits for one in charges],
            by,
            now,
        ),
    )
    told = {"transfer": to_wire(transfer), "subaccount": child.name, "micro_credits": micro_credits, "by": by}
    both = [NewEntry(account_id, "transfer", told) for account_id in sorted((parent_id, child.account_id))]
    await append_many(connection, both, now)
    return transfer


async def _listed(
    connection: asyncpg.Connection, parent_id: int, public_id: UUID | None, after: int | None, most: int
) -> list[Subaccount]:
    rows = await connection.fetch(load("subaccount_list"), parent_id, public_id, after, most)
    return [Subaccount(**{**dict(row), "senders": tuple(row["senders"])}) for row in rows]


async def note(connection: asyncpg.Connection, parent_id: int, told: dict[str, Any], now: datetime) -> None:
    """Write down in the evidence of an account what it did with a subaccount."""
    await append(connection, parent_id, "subaccount", told, now)
