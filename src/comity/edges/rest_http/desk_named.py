"""Owns how calls of the desk name what they are about, and say that it is not there; must not know any call."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from comity.base.ids import from_wire
from comity.edges.postgres.desk_store import account_named
from comity.edges.postgres.operator_store import NotThereError
from comity.edges.rest_http.problems import NOT_FOUND, ProblemError

_MOST_DIGITS = 18


async def found_account(connection: asyncpg.Connection, written: str) -> tuple[int, str]:
    """An account's number and name, by its name or `~` and its number.

    Raises:
        ProblemError: there is none.
    """
    try:
        return await account_named(connection, written)
    except NotThereError:
        raise ProblemError(NOT_FOUND, "There is no such account.", "See GET /api/desk/accounts.") from None


def id_named(written: str, where: str) -> UUID:
    """An id of a list.

    Raises:
        ProblemError: it can be none.
    """
    found = from_wire(written)
    if found is None:
        raise ProblemError(NOT_FOUND, "This is no id.", f"See GET {where}.")
    return found


def number_named(written: str, where: str) -> int:
    """A number of a list.

    Raises:
        ProblemError: it can be none.
    """
    if not (written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS):
        raise ProblemError(NOT_FOUND, "This is no number of one.", f"See GET {where}.")
    return int(written)
