"""Owns what is done about challenges when it is due: told, lapsed, settled in pieces; must not know doors (U15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from comity.accounts.challenges import ELSEWHERE, CountryTerms, Kind, State
from comity.base.ids import to_wire
from comity.cases.life import Event as CaseEvent
from comity.edges.postgres.case_holds import settle_hold
from comity.edges.postgres.case_store import find_case
from comity.edges.postgres.challenge_codes import send_codes
from comity.edges.postgres.challenge_steps import DUE, KIND, SETTLE, about, id_of
from comity.edges.postgres.challenge_steps import lapse as lapse_challenge
from comity.edges.postgres.challenge_store import Challenge, lock_challenge, terms
from comity.edges.postgres.deadline_store import Due, NewDeadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.statements import load

TELL: Final = "challenge-tell"
"""The kind of deadlines at which an account is told of a challenge that was just opened."""
FORGET: Final = "challenge-forget"
"""The kind of deadlines at which it is forgotten whence keys were used long ago."""
AT_ONCE: Final = 5_000
"""So many messages are released or refused in one commit."""


async def tell(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Tell an account what is unusual, mail the code, and let its time run; the deed of `challenge-tell`."""
    found = await lock_challenge(connection, None, id_of(due.subject))
    if found.state is not State.OPEN or found.answer_by is not None:
        return
    asked = await terms(connection)
    answer_by = now + timedelta(hours=asked.answer_hours(found.kind))
    await connection.execute(
        "UPDATE challenges SET answer_by = $2 WHERE challenge_id = $1", found.challenge_id, answer_by
    )
    await connection.execute("UPDATE cases SET due_at = $2 WHERE case_id = $1", found.case_id, answer_by)
    await set_deadline(connection, NewDeadline(DUE, str(found.challenge_id), found.account_id, answer_by))
    mailed = await send_codes(connection, found, asked.country or CountryTerms(), now)
    if not mailed:
        # Nobody has a code, so it is for the desk at once.
        await connection.execute("UPDATE cases SET priority = 10, due_at = $2 WHERE case_id = $1", found.case_id, now)
    body = {**about(found), "answer_by": answer_by.isoformat(), "code_mailed_to": mailed}
    await append(connection, found.account_id, KIND, body, now)
    summary = (
        f"{seen(found)} What is sent so is held until you answer at /api/challenges/{to_wire(found.challenge_id)}."
    )
    await leave_notice(connection, found.account_id, KIND, {**body, "summary": summary}, now)


async def reach_deadline(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Nobody answered in time; the deed of `challenge-due`."""
    found = await lock_challenge(connection, None, id_of(due.subject))
    if found.state is State.OPEN:
        await lapse_challenge(connection, found, now)


async def forget(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Forget whence keys were used longer ago than the policy looks, and codes whose time is over.

    The deed of `challenge-forget`, once a day; some thousand each time, so that no commit keeps anybody waiting.
    """
    asked = (await terms(connection)).country or CountryTerms()
    await connection.execute("DELETE FROM challenge_codes WHERE expires_at <= $1", now)
    forgotten = await connection.fetchval(load("challenge_forget"), now - timedelta(days=asked.seen_days), AT_ONCE)
    if forgotten >= AT_ONCE:
        await set_deadline(connection, NewDeadline(FORGET, due.subject, None, now))
    elif await connection.fetchval("SELECT EXISTS (SELECT FROM key_origins)"):
        await set_deadline(connection, NewDeadline(FORGET, due.subject, None, now + timedelta(days=1)))


async def settle(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Release or refuse some thousand of what is held, and let the rest follow; the deed of `challenge-settle`."""
    found = await lock_challenge(connection, None, id_of(due.subject))
    if found.ended_at is None:
        return
    row = await find_case(connection, found.case_id, lock=True)
    assert row is not None, "a challenge has a case"
    event = CaseEvent.OVERTURN if found.state is State.CONFIRMED else CaseEvent.CONFIRM
    effects = await settle_hold(connection, row, event, now, most=AT_ONCE)
    if sum(effects.values()) >= AT_ONCE:
        await set_deadline(connection, NewDeadline(SETTLE, due.subject, due.account_id, now))


def seen(found: Challenge) -> str:
    """What is unusual, in a sentence."""
    at = f"{found.opened_at:%Y-%m-%d %H:%M} UTC"
    if found.kind is Kind.COUNTRY:
        whence = "further countries" if found.country == ELSEWHERE else found.country
        return f"The key {found.key} is used from {whence} since {at}, from the network {found.network}."
    facts = msgspec.to_builtins(found.facts)
    return f"Since {at} far more is sent than ever before: {facts.get('observed')} {facts.get('span')}."
