"""Owns the calls about whence accounts are used, and where their notices are mailed; must not know who is let in."""

from __future__ import annotations

from typing import Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from comity.cases.life import Role
from comity.edges.http_server.gate import is_allowed
from comity.edges.postgres import access_store, door_changes, notice_store
from comity.edges.rest_http.desk_access_shapes import (
    AccountNetworks,
    GoneNoticeAddress,
    NewNetworks,
    NewNoticeAddress,
    NewOwnNetworks,
    NoticeAddresses,
    NoticeAddressLine,
    OwnNetworks,
)
from comity.edges.rest_http.desk_named import found_account
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, actor_of, address_of, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff

_MOST_BODY: Final = 16 * 1024
_TAGS: Final = ["Desk: accounts"]
_OWN: Final = ["Access"]
_NO_ACCOUNT: Final = {404: spec("There is no such account.")}


@get(
    "/api/networks",
    opt={"scope": "read"},
    tags=_OWN,
    summary="From where your keys and logins may be used",
    response_description="The networks.",
    responses=ENTRY_ANSWERS,
)
async def show_own_networks(request: AnyRequest, services: Work, account: Caller) -> OwnNetworks:
    """At every door: this one, /v1, and SMPP."""
    async with services.tenants.account(account.account_id) as connection:
        networks = await access_store.networks_of(connection, account.account_id)
    return _own(networks, address_of(request))


@post(
    "/api/networks",
    opt={"scope": "keys", "body": (NewOwnNetworks,)},
    status_code=200,
    tags=_OWN,
    summary="Say from where your keys and logins may be used",
    response_description="The networks as they are now.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 409: spec("You would shut out the address that you call from.")},
)
async def set_own_networks(request: AnyRequest, services: Work, account: Caller) -> Response[OwnNetworks]:
    """It counts within a second, in place of what was set before, and is kept as evidence with your key.

    What would shut out the very address that you call from is refused, unless you say that you mean it.
    """
    body = await read_json(request, _MOST_BODY)
    asked: NewOwnNetworks = shaped(body, NewOwnNetworks)
    caller = address_of(request)

    async def work(connection: asyncpg.Connection) -> OwnNetworks:
        read = access_store.read_networks(asked.networks)
        if not asked.lock_me_out and not _own(read, caller).caller_inside:
            raise ProblemError(
                CONFLICT, f"None of these networks holds {caller or 'the address'}, from which you call.",
                "Add it, or say lock_me_out: true.",
            )  # fmt: skip
        by = actor_of(request).word
        kept = await access_store.set_networks(connection, account.account_id, read, by=by)
        return _own(kept, caller)

    return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/desk/accounts/{id_:str}/networks",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="From where an account may be used",
    response_description="The networks.",
    responses={**ENTRY_ANSWERS, **_NO_ACCOUNT},
)
async def show_desk_networks(services: Work, staffer: Staff, id_: FromPath[str]) -> AccountNetworks:
    """By its keys and its SMPP logins."""
    del staffer
    async with services.road.connection() as connection:
        account_id, name = await found_account(connection, id_)
        return AccountNetworks(name, await access_store.networks_of(connection, account_id))


@post(
    "/api/desk/accounts/{id_:str}/networks",
    opt={"role": Role.SENIOR, "body": (NewNetworks,)},
    status_code=200,
    tags=_TAGS,
    summary="Say from where an account may be used",
    response_description="The networks as they are now.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, **_NO_ACCOUNT},
)
async def set_desk_networks(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[AccountNetworks]:
    """It counts within a second, in place of what was set before, and is kept as evidence with your name.

    It helps an account that has locked itself out. The account is told by a notice.
    """
    body = await read_json(request, _MOST_BODY)
    asked: NewNetworks = shaped(body, NewNetworks)

    async def work(connection: asyncpg.Connection) -> AccountNetworks:
        account_id, name = await found_account(connection, id_)
        now = services.clock.now()
        kept = await door_changes.set_networks(connection, account_id, asked.networks, staffer.person, now)
        return AccountNetworks(name, kept)

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/accounts/{id_:str}/notice-addresses",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="Where notices of an account are mailed",
    response_description="The addresses.",
    responses={**ENTRY_ANSWERS, **_NO_ACCOUNT},
)
async def show_notice_addresses(services: Work, staffer: Staff, id_: FromPath[str]) -> NoticeAddresses:
    """Beside what it reads at GET /api/notices and hears by its webhooks."""
    del staffer
    async with services.road.connection() as connection:
        return await _addresses(connection, *await found_account(connection, id_))


@post(
    "/api/desk/accounts/{id_:str}/notice-addresses",
    opt={"role": Role.SENIOR, "body": (NewNoticeAddress,)},
    status_code=200,
    tags=_TAGS,
    summary="Mail an account's notices to an address",
    response_description="The addresses as they are now.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, **_NO_ACCOUNT},
)
async def add_notice_address(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[NoticeAddresses]:
    """From now on; given again, it sets the language. It is evidence with your name; addresses of before are told."""
    body = await read_json(request, _MOST_BODY)
    asked: NewNoticeAddress = shaped(body, NewNoticeAddress)

    async def work(connection: asyncpg.Connection) -> NoticeAddresses:
        account_id, name = await found_account(connection, id_)
        address, now = (asked.email, asked.language), services.clock.now()
        await door_changes.add_address(connection, account_id, address, staffer.person, now)
        return await _addresses(connection, account_id, name)

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/accounts/{id_:str}/notice-addresses/remove",
    opt={"role": Role.SENIOR, "body": (GoneNoticeAddress,)},
    status_code=200,
    tags=_TAGS,
    summary="Mail an account's notices to an address no more",
    response_description="The addresses as they are now.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        404: spec("There is no such account, or nothing is mailed to that address of it."),
    },
)
async def remove_notice_address(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[NoticeAddresses]:
    """What waits for it is given up, but for word of this. It is evidence with your name."""
    body = await read_json(request, _MOST_BODY)
    asked: GoneNoticeAddress = shaped(body, GoneNoticeAddress)

    async def work(connection: asyncpg.Connection) -> NoticeAddresses:
        account_id, name = await found_account(connection, id_)
        now = services.clock.now()
        if not await door_changes.remove_address(connection, account_id, asked.email, staffer.person, now):
            raise ProblemError(NOT_FOUND, "Nothing is mailed to that address of it.", "See it with GET.")
        return await _addresses(connection, account_id, name)

    return await once(request, services, staffer.holder, body, work)


CALLS: Final[tuple[Any, ...]] = (
    show_own_networks,
    set_own_networks,
    show_desk_networks,
    set_desk_networks,
    show_notice_addresses,
    add_notice_address,
    remove_notice_address,
)


def _own(networks: list[str], caller: str) -> OwnNetworks:
    return OwnNetworks(networks, caller, not networks or is_allowed(caller, tuple(networks)))


async def _addresses(connection: asyncpg.Connection, account_id: int, name: str) -> NoticeAddresses:
    found = await notice_store.list_addresses(connection, account_id)
    return NoticeAddresses(name, [NoticeAddressLine(**msgspec.structs.asdict(one)) for one in found])
