"""Owns the calls about standing: a customer's own with its statements and appeals, and the desk's decisions on these.

It must not decide anything. What is read goes through the account's own role; an appeal is written on the road.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from comity.accounts.appeals import LONGEST_TEXT, BadAppealError
from comity.accounts.statement import Statement, readable
from comity.base.ids import from_wire
from comity.cases.life import Role
from comity.edges.postgres.standing_appeals import Appeal, Ruling, decide_appeal, file_appeal, list_appeals
from comity.edges.postgres.standing_desk import find_statement, show_standing
from comity.edges.rest_http.desk_words import as_problems, shaped
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 32 * 1024
_TAGS: Final = ["Standing"]


class OwnStanding(msgspec.Struct, frozen=True):
    """How far your account is trusted.

    Attributes:
        standing: your account's own: good, watched, limited, suspended or deactivated.
        counts: what counts when you send: the worst of your own and those of the accounts above yours.
        strikes: what the strikes against your account weigh together.
        statements: statements of reasons for all that was decided, the newest first.
        appeals: your appeals.
    """

    standing: str
    counts: str
    strikes: int
    statements: tuple[Statement, ...]
    appeals: tuple[Appeal, ...]


class NewAppeal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An appeal against a sanction.

    Attributes:
        text: what is wrong with the decision, in your words.
    """

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT)]


class NewRuling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision on an appeal.

    Attributes:
        outcome: grant ends the sanction and takes back its strikes; refuse leaves it.
        why: the reasons, which the account reads.
    """

    outcome: Literal["grant", "refuse"]
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT)]


class AppealList(msgspec.Struct, frozen=True):
    """Appeals.

    Attributes:
        items: open ones first, those that must be decided first before others.
    """

    items: list[Appeal]


@get(
    "/api/standing",
    opt={"scope": "cases"},
    tags=_TAGS,
    summary="Your account's standing",
    response_description="The standing with all that led to it.",
    responses=ENTRY_ANSWERS,
)
async def show_own_standing(services: Work, account: Caller) -> OwnStanding:
    """With statements of reasons, strikes and appeals."""
    async with services.tenants.account(account.account_id) as connection:
        shown = await show_standing(connection, account.account_id, services.clock.now())
        appeals = await list_appeals(connection, account.account_id)
    return OwnStanding(shown.standing, account.standing.value, shown.weight, shown.statements, tuple(appeals))


@get(
    "/api/standing/statements/{id_:str}",
    opt={"scope": "cases"},
    tags=_TAGS,
    summary="A statement of reasons",
    response_description="The statement; as a text for people where Accept asks for text/plain.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
)
async def show_reasons(request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]) -> Response[Statement]:
    """What was decided, the facts, the clause and the exact policy, how it was decided, what it means, and redress."""
    async with services.tenants.account(account.account_id) as connection:
        statement = await find_statement(connection, account.account_id, from_wire(id_))
    if statement is None:
        raise ProblemError(NOT_FOUND, "You have no such statement.", "See GET /api/standing.")
    if request.accept.best_match(["application/json", "text/plain"]) == "text/plain":
        text: Any = Response(readable(statement), media_type="text/plain; charset=utf-8")
        return text  # type: ignore[no-any-return]  # a text in place of the struct
    return Response(statement)


@post(
    "/api/standing/{id_:str}/appeals",
    opt={"scope": "cases", "body": (NewAppeal,)},
    status_code=201,
    tags=_TAGS,
    summary="Appeal against a sanction",
    response_description="The appeal.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        **NOT_FOUND_ANSWER,
        409: spec("It was appealed against before, too much time has passed, or there is nothing to contest."),
    },
)
async def appeal(request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]) -> Response[Appeal]:
    """Once for each sanction, named by its statement's id, within six months. Another person than the first decides."""
    body = await read_json(request, _MOST_BODY)
    asked: NewAppeal = shaped(body, NewAppeal)

    async def work(connection: asyncpg.Connection) -> Appeal:
        try:
            filed = await file_appeal(connection, account.account_id, id_, asked.text, services.clock.now())
        except BadAppealError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        if filed is None:
            raise ProblemError(NOT_FOUND, "You have no such sanction.", "See GET /api/standing.")
        return filed

    return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/desk/appeals",
    tags=["Desk"],
    summary="Appeals that are to be decided",
    response_description="Open appeals, those first that must be decided first.",
    responses=ENTRY_ANSWERS,
)
async def list_open_appeals(services: Work, staffer: Staff) -> AppealList:  # noqa: ARG001  lets staff in
    """With what the accounts say."""
    async with services.road.connection() as connection:
        return AppealList(await list_appeals(connection, only_open=True))


@post(
    "/api/desk/appeals/{id_:str}/decide",
    opt={"role": Role.SENIOR, "body": (NewRuling,)},
    status_code=200,
    tags=["Desk"],
    summary="Decide an appeal",
    response_description="The appeal as it was decided.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        **NOT_FOUND_ANSWER,
        409: spec("It is decided already, or you decided the sanction."),
    },
)
async def decide_an_appeal(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[Appeal]:
    """Whoever decided the sanction does not decide the appeal. A granted one ends the sanction at once."""
    body = await read_json(request, _MOST_BODY)
    asked: NewRuling = shaped(body, NewRuling)

    async def work(connection: asyncpg.Connection) -> Appeal:
        ruling = Ruling(id_, asked.outcome, staffer.person, asked.why, staffer.role)
        with as_problems():
            decided = await decide_appeal(connection, ruling, services.clock.now())
        if decided is None:
            raise ProblemError(NOT_FOUND, "There is no such appeal.", "See GET /api/desk/appeals.")
        return decided

    return await once(request, services, staffer.holder, body, work)


CALLS: Final = (show_own_standing, show_reasons, appeal, list_open_appeals, decide_an_appeal)
