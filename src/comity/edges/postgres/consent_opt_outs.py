"""Owns opt-outs in PostgreSQL: put down, taken back, listed, each with evidence; must not know any door's dialect."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from comity.edges.postgres.consent_store import CONSENT, WITHDRAWAL
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.statements import load

LAST: Final = (1 << 63) - 1
BY_ACCOUNT: Final = "api"
"""The source of what an account put down itself, and may take back; all else is the person's own."""
_KEPT: Final = "number, recipient, scope, subject, source, memo, at"


class OptOut(msgspec.Struct, frozen=True):
    """That a person is to be left alone.

    Attributes:
        recipient: MSISDN (digits).
        scope: of `comity.consent.ledger.SCOPES`.
        subject: the brand or category; "" for everything.
        source: how it came: reply, api, carrier.
        memo: the account's own note, or the number that was written to.
    """

    recipient: str
    scope: str = "everything"
    subject: str = ""
    source: str = BY_ACCOUNT
    memo: str = ""


async def put_opt_out(connection: asyncpg.Connection, account_id: int, wish: OptOut, now: datetime) -> int | None:
    """Leave a person alone from now on, with evidence; the opt-out's number, None where it was there already."""
    async with connection.transaction():
        row = await connection.fetchrow(load("consent_opt_out_add"), account_id, *msgspec.structs.astuple(wish), now)
        if row is None:
            return None
        await append(connection, account_id, WITHDRAWAL, _evidence(wish, row["number"]), now, number=wish.recipient)
    number: int = row["number"]
    return number


async def take_back(
    connection: asyncpg.Connection, account_id: int, which: int | str, how: str, now: datetime
) -> dict[str, Any] | None:
    """Take back an opt-out that the account put down, with evidence: by its number, or a recipient's from everything.

    Returns:
        What was taken back; None where there was none, or the person asked for it themselves.
    """
    what = "number = $2" if isinstance(which, int) else "recipient = $2 AND scope = 'everything'"
    async with connection.transaction():
        row = await connection.fetchrow(
            f"DELETE FROM opt_outs WHERE account_id = $1 AND {what} AND source = $3"  # noqa: S608  no words of others
            f" RETURNING {_KEPT}",
            account_id,
            which,
            BY_ACCOUNT,
        )
        if row is None:
            return None
        wish = OptOut(row["recipient"], row["scope"], row["subject"], row["source"], row["memo"])
        body = {**_evidence(wish, row["number"]), "taken_back": how}
        await append(connection, account_id, CONSENT, body, now, number=wish.recipient)
    return dict(row)


async def opt_out_of(connection: asyncpg.Connection, account_id: int, number: int) -> dict[str, Any] | None:
    """An opt-out by its number, as it is until the transaction ends."""
    row = await connection.fetchrow(
        f"SELECT {_KEPT} FROM opt_outs WHERE account_id = $1 AND number = $2 FOR UPDATE",  # noqa: S608  columns' names
        account_id,
        number,
    )
    return dict(row) if row else None


async def find_opt_out(connection: asyncpg.Connection, account_id: int, wish: OptOut) -> dict[str, Any]:
    """The opt-out that stands for a wish that was put down."""
    row = await connection.fetchrow(
        f"SELECT {_KEPT} FROM opt_outs"  # noqa: S608  columns' names
        " WHERE account_id = $1 AND recipient = $2 AND scope = $3 AND lower(subject) = lower($4)",
        account_id,
        wish.recipient,
        wish.scope,
        wish.subject,
    )
    return dict(row)


async def list_opt_outs(
    connection: asyncpg.Connection, account_id: int, recipient: str | None, before: int = LAST, most: int = 1
) -> list[dict[str, Any]]:
    """Opt-outs of an account, newest first, below a number."""
    rows = await connection.fetch(load("consent_opt_out_list"), account_id, recipient, before, most)
    return [dict(row) for row in rows]


def _evidence(wish: OptOut, number: int) -> dict[str, Any]:
    return {"opt_out": number, **msgspec.structs.asdict(wish)}
