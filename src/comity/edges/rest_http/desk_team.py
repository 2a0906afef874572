"""Owns the desk's calls about the people of an account: its first owner, and whoever must go; must not know roles."""

from __future__ import annotations

from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.team import ROLE_SCOPES
from comity.accounts.team import Role as TeamRole
from comity.cases.life import Role
from comity.edges.postgres import team_keys, team_members, team_store
from comity.edges.postgres.team_activity import OPERATOR, note
from comity.edges.rest_http.complaints import take
from comity.edges.rest_http.desk_named import found_account
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff
from comity.edges.rest_http.team import MOST_BODY
from comity.edges.rest_http.team_shapes import (
    AccountKey,
    ChangedPerson,
    NewPersonBody,
    NothingBody,
    Person,
    RemovedPerson,
    RoleBody,
    changed_shown,
    key_shown,
    person_shown,
    removed_shown,
)
from comity.edges.rest_http.team_words import as_problems, found_member, invitation_limits, new_member

_TAGS: Final = ["Desk: standing"]
_NONE: Final = {404: spec("There is no such account, person or key.")}
_CHANGES: Final = {**BODY_ANSWERS, **ENTRY_ANSWERS, **_NONE, 409: spec("It does not go together with what is there.")}


@get(
    "/api/desk/accounts/{id_:str}/team",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="People of an account",
    response_description="A page of people, in the order they were invited.",
    responses={**ENTRY_ANSWERS, **_NONE, 400: spec("limit or cursor cannot be one.")},
)
async def list_desk_people(
    services: Work,
    staffer: Staff,
    id_: FromPath[str],
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Page[Person]:
    """The account is named by its name, or by ~ and its number."""
    del staffer
    most, after = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        account_id, _ = await found_account(connection, id_)
        rows = await team_members.list_members(connection, account_id, after, most + 1)
    more = cursor_of(rows[most - 1].member_id) if len(rows) > most else None
    return Page([person_shown(row) for row in rows[:most]], more)


@post(
    "/api/desk/accounts/{id_:str}/team",
    opt={"role": Role.OPERATOR, "body": (NewPersonBody,)},
    status_code=201,
    tags=_TAGS,
    summary="Invite a person to an account",
    response_description="The person, who is invited.",
    responses={**_CHANGES, 429: spec("Too many invitations went to this address; wait for Retry-After.")},
)
async def invite_desk_person(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[Person]:
    """An account's first owner comes this way. The token is mailed to them; nobody at the desk sees it."""
    body = await read_json(request, MOST_BODY)
    asked: NewPersonBody = shaped(body, NewPersonBody)
    new = new_member(asked)
    async with services.road.connection() as connection:
        account_id, _ = await found_account(connection, id_)
    await take(services, invitation_limits(account_id, new.email))

    async def work(connection: asyncpg.Connection) -> Person:
        now = services.clock.now()
        member, _ = await team_store.invite(connection, account_id, new, OPERATOR, now)
        shown = person_shown(member)
        await note(connection, account_id, OPERATOR, ("invite_person", shown.id), now)
        return shown

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/accounts/{id_:str}/team/{person:str}/invite-again",
    opt={"role": Role.OPERATOR, "body": (NothingBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Mail an invitation to an account again",
    response_description="The person, who is invited.",
    responses={**_CHANGES, 429: spec("Too many invitations went to this address; wait for Retry-After.")},
)
async def invite_desk_person_again(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str], person: FromPath[str]
) -> Response[Person]:
    """With a new token, good for 7 days from now; the one before is worth nothing.

    So does an owner get a key who lost theirs: when they accept, their keys before open nothing.
    """
    body = await read_json(request, MOST_BODY)
    shaped(body, NothingBody)
    async with services.road.connection() as connection:
        account_id, _ = await found_account(connection, id_)
        email = (await found_member(connection, account_id, person)).email
    await take(services, invitation_limits(account_id, email))

    async def work(connection: asyncpg.Connection) -> Person:
        now = services.clock.now()
        found = await found_member(connection, account_id, person)
        member, _ = await team_store.invite_again(connection, found, OPERATOR, now)
        await note(connection, account_id, OPERATOR, ("invite_person_again", person), now)
        return person_shown(member)

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/accounts/{id_:str}/team/{person:str}/role",
    opt={"role": Role.OPERATOR, "body": (RoleBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Give a person of an account another role",
    response_description="The person, and programs' keys that may do more whose secret they know.",
    responses=_CHANGES,
)
async def change_desk_person_role(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str], person: FromPath[str]
) -> Response[ChangedPerson]:
    """Their keys may do what it may, within a second; invitations of theirs beyond it end. The last owner stays one."""
    body = await read_json(request, MOST_BODY)
    asked: RoleBody = shaped(body, RoleBody)

    async def work(connection: asyncpg.Connection) -> ChangedPerson:
        account_id, _ = await found_account(connection, id_)
        now = services.clock.now()
        found = await found_member(connection, account_id, person)
        moved = await team_store.change_role(connection, found, TeamRole(asked.role), OPERATOR, now)
        await note(connection, account_id, OPERATOR, ("change_person_role", person), now)
        scopes = ROLE_SCOPES[moved.role]
        return changed_shown(moved, await team_members.known_keys(connection, moved, now, scopes))

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/accounts/{id_:str}/team/{person:str}/remove",
    opt={"role": Role.OPERATOR, "body": (NothingBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Remove a person from an account",
    response_description="The person, and programs' keys whose secret they know.",
    responses=_CHANGES,
)
async def remove_desk_person(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str], person: FromPath[str]
) -> Response[RemovedPerson]:
    """Their own keys open nothing within a second. The last owner stays: invite another one first."""
    body = await read_json(request, MOST_BODY)
    shaped(body, NothingBody)

    async def work(connection: asyncpg.Connection) -> RemovedPerson:
        account_id, _ = await found_account(connection, id_)
        now = services.clock.now()
        found = await found_member(connection, account_id, person)
        gone = await team_store.remove(connection, found, OPERATOR, now)
        await note(connection, account_id, OPERATOR, ("remove_person", person), now)
        return removed_shown(gone, await team_members.known_keys(connection, gone, now))

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/accounts/{id_:str}/keys",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="Keys of an account",
    response_description="Its keys in the order they were made, those that were revoked too.",
    responses={**ENTRY_ANSWERS, **_NONE},
)
async def list_desk_keys(services: Work, staffer: Staff, id_: FromPath[str]) -> list[AccountKey]:
    """Never a secret."""
    del staffer
    async with services.road.connection() as connection:
        account_id, _ = await found_account(connection, id_)
        rows = await team_keys.list_keys(connection, account_id)
    return [key_shown(row, services.clock.now()) for row in rows]


@post(
    "/api/desk/accounts/{id_:str}/keys/{client_id:str}/revoke",
    opt={"role": Role.SENIOR, "body": (NothingBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Revoke a key of an account",
    response_description="The key, which opens nothing.",
    responses=_CHANGES,
)
async def revoke_desk_key(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str], client_id: FromPath[str]
) -> Response[AccountKey]:
    """Within a second, whoever's it is: where a secret leaked, nobody waits for the customer."""
    body = await read_json(request, MOST_BODY)
    shaped(body, NothingBody)

    async def work(connection: asyncpg.Connection) -> AccountKey:
        account_id, _ = await found_account(connection, id_)
        now = services.clock.now()
        gone = await team_keys.revoke(connection, account_id, client_id, OPERATOR, now)
        await note(connection, account_id, OPERATOR, ("revoke_account_key", client_id), now)
        return key_shown(gone, now)

    with as_problems():
        return await once(request, services, staffer.holder, body, work)


CALLS: Final[tuple[Any, ...]] = (
    list_desk_people,
    invite_desk_person,
    invite_desk_person_again,
    change_desk_person_role,
    remove_desk_person,
    list_desk_keys,
    revoke_desk_key,
)
