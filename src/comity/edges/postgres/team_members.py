"""Owns reading the people of an account from PostgreSQL; must not know how they come and go, or any door."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.accounts.team import MOST_PEOPLE, Role, State
from comity.base.errors import ComityError
from comity.edges.postgres.statements import load
from comity.edges.postgres.team_rights import lock_team

MEMBER: Final = (
    "SELECT account_id, member_id, public_id, name, email, role, state, invited_at, expires_at, joined_at, ended_at"
    " FROM team_members"
)


class NoPersonError(ComityError):
    """The account has no such person."""

    def __init__(self) -> None:
        super().__init__("There is no such person.", "See GET /api/team, or `comity team list`.")


class NewMember(msgspec.Struct, frozen=True):
    """Whom to invite; the address was read by `journey.notices.read_email`."""

    name: str
    email: str
    role: Role


class Member(NewMember, frozen=True):
    """A person of an account; name and address are empty once they were forgotten."""

    account_id: int
    member_id: int
    public_id: UUID
    state: State
    invited_at: datetime
    expires_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None

    @property
    def subject(self) -> str:
        """What deadlines name them by."""
        return str(self.member_id)


async def list_members(
    connection: asyncpg.Connection, account_id: int, after_id: int | None = None, most: int = MOST_PEOPLE
) -> list[Member]:
    """People of an account in the order they were invited, those who left too, behind a number."""
    rows = await connection.fetch(
        f"{MEMBER} WHERE account_id = $1 AND ($2::bigint IS NULL OR member_id > $2) ORDER BY member_id LIMIT $3",
        *(account_id, after_id, most),
    )
    return [member_of(row) for row in rows]


async def find_member(connection: asyncpg.Connection, account_id: int, public_id: UUID | None) -> Member:
    """One of an account's people, kept as they are until the transaction ends; None is nobody's id.

    Raises:
        NoPersonError: there is none.
    """
    await lock_team(connection, account_id)
    row = await connection.fetchrow(
        f"{MEMBER} WHERE account_id = $1 AND public_id = $2 FOR UPDATE", *(account_id, public_id)
    )
    if row is None:
        raise NoPersonError
    return member_of(row)


async def member_by_id(connection: asyncpg.Connection, account_id: int, member_id: int | None) -> Member:
    """As `find_member`, by the number in the store.

    Raises:
        NoPersonError: there is none.
    """
    await lock_team(connection, account_id)
    row = await connection.fetchrow(
        f"{MEMBER} WHERE account_id = $1 AND member_id = $2 FOR UPDATE", *(account_id, member_id)
    )
    if row is None:
        raise NoPersonError
    return member_of(row)


async def find_by_email(connection: asyncpg.Connection, account_id: int, email: str) -> Member:
    """One of an account's people who has not left, by their address.

    Raises:
        NoPersonError: there is none.
    """
    await lock_team(connection, account_id)
    row = await connection.fetchrow(
        f"{MEMBER} WHERE account_id = $1 AND lower(email) = lower($2) AND ended_at IS NULL FOR UPDATE",
        *(account_id, email),
    )
    if row is None:
        raise NoPersonError
    return member_of(row)


async def known_keys(
    connection: asyncpg.Connection, member: Member, now: datetime, beyond: Collection[str] = ()
) -> list[str]:
    """Keys of programs in force of which this person was shown a secret that works, in the order they were made.

    Those too that a program's key made whose secret they were shown. With `beyond`, only those that may do something
    else than these scopes.
    """
    rows = await connection.fetch(load("team_known_keys"), *(member.account_id, member.member_id, now, list(beyond)))
    return [row["client_id"] for row in rows]


def member_of(row: Any) -> Member:  # noqa: ANN401  asyncpg's record
    """A person from their row."""
    return Member(
        **{
            **{name: row[name] for name in Member.__struct_fields__},
            "role": Role(row["role"]),
            "state": State(row["state"]),
        }
    )
