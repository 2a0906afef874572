"""Owns what an operator takes back: prices, routes, carriers, the right to send as somebody; must not know any command.

Running gateways are told by the tables themselves, within a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.operator_store import NotThereError, account_id_of
from comity.edges.postgres.statements import load
from comity.senders.read import Sender

# A dispatcher hears of a route that is gone within a second, and a claim that it began before takes less than another.
_HEARD_S: Final = 2.0


class StillWantedError(ComityError):
    """It cannot be taken away while something waits for it."""


class Removed(msgspec.Struct, frozen=True):
    """What taking a route or carrier away leaves.

    Attributes:
        waiting: messages in the queue that no carrier takes any more, until a route fits them.
        awaited: parts whose receipts will not be heard.
    """

    waiting: int
    awaited: int = 0


async def remove_price(connection: asyncpg.Connection, country: str) -> None:
    """A country costs from then on what `*` says, or a credit; what was accepted keeps its price.

    Raises:
        NotThereError: there is no such price.
    """
    gone = await connection.fetchval("DELETE FROM prices WHERE country = $1 RETURNING true", country)
    if not gone:
        raise NotThereError(f"There is no price for {country}.", "See `comity prices list`.")


async def remove_route(connection: asyncpg.Connection, prefix: str, carrier: str, *, force: bool = False) -> Removed:
    """A prefix does not go by a carrier any more; what waits goes by its other carriers, or as a shorter prefix does.

    Args:
        connection: of the operator.
        prefix: digits, "" for all numbers.
        carrier: its name.
        force: take it away though messages wait that no carrier takes then.

    Raises:
        NotThereError: there is no such route.
        StillWantedError: messages wait that would have no carrier without it; says how many.
    """
    async with connection.transaction():
        before: int = await connection.fetchval(load("operator_stranded"))
        gone = await connection.fetchval(
            "DELETE FROM routes r USING carriers c WHERE c.carrier_id = r.carrier_id AND c.name = $2 AND r.prefix = $1"
            " RETURNING true",
            *(prefix, carrier),
        )
        if not gone:
            raise NotThereError(f"{carrier} has no route for {prefix or 'all numbers'}.", "See `comity routes list`.")
        waiting: int = await connection.fetchval(load("operator_stranded"))
        if waiting > before and not force:
            what = f"{waiting - before} messages wait that no carrier takes without it."
            raise StillWantedError(what, "Give the prefix another carrier (`comity routes add`), or say --force.")
        return Removed(waiting)


async def remove_carrier(connection: asyncpg.Connection, name: str) -> Removed:
    """A carrier is gone, with its routes; gateways unbind. Its password is deleted, and its name may be used again.

    Its routes go first, and are put back where it has to stay: only what no dispatcher takes for it any more, counted
    after all of them have heard, says that nothing is on its way to it.

    Raises:
        NotThereError: there is no such carrier.
        StillWantedError: messages are with it, or wait and would have no carrier without it; says how many.
    """
    carrier_id, routes, stranded = await _take_routes(connection, name)
    try:
        if await connection.fetchval("SELECT EXISTS (SELECT FROM dispatchers WHERE alive_until > now())"):
            await asyncio.sleep(_HEARD_S)
        return Removed(stranded, await _delete_carrier(connection, carrier_id, name))
    except BaseException:
        prefixes, priorities = [prefix for prefix, _ in routes], [priority for _, priority in routes]
        await connection.execute(load("operator_routes_back"), carrier_id, prefixes, priorities)
        raise


async def _take_routes(connection: asyncpg.Connection, name: str) -> tuple[int, Sequence[tuple[str, int]], int]:
    """Take a carrier's routes away: its number, their prefixes and priorities, and what waits without a carrier."""
    async with connection.transaction():
        carrier_id = await connection.fetchval("SELECT carrier_id FROM carriers WHERE name = $1 FOR UPDATE", name)
        if carrier_id is None:
            raise NotThereError(f"There is no carrier named {name}.", "See `comity carriers list`.")
        before: int = await connection.fetchval(load("operator_stranded"))
        rows = await connection.fetch("DELETE FROM routes WHERE carrier_id = $1 RETURNING prefix, priority", carrier_id)
        waiting = await connection.fetchval(load("operator_stranded")) - before
        if waiting:
            raise StillWantedError(
                f"{waiting} messages wait for {name} alone.",
                "Give their prefixes another carrier (`comity routes add`).",
            )
    return carrier_id, [(row["prefix"], row["priority"]) for row in rows], before


async def _delete_carrier(connection: asyncpg.Connection, carrier_id: int, name: str) -> int:
    """Delete a carrier without routes; of how many parts that it has the receipts are not heard."""
    async with connection.transaction():
        await connection.execute("SELECT FROM carriers WHERE carrier_id = $1 FOR UPDATE", carrier_id)
        flying = await connection.fetchval("SELECT count(*) FROM in_flight WHERE carrier_id = $1", carrier_id)
        if flying:
            raise StillWantedError(
                f"{flying} messages are on their way to {name}.", "Give its prefixes another carrier, or wait."
            )
        await connection.execute("DELETE FROM carriers WHERE carrier_id = $1", carrier_id)
        awaited: int = await connection.fetchval(
            "SELECT count(*) FROM awaited_receipts WHERE carrier_id = $1", carrier_id
        )
    return awaited


async def revoke_sender(
    connection: asyncpg.Connection, account: str, sender: Sender, word: tuple[str, str], now: datetime
) -> list[str]:
    """An account does not send as a sender any more, nor does whom it shared it with; what was accepted goes.

    Args:
        connection: of the operator.
        account: its name.
        sender: which.
        word: who says so, and why; the accounts read both.
        now: when.

    Returns:
        The names of the accounts that it is taken from.

    Raises:
        NotThereError: there is no such account, or it may not send as that.
    """
    async with connection.transaction():
        account_id = await account_id_of(connection, account)
        # The table ends for others what was shared with them.
        rows = await connection.fetch(load("operator_revoke_sender"), account_id, sender.key, now)
        if not rows:
            what = f"{account} may not send as {sender.shown}."
            raise NotThereError(what, "See `comity senders list`.")
        ended = await connection.fetch(load("operator_revoked"), account_id, sender.key, now)
        by, why = word
        for row in ended:
            body = {"sender": sender.shown, "event": "revoke", "by": by, "why": why}
            await append(connection, row["account_id"], "sender", body, now)
            summary = f"You may not send as {sender.shown} any more. {why}"
            await leave_notice(connection, row["account_id"], "sender", {**body, "summary": summary}, now)
    return [row["name"] for row in ended]
