"""Owns the desk's calls about standing: accounts listed by it, shown, sanctions proposed, strikes; must not decide."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.account import Standing
from comity.base.ids import to_wire
from comity.cases.life import Role
from comity.edges.postgres import desk_store, standing_cases
from comity.edges.postgres.standing_cases import Proposal
from comity.edges.postgres.standing_desk import list_strikes, show_standing
from comity.edges.postgres.standing_store import NewStrike, remove_strike
from comity.edges.rest_http.desk_named import found_account, number_named
from comity.edges.rest_http.desk_shapes import (
    AccountLine,
    DeskStanding,
    GiveStrike,
    NewStanding,
    ProposedStanding,
    StrikeAnswer,
    StrikeLine,
    TakeBack,
    TakenBack,
)
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 32 * 1024
_TAGS: Final = ["Desk: standing"]
_NO_ACCOUNT: Final = {404: spec("There is no such account.")}
_CHANGE: Final = {**BODY_ANSWERS, **ENTRY_ANSWERS, **_NO_ACCOUNT, 409: spec("That cannot happen to this account.")}
_WATCHED: Final = tuple(one.value for one in Standing if one is not Standing.GOOD)


@get(
    "/api/desk/accounts",
    tags=_TAGS,
    summary="Accounts by standing",
    response_description="A page of accounts, by their numbers.",
    responses={**ENTRY_ANSWERS, 400: spec("There is no such standing, or limit or cursor cannot be one.")},
)
async def list_desk_accounts(
    services: Work,
    staffer: Staff,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    standing: FromQuery[str] = "",
) -> Page[AccountLine]:
    """Those that are not good; with `standing`, those of that one, or with `all` every one."""
    del staffer  # that it is one is all that counts
    most, after, now = size_of(limit), place_of(cursor, int), services.clock.now()
    async with services.road.connection() as connection:
        rows = await desk_store.accounts_by_standing(connection, _standings(standing), (after, most + 1), now)
    more = cursor_of(rows[most - 1]["account_id"]) if len(rows) > most else None
    return Page([_line(row) for row in rows[:most]], more)


@get(
    "/api/desk/accounts/{id_:str}/standing",
    tags=_TAGS,
    summary="An account's standing",
    response_description="The standing with all that led to it.",
    responses={**ENTRY_ANSWERS, **_NO_ACCOUNT},
)
async def show_desk_standing(services: Work, staffer: Staff, id_: FromPath[str]) -> DeskStanding:
    """With every strike and statement of reasons. The account is named by its name, or by ~ and its number."""
    del staffer
    async with services.road.connection() as connection:
        account_id, name = await found_account(connection, id_)
        shown = await show_standing(connection, account_id, services.clock.now())
        strikes = await list_strikes(connection, account_id)
    lines = [StrikeLine(**row) for row in strikes]
    return DeskStanding(name, shown.standing, shown.counts, shown.weight, lines, shown.statements)


@post(
    "/api/desk/accounts/{id_:str}/standing",
    opt={"role": Role.SENIOR, "body": (NewStanding,)},
    status_code=202,
    tags=_TAGS,
    summary="Propose another standing",
    response_description="The proposal, which waits for a second person.",
    responses=_CHANGE,
)
async def propose_standing(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ProposedStanding]:
    """Opens a case of the kind `standing`. Another senior confirms it, and with that it happens, or overturns it.

    Overturned after it was confirmed, what it imposed ends. The account is told with a statement of reasons.
    """
    body = await read_json(request, _MOST_BODY)
    asked: NewStanding = shaped(body, NewStanding)

    async def work(connection: asyncpg.Connection) -> ProposedStanding:
        account_id, name = await found_account(connection, id_)
        new = Proposal(account_id, asked.to, asked.reason.strip(), asked.clause.strip(), staffer.person, asked.days)
        case = await standing_cases.propose(connection, new, services.clock.now())
        return ProposedStanding(name, asked.to, to_wire(case))

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/accounts/{id_:str}/strikes",
    opt={"role": Role.SENIOR, "body": (GiveStrike,)},
    status_code=200,
    tags=_TAGS,
    summary="Give a strike",
    response_description="Its number, or the case that a second person decides.",
    responses=_CHANGE,
)
async def give_a_strike(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[StrikeAnswer]:
    """The sum of strikes moves the standing. One that would limit the account, or worse, waits for another senior."""
    body = await read_json(request, _MOST_BODY)
    asked: GiveStrike = shaped(body, GiveStrike)

    async def work(connection: asyncpg.Connection) -> StrikeAnswer:
        account_id, name = await found_account(connection, id_)
        new = NewStrike(account_id, asked.clause.strip(), asked.reason.strip(), asked.weight, staffer.person)
        given = await standing_cases.give_strike(connection, new, services.clock.now())
        if isinstance(given, UUID):
            return StrikeAnswer(name, None, to_wire(given))
        return StrikeAnswer(name, given, None)

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/strikes/{id_:str}/remove",
    opt={"role": Role.SENIOR, "body": (TakeBack,)},
    status_code=200,
    tags=_TAGS,
    summary="Take a strike back",
    response_description="The strike, which counts no more.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 404: spec("No such strike counts.")},
)
async def take_a_strike_back(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[TakenBack]:
    """With what its weight led to. Strikes are named by their numbers."""
    body = await read_json(request, _MOST_BODY)
    asked: TakeBack = shaped(body, TakeBack)
    number = number_named(id_, "/api/desk/accounts/{id}/standing")

    async def work(connection: asyncpg.Connection) -> TakenBack:
        now = services.clock.now()
        if not await remove_strike(connection, number, staffer.person, asked.reason.strip(), now):
            raise ProblemError(NOT_FOUND, "No such strike counts.", "See GET /api/desk/accounts/{id}/standing.")
        return TakenBack(number)

    return await once(request, services, staffer.holder, body, work)


CALLS: Final[tuple[Any, ...]] = (
    list_desk_accounts,
    show_desk_standing,
    propose_standing,
    give_a_strike,
    take_a_strike_back,
)


def _standings(written: str) -> tuple[str, ...] | None:
    known = {"": _WATCHED, "all": None, **{one.value: (one.value,) for one in Standing}}
    if written not in known:
        raise ProblemError(UNREADABLE, "There is no such standing.", f"Take one of {', '.join(filter(None, known))}.")
    return known[written]


def _line(row: desk_store.Row) -> AccountLine:
    names = ("standing", "counts", "weight", "changed_at")
    whose = desk_store.BY_NUMBER + str(row["account_id"])
    return AccountLine(id=whose, account=row["name"], **{name: row[name] for name in names})
