"""Owns what an operator takes back: prices, routes, carriers, the right to send as somebody; must not know any command.

Running gateways are told by the tables themselves, within a second.
"""

from __future__ import annotations

from datetime import datetime

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.operator_store import NotThereError, account_id_of
from comity.edges.postgres.statements import load
from comity.senders.read import Sender


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


async def remove_route(connection: asyncpg.Connection, prefix: str, carrier: str) -> Removed:
    """A prefix does not go by a carrier any more; what waits goes by its other carriers, or as a shorter prefix does.

    Raises:
        NotThereError: there is no such route.
    """
    async with connection.transaction():
        gone = await connection.fetchval(
            "DELETE FROM routes r USING carriers c WHERE c.carrier_id = r.carrier_id AND c.name = $2 AND r.prefix = $1"
            " RETURNING true",
            *(prefix, carrier),
        )
        if not gone:
            raise NotThereError(f"{carrier} has no route for {prefix or 'all numbers'}.", "See `comity routes list`.")
        return Removed(await connection.fetchval(load("operator_stranded")))


async def remove_carrier(connection: asyncpg.Connection, name: str) -> Removed:
    """A carrier is gone, with its routes; gateways unbind. Its password is deleted, and its name may be used again.

    Raises:
        NotThereError: there is no such carrier.
        StillWantedError: messages are with it, or wait and would have no carrier without it; says how many.
    """
    async with connection.transaction():
        carrier_id = await connection.fetchval("SELECT carrier_id FROM carriers WHERE name = $1 FOR UPDATE", name)
        if carrier_id is None:
            raise NotThereError(f"There is no carrier named {name}.", "See `comity carriers list`.")
        before: int = await connection.fetchval(load("operator_stranded"))
        await connection.execute("DELETE FROM routes WHERE carrier_id = $1", carrier_id)
        waiting = await connection.fetchval(load("operator_stranded")) - before
        flying = await connection.fetchval("SELECT count(*) FROM in_flight WHERE carrier_id = $1", carrier_id)
        if waiting or flying:
            what = f"{waiting} messages wait for {name} alone, and {flying} are on their way to it."
            raise StillWantedError(what, "Give their prefixes another carrier (`comity routes add`), or wait.")
        await connection.execute("DELETE FROM carriers WHERE carrier_id = $1", carrier_id)
        awaited = await connection.fetchval("SELECT count(*) FROM awaited_receipts WHERE carrier_id = $1", carrier_id)
        return Removed(before, awaited)


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
