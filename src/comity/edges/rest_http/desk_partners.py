"""Owns the operator's calls about who hands in complaints, and on which numbers; must not take a complaint.

What is done is what `comity complaints feeds` and `comity complaints report-number` do, by the same deeds.
"""

from __future__ import annotations

from typing import Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.cases.life import Role
from comity.complaints import feed_out, xarf
from comity.complaints.feed import BadReportError, read_number
from comity.edges.postgres import feed_store, report_number_store
from comity.edges.postgres.feed_reading import note_export, told_since
from comity.edges.postgres.operator_store import AlreadyThereError
from comity.edges.rest_http.desk_named import found_account
from comity.edges.rest_http.desk_partner_shapes import (
    ExportComplaints,
    FeedCredentials,
    FeedLine,
    NewFeed,
    NewReportNumber,
    ReportNumberLine,
    ToldComplaint,
)
from comity.edges.rest_http.desk_shapes import NoWords
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 16 * 1024
_TAGS: Final = ["Desk: complaints"]


@get(
    "/api/desk/feeds",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="Partners that hand in complaints",
    response_description="Everybody who ever did, by name.",
    responses=ENTRY_ANSWERS,
)
async def list_feeds(services: Work, staffer: Staff) -> list[FeedLine]:
    """With how many reports each handed in."""
    del staffer
    async with services.road.connection() as connection:
        return [FeedLine(**row) for row in await feed_store.list_feeds(connection)]


@post(
    "/api/desk/feeds",
    opt={"role": Role.OPERATOR, "body": (NewFeed,)},
    status_code=201,
    tags=_TAGS,
    summary="Let a partner hand in complaints",
    response_description="Its key; the secret is shown this once.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 409: spec("There is a partner of that name.")},
)
async def add_feed(request: AnyRequest, services: Work, staffer: Staff) -> FeedCredentials:
    """One that left comes back with a new key. A secret is not kept, so a repeated call is a 409, whatever its key."""
    del staffer
    asked: NewFeed = shaped(await read_json(request, _MOST_BODY), NewFeed)
    name, wrong = asked.name.strip(), None
    async with services.road.connection() as connection:
        try:
            now = services.clock.now()
            made = await feed_store.add_feed(connection, name, asked.weight, asked.proven, now)
            return FeedCredentials(name, *made)
        except AlreadyThereError as error:
            wrong = error
    # Raised out here: inside, the connection would be given up with it.
    raise ProblemError(CONFLICT, wrong.what, wrong.remedy)


@post(
    "/api/desk/feeds/{id_:str}/remove",
    opt={"role": Role.OPERATOR, "body": (NoWords,)},
    status_code=200,
    tags=_TAGS,
    summary="Take a partner's key back",
    response_description="The partner, who hands in nothing any more.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 404: spec("No such partner hands in complaints.")},
)
async def remove_feed(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[FeedLine]:
    """At once, by its name or client id. What it handed in stays."""
    body = await read_json(request, _MOST_BODY)
    shaped(body, NoWords)

    async def work(connection: asyncpg.Connection) -> FeedLine:
        rows = await feed_store.list_feeds(connection)
        name = next((row["name"] for row in rows if id_ in {row["name"], row["client_id"]}), None)
        if name is None or not await feed_store.remove_feed(connection, name, services.clock.now()):
            raise ProblemError(NOT_FOUND, "No such partner hands in complaints.", "See GET /api/desk/feeds.")
        (row,) = [row for row in await feed_store.list_feeds(connection) if row["name"] == name]
        return FeedLine(**row)

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/report-numbers",
    tags=_TAGS,
    summary="Numbers that people report texts to",
    response_description="Every number.",
    responses=ENTRY_ANSWERS,
)
async def list_report_numbers(services: Work, staffer: Staff) -> list[ReportNumberLine]:
    """With the account that answers."""
    del staffer
    async with services.road.connection() as connection:
        return [ReportNumberLine(**row) for row in await report_number_store.list_numbers(connection)]


