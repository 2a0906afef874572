"""Owns taking what a freeze stops out of the queue: in pieces, by deeds, each a commit of its own.

It must not know how a freeze begins or ends, or what becomes of what it holds. Nothing depends on how long it takes: a
dispatcher takes nothing that it knows to be frozen (`dispatch_claim.sql`). A piece names the place in the queue where
it begins, so that whoever goes on after a process died begins there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from comity.base.ids import earliest
from comity.cases.life import WrongStepError
from comity.edges.postgres.complaint_frozen import Freeze
from comity.edges.postgres.deadline_store import Due, NewDeadline, set_deadline
from comity.edges.postgres.statements import load

AGAIN: Final = "freeze-again"
"""The kind of deadlines at which something is done for a freeze; the subject is its number, and what."""
WALK: Final = "walk"
TELL: Final = "tell"
END: Final = "end"
# A node hears of a change within a second; a batch under way takes less than another.
LOOK_AGAIN: Final = (timedelta(seconds=2), timedelta(seconds=5))
# Short enough that whoever ends the freeze, which a piece locks, waits for less than a second.
_PIECE: Final = 2_000
# Of so many in one commit the end of a freeze may consist; it is asked for again once the deeds have walked more.
_MOST_PIECES: Final = 10
_NEXT_LOOK: Final = timedelta(seconds=1)
# Clocks of nodes differ; what was let in so much earlier was there when the freeze began.
_EARLIER: Final = timedelta(minutes=1)
_NOWHERE: Final = UUID(int=0)
_BEGINNING: Final = (0, _NOWHERE)


async def begin(connection: asyncpg.Connection, found: Freeze, now: datetime) -> None:
    """See that what waits is held, and a moment later what a node let in that had not heard of the freeze."""
    await _walk(connection, found.freeze_id, found.account_id, (_NOWHERE, *_BEGINNING), now)
    for place, after in enumerate(LOOK_AGAIN):
        again = NewDeadline(AGAIN, f"{found.freeze_id} look {place}", found.account_id, now + after)
        await set_deadline(connection, again)


async def look(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Begin a walk through the queue, once none is under way: of what came late, or of all where something came back.

    It locks nothing but the deadline, since a dispatcher that sets the same waits for it.
    """
    number, what, *_ = due.subject.split(" ")
    row = await connection.fetchrow(
        "SELECT f.begun_at, f.account_id, EXISTS (SELECT FROM deadlines d WHERE d.kind = $2"
        " AND starts_with(d.subject, f.freeze_id || ' walk ')) AS walking FROM freezes f WHERE f.freeze_id = $1",
        *(int(number), AGAIN),
    )
    if row["walking"]:
        await set_deadline(connection, NewDeadline(AGAIN, due.subject, due.account_id, now + _NEXT_LOOK))
        return
    since = earliest(row["begun_at"] - _EARLIER) if what == "look" else _NOWHERE
    await _walk(connection, int(number), row["account_id"], (since, *_BEGINNING), now)


async def step(connection: asyncpg.Connection, found: Freeze, due: Due, now: datetime) -> None:
    """Hold what of one piece of the queue a locked freeze stops, and see that the next piece follows."""
    since, account, message = due.subject.split(" ")[2:]
    after = await _piece(connection, found, (UUID(since), int(account), UUID(message)), now)
    if after is not None:
        await _walk(connection, found.freeze_id, found.account_id, (UUID(since), *after), now)


async def finish(connection: asyncpg.Connection, found: Freeze, now: datetime) -> None:
    """Hold the rest of what waits now, where a walk is not over: what is refused as a whole is held as a whole.

    Raises:
        WrongStepError: that is more than a commit may take.
    """
    waits = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM deadlines WHERE kind = $1 AND subject ~ ('^' || $2::text || ' (walk|look|back)'))",
        *(AGAIN, str(found.freeze_id)),
    )
    after: tuple[int, UUID] | None = _BEGINNING if waits else None
    for _ in range(_MOST_PIECES):
        if after is None:
            return
        after = await _piece(connection, found, (_NOWHERE, *after), now)
    if after is not None:
        raise WrongStepError("What waits is still being taken out of the queue.", "Decide it again in a minute.")


async def _walk(
    connection: asyncpg.Connection, number: int, account_id: int | None, place: tuple[UUID, int, UUID], now: datetime
) -> None:
    subject = " ".join(str(one) for one in (number, WALK, *place))
    await set_deadline(connection, NewDeadline(AGAIN, subject, account_id, now))


async def _piece(
    connection: asyncpg.Connection, found: Freeze, place: tuple[UUID, int, UUID], now: datetime
) -> tuple[int, UUID] | None:
    """Hold what of a piece is stopped; where the next one begins, or None where there is none."""
    since, *after = place
    found_here = await connection.fetchrow(load("complaint_park_find"), found.freeze_id, _PIECE, *after, since)
    rows = await connection.fetch(load("complaint_park_lock"), found_here["accounts"], found_here["messages"])
    if rows:
        locked = [row["account_id"] for row in rows], [row["message_id"] for row in rows]
        await connection.fetchval(load("complaint_park"), found.freeze_id, now, *locked)
    next_account = found_here["next_account"]
    return None if next_account is None else (next_account, found_here["next_message"])
