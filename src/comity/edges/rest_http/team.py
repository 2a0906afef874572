"""Owns the calls about the people of an account: invited, shown, given roles, removed, and who joins or leaves.

It must not decide what a role may do. People work by keys of their own, which nobody else is shown.
"""

from __future__ import annotations

from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.team import ROLE_SCOPES, SCOPES, Role, masked_network
from comity.base.ids import to_wire
from comity.edges.postgres import team_keys, team_members, team_store
from comity.edges.postgres.complaint_rates import of_network
from comity.edges.postgres.team_activity import Actor, note
from comity.edges.postgres.team_members import NoPersonError
from comity.edges.postgres.team_store import NoInvitationError
from comity.edges.rest_http.complaints import take
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, actor_of, address_of, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.team_shapes import (
    AcceptBody,
    ChangedPerson,
    FirstKey,
    Myself,
    NewPersonBody,
    NothingBody,
    Person,
    RemovedPerson,
    RoleBody,
    changed_shown,
    person_shown,
    removed_shown,
)
from comity.edges.rest_http.team_words import as_problems, found_member, invitation_limits, new_member

MOST_BODY: Final = 16 * 1024
_TAGS: Final = ["People and keys"]
_ANY: Final = {"scope": ""}
_OFTEN: Final = {429: spec("Too many came from your network, or went to this address; wait for Retry-After.")}
_ACCEPTED_HOURLY: Final = 20
CHANGES: Final = {
    **BODY_ANSWERS,
    **ENTRY_ANSWERS,
    **NOT_FOUND_ANSWER,
    403: spec("The key may not do that, or not as much; or the account may not be used from this address."),
    409: spec("It does not go together with what is there; `detail` says with what."),
}


@get(
    "/api/team",
    tags=_TAGS,
    summary="People of your account",
    response_description="A page of people, in the order they were invited.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_people(
    services: Work, account: Caller, limit: FromQuery[int | None] = None, cursor: FromQuery[str | None] = None
) -> Page[Person]:
    """Those who left too; their names go 30 days later."""
    most, after = size_of(limit), place_of(cursor, int)
    async with services.tenants.account(account.account_id) as connection:
        rows = await team_members.list_members(connection, account.account_id, after, most + 1)
    more = cursor_of(rows[most - 1].member_id) if len(rows) > most else None
    return Page([person_shown(row) for row in rows[:most]], more)


@post(
    "/api/team",
    opt={"body": (NewPersonBody,)},
    tags=_TAGS,
    summary="Invite a person",
    response_description="The person, who is invited.",
    responses={**{status: words for status, words in CHANGES.items() if status != 404}, **_OFTEN},  # noqa: PLR2004  HTTP's
)
async def invite_person(request: AnyRequest, services: Work, account: Caller) -> Response[Person]:
    """A token is mailed to them, which is good for 7 days and once. The role may not be wider than your key."""
    body = await read_json(request, MOST_BODY)
    asked: NewPersonBody = shaped(body, NewPersonBody)
    new = new_member(asked)
    await take(services, invitation_limits(account.account_id, new.email))

    async def work(connection: asyncpg.Connection) -> Person:
        member, _ = await team_store.invite(
            connection, account.account_id, new, actor_of(request), services.clock.now()
        )
        return person_shown(member)

    with as_problems():
        return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/team/{id_:str}",
    tags=_TAGS,
    summary="A person of your account",
    response_description="The person.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
)
async def show_person(services: Work, account: Caller, id_: FromPath[str]) -> Person:
    """With where they stand."""
    async with services.road.connection() as connection:
        return person_shown(await found_member(connection, account.account_id, id_))