@post(
    "/api/desk/report-numbers",
    opt={"role": Role.OPERATOR, "body": (NewReportNumber,)},
    status_code=200,
    tags=_TAGS,
    summary="Let people report texts to a number",
    response_description="The number as it is now.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 404: spec("There is no such account.")},
)
async def set_report_number(request: AnyRequest, services: Work, staffer: Staff) -> Response[ReportNumberLine]:
    """The account must hold the number, and nobody else; given again, its account and link change."""
    body = await read_json(request, _MOST_BODY)
    asked: NewReportNumber = shaped(body, NewReportNumber)
    digits = _digits(asked.number)

    async def work(connection: asyncpg.Connection) -> ReportNumberLine:
        account_id, _ = await found_account(connection, asked.account)
        now = services.clock.now()
        await report_number_store.set_number(connection, digits, account_id, asked.status_url, now)
        rows = await report_number_store.list_numbers(connection)
        return next(ReportNumberLine(**row) for row in rows if row["number"] == digits)

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/report-numbers/{id_:str}/remove",
    opt={"role": Role.OPERATOR, "body": (NoWords,)},
    status_code=200,
    tags=_TAGS,
    summary="Take no more reports on a number",
    response_description="The number as it was.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 404: spec("Nobody reports to this number.")},
)
async def remove_report_number(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ReportNumberLine]:
    """What was reported stays, halves of reports are dropped."""
    body = await read_json(request, _MOST_BODY)
    shaped(body, NoWords)
    digits = read_number(id_)

    async def work(connection: asyncpg.Connection) -> ReportNumberLine:
        rows = await report_number_store.list_numbers(connection)
        row = next((row for row in rows if row["number"] == digits), None)
        if row is None or not await report_number_store.unset_number(connection, digits):
            raise ProblemError(NOT_FOUND, "Nobody reports to this number.", "See GET /api/desk/report-numbers.")
        return ReportNumberLine(**row)

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/complaints/export",
    opt={"role": Role.SENIOR, "body": (ExportComplaints,)},
    status_code=200,
    tags=_TAGS,
    summary="Write complaints for partners, in XARF v4",
    response_description="A page of reports, the oldest first.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def export_complaints(
    request: AnyRequest,
    services: Work,
    staffer: Staff,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Page[ToldComplaint]:
    """Sender, time, kind and country, and the text where a reviewer has opened it; never who complained or got it.

    With `why` texts come that nobody has opened: that you took them is kept with each complaint, each time, so an
    Idempotency-Key changes nothing here. `comity complaints export` writes ARF too.
    """
    asked: ExportComplaints = shaped(await read_json(request, _MOST_BODY), ExportComplaints)
    most, after, why = size_of(limit), place_of(cursor, int) or 0, asked.why.strip()
    told: list[tuple[int, feed_out.Told]] = []
    turn = services.heavy.turn(staffer.holder)
    async with turn, services.road.connection() as connection, connection.transaction():
        async for id_, one in told_since(connection, asked.since, texts=bool(why), after=after):
            told.append((id_, one))
            if len(told) > most:
                break
        page = told[:most]
        if why:
            opened = [id_ for id_, one in page if one.text]
            await note_export(connection, opened, staffer.person, why, services.clock.now())
    us = xarf.Contact(asked.organisation.strip(), asked.contact, asked.contact.rpartition("@")[2])
    following = cursor_of(page[-1][0]) if len(told) > most else None
    return Page([ToldComplaint(_written(one, us)) for _, one in page], following)


CALLS: Final[tuple[Any, ...]] = (
    list_feeds,
    add_feed,
    remove_feed,
    list_report_numbers,
    set_report_number,
    remove_report_number,
    export_complaints,
)


def _digits(written: str) -> str:
    digits = read_number(written)
    if not digits:
        raise ProblemError(UNREADABLE, "This is no number.", "Write its country code and digits, or a short code.")
    return digits


def _written(one: feed_out.Told, us: xarf.Contact) -> dict[str, Any]:
    try:
        report: dict[str, Any] = msgspec.json.decode(xarf.write_report(feed_out.to_xarf(one, us)))
    except BadReportError as error:
        raise ProblemError(UNREADABLE, str(error), "Correct organisation and contact.") from None
    return report
