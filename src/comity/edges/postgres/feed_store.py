"""Owns feeds of complaints in PostgreSQL: partners and their keys, reports taken once; must not know any form or door.

A report is filed as a complaint in the transaction that notes its id, so that one that comes again, or whose answer was
lost, is known. What a feed says counts as independent reporters only as far as the operator gave it weight: people it
speaks for are spread over so many names, and no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import asyncpg
import msgspec

from comity.accounts.keys import hash_secret, new_client_id, new_secret
from comity.complaints.complaint import Channel, NewComplaint
from comity.complaints.feed import FedReport
from comity.complaints.reporters import reporter_key
from comity.edges.postgres.complaint_store import file_complaint
from comity.edges.postgres.operator_store import AlreadyThereError

MOST_WEIGHT: Final = 10
# A clock of theirs may be ahead of ours by so much.
_AHEAD: Final = timedelta(hours=26)


class Feed(msgspec.Struct, frozen=True):
    """A partner that hands in complaints.

    Attributes:
        weight: as how many independent reporters its word counts at most.
        proven: whether it has checked that who complains got the message.
    """

    feed_id: int
    name: str
    weight: int
    proven: bool
    secret_hash: bytes = b""


class Taken(msgspec.Struct, frozen=True):
    """What became of one report.

    Attributes:
        report_id: its id, as the feed wrote it; "" where it could not be read.
        state: `filed`, `duplicate`, `no-complaint` (it says that nothing is wrong), or `refused`.
        number: of the complaint, "" for none.
        matched: how many messages it was linked to.
        error: what is wrong with it, "" for nothing.
    """

    report_id: str
    state: Literal["filed", "duplicate", "no-complaint", "refused"]
    number: str = ""
    matched: int = 0
    error: str = ""


async def add_feed(
    connection: asyncpg.Connection, name: str, weight: int, proven: bool, now: datetime
) -> tuple[str, str]:
    """Let a partner hand in complaints: client id and secret, shown this once. One that left comes back with a new key.

    Raises:
        AlreadyThereError: there is a feed of that name.
    """
    hash_key = await connection.fetchval("SELECT hash_key FROM installation")
    client_id, secret = new_client_id(), new_secret()
    added = await connection.fetchval(
        "INSERT INTO complaint_feeds (name, client_id, secret_hash, weight, proven, added_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (name) DO UPDATE SET client_id = excluded.client_id, secret_hash = excluded.secret_hash,"
        " weight = excluded.weight, proven = excluded.proven, removed_at = NULL"
        " WHERE complaint_feeds.removed_at IS NOT NULL RETURNING true",
        name,
        client_id,
        hash_secret(secret, hash_key),
        weight,
        proven,
        now,
    )
    if not added:
        raise AlreadyThereError(f"There is a feed named {name} already.", "Remove it first, to give it a new key.")
    return client_id, secret


async def remove_feed(connection: asyncpg.Connection, name: str, now: datetime) -> bool:
    """Its key opens nothing any more, at once; False when there is no such feed. What it handed in stays."""
    removed = await connection.fetchval(
        "UPDATE complaint_feeds SET removed_at = $2 WHERE name = $1 AND removed_at IS NULL RETURNING true", name, now
    )
    return bool(removed)


async def list_feeds(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Every feed there ever was, with how many reports it handed in."""
    rows = await connection.fetch(
        "SELECT f.name, f.weight, f.proven, f.client_id, f.added_at, f.removed_at, count(r.report_id) AS reports"
        " FROM complaint_feeds f LEFT JOIN feed_reports r USING (feed_id) GROUP BY f.feed_id ORDER BY f.name"
    )
    return [dict(row) for row in rows]


async def find_feed(connection: asyncpg.Connection, client_id: str) -> Feed | None:
    """Whose key this is, while it counts."""
    row = await connection.fetchrow(
        "SELECT feed_id, name, weight, proven, secret_hash FROM complaint_feeds"
        " WHERE client_id = $1 AND removed_at IS NULL",
        client_id,
    )
    return Feed(**dict(row)) if row else None


async def feed_named(connection: asyncpg.Connection, name: str) -> Feed | None:
    """A feed by name, while it counts."""
    row = await connection.fetchrow(
        "SELECT feed_id, name, weight, proven FROM complaint_feeds WHERE name = $1 AND removed_at IS NULL", name
    )
    return Feed(**dict(row)) if row else None


async def take(connection: asyncpg.Connection, feed: Feed, channel: Channel, report: FedReport, now: datetime) -> Taken:
    """File one report, unless the feed handed it in before; in a transaction of its own, or the caller's."""
    if report.received_at is not None and report.received_at > now + _AHEAD:
        return Taken(report.report_id, "refused", error="It tells of a message that comes in the future.")
    if report.kind and not (report.text or report.sender):
        return Taken(report.report_id, "refused", error="It names neither a sender nor a text.")
    async with connection.transaction():
        new = await connection.fetchval(
            "INSERT INTO feed_reports (feed_id, report_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
            " RETURNING true",
            feed.feed_id,
            report.report_id,
            now,
        )
        if not new:
            return Taken(report.report_id, "duplicate", await _number_of(connection, feed, report))
        if not report.kind:
            return Taken(report.report_id, "no-complaint")
        hash_key: bytes = await connection.fetchval("SELECT hash_key FROM installation")
        filed = await file_complaint(connection, _complaint(feed, channel, report, hash_key), now)
        await connection.execute(
            "UPDATE feed_reports SET number = $3 WHERE feed_id = $1 AND report_id = $2",
            feed.feed_id,
            report.report_id,
            filed.number,
        )
    return Taken(report.report_id, "filed", filed.number, filed.matched)


async def _number_of(connection: asyncpg.Connection, feed: Feed, report: FedReport) -> str:
    number: str | None = await connection.fetchval(
        "SELECT number FROM feed_reports WHERE feed_id = $1 AND report_id = $2", feed.feed_id, report.report_id
    )
    return number or ""


def _complaint(feed: Feed, channel: Channel, report: FedReport, hash_key: bytes) -> NewComplaint:
    return NewComplaint(
        channel=channel,
        kind=report.kind,  # type: ignore[arg-type]  # the kinds of feeds are among these
        text=report.text,
        recipient=report.recipient,
        sender=report.sender,
        received_at=report.received_at,
        # Whose text it was is the feed's word; without a recipient it says nothing of receipt.
        proven=feed.proven and bool(report.recipient),
        reporter_key=reporter_of(feed, report, hash_key),
        words=report.words,
    )


def reporter_of(feed: Feed, report: FedReport, hash_key: bytes) -> bytes:
    """Who reports, as it counts: one of `weight` names of the feed, the same for the same recipient; 16 octets."""
    who = report.recipient or report.report_id
    spread = hashlib.blake2b(who.encode(), key=hash_key, digest_size=8).digest()
    return reporter_key(f"feed {feed.feed_id} {int.from_bytes(spread, 'big') % feed.weight}", hash_key)


def summed(taken: Sequence[Taken]) -> dict[str, int]:
    """How many were filed, were duplicates, say that nothing is wrong, or were refused."""
    counts = {"filed": 0, "duplicate": 0, "no-complaint": 0, "refused": 0}
    for one in taken:
        counts[one.state] += 1
    return counts
