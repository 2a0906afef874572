"""Owns reading an account's messages and cancelling scheduled ones; must not know any door's dialect."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from comity.edges.postgres.statements import load


async def list_messages(
    connection: asyncpg.Connection, account_id: int, since: UUID, until: UUID, limit: int, offset: int
) -> tuple[int, list[asyncpg.Record]]:
    """Messages between two ids, newest first, and how many there are in all."""
    total = await connection.fetchval(load("messages_count"), account_id, since, until)
    rows = await connection.fetch(load("messages_list"), account_id, since, until, limit, offset)
    return total, rows


async def list_scheduled(
    connection: asyncpg.Connection, account_id: int, limit: int, offset: int
) -> tuple[int, list[asyncpg.Record]]:
    """Messages that the customer scheduled and that still wait, next first, and how many there are in all."""
    total = await connection.fetchval("SELECT count(*) FROM queue WHERE account_id = $1 AND scheduled", account_id)
    rows = await connection.fetch(load("messages_scheduled"), account_id, limit, offset)
    return total, rows


async def cancel_scheduled(connection: asyncpg.Connection, account_id: int, number: int, at: datetime) -> bool:
    """Take a scheduled message back and refund it, all at once; False when it is not there any more."""
    row = await connection.fetchrow(load("messages_cancel"), account_id, number, at)
    return row is not None


async def spendable(connection: asyncpg.Connection, account_id: int) -> int:
    """Micro-credits the account may spend."""
    credits_: int = await connection.fetchval(
        "SELECT coalesce(sum(remaining), 0)::bigint FROM lots"
        " WHERE account_id = $1 AND (expires_at IS NULL OR expires_at > now())",
        account_id,
    )
    return credits_


async def list_grants(connection: asyncpg.Connection, account_id: int) -> list[asyncpg.Record]:
    """Sender ids granted to the account."""
    rows: list[asyncpg.Record] = await connection.fetch(
        "SELECT number, sender FROM sender_grants WHERE account_id = $1 ORDER BY number", account_id
    )
    return rows


async def list_inbox(
    connection: asyncpg.Connection, account_id: int, kind: str | None, limit: int, offset: int
) -> tuple[int, list[asyncpg.Record]]:
    """Received messages, newest first, and how many there are in all."""
    total = await connection.fetchval(
        "SELECT count(*) FROM inbox WHERE account_id = $1 AND ($2::text IS NULL OR kind = $2)", account_id, kind
    )
    rows = await connection.fetch(
        "SELECT number, kind, sender, receiver, sealed_text_of(account_id, subject, box_id, body, text) AS text, at"
        " FROM inbox"
        " WHERE account_id = $1 AND ($2::text IS NULL OR kind = $2) ORDER BY number DESC LIMIT $3 OFFSET $4",
        account_id,
        kind,
        limit,
        offset,
    )
    return total, rows


async def list_opt_outs(connection: asyncpg.Connection, account_id: int) -> list[dict[str, Any]]:
    """Whom the account must leave alone altogether, newest first."""
    rows = await connection.fetch(
        "SELECT recipient, memo, at FROM opt_outs WHERE account_id = $1 AND scope = 'everything'"
        " ORDER BY at DESC, recipient",
        account_id,
    )
    return [dict(row) for row in rows]
