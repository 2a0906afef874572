"""Owns the desk's calls about cases: the queue, a case, its steps, its decision, its texts; must not decide anything.

Message texts are masked here; the one call that shows one keeps that it did.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from comity.base.ids import to_wire
from comity.cases.life import Event, Role
from comity.edges.postgres.case_decisions import (
    Decision,
    NoCaseError,
    decide,
    happen,
    locked_case,
    rules_decided,
)
from comity.edges.postgres.case_store import Filter, Happened, Row, events_of, find_case, messages_of, queue
from comity.edges.postgres.case_texts import Opening, open_text
from comity.edges.postgres.staff_store import role_of
from comity.edges.rest_http.desk_models import (
    CaseDecision,
    CaseDetail,
    CasePage,
    CaseStep,
    HeldPage,
    OpenedText,
    RuleOutcome,
    TextRequest,
)
from comity.edges.rest_http.desk_words import as_problems, case_id, detail, entry, held, message_id, shaped
from comity.edges.rest_http.paging import cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 16 * 1024
_FOUND: Final = {**ENTRY_ANSWERS, 404: spec("There is no such case, or it names no such message.")}
_LIST: Final = {**ENTRY_ANSWERS, 400: spec("The cursor is none of this list, or limit is out of bounds.")}
_STEP: Final = {**BODY_ANSWERS, **_FOUND, 409: spec("The case is not in a state for it, or the key is used otherwise.")}


class Asked(msgspec.Struct, frozen=True):
    """Which cases are asked for; what is None does not count."""

    kind: str | None
    state: str | None
    account: str | None
    assigned_to: str | None


def _asked(
    kind: FromQuery[str | None] = None,
    in_state: Annotated[str | None, QueryParameter(name="state")] = None,
    of: Annotated[str | None, QueryParameter(name="account")] = None,
    assigned_to: FromQuery[str | None] = None,
) -> Asked:
    return Asked(kind, in_state, of, assigned_to)


@get(
    "/api/desk/cases",
    dependencies={"asked": Provide(_asked, sync_to_thread=False)},
    tags=["Desk"],
    summary="The cases that wait, in the order they are to be looked at",
    response_description="A page of cases: by priority, then what is due first, then the oldest.",
    responses={**_LIST, 404: spec("There is no such account.")},
)
async def list_cases(
    services: Work,
    staffer: Staff,
    asked: NamedDependency[Asked],
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
) -> CasePage:
    """Narrowed by kind, state, account (its name) and by whom it is assigned to; `me` is the caller.

    Decided and closed ones are listed when `state` asks for them, the newest first.
    """
    most, after = size_of(limit), place_of(cursor, tuple[int, datetime | None, int])
    assigned_to = staffer.person if asked.assigned_to == "me" else asked.assigned_to
    async with services.road.connection() as connection:
        wanted = Filter(asked.kind, asked.state, await _account(connection, asked.account), assigned_to)
        rows = await queue(connection, wanted, after, most + 1)
    more = len(rows) > most
    last = rows[most - 1] if more else None
    place = cursor_of((last["priority"], last["due_at"], last["case_id"])) if last else None
    return CasePage([entry(row) for row in rows[:most]], place)


@get(
    "/api/desk/cases/{id_:str}",
    tags=["Desk"],
    summary="A case",
    response_description="The case with what happened to it, and the canned reasons that a decision may name.",
    responses=_FOUND,
)
async def show_case(services: Work, staffer: Staff, id_: FromPath[str]) -> CaseDetail:  # noqa: ARG001  lets staff in
    """With all that happened to it; its messages are a list of their own."""
    number = case_id(id_)
    async with services.road.connection() as connection:
        with as_problems():
            return await _shown(connection, await _found(connection, number))


@get(
    "/api/desk/cases/{id_:str}/messages",
    tags=["Desk"],
    summary="The messages that a case names",
    response_description="A page of messages, the oldest first, with masked numbers and without texts.",
    responses={**_LIST, **_FOUND},
)
async def list_messages(
    services: Work,
    staffer: Staff,  # noqa: ARG001  lets staff in
    id_: FromPath[str],
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
) -> HeldPage:
    """Without their texts; each can be opened with a reason."""
    most, number = size_of(limit), case_id(id_)
    after = place_of(cursor, str)
    async with services.road.connection() as connection:
        with as_problems():
            row = await _found(connection, number)
        place = message_id(after) if after else None
        rows = await messages_of(connection, row["case_id"], place, most + 1)
    more = len(rows) > most
    return HeldPage(
        [held(one) for one in rows[:most]], cursor_of(to_wire(rows[most - 1]["message_id"])) if more else None
    )


@post(
    "/api/desk/cases/{id_:str}/steps",
    opt={"body": (CaseStep,)},
    status_code=200,
    tags=["Desk"],
    summary="Assign a case, ask its account, escalate, reopen or close it",
    response_description="The case after the step.",
    responses=_STEP,
)
async def take_step(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[CaseDetail]:
    """One step along a case's life; an Idempotency-Key makes it one step however often it is sent."""
    number, body = case_id(id_), await read_json(request, _MOST_BODY)
    asked: CaseStep = shaped(body, CaseStep)

    async def work(connection: asyncpg.Connection) -> CaseDetail:
        to = await _colleague(connection, asked.to) if asked.to else ""
        happened = Happened(Event(asked.event), staffer.person, staffer.role, asked.words, to)
        with as_problems():
            await happen(connection, number, happened, services.clock.now())
            return await _shown(connection, await _found(connection, number))

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/cases/{id_:str}/decision",
    opt={"body": (CaseDecision,)},
    status_code=200,
    tags=["Desk"],
    summary="Decide a case",
    response_description="The case as it was decided, with what the decision did.",
    responses=_STEP,
)
async def decide_case(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[CaseDetail]:
    """Confirm what opened it, or overturn it: held messages are then refused with their charge back, or released.

    Decision, effects and evidence are one commit: of two that come at once, one decides and the other is told so.
    """
    number, body = case_id(id_), await read_json(request, _MOST_BODY)
    asked: CaseDecision = shaped(body, CaseDecision)
    decision = Decision(Event(asked.decision), staffer.person, staffer.role, asked.reason, asked.words)

    async def work(connection: asyncpg.Connection) -> CaseDetail:
        with as_problems():
            decided = await decide(connection, number, decision, services.clock.now())
            row = await _found(connection, number)
        return await _shown(connection, {**row, "effects": decided["effects"]})

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/cases/{id_:str}/messages/{message:str}/open",
    opt={"body": (TextRequest,)},
    status_code=200,
    tags=["Desk"],
    summary="Open a message's text, with a reason",
    response_description="The text, with sender and recipient in full.",
    responses={**BODY_ANSWERS, **_FOUND},
)
async def open_message(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str], message: FromPath[str]
) -> OpenedText:
    """That you opened it, when and why is kept for good, and the account reads it at /api/text-openings.

    A legal order may put off what the account is told until a date: seniors name both. A repeated call is another
    opening: no answer is kept under an Idempotency-Key, since it holds the text.
    """
    number, of, body = case_id(id_), message_id(message), await read_json(request, _MOST_BODY)
    asked: TextRequest = shaped(body, TextRequest)
    if not asked.reason.strip():
        raise ProblemError(UNREADABLE, "The reason is empty.", "Say why the text must be opened.")
    opening = Opening(of, staffer.person, staffer.role, asked.reason.strip(), asked.until, asked.legal_order.strip())

    async with services.road.connection() as connection, connection.transaction():
        with as_problems():
            row = await locked_case(connection, number)
            found = await open_text(connection, row, opening, services.clock.now())
    return OpenedText(to_wire(of), found["sender"], found["recipient"], found["text"])


