"""Owns when complaints and claims lose what they say of people, in PostgreSQL; must not know how it is sealed.

After the days that retention gives them, counted from their end; by the erasure of a number once they are closed and
nothing can rest on them any more: whom they count against may ask for it. What an authority ordered to be kept stays
until the order ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import asyncpg

from comity.complaints.life import OPEN
from comity.edges.postgres.complaint_boxes import erase, told_in
from comity.edges.postgres.deadline_store import Due, NewDeadline, set_deadline
from comity.edges.postgres.statements import load

DEADLINE: Final = "complaint-erasure"
_AT_ONCE: Final = 500
_CLAIMS_LEFT_IN: Final = ("takedowns", "takedown_answers", "takedown_events", "freezes")
# Its case is decided within days; what stops traffic for it may last.
_LOOK_AGAIN: Final = timedelta(hours=1)
_PRESERVED: Final = timedelta(days=1)


async def erase_old(
    connection: asyncpg.Connection, place: tuple[datetime, int], now: datetime, *, apart: bool
) -> tuple[int, int] | None:
    """Erase what complaints say that ended before an instant, a batch at a time.

    Args:
        connection: of the road, with the vault.
        place: that instant, and the number in the store after which to look.
        now: the present.
        apart: claims of a right, else all others.

    Returns:
        How many were erased, and the number after which the next are; None where there are no more.
    """
    before, after = place
    async with connection.transaction():
        rows = await connection.fetch(load("complaint_due"), apart, before, after, _AT_ONCE)
        if not rows:
            return None
        free = await _not_preserved(connection, rows, now)
        if apart:
            await connection.execute(load("takedown_erase"), free)
            await connection.execute("SELECT note_leftovers($1)", _CLAIMS_LEFT_IN)
        return await erase(connection, free, now), rows[-1]["complaint_id"]


async def erase_of_number(
    connection: asyncpg.Connection, account_id: int, number: tuple[str, bytes], now: datetime
) -> int:
    """Erase complaints of a number about an account's messages that are over; the others go by themselves.

    Args:
        connection: of the road, in the erasure's transaction.
        account_id: whose messages they are about.
        number: its digits, and what stands for it in complaints.
        now: the present.

    Returns:
        How many were erased.
    """
    rows = await connection.fetch(load("complaint_of_number"), account_id, *number)
    over = [row["complaint_id"] for row in rows if _is_over(row, now)]
    waiting = [row for row in rows if not _is_over(row, now)]
    named = [row["complaint_id"] for row in waiting]
    await connection.execute("UPDATE complaints SET erase_when_closed = true WHERE complaint_id = ANY ($1)", named)
    for row in waiting:
        if row["state"] not in OPEN:
            await _look_again(connection, row["complaint_id"], _next_look(row, now))
    return await erase(connection, over, now)


async def erase_closed(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Erase a complaint that was to go when it is over, the deed of its deadline; one opened again waits anew."""
    complaint_id = int(due.subject)
    rows = await connection.fetch(load("complaint_waiting"), complaint_id)
    if not rows or rows[0]["state"] in OPEN:
        return
    if not _is_over(rows[0], now):
        await _look_again(connection, complaint_id, _next_look(rows[0], now))
    elif not await _not_preserved(connection, rows, now):
        await _look_again(connection, complaint_id, now + _PRESERVED)
    else:
        await erase(connection, [complaint_id], now)


async def forget_codes(connection: asyncpg.Connection, now: datetime) -> int:
    """Codes that open nothing any more are gone; how many."""
    said: str = await connection.execute("DELETE FROM complaint_codes WHERE expires_at <= $1", now)
    return int(said.rpartition(" ")[2])


def _is_over(row: asyncpg.Record, now: datetime) -> bool:
    """Nothing open rests on it, nobody can appeal any more, and it is too old to count with others."""
    return bool(row["ended"]) and row["kept_until"] <= now


def _next_look(row: asyncpg.Record, now: datetime) -> datetime:
    kept_until: datetime = row["kept_until"]
    return max(kept_until, now + _LOOK_AGAIN)


async def _look_again(connection: asyncpg.Connection, complaint_id: int, at: datetime) -> None:
    await set_deadline(connection, NewDeadline(DEADLINE, str(complaint_id), None, at))


async def _not_preserved(connection: asyncpg.Connection, rows: list[asyncpg.Record], now: datetime) -> list[int]:
    """Which of these complaints, with their `said`, no order keeps."""
    columns = [[row[name] for row in rows] for name in ("complaint_id", "account_id", "filed_at")]
    found = await connection.fetch(load("complaint_free"), *columns, [told_in(row).recipient for row in rows], now)
    return [row["complaint_id"] for row in found]
