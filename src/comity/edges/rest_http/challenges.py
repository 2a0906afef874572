"""Owns challenges as the accounts that have to answer them see them; must not decide who may vouch."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.challenges import CountryTerms, Event, State
from comity.base.ids import from_wire
from comity.edges.postgres import challenge_steps
from comity.edges.postgres.challenge_codes import send_codes
from comity.edges.postgres.challenge_steps import Step
from comity.edges.postgres.challenge_store import (
    ChallengeError,
    list_challenges,
    lock_challenge,
    show_challenge,
    terms,
)
from comity.edges.postgres.complaint_rates import of_number
from comity.edges.rest_http.challenges_rights import (
    insist_on_keys,
    is_asked_about,
    looked_up,
    not_by_this,
    own,
    tried,
    vouches,
)
from comity.edges.rest_http.challenges_shapes import ChallengeEntry, CodeMailed, Confirmation, Denial, entry
from comity.edges.rest_http.complaints import take
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, FORBIDDEN, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, actor_of, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.team_shapes import NothingBody

MOST_BODY: Final = 16 * 1024
_CODES_DAILY: Final = 3
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

    The key that the challenge is about cannot vouch for itself: whoever stole it holds it. Nor can one that it made, or
    one that was not used from there for some days before. A challenge of volume takes the code, or the operator.
    """
    found_id, body = challenge_id(id_), await read_json(request, MOST_BODY)
    given: Confirmation = shaped(body, Confirmation)
    key, now = actor_of(request).client_id, services.clock.now()
    # Before the transaction of the answer, in a commit of its own: a wrong try stays counted.
    right = bool(given.code) and await tried(request, services, account, found_id, given.code)

    async def work(connection: asyncpg.Connection) -> ChallengeEntry:
        known = await own(connection, account.account_id, found_id)
        if known.ended_at is not None:
            raise ProblemError(CONFLICT, "This challenge was answered before.", "See what became of it.")
        event, step = (Event.CODE, Step("code", now)) if given.code else (Event.KEY, Step(f"key {key}", now))
        if not (right if given.code else await vouches(connection, request, services, (account, known))):
            raise not_by_this(given.code)
        try:
            locked = await lock_challenge(connection, account.account_id, found_id)
            await challenge_steps.confirm(connection, locked, event, step)
        except ChallengeError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return await _shown(connection, account.account_id, found_id)

    return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/challenges/{id_:str}/code",
    status_code=200,
    opt={"body": (NothingBody,), "scope": "cases"},
    tags=_TAGS,
    summary="Have a new code mailed",
    response_description="To how many addresses it goes.",
    responses={
        **_STEP,
        403: spec("This is the key that you are asked about."),
        429: spec("Three were mailed today. Wait for `Retry-After` seconds."),
    },
)
async def mail_challenge_code(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[CodeMailed]:
    """The code before is worth nothing then, and tries begin anew. Three a day, by any key but the one asked about."""
    found_id, body = challenge_id(id_), await read_json(request, MOST_BODY)
    shaped(body, NothingBody)
    found = await looked_up(services, account, found_id)
    if is_asked_about(request, account, found):
        raise ProblemError(FORBIDDEN, "This is the key that you are asked about.", "Call with another key.")
    await take(services, of_number("challenge code", str(found_id), None, _CODES_DAILY))

    async def work(connection: asyncpg.Connection) -> CodeMailed:
        locked = await lock_challenge(connection, account.account_id, found_id)
        if locked.state is not State.OPEN:
            raise ProblemError(CONFLICT, "Codes are over for this challenge.", "See what became of it.")
        asked = (await terms(connection)).country or CountryTerms()
        mailed = await send_codes(connection, locked, asked, services.clock.now())
        if not mailed:
            raise ProblemError(CONFLICT, "There is no address that codes go to.", "Ask the operator, who decides it.")
        return CodeMailed(mailed)

    return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/challenges/{id_:str}/deny",
    status_code=200,
    opt={"body": (Denial,), "scope": "cases"},
    tags=_TAGS,
    summary="Say that it is not you",
    response_description="The challenge; what was held is refused and paid back.",
    responses={**_STEP, 403: spec("You name keys that this one may not take back.")},
)
async def deny_challenge(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[ChallengeEntry]:
    """The key opens nothing any more, at once; people at the desk look at what it did. Replace your other keys too.

    Any key may say so of the one that is asked about. To name further ones takes a key with the scope `keys`, that may
    itself do what they may, and that is not asked about.
    """
    found_id, body = challenge_id(id_), await read_json(request, MOST_BODY)
    given: Denial = shaped(body, Denial)

    async def work(connection: asyncpg.Connection) -> ChallengeEntry:
        found = await own(connection, account.account_id, found_id)
        await insist_on_keys(connection, request, (account, found), given.keys)
        step = Step(f"key {actor_of(request).client_id}", services.clock.now(), given.why, keys=given.keys)
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


async def _shown(connection: asyncpg.Connection, account_id: int, found_id: UUID) -> ChallengeEntry:
    row = await show_challenge(connection, account_id, found_id)
    if row is None:
        raise ProblemError(NOT_FOUND, "You have no such challenge.", "See /api/challenges.")
    return entry(row)


CALLS: Final = (list_own_challenges, show_own_challenge, confirm_challenge, mail_challenge_code, deny_challenge)
