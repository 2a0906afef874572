"""Owns how a reporter is reached, opened from its seal for a reason that is kept; must not know any door."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import asyncpg

from comity.base.errors import StoreError
from comity.edges.postgres.complaint_boxes import told_in
from comity.edges.postgres.complaint_records import SELECT, Complaint, Step, note
from comity.edges.postgres.complaint_store import about
from comity.edges.postgres.evidence_keys import matching_master
from comity.edges.sealing import unseal

OPENED: Final = "contact-opened"


async def open_contact(connection: asyncpg.Connection, complaint: Complaint, folder: Path, step: Step) -> str | None:
    """How the reporter of a complaint is reached; None where they stayed unnamed. That it was opened is kept.

    Args:
        connection: in the transaction that keeps it.
        complaint: whose reporter.
        folder: the data directory, where the key lies.
        step: who opens it, and why.

    Raises:
        StoreError: the key is not on this node.
    """
    row = await connection.fetchrow(f"{SELECT} WHERE c.complaint_id = $1", complaint.complaint_id)
    box = told_in(row).contact
    if not box:
        return None
    master = await matching_master(connection, folder)
    if master is None:
        raise StoreError("The key of the evidence log is not on this node.", "Copy the first node's file there.")
    await note(connection, complaint.complaint_id, OPENED, step)
    return unseal(box, about(complaint.number), master.sealing).decode("utf-8")
