"""Owns accounts' answers to policy versions in PostgreSQL, each one commit with its evidence and its effect (G5, G6).

It must not know how answers come in. Before a version's day an answer binds nobody; on the day `acceptance_deeds`
begins it for all.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import asyncpg
import msgspec

from comity.accounts.acceptance import Answer, AnswerEvent, BadAnswerError, after, closes
from comity.accounts.account import Standing
from comity.accounts.standing import Event, Reasons
from comity.base.errors import ComityError
from comity.credits.lots import written_credits
from comity.edges.postgres.closing import close_out
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import NewNotice, leave_notices
from comity.edges.postgres.operator_store import accept_policy
from comity.edges.postgres.standing_changes import StandingChange, change_standing
from comity.edges.postgres.statements import load
from comity.policy.files import read_policy

CLOSED: Final = "account-closed"
_CLAUSE: Final = "G6"


class NoVersionError(ComityError):
    """There is no such version that an account could answer."""


class PolicyChange(msgspec.Struct, frozen=True):
    """A version of the policy as one account has to do with it.

    Attributes:
        effective: the day (UTC) from which it holds.
        substantial: whether it wants an answer of everybody.
        state: `coming`, `in force` or `past`.
        wanted: whether this account's answer is wanted still.
        answer: what it answered, of `accounts.acceptance.Answer`; "" where nothing was asked.
        person: who answered; "" while nobody has.
        answered_at: when.
        changes: what it changes, in lines, as it was announced.
    """

    version: str
    digest: str
    effective: date
    substantial: bool
    state: str
    wanted: bool
    answer: str
    person: str
    answered_at: datetime | None
    changes: tuple[str, ...]


class GivenAnswer(msgspec.Struct, frozen=True):
    """An answer that a person gives for an account.

    Attributes:
        event: accept or decline.
        person: who, by name.
        address: whence it came; "" where the operator recorded it.
    """

    account_id: int
    version: str
    event: AnswerEvent
    person: str
    address: str = ""


class _Version(msgspec.Struct, frozen=True):
    """A version as it stands now: whether its day came, whether acceptance of it counts today, and who answered it."""

    version: str
    digest: str
    effective: date
    substantial: bool
    begun: bool
    counts: bool


async def list_changes(connection: asyncpg.Connection, account_id: int, version: str = "") -> list[PolicyChange]:
    """The versions that an account has to do with, the latest to begin first: coming, in force, or answered before."""
    rows = await connection.fetch(load("policychange_list"), account_id, version)
    return [PolicyChange(**{**dict(row), "changes": tuple(row["changes"] or ())}) for row in rows]


async def give_answer(connection: asyncpg.Connection, given: GivenAnswer, now: datetime) -> Answer:
    """Record an answer, with its evidence; part of the caller's transaction. Saying the same again changes nothing.

    Raises:
        NoVersionError: there is no such version.
        BadAnswerError: it cannot be answered so, or no more.
    """
    version = await _version(connection, given.version)
    if not version.substantial and given.event is AnswerEvent.DECLINE and not version.begun:
        raise BadAnswerError("This version wants no answer: it is not substantial.", "Nothing needs to be done.")
    held = await _lock(connection, given.account_id, version, now)
    # A deed may be a moment late: whoever answers on the day answers a version that holds.
    before = after(held, AnswerEvent.BEGIN) if version.begun and (held, AnswerEvent.BEGIN) in _BEGINS else held
    answer = after(before, given.event)
    if answer is held:
        return answer
    await _write(connection, given, version, answer, now)
    await _keep(connection, given, version.digest, now)
    if closes(held, answer):
        await close_account(connection, given, now)
    return answer


async def record_acceptance(connection: asyncpg.Connection, account_id: int, person: str, now: datetime) -> None:
    """An operator records that a person accepted the version in force, with its evidence; part of the transaction."""
    await accept_policy(connection, account_id, person, address="")
    held = await connection.fetchrow(load("policy_in_force"))
    given = GivenAnswer(account_id, held["version"], AnswerEvent.ACCEPT, person)
    await _keep(connection, given, held["digest"], now)


async def close_account(connection: asyncpg.Connection, declined: GivenAnswer, now: datetime) -> int:
    """Close an account that declined: what waits is taken back, what was bought is owed, nothing is sent any more.

    Part of the caller's transaction; without an account's answer of `left` there is no way here.

    Returns:
        Micro-credits that are owed to the buyer.
    """
    account_id = declined.account_id
    owed = (await close_out(connection, account_id, f"declined policy {declined.version}", now)).owed
    standing = await connection.fetchval("SELECT standing FROM accounts WHERE account_id = $1", account_id)
    if standing != Standing.DEACTIVATED:
        facts = f"{declined.person} declined version {declined.version} of the policy for the account."
        reasons = Reasons(facts=facts, clause=await _clause(connection))
        change = StandingChange(account_id, Event.DEACTIVATE, reasons, declined.person)
        await change_standing(connection, change, now)
    body = {
        "version": declined.version,
        "person": declined.person,
        "micro_credits": owed,
        "credits": written_credits(owed),
        "summary": f"The account is closed: {declined.person} declined version {declined.version} of the policy.",
    }
    await leave_notices(connection, [account_id], NewNotice(CLOSED, body, declined.version), now)
    return owed


async def told_and_answered(
    connection: asyncpg.Connection,
    version: str,
    page: tuple[str | None, int | None] = (None, None),
    answer: str | None = None,
) -> list[dict[str, Any]]:
    """For each account: its answer to a version, who gave it, and when it was told by each way (G6).

    Args:
        connection: of the road.
        version: which.
        page: the name after which, and how many at most; None for all.
        answer: only those that answered so; "" for those that were told and not asked.
    """
    return [dict(row) for row in await connection.fetch(load("policychange_told"), version, *page, answer)]


async def answers_counted(connection: asyncpg.Connection, version: str) -> dict[str, int]:
    """How many accounts answered a version how; under "" those that were told and not asked."""
    rows = await connection.fetch(load("policychange_counts"), version)
    return {row["answer"]: row["accounts"] for row in rows}


_BEGINS: Final = frozenset((answer, AnswerEvent.BEGIN) for answer in (Answer.ASKED, Answer.ACCEPTED, Answer.DECLINED))


async def _version(connection: asyncpg.Connection, name: str) -> _Version:
    row = await connection.fetchrow(load("policychange_version"), name)
    if row is None:
        raise NoVersionError("There is no such version of the policy.", "See GET /api/policy-changes.")
    version = _Version(**dict(row))
    if version.begun and not version.counts:
        raise NoVersionError("This version holds no more.", "Answer the one that is in force or to come.")
    return version


async def _lock(connection: asyncpg.Connection, account_id: int, version: _Version, now: datetime) -> Answer:
    """The answer as it stands, held for this transaction; whoever was not asked yet is now."""
    # The account first, as whoever changes its standing does: two answers at once wait for each other in one order.
    await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR UPDATE", account_id)
    return Answer(await connection.fetchval(load("policychange_lock"), account_id, version.version, now))


async def _write(
    connection: asyncpg.Connection, given: GivenAnswer, version: _Version, answer: Answer, now: datetime
) -> None:
    await connection.execute(
        load("policychange_answer"),
        given.account_id,
        version.version,
        answer.value,
        given.person,
        given.address,
        now,
        version.digest,
        answer in {Answer.ACCEPTED, Answer.BOUND},
    )


async def _keep(connection: asyncpg.Connection, given: GivenAnswer, digest: str, now: datetime) -> None:
    """The evidence of an answer: who, when, whence, and which text."""
    body = {
        "decision": given.event.value,
        "version": given.version,
        "digest": digest,
        "person": given.person,
        "address": given.address,
        "at": now.isoformat(),
    }
    await append(connection, given.account_id, "acceptance", body, now)


async def _clause(connection: asyncpg.Connection) -> str:
    """The clause that a policy may change and be declined by; an operator's own policy may name it otherwise."""
    source = (await connection.fetchrow(load("policy_in_force")))["source"]
    clauses = read_policy(source).document.clauses
    return _CLAUSE if _CLAUSE in clauses else next(iter(clauses))
