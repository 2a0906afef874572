"""Owns the operator's calls about who works at the desk; must not know what a role may decide."""

from __future__ import annotations

from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.cases.life import Role
from comity.edges.postgres import staff_desk, staff_store
from comity.edges.postgres.operator_store import AlreadyThereError, NotThereError
from comity.edges.rest_http.desk_shapes import (
    NewStaffer,
    NoWords,
    StaffCredentials,
    StaffEvent,
    StaffLine,
)
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 16 * 1024
_TAGS: Final = ["Desk: staff"]


@get(
    "/api/desk/staff",
    opt={"role": Role.OPERATOR},
    tags=_TAGS,
    summary="Who works at the desk",
    response_description="Everybody who ever did, by name.",
    responses=ENTRY_ANSWERS,
)
async def list_desk_staff(services: Work, staffer: Staff) -> list[StaffLine]:
    """Whoever left is shown with the day."""
    del staffer
    async with services.road.connection() as connection:
        return [StaffLine(**row) for row in await staff_store.list_staff(connection)]


@get(
    "/api/desk/staff/history",
    opt={"role": Role.OPERATOR},
    tags=_TAGS,
    summary="Who let whom work at the desk",
    response_description="A page of events, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_staff_events(
    services: Work, staffer: Staff, cursor: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
) -> Page[StaffEvent]:
    """By command and by call. Nobody can change it."""
    del staffer
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await staff_desk.staff_events(connection, before, most + 1)
    more = cursor_of(rows[most - 1]["event_id"]) if len(rows) > most else None
    return Page(
        [StaffEvent(row["person"], row["role"], row["event"], row["by"], row["at"]) for row in rows[:most]], more
    )


@post(
    "/api/desk/staff",
    opt={"role": Role.OPERATOR, "body": (NewStaffer,)},
    status_code=201,
    tags=_TAGS,
    summary="Let a person work at the desk",
    response_description="Their key; its secret is shown this once.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 409: spec("Somebody of that name, or who reads like it, is there.")},
)
async def add_staffer(request: AnyRequest, services: Work, staffer: Staff) -> StaffCredentials:
    """That you did is kept. A secret is not, so an Idempotency-Key changes nothing here: a repeated call is a 409."""
    asked: NewStaffer = shaped(await read_json(request, _MOST_BODY), NewStaffer)
    person, wrong = asked.person.strip(), None
    async with services.road.connection() as connection:
        try:
            client_id, secret = await staff_desk.admit(connection, person, asked.role, staffer.person)
            return StaffCredentials(person, asked.role, client_id, secret)
        except AlreadyThereError as error:
            wrong = error
    # Raised out here: inside, the connection would be given up with it.
    raise ProblemError(CONFLICT, wrong.what, wrong.remedy)


@post(
    "/api/desk/staff/{id_:str}/remove",
    opt={"role": Role.OPERATOR, "body": (NoWords,)},
    status_code=200,
    tags=_TAGS,
    summary="Take a person's key back",
    response_description="The person, who works here no more.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        404: spec("Nobody of that name works here."),
        409: spec("They are the last operator."),
    },
)
async def remove_staffer(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[StaffLine]:
    """At once, by their name. What they decided stays, and that you did this is kept."""
    body = await read_json(request, _MOST_BODY)
    shaped(body, NoWords)

    async def work(connection: asyncpg.Connection) -> StaffLine:
        try:
            await staff_desk.dismiss(connection, id_, staffer.person)
        except NotThereError:
            raise ProblemError(NOT_FOUND, "Nobody of that name works here.", "See GET /api/desk/staff.") from None
        (row,) = [row for row in await staff_store.list_staff(connection) if row["person"] == id_]
        return StaffLine(**row)

    return await once(request, services, staffer.holder, body, work)


CALLS: Final[tuple[Any, ...]] = (list_desk_staff, list_staff_events, add_staffer, remove_staffer)
