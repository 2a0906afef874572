"""Owns changes of standing in PostgreSQL, each one commit with its statement of reasons, evidence and notice.

It must not know what triggers them, nor who may ask for them: whoever calls has looked at that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from comity.accounts.account import Standing
from comity.accounts.appeals import appeal_until
from comity.accounts.standing import (
    AUTOMATIC,
    BARRED,
    IMPOSED,
    BadChangeError,
    Change,
    Event,
    Reasons,
    after,
    in_force,
)
from comity.accounts.statement import Decided, Statement, state_reasons
from comity.accounts.subaccounts import BY_PARENT
from comity.base.ids import IdMaker, to_wire
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.policy_terms import document_of
from comity.edges.postgres.refund_store import reopen
from comity.edges.postgres.statements import load

_IDS: Final = IdMaker()
TERM: Final = "standing-term"
"""The kind of deadlines at which a sanction ends by itself; the subject is its number."""


class StandingChange(msgspec.Struct, frozen=True):
    """A change of an account's standing.

    Attributes:
        account_id: whose.
        event: one of `accounts.standing.Event`.
        reasons: why.
        by: the person who decided; `accounts.standing.AUTOMATIC` where none did.
        until: when a sanction ends by itself; None for no term.
        ends: numbers of the sanctions that a relieving event ends; all that are in force when left out.
        by_strikes: whether the sum of strikes asks for it; such sanctions end with the strikes.
    """

    account_id: int
    event: str
    reasons: Reasons
    by: str
    until: datetime | None = None
    ends: tuple[int, ...] = ()
    by_strikes: bool = False


class _Account(msgspec.Struct, frozen=True):
    """What is known of an account while its standing changes: nobody else changes it meanwhile."""

    account_id: int
    name: str
    standing: Standing
    sanctions: dict[int, Standing]
    statements: Mapping[int, str]


async def change_standing(connection: asyncpg.Connection, change: StandingChange, now: datetime) -> int:
    """Change a standing; part of the caller's transaction. The road knows within a second of its commit.

    The database refuses any other way to change `accounts.standing`.

    Returns:
        The sanction's number.

    Raises:
        BadChangeError: that cannot happen to this account, or there is no such account or sanction.
    """
    async with connection.transaction():
        event = _event(change.event)
        account = await _locked(connection, change.account_id)
        ends = _ends(change, event, account)
        standing = after(
            account.standing, event, (one for number, one in account.sanctions.items() if number not in ends)
        )
        reasons, clause = await _under_policy(connection, change.reasons)
        statement_id = _IDS.at(now)
        decided = Decided(
            id=to_wire(statement_id),
            account=account.name,
            event=event,
            before=account.standing,
            after=standing,
            at=now,
            until=change.until if event in IMPOSED else None,
            ends=tuple(account.statements[number] for number in ends),
            appeal_by=appeal_until(now),
        )
        statement = state_reasons(decided, reasons, clause)
        written = (
            *(statement_id, change.account_id, event.value, account.standing.value, standing.value, list(ends)),
            *(
                change.by_strikes,
                decided.until,
                change.by,
                msgspec.to_builtins(reasons),
                msgspec.to_builtins(statement),
                now,
            ),
        )
        sanction: int = await connection.fetchval(load("standing_change"), *written)
        await _follow_up(connection, account, standing, now)
        await _set_terms(connection, change.account_id, sanction, decided.until, ends)
        await _tell(connection, change, statement, now)
    return sanction


async def end_term(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """A sanction's term is over; a deed for `TERM`. What was ended before stays so."""
    sanction = int(due.subject)
    row = await connection.fetchrow(load("standing_sanction"), sanction)
    if row is None or not row["in_force"]:
        return
    reasons = msgspec.convert(row["reasons"], Reasons)
    ended = Reasons(
        facts=f"The term that was set on {row['at']:%Y-%m-%d} is over.",
        clause=reasons.clause,
        automated=True,
    )
    change = StandingChange(row["account_id"], Event.TERM_ENDED, ended, AUTOMATIC, ends=(sanction,))
    await change_standing(connection, change, now)


