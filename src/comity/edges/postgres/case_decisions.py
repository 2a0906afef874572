"""Owns decisions on cases: the step, its effects, its evidence, in one transaction; must not know doors.

What a decision does is a table by kind of case: `EFFECTS`. An effect gets the case as it was decided, and says in
numbers what it did.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.base.ids import to_wire
from comity.cases.life import DECISIONS, Event, Role, WrongStepError
from comity.cases.reasons import reasons, words_of
from comity.edges.postgres.case_store import Happened, Row, find_case, move, write_event
from comity.edges.postgres.challenge_store import is_stopping
from comity.edges.postgres.complaint_freezes import settle as settle_freeze
from comity.edges.postgres.complaint_steps import settle as settle_complaint
from comity.edges.postgres.consent_imports import settle_case
from comity.edges.postgres.disclosure_cases import settle_disclosure
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.standing_appeals import settle_appeal, settle_probing
from comity.edges.postgres.standing_cases import settle_standing
from comity.edges.postgres.statements import load

Effect = Callable[[asyncpg.Connection, Row, Event, datetime], Awaitable[Mapping[str, int]]]


async def _settle_hold(connection: asyncpg.Connection, row: Row, event: Event, now: datetime) -> Mapping[str, int]:
    """A hold is decided by itself, or with the freeze that made it; but where the account is asked, it answers first.

    Raises:
        WrongStepError: it holds what somebody must vouch for.
    """
    if await is_stopping(connection, row):
        raise WrongStepError(
            "It holds what the account has to vouch for.", "Decide the challenge; see /api/desk/challenges."
        )
    return await settle_freeze(connection, row, event, now)


EFFECTS: Final[dict[str, Effect]] = {
    "hold": _settle_hold,
    "complaint": settle_complaint,
    "appeal": settle_appeal,
    "probing": settle_probing,
    "import": settle_case,
    "disclosure": settle_disclosure,
    "standing": settle_standing,
}


class NoCaseError(ComityError):
    """There is no such case."""


class NoReasonError(ComityError):
    """A decision lacks its reason, or names one that there is not."""


class Decision(msgspec.Struct, frozen=True):
    """A decision on a case.

    Attributes:
        event: CONFIRM or OVERTURN.
        person: who decides.
        role: theirs.
        reason: the name of a canned reason of `comity.cases.reasons`; "" where `words` say it.
        words: what they say in their own words, for the account where it sees the case.
    """

    event: Event
    person: str
    role: Role
    reason: str = ""
    words: str = ""


async def locked_case(connection: asyncpg.Connection, id_: UUID | int) -> Row:
    """A case, kept as it is until the transaction ends.

    Raises:
        NoCaseError: there is none.
    """
    row = await find_case(connection, id_, lock=True)
    if row is None:
        raise NoCaseError("There is no such case.", "See `comity cases list`.")
    return row


async def decide(connection: asyncpg.Connection, id_: UUID | int, decision: Decision, now: datetime) -> Row:
    """Decide a case in the caller's transaction; returns it as it is then, with `effects`: what was done, in numbers.

    Raises:
        NoCaseError, NoReasonError, WrongStepError, NotTheirsError: nothing was done.
    """
    row = await locked_case(connection, id_)
    said = _said(row["kind"], decision)
    happened = Happened(decision.event, decision.person, decision.role, said, facts={"reason": decision.reason})
    row = await move(connection, row, happened, now)
    effect = EFFECTS.get(row["kind"])
    effects = dict(await effect(connection, row, decision.event, now)) if effect else {}
    if effects:
        await write_event(connection, row, ("effect", decision.person, ""), effects, now)
    if row["account_id"] is not None:
        await append(connection, row["account_id"], "decision", _evidence(row, decision, said, effects), now)
    return {**row, "effects": effects}


async def happen(connection: asyncpg.Connection, id_: UUID | int, happened: Happened, now: datetime) -> Row:
    """Let anything but a decision happen to a case.

    Raises:
        NoCaseError, WrongStepError, NotTheirsError: nothing was done.
    """
    if happened.event in DECISIONS:
        raise ValueError("decisions have effects: use decide()")
    row = await locked_case(connection, id_)
    if happened.event is Event.REOPEN and await connection.fetchval(load("case_erased"), row["case_id"]):
        raise WrongStepError("What it was about is erased.", "What was decided stands.")
    return await move(connection, row, happened, now)


async def rules_decided(connection: asyncpg.Connection) -> list[Row]:
    """How often reviewers agreed with each rule that held messages."""
    return [dict(row) for row in await connection.fetch(load("case_rules"))]


def _said(kind: str, decision: Decision) -> str:
    """The reason in words.

    Raises:
        NoReasonError: there is none.
    """
    canned = words_of(kind, decision.event, decision.reason) if decision.reason else ""
    if canned is None:
        known = ", ".join(sorted(reasons()[kind][decision.event]))
        raise NoReasonError(
            f"A {kind} has no reason {decision.reason!r} to {decision.event} it.", f"Use one of {known}."
        )
    said = " ".join(words for words in (canned, decision.words.strip()) if words)
    if not said:
        raise NoReasonError("A decision needs a reason.", "Name a canned one, or give words of your own.")
    return said


def _evidence(row: Row, decision: Decision, said: str, effects: Mapping[str, int]) -> dict[str, Any]:
    return {
        "case": to_wire(row["id"]),
        "kind": row["kind"],
        "decision": decision.event.value,
        "by": decision.person,
        "role": decision.role.word,
        "reason": decision.reason,
        "words": said,
        "effects": dict(effects),
    }
