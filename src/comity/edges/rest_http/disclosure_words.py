"""Owns what is alike in the calls about disclosures: reading numbers and accounts, errors, the bases in force.

It must not know any call.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from comity.base.errors import ComityError
from comity.base.ids import from_wire
from comity.cases import life as case_life
from comity.disclosure.closing import BadClosingError
from comity.disclosure.fields import Basis, bases_in
from comity.disclosure.life import NotTheirsError, WrongStepError
from comity.disclosure.request import BadRequestError
from comity.edges.postgres import disclosure_store
from comity.edges.postgres.disclosure_orders import BadOrderError, NoOrderError
from comity.edges.postgres.disclosure_store import Disclosure, NoDisclosureError
from comity.edges.rest_http.disclosure_shapes import ShownDisclosure, shown
from comity.edges.rest_http.problems import CONFLICT, FORBIDDEN, NOT_FOUND, UNREADABLE, Kind, ProblemError
from comity.edges.rest_http.services import Services
from comity.numbers.read import BadNumber, read_destination
from comity.policy.files import default_policy

_KINDS: Final[dict[type[ComityError], Kind]] = {
    NoDisclosureError: NOT_FOUND,
    NoOrderError: NOT_FOUND,
    WrongStepError: CONFLICT,
    case_life.WrongStepError: CONFLICT,
    NotTheirsError: FORBIDDEN,
    case_life.NotTheirsError: FORBIDDEN,
    BadRequestError: UNREADABLE,
    BadClosingError: UNREADABLE,
    BadOrderError: UNREADABLE,
}


@contextlib.contextmanager
def as_problems() -> Iterator[None]:
    """Say what is wrong with a step as a problem of the door."""
    try:
        yield
    except tuple(_KINDS) as error:
        raise ProblemError(_KINDS[type(error)], error.what, error.remedy) from None


def bases(services: Services) -> dict[str, Basis]:
    """The legal bases of the policy in force."""
    return bases_in(default_policy().document.disclosure, services.readings().policy.policy.document.disclosure)


def thing_id(written: str) -> UUID:
    """The id of a request or an order.

    Raises:
        ProblemError: it is none.
    """
    found = from_wire(written)
    if found is None:
        raise ProblemError(NOT_FOUND, "This is no id.", "An id has 31 lower-case letters and digits.")
    return found


def read_numbers(written: Iterable[str]) -> tuple[str, ...]:
    """Numbers as digits, each once.

    Raises:
        ProblemError: one is none.
    """
    try:
        return tuple(dict.fromkeys(read_destination(one).e164 for one in written))
    except BadNumber as error:
        raise ProblemError(UNREADABLE, f"A number cannot be read: {error}", "Write +, country and number.") from None


async def read_accounts(connection: asyncpg.Connection, names: Iterable[str]) -> tuple[int, ...]:
    """Accounts by their names, each once.

    Raises:
        ProblemError: there is none of a name.
    """
    wanted = list(dict.fromkeys(names))
    rows = await connection.fetch("SELECT account_id, name FROM accounts WHERE name = ANY ($1::text[])", wanted)
    if len(rows) < len(wanted):
        raise ProblemError(NOT_FOUND, "There is no account of one of these names.", "See `comity accounts list`.")
    return tuple(row["account_id"] for row in rows)


def aware(*instants: datetime | None) -> None:
    """Instants have their offset.

    Raises:
        ProblemError: one has none.
    """
    if any(instant is not None and instant.tzinfo is None for instant in instants):
        raise ProblemError(UNREADABLE, "A time has no offset.", "Write it as 2026-11-22T12:00:00Z.")


async def whole(connection: asyncpg.Connection, request: Disclosure) -> ShownDisclosure:
    """A request with all that staff see of it."""
    named = {*request.asked.accounts, *(request.prepared.accounts if request.prepared else ())}
    events = await disclosure_store.events_of(connection, request.request_id)
    return shown(request, events, await account_names(connection, named))


async def account_names(connection: asyncpg.Connection, accounts: Iterable[int]) -> Mapping[int, str]:
    """The names of accounts by their numbers."""
    rows = await connection.fetch(
        "SELECT account_id, name FROM accounts WHERE account_id = ANY ($1::bigint[])", sorted(accounts)
    )
    return {row["account_id"]: row["name"] for row in rows}
