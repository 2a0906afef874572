"""Owns challenges as the accounts that have to answer them see them; must not decide who may vouch."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.challenges import Event, Voucher, may_vouch
from comity.base.ids import from_wire
from comity.edges.postgres import challenge_steps
from comity.edges.postgres.challenge_codes import is_right
from comity.edges.postgres.challenge_steps import Step
from comity.edges.postgres.challenge_store import (
    Challenge,
    ChallengeError,
    find_challenge,
    list_challenges,
    lock_challenge,
    show_challenge,
)
from comity.edges.postgres.statements import load
from comity.edges.rest_http.challenges_shapes import ChallengeEntry, Confirmation, Denial, entry
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, FORBIDDEN, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, address_of, credentials, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec

MOST_BODY: Final = 16 * 1024
_TAGS: Final = ["Challenges"]
_STEP: Final = {
    **BODY_ANSWERS,
    **ENTRY_ANSWERS,
    **NOT_FOUND_ANSWER,
    409: spec("It was answered before, or is past its time."),
}


@get(
    "/api/challenges",
    opt={"scope": "read"},
    tags=_TAGS,
    summary="Unusual use of your account that you are asked about",
    response_description="Challenges, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_own_challenges(
    services: Work,
    account: Caller,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    only_open: FromQuery[bool] = False,
) -> Page[ChallengeEntry]:
    """A key used from a new country, or far more sent than ever: what is sent so is held until you answer (U15)."""
    most, before = size_of(limit), place_of(cursor, UUID)
    async with services.tenants.account(account.account_id) as connection:
        rows = await list_challenges(connection, account.account_id, only_open=only_open, before=before, most=most + 1)
    more = cursor_of(rows[most - 1]["challenge_id"]) if len(rows) > most else None
    return Page([entry(row) for row in rows[:most]], more)


@get(
    "/api/challenges/{id_:str}",
    opt={"scope": "read"},
    tags=_TAGS,
    summary="One challenge",
    response_description="The challenge.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
)
async def show_own_challenge(services: Work, account: Caller, id_: FromPath[str]) -> ChallengeEntry:
    """With how many messages wait for the answer."""
    async with services.tenants.account(account.account_id) as connection:
        return await _shown(connection, account.account_id, challenge_id(id_))


@post(
    "/api/challenges/{id_:str}/confirm",
    status_code=200,
    opt={"body": (Confirmation,), "scope": "cases"},
    tags=_TAGS,
    summary="Say that it is you",
    response_description="The challenge; what was held goes on its way.",
    responses={**_STEP, 403: spec("The code is wrong or over, or this key cannot vouch.")},
)
async def confirm_challenge(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[ChallengeEntry]:
    """With the code that was mailed to your account's addresses, or by calling with another key from a known place.

    The key that the challenge is about cannot vouch for itself: whoever stole it holds it. A challenge of volume takes
    the code, or the operator.
    """
    found_id, body = challenge_id(id_), await read_json(request, MOST_BODY)
    given: Confirmation = shaped(body, Confirmation)

    async def work(connection: asyncpg.Connection) -> ChallengeEntry:
        known = await _own(connection, account.account_id, found_id)
        if known.ended_at is not None:
            raise ProblemError(CONFLICT, "This challenge was answered before.", "See what became of it.")
        now = services.clock.now()
        if given.code:
            # Over a connection of its own: a wrong try stays counted when this transaction is undone.
            async with services.road.connection() as apart:
                right = await is_right(apart, found_id, given.code, now)
            event, step = Event.CODE, Step("code", now)
        else:
            right = await _vouches(connection, request, services, known)
            event, step = Event.KEY, Step(f"key {credentials(request)[0]}", now)
        if not right:
            raise _not_by_this(given.code)
        try:
            locked = await lock_challenge(connection, account.account_id, found_id)
            await challenge_steps.confirm(connection, locked, event, step)
        except ChallengeError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return await _shown(connection, account.account_id, found_id)

    return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/challenges/{id_:str}/deny",
    status_code=200,
    opt={"body": (Denial,), "scope": "cases"},
    tags=_TAGS,
    summary="Say that it is not you",
    response_description="The challenge; what was held is refused and paid back.",
    responses=_STEP,
)
async def deny_challenge(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[ChallengeEntry]:
    """The key opens nothing any more, at once; people at the desk look at what it did. Replace your other keys too."""
    found_id, body = challenge_id(id_), await read_json(request, MOST_BODY)
    given: Denial = shaped(body, Denial)

    async def work(connection: asyncpg.Connection) -> ChallengeEntry:
        await _own(connection, account.account_id, found_id)
        step = Step(f"key {credentials(request)[0]}", services.clock.now(), given.why, keys=given.keys)
        try:
            locked = await lock_challenge(connection, account.account_id, found_id)
            await challenge_steps.deny(connection, locked, step)
        except ChallengeError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return await _shown(connection, account.account_id, found_id)

    return await once(request, services, f"account:{account.account_id}", body, work)


def challenge_id(written: str) -> UUID:
    """The id of a challenge as it was written.

    Raises:
        ProblemError: it can be none.
    """
    found = from_wire(written)
    if found is None:
        raise ProblemError(NOT_FOUND, "This is no id of a challenge.", "An id has 31 lower-case letters and digits.")
    return found


async def _own(connection: asyncpg.Connection, account_id: int, found_id: UUID) -> Challenge:
    found = await find_challenge(connection, account_id, found_id)
    if found is None:
        raise ProblemError(NOT_FOUND, "You have no such challenge.", "See /api/challenges.")
    return found


async def _shown(connection: asyncpg.Connection, account_id: int, found_id: UUID) -> ChallengeEntry:
    row = await show_challenge(connection, account_id, found_id)
    if row is None:
        raise ProblemError(NOT_FOUND, "You have no such challenge.", "See /api/challenges.")
    return entry(row)


async def _vouches(connection: asyncpg.Connection, request: AnyRequest, services: Services, found: Challenge) -> bool:
    """Whether the key that calls may vouch, from where it calls."""
    key, country = credentials(request)[0], services.gate.country_of(address_of(request))
    since = await connection.fetchval(load("challenge_vouching"), found.account_id, key, country)
    return may_vouch(Voucher(key, country, since), found.kind, found.key, found.country, found.opened_at)


def _not_by_this(code: str) -> ProblemError:
    if code:
        return ProblemError(
            FORBIDDEN,
            "This is not the code, or its time or its tries are over.",
            "Give the code of the newest mail, call with another key from a known place, or ask the operator.",
        )
    return ProblemError(
        FORBIDDEN,
        "This key cannot vouch for that.",
        "Give the code that was mailed to your account's addresses, or call with another key, from a place that it was"
        " used from before.",
    )


CALLS: Final = (list_own_challenges, show_own_challenge, confirm_challenge, deny_challenge)
