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
MAX_UNDER_WAY: Final = 64 * 1024 * 1024
BODY_LIMIT_S: Final = 15.0
_MAX_QUERY: Final = 200
_JSON: Final = msgspec.json.Encoder()
_TYPE: Final = (b"content-type", b"application/json")


class BodyTooLargeError(Exception):
    """The body is larger than `MAX_BODY`."""


class BodyTooSlowError(Exception):
    """The body did not arrive within `BODY_LIMIT_S`."""


class BusyError(Exception):
    """Too much is being read at the moment."""


class GoneError(Exception):
    """The client went away while sending."""


async def read_body(receive: Receive, most: int = MAX_BODY) -> bytes:
    """The whole body, if it has no more than `most` octets.

    Raises:
        BodyTooLargeError, BodyTooSlowError, BusyError, GoneError.
    """
    try:
        # One limit for the whole body: a timer for each piece would cost as much again.
        async with asyncio.timeout(BODY_LIMIT_S):
            message = await _next(receive)
            if message.get("more_body"):
                return await _read_rest(receive, message.get("body", b""), most)
    except TimeoutError:
        raise BodyTooSlowError from None
    body: bytes = message.get("body", b"")
    if len(body) > most:
        raise BodyTooLargeError
    return body


async def _read_rest(receive: Receive, first: bytes, most: int) -> bytes:
    pieces, more = _Pieces(first), True
    try:
        while more:
            message = await _next(receive)
            pieces.add(message.get("body", b""), most)
            more = message.get("more_body", False)
        return b"".join(pieces.pieces)
    finally:
        pieces.forget()


class _Pieces:
    """A body that comes in pieces; all such bodies together may hold `MAX_UNDER_WAY` octets."""

    under_way = 0

    def __init__(self, first: bytes) -> None:
        self.pieces = [first]
        self._size = len(first)
        _Pieces.under_way += self._size

    def add(self, piece: bytes, most: int) -> None:
        """Keep a piece."""
        self._size += len(piece)
        _Pieces.under_way += len(piece)
        if self._size > most:
            raise BodyTooLargeError
        if _Pieces.under_way > MAX_UNDER_WAY:
            raise BusyError
        self.pieces.append(piece)

    def forget(self) -> None:
        """It is read, or given up."""
        _Pieces.under_way -= self._size


async def _next(receive: Receive) -> MutableMapping[str, Any]:
    try:
        message = await receive()
    except Exception:  # noqa: BLE001  the server's own, for a connection that broke or chunks that are none
        raise GoneError from None
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
