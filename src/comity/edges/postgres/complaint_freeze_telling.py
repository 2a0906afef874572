"""Owns who is told what of a freeze: evidence and notices of each account that it stops, and word to complaints.

It must not know what a freeze does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from comity.base.ids import to_wire
from comity.cases.life import Role
from comity.complaints.life import FreezeState
from comity.edges.postgres.complaint_frozen import Freeze
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.statements import load


class Word(msgspec.Struct, frozen=True):
    """A word on a freeze: who says it, in which role, why, and when; the account reads why."""

    by: str
    role: Role
    why: str
    at: datetime


async def tell(
    connection: asyncpg.Connection, found: Freeze, event: str, word: Word, *, only_new: bool = False
) -> None:
    """Tell each account that a freeze stops what happened to it, with the case of its own, and the complaints.

    Args:
        connection: in the transaction in which it happens.
        found: as it is then.
        event: what happened.
        word: whose word it is, and why.
        only_new: tell those accounts alone that it began to stop since the last time, and nobody else.
    """
    counted = _COUNTED.get(found.state)
    rows = await connection.fetch(load("complaint_freeze_told"), found.case_id, only_new, counted or "")
    for row in sorted(rows, key=lambda one: int(one["account_id"])):
        body = {
            "case": to_wire(row["id"]),
            "event": event,
            "state": found.state.value,
            "what": found.kind,
            "why": word.why,
            **({"messages": row["messages"]} if counted else {}),
        }
        cause = " after a complaint" if found.complaint_id is not None else ""
        said = _SAID[found.state].format(why=word.why, messages=row["messages"], cause=cause)
        await append(connection, row["account_id"], "freeze", {**body, "by": word.by}, word.at)
        await leave_notice(connection, row["account_id"], "freeze", {**body, "summary": said}, word.at)
    if not only_new:
        await tell_complaints(connection, found.freeze_id, event, word)


async def tell_complaints(connection: asyncpg.Connection, freeze_id: int, event: str, word: Word) -> None:
    """Write down, with each complaint about the same traffic, what happened to a freeze."""
    await connection.execute(load("complaint_tell_freeze"), freeze_id, word.at, f"freeze-{event}", word.by, word.why)


# What became of the messages that are counted; what is held is not, since more of it is as long as the freeze stands.
_COUNTED: Final = {
    FreezeState.LAPSED: "released",
    FreezeState.LIFTED: "released",
    FreezeState.UPHELD: "refused",
}
_SAID: Final = {
    FreezeState.IN_FORCE: "Traffic of yours is stopped{cause}, and what waits with it. {why}",
    FreezeState.CONFIRMED: "A reviewer stopped traffic of yours{cause} until it is decided. {why}",
    FreezeState.LAPSED: "The stop{cause} is over; {messages} messages go on their way. {why}",
    FreezeState.LIFTED: "The stop{cause} was lifted; {messages} messages go on their way. {why}",
    FreezeState.UPHELD: "What was stopped{cause} was found wrong; {messages} messages are refused and paid back. {why}",
}
