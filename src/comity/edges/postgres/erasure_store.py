"""Owns erasures in PostgreSQL: asked for, tried until nothing is in their way, done; must not know what the law needs.

An erasure destroys the number's key, and with it every copy of a text that was sealed with it, wherever that is kept;
then it takes the number out of the rows. What was asked is one deadline, tried again until it is done.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import StoreError
from comity.edges.postgres.complaint_erasure import erase_of_number
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import append, erase_number
from comity.edges.postgres.statements import load
from comity.edges.postgres.vault_codecs import NOBODYS
from comity.evidence.erasing import KEPT, Found, Kept, State, next_state

DEADLINE: Final = "erasure"
ASKED: Final = "erasure-request"
# When it is tried again: a message that waits goes within minutes, an order holds for days.
_AGAIN: Final = {State.WAITING: timedelta(minutes=1), State.PRESERVED: timedelta(days=1)}
_EVENTS_AT_ONCE: Final = 1000
_FIRST: Final = UUID(int=0)


class Erasure(msgspec.Struct, frozen=True):
    """A request to erase a number, as it stands.

    Attributes:
        destroyed: how many of each kind are gone.
        kept: what outlives it, and why; known once it was tried.
    """

    erasure_id: UUID
    account_id: int
    state: State
    asked_by: str
    asked_at: datetime
    tried_at: datetime | None = None
    done_at: datetime | None = None
    destroyed: dict[str, int] = {}
    kept: tuple[Kept, ...] = ()


async def ask(connection: asyncpg.Connection, account_id: int, number: str, by: str, now: datetime) -> Erasure:
    """Ask that all an account has on a number is erased; it is tried at once, by the desk.

    Args:
        connection: of the road, with the vault.
        account_id: whose.
        number: the MSISDN (digits).
        by: who asks.
        now: the present.
    """
    async with connection.transaction():
        subject = await subject_of(connection, account_id, number)
        row = await connection.fetchrow(load("erasure_ask"), account_id, subject, number, by, now)
        if row["is_new"]:
            await append(connection, account_id, ASKED, {"erasure": str(row["erasure_id"]), "by": by}, now)
            await set_deadline(
                connection, NewDeadline(DEADLINE, _subject(account_id, row["erasure_id"]), account_id, now)
            )
    return await _found(connection, account_id, row["erasure_id"])


async def erase_now(connection: asyncpg.Connection, account_id: int, number: str, by: str, now: datetime) -> Erasure:
    """Ask for an erasure and try it in one transaction, without the desk."""
    async with connection.transaction():
        asked = await ask(connection, account_id, number, by, now)
        await drop_deadline(connection, DEADLINE, _subject(account_id, asked.erasure_id))
        return await attempt(connection, account_id, asked.erasure_id, now) or asked


async def _found(connection: asyncpg.Connection, account_id: int, erasure_id: UUID) -> Erasure:
    found = await find(connection, account_id, erasure_id)
    if found is None:
        raise StoreError("An erasure is gone that was just asked for.")
    return found


async def find(connection: asyncpg.Connection, account_id: int, erasure_id: UUID) -> Erasure | None:
    """One of an account's erasures."""
    row = await connection.fetchrow(
        "SELECT * FROM erasures WHERE account_id = $1 AND erasure_id = $2", account_id, erasure_id
    )
    return None if row is None else _erasure(row)


async def list_erasures(connection: asyncpg.Connection, account_id: int, before: UUID, most: int) -> list[Erasure]:
    """An account's erasures with ids below one, the newest first."""
    rows = await connection.fetch(
        "SELECT * FROM erasures WHERE account_id = $1 AND erasure_id < $2 ORDER BY erasure_id DESC LIMIT $3",
        account_id,
        before,
        most,
    )
    return [_erasure(row) for row in rows]


async def subject_of(connection: asyncpg.Connection, account_id: int, number: str) -> bytes:
    """What stands for an account's number; the connection's codec knows."""
    found: bytes = await connection.fetchval("SELECT ROW($1::bigint, $2::text)::contact", account_id, number)
    return found


