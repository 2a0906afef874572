"""Owns what verdicts name by digest, and verdicts read back for a second look; must not know how anything is judged."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from comity.edges.postgres.statements import load
from comity.journey.backtest import Row
from comity.journey.replay import Stored
from comity.messages.verdict import Verdict, with_misses

_LAST_ID: Final = UUID(int=(1 << 128) - 1)
_ERASED_AT_ONCE: Final = 2_000


async def keep_artefacts(connection: asyncpg.Connection, artefacts: Mapping[str, tuple[str, bytes]]) -> None:
    """Keep these, by digest: kind and body."""
    if artefacts:
        kinds, bodies = zip(*artefacts.values(), strict=True)
        await connection.execute(load("artefacts_keep"), list(artefacts), kinds, bodies)


async def load_artefacts(connection: asyncpg.Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """Bodies by digest, of those that are kept."""
    rows = await connection.fetch(
        "SELECT digest, body FROM artefacts WHERE digest = ANY ($1::text[])", sorted(set(digests))
    )
    return {row["digest"]: row["body"] for row in rows}


async def find_stored(connection: asyncpg.Connection, message_id: UUID, account_id: int | None = None) -> Stored | None:
    """A message with its verdict, or None: of one account, or for the operator's own look of any."""
    row = await connection.fetchrow(load("verdict_stored"), message_id, account_id)
    if row is None:
        return None
    kept = dict(row)
    asked = msgspec.json.decode(kept.pop("asked") or b"[]", type=list[str])
    return Stored(**{**kept, "verdict": with_misses(msgspec.json.decode(row["verdict"], type=Verdict), asked)})


async def judged_rows(
    connection: asyncpg.Connection, since: UUID, account_id: int | None, at_once: int
) -> AsyncIterator[list[Row]]:
    """Judged messages from an id on, in stretches."""
    after = since
    while True:
        rows = await connection.fetch(load("backtest_chunk"), after, _LAST_ID, account_id, at_once)
        if not rows:
            return
        yield [Row(**dict(row)) for row in rows]
        after = rows[-1]["id"]


async def count_judged(connection: asyncpg.Connection, since: UUID, account_id: int | None) -> int:
    """How many messages `judged_rows` goes through."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM messages WHERE id > $1 AND ($2::bigint IS NULL OR account_id = $2)", since, account_id
    )
    return count


async def erase_texts(
    connection: asyncpg.Connection, before: UUID, account_id: int | None, recipient: str | None
) -> AsyncIterator[int]:
    """Erase texts, a batch at a time; yields how many each batch erased."""
    erased = _ERASED_AT_ONCE
    while erased == _ERASED_AT_ONCE:
        erased = await connection.fetchval(load("messages_erase"), before, account_id, recipient, _ERASED_AT_ONCE)
        yield erased


async def open_cases(
    connection: asyncpg.Connection, title: str, digest: str, person: str, found: Iterable[tuple[int, UUID, str]]
) -> list[asyncpg.Record]:
    """Open a case for each account, naming its messages; returns case and account numbers."""
    accounts, ids, findings = [list(column) for column in zip(*found, strict=True)] or ([], [], [])
    rows: list[asyncpg.Record] = await connection.fetch(
        load("cases_open"), title, digest, person, accounts, ids, findings
    )
    return rows