async def _locked(connection: asyncpg.Connection, account_id: int) -> _Account:
    row = await connection.fetchrow("SELECT name, standing FROM accounts WHERE account_id = $1 FOR UPDATE", account_id)
    if row is None:
        raise BadChangeError("There is no such account.")
    history = await connection.fetch(load("standing_history"), account_id)
    return _Account(
        account_id,
        row["name"],
        Standing(row["standing"]),
        in_force(Change(one["sanction_id"], Event(one["event"]), tuple(one["ends"])) for one in history),
        {one["sanction_id"]: to_wire(one["statement_id"]) for one in history},
    )


def _event(written: str) -> Event:
    try:
        return Event(written)
    except ValueError:
        raise BadChangeError(f"There is no event {written!r}.", f"Take one of {', '.join(Event)}.") from None


def _ends(change: StandingChange, event: Event, account: _Account) -> tuple[int, ...]:
    """The sanctions that it ends."""
    if event in IMPOSED:
        return ()
    if not change.ends:
        return tuple(account.sanctions)
    missing = [number for number in change.ends if number not in account.sanctions]
    if missing:
        raise BadChangeError(f"Sanction {missing[0]} of {account.name} is not in force.", "See `comity standing show`.")
    return tuple(sorted(set(change.ends)))


async def _under_policy(connection: asyncpg.Connection, reasons: Reasons) -> tuple[Reasons, str]:
    """The reasons with the policy they rest on, and the words of the clause."""
    if reasons.digest:
        row = await connection.fetchrow(
            "SELECT version, digest, source FROM policy_versions WHERE digest = $1", reasons.digest
        )
    else:
        row = await connection.fetchrow(load("policy_in_force"))
    if row is None:
        raise BadChangeError("There is no such policy.", "See `comity policy versions`.")
    clauses = document_of(row["digest"], row["source"]).clauses
    if reasons.clause not in clauses:
        raise BadChangeError(f"The policy has no clause {reasons.clause}.", "See `comity policy show`.")
    return msgspec.structs.replace(reasons, policy=row["version"], digest=row["digest"]), clauses[reasons.clause].text


async def _follow_up(connection: asyncpg.Connection, account: _Account, standing: Standing, now: datetime) -> None:
    """What waits to be sent stands still while its account, or one above it, is barred; and goes on after.

    What an account has that is open again is not paid back to it any more, and what nobody paid yet is its own again.
    """
    if (account.standing in BARRED) != (standing in BARRED):
        await connection.execute(load("standing_park"), account.account_id)
    if account.standing is Standing.DEACTIVATED and standing is not Standing.DEACTIVATED:
        await reopen(connection, account.account_id, now)


async def _set_terms(
    connection: asyncpg.Connection, account_id: int, sanction: int, until: datetime | None, ends: Sequence[int]
) -> None:
    if until is not None:
        await set_deadline(connection, NewDeadline(TERM, str(sanction), account_id, until))
    for ended in ends:
        await drop_deadline(connection, TERM, str(ended))


async def _tell(connection: asyncpg.Connection, change: StandingChange, statement: Statement, now: datetime) -> None:
    """Into the evidence, with who decided; and to the account, without."""
    body: dict[str, Any] = msgspec.to_builtins(statement)
    await append(connection, change.account_id, "sanction", {**body, "by": change.by}, now)
    summary = f"{statement.title}. {statement.effects}"
    await leave_notice(connection, change.account_id, "standing", {**body, "summary": summary}, now)
    parent_id = await connection.fetchval("SELECT parent_id FROM accounts WHERE account_id = $1", change.account_id)
    if parent_id is not None and not change.by.startswith(BY_PARENT):
        # Whoever answers for it hears of it (U19).
        told = {"subaccount": statement.account, "standing": statement.standing, "facts": statement.facts}
        summary = f"Your subaccount {statement.account} is now {statement.standing}. {statement.facts}"
        await leave_notice(connection, parent_id, "subaccount-standing", {**told, "summary": summary}, now)
