"""Owns orders to preserve data in PostgreSQL: placed, extended, ended; must not know who erases what they keep.

Retention and erasure ask the database: `is_preserved`, `is_preserved_data`, and the view `preserved` for many at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.disclosure.life import OrderEvent, OrderState, order_step
from comity.disclosure.request import MOST_ACCOUNTS, MOST_NUMBERS
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.disclosure_store import COMITY, Step
from comity.edges.postgres.statements import load

ENDS: Final = "preservation-ends"
USUAL: Final = timedelta(days=60)
"""Regulation (EU) 2023/1543, Article 11(1)."""
LONGEST: Final = timedelta(days=365)


class BadOrderError(ComityError):
    """An order cannot be like that."""


class NoOrderError(ComityError):
    """There is no such order."""


class NewOrder(msgspec.Struct, frozen=True):
    """An order to preserve data.

    Attributes:
        authority: who orders it.
        country: ISO 3166-1 alpha-2, theirs.
        reference: of their file.
        placed_by: the person of the staff who enters it.
        ends_at: until when the data is kept, if nobody extends it.
        numbers: whose data, as digits; empty for all that the accounts have.
        accounts: of which accounts; empty for any.
        data_from, data_until: of data made then; None without a bound.
        request_id: the request for information that it goes before, if there is one.
    """

    authority: str
    country: str
    reference: str
    placed_by: str
    ends_at: datetime
    numbers: tuple[str, ...] = ()
    accounts: tuple[int, ...] = ()
    data_from: datetime | None = None
    data_until: datetime | None = None
    request_id: UUID | None = None


class Order(msgspec.Struct, frozen=True):
    """An order as it stands."""

    order_id: int
    id: UUID
    request_id: UUID | None
    state: OrderState
    authority: str
    country: str
    reference: str
    accounts: tuple[int, ...]
    numbers: tuple[str, ...]
    data_from: datetime | None
    data_until: datetime | None
    placed_at: datetime
    placed_by: str
    ends_at: datetime
    ended_at: datetime | None


async def place(connection: asyncpg.Connection, new: NewOrder, now: datetime) -> Order:
    """Place an order: what it names is erased no more until it ends.

    Raises:
        BadOrderError: it names nobody, too many, or too long a time.
    """
    if not new.numbers and not new.accounts:
        raise BadOrderError("An order is about numbers or accounts.", "Name some.")
    if len(new.numbers) > MOST_NUMBERS or len(new.accounts) > MOST_ACCOUNTS:
        raise BadOrderError(f"An order names up to {MOST_NUMBERS} numbers and {MOST_ACCOUNTS} accounts.")
    if not now < new.ends_at <= now + LONGEST:
        raise BadOrderError(f"An order ends within {LONGEST.days} days.", "Extend it later if it must.")
    if new.data_from is not None and new.data_until is not None and new.data_until <= new.data_from:
        raise BadOrderError("The period of the data is empty.", "Correct its bounds.")
    row = await connection.fetchrow(
        load("disclosure_order_place"),
        *(new.request_id, new.authority, new.country, new.reference, list(new.accounts), list(new.numbers)),
        *(new.data_from, new.data_until, now, new.placed_by, new.ends_at),
    )
    order = _order(row)
    await _note(connection, order, "place", Step(new.placed_by, now))
    await set_deadline(connection, NewDeadline(ENDS, str(order.id), None, order.ends_at))
    return order


async def extend(connection: asyncpg.Connection, order: Order, ends_at: datetime, done: Step) -> Order:
    """Keep what a locked order names for longer.

    Raises:
        BadOrderError: it is no longer, or too long.
        WrongStepError: the order is over.
    """
    state = order_step(order.state, OrderEvent.EXTEND)
    if not order.ends_at < ends_at <= done.at + LONGEST:
        raise BadOrderError(f"An order is extended, by up to {LONGEST.days} days from now.", "Give a later end.")
    row = await connection.fetchrow(
        "UPDATE preservation_orders SET state = $2, ends_at = $3 WHERE order_id = $1 RETURNING *",
        *(order.order_id, state.value, ends_at),
    )
    moved = _order(row)
    await _note(connection, moved, OrderEvent.EXTEND, done)
    await set_deadline(connection, NewDeadline(ENDS, str(order.id), None, ends_at))
    return moved


async def end(connection: asyncpg.Connection, order: Order, done: Step, event: OrderEvent = OrderEvent.END) -> Order:
    """A locked order is over: what it kept is erased when its own time is.

    Raises:
        WrongStepError: it is over already.
    """
    state = order_step(order.state, event)
    row = await connection.fetchrow(
        "UPDATE preservation_orders SET state = $2, ended_at = $3 WHERE order_id = $1 RETURNING *",
        *(order.order_id, state.value, done.at),
    )
    moved = _order(row)
    await _note(connection, moved, event, done)
    await drop_deadline(connection, ENDS, str(order.id))
    return moved


async def lapse(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """The time of an order is over, unless it was extended; the deed of `preservation-ends`."""
    order = await find_order(connection, UUID(due.subject), lock=True)
    if order.ended_at is None and order.ends_at <= now:
        await end(connection, order, Step("", now), OrderEvent.LAPSE)


async def find_order(connection: asyncpg.Connection, id_: UUID | int, *, lock: bool = False) -> Order:
    """An order by its id or number.

    Raises:
        NoOrderError: there is none.
    """
    row = await connection.fetchrow(
        f"SELECT * FROM preservation_orders WHERE {'id' if isinstance(id_, UUID) else 'order_id'} = $1"  # noqa: S608  one of two names and endings, written here
        f" {'FOR UPDATE' if lock else ''}",
        id_,
    )
    if row is None:
        raise NoOrderError("There is no such order.", "See `comity disclosures orders`.")
    return _order(row)


async def list_orders(
    connection: asyncpg.Connection, *, running: bool = False, before: int | None = None, most: int = 50
) -> list[dict[str, Any]]:
    """Orders, the newest first, each with the names of its accounts."""
    return [dict(row) for row in await connection.fetch(load("disclosure_orders"), running, before, most)]


async def _note(connection: asyncpg.Connection, order: Order, event: str, done: Step) -> None:
    await connection.execute(
        "INSERT INTO preservation_events (order_id, event, at, by, why, ends_at) VALUES ($1, $2, $3, $4, $5, $6)",
        *(order.order_id, event, done.at, done.by or COMITY, done.why, order.ends_at),
    )


def _order(row: Mapping[str, Any]) -> Order:
    return msgspec.convert(dict(row), Order, strict=False)
