"""Owns the desk's calls about stopped traffic: listed, made by hand, confirmed, ended; must not decide anything.

A freeze is known by the id of the case that what it holds waits in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.cases.life import Role
from comity.complaints.complaint import NewFreeze
from comity.complaints.life import ComplaintStepError, FreezeEvent
from comity.complaints.linking import reported
from comity.edges.postgres import complaint_freezes
from comity.edges.postgres.complaint_freeze_telling import Word
from comity.edges.postgres.complaint_frozen import Freeze, find_freeze, list_freezes, lock_freeze, takes_senior
from comity.edges.postgres.operator_store import NotThereError, account_id_of
from comity.edges.rest_http.desk_complaint_shapes import FreezeEntry, FreezePage, NewFreezeBody, Said
from comity.edges.rest_http.desk_complaint_words import freeze_entry
from comity.edges.rest_http.desk_words import as_problems, case_id, shaped
from comity.edges.rest_http.paging import cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, FORBIDDEN, NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff
from comity.senders.read import BadSender, read_sender

_MOST_BODY: Final = 32 * 1024
_TAGS: Final = ["Desk: complaints"]
_STEP: Final = {
    **BODY_ANSWERS,
    **ENTRY_ANSWERS,
    404: spec("There is no such freeze."),
    403: spec("It takes a senior reviewer."),
    409: spec("That does not happen to a freeze in its state."),
}
Deed = Callable[[asyncpg.Connection, Freeze, Word], Awaitable[None]]


@get(
    "/api/desk/freezes",
    tags=_TAGS,
    summary="Traffic that is stopped after complaints",
    response_description="A page of freezes, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_desk_freezes(
    services: Work,
    staffer: Staff,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    only_open: FromQuery[bool] = True,
) -> FreezePage:
    """What is in force or proposed; with `only_open=false`, what has ended too."""
    del staffer
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await list_freezes(connection, only_open=only_open, before=before, most=most + 1)
    more = cursor_of(rows[most - 1]["freeze_id"]) if len(rows) > most else None
    return FreezePage([freeze_entry(row) for row in rows[:most]], more)


@post(
    "/api/desk/freezes",
    opt={"body": (NewFreezeBody,)},
    tags=_TAGS,
    summary="Stop traffic",
    response_description="What is stopped.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        403: spec("It takes a senior reviewer."),
        404: spec("There is no such account."),
    },
)
async def make_freeze(request: AnyRequest, services: Work, staffer: Staff) -> Response[FreezeEntry]:
    """By your word: it stands until somebody ends it. One-time codes and alerts are stopped only where you say so.

    Everybody's traffic, and one-time codes, take a senior reviewer.
    """
    body = await read_json(request, _MOST_BODY)
    asked: NewFreezeBody = shaped(body, NewFreezeBody)
    key, similarity = _key(asked)
    _need_senior(staffer.role, needed=asked.account is None or asked.codes)

    async def work(connection: asyncpg.Connection) -> FreezeEntry:
        what = NewFreeze(
            account_id=await _account(connection, asked.account),
            kind=asked.what,
            key=key,
            why=asked.why,
            complaint_number=asked.complaint,
            by=staffer.person,
            similarity=similarity,
            codes=asked.codes,
        )
        number = await complaint_freezes.freeze(connection, what, services.clock.now())
        return await _shown(connection, number)

    return await once(request, services, staffer.holder, body, work)


def _ending(name: str, summary: str, says: str, deed: Deed) -> Any:  # noqa: ANN401  a handler
    """A call that does something to a freeze, with a reason."""

    async def change(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[FreezeEntry]:
        body = await read_json(request, _MOST_BODY)
        said: Said = shaped(body, Said)
        case = case_id(id_)

        async def work(connection: asyncpg.Connection) -> FreezeEntry:
            found = await find_freeze(connection, case)
            if found is None:
                raise ProblemError(NOT_FOUND, "There is no such freeze.", "See /api/desk/freezes.")
            locked = await lock_freeze(connection, found.freeze_id)
            word = Word(staffer.person, staffer.role, said.why, services.clock.now())
            with as_problems():
                try:
                    await deed(connection, locked, word)
                except ComplaintStepError as error:
                    raise ProblemError(CONFLICT, error.what, error.remedy) from None
            return await _shown(connection, found.freeze_id)

        return await once(request, services, staffer.holder, body, work)

    change.__name__ = change.__qualname__ = f"{name}_freeze"
    change.__doc__ = says
    return post(
        f"/api/desk/freezes/{{id_:str}}/{name}",
        status_code=200,
        opt={"body": (Said,)},
        tags=_TAGS,
        summary=summary,
        response_description="The freeze.",
        responses=_STEP,
    )(change)


def _need_senior(role: Role, *, needed: bool) -> None:
    """Everybody's traffic, and one-time codes, are stopped and refused for good by a senior alone (`takes_senior`).

    Raises:
        ProblemError: it takes one, and this is none.
    """
    if needed and role < Role.SENIOR:
        raise ProblemError(FORBIDDEN, f"This needs the role {Role.SENIOR.word}.", "Name an account, or ask a senior.")


async def _confirm(connection: asyncpg.Connection, found: Freeze, word: Word) -> None:
    _need_senior(word.role, needed=takes_senior(found, FreezeEvent.CONFIRM))
    await complaint_freezes.confirm(connection, found, word)


async def _lift(connection: asyncpg.Connection, found: Freeze, word: Word) -> None:
    _need_senior(word.role, needed=takes_senior(found, FreezeEvent.LIFT))
    await complaint_freezes.end(connection, found, FreezeEvent.LIFT, word)


async def _uphold(connection: asyncpg.Connection, found: Freeze, word: Word) -> None:
    _need_senior(word.role, needed=takes_senior(found, FreezeEvent.UPHOLD))
    await complaint_freezes.end(connection, found, FreezeEvent.UPHOLD, word)


def _key(asked: NewFreezeBody) -> tuple[str, int | None]:
    """What is stopped by, and the hash of a text that is near."""
    if asked.what == "sender":
        sender = read_sender(asked.key)
        if isinstance(sender, BadSender):
            raise ProblemError(UNREADABLE, "That is no sender.", "Write it as it is shown.")
        return sender.key, None
    said = reported(asked.key)
    if said.text_key is None:
        raise ProblemError(UNREADABLE, "The text is empty.", "Give the words of the message.")
    return str(said.template if asked.what == "template" else said.text_key), said.similarity


async def _account(connection: asyncpg.Connection, name: str | None) -> int | None:
    if name is None:
        return None
    try:
        return await account_id_of(connection, name)
    except NotThereError as error:
        raise ProblemError(NOT_FOUND, error.what, error.remedy) from None


async def _shown(connection: asyncpg.Connection, freeze_id: int) -> FreezeEntry:
    (row,) = await list_freezes(connection, only_open=False, before=freeze_id + 1, most=1)
    return freeze_entry(row)


CALLS: Final = (
    list_desk_freezes,
    make_freeze,
    _ending(
        "confirm",
        "Let traffic stay stopped",
        "What was stopped without a person ends by itself within the hour; confirmed, a person ends it. Everybody's,"
        " and one-time codes, take a senior.",
        _confirm,
    ),
    _ending(
        "lift",
        "Let stopped traffic go",
        "What is held goes on its way, some thousand at once; the account is told. Everybody's takes a senior.",
        _lift,
    ),
    _ending(
        "uphold",
        "Refuse what is stopped",
        "With its charge back, for good, some thousand at once; the account is told why. Everybody's, and one-time"
        " codes, take a senior.",
        _uphold,
    ),
)
