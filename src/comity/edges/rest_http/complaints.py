"""Owns the public's calls about complaints: made, followed, proven, taken back; nobody has to sign in (G7).

How often is limited by network and by number, over all nodes. It must not know what follows from a complaint.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Final
from uuid import UUID

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter

from comity.base.ids import from_wire
from comity.complaints.figures import Limits
from comity.complaints.life import ComplaintStepError
from comity.complaints.reporters import network_of, reporter_key
from comity.edges.postgres import complaint_codes, complaint_rates, complaint_steps
from comity.edges.postgres.complaint_frozen import freezes_of
from comity.edges.postgres.complaint_policy import figures
from comity.edges.postgres.complaint_rates import Limit, of_network, of_number
from comity.edges.postgres.complaint_records import REPORTER, Complaint, Step, events_of, find, find_by_token
from comity.edges.postgres.complaint_store import file_complaint
from comity.edges.postgres.report_number_store import list_numbers
from comity.edges.rest_http.complaint_shapes import (
    ComplaintStatus,
    ComplaintTaken,
    NewComplaintBody,
)
from comity.edges.rest_http.complaint_words import (
    complaint_number,
    country_of,
    new_complaint,
    no_complaint,
    read_complaint,
    status_of,
    where_to_turn,
)
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.problems import CONFLICT, TOO_MANY, ProblemError
from comity.edges.rest_http.services import AnyRequest, Services, Work, address_of, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, spec

MOST_BODY: Final = 16 * 1024
TAGS: Final = ["Complaints"]
_OFTEN: Final = {
    429: spec("Too many came from your network, or about this number; Retry-After says when to try again.")
}
FOUND: Final = {404: spec("There is no complaint of this number, or the token is not its own."), **_OFTEN}
_CODES: Final = "Ask for a code to be sent to the number (POST /api/complaints/{number}/code), and give it back."
_NO_CODES: Final = "This operator sends no codes: "
_BY_TEXT: Final = "forward the message by text to {numbers}, or name the id of the message."
_BY_ID: Final = "name the id of the message."
_WHY: Final = " Only what its receiver reports stops messages at once."


# In the header alone: an address stands in the logs of proxies and the histories of browsers.
def _token(from_header: Annotated[str | None, HeaderParameter(name="X-Complaint-Token")] = None) -> str:
    return from_header or ""


WITH_TOKEN: Final = {"token": Provide(_token, sync_to_thread=False)}


@post(
    "/api/complaints",
    opt={"body": (NewComplaintBody,)},
    tags=TAGS,
    summary="Complain about a message, or report it",
    response_description="What it is known by, and the token that shows its status; told this once.",
    responses={**BODY_ANSWERS, **_OFTEN},
)
async def make_complaint(request: AnyRequest, services: Work) -> Response[ComplaintTaken]:
    """For anybody who got a message, or is harmed by one. Do not open links in what you report.

    Give the number that got it, the sender, the time and the words, as far as you have them. The same report from the
    same place counts once.
    """
    asked: NewComplaintBody = shaped(await read_json(request, MOST_BODY), NewComplaintBody)
    recipient, limits, address = read_complaint(asked), await limits_of(services), address_of(request)
    await take(
        services,
        [
            *of_network("complain", address, limits.network_hour, limits.network_day),
            *of_number("complain", recipient, limits.number_hour, limits.number_day),
        ],
    )
    async with services.road.connection() as connection, connection.transaction():
        hash_key: bytes = await connection.fetchval("SELECT hash_key FROM installation")
        message = await received_message(connection, asked.message, recipient)
        who = reporter_key(f"network {network_of(address)}", hash_key)
        complaint = msgspec.structs.replace(
            new_complaint(asked, recipient), message=message, proven=message is not None, reporter_key=who
        )
        filed = await file_complaint(connection, complaint, services.clock.now())
        prove = "" if complaint.proven or not recipient else await how_to_prove(connection)
    where = where_to_turn(country_of(recipient))
    return Response(ComplaintTaken(filed.number, filed.token, complaint.proven, prove, where), status_code=201)


@get(
    "/api/complaints/{number:str}",
    dependencies=WITH_TOKEN,
    tags=TAGS,
    summary="What became of a complaint",
    response_description="Where it is, in words.",
    responses=FOUND,
)
async def show_complaint(
    request: AnyRequest,
    services: Work,
    number: FromPath[str],
    token: NamedDependency[str],
) -> ComplaintStatus:
    """For whoever has its token, in the header X-Complaint-Token."""
    await take(services, of_network("look", address_of(request), (await limits_of(services)).lookups_network_hour))
    async with services.road.connection() as connection:
        found = await find_by_token(connection, complaint_number(number), token)
        if found is None:
            raise no_complaint()
        return await _status(connection, found)


@post(
    "/api/complaints/{number:str}/withdraw",
    dependencies=WITH_TOKEN,
    status_code=200,
    tags=TAGS,
    summary="Take a complaint back",
    response_description="Where the complaint is.",
    responses={**FOUND, 409: spec("It is decided already.")},
)
async def withdraw_complaint(
    request: AnyRequest,
    services: Work,
    number: FromPath[str],
    token: NamedDependency[str],
) -> ComplaintStatus:
    """It counts no more."""
    found = await mine(services, request, number, token)

    async def work(connection: asyncpg.Connection, locked: Complaint) -> None:
        await complaint_steps.withdraw(connection, locked, Step(REPORTER, services.clock.now(), told=True))

    await locked(services, found.number, work)
    return await again(services, found.number)


async def how_to_prove(connection: asyncpg.Connection) -> str:
    """How somebody shows that they got a message, by what this operator has set up."""
    if await complaint_codes.office(connection) is not None:
        return _CODES + _WHY
    numbers = " or ".join(f"+{row['number']}" for row in await list_numbers(connection))
    return _NO_CODES + (_BY_TEXT.format(numbers=numbers) if numbers else _BY_ID) + _WHY


async def limits_of(services: Services) -> Limits:
    """How often the public may complain, by the policy in force."""
    async with services.road.connection() as connection:
        return (await figures(connection)).limits


async def take(services: Services, limits: Sequence[Limit]) -> None:
    """Count that something was done, in a commit of its own.

    Raises:
        ProblemError: it was done too often.
    """
    async with services.road.connection() as connection:
        wait_s = await complaint_rates.take(connection, limits, services.clock.now())
    if wait_s:
        raise ProblemError(
            TOO_MANY,
            "Too many of these came from your network, about this number, or in all.",
            f"Try again in {wait_s} s.",
            {"retry-after": str(wait_s)},
        )


async def mine(services: Services, request: AnyRequest, number: str, token: str) -> Complaint:
    """The complaint of a number and its token; that somebody looked is counted.

    Raises:
        ProblemError: there is none, or it was done too often.
    """
    await take(services, of_network("look", address_of(request), (await limits_of(services)).lookups_network_hour))
    async with services.road.connection() as connection:
        found = await find_by_token(connection, complaint_number(number), token)
    if found is None:
        raise no_complaint()
    return found


async def locked(
    services: Services, number: str, work: Callable[[asyncpg.Connection, Complaint], Awaitable[None]]
) -> None:
    """Do something to a complaint in one transaction.

    Raises:
        ProblemError: that does not happen to it.
    """
    wrong: ProblemError | None = None
    async with services.road.connection() as connection:
        try:
            async with connection.transaction():
                locked = await find(connection, number, lock=True)
                if locked is None:
                    raise no_complaint()
                await work(connection, locked)
        except ComplaintStepError as error:
            wrong = ProblemError(CONFLICT, error.what, error.remedy)
        except ProblemError as error:
            wrong = error
    # Raised out here: inside, the connection would be given up with it.
    if wrong is not None:
        raise wrong


async def again(services: Services, number: str) -> ComplaintStatus:
    """Where a complaint is now, for its reporter."""
    async with services.road.connection() as connection:
        found = await find(connection, number)
        if found is None:
            raise no_complaint()
        return await _status(connection, found)


async def _status(connection: asyncpg.Connection, found: Complaint) -> ComplaintStatus:
    freezes = await freezes_of(connection, found.case_id) if found.case_id is not None else []
    return status_of(found, await events_of(connection, found.complaint_id), freezes)


async def received_message(connection: asyncpg.Connection, written: str, recipient: str) -> tuple[int, UUID] | None:
    """The message that a reporter names, if it went to their number: nobody else knows its id."""
    id_ = from_wire(written.strip()) if written.strip() else None
    if id_ is None or not recipient:
        return None
    row = await connection.fetchrow(
        "SELECT m.account_id FROM accounts a CROSS JOIN LATERAL (SELECT m.account_id FROM messages m"
        " WHERE m.account_id = a.account_id AND m.id = $1 AND m.recipient = $2) m",
        *(id_, recipient),
    )
    return (row["account_id"], id_) if row else None


CALLS: Final = (make_complaint, show_complaint, withdraw_complaint)