@post(
    "/api/team/{id_:str}/invite-again",
    opt={"body": (NothingBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Mail an invitation again",
    response_description="The person, who is invited.",
    responses={**CHANGES, **_OFTEN},
)
async def invite_person_again(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[Person]:
    """With a new token, good for 7 days from now; the one before is worth nothing.

    So does somebody get a key who joined and lost theirs: when they accept, their keys before open nothing.
    """
    body = await read_json(request, MOST_BODY)
    shaped(body, NothingBody)
    async with services.road.connection() as connection:
        email = (await found_member(connection, account.account_id, id_)).email
    await take(services, invitation_limits(account.account_id, email))

    async def work(connection: asyncpg.Connection) -> Person:
        found = await found_member(connection, account.account_id, id_)
        member, _ = await team_store.invite_again(connection, found, actor_of(request), services.clock.now())
        return person_shown(member)

    with as_problems():
        return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/team/{id_:str}/role",
    opt={"body": (RoleBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Give a person another role",
    response_description="The person, and programs' keys that may do more whose secret they know.",
    responses=CHANGES,
)
async def change_person_role(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[ChangedPerson]:
    """Their keys may do what the role may, within a second; invitations of theirs beyond it end. The last owner stays.

    Programs go on: give the keys that are named new secrets.
    """
    body = await read_json(request, MOST_BODY)
    asked: RoleBody = shaped(body, RoleBody)

    async def work(connection: asyncpg.Connection) -> ChangedPerson:
        found, now = await found_member(connection, account.account_id, id_), services.clock.now()
        moved = await team_store.change_role(connection, found, Role(asked.role), actor_of(request), now)
        return changed_shown(moved, await team_members.known_keys(connection, moved, now, ROLE_SCOPES[moved.role]))

    with as_problems():
        return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/team/{id_:str}/remove",
    opt={"body": (NothingBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Remove a person",
    response_description="The person, and programs' keys whose secret they know.",
    responses=CHANGES,
)
async def remove_person(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[RemovedPerson]:
    """Their own keys open nothing within a second, and whoever they invited and who has not joined does not come in.

    Programs go on: give the keys that are named new secrets.
    """
    body = await read_json(request, MOST_BODY)
    shaped(body, NothingBody)

    async def work(connection: asyncpg.Connection) -> RemovedPerson:
        found, now = await found_member(connection, account.account_id, id_), services.clock.now()
        gone = await team_store.remove(connection, found, actor_of(request), now)
        return removed_shown(gone, await team_members.known_keys(connection, gone, now))

    with as_problems():
        return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/invitations/accept",
    opt={"body": (AcceptBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Accept an invitation",
    response_description="Your key; its secret is shown this once.",
    responses={**BODY_ANSWERS, **NOT_FOUND_ANSWER, **_OFTEN},
)
async def accept_invitation(request: AnyRequest, services: Work) -> FirstKey:
    """With the token that was mailed, which is used up by it. No credentials are needed."""
    asked: AcceptBody = shaped(await read_json(request, MOST_BODY), AcceptBody)
    address = address_of(request)
    await take(services, of_network("team invitation", address, _ACCEPTED_HOURLY))
    async with services.road.connection() as connection, connection.transaction():
        now, network = services.clock.now(), masked_network(address)
        try:
            joined = await team_store.join(connection, asked.token, network, now)
        except NoInvitationError as error:
            raise ProblemError(NOT_FOUND, error.what, error.remedy) from None
        member = joined.member
        actor = Actor(joined.client_id, member.member_id, network)
        await note(connection, member.account_id, actor, ("accept_invitation", to_wire(member.public_id)), now)
    scopes = ROLE_SCOPES[member.role]
    wire = to_wire(member.public_id)
    return FirstKey(joined.account, wire, member.role.value, joined.client_id, joined.client_secret, scopes)


@get(
    "/api/me",
    opt=_ANY,
    tags=_TAGS,
    summary="Who you are",
    response_description="The account, the key and the person.",
    responses=ENTRY_ANSWERS,
)
async def show_myself(request: AnyRequest, services: Work, account: Caller) -> Myself:
    """For any key: what it may do, and whose it is."""
    actor = actor_of(request)
    async with services.road.connection() as connection:
        key = await team_keys.find_key(connection, account.account_id, actor.client_id)
        member = None
        if actor.member_id is not None:
            member = await team_members.member_by_id(connection, account.account_id, actor.member_id)
    return Myself(
        account=account.name,
        client_id=key.client_id,
        key=key.name,
        scopes=tuple(scope for scope in SCOPES if scope in key.scopes),
        person=to_wire(member.public_id) if member else None,
        role=member.role.value if member else None,
        expires_at=key.expires_at,
    )


@post(
    "/api/me/leave",
    opt={**_ANY, "body": (NothingBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Leave the account",
    response_description="You, who left, and programs' keys whose secret you know.",
    responses=CHANGES,
)
async def leave_team(request: AnyRequest, services: Work, account: Caller) -> Response[RemovedPerson]:
    """For people: your own keys open nothing within a second, this one too. The last owner stays."""
    body = await read_json(request, MOST_BODY)
    shaped(body, NothingBody)

    async def work(connection: asyncpg.Connection) -> RemovedPerson:
        actor, now = actor_of(request), services.clock.now()
        try:
            found = await team_members.member_by_id(connection, account.account_id, actor.member_id)
        except NoPersonError:
            raise ProblemError(NOT_FOUND, "This is a program's key.", "A person leaves with their own.") from None
        gone = await team_store.leave(connection, found, actor, now)
        return removed_shown(gone, await team_members.known_keys(connection, gone, now))

    return await once(request, services, f"account:{account.account_id}", body, work)


CALLS: Final[tuple[Any, ...]] = (
    list_people,
    invite_person,
    show_person,
    invite_person_again,
    change_person_role,
    remove_person,
    accept_invitation,
    show_myself,
    leave_team,
)
