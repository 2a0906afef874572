"""Owns texts opened by staff: kept before the text is given, and seen by the account (G2); must not know doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.base.ids import to_wire
from comity.cases.life import Role
from comity.edges.postgres.case_store import Row, write_event
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.statements import load

_OPENED: Final = "text-opened"
_DELAYED: Final = "text-opened-delayed"


class NoTextError(ComityError):
    """The case names no such message, or its text is gone."""


class NoDelayError(ComityError):
    """The account may not be left untold so."""


class Opening(msgspec.Struct, frozen=True):
    """A text to open.

    Attributes:
        message_id: a message that the case names.
        person: who opens it.
        role: theirs.
        reason: why.
        until: by a legal order, when the account may see that it was opened; None for at once.
        legal_order: which order says so.
    """

    message_id: UUID
    person: str
    role: Role
    reason: str
    until: datetime | None = None
    legal_order: str = ""


async def open_text(connection: asyncpg.Connection, row: Row, opening: Opening, now: datetime) -> dict[str, Any]:
    """Keep that a text is opened, and give it: text, sender, recipient; within the caller's transaction.

    Raises:
        NoTextError, NoDelayError: nothing was opened or kept.
    """
    _check_delay(opening, now)
    found = await connection.fetchrow(load("case_text"), row["case_id"], opening.message_id)
    if found is None or not found["text"]:
        raise NoTextError("This case names no message of this id whose text is kept.", "Texts may be erased or sealed.")
    visible_at = opening.until or now
    await connection.execute(
        "INSERT INTO text_openings (case_id, account_id, message_id, person, reason, at, visible_at, legal_order)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        row["case_id"],
        found["account_id"],
        opening.message_id,
        opening.person,
        opening.reason,
        now,
        visible_at,
        opening.legal_order,
    )
    facts = {"message": to_wire(opening.message_id), "reason": opening.reason}
    delay = {"until": visible_at.isoformat(), "legal_order": opening.legal_order} if opening.legal_order else {}
    name = _DELAYED if delay else _OPENED
    await write_event(connection, row, (name, opening.person, opening.reason), {**facts, **delay}, now)
    if not delay:  # the account reads its chain: a delayed opening joins it no sooner than the account may know
        body = {"case": to_wire(row["id"]), "by": opening.person, **facts}
        await append(connection, found["account_id"], "text-opening", body, now)
    return {name: found[name] for name in ("account_id", "text", "sender", "recipient")}


def _check_delay(opening: Opening, now: datetime) -> None:
    if opening.until is None and not opening.legal_order:
        return
    if opening.until is None or not opening.legal_order:
        raise NoDelayError("A delay needs both a date and the legal order that asks for it.", "Give both, or neither.")
    if opening.role < Role.SENIOR:
        raise NoDelayError("Only a senior delays what an account is told.", "Ask one to open the text.")
    if opening.until <= now:
        raise NoDelayError("The date of the delay is past.", "Leave it out, or give a later one.")


async def list_openings(
    connection: asyncpg.Connection, account_id: int, now: datetime, before: tuple[datetime, int] | None, most: int
) -> list[dict[str, Any]]:
    """Openings of an account's texts that it may know of, those it may know of since last first."""
    at, number = before or (None, None)
    rows = await connection.fetch(load("case_openings"), account_id, now, at, number, most)
    return [dict(row) for row in rows]
