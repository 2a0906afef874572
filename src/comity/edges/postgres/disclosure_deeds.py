"""Owns what happens to requests for information and to orders at an instant; must not know any clock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from comity.disclosure.life import UNDECIDED
from comity.edges.postgres import disclosure_cases, disclosure_telling
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.disclosure_store import Disclosure, Step, change, find, write_event


async def remind(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The time to answer runs out: the case comes first; the deed of `disclosure-reminder`."""
    request = await _locked(connection, due.subject.split(" ")[0])
    if request.state in UNDECIDED:
        await disclosure_cases.put_first(connection, request, "reminder", now)


async def reach_deadline(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The time to answer is over, and the request still waits; the deed of `disclosure-due`.

    It stays to be answered, late: nothing goes out, and nothing is refused, without a person's word.
    """
    request = await _locked(connection, due.subject)
    if request.state not in UNDECIDED or request.due_at > now:
        return
    moved = await change(connection, request, overdue_at=now)
    await write_event(connection, moved, "overdue", Step("", now), {"due_at": request.due_at.isoformat()})
    await disclosure_cases.put_first(connection, moved, "overdue", now)


async def tell_accounts(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The day has come on which a legal order lets accounts know; the deed of `disclosure-tell`."""
    await disclosure_telling.tell(connection, await _locked(connection, due.subject), now)


async def _locked(connection: asyncpg.Connection, key: str) -> Disclosure:
    return await find(connection, UUID(key), lock=True)
