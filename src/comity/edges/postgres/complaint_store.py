"""Owns the filing of complaints in PostgreSQL; must not know any door.

What follows is its neighbours': `complaint_linking` finds the messages and the case, `complaint_freezes` stops traffic,
`complaint_steps` decides, and `complaint_records` reads and writes down.
"""

from __future__ import annotations

from datetime import datetime

import asyncpg

from comity.base.errors import StoreError
from comity.complaints.complaint import Filed, NewComplaint, new_number, new_token, token_hash
from comity.edges.postgres.complaint_boxes import Told, box_of
from comity.edges.postgres.complaint_freezes import freeze, lift
from comity.edges.postgres.complaint_linking import look_at
from comity.edges.postgres.statements import load
from comity.edges.sealing import seal
from comity.numbers.read import BadNumber, read_destination

__all__ = ["about", "file_complaint", "freeze", "lift"]


async def file_complaint(connection: asyncpg.Connection, complaint: NewComplaint, now: datetime) -> Filed:
    """Take a complaint: number it, link it to messages, open or join its case, and freeze where there is enough.

    All of it in the caller's transaction. How often one may complain is `complaint_rates`'s to say, before.

    Returns:
        Its number, the secret that shows its status, its case, and how many messages it was linked to.

    Raises:
        StoreError: there is no key to seal the reporter's address to.
    """
    number, token = new_number(), new_token()
    contact = await _sealed(connection, number, complaint.reporter)
    async with connection.transaction():
        complaint_id: int = await connection.fetchval(
            load("complaint_file"),
            *(number, token_hash(token), complaint.channel, complaint.kind),
            box_of(number, Told(complaint.text, complaint.words, complaint.recipient, contact)),
            *(complaint.sender, complaint.received_at),
            *(complaint.proven, complaint.reporter_key, _country(complaint.recipient), now, complaint.apart),
        )
        looked = await look_at(connection, complaint_id, complaint, now)
    return Filed(number, token, looked.case, looked.matched, looked.frozen)


def about(number: str) -> bytes:
    """What the sealed address of a reporter is bound to."""
    return f"complaint {number}".encode()


async def _sealed(connection: asyncpg.Connection, number: str, reporter: str) -> bytes:
    if not reporter:
        return b""
    key = await connection.fetchval("SELECT sealing_key FROM evidence_installation")
    if key is None:
        raise StoreError("There is no key to seal the reporter's address to.", "Start a node: it makes one.")
    return seal(reporter.encode("utf-8", "replace"), about(number), key)


def _country(recipient: str) -> str | None:
    try:
        return read_destination(f"+{recipient}").country if recipient else None
    except BadNumber:
        return None
