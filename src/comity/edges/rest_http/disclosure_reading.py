"""Owns what the desk reads of disclosures: bases, the register, a request, its proposal; must not change anything."""

from __future__ import annotations

from typing import Final

from litestar import get
from litestar.params import FromPath, FromQuery

from comity.disclosure.request import proposal
from comity.edges.postgres import disclosure_records, disclosure_store
from comity.edges.postgres.disclosure_store import find
from comity.edges.rest_http.disclosure_shapes import (
    DisclosureLine,
    KindCount,
    Proposal,
    ShownBasis,
    ShownDisclosure,
    basis_of,
    line_of,
    scope_of,
)
from comity.edges.rest_http.disclosure_words import account_names, as_problems, bases, thing_id, whole
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.services import Work
from comity.edges.rest_http.shown import ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.staff import Staff

_TAGS: Final = ["Desk: disclosures"]
_FOUND: Final = {**ENTRY_ANSWERS, **NOT_FOUND_ANSWER}


@get(
    "/api/desk/disclosure-bases",
    tags=_TAGS,
    summary="The legal bases on which may be asked",
    response_description="Each with the least that answers it.",
    responses=ENTRY_ANSWERS,
)
async def list_disclosure_bases(services: Work, staffer: Staff) -> list[ShownBasis]:  # noqa: ARG001  lets staff in
    """As the policy in force has them; what it does not name is as it ships."""
    return [basis_of(name, basis) for name, basis in bases(services).items()]


@get(
    "/api/desk/disclosures",
    tags=_TAGS,
    summary="The register of requests for information",
    response_description="Metadata, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_disclosures(
    services: Work,
    staffer: Staff,  # noqa: ARG001  lets staff in
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    waiting: FromQuery[bool] = False,
) -> Page[DisclosureLine]:
    """All of them, or those that wait for an answer: no number, no text, nobody's name but an authority's."""
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await disclosure_store.register(connection, waiting=waiting, before=before, most=most + 1)
    more = cursor_of(rows[most - 1]["number"]) if len(rows) > most else None
    return Page([line_of(row) for row in rows[:most]], more)


@get(
    "/api/desk/disclosures/{id_:str}",
    tags=_TAGS,
    summary="One request for information",
    response_description="The request, with what happened to it.",
    responses=_FOUND,
)
async def show_disclosure(services: Work, staffer: Staff, id_: FromPath[str]) -> ShownDisclosure:  # noqa: ARG001  lets staff in
    """With who asks, what for, and what would go out; never the records themselves."""
    request_id = thing_id(id_)
    async with services.road.connection() as connection:
        with as_problems():
            return await whole(connection, await find(connection, request_id))


@get(
    "/api/desk/disclosures/{id_:str}/proposal",
    tags=_TAGS,
    summary="The least that answers a request",
    response_description="What its basis proposes, and how much that is.",
    responses=_FOUND,
)
async def propose_disclosure(services: Work, staffer: Staff, id_: FromPath[str]) -> Proposal:  # noqa: ARG001  lets staff in
    """Counts, by account and kind; nothing of it is opened."""
    request_id = thing_id(id_)
    async with services.road.connection() as connection:
        with as_problems():
            found = await find(connection, request_id)
        scope = proposal(found.asked, found.terms)
        rows = await disclosure_records.counts(connection, scope)
        names = await account_names(connection, {*scope.accounts, *(row["account_id"] for row in rows)})
    counted = [KindCount(names[row["account_id"]], row["kind"], row["records"]) for row in rows]
    return Proposal(scope_of(scope, names), counted, found.terms.content)


CALLS: Final = (list_disclosure_bases, list_disclosures, show_disclosure, propose_disclosure)
