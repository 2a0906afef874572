"""Owns the calls by which an account has what it holds on a person erased; must not know what the law needs."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.base.ids import from_wire, to_wire
from comity.edges.postgres import erasure_store
from comity.edges.postgres.erasure_store import Erasure
from comity.edges.rest_http.consents_shown import number_of
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER

MOST_BODY: Final = 4 * 1024
_SCOPE: Final = {"scope": "consents"}
_TAG: Final = ["Erasure"]
_LAST: Final = UUID(int=(1 << 128) - 1)


class ErasureBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to forget.

    Attributes:
        recipient: the number, with its country code.
    """

    recipient: str


class ShownKept(msgspec.Struct):
    """Something that outlives the erasure.

    Attributes:
        what: what is kept, in words.
        why: which law needs it.
        until: when it goes, in words.
    """

    what: str
    why: str
    until: str


class ShownErasure(msgspec.Struct):
    """A request to erase, as it stands; the number is not told again.

    Attributes:
        id: what the request is known by.
        state: asked, waiting (messages to the number are still to be sent), preserved (an order forbids it), or done.
        asked_at: when it was asked for.
        tried_at: when it was tried last; null before.
        done_at: when it was done; null before.
        destroyed: how many of each kind are gone.
        kept: what outlives it, and why; known once it was tried.
    """

    id: str
    state: str
    asked_at: datetime
    tried_at: datetime | None
    done_at: datetime | None
    destroyed: dict[str, int]
    kept: list[ShownKept]


@post(
    "/api/erasures",
    status_code=202,
    tags=_TAG,
    summary="Have a person forgotten",
    response_description="The request; it is done within a minute, unless something is in its way.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
    opt={**_SCOPE, "body": (ErasureBody,)},
)
async def ask_erasure(request: AnyRequest, services: Work, account: Caller) -> Response[ShownErasure]:
    """Destroys what we hold for you on a number, but for what the law needs, which the answer names with the reason."""
    body = await read_json(request, MOST_BODY)
    recipient = number_of(shaped(body, ErasureBody).recipient)

    async def work(connection: asyncpg.Connection) -> ShownErasure:
        return shown(
            await erasure_store.ask(connection, account.account_id, recipient, "account", services.clock.now())
        )

    return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/erasures",
    tags=_TAG,
    summary="What you had erased",
    response_description="A page of requests, the newest first.",
    responses={**ENTRY_ANSWERS, 400: BODY_ANSWERS[400]},
    opt=_SCOPE,
)
async def list_erasures(
    services: Work, account: Caller, after: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
) -> Page[ShownErasure]:
    """Without the numbers, which are forgotten with the rest."""
    before, most = place_of(after, UUID) or _LAST, size_of(limit)
    async with services.tenants.account(account.account_id) as connection:
        found = await erasure_store.list_erasures(connection, account.account_id, before, most + 1)
    more = cursor_of(found[most - 1].erasure_id) if len(found) > most else None
    return Page([shown(one) for one in found[:most]], more)


@get(
    "/api/erasures/{id_:str}",
    tags=_TAG,
    summary="One of your erasures",
    response_description="The request.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
    opt=_SCOPE,
)
async def show_erasure(services: Work, account: Caller, id_: FromPath[str]) -> ShownErasure:
    """Where it stands, what was destroyed, and what is kept and why."""
    erasure_id = from_wire(id_)
    async with services.tenants.account(account.account_id) as connection:
        found = erasure_id and await erasure_store.find(connection, account.account_id, erasure_id)
    if not found:
        raise ProblemError(NOT_FOUND, "You have no such erasure.", "See /api/erasures.")
    return shown(found)


def shown(erasure: Erasure) -> ShownErasure:
    """An erasure as it is told."""
    return ShownErasure(
        to_wire(erasure.erasure_id),
        erasure.state.value,
        erasure.asked_at,
        erasure.tried_at,
        erasure.done_at,
        erasure.destroyed,
        [ShownKept(one.what, one.why, one.until) for one in erasure.kept],
    )


CALLS: Final = (ask_erasure, list_erasures, show_erasure)
