"""Owns who else got what a complaint is about, in PostgreSQL: counted for the desk, named for a reason (G2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from comity.base.ids import earliest, to_wire
from comity.edges.postgres.complaint_records import Complaint, Step, note
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.statements import load

MOST_DAYS: Final = 14
OPENED: Final = "recipients-opened"


async def spread_of(connection: asyncpg.Connection, complaint: Complaint, days: int) -> list[dict[str, Any]]:
    """By country, how many messages like those of a complaint left us, and how many people got one."""
    since = earliest(complaint.filed_at - timedelta(days=days))
    rows = await connection.fetch(load("complaint_spread"), complaint.complaint_id, since)
    return [dict(row) for row in rows]


async def open_recipients(
    connection: asyncpg.Connection, complaint: Complaint, days: int, page: tuple[UUID | None, int], step: Step
) -> list[dict[str, Any]]:
    """Whom they went to, with whole numbers; that they were opened and why is kept, and told to the account.

    Args:
        connection: in the transaction that keeps it.
        complaint: whose messages.
        days: how far before the complaint.
        page: below which message id, or None for the newest; and at most so many.
        step: who opens them, and why.
    """
    since = earliest(complaint.filed_at - timedelta(days=days))
    rows = await connection.fetch(load("complaint_recipients"), complaint.complaint_id, since, *page)
    await note(connection, complaint.complaint_id, OPENED, step)
    if complaint.account_id is not None:
        case: UUID = await connection.fetchval("SELECT id FROM cases WHERE case_id = $1", complaint.case_id)
        body = {"case": to_wire(case), "by": step.by, "reason": step.words, "recipients": len(rows)}
        await append(connection, complaint.account_id, OPENED, body, step.at)
        told = f"Staff opened to whom {len(rows)} of your messages went, to look at a complaint. {step.words}"
        notice = {"summary": told, "case": body["case"], "reason": step.words, "recipients": len(rows)}
        await leave_notice(connection, complaint.account_id, OPENED, notice, step.at)
    return [dict(row) for row in rows]
