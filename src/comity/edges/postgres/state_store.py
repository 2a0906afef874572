"""Owns looking up where one message is in its life; must not know why it is asked."""

from __future__ import annotations

from uuid import UUID

import asyncpg


async def find_state(connection: asyncpg.Connection, message_id: UUID, account_id: int) -> str | None:
    """The state of one of the account's messages, or None."""
    state: str | None = await connection.fetchval(
        "SELECT state FROM message_life WHERE account_id = $1 AND id = $2", account_id, message_id
    )
    return state
