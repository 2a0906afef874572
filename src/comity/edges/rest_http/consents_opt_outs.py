"""Owns the calls about opt-outs: put down, listed, taken back; must not know how they are kept."""

from __future__ import annotations

from typing import Any, Final

import asyncpg
from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery

from comity.edges.postgres import consent_opt_outs
from comity.edges.postgres.consent_opt_outs import OptOut
from comity.edges.rest_http.consents import MOST_BODY
from comity.edges.rest_http.consents_models import OptOutBody, ShownOptOut
from comity.edges.rest_http.consents_shown import RowPlace, nothing, number_of, read_body_as, row_of, shown_opt_out
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import note_call, once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.messages.submission import Category

_SCOPE: Final = {"scope": "consents"}
_TAG: Final = ["Opt-outs"]
_CATEGORIES: Final = frozenset(category.value for category in Category)


@post(
    "/api/opt-outs",
    status_code=200,
    tags=_TAG,
    summary="Leave a person alone",
    response_description="The opt-out; the one that was there, where it was.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
    opt={**_SCOPE, "body": (OptOutBody,)},
)
async def add_opt_out(request: AnyRequest, services: Work, account: Caller) -> Response[ShownOptOut]:
    """From everything, a brand, or a category: texts and calls alike, whatever the category, but for codes."""
    body = await read_json(request, MOST_BODY)
    wish = _wish(read_body_as(body, OptOutBody))

    async def work(connection: asyncpg.Connection) -> ShownOptOut:
        await consent_opt_outs.put_opt_out(connection, account.account_id, wish, services.clock.now())
        return shown_opt_out(await consent_opt_outs.find_opt_out(connection, account.account_id, wish))

    return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/opt-outs",
    tags=_TAG,
    summary="Your opt-outs",
    response_description="A page of opt-outs, the newest first.",
    responses={**ENTRY_ANSWERS, 400: BODY_ANSWERS[400]},
    opt=_SCOPE,
)
async def list_opt_outs(
    services: Work,
    account: Caller,
    recipient: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Page[ShownOptOut]:
    """All, or those of a person. `after` takes the `next` of the page before."""
    number = number_of(recipient) if recipient else None
    before, most = place_of(after, RowPlace) or consent_opt_outs.LAST, size_of(limit)
    async with services.tenants.account(account.account_id) as connection:
        rows = await consent_opt_outs.list_opt_outs(connection, account.account_id, number, before, most + 1)
    more = cursor_of(rows[most - 1]["number"]) if len(rows) > most else None
    return Page([shown_opt_out(row) for row in rows[:most]], more)


@delete(
    "/api/opt-outs/{id_:str}",
    status_code=200,
    tags=_TAG,
    summary="Take an opt-out back that you put down",
    response_description="The opt-out that is gone.",
    responses={
        **ENTRY_ANSWERS,
        **NOT_FOUND_ANSWER,
        409: spec("The person asked for it in a reply: only they can take it back, by texting START."),
    },
    opt=_SCOPE,
)
async def remove_opt_out(request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]) -> ShownOptOut:
    """Only where the person wants your messages again. What they asked for in a reply stays until they text START."""
    number, now = row_of(id_), services.clock.now()
    async with services.road.connection() as connection, connection.transaction():
        row = await consent_opt_outs.opt_out_of(connection, account.account_id, number)
        if row is None:
            raise nothing()
        if row["source"] != consent_opt_outs.BY_ACCOUNT:
            raise ProblemError(CONFLICT, "This person asked for it themselves.", "They can text START to take it back.")
        await consent_opt_outs.take_back(connection, account.account_id, number, "api", now)
        await note_call(request, services, account.account_id, connection)
    return shown_opt_out(row)


CALLS: Final[tuple[Any, ...]] = (add_opt_out, list_opt_outs, remove_opt_out)


def _wish(body: OptOutBody) -> OptOut:
    subject = " ".join(body.subject.split())
    if (body.scope == "everything") != (not subject):
        raise ProblemError(UNREADABLE, "scope and subject do not go together.", "Name the brand or category alone.")
    if body.scope == "category" and subject not in _CATEGORIES:
        raise ProblemError(UNREADABLE, "subject is no category.", f"Use one of {', '.join(sorted(_CATEGORIES))}.")
    if "\0" in subject + body.memo:
        raise ProblemError(UNREADABLE, "The body holds a NUL.", "Leave it out.")
    return OptOut(number_of(body.recipient), body.scope, subject, memo=body.memo)
