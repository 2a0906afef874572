"""Owns customers' calls about cases: their own, their answers, and who opened their texts; must not decide anything.

What is read goes through the account's own role; an answer is written on the road once that role could see the case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.account import Account
from comity.base.ids import to_wire
from comity.cases.life import Event
from comity.edges.postgres.case_decisions import happen
from comity.edges.postgres.case_own import find_own, list_own
from comity.edges.postgres.case_store import Happened, Row, events_of, messages_of
from comity.edges.postgres.case_texts import list_openings
from comity.edges.rest_http.desk_models import (
    CaseAnswer,
    OpeningPage,
    OwnCase,
    OwnCaseDetail,
    OwnCasePage,
    OwnEvent,
    OwnMessage,
    TextOpening,
)
from comity.edges.rest_http.desk_words import as_problems, case_id, shaped
from comity.edges.rest_http.paging import MOST, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec

_MOST_BODY: Final = 32 * 1024
_LIST: Final = {**ENTRY_ANSWERS, 400: spec("The cursor is none of this list, or limit is out of bounds.")}
_FOUND: Final = {**ENTRY_ANSWERS, 404: spec("You have no such case.")}
_OWN: Final = ("kind", "title", "state", "opened_at", "due_at", "outcome", "reason", "messages")


@get(
    "/api/cases",
    opt={"scope": "cases"},
    tags=["Cases"],
    summary="The cases about your account",
    response_description="A page of cases, the newest first.",
    responses=_LIST,
)
async def list_own_cases(
    services: Work, account: Caller, limit: FromQuery[int | None] = None, cursor: FromQuery[str | None] = None
) -> OwnCasePage:
    """Those that you may see: held messages, senders and lists under review, requests for proof, appeals."""
    most, before = size_of(limit), place_of(cursor, int)
    async with services.tenants.account(account.account_id) as connection:
        rows = await list_own(connection, account.account_id, before, most + 1)
    more = len(rows) > most
    return OwnCasePage(
        [OwnCase(**_own(row)) for row in rows[:most]], cursor_of(rows[most - 1]["case_id"]) if more else None
    )


@get(
    "/api/cases/{id_:str}",
    opt={"scope": "cases"},
    tags=["Cases"],
    summary="A case about your account",
    response_description="The case, what was asked and answered, and how it was decided.",
    responses=_FOUND,
)
async def show_own_case(services: Work, account: Caller, id_: FromPath[str]) -> OwnCaseDetail:
    """What the desk asks you, what you answered, and what was decided and why."""
    return await _detail(services, account, case_id(id_))


@post(
    "/api/cases/{id_:str}/answers",
    opt={"scope": "cases", "body": (CaseAnswer,)},
    status_code=200,
    tags=["Cases"],
    summary="Answer what the desk asked about a case",
    response_description="The case, with your answer.",
    responses={**BODY_ANSWERS, **_FOUND, 409: spec("Nothing is asked, or the key is used otherwise.")},
)
async def answer_case(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[OwnCaseDetail]:
    """While the case waits for you. It then goes back to whoever asked."""
    number, body = case_id(id_), await read_json(request, _MOST_BODY)
    said: CaseAnswer = shaped(body, CaseAnswer)
    await _detail(services, account, number)  # as the account's role: another's case is not there

    async def work(connection: asyncpg.Connection) -> OwnCaseDetail:
        with as_problems():
            await happen(
                connection, number, Happened(Event.ANSWER, account.name, words=said.words), services.clock.now()
            )
        return await _read(connection, account, number)

    return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/text-openings",
    opt={"scope": "cases"},
    tags=["Cases"],
    summary="Who opened texts of your messages, when and why",
    response_description="A page of openings, those you could see last first.",
    responses=_LIST,
)
async def list_text_openings(
    services: Work, account: Caller, limit: FromQuery[int | None] = None, cursor: FromQuery[str | None] = None
) -> OpeningPage:
    """Staff see messages masked; opening a text needs a case and a reason, and stands here.

    A legal order may put off until a date when you see an opening; it then says so.
    """
    most, before = size_of(limit), place_of(cursor, tuple[datetime, int])
    async with services.tenants.account(account.account_id) as connection:
        rows = await list_openings(connection, account.account_id, services.clock.now(), before, most + 1)
    more = len(rows) > most
    last = rows[most - 1] if more else None
    place = cursor_of((last["visible_at"], last["opening_id"])) if last else None
    return OpeningPage([_opening(row) for row in rows[:most]], place)


async def _detail(services: Services, account: Account, number: UUID) -> OwnCaseDetail:
    async with services.tenants.account(account.account_id) as connection:
        return await _read(connection, account, number)


async def _read(connection: asyncpg.Connection, account: Account, number: UUID) -> OwnCaseDetail:
    row = await find_own(connection, account.account_id, number)
    if row is None:
        raise ProblemError(NOT_FOUND, "You have no case of this id.", "See /api/cases.")
    events = [event for event in await events_of(connection, row["case_id"]) if event["visible"]]
    named = await messages_of(connection, row["case_id"], None, MOST, account.account_id)
    return OwnCaseDetail(
        **_own(row),
        events=[
            OwnEvent(event["at"], "you" if event["event"] == Event.ANSWER else "desk", event["event"], event["words"])
            for event in events
        ],
        named=[OwnMessage(to_wire(one["message_id"]), one["state"]) for one in named],
    )


def _own(row: Row) -> dict[str, Any]:
    shown = {name: row[name] for name in _OWN}
    return {**shown, "id": to_wire(row["id"]), "rule": str(row["facts"].get("rule", ""))}


def _opening(row: Row) -> TextOpening:
    return TextOpening(
        case=to_wire(row["case_id"]) if row["case_id"] else "",
        message=to_wire(row["message_id"]),
        by=row["person"],
        reason=row["reason"],
        at=row["at"],
        told_at=row["visible_at"],
        legal_order=row["legal_order"],
    )


CALLS: Final = (list_own_cases, show_own_case, answer_case, list_text_openings)
