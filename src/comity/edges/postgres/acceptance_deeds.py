"""Owns how a policy version reaches every account and how its day is kept: announced, reminded of, begun, taken back.

It must not know how versions are written or published. Each step is one transaction; what a step does to the answers
is `accounts.acceptance`'s table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from comity.accounts.acceptance import TRANSITIONS, Answer, AnswerEvent
from comity.edges.postgres.acceptance_store import GivenAnswer, close_account
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.notice_store import NewNotice, leave_notices
from comity.edges.postgres.statements import load

REMINDER: Final = "policy-reminder"
EFFECTIVE: Final = "policy-effective"
"""The kinds of deadlines: the subject is the version, for a reminder with the days that are left before it."""
REMINDED_DAYS: Final = (7, 1)
_MOST_CHANGES: Final = 50


class Announcement(msgspec.Struct, frozen=True):
    """A version that was published.

    Attributes:
        effective: the day (UTC) from which it holds.
        substantial: whether it wants an answer.
        changes: what it changes from the version in force, in lines.
    """

    version: str
    digest: str
    effective: date
    substantial: bool
    changes: Sequence[str]


async def announce(connection: asyncpg.Connection, new: Announcement, now: datetime) -> int:
    """Tell every account that is not closed, and set the deadlines of a version that wants an answer.

    Part of the transaction that publishes it. Returns how many accounts were told.
    """
    changes = [*new.changes[:_MOST_CHANGES], *(["..."] if len(new.changes) > _MOST_CHANGES else [])]
    await connection.execute(
        load("policychange_announce"), new.version, new.digest, new.effective, new.substantial, changes, now
    )
    rows = await connection.fetch(load("policychange_ask"), new.version, new.substantial, now)
    kind = "policy-change" if new.substantial else "policy-news"
    body = _body(new, changes)
    await leave_notices(connection, [row["account_id"] for row in rows], NewNotice(kind, body, new.version), now)
    if new.substantial:
        await _set_deadlines(connection, new, now)
    return len(rows)


async def take_back(connection: asyncpg.Connection, version: str, now: datetime) -> int:
    """A version was withdrawn: nobody need answer it, and who was told is told. How many accounts were."""
    effective = await connection.fetchval(
        "UPDATE policy_announcements SET withdrawn_at = $2 WHERE version = $1 RETURNING effective", version, now
    )
    if effective is None:
        return 0
    await drop_deadline(connection, EFFECTIVE, version)
    for days in REMINDED_DAYS:
        await drop_deadline(connection, REMINDER, f"{days} {version}")
    await _move(connection, version, AnswerEvent.WITHDRAW, now)
    rows = await connection.fetch(
        "SELECT DISTINCT account_id FROM notices WHERE version = $1 AND kind IN ('policy-change', 'policy-news')",
        version,
    )
    body = {
        "version": version,
        "effective": effective.isoformat(),
        "summary": f"Version {version} of the policy was taken back before its day.",
    }
    accounts = [row["account_id"] for row in rows]
    await leave_notices(connection, accounts, NewNotice("policy-withdrawn", body, version), now)
    return len(accounts)


async def remind(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Remind who has not answered; a deed for `REMINDER`."""
    days, _, version = due.subject.partition(" ")
    told = await _announced(connection, version)
    if told is None or _begins(told["effective"]) <= now:
        return
    rows = await connection.fetch(load("policychange_silent"), version)
    body = {**_short(version, told["effective"]), "days": int(days)}
    body["summary"] = f"Version {version} of the policy holds from {told['effective']}, and wants your answer."
    await leave_notices(connection, [row["account_id"] for row in rows], NewNotice(REMINDER, body, version), now)


async def begin(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """A version's day has come: who accepted is bound, who declined is closed, who was silent is told.

    A deed for `EFFECTIVE`. Done again it finds nothing left to do.
    """
    version = due.subject
    told = await _announced(connection, version)
    if told is None:
        return
    row = await connection.fetchrow(load("policychange_version"), version)
    if row is None or not row["begun"]:  # its deadline was early: the database's day has not come
        await set_deadline(connection, NewDeadline(EFFECTIVE, version, None, now + timedelta(minutes=1)))
        return
    if not row["counts"]:  # another took its place before it held for anybody
        await _move(connection, version, AnswerEvent.WITHDRAW, now)
        return
    await connection.execute(load("policychange_unasked"), version, now)
    moved = await _move(connection, version, AnswerEvent.BEGIN, now)
    for one in moved:
        if one["state"] == Answer.LEFT:
            declined = GivenAnswer(one["account_id"], version, AnswerEvent.DECLINE, one["person"], one["address"])
            await close_account(connection, declined, now)
    silent = [one["account_id"] for one in moved if one["state"] == Answer.SILENT]
    body = _short(version, told["effective"])
    body["summary"] = f"Version {version} of the policy holds, and nobody of the account accepted it."
    await leave_notices(connection, silent, NewNotice(EFFECTIVE, body, version), now)


async def _set_deadlines(connection: asyncpg.Connection, new: Announcement, now: datetime) -> None:
    begins = _begins(new.effective)
    await set_deadline(connection, NewDeadline(EFFECTIVE, new.version, None, begins))
    for days in REMINDED_DAYS:
        at = begins - timedelta(days=days)
        if at > now:
            await set_deadline(connection, NewDeadline(REMINDER, f"{days} {new.version}", None, at))


async def _move(
    connection: asyncpg.Connection, version: str, event: AnswerEvent, now: datetime
) -> list[asyncpg.Record]:
    """The answers to a version that an event changes, after it, in the order of accounts."""
    steps = {state.value: after.value for (state, what), after in TRANSITIONS.items() if what is event}
    rows: list[asyncpg.Record] = await connection.fetch(
        load("policychange_move"), version, list(steps), list(steps.values()), now
    )
    return rows


async def _announced(connection: asyncpg.Connection, version: str) -> asyncpg.Record | None:
    return await connection.fetchrow(
        "SELECT effective FROM policy_announcements WHERE version = $1 AND withdrawn_at IS NULL FOR UPDATE", version
    )


def _body(new: Announcement, changes: Sequence[str]) -> dict[str, Any]:
    word = "changes" if new.substantial else "has a new version"
    return {
        **_short(new.version, new.effective),
        "digest": new.digest,
        "substantial": new.substantial,
        "changes": list(changes),
        "summary": f"The acceptable use policy {word}: version {new.version} holds from {new.effective}.",
    }


def _short(version: str, effective: date) -> dict[str, Any]:
    return {"version": version, "effective": effective.isoformat()}


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
