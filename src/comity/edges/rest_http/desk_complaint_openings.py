"""Owns the desk's calls that open what is masked around complaints: recipients, contacts; and as whom codes are sent.

Each opening is kept with its reason. It must not decide anything.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.base.ids import to_wire
from comity.cases.life import Role
from comity.edges.postgres import complaint_codes, complaint_contact, complaint_spread
from comity.edges.postgres.complaint_records import Step
from comity.edges.rest_http.complaint_words import complaint_number
from comity.edges.rest_http.desk_complaint_shapes import (
    CodeSender,
    CountrySpread,
    OpenRecipients,
    OtherRecipient,
    RecipientPage,
    ReporterContact,
    Said,
)
from comity.edges.rest_http.desk_complaints import account_named, locked
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import cursor_of, place_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff
from comity.senders.read import BadSender, read_sender

_MOST_BODY: Final = 32 * 1024
_TAGS: Final = ["Desk: complaints"]
_FOUND: Final = {**ENTRY_ANSWERS, 404: spec("There is no such complaint.")}
_RECIPIENTS: Final = 200


@get(
    "/api/desk/complaints/{id_:str}/spread",
    tags=_TAGS,
    summary="How many people got such messages, by country",
    response_description="Countries, the one with the most people first.",
    responses={**_FOUND, 400: spec("days is out of bounds.")},
)
async def show_spread(
    services: Work, staffer: Staff, id_: FromPath[str], days: FromQuery[int] = 7
) -> list[CountrySpread]:
    """In so many days before the complaint, and since."""
    del staffer
    async with services.road.connection() as connection:
        found = await locked(connection, complaint_number(id_))
        within = min(max(days, 1), complaint_spread.MOST_DAYS)
        return [CountrySpread(**row) for row in await complaint_spread.spread_of(connection, found, within)]


@post(
    "/api/desk/complaints/{id_:str}/recipients",
    status_code=200,
    opt={"body": (OpenRecipients,)},
    tags=_TAGS,
    summary="Open who got such messages, with a reason",
    response_description="A page of numbers in full, the newest message first.",
    responses={**BODY_ANSWERS, **_FOUND},
)
async def open_recipients(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> RecipientPage:
    """That you opened them, when and why is kept; the account is told that it was done, and why."""
    said: OpenRecipients = shaped(await read_json(request, _MOST_BODY), OpenRecipients)
    number, before = complaint_number(id_), place_of(said.cursor, UUID)
    async with services.road.connection() as connection, connection.transaction():
        found = await locked(connection, number)
        step = Step(staffer.person, services.clock.now(), said.why)
        rows = await complaint_spread.open_recipients(connection, found, said.days, (before, _RECIPIENTS + 1), step)
    more = cursor_of(rows[_RECIPIENTS - 1]["id"]) if len(rows) > _RECIPIENTS else None
    shown = [
        OtherRecipient(f"+{row['recipient']}", row["country"], to_wire(row["id"]), row["state"])
        for row in rows[:_RECIPIENTS]
    ]
    return RecipientPage(shown, more)


@post(
    "/api/desk/complaints/{id_:str}/contact",
    status_code=200,
    opt={"body": (Said,)},
    tags=_TAGS,
    summary="Open how a reporter can be reached, with a reason",
    response_description="What the reporter gave.",
    responses={**BODY_ANSWERS, 404: spec("There is no such complaint, or its reporter stayed unnamed.")},
)
async def open_contact(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> ReporterContact:
    """That you opened it, when and why is kept."""
    said: Said = shaped(await read_json(request, _MOST_BODY), Said)
    number = complaint_number(id_)
    async with services.road.connection() as connection, connection.transaction():
        found = await locked(connection, number)
        step = Step(staffer.person, services.clock.now(), said.why)
        contact = await complaint_contact.open_contact(connection, found, services.folder, step)
    if contact is None:
        raise ProblemError(NOT_FOUND, "Nothing is known of how to reach the reporter.", "They stayed unnamed.")
    return ReporterContact(contact)


@post(
    "/api/desk/complaint-codes",
    status_code=200,
    opt={"body": (CodeSender,), "role": Role.OPERATOR},
    tags=_TAGS,
    summary="Say as whom codes are sent to reporters",
    response_description="As whom they are sent from now on.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 404: spec("There is no such account.")},
)
async def set_code_sender(request: AnyRequest, services: Work, staffer: Staff) -> Response[CodeSender]:
    """An account of the operator's own, which pays for them; without one no codes are sent."""
    body = await read_json(request, _MOST_BODY)
    said: CodeSender = shaped(body, CodeSender)
    sender = read_sender(said.sender)
    if isinstance(sender, BadSender):
        raise ProblemError(CONFLICT, "That is no sender.", "Use a number or a name of at most 11 characters.")

    async def work(connection: asyncpg.Connection) -> CodeSender:
        account_id = await account_named(connection, said.account)
        office = complaint_codes.Office(account_id or 0, said.sender)
        await complaint_codes.set_office(connection, office, staffer.person, services.clock.now())
        return said

    return await once(request, services, staffer.holder, body, work)


CALLS: Final = (show_spread, open_recipients, open_contact, set_code_sender)
