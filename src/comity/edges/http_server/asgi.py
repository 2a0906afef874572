"""Owns the little of ASGI that the doors need: bounded reading and one-piece answers; must not know any dialect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY: Final = 8 * 1024 * 1024
BODY_LIMIT_S: Final = 15.0
_MAX_QUERY: Final = 200
_JSON: Final = msgspec.json.Encoder()
_TYPE: Final = (b"content-type", b"application/json")


class BodyTooLargeError(Exception):
    """The body is larger than `MAX_BODY`."""


class BodyTooSlowError(Exception):
    """The body did not arrive within `BODY_LIMIT_S`."""


class GoneError(Exception):
    """The client went away while sending."""


async def read_body(receive: Receive) -> bytes:
    """The whole body.

    Raises:
        BodyTooLargeError, BodyTooSlowError, GoneError.
    """
    message = await _next(receive, BODY_LIMIT_S)
    if not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > MAX_BODY:
            raise BodyTooLargeError
        return body
    return await _read_rest(receive, message.get("body", b""))


async def _read_rest(receive: Receive, first: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + BODY_LIMIT_S
    pieces, size, more = [first], len(first), True
    while more:
        message = await _next(receive, deadline - loop.time())
        piece = message.get("body", b"")
        size += len(piece)
        if size > MAX_BODY:
            raise BodyTooLargeError
        pieces.append(piece)
        more = message.get("more_body", False)
    return b"".join(pieces)


async def _next(receive: Receive, limit_s: float) -> MutableMapping[str, Any]:
    try:
        async with asyncio.timeout(limit_s):
            message = await receive()
    except TimeoutError:
        raise BodyTooSlowError from None
    if message["type"] == "http.disconnect":
        raise GoneError
    return message


def read_query(scope: Scope) -> dict[str, str]:
    """The query as a mapping; the last of equal names counts, and of very many the rest is left out."""
    raw = scope.get("query_string", b"")
    if not raw:
        return {}
    pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=None)
    return dict(pairs[:_MAX_QUERY])


async def answer_json(send: Send, status: int, value: Any, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:  # noqa: ANN401  any JSON value
    """Answer with a JSON value, in one piece."""
    body = _JSON.encode(value)
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [_TYPE, length, *headers]})
    await send({"type": "http.response.body", "body": body})
