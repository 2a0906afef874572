"""Owns the operator's calls about money: payouts, corrections, an account's month; must not book anything itself."""

from __future__ import annotations

from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.base.ids import to_wire
from comity.cases.life import Role
from comity.credits.corrections import NewCorrection
from comity.credits.lots import LotKind
from comity.edges.postgres import desk_store, refund_corrections, refund_store
from comity.edges.rest_http.desk_named import found_account, id_named
from comity.edges.rest_http.desk_shapes import (
    CorrectionDecision,
    CorrectionLine,
    Payment,
    PayoutLine,
    ProposeCorrection,
)
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff
from comity.edges.rest_http.statements import MonthStatement, month_statement

_MOST_BODY: Final = 16 * 1024
_TAGS: Final = ["Desk: money"]
_LIST: Final = {**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")}
_ANSWERS: Final = {**BODY_ANSWERS, **ENTRY_ANSWERS, 404: spec("There is no such account, or nothing under this id.")}
_NO_PAYOUT: Final = "/api/desk/payouts"
_NO_CORRECTION: Final = "/api/desk/corrections"


@get(
    "/api/desk/payouts",
    opt={"role": Role.OPERATOR},
    tags=_TAGS,
    summary="What is owed to buyers",
    response_description="A page of payouts, the oldest first.",
    responses=_LIST,
)
async def list_desk_payouts(
    services: Work,
    staffer: Staff,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    only_open: FromQuery[bool] = True,
) -> Page[PayoutLine]:
    """What was bought and not used when an account was closed; with `only_open=false`, what was settled too."""
    del staffer
    most, after = size_of(limit), place_of(cursor, desk_store.Place)
    async with services.road.connection() as connection:
        rows = await desk_store.payouts(connection, (after, most + 1), only_open=only_open)
    last = rows[most - 1] if len(rows) > most else None
    more = cursor_of((last["booked_at"], last["payout_id"])) if last else None
    return Page([_payout(row) for row in rows[:most]], more)


@post(
    "/api/desk/payouts/{id_:str}/paid",
    opt={"role": Role.OPERATOR, "body": (Payment,)},
    status_code=200,
    tags=_TAGS,
    summary="Book that a payout was paid",
    response_description="The payout.",
    responses=_ANSWERS,
)
async def book_payment(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> Response[PayoutLine]:
    """Once. You pay outside of Comity."""
    body = await read_json(request, _MOST_BODY)
    asked: Payment = shaped(body, Payment)
    payout = id_named(id_, _NO_PAYOUT)

    async def work(connection: asyncpg.Connection) -> PayoutLine:
        paid = (staffer.person, asked.reference.strip())
        try:
            await refund_store.settle_payout(connection, payout, paid, services.clock.now())
        except refund_store.NoPayoutError as error:
            raise ProblemError(NOT_FOUND, error.what, f"See GET {_NO_PAYOUT}.") from None
        (row,) = await desk_store.payouts(connection, (None, 1), only_open=False, one=payout)
        return _payout(row)

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/corrections",
    opt={"role": Role.OPERATOR},
    tags=_TAGS,
    summary="Corrections of credits",
    response_description="A page of corrections, the newest first.",
    responses=_LIST,
)
async def list_desk_corrections(
    services: Work,
    staffer: Staff,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    only_open: FromQuery[bool] = True,
) -> Page[CorrectionLine]:
    """Those that wait for a second person; with `only_open=false`, all."""
    del staffer
    most, before = size_of(limit), place_of(cursor, desk_store.Place)
    async with services.road.connection() as connection:
        rows = await desk_store.corrections(connection, (before, most + 1), only_open=only_open)
    last = rows[most - 1] if len(rows) > most else None
    more = cursor_of((last["proposed_at"], last["correction_id"])) if last else None
    return Page([_correction(row) for row in rows[:most]], more)


@post(
    "/api/desk/corrections",
    opt={"role": Role.OPERATOR, "body": (ProposeCorrection,)},
    status_code=201,
    tags=_TAGS,
    summary="Put credits right by hand",
    response_description="The correction: booked, or proposed.",
    responses={**_ANSWERS, 409: spec("The account has less than that.")},
)
async def propose_correction(request: AnyRequest, services: Work, staffer: Staff) -> Response[CorrectionLine]:
    """Up to 1,000 credits it is booked at once; above, a second person approves it."""
    body = await read_json(request, _MOST_BODY)
    asked: ProposeCorrection = shaped(body, ProposeCorrection)
    if not asked.micro_credits:
        raise ProblemError(UNREADABLE, "micro_credits is 0.", "Give what to add, or below 0 what to take.")

    async def work(connection: asyncpg.Connection) -> CorrectionLine:
        account_id, _name = await found_account(connection, asked.account)
        kind = LotKind(asked.lot_kind)
        new = NewCorrection(account_id, kind, asked.micro_credits, asked.reason.strip(), staffer.person)
        made, _state = await refund_corrections.correct(connection, new, services.clock.now())
        (row,) = await desk_store.corrections(connection, (None, 1), only_open=False, one=made)
        return _correction(row)

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/corrections/{id_:str}/decide",
    opt={"role": Role.OPERATOR, "body": (CorrectionDecision,)},
    status_code=200,
    tags=_TAGS,
    summary="Approve or reject a correction",
    response_description="The correction.",
    responses={**_ANSWERS, 409: spec("It is your own, was settled, or takes more than there is by now.")},
)
async def decide_correction(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[CorrectionLine]:
    """Whoever proposed it does not approve it, but may reject it."""
    body = await read_json(request, _MOST_BODY)
    asked: CorrectionDecision = shaped(body, CorrectionDecision)
    named, approve = id_named(id_, _NO_CORRECTION), asked.outcome == "approve"

    async def work(connection: asyncpg.Connection) -> CorrectionLine:
        if not await desk_store.corrections(connection, (None, 1), only_open=False, one=named):
            raise ProblemError(NOT_FOUND, "There is no such correction.", f"See GET {_NO_CORRECTION}.")
        now = services.clock.now()
        await refund_corrections.settle_correction(connection, named, staffer.person, now, approve=approve)
        (row,) = await desk_store.corrections(connection, (None, 1), only_open=False, one=named)
        return _correction(row)

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/accounts/{id_:str}/statement",
    opt={"role": Role.OPERATOR},
    tags=_TAGS,
    summary="A month of an account's ledger",
    response_description="The statement, with a page of its entries.",
    responses={
        **ENTRY_ANSWERS,
        400: spec("This is no month or kind, the cursor is none of it, or limit is wrong."),
        404: spec("There is no such account."),
    },
)
async def show_desk_statement(  # noqa: PLR0913, PLR0917  Litestar takes a call's query one by one
    services: Work,
    staffer: Staff,
    id_: FromPath[str],
    month: FromQuery[str] = "",
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
    kind: FromQuery[str] = "",
) -> MonthStatement:
    """Of `month`, as 2027-01; of this month where none is named. `kind` lists the entries of one kind."""
    del staffer
    now = services.clock.now()
    async with services.road.connection() as connection:
        account_id, _name = await found_account(connection, id_)
        asked = (month or f"{now:%Y-%m}", limit, cursor, kind)
        return await month_statement(connection, account_id, asked, now)


CALLS: Final[tuple[Any, ...]] = (
    list_desk_payouts,
    book_payment,
    list_desk_corrections,
    propose_correction,
    decide_correction,
    show_desk_statement,
)


def _payout(row: desk_store.Row) -> PayoutLine:
    return PayoutLine(id=to_wire(row["payout_id"]), **{name: row[name] for name in row if name != "payout_id"})


def _correction(row: desk_store.Row) -> CorrectionLine:
    rest = {name: row[name] for name in row if name != "correction_id"}
    return CorrectionLine(id=to_wire(row["correction_id"]), **rest)
