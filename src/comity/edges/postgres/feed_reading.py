"""Owns reading complaints in PostgreSQL for the operator and for partners; must not change one, or know a form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import asyncpg

from comity.complaints.feed_out import Told
from comity.edges.postgres.complaint_boxes import told_in
from comity.edges.postgres.statements import load

_PAGE: Final = 1_000
_OF_ROW: Final = ("number", "kind", "sender", "received_at", "country", "outcome")


async def list_complaints(
    connection: asyncpg.Connection, *, every: bool, kind: str | None, since: datetime | None, most: int
) -> list[dict[str, Any]]:
    """Complaints, the newest first; those that are decided only when `every` one is wanted. No texts, no reporters."""
    rows = await connection.fetch(load("feed_list"), every, kind, since, most)
    return [dict(row) for row in rows]


async def show_complaint(connection: asyncpg.Connection, number: str) -> dict[str, Any] | None:
    """One complaint with what happened to it (`events`: at, event, by, words); no text, no reporter."""
    row = await connection.fetchrow(
        "SELECT c.complaint_id, c.number, c.kind, c.channel, c.state, c.outcome, c.sender, a.name AS account,"
        " c.proven, c.country, c.score, c.filed_at, c.decided_at, c.decided_by, c.case_id,"
        " (SELECT count(*) FROM complaint_messages m WHERE m.complaint_id = c.complaint_id) AS messages"
        " FROM complaints c LEFT JOIN accounts a USING (account_id) WHERE c.number = $1",
        number,
    )
    if row is None:
        return None
    events = await connection.fetch(
        "SELECT at, event, by, words FROM complaint_events WHERE complaint_id = $1 ORDER BY event_id",
        row["complaint_id"],
    )
    shown = {name: value for name, value in row.items() if name != "complaint_id"}
    return {**shown, "events": [dict(event) for event in events]}


async def told_since(
    connection: asyncpg.Connection, since: datetime, *, texts: bool, after: int = 0
) -> AsyncIterator[tuple[int, Told]]:
    """What others may be told of complaints since an instant, each with its row's number, the oldest first.

    Args:
        connection: the operator's.
        since: when they were filed, at the earliest.
        texts: give texts too that no reviewer has opened.
        after: begin after the row of this number.
    """
    while rows := await connection.fetch(load("feed_export"), since, texts, after, _PAGE):
        for row in rows:
            yield row["complaint_id"], Told(text=told_in(row).text, **{name: row[name] for name in _OF_ROW})
        after = rows[-1]["complaint_id"]


async def note_export(
    connection: asyncpg.Connection, complaint_ids: list[int], by: str, why: str, now: datetime
) -> None:
    """Keep that somebody gave the texts of complaints to others, and why."""
    await connection.execute(
        "INSERT INTO complaint_events (complaint_id, at, event, by, words)"
        " SELECT c, $2, 'text-exported', $3, $4 FROM unnest($1::bigint[]) AS c",
        complaint_ids,
        now,
        by,
        why,
    )
