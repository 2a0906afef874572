"""Owns the desk's calls about challenges: listed, shown, answered in an account's place; must not decide anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from comity.accounts.challenges import Event
from comity.cases.life import Role
from comity.edges.postgres import challenge_steps
from comity.edges.postgres.challenge_steps import Step
from comity.edges.postgres.challenge_store import (
    Challenge,
    ChallengeError,
    find_challenge,
    list_challenges,
    lock_challenge,
    show_challenge,
)
from comity.edges.postgres.operator_store import NotThereError, account_id_of
from comity.edges.rest_http.challenges import MOST_BODY, challenge_id
from comity.edges.rest_http.challenges_shapes import DeskAnswer, DeskChallenge, desk_entry
from comity.edges.rest_http.desk_words import as_problems, shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff

_TAGS: Final = ["Desk: challenges"]
_STEP: Final = {
    **BODY_ANSWERS,
    **ENTRY_ANSWERS,
    403: spec("It takes a senior reviewer."),
    404: spec("There is no such challenge."),
    409: spec("It was answered before."),
}
Deed = Callable[[asyncpg.Connection, Challenge, Step], Awaitable[Challenge]]


@get(
    "/api/desk/challenges",
    tags=_TAGS,
    summary="Unusual use of accounts that somebody must vouch for",
    response_description="A page of challenges, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one."), 404: spec("There is no such account.")},
)
async def list_desk_challenges(
    services: Work,
    staffer: Staff,
    of: Annotated[str | None, QueryParameter(name="account")] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    only_open: FromQuery[bool] = True,
) -> Page[DeskChallenge]:
    """Those that nobody has answered; with `only_open=false`, the others too. Of one account where it is named."""
    del staffer
    most, before = size_of(limit), place_of(cursor, UUID)
    async with services.road.connection() as connection:
        of_account = None
        if of is not None:
            try:
                of_account = await account_id_of(connection, of)
            except NotThereError:
                of_account = -1
        rows = await list_challenges(connection, of_account, only_open=only_open, before=before, most=most + 1)
    if of_account == -1:
        raise ProblemError(NOT_FOUND, "There is no such account.", "See /api/desk/accounts.")
    more = cursor_of(rows[most - 1]["challenge_id"]) if len(rows) > most else None
    return Page([desk_entry(row) for row in rows[:most]], more)


@get(
    "/api/desk/challenges/{id_:str}",
    tags=_TAGS,
    summary="One challenge",
    response_description="The challenge.",
    responses={**ENTRY_ANSWERS, 404: spec("There is no such challenge.")},
)
async def show_desk_challenge(services: Work, staffer: Staff, id_: FromPath[str]) -> DeskChallenge:
    """With its account and with who answered."""
    del staffer
    found_id = challenge_id(id_)
    async with services.road.connection() as connection:
        row = await show_challenge(connection, None, found_id)
    if row is None:
        raise ProblemError(NOT_FOUND, "There is no such challenge.", "See /api/desk/challenges.")
    return desk_entry(row)


def _answering(name: str, summary: str, says: str, deed: Deed) -> Any:  # noqa: ANN401  a handler
    """A call that answers a challenge, with a reason."""

    async def change(
        request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
    ) -> Response[DeskChallenge]:
        found_id, body = challenge_id(id_), await read_json(request, MOST_BODY)
        said: DeskAnswer = shaped(body, DeskAnswer)

        async def work(connection: asyncpg.Connection) -> DeskChallenge:
            if await find_challenge(connection, None, found_id) is None:
                raise ProblemError(NOT_FOUND, "There is no such challenge.", "See /api/desk/challenges.")
            locked = await lock_challenge(connection, None, found_id)
            step = Step(staffer.person, services.clock.now(), said.why, staffer.role, said.keys, by_staff=True)
            with as_problems():
                try:
                    await deed(connection, locked, step)
                except ChallengeError as error:
                    raise ProblemError(CONFLICT, error.what, error.remedy) from None
            row = await show_challenge(connection, None, found_id)
            assert row is not None, "it was locked"
            return desk_entry(row)

        return await once(request, services, staffer.holder, body, work)

    change.__name__ = change.__qualname__ = f"{name}_desk_challenge"
    change.__doc__ = says
    return post(
        f"/api/desk/challenges/{{id_:str}}/{name}",
        status_code=200,
        opt={"body": (DeskAnswer,), "role": Role.SENIOR},
        tags=_TAGS,
        summary=summary,
        response_description="The challenge.",
        responses=_STEP,
    )(change)


async def _confirm(connection: asyncpg.Connection, found: Challenge, step: Step) -> Challenge:
    return await challenge_steps.confirm(connection, found, Event.STAFF, step)


CALLS: Final = (
    list_desk_challenges,
    show_desk_challenge,
    _answering(
        "confirm",
        "Vouch for an account",
        "After you made sure, by a way that whoever holds the key does not have. What is held goes on its way.",
        _confirm,
    ),
    _answering(
        "deny",
        "Say that it is not the account",
        "The key opens nothing any more, what is held is refused and paid back, and a case is opened.",
        challenge_steps.deny,
    ),
)
