"""Owns the desk's calls about complaints: listed, shown, linked, decided.

It must not decide anything: a decision is its case's, and what that does is `complaint_steps`'s.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from comity.cases.life import Event as CaseEvent
from comity.complaints.life import ComplaintStepError
from comity.edges.postgres import complaint_steps
from comity.edges.postgres.case_decisions import Decision, decide
from comity.edges.postgres.complaint_records import Complaint, Step, find, list_complaints
from comity.edges.postgres.complaint_store import file_complaint
from comity.edges.postgres.operator_store import NotThereError, account_id_of
from comity.edges.rest_http.complaint_words import complaint_number, new_complaint, read_complaint
from comity.edges.rest_http.desk_complaint_shapes import (
    ComplaintDetail,
    ComplaintPage,
    ComplaintRuling,
    LinkMessages,
    Said,
    StaffComplaint,
)
from comity.edges.rest_http.desk_complaint_words import detail, entry
from comity.edges.rest_http.desk_words import as_problems, message_id, shaped
from comity.edges.rest_http.paging import cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Services, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff, Staffer

_MOST_BODY: Final = 32 * 1024
_TAGS: Final = ["Desk: complaints"]
_FOUND: Final = {**ENTRY_ANSWERS, 404: spec("There is no such complaint.")}
_STEP: Final = {**BODY_ANSWERS, **_FOUND, 409: spec("That does not happen to a complaint in its state.")}
_RECIPIENTS: Final = 200
Deed = Callable[[asyncpg.Connection, Complaint, Step], Awaitable[object]]


class Asked(msgspec.Struct, frozen=True):
    """Which complaints are asked for; what is None does not count."""

    kind: str | None
    state: str | None
    account: str | None


def _asked(
    kind: FromQuery[str | None] = None,
    in_state: Annotated[str | None, QueryParameter(name="state")] = None,
    of: Annotated[str | None, QueryParameter(name="account")] = None,
) -> Asked:
    return Asked(kind, in_state, of)


@get(
    "/api/desk/complaints",
    dependencies={"asked": Provide(_asked, sync_to_thread=False)},
    tags=_TAGS,
    summary="Complaints",
    response_description="A page of complaints, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one."), 404: spec("There is no such account.")},
)
async def list_desk_complaints(
    services: Work,
    staffer: Staff,
    asked: NamedDependency[Asked],
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
) -> ComplaintPage:
    """Narrowed by kind, state and account (its name); numbers of people masked."""
    del staffer
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        account_id = await account_named(connection, asked.account)
        wanted = {"state": asked.state, "kind": asked.kind, "account_id": account_id}
        rows = await list_complaints(connection, wanted, before, most + 1)
    more = cursor_of(rows[most - 1]["complaint_id"]) if len(rows) > most else None
    return ComplaintPage([entry(row) for row in rows[:most]], more)


@post(
    "/api/desk/complaints",
    opt={"body": (StaffComplaint,)},
    tags=_TAGS,
    summary="Write down a complaint that reached you otherwise",
    response_description="The complaint.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def write_down_complaint(request: AnyRequest, services: Work, staffer: Staff) -> Response[ComplaintDetail]:
    """By telephone, letter or mail. It is proven only where you were shown that the reporter got the message."""
    body = await read_json(request, _MOST_BODY)
    asked: StaffComplaint = shaped(body, StaffComplaint)
    recipient = read_complaint(asked)

    async def work(connection: asyncpg.Connection) -> ComplaintDetail:
        # Whoever writes down several for the same number counts once.
        who = f"staff {recipient or staffer.person}".encode()
        new = msgspec.structs.replace(
            new_complaint(asked, recipient), channel="staff", proven=asked.proven, reporter_key=who
        )
        filed = await file_complaint(connection, new, services.clock.now())
        return await _shown(connection, filed.number)

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/complaints/{id_:str}",
    tags=_TAGS,
    summary="A complaint",
    response_description="The complaint, what it was linked to, and what happened to it.",
    responses=_FOUND,
)
async def show_desk_complaint(services: Work, staffer: Staff, id_: FromPath[str]) -> ComplaintDetail:
    """With the words of its reporter. Texts of messages are opened in its case."""
    del staffer
    async with services.road.connection() as connection:
        return await _shown(connection, complaint_number(id_))


@post(
    "/api/desk/complaints/{id_:str}/investigate",
    status_code=200,
    opt={"body": (Said,)},
    tags=_TAGS,
    summary="Say that you look at a complaint",
    response_description="The complaint.",
    responses=_STEP,
)
async def investigate_complaint(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ComplaintDetail]:
    """Its reporter reads that somebody does."""
    del id_
    return await _move(request, services, staffer, Said, lambda _said: complaint_steps.investigate)


@post(
    "/api/desk/complaints/{id_:str}/link",
    status_code=200,
    opt={"body": (LinkMessages,)},
    tags=_TAGS,
    summary="Say which messages a complaint is about",
    response_description="The complaint.",
    responses=_STEP,
)
async def link_complaint(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ComplaintDetail]:
    """Where the gateway did not find them; all of one account. It then counts, and may freeze, like any other."""
    del id_

    def deed(said: LinkMessages) -> Deed:
        ids = [message_id(one) for one in said.messages]
        return lambda connection, found, step: complaint_steps.link_by_hand(connection, found, ids, step)

    return await _move(request, services, staffer, LinkMessages, deed)


@post(
    "/api/desk/complaints/{id_:str}/decide",
    status_code=200,
    opt={"body": (ComplaintRuling,)},
    tags=_TAGS,
    summary="Decide a complaint, with all others of its case",
    response_description="The complaint.",
    responses={**_STEP, 403: spec("Somebody else must decide it.")},
)
async def decide_complaint(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ComplaintDetail]:
    """Upheld, what is stopped is refused with its charge back; a strike may follow. Rejected, what was done is undone.

    It decides the complaint's case: who decided that before does not decide it again.
    """
    body = await read_json(request, _MOST_BODY)
    said: ComplaintRuling = shaped(body, ComplaintRuling)
    number = complaint_number(id_)

    async def work(connection: asyncpg.Connection) -> ComplaintDetail:
        found = await locked(connection, number)
        plan = {"strike": said.strike, "abuse": int(said.decision == "abuse")}
        await connection.execute(
            "UPDATE cases SET facts = facts || jsonb_build_object($2::text, $3::jsonb) WHERE case_id = $1",
            *(found.case_id, complaint_steps.PLAN, plan),
        )
        event = CaseEvent.CONFIRM if said.decision == "uphold" else CaseEvent.OVERTURN
        decision = Decision(event, staffer.person, staffer.role, words=said.why)
        with as_problems():
            await decide(connection, found.case_id or 0, decision, services.clock.now())
        return await _shown(connection, number)

    return await once(request, services, staffer.holder, body, work)


async def _move(
    request: AnyRequest,
    services: Services,
    staffer: Staffer,
    kind: Any,  # noqa: ANN401  a type
    deed: Callable[[Any], Deed],
) -> Response[ComplaintDetail]:
    """Read what the reviewer says, and move the complaint by it."""
    body = await read_json(request, _MOST_BODY)
    said = shaped(body, kind)
    number = complaint_number(request.path_params["id_"])

    async def work(connection: asyncpg.Connection) -> ComplaintDetail:
        found = await locked(connection, number)
        step = Step(staffer.person, services.clock.now(), said.why)
        try:
            await deed(said)(connection, found, step)
        except ComplaintStepError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return await _shown(connection, number)

    return await once(request, services, staffer.holder, body, work)


async def locked(connection: asyncpg.Connection, number: str) -> Complaint:
    """A complaint that nobody else changes until the transaction ends.

    Raises:
        ProblemError: there is none.
    """
    found = await find(connection, number, lock=True)
    if found is None:
        raise ProblemError(NOT_FOUND, "There is no such complaint.", "See /api/desk/complaints.")
    return found


async def _shown(connection: asyncpg.Connection, number: str) -> ComplaintDetail:
    found = await find(connection, number)
    if found is None:
        raise ProblemError(NOT_FOUND, "There is no such complaint.", "See /api/desk/complaints.")
    return await detail(connection, found)


async def account_named(connection: asyncpg.Connection, name: str | None) -> int | None:
    """An account by its name; None for no name.

    Raises:
        ProblemError: there is none.
    """
    if name is None:
        return None
    try:
        return await account_id_of(connection, name)
    except NotThereError as error:
        raise ProblemError(NOT_FOUND, error.what, error.remedy) from None


CALLS: Final = (
    list_desk_complaints,
    write_down_complaint,
    show_desk_complaint,
    investigate_complaint,
    link_complaint,
    decide_complaint,
)
