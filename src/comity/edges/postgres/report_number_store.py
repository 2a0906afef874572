"""Owns report numbers in PostgreSQL: which they are, and texts that wait to be read; must not know what a text says.

The road only keeps such a text and notes that there is something to do, in the transaction that keeps all messages.
What it means is found out by a deed (`report_number_deeds`), so that a report delays nobody else's message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from comity.base.errors import SettingsError
from comity.edges.postgres.statements import load

TEXT: Final = "report-text"
HALF: Final = "report-half"


async def set_number(
    connection: asyncpg.Connection, number: str, account_id: int, status_url: str, now: datetime
) -> None:
    """Make a number of an account the one that people report to, or change its link.

    Args:
        connection: the operator's.
        number: digits; the account holds it as a sender, for answers come from it.
        account_id: the operator's own account.
        status_url: where a report is followed, with `{number}` and `{token}` for what differs; "" for none.
        now: the present.

    Raises:
        SettingsError: the account does not hold the number alone.
    """
    holders = await connection.fetch(
        "SELECT account_id FROM sender_grants WHERE sender_key = $1 AND kind <> 'name'"
        " AND (expires_at IS NULL OR expires_at > $2)",
        number,
        now,
    )
    if [row["account_id"] for row in holders] != [account_id]:
        raise SettingsError(
            "The account does not hold this number, or another holds it too.",
            "Grant it with `comity senders grant`, to the account that answers those who report.",
        )
    await connection.execute(
        "INSERT INTO report_numbers (number, account_id, status_url, set_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (number) DO UPDATE SET account_id = excluded.account_id, status_url = excluded.status_url",
        number,
        account_id,
        status_url,
        now,
    )


async def unset_number(connection: asyncpg.Connection, number: str) -> bool:
    """The number takes no reports any more; False when it took none. Halves of reports are dropped with it."""
    unset = await connection.fetchval("DELETE FROM report_numbers WHERE number = $1 RETURNING true", number)
    return bool(unset)


async def list_numbers(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """The report numbers: number, account, status_url, since when, and halves that wait."""
    rows = await connection.fetch(
        "SELECT n.number, a.name AS account, n.status_url, n.set_at,"
        " (SELECT count(*) FROM report_halves h WHERE h.number = n.number) AS halves"
        " FROM report_numbers n JOIN accounts a USING (account_id) ORDER BY n.number"
    )
    return [dict(row) for row in rows]


async def keep_texts(connection: asyncpg.Connection, texts: Sequence[tuple[str, str, str]], now: datetime) -> None:
    """Keep texts (number, reporter, text) until a deed reads them; part of the road's transaction."""
    numbers, reporters, written = (list(column) for column in zip(*texts, strict=True))
    await connection.execute(load("report_number_hear"), numbers, reporters, written, now)
