"""Owns the simulator's HTTP side: counters, arrivals, the last messages, inbound texts; must not know SMPP.

A small HTTP/1.1 server of its own, because it must swallow delivery callbacks as fast
as a gateway under load makes them: keep-alive, Content-Length bodies, nothing more.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

import msgspec

from comity.base.errors import ComityError
from comity.edges.carriers.simulator.inbound import InboundText
from comity.edges.carriers.simulator.tally import REMEMBERED

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.edges.carriers.simulator.centre import Centre

_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*(?=\r\n|$)", re.IGNORECASE)
_CLOSE: Final = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_HEAD_MOST: Final = 16_384
_BODY_MOST: Final = 1 << 20
_IDLE_S: Final = 120.0
_REASONS: Final = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict"}


class Request(NamedTuple):
    """What a route needs of a request."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: bytes


class Reply(NamedTuple):
    """What a route answers."""

    status: int
    body: bytes
    kind: str = "application/json"


def _tag(request: Request) -> str | None:
    return request.query["tag"][0] if "tag" in request.query else None


def _stats(centre: Centre, request: Request) -> Reply:
    shown = centre.tally.as_json(_tag(request))
    shown |= {"sessions": centre.sessions, "dlr_pending": centre.pending}
    return _json(shown)


def _seen(centre: Centre, request: Request) -> Reply:
    return _json(centre.tally.arrivals(request.query.get("tag", [""])[0]))


def _messages(centre: Centre, request: Request) -> Reply:
    written = request.query.get("last", [""])[0]
    return _json(centre.tally.last(int(written) if written.isdecimal() else REMEMBERED))


def _reset(centre: Centre, _request: Request) -> Reply:
    centre.reset()
    return _json({})


def _deliver(centre: Centre, request: Request) -> Reply:
    if request.method != "POST":
        return _error(405, "Use POST.")
    try:
        inbound = msgspec.json.decode(request.body, type=InboundText)
    except msgspec.DecodeError as error:
        return _error(400, f"The body is not what /deliver takes: {error}.")
    try:
        return _json({"parts": centre.deliver(inbound)})
    except ComityError as error:
        return _error(409, str(error))


def _callback(centre: Centre, request: Request) -> Reply:
    centre.tally.called_back(_tag(request))
    return Reply(200, b"ACK/Jasmin", "text/plain")


_ROUTES: Final[dict[str, Callable[[Centre, Request], Reply]]] = {
    "/stats": _stats,
    "/seen": _seen,
    "/messages": _messages,
    "/reset": _reset,
    "/deliver": _deliver,
}


def _json(value: Any) -> Reply:  # noqa: ANN401  whatever JSON can say
    return Reply(200, msgspec.json.encode(value))


def _error(status: int, what: str) -> Reply:
    return Reply(status, msgspec.json.encode({"error": what}))


class ControlConnection(asyncio.Protocol):
    """One HTTP connection.

    Args:
        centre: what is asked about.
        live: holds it while it lives.
    """

    def __init__(self, centre: Centre, live: set[ControlConnection]) -> None:
        self._centre = centre
        self._live = live
        self._held = b""
        self._transport: asyncio.Transport | None = None
        self._idle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast("asyncio.Transport", transport)
        self._live.add(self)
        self._rest()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the interface's
        """The socket is gone."""
        self._live.discard(self)
        self._transport = None
        if self._idle is not None:
            self._idle.cancel()

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._held += data
        while self._transport is not None and not self._transport.is_closing() and self._answer_one():
            self._rest()

    def _rest(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE_S, self.close)

    def _answer_one(self) -> bool:
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            if len(self._held) > _HEAD_MOST:
                self.close()
            return False
        head = self._held[:end]
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if length > _BODY_MOST:
            self.close()
            return False
        whole = end + 4 + length
        if len(self._held) < whole:
            return False
        body, self._held = self._held[end + 4 : whole], self._held[whole:]
        self._write(self._reply(head, body))
        if _CLOSE.search(head) or b" HTTP/1.0" in head.split(b"\r\n", 1)[0]:
            self.close()
        return True

    def _reply(self, head: bytes, body: bytes) -> Reply:
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        if len(words) != 3:  # noqa: PLR2004  method, target, version
            return _error(400, "The request line is not HTTP.")
        try:
            parts = urlsplit(words[1])
        except ValueError:
            return _error(400, "The target is not a URL.")
        request = Request(words[0], parts.path, parse_qs(parts.query), body)
        return _ROUTES.get(parts.path, _callback)(self._centre, request)

    def _write(self, reply: Reply) -> None:
        if self._transport is not None:
            self._transport.write(
                f"HTTP/1.1 {reply.status} {_REASONS[reply.status]}\r\nContent-Type: {reply.kind}\r\n"
                f"Content-Length: {len(reply.body)}\r\n\r\n".encode()
                + reply.body
            )
