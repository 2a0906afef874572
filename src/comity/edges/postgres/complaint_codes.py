"""Owns codes by which reporters show that a number is theirs, in PostgreSQL; must not know how one is sent."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from comity.base.ids import earliest
from comity.complaints.life import OPEN, ComplaintStepError
from comity.complaints.reporters import code_hash, new_code, reporter_key
from comity.edges.postgres.complaint_linking import Looked
from comity.edges.postgres.complaint_policy import figures
from comity.edges.postgres.complaint_records import REPORTER, Complaint, Step
from comity.edges.postgres.complaint_steps import prove
from comity.edges.postgres.statements import load

REFERENCE: Final = "complaint code"
"""The reference of messages that hold a code; they are none that anybody complains about."""


class Office(msgspec.Struct, frozen=True):
    """As whom codes are sent: an account of the operator's own, and its sender."""

    account_id: int
    sender: str


class WrongCodeError(ComplaintStepError):
    """It is not the code, it is over, or it was tried too often."""


async def office(connection: asyncpg.Connection) -> Office | None:
    """As whom codes are sent; None where the operator named nobody, so that none are."""
    row = await connection.fetchrow("SELECT sent_by, sender FROM complaint_office")
    return Office(row["sent_by"], row["sender"]) if row else None


async def set_office(connection: asyncpg.Connection, found: Office, by: str, now: datetime) -> None:
    """Say as whom codes are sent."""
    await connection.execute(
        "INSERT INTO complaint_office (sent_by, sender, set_by, set_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (only_row) DO UPDATE SET sent_by = $1, sender = $2, set_by = $3, set_at = $4",
        *(found.account_id, found.sender, by, now),
    )


async def ask(connection: asyncpg.Connection, complaint: Complaint, sender: Office, now: datetime) -> str | None:
    """A new code for a locked complaint, to be sent to its number once this is committed; the one before is over.

    None, and nothing is kept, where no message of anybody went to the number of late: the operator texts nobody who has
    nothing to do with it, at whoever's wish.

    Raises:
        ComplaintStepError: nothing is to be shown, or there is no number.
    """
    if complaint.state not in OPEN or complaint.proven or not complaint.recipient:
        raise ComplaintStepError("There is nothing to confirm.", "See the complaint's status.")
    said = await figures(connection)
    since = earliest(now - timedelta(days=said.linking.days))
    if not await connection.fetchval(
        load("complaint_code_due"), complaint.recipient, since, sender.account_id, REFERENCE
    ):
        return None
    code = new_code()
    await connection.execute(
        "INSERT INTO complaint_codes (complaint_id, code_hash, sent_at, expires_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (complaint_id) DO UPDATE SET code_hash = $2, sent_at = $3, expires_at = $4, tries = 0",
        complaint.complaint_id,
        code_hash(complaint.number, code, await _hash_key(connection)),
        now,
        now + timedelta(minutes=said.limits.code_minutes),
    )
    return code


async def forget(connection: asyncpg.Connection, complaint: Complaint) -> None:
    """The code of a complaint could not be sent: it opens nothing."""
    await connection.execute("DELETE FROM complaint_codes WHERE complaint_id = $1", complaint.complaint_id)


async def try_code(connection: asyncpg.Connection, complaint: Complaint, code: str, now: datetime) -> Looked | None:
    """Whether a code is the one that was sent, for a locked complaint; if so it is proven, and None if not.

    A try counts, so the caller commits it. Whoever has the number is the reporter from then on, not the network.

    Raises:
        ComplaintStepError: it is decided already.
    """
    limits = (await figures(connection)).limits
    row = await connection.fetchrow(
        "UPDATE complaint_codes SET tries = tries + 1 WHERE complaint_id = $1 AND expires_at > $2 AND tries < $3"
        " RETURNING code_hash",
        *(complaint.complaint_id, now, limits.code_tries),
    )
    hash_key = await _hash_key(connection)
    offered = code_hash(complaint.number, code, hash_key)
    if row is None or not hmac.compare_digest(row["code_hash"], offered):
        return None
    await connection.execute("DELETE FROM complaint_codes WHERE complaint_id = $1", complaint.complaint_id)
    who = reporter_key(f"number {complaint.recipient}", hash_key)
    await connection.execute(
        "UPDATE complaints SET reporter_key = $2 WHERE complaint_id = $1", complaint.complaint_id, who
    )
    step = Step(REPORTER, now, "You confirmed your number.", told=True)
    return await prove(connection, msgspec.structs.replace(complaint, reporter_key=who), step)


async def _hash_key(connection: asyncpg.Connection) -> bytes:
    found: bytes = await connection.fetchval("SELECT hash_key FROM installation")
    return found
