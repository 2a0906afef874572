"""Owns by which keys and codes an account answers a challenge over the /api door; must not know the calls."""

from __future__ import annotations

import contextlib
from uuid import UUID

import asyncpg

from comity.accounts.account import Account
from comity.accounts.challenges import Asked, CountryTerms, State, Voucher, may_vouch, stops_changes
from comity.accounts.team import TooWideError, insist_on_key, insist_within
from comity.edges.postgres.challenge_codes import is_right
from comity.edges.postgres.challenge_store import Challenge, find_challenge, terms
from comity.edges.postgres.statements import load
from comity.edges.postgres.team_keys import NoKeyError, find_key
from comity.edges.rest_http.problems import FORBIDDEN, NOT_FOUND, ProblemError
from comity.edges.rest_http.services import AnyRequest, Services, actor_of, address_of


async def own(connection: asyncpg.Connection, account_id: int, found_id: UUID) -> Challenge:
    """A challenge of an account.

    Raises:
        ProblemError: it has none of that id.
    """
    return _insisted(await find_challenge(connection, account_id, found_id))


async def looked_up(services: Services, account: Account, found_id: UUID) -> Challenge:
    """The same, before there is a connection: a transaction that holds one never asks for a second.

    Raises:
        ProblemError: it has none of that id.
    """
    async with services.road.connection() as connection:
        found = await find_challenge(connection, account.account_id, found_id)
    return _insisted(found)


def _insisted(found: Challenge | None) -> Challenge:
    if found is None:
        raise ProblemError(NOT_FOUND, "You have no such challenge.", "See /api/challenges.")
    return found


async def tried(request: AnyRequest, services: Services, account: Account, found_id: UUID, code: str) -> bool:
    """Whether that is the code of a challenge that nobody has answered; a try of others is none."""
    found = await looked_up(services, account, found_id)
    if found.state is not State.OPEN:
        return False
    there = is_asked_about(request, account, found)
    async with services.road.connection() as connection:
        return await is_right(connection, found_id, code, services.clock.now(), there=there)


def is_asked_about(request: AnyRequest, account: Account, found: Challenge) -> bool:
    """Whether the key that calls may be the one that was stolen, or is asked about itself."""
    return actor_of(request).client_id == found.key or stops_changes(account.challenged)


async def vouches(
    connection: asyncpg.Connection, request: AnyRequest, services: Services, whose: tuple[Account, Challenge]
) -> bool:
    """Whether the key that calls may vouch, from where it calls."""
    account, found = whose
    key, country = actor_of(request).client_id, services.gate.country_of(address_of(request))
    row = await connection.fetchrow(load("challenge_vouching"), found.account_id, key, country)
    voucher = Voucher(key, country, row["since"], row["made_by"], is_asked_about(request, account, found))
    asked = Asked(found.kind, found.key, found.country, found.opened_at)
    return may_vouch(voucher, asked, (await terms(connection)).country or CountryTerms())


async def insist_on_keys(
    connection: asyncpg.Connection, request: AnyRequest, whose: tuple[Account, Challenge], keys: list[str]
) -> None:
    """Who names further keys may take each of them back.

    Raises:
        ProblemError: they may not.
    """
    if not keys:
        return
    (account, found), actor = whose, actor_of(request)
    if is_asked_about(request, account, found):
        raise ProblemError(
            FORBIDDEN, "This key is asked about itself, so it names no others.", "Call with another key."
        )
    try:
        insist_within(["keys"], actor.scopes)
        for name in keys:
            with contextlib.suppress(NoKeyError):  # a login, or none at all
                key = await find_key(connection, account.account_id, name)
                insist_on_key(key.scopes, key.member_id, (actor.scopes, actor.member_id))
    except TooWideError as error:
        raise ProblemError(FORBIDDEN, error.what, error.remedy) from None


def not_by_this(code: str) -> ProblemError:
    """What is said to whoever gave a wrong code, or cannot vouch."""
    if code:
        return ProblemError(
            FORBIDDEN,
            "This is not the code, or its time or its tries are over.",
            "Give the code of the newest mail, have a new one mailed, or call with another key from a known place.",
        )
    return ProblemError(
        FORBIDDEN,
        "This key cannot vouch for that.",
        "Give the code that was mailed to your account's addresses, or call with another key that has been used for a"
        " while, from a place that it was used from.",
    )
