"""Owns what anybody may ask about disclosures: a package by its link, the figures of a year; and accounts, their own.

It must not decide anything. Whoever has a link is all that it knows of them.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final

from litestar import Response, get, head
from litestar.params import FromPath, FromQuery

from comity.base.ids import to_wire
from comity.disclosure.figures import Figures
from comity.edges.postgres.disclosure_figures import figures_of
from comity.edges.postgres.disclosure_release import Collected, collect, waits
from comity.edges.postgres.statements import load
from comity.edges.rest_http.disclosure_shapes import OwnDisclosure
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import GONE, NOT_FOUND, ProblemError
from comity.edges.rest_http.services import AnyRequest, Caller, Work, address_of
from comity.edges.rest_http.shown import ENTRY_ANSWERS, spec

_FIRST_YEAR: Final = 2020
_TAGS: Final = ["Disclosures"]
_LINK: Final = {
    404: spec("No package ever had this link."),
    410: spec("It was collected, or its time is over."),
    429: spec("Too many requests came from your address; wait for Retry-After."),
}


@get(
    "/api/disclosures",
    opt={"scope": "cases"},
    tags=_TAGS,
    summary="Requests for information that concern your account",
    response_description="What happened to them, what you could know last first.",
    responses={**ENTRY_ANSWERS, 400: spec("The cursor is none of this list, or limit is out of bounds.")},
)
async def list_own_disclosures(
    services: Work, account: Caller, limit: FromQuery[int | None] = None, cursor: FromQuery[str | None] = None
) -> Page[OwnDisclosure]:
    """Who asked, on which basis, and what went out; from the decision on, or from the date of a legal order."""
    most = size_of(limit)
    at, number = place_of(cursor, tuple[datetime, int]) or (None, None)
    async with services.tenants.account(account.account_id) as connection:
        rows = await connection.fetch(load("disclosure_own"), account.account_id, at, number, most + 1)
    last = rows[most - 1] if len(rows) > most else None
    return Page(
        [
            OwnDisclosure(to_wire(row["request_id"]), row["event"], row["at"], row["told_at"], row["body"])
            for row in rows[:most]
        ],
        cursor_of((last["told_at"], last["number"])) if last else None,
    )


@get(
    "/api/disclosures/{token:str}",
    tags=_TAGS,
    summary="Collect a package by its link, once",
    response_description="The package: a ZIP, closed as was agreed.",
    responses=_LINK,
)
async def collect_disclosure(request: AnyRequest, services: Work, token: FromPath[str]) -> Response[bytes]:
    """The first GET is answered with the package; every later one is told that it is gone. HEAD changes nothing."""
    services.rate.take(address_of(request))
    async with services.road.connection() as connection, connection.transaction():
        found = await collect(connection, token, services.clock.now())
    if not isinstance(found, Collected):
        raise _GONE if found == "gone" else _UNKNOWN
    digest = base64.b64encode(bytes.fromhex(found.file_digest)).decode()
    headers = {
        "content-disposition": f'attachment; filename="{found.name}"',
        "repr-digest": f"sha-256=:{digest}:",
    }
    return Response(found.content, media_type="application/octet-stream", headers=headers)


@head("/api/disclosures/{token:str}", include_in_schema=False)
async def look_at_disclosure(request: AnyRequest, services: Work, token: FromPath[str]) -> None:
    """Whether the link would work; programs that look at links before people open them use it up no more."""
    services.rate.take(address_of(request))
    async with services.road.connection() as connection:
        found = await waits(connection, token, services.clock.now())
    if not found:
        raise _UNKNOWN if found is None else _GONE


@get(
    "/api/transparency/{year:int}",
    tags=_TAGS,
    summary="How often information was asked for in a year",
    response_description="Counts; those below ten are ranges.",
    responses={404: spec("The year is not over, or there are no figures of it."), 429: _LINK[429]},
)
async def show_transparency(request: AnyRequest, services: Work, year: FromPath[int]) -> Figures:
    """By legal basis, country of whoever asked, and outcome.

    Of years that are over: a count that grows tells when somebody asked.
    """
    services.rate.take(address_of(request))
    if not _FIRST_YEAR <= year < services.clock.now().year:
        raise ProblemError(NOT_FOUND, "There are no figures of this year.", "Ask for a year that is over.")
    async with services.road.connection() as connection:
        return await figures_of(connection, year)


_GONE: Final = ProblemError(GONE, "This package was collected, or its time is over.", "Ask whoever sent you the link.")
_UNKNOWN: Final = ProblemError(NOT_FOUND, "No package has this link.", "Copy the link whole.")

CALLS: Final = (list_own_disclosures, collect_disclosure, look_at_disclosure, show_transparency)