@get(
    "/api/desk/rules",
    opt={"role": Role.REVIEWER},
    tags=["Desk"],
    summary="How often reviewers agreed with each rule that held messages",
    response_description="By rule: cases and messages, confirmed and overturned.",
    responses=ENTRY_ANSWERS,
)
async def list_rules(services: Work, staffer: Staff) -> list[RuleOutcome]:  # noqa: ARG001  lets staff in
    """What overturned holds say about rules: those that are often wrong want tuning."""
    async with services.road.connection() as connection:
        return [RuleOutcome(**row) for row in await rules_decided(connection)]


async def _found(connection: asyncpg.Connection, number: Any) -> Row:  # noqa: ANN401  a UUID
    row = await find_case(connection, number)
    if row is None:
        raise NoCaseError("There is no such case.", "See /api/desk/cases.")
    return row


async def _shown(connection: asyncpg.Connection, row: Row) -> CaseDetail:
    return detail(row, await events_of(connection, row["case_id"]))


async def _account(connection: asyncpg.Connection, name: str | None) -> int | None:
    if name is None:
        return None
    found: int | None = await connection.fetchval("SELECT account_id FROM accounts WHERE name = $1", name)
    if found is None:
        raise ProblemError(NOT_FOUND, "There is no account of this name.", "See `comity accounts list`.")
    return found


async def _colleague(connection: asyncpg.Connection, person: str) -> str:
    if await role_of(connection, person) is None:
        raise ProblemError(UNREADABLE, "Nobody of this name works at the desk.", "See `comity staff list`.")
    return person


CALLS: Final = (list_cases, show_case, list_messages, take_step, decide_case, open_message, list_rules)
