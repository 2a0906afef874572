"""Owns how calls about people and keys read what they are given and say what is wrong; must not know any call."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

import asyncpg

from comity.accounts.team import Role, TooWideError
from comity.base.errors import ComityError
from comity.base.ids import from_wire
from comity.edges.postgres import team_members
from comity.edges.postgres.complaint_rates import Limit, of_number
from comity.edges.postgres.team_keys import NoKeyError
from comity.edges.postgres.team_members import Member, NewMember, NoPersonError
from comity.edges.rest_http.problems import FORBIDDEN, NOT_FOUND, Kind, ProblemError
from comity.edges.rest_http.team_shapes import NewPersonBody
from comity.journey.notices import read_email

_MAILS_HOURLY, _MAILS_DAILY, _INVITED_HOURLY, _INVITED_DAILY = 3, 10, 100, 200
_KINDS: Final[dict[type[ComityError], Kind]] = {
    TooWideError: FORBIDDEN,
    NoPersonError: NOT_FOUND,
    NoKeyError: NOT_FOUND,
}


@contextlib.contextmanager
def as_problems() -> Iterator[None]:
    """Say what is wrong as a problem of the door."""
    try:
        yield
    except tuple(_KINDS) as error:
        raise ProblemError(_KINDS[type(error)], error.what, error.remedy) from None


def new_member(asked: NewPersonBody) -> NewMember:
    """A person to invite.

    Raises:
        SettingsError: the address is none.
    """
    return NewMember(" ".join(asked.name.split()), read_email(asked.email), Role(asked.role))


def invitation_limits(account_id: int, email: str) -> list[Limit]:
    """How often an address is mailed to, whoever asks, and how often an account may ask."""
    return [
        *of_number("team mail", email.lower(), _MAILS_HOURLY, _MAILS_DAILY),
        *of_number("team invitations of", str(account_id), _INVITED_HOURLY, _INVITED_DAILY),
    ]


async def found_member(connection: asyncpg.Connection, account_id: int, written: str) -> Member:
    """One of an account's people, by the id that was written.

    Raises:
        ProblemError: there is none.
    """
    with as_problems():
        return await team_members.find_member(connection, account_id, from_wire(written))
