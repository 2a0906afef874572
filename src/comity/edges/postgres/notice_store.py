"""Owns notices to accounts in PostgreSQL: left, listed, opened, and whom they are mailed to; must not send any.

A notice is left in the transaction that makes it true. It is kept, told to the webhooks that asked for the kind
`notice`, queued for the account's e-mail addresses, and readable at `GET /api/notices`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import SettingsError
from comity.edges.postgres.statements import load
from comity.journey.notices import read_email, read_language

MOST_ADDRESSES: Final = 20


class NewNotice(msgspec.Struct, frozen=True):
    """A notice to leave.

    Attributes:
        kind: what it is about.
        body: what is said, as JSON.
        version: the policy version it is about, "" for none.
    """

    kind: str
    body: Mapping[str, Any]
    version: str = ""


class Notice(msgspec.Struct, frozen=True):
    """A notice as its account reads it.

    Attributes:
        number: its place in the order they were left.
        version: the policy version it is about, "" for none.
        read_at: when it was first asked for by its id; None while it was not.
    """

    notice_id: UUID
    number: int
    kind: str
    body: dict[str, Any]
    version: str
    left_at: datetime
    read_at: datetime | None


class NoticeAddress(msgspec.Struct, frozen=True):
    """Whom of an account notices are mailed to; the language is ISO 639-1."""

    email: str
    language: str
    added_at: datetime


async def leave_notice(
    connection: asyncpg.Connection, account_id: int, kind: str, body: Mapping[str, Any], now: datetime
) -> UUID:
    """Leave a notice to one account; part of the caller's transaction. Returns its id.

    Args:
        connection: of the road, in the transaction that makes it true.
        account_id: whose it is.
        kind: what it is about, such as `policy-change`; mails have their words by it (`comity.edges.mail`).
        body: what is said, as JSON; `summary` in it, one sentence, is what a mail of an unknown kind says.
        now: the instant it is left at.
    """
    (left,) = await leave_notices(connection, [account_id], NewNotice(kind, body), now)
    return left


async def leave_notices(
    connection: asyncpg.Connection, account_ids: Sequence[int], notice: NewNotice, now: datetime
) -> list[UUID]:
    """Leave the same notice to each account, in one statement; the ids in their order.

    Args:
        connection: of the road, in the transaction that makes it true.
        account_ids: whose they are.
        notice: what is said.
        now: the instant they are left at.
    """
    if not account_ids:
        return []
    rows = await connection.fetch(
        "SELECT leave_notices($1, $2, $3, $4, $5) AS notice_id",
        list(account_ids),
        notice.kind,
        dict(notice.body),
        notice.version,
        now,
    )
    return [row["notice_id"] for row in rows]


async def list_notices(
    connection: asyncpg.Connection, account_id: int, *, before: int | None = None, most: int = 50, unread: bool = False
) -> list[Notice]:
    """An account's notices, the newest first; those before a number, when one is given."""
    rows = await connection.fetch(load("notice_list"), account_id, before, most, unread)
    return [Notice(**dict(row)) for row in rows]


async def find_notice(connection: asyncpg.Connection, account_id: int, notice_id: UUID) -> Notice | None:
    """One of the account's notices, or None."""
    row = await connection.fetchrow(load("notice_find"), account_id, notice_id)
    return Notice(**dict(row)) if row else None


async def open_notice(connection: asyncpg.Connection, account_id: int, notice_id: UUID, now: datetime) -> None:
    """Note that the account read one; the first time counts. Of the road: an account does not write its own proof."""
    await connection.execute(
        "UPDATE notices SET read_at = $3 WHERE account_id = $1 AND notice_id = $2 AND read_at IS NULL",
        account_id,
        notice_id,
        now,
    )


async def add_address(
    connection: asyncpg.Connection, account_id: int, email: str, language: str, now: datetime
) -> None:
    """Mail an account's notices to an address from now on; again, it sets the language.

    Raises:
        SettingsError: it is no address that can be mailed to, or the account has too many.
    """
    row = await connection.fetchval(
        load("notice_address_add"), account_id, read_email(email), read_language(language), now, MOST_ADDRESSES
    )
    if row is None:
        raise SettingsError(f"The account has {MOST_ADDRESSES} addresses already.", "Remove one first.")


async def remove_address(
    connection: asyncpg.Connection, account_id: int, email: str, *, but: UUID | None = None
) -> bool:
    """Mail no more to an address; what waits for it is given up, but for one notice. Whether there was one."""
    return bool(await connection.fetchval(load("notice_address_remove"), account_id, email.strip(), but))


async def list_addresses(connection: asyncpg.Connection, account_id: int) -> list[NoticeAddress]:
    """Whom of an account notices are mailed to."""
    rows = await connection.fetch(
        "SELECT email, language, added_at FROM notice_addresses WHERE account_id = $1 ORDER BY added_at, email",
        account_id,
    )
    return [NoticeAddress(**dict(row)) for row in rows]
