"""Owns `GET /api/statements/{month}`: a month of the caller's own ledger; must not book anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery

from comity.base.ids import to_wire
from comity.credits.lots import EntryKind
from comity.edges.postgres.statement_store import Entry, Place, entries_of, statement_of
from comity.edges.rest_http.paging import cursor_of, place_of, size_of
from comity.edges.rest_http.problems import UNREADABLE, ProblemError
from comity.edges.rest_http.services import Caller, Work
from comity.edges.rest_http.shown import ENTRY_ANSWERS, spec

_KINDS: Final = frozenset(kind.value for kind in EntryKind)


class StatementSum(msgspec.Struct, frozen=True):
    """What the entries of one kind come to.

    Attributes:
        kind: purchase, bonus, charge, refund, expiry, correction, payout, reversal (a payout that was taken back),
            transfer-out (to a subaccount), transfer-in (from the account above).
        micro_credits: with its sign for you: what was added is above 0, what was taken below.
        entries: how many there were.
    """

    kind: str
    micro_credits: int
    entries: int


class StatementEntry(msgspec.Struct, frozen=True):
    """One entry.

    Attributes:
        at: when it was booked.
        subject: the id of the message that was charged or refunded, or of the purchase, payout, correction or transfer.
        kind: what it is.
        lot: the lot that it touched.
        micro_credits: with its sign for you.
    """

    at: datetime
    subject: str
    kind: str
    lot: int
    micro_credits: int


class MonthStatement(msgspec.Struct, frozen=True):
    """A month of your ledger, in micro-credits, a million to the credit: opening and all its sums make closing.

    Attributes:
        month: its name; its days are UTC.
        opening: what you had when it began.
        sums: by kind.
        closing: what you had when it ended, or have now.
        final: whether nothing more can come.
        items: its entries, the oldest first.
        next: the cursor of the next page of entries; null on the last.
    """

    month: str
    opening: int
    sums: list[StatementSum]
    closing: int
    final: bool
    items: list[StatementEntry]
    next: str | None = None


@get(
    "/api/statements/{month:str}",
    opt={"scope": "billing"},
    tags=["Credits"],
    summary="A month of your ledger",
    response_description="The statement, with a page of its entries.",
    responses={**ENTRY_ANSWERS, 400: spec("This is no month or kind, the cursor is none of it, or limit is wrong.")},
)
async def show_statement(
    services: Work,
    account: Caller,
    month: FromPath[str],
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
    kind: FromQuery[str] = "",
) -> MonthStatement:
    """What was bought, charged, refunded, expired, corrected and paid back. `kind` lists the entries of one kind."""
    pages = (month, limit, cursor, kind)
    async with services.tenants.account(account.account_id) as connection:
        return await month_statement(connection, account.account_id, pages, services.clock.now())


async def month_statement(
    connection: asyncpg.Connection, account_id: int, asked: tuple[str, int | None, str | None, str], now: datetime
) -> MonthStatement:
    """A month of an account's ledger with a page of its entries.

    Args:
        connection: of the account, or of the road.
        account_id: whose.
        asked: the month, how many entries, the cursor, and the kind of entries; "" for all.
        now: the instant.

    Raises:
        ProblemError, SettingsError: one of these cannot be one.
    """
    month, limit, cursor, kind = asked
    if kind and kind not in _KINDS:
        raise ProblemError(UNREADABLE, "There is no such kind of entry.", f"Take one of {', '.join(sorted(_KINDS))}.")
    most, after = size_of(limit), place_of(cursor, Place)
    found = await statement_of(connection, account_id, month, now)
    rows = await entries_of(connection, account_id, month, after, most + 1, kind)
    last = rows[most - 1] if len(rows) > most else None
    place = cursor_of(Place(last.at, last.subject, last.kind, last.lot_id)) if last else None
    return MonthStatement(
        month=found.month,
        opening=found.opening,
        sums=[StatementSum(one.kind, one.micro_credits, one.entries) for one in found.sums],
        closing=found.closing,
        final=found.final,
        items=[_entry(one) for one in rows[:most]],
        next=place,
    )


CALLS: Final[tuple[Any, ...]] = (show_statement,)


def _entry(one: Entry) -> StatementEntry:
    return StatementEntry(one.at, to_wire(one.subject), one.kind, one.lot_id, one.micro_credits)
