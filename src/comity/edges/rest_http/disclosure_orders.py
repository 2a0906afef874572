"""Owns the desk's calls about orders to preserve data: placed, extended, ended; must not know what is erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.base.ids import to_wire
from comity.cases.life import Role
from comity.disclosure.request import MOST_ACCOUNTS, MOST_NUMBERS, Line
from comity.edges.postgres import disclosure_orders
from comity.edges.postgres.disclosure_orders import USUAL, NewOrder, Order, find_order
from comity.edges.postgres.disclosure_store import Step
from comity.edges.postgres.disclosure_store import find as find_request
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.disclosure_bodies import DisclosureWord, Why
from comity.edges.rest_http.disclosure_words import (
    account_names,
    as_problems,
    aware,
    read_accounts,
    read_numbers,
    thing_id,
)
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 32 * 1024
_TAGS: Final = ["Desk: disclosures"]
_ANSWERS: Final = {**BODY_ANSWERS, **ENTRY_ANSWERS, **NOT_FOUND_ANSWER, 409: spec("The order is over.")}


class PlaceOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order to keep data past its time.

    Attributes:
        authority: who orders it.
        country: ISO 3166-1 alpha-2, theirs.
        reference: of their file.
        numbers: whose data, with plus and country; empty for all that the accounts have.
        accounts: names of accounts; empty for any.
        data_from: of data made since; without it, of all before `data_until`.
        data_until: of data made before; without it, of all since.
        ends_at: until when it is kept; 60 days when left out.
        disclosure: the id of the request for information that it goes before, if there is one.
    """

    authority: Line
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    reference: Line
    numbers: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_NUMBERS)] = ()
    accounts: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_ACCOUNTS)] = ()
    data_from: datetime | None = None
    data_until: datetime | None = None
    ends_at: datetime | None = None
    disclosure: str = ""


class ExtendOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A later end.

    Attributes:
        ends_at: until when it is kept now.
        why: what says so.
    """

    ends_at: datetime
    why: Why


class ShownOrder(msgspec.Struct, frozen=True):
    """An order to keep data past its time.

    Attributes:
        id: its id.
        number: what people call it.
        state: in_force, extended or ended.
        authority: who ordered it.
        country: theirs.
        reference: of their file.
        numbers: whose data; empty for all that the accounts have.
        accounts: names of accounts; empty for any.
        data_from: of data made since.
        data_until: of data made before.
        placed_at: when it was entered.
        placed_by: by whom.
        ends_at: until when it is kept.
        ended_at: when it was over.
        disclosure: the request for information that it goes before.
    """

    id: str
    number: str
    state: str
    authority: str
    country: str
    reference: str
    numbers: list[str]
    accounts: list[str]
    data_from: datetime | None
    data_until: datetime | None
    placed_at: datetime
    placed_by: str
    ends_at: datetime
    ended_at: datetime | None
    disclosure: str


@post(
    "/api/desk/preservation-orders",
    opt={"body": (PlaceOrder,), "role": Role.SENIOR},
    tags=_TAGS,
    summary="Place an order to preserve data",
    response_description="The order.",
    responses=_ANSWERS,
)
async def place_order(request: AnyRequest, services: Work, staffer: Staff) -> Response[ShownOrder]:
    """What it names is erased by nobody until it ends: not by its time, and not when a person asks for it."""
    body = await read_json(request, _MOST_BODY)
    said: PlaceOrder = shaped(body, PlaceOrder)
    aware(said.data_from, said.data_until, said.ends_at)
    numbers = read_numbers(said.numbers)

    async def work(connection: asyncpg.Connection) -> ShownOrder:
        now = services.clock.now()
        accounts = await read_accounts(connection, said.accounts)
        with as_problems():
            before = (await find_request(connection, thing_id(said.disclosure))).request_id if said.disclosure else None
            new = NewOrder(
                *(said.authority, said.country, said.reference, staffer.person, said.ends_at or now + USUAL),
                *(numbers, accounts, said.data_from, said.data_until, before),
            )
            return await _shown(connection, await disclosure_orders.place(connection, new, now))

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/preservation-orders",
    tags=_TAGS,
    summary="Orders to preserve data",
    response_description="The newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_preservation_orders(
    services: Work,
    staffer: Staff,  # noqa: ARG001  lets staff in
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    running: FromQuery[bool] = False,
) -> Page[ShownOrder]:
    """All of them, or those in force."""
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await disclosure_orders.list_orders(connection, running=running, before=before, most=most + 1)
    more = cursor_of(rows[most - 1]["order_id"]) if len(rows) > most else None
    return Page([_line(row, row["names"]) for row in rows[:most]], more)


@post(
    "/api/desk/preservation-orders/{id_:str}/extend",
    status_code=200,
    opt={"body": (ExtendOrder,), "role": Role.SENIOR},
    tags=_TAGS,
    summary="Extend an order",
    response_description="The order.",
    responses=_ANSWERS,
)
async def extend_preservation_order(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ShownOrder]:
    """Up to a year from now."""
    body, order_id = await read_json(request, _MOST_BODY), thing_id(id_)
    said: ExtendOrder = shaped(body, ExtendOrder)
    aware(said.ends_at)

    async def work(connection: asyncpg.Connection) -> ShownOrder:
        done = Step(staffer.person, services.clock.now(), said.why)
        with as_problems():
            order = await find_order(connection, order_id, lock=True)
            return await _shown(connection, await disclosure_orders.extend(connection, order, said.ends_at, done))

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/preservation-orders/{id_:str}/end",
    status_code=200,
    opt={"body": (DisclosureWord,), "role": Role.SENIOR},
    tags=_TAGS,
    summary="End an order",
    response_description="The order.",
    responses=_ANSWERS,
)
async def end_preservation_order(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ShownOrder]:
    """It was lifted: what it kept is erased when its own time is over."""
    body, order_id = await read_json(request, _MOST_BODY), thing_id(id_)
    said: DisclosureWord = shaped(body, DisclosureWord)

    async def work(connection: asyncpg.Connection) -> ShownOrder:
        done = Step(staffer.person, services.clock.now(), said.why)
        with as_problems():
            order = await find_order(connection, order_id, lock=True)
            return await _shown(connection, await disclosure_orders.end(connection, order, done))

    return await once(request, services, staffer.holder, body, work)


async def _shown(connection: asyncpg.Connection, order: Order) -> ShownOrder:
    names = await account_names(connection, order.accounts)
    return _line(msgspec.structs.asdict(order), sorted(names.values()))


def _line(row: Mapping[str, Any], names: Iterable[str]) -> ShownOrder:
    made = {"id", "number", "numbers", "accounts", "disclosure", "state"}
    same = {name: row[name] for name in ShownOrder.__struct_fields__ if name not in made}
    return ShownOrder(
        id=to_wire(row["id"]),
        number=f"P-{row['order_id']}",
        state=str(row["state"]),
        numbers=[f"+{number}" for number in row["numbers"]],
        accounts=list(names),
        disclosure=to_wire(row["request_id"]) if row["request_id"] else "",
        **same,
    )


CALLS: Final = (place_order, list_preservation_orders, extend_preservation_order, end_preservation_order)
