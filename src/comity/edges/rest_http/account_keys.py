"""Owns the calls about an account's keys: listed, made, revoked, given new secrets; must not decide who may what.

A secret is answered once and kept nowhere, so an Idempotency-Key changes nothing where one is made.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.team import in_order
from comity.edges.postgres import team_keys
from comity.edges.postgres.team_activity import note
from comity.edges.postgres.team_keys import NewKey
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.repeated import note_call, once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, actor_of, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.team import CHANGES, MOST_BODY
from comity.edges.rest_http.team_shapes import (
    AccountKey,
    NewProgramKeyBody,
    NewSecret,
    NothingBody,
    ProgramKey,
    RotateBody,
    key_shown,
)
from comity.edges.rest_http.team_words import as_problems

_TAGS: Final = ["People and keys"]


@get(
    "/api/keys",
    tags=_TAGS,
    summary="Keys of your account",
    response_description="A page of keys, in the order they were made.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_account_keys(
    request: AnyRequest,
    services: Work,
    account: Caller,
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Page[AccountKey]:
    """Programs' and people's, those that are revoked too, with the last day each was used; never a secret."""
    most, after = size_of(limit), place_of(cursor, tuple[datetime, str])
    async with services.tenants.account(account.account_id) as connection:
        rows = await team_keys.list_keys(connection, account.account_id, after, most + 1)
    more = cursor_of((rows[most - 1].created_at, rows[most - 1].client_id)) if len(rows) > most else None
    own, now = actor_of(request).client_id, services.clock.now()
    return Page([key_shown(row, now, own) for row in rows[:most]], more)


@post(
    "/api/keys",
    opt={"body": (NewProgramKeyBody,)},
    status_code=201,
    tags=_TAGS,
    summary="Make a key for a program",
    response_description="The key; its secret is shown this once.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        403: spec("The new key could do more than yours, or yours may make none."),
        409: spec("There are as many keys in force as there may be."),
    },
)
async def make_account_key(request: AnyRequest, services: Work, account: Caller) -> ProgramKey:
    """It may do no more than your own, ends no later, and is used from no more places. Each call makes another key.

    Where your own key has networks and you name none, the new one has the same.
    """
    asked: NewProgramKeyBody = shaped(await read_json(request, MOST_BODY), NewProgramKeyBody)
    scopes = tuple(in_order(asked.scopes))
    new = NewKey(" ".join(asked.name.split()), scopes, asked.expires_at, asked.networks)
    actor, now = actor_of(request), services.clock.now()
    with as_problems():
        async with services.road.connection() as connection, connection.transaction():
            client_id, secret = await team_keys.make_key(connection, account.account_id, new, actor, now)
            done = ("make_account_key", client_id)
            await note(connection, account.account_id, actor, done, now)
            made = await team_keys.find_key(connection, account.account_id, client_id)
    return ProgramKey(client_id, secret, scopes, made.expires_at, made.networks)


@post(
    "/api/keys/{client_id:str}/revoke",
    opt={"body": (NothingBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Revoke a key",
    response_description="The key, which opens nothing.",
    responses=CHANGES,
)
async def revoke_account_key(
    request: AnyRequest, services: Work, account: Caller, client_id: FromPath[str]
) -> Response[AccountKey]:
    """Within a second, with both its secrets. Not the one that you use."""
    body = await read_json(request, MOST_BODY)
    shaped(body, NothingBody)

    async def work(connection: asyncpg.Connection) -> AccountKey:
        actor, now = actor_of(request), services.clock.now()
        return key_shown(await team_keys.revoke(connection, account.account_id, client_id, actor, now), now)

    with as_problems():
        return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/keys/{client_id:str}/rotate",
    opt={"scope": "", "body": (RotateBody,)},
    status_code=200,
    tags=_TAGS,
    summary="Give a key a new secret",
    response_description="The new secret, shown this once.",
    responses=CHANGES,
)
async def rotate_account_key(
    request: AnyRequest, services: Work, account: Caller, client_id: FromPath[str]
) -> NewSecret:
    """The client id stays, and the secret before works too for `overlap_hours`, so that programs change over in turn.

    Any key may do this to itself; keys with the scope `keys` to those that may do no more than they, end no later and
    are used from no more places. A person's own key gets a new secret by that person alone. The secret before does not
    do this. Each call makes another secret; two are good at a time.
    """
    asked: RotateBody = shaped(await read_json(request, MOST_BODY), RotateBody)
    actor, now = actor_of(request), services.clock.now()
    with as_problems():
        async with services.road.connection() as connection, connection.transaction():
            overlap = timedelta(hours=asked.overlap_hours)
            secret, until = await team_keys.rotate(connection, account.account_id, client_id, overlap, (actor, now))
            await note_call(request, services, account.account_id, connection)
    return NewSecret(client_id, secret, until)


CALLS: Final[tuple[Any, ...]] = (list_account_keys, make_account_key, revoke_account_key, rotate_account_key)
