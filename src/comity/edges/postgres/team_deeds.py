"""Owns what happens to people of accounts by itself: invitations expire, names go; must not know who looks when."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import asyncpg

from comity.accounts.team import EMPTIED_AFTER, Event, State
from comity.edges.mail.plain_letters import LetterKind
from comity.edges.postgres.deadline_store import Due, NewDeadline, set_deadline
from comity.edges.postgres.letter_store import drop_letters
from comity.edges.postgres.team_members import MEMBER, member_of
from comity.edges.postgres.team_store import EMPTY, Change, move

_BY_ID: Final = f"{MEMBER} WHERE account_id = $1 AND member_id = $2 FOR UPDATE"


async def end_invitation(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """An invitation that nobody accepted in time expires; who joined before stays."""
    row = await connection.fetchrow(_BY_ID, due.account_id, int(due.subject))
    if row is None or row["state"] not in {State.INVITED, State.ACTIVE} or row["expires_at"] > now:
        return
    member = await move(connection, member_of(row), Event.EXPIRE)
    await drop_letters(connection, LetterKind.TEAM_INVITATION, member.member_id)
    if member.state is State.EXPIRED:
        await set_deadline(connection, NewDeadline(EMPTY, member.subject, member.account_id, now + EMPTIED_AFTER))


async def empty(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The name and address of somebody who left, or never came, go; the id stays, which evidence names."""
    row = await connection.fetchrow(_BY_ID, due.account_id, int(due.subject))
    if row is None or row["state"] in {State.INVITED, State.ACTIVE}:
        return
    member = member_of(row)
    if member.state is State.EXPIRED:
        member = await move(connection, member, Event.REMOVE, Change(ended_at=now))
    await connection.execute(
        "UPDATE team_members SET name = '', email = '', emptied_at = $3 WHERE account_id = $1 AND member_id = $2",
        *(member.account_id, member.member_id, now),
    )
