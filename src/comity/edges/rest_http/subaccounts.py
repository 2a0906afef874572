"""Owns the calls by which an account with leave to resell has subaccounts: made, shown, supplied, suspended (U12, U19).

It must not decide who may have any. What is done is written on the road, each statement naming the account above.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.account import Account
from comity.accounts.declaration import read_zone
from comity.accounts.subaccounts import NewSubaccount, NoResaleError
from comity.base.ids import from_wire, to_wire
from comity.edges.postgres import subaccount_sanctions
from comity.edges.postgres import subaccount_store as store
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import FORBIDDEN, NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import note_call, once
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.subaccounts_models import (
    HandedDown,
    HandedDownBody,
    MadeKey,
    NewKeyBody,
    NewSubaccountBody,
    SharedSenderBody,
    SubaccountEntry,
    SubaccountShown,
    WhyBody,
    entry,
    shown,
)
from comity.senders.read import BadSender, read_sender

_MOST_BODY: Final = 16 * 1024
_TAGS: Final = ["Subaccounts"]
_CHANGES: Final = {
    **BODY_ANSWERS,
    **ENTRY_ANSWERS,
    **NOT_FOUND_ANSWER,
    409: spec("It does not go together with what is there; `detail` says with what."),
}


@post(
    "/api/subaccounts",
    opt={"body": (NewSubaccountBody,)},
    tags=_TAGS,
    summary="Make a subaccount",
    response_description="The subaccount. It has no key yet, and no credits.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        403: spec("Your account has no leave to resell, is limited or suspended, or the key may not do that."),
        409: spec("You have one of that name, or as many as you may."),
    },
)
async def make_subaccount(request: AnyRequest, services: Work, account: Caller) -> Response[SubaccountShown]:
    """For accounts with a recorded leave to resell. You answer for your subaccounts: your rates count theirs.

    A subaccount has the sanctions of the accounts above it, and declares at most their volume.
    """
    body = await read_json(request, _MOST_BODY)
    asked: NewSubaccountBody = shaped(body, NewSubaccountBody)
    if asked.time_zone is not None:
        read_zone(asked.time_zone)
    new = NewSubaccount(**msgspec.structs.asdict(asked))

    async def work(connection: asyncpg.Connection) -> SubaccountShown:
        try:
            made = await store.make_subaccount(connection, account.account_id, new, services.clock.now())
        except NoResaleError as error:
            raise ProblemError(FORBIDDEN, error.what, error.remedy) from None
        return shown(made, [])

    return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/subaccounts",
    tags=_TAGS,
    summary="Your subaccounts",
    response_description="A page of subaccounts, in the order they were made.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_own_subaccounts(
    services: Work, account: Caller, limit: FromQuery[int | None] = None, cursor: FromQuery[str | None] = None
) -> Page[SubaccountEntry]:
    """Your own, not those that your subaccounts have."""
    most, after = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await store.list_subaccounts(connection, account.account_id, after, most + 1)
    more = cursor_of(rows[most - 1].account_id) if len(rows) > most else None
    return Page([entry(row) for row in rows[:most]], more)


@get(
    "/api/subaccounts/{id_:str}",
    tags=_TAGS,
    summary="A subaccount of yours",
    response_description="The subaccount, with its senders and keys.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
)
async def show_subaccount(services: Work, account: Caller, id_: FromPath[str]) -> SubaccountShown:
    """With what it may send as and spend."""
    async with services.road.connection() as connection:
        return await _whole(connection, account, id_)


@post(
    "/api/subaccounts/{id_:str}/keys",
    opt={"body": (NewKeyBody,)},
    tags=_TAGS,
    summary="Make a key for a subaccount",
    response_description="The key; its secret is shown this once.",
    responses=_CHANGES,
)
async def make_subaccount_key(request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]) -> MadeKey:
    """Each call makes another key. A secret is not kept, so an Idempotency-Key changes nothing here."""
    asked: NewKeyBody = shaped(await read_json(request, _MOST_BODY), NewKeyBody)
    scopes = tuple(dict.fromkeys(asked.scopes))
    async with services.road.connection() as connection, connection.transaction():
        child = await _child(connection, account, id_)
        made = await store.add_subaccount_key(connection, account.account_id, child, scopes, services.clock.now())
        await note_call(request, services, account.account_id, connection)
    return MadeKey(*made, scopes)


@post(
    "/api/subaccounts/{id_:str}/keys/{client_id:str}/revoke",
    status_code=200,
    tags=_TAGS,
    summary="Revoke a key of a subaccount",
    response_description="The subaccount.",
    responses=_CHANGES,
)
async def revoke_subaccount_key(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str], client_id: FromPath[str]
) -> Response[SubaccountShown]:
    """It opens nothing within a second."""

    async def work(connection: asyncpg.Connection, child: store.Subaccount) -> None:
        now = services.clock.now()
        await store.revoke_subaccount_key(connection, account.account_id, child, client_id, now)

    return await _changed(request, services, account, id_, b"", work)


@post(
    "/api/subaccounts/{id_:str}/senders",
    opt={"body": (SharedSenderBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Let a subaccount send as you",
    response_description="The subaccount.",
    responses=_CHANGES,
)
async def share_sender(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[SubaccountShown]:
    """With a sender that you may use yourself, to the day you may. For others it needs proof: ask the operator."""
    body = await read_json(request, _MOST_BODY)
    asked: SharedSenderBody = shaped(body, SharedSenderBody)
    read = read_sender(asked.sender)
    if isinstance(read, BadSender):
        raise ProblemError(UNREADABLE, "The sender cannot be one.", "Write it as it is granted to you.")

    async def work(connection: asyncpg.Connection, child: store.Subaccount) -> None:
        await store.share_sender(connection, account.account_id, child, read.key, services.clock.now())

    return await _changed(request, services, account, id_, body, work)


@post(
    "/api/subaccounts/{id_:str}/credits",
    opt={"body": (HandedDownBody,)},
    tags=_TAGS,
    summary="Move credits to a subaccount",
    response_description="The transfer.",
    responses=_CHANGES,
)
async def hand_down_credits(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[HandedDown]:
    """From your balance to its own, in the order in which sending spends: bonus stays bonus, and ends on its day.

    What is moved does not come back: credits go down alone. Send an Idempotency-Key.
    """
    body = await read_json(request, _MOST_BODY)
    asked: HandedDownBody = shaped(body, HandedDownBody)

    async def work(connection: asyncpg.Connection) -> HandedDown:
        child = await _child(connection, account, id_)
        transfer = await store.hand_down(
            connection, account.account_id, child, asked.micro_credits, (services.clock.now(), account.name)
        )
        return HandedDown(to_wire(transfer), asked.micro_credits)

    return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/subaccounts/{id_:str}/suspend",
    opt={"body": (WhyBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Suspend a subaccount",
    response_description="The subaccount.",
    responses=_CHANGES,
)
async def suspend_subaccount(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[SubaccountShown]:
    """It and all below it send nothing within a second, and are told why. What waits stands still."""
    return await _told(request, services, account, id_, subaccount_sanctions.suspend_subaccount)


@post(
    "/api/subaccounts/{id_:str}/resume",
    opt={"body": (WhyBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Let a suspended subaccount go on",
    response_description="The subaccount.",
    responses=_CHANGES,
)
async def resume_subaccount(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[SubaccountShown]:
    """Lifts what you decided. What the operator decided stays."""
    return await _told(request, services, account, id_, subaccount_sanctions.resume_subaccount)


async def _told(
    request: AnyRequest, services: Services, account: Account, id_: str, deed: Callable[..., Awaitable[None]]
) -> Response[SubaccountShown]:
    body = await read_json(request, _MOST_BODY)
    asked: WhyBody = shaped(body, WhyBody)

    async def work(connection: asyncpg.Connection, child: store.Subaccount) -> None:
        await deed(connection, (account.account_id, account.name), child, asked.why, services.clock.now())

    return await _changed(request, services, account, id_, body, work)


async def _changed(
    request: AnyRequest,
    services: Services,
    account: Account,
    id_: str,
    body: bytes,
    change: Callable[[asyncpg.Connection, store.Subaccount], Awaitable[None]],
) -> Response[Any]:
    """Change a subaccount once for the Idempotency-Key, and show it."""

    async def work(connection: asyncpg.Connection) -> SubaccountShown:
        await change(connection, await _child(connection, account, id_))
        return await _whole(connection, account, id_)

    return await once(request, services, f"account:{account.account_id}", body, work)


async def _whole(connection: asyncpg.Connection, account: Account, id_: str) -> SubaccountShown:
    child = await _child(connection, account, id_)
    return shown(child, await store.subaccount_keys(connection, child))


async def _child(connection: asyncpg.Connection, account: Account, id_: str) -> store.Subaccount:
    try:
        return await store.find_subaccount(connection, account.account_id, from_wire(id_))
    except store.NoSubaccountError as error:
        raise ProblemError(NOT_FOUND, error.what, error.remedy) from None


CALLS: Final = (
    make_subaccount,
    list_own_subaccounts,
    show_subaccount,
    make_subaccount_key,
    revoke_subaccount_key,
    share_sender,
    hand_down_credits,
    suspend_subaccount,
    resume_subaccount,
)
