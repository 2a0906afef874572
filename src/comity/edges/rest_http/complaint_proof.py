"""Owns how who complains shows that the number is theirs, by a code that is sent to it; must not know what follows."""

from __future__ import annotations

import asyncio
from typing import Final

import asyncpg
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from comity.accounts.account import Account
from comity.edges.postgres import complaint_codes
from comity.edges.postgres.complaint_codes import Office
from comity.edges.postgres.complaint_rates import has_room, of_all, of_network, of_number
from comity.edges.postgres.complaint_records import Complaint
from comity.edges.postgres.directory import read_account
from comity.edges.postgres.statements import load
from comity.edges.rest_http.complaint_shapes import CodeSent, ComplaintStatus, ConfirmCode
from comity.edges.rest_http.complaints import (
    FOUND,
    MOST_BODY,
    TAGS,
    WITH_TOKEN,
    again,
    how_to_prove,
    limits_of,
    locked,
    mine,
    take,
)
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.problems import CONFLICT, ProblemError
from comity.edges.rest_http.services import AnyRequest, Services, Work, address_of, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, spec
from comity.messages.submission import Answered, Category, Door, Draft, Submission
from comity.messages.verdict import Action

# Longer than it takes to accept a text.
_ANSWERED_AFTER_S: Final = 0.25
_STEP: Final = {**BODY_ANSWERS, **FOUND, 409: spec("That cannot be done with the complaint as it is.")}


@post(
    "/api/complaints/{number:str}/code",
    dependencies=WITH_TOKEN,
    status_code=202,
    tags=TAGS,
    summary="Have a code sent to the number, to show that it is yours",
    response_description="It is on its way, if a message of ours went to the number of late.",
    responses={**FOUND, 409: spec("The operator sends no codes, or there is nothing to confirm.")},
)
async def send_code(
    request: AnyRequest,
    services: Work,
    number: FromPath[str],
    token: NamedDependency[str],
) -> Response[CodeSent]:
    """By text, a few a day, and only to a number that a message of ours went to of late.

    The answer is the same whether one did: else anybody could ask who got what. Where no code comes within minutes,
    name the id of the message, or forward it to the operator's report number where there is one.
    """
    found = await mine(services, request, number, token)
    limits = await limits_of(services)
    await take(
        services,
        [
            *of_network("code", address_of(request), None, limits.codes_network_day),
            *of_number("code", found.recipient, None, limits.codes.number_day),
        ],
    )
    # Both at once: an answer that came sooner where nothing is sent would tell.
    await asyncio.gather(_ask(services, found), asyncio.sleep(_ANSWERED_AFTER_S))
    return Response(CodeSent(limits.code_minutes), status_code=202)


@post(
    "/api/complaints/{number:str}/confirm",
    dependencies=WITH_TOKEN,
    status_code=200,
    opt={"body": (ConfirmCode,)},
    tags=TAGS,
    summary="Give back the code that was sent",
    response_description="Where the complaint is.",
    responses=_STEP,
)
async def confirm_number(
    request: AnyRequest,
    services: Work,
    number: FromPath[str],
    token: NamedDependency[str],
) -> ComplaintStatus:
    """Then it is shown that you got the message; what it says may be stopped at once."""
    said: ConfirmCode = shaped(await read_json(request, MOST_BODY), ConfirmCode)
    found = await mine(services, request, number, token)
    right = False

    async def work(connection: asyncpg.Connection, one: Complaint) -> None:
        nonlocal right
        right = await complaint_codes.try_code(connection, one, said.code.strip(), services.clock.now()) is not None

    await locked(services, found.number, work)
    if not right:
        raise ProblemError(CONFLICT, "This is not the code, or it is over.", "Try again, or ask for another.")
    return await again(services, found.number)


async def _ask(services: Services, found: Complaint) -> None:
    """Send a code, kept before and outside of any transaction; what could not be sent opens nothing.

    Raises:
        ProblemError: the operator sends none, or there is nothing to confirm.
    """
    asked: tuple[Account, Office, str] | None = None

    async def work(connection: asyncpg.Connection, one: Complaint) -> None:
        nonlocal asked
        office = await complaint_codes.office(connection)
        if office is None:
            raise ProblemError(CONFLICT, "This operator sends no codes.", await how_to_prove(connection))
        code = await complaint_codes.ask(connection, one, office, services.clock.now())
        if code is not None:
            row = await connection.fetchrow(load("directory_account"), office.account_id)
            asked = read_account(row), office, code

    await locked(services, found.number, work)
    if asked is not None and not (await _has_room(services, found) and await _send(services, found, *asked)):
        async with services.road.connection() as connection:
            await complaint_codes.forget(connection, found)


async def _has_room(services: Services, found: Complaint) -> bool:
    codes = (await limits_of(services)).codes
    ceilings = of_all("code", found.recipient, found.country, codes)
    async with services.road.connection() as connection:
        return await has_room(connection, ceilings, services.clock.now())


async def _send(services: Services, complaint: Complaint, account: Account, office: Office, code: str) -> bool:
    """Send the code as any one-time code is sent; whether it goes."""
    text = f"{code} confirms your report {complaint.number}. If you reported nothing, ignore this."
    draft = Draft(complaint.recipient, office.sender, text, Category.OTP, reference=complaint_codes.REFERENCE)
    outcome = await services.acceptor.accept(Submission(account, Door.REST, (draft,)))
    stopped = {Action.HOLD.word, Action.REFUSE.word}
    return isinstance(outcome, Answered) and all(one.verdict.action not in stopped for one in outcome.messages)


CALLS: Final = (send_code, confirm_number)