async def erase_due(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Try an erasure, the deed of its deadline; where something is in its way, it is tried again later."""
    account, _, erasure = due.subject.partition(" ")
    await attempt(connection, int(account), UUID(erasure), now)


async def attempt(connection: asyncpg.Connection, account_id: int, erasure_id: UUID, now: datetime) -> Erasure | None:
    """Erase, or say what is in the way; within the caller's transaction."""
    async with connection.transaction():
        row = await connection.fetchrow(
            "SELECT * FROM erasures WHERE account_id = $1 AND erasure_id = $2 AND state <> 'done' FOR UPDATE",
            account_id,
            erasure_id,
        )
        if row is not None:
            await _attempt(connection, row, now)
        return await find(connection, account_id, erasure_id)


async def _attempt(connection: asyncpg.Connection, row: asyncpg.Record, now: datetime) -> None:
    account_id, number = row["account_id"], row["number"]
    # Who seals anything for this account waits here, and looks its keys up anew afterwards.
    await connection.execute("SELECT pg_advisory_xact_lock(body_lock($1))", account_id)
    way = await connection.fetchrow(load("erasure_found"), account_id, number, now)
    state = next_state(Found(**way))
    about = await subject_of(connection, NOBODYS, number)
    kept = await _kept(connection, account_id, (number, about), now)
    destroyed: dict[str, int] = {}
    if state is State.DONE:
        destroyed = await _destroy(connection, account_id, number, row["subject"], now)
        body = {"erasure": str(row["erasure_id"]), "destroyed": destroyed, "kept": [one.what for one in kept]}
        await append(connection, account_id, "erasure-done", body, now)
    else:
        key = _subject(account_id, row["erasure_id"])
        await set_deadline(connection, NewDeadline(DEADLINE, key, account_id, now + _AGAIN[state]))
    await connection.execute(
        "UPDATE erasures SET state = $3, tried_at = $4, done_at = CASE WHEN $3 = 'done' THEN $4::timestamptz END,"
        " destroyed = $5, kept = $6, number = CASE WHEN $3 <> 'done' THEN number END"
        " WHERE account_id = $1 AND erasure_id = $2",
        account_id,
        row["erasure_id"],
        state.value,
        now,
        destroyed,
        msgspec.to_builtins(kept),
    )


async def _destroy(
    connection: asyncpg.Connection, account_id: int, number: str, subject: bytes, now: datetime
) -> dict[str, int]:
    gone = await connection.execute("DELETE FROM body_keys WHERE account_id = $1 AND subject = $2", account_id, subject)
    nobody = f"erased-{secrets.token_hex(8)}"
    messages = await connection.fetchval(load("erasure_messages"), account_id, number, nobody, now)
    replies = await connection.fetchval(load("erasure_replies"), account_id, number, nobody)
    rest = await connection.fetchrow(load("erasure_rest"), account_id, number)
    events = await _forget_events(connection, account_id, number)
    about = await subject_of(connection, NOBODYS, number)
    complaints = await erase_of_number(connection, account_id, (number, about), now)
    await connection.execute(load("erasure_leftovers"), account_id, nobody)
    payloads = await erase_number(connection, account_id, number, now, law_kept=False)
    return {
        "keys": int(gone.rpartition(" ")[2]),
        "messages": messages,
        "replies": replies,
        "deliveries": rest["deliveries"] + events,
        "consent_requests": rest["requests"],
        "evidence_payloads": payloads,
        "complaints": complaints,
    }


async def _forget_events(connection: asyncpg.Connection, account_id: int, number: str) -> int:
    """Webhooks are not told any more of a number that is erased; the boxes must be opened to find it."""
    forgotten, after = 0, _FIRST
    while rows := await connection.fetch(load("erasure_events"), account_id, after, _EVENTS_AT_ONCE):
        named = [row["event_id"] for row in rows if number in row["body"]]
        for table in ("webhook_events", "webhook_last_events"):
            done = await connection.execute(
                f"DELETE FROM {table} WHERE account_id = $1 AND event_id = ANY ($2::uuid[])",  # noqa: S608  names are ours
                account_id,
                named,
            )
            forgotten += int(done.rpartition(" ")[2])
        after = rows[-1]["event_id"]
    return forgotten


async def _kept(
    connection: asyncpg.Connection, account_id: int, number: tuple[str, bytes], now: datetime
) -> list[Kept]:
    counts = await connection.fetchrow(load("erasure_kept"), account_id, *number, now)
    kept = [KEPT[kind] for kind, count in counts.items() if count]
    proven = any(counts[kind] for kind in ("opt_outs", "consents", "withdrawals", "proofs"))
    return [*kept, *([KEPT["evidence"]] if proven else []), KEPT["charges"]]


def _subject(account_id: int, erasure_id: UUID) -> str:
    return f"{account_id} {erasure_id}"


_FIELDS: Final = tuple(name for name in Erasure.__struct_fields__ if name not in {"state", "kept"})


def _erasure(row: Any) -> Erasure:  # noqa: ANN401  asyncpg's record
    kept: Sequence[Any] = msgspec.convert(row["kept"], tuple[Kept, ...])
    return Erasure(**{name: row[name] for name in _FIELDS}, state=State(row["state"]), kept=tuple(kept))
