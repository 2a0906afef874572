"""Owns the desk's calls about how long things are kept, and whether the ledger balances; must not erase or book."""

from __future__ import annotations

from typing import Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post

from comity.cases.life import Role
from comity.edges.postgres import retention_upkeep
from comity.edges.postgres.operator_store import check_ledger
from comity.edges.rest_http.desk_upkeep_shapes import LedgerReport, NewRetention, RetentionRule
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 16 * 1024


@get(
    "/api/desk/retention",
    tags=["Desk: upkeep"],
    summary="How long what is kept",
    response_description="Every rule.",
    responses=ENTRY_ANSWERS,
)
async def list_retention(services: Work, staffer: Staff) -> list[RetentionRule]:
    """And why, who said so, and how far it is done."""
    del staffer
    async with services.road.connection() as connection:
        return [_rule(one) for one in await retention_upkeep.rules(connection)]


@post(
    "/api/desk/retention",
    opt={"role": Role.OPERATOR, "body": (NewRetention,)},
    status_code=200,
    tags=["Desk: upkeep"],
    summary="Keep something longer or shorter",
    response_description="The rule as it holds now.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def set_retention(request: AnyRequest, services: Work, staffer: Staff) -> Response[RetentionRule]:
    """It counts within the hour. What is gone does not come back; what an order keeps stays until the order ends."""
    body = await read_json(request, _MOST_BODY)
    asked: NewRetention = shaped(body, NewRetention)

    async def work(connection: asyncpg.Connection) -> RetentionRule:
        now, country = services.clock.now(), asked.country.upper()
        wanted = (asked.what, asked.category, country)
        rule = retention_upkeep.Rule(*wanted, asked.days, asked.why.strip(), staffer.person, now, now)
        await retention_upkeep.set_rule(connection, rule)
        found = await retention_upkeep.rules(connection)
        return next(_rule(one) for one in found if (one.what, one.category, one.country) == wanted)

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/ledger/check",
    opt={"role": Role.OPERATOR},
    tags=["Desk: money"],
    summary="Whether the ledger balances",
    response_description="What does not balance, if anything.",
    responses=ENTRY_ANSWERS,
)
async def check_the_ledger(services: Work, staffer: Staff) -> LedgerReport:
    """Every entry is looked at, so each person has one such call under way."""
    async with services.heavy.turn(staffer.holder), services.road.connection() as connection:
        problems = await check_ledger(connection)
    return LedgerReport(not problems, problems)


CALLS: Final[tuple[Any, ...]] = (list_retention, set_retention, check_the_ledger)


def _rule(one: retention_upkeep.Rule) -> RetentionRule:
    return RetentionRule(**msgspec.structs.asdict(one))
