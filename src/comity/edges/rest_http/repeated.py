"""Owns POSTs that may come twice: an Idempotency-Key stands for one effect and one answer; must not know any call.

The key is written first, in the transaction of the effect. Whoever comes with it meanwhile waits for that commit, and
then finds the answer; after a crash there is neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec
from litestar import Response

from comity.base.errors import ComityError, Fault
from comity.edges.postgres.statements import load
from comity.edges.postgres.team_activity import note
from comity.edges.rest_http.problems import CONFLICT, UNREADABLE, ProblemError
from comity.edges.rest_http.services import AnyRequest, Services, actor_of

KEPT: Final = timedelta(hours=48)
_LONGEST: Final = 255
_MEDIA_TYPE: Final = "application/json"


async def once(
    request: AnyRequest,
    services: Services,
    holder: str,
    body: bytes,
    work: Callable[[asyncpg.Connection], Awaitable[Any]],
) -> Response[Any]:
    """Do what a POST asks for, once for its Idempotency-Key, in one transaction of the road.

    Args:
        request: the POST.
        services: where the road is.
        holder: whose key it is: `account:NUMBER` or `staff:PERSON`.
        body: what was asked; with another body the key is refused.
        work: does it over the transaction's connection and gives the answer's body; what it raises undoes all of it.

    Returns:
        The answer; given before, it has the header `Idempotency-Replayed: true`.

    Raises:
        ProblemError: the key cannot be one, or stands for another request.
    """
    key, wrong = _key(request), None
    work = _noted(request, services, holder, work)
    async with services.road.connection() as connection:
        try:
            async with connection.transaction():
                return await _answered(request, services, (holder, key, body), connection, work)
        except ComityError as error:
            if error.fault is not Fault.CALLER:
                raise
            wrong = error
    # Raised out here: inside, the connection would be given up with it.
    raise wrong


async def _answered(
    request: AnyRequest,
    services: Services,
    keyed: tuple[str, str, bytes],
    connection: asyncpg.Connection,
    work: Callable[[asyncpg.Connection], Awaitable[Any]],
) -> Response[Any]:
    holder, key, body = keyed
    status = request.route_handler.status_code
    if not key:
        return _answer(msgspec.json.encode(await work(connection)), status)
    now = services.clock.now()
    fingerprint = _fingerprint(request, body)
    row = await connection.fetchrow(load("staff_repeated"), holder, key, fingerprint, now, now - KEPT)
    if row is None:  # another request wrote it since this statement began
        row = await connection.fetchrow(
            "SELECT fingerprint, status, body FROM repeated_answers WHERE holder = $1 AND key = $2", holder, key
        )
    if row["status"] is not None:
        if row["fingerprint"] != fingerprint:
            raise ProblemError(CONFLICT, "This Idempotency-Key stands for another request.", "Use a new key.")
        return _answer(row["body"], row["status"], {"idempotency-replayed": "true"})
    answer = msgspec.json.encode(await work(connection))
    await connection.execute(
        "UPDATE repeated_answers SET status = $3, body = $4 WHERE holder = $1 AND key = $2", holder, key, status, answer
    )
    return _answer(answer, status)


def _noted(
    request: AnyRequest, services: Services, holder: str, work: Callable[[asyncpg.Connection], Awaitable[Any]]
) -> Callable[[asyncpg.Connection], Awaitable[Any]]:
    """What an account does is written down with it."""
    owner, _, number = holder.partition(":")
    if owner != "account":
        return work

    async def both(connection: asyncpg.Connection) -> Any:  # noqa: ANN401  what the work gives
        answer = await work(connection)
        await note_call(request, services, int(number), connection)
        return answer

    return both


async def note_call(request: AnyRequest, services: Services, account_id: int, connection: asyncpg.Connection) -> None:
    """Write down what an account did, by whom, and about which ids of the path, in the transaction of that.

    `once` does; calls that are made otherwise do it themselves.
    """
    done = (request.route_handler.handler_name, " ".join(map(str, request.path_params.values())))
    await note(connection, account_id, actor_of(request), done, services.clock.now())


def _key(request: AnyRequest) -> str:
    key = request.headers.get("idempotency-key", "")
    if len(key) > _LONGEST or not key.isascii() or not (key.isprintable() or not key):
        raise ProblemError(
            UNREADABLE, "This Idempotency-Key cannot be one.", f"Use 1 to {_LONGEST} printable ASCII characters."
        )
    return key


def _fingerprint(request: AnyRequest, body: bytes) -> bytes:
    asked = f"{request.method} {request.scope['path']}\n".encode()
    return hashlib.blake2b(asked + body, digest_size=32).digest()


def _answer(body: bytes, status: int, headers: dict[str, str] | None = None) -> Response[Any]:
    return Response(body, status_code=status, media_type=_MEDIA_TYPE, headers=headers or {})
