"""Owns what was done in an account's name, and by whom, in PostgreSQL; must not know any door.

An entry is written in the transaction of what was done. It is about ids: it holds no text, no number and no secret.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.fences import Fence
from comity.accounts.team import SCOPES
from comity.edges.postgres.deadline_store import Due, NewDeadline, set_deadline
from comity.edges.postgres.statements import load

OLD: Final = "activity-old"
"""The kind of deadlines at which an account's old entries go; the subject is the account's number."""
KEPT: Final = timedelta(days=731)
_LONGEST: Final = 200
_AT_ONCE: Final = 1_000


class Actor(msgspec.Struct, frozen=True):
    """Who does something in an account's name.

    Attributes:
        client_id: the key that is used; "" for the operator.
        member_id: whose own key it is; None for a program's.
        network: whence, masked; "" where that is not known.
        scopes: what they may do.
        expires_at: when the key ends by itself; None for never.
        networks: from where it may be used; nothing for anywhere.
        secret_hash: of the secret that they came in with.
    """

    client_id: str = ""
    member_id: int | None = None
    network: str = ""
    scopes: frozenset[str] = frozenset(SCOPES)
    expires_at: datetime | None = None
    networks: tuple[str, ...] = ()
    secret_hash: bytes = b""

    @property
    def word(self) -> str:
        """How evidence names them."""
        return self.client_id or "operator"

    @property
    def fence(self) -> Fence:
        """When their key ends, and from where it may be used."""
        return Fence(self.expires_at, self.networks)


OPERATOR: Final = Actor()


class Wanted(msgspec.Struct, frozen=True):
    """Which entries to show; "" and None for any.

    Attributes:
        operation: what was done, by its name in the API's document.
        client_id: by which key.
        person: by whose keys.
    """

    operation: str = ""
    client_id: str = ""
    person: UUID | None = None


async def note(
    connection: asyncpg.Connection, account_id: int, actor: Actor, done: tuple[str, str], now: datetime
) -> None:
    """Write down what was done, part of the caller's transaction; `done` is the operation, and what it was about."""
    operation, subject = done
    is_first: bool = await connection.fetchval(
        load("team_activity_note"),
        *(account_id, now, operation, subject[:_LONGEST], actor.client_id, actor.member_id, actor.network, OLD),
    )
    if is_first:
        await set_deadline(connection, NewDeadline(OLD, str(account_id), account_id, now + KEPT))


async def list_activity(
    connection: asyncpg.Connection, account_id: int, wanted: Wanted, before: int | None, most: int
) -> list[dict[str, Any]]:
    """Entries, the newest first, below a number: number, at, operation, subject, client_id, person, name, network."""
    rows = await connection.fetch(
        load("team_activity_list"), account_id, wanted.operation, wanted.client_id, wanted.person, before, most
    )
    return [dict(row) for row in rows]


async def forget_old(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """What is too old goes, and the next time is set where something is left."""
    account_id = int(due.subject)
    next_at = await connection.fetchval(load("team_activity_forget"), account_id, now - KEPT, _AT_ONCE)
    if next_at is not None:
        await set_deadline(connection, NewDeadline(OLD, due.subject, account_id, max(next_at + KEPT, now)))
