"""Owns what complaints say of people: sealed, opened, and erased for good; must not know why or when.

Text, words, the number of the person and how to reach the reporter are one box, with a key of its own that is no
account's. A complaint that was kept before there were boxes is sealed by the upkeep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from comity.edges.postgres.statements import load
from comity.edges.postgres.vault_codecs import OwnBox

AT_ONCE: Final = 500
_LEFT_IN: Final = ("complaints", "complaint_events", "complaint_codes")


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sealed of a complaint; all empty where it was erased.

    Attributes:
        text: the message complained of.
        words: what the reporter says of it.
        recipient: the number that got it, digits.
        contact: how the reporter is reached, sealed to the key of the evidence log besides.
    """

    text: str = ""
    words: str = ""
    recipient: str = ""
    contact: bytes = b""


def box_of(number: str, told: Told) -> OwnBox | None:
    """What is kept of it, bound to the complaint of that number; None where there is nothing to seal."""
    if told == Told():
        return None
    return OwnBox(f"complaint {number}", msgspec.json.encode(told).decode(), told.recipient)


def told_in(row: Mapping[str, Any]) -> Told:
    """What a row of `complaints` with its `said` (`complaint_said`) tells, sealed or not."""
    if row["body"] is not None:
        return msgspec.json.decode(row["said"], type=Told) if row["said"] else Told()
    return Told(row["text"], row["words"], row["recipient"], row["reporter_box"] or b"")


def opened(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row, with what it tells in its columns."""
    told = told_in(row)
    columns = {"text": told.text, "words": told.words, "recipient": told.recipient}
    return {**row, **columns, "reporter_box": told.contact or None}


async def seal_old(connection: asyncpg.Connection) -> int:
    """Seal complaints that lie open, some at a time; how many."""
    async with connection.transaction():
        rows = await connection.fetch(load("complaint_unsealed"), AT_ONCE)
        boxes = [(row["complaint_id"], box_of(row["number"], told_in(row))) for row in rows]
        await connection.executemany(load("complaint_seal"), boxes)
        if boxes:
            await connection.execute("SELECT note_leftovers($1)", _LEFT_IN)
    return len(rows)


async def erase(connection: asyncpg.Connection, complaint_ids: Sequence[int], now: datetime) -> int:
    """What these say of people is gone, with its keys: left is that there was one, its kind, when, and what came of it.

    Within the caller's transaction, which holds their rows; how many were not erased before.
    """
    gone: int = await connection.fetchval(load("complaint_erase"), list(complaint_ids), now)
    await connection.execute(load("complaint_words"), list(complaint_ids))
    if gone:
        await connection.execute("SELECT note_leftovers($1)", _LEFT_IN)
    return gone
