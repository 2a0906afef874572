"""Owns statements of the ledger in PostgreSQL: a month's sums and its entries; must not know who reads them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from comity.credits.lots import EntryKind
from comity.credits.statement import SETTLED_AFTER, Statement, Sum, span_of
from comity.edges.postgres.statements import load

_ORDER = {kind.value: place for place, kind in enumerate(EntryKind)}


class Entry(msgspec.Struct, frozen=True):
    """One entry of an account's ledger.

    Attributes:
        subject: the message charged or refunded, or the id of the purchase, payout or correction.
        micro_credits: with its sign for the account; 0 for what moves nothing of its own, such as a payment.
    """

    at: datetime
    subject: UUID
    kind: str
    lot_id: int
    micro_credits: int


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page of entries ended."""

    at: datetime
    subject: UUID
    kind: str
    lot_id: int


async def statement_of(connection: asyncpg.Connection, account_id: int, month: str, now: datetime) -> Statement:
    """A month of an account's ledger, as of one instant.

    Raises:
        SettingsError: it is no month.
    """
    begins, ends = span_of(month)
    row = await connection.fetchrow(load("statement_month"), account_id, begins, ends)
    sums = sorted((Sum(**one) for one in row["sums"]), key=lambda one: _ORDER[one.kind])
    return Statement(month, row["opening"], row["closing"], tuple(sums), now >= ends + SETTLED_AFTER)


async def entries_of(
    connection: asyncpg.Connection, account_id: int, month: str, after: Place | None, most: int, kind: str = ""
) -> list[Entry]:
    """Entries of a month, the oldest first, from behind a place; of one kind when it is named.

    Raises:
        SettingsError: it is no month.
    """
    begins, ends = span_of(month)
    place = (after.at, after.subject, after.kind, after.lot_id) if after else (None, None, None, None)
    rows = await connection.fetch(load("statement_entries"), account_id, begins, ends, kind, *place, most)
    return [Entry(**dict(row)) for row in rows]
