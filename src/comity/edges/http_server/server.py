"""Owns listening for HTTP: Granian inside our event loop, and which application answers which path."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from comity.edges.http_server.asgi import App, Receive, Scope, Send, answer_json

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# A client that sends its headers slower than this is cut off.
_HEADERS_MS: Final = 10_000
_HEADERS_BYTES: Final = 64 * 1024
_CONNECTIONS: Final = 4096
_START_S: Final = 10.0


class Root:
    """Gives each request to the application of its first path segment.

    Args:
        doors: applications by first segment, such as {"v1": ...}.
        proxies: networks whose word we take for who calls.
    """

    def __init__(self, doors: dict[str, App], proxies: Sequence[Network] = ()) -> None:
        self._doors = doors
        self._proxies = tuple(proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if self._proxies:
            scope["client"] = real_client(scope, self._proxies)
        door = self._doors.get(_first_segment(scope))
        if door is None:
            await answer_json(send, 404, {"error": "139", "errorMsg": "There is nothing at this address"})
        else:
            await door(scope, receive, send)


def real_client(scope: Scope, proxies: Sequence[Network]) -> tuple[str, int] | None:
    """Who calls: the peer, or when that is a trusted proxy the last address in X-Forwarded-For that is none."""
    client: tuple[str, int] | None = scope.get("client")
    if client is None or not _is_in(client[0], proxies):
        return client
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    for entry in reversed(b",".join(forwarded).decode("latin-1").split(",")):
        address = entry.strip()
        if address and not _is_in(address, proxies):
            return (address, 0)
    return client


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _first_segment(scope: Scope) -> str:
    """The path's first segment; "" when it is written in a way that only hides it from a proxy in front of us."""
    raw: bytes = scope.get("raw_path") or b""
    segment: str = scope["path"].removeprefix("/").partition("/")[0]
    plain = b"%2f" not in raw.lower() and raw.startswith(b"/" + segment.encode())
    return segment if plain else ""


@contextlib.asynccontextmanager
async def serving(app: App, host: str, port: int) -> AsyncIterator[None]:
    """Serve the application until the block ends. Several processes may share the port."""
    server: Any = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_MS, max_buffer_size=_HEADERS_BYTES),
        log_enabled=False,
        log_access=False,
    )
    task = asyncio.create_task(server.serve(), name="http")
    try:
        await _until_listening(host, port, task)
        yield
    finally:
        server.stop()
        await asyncio.wait([task], timeout=3)
        task.cancel()


async def _until_listening(host: str, port: int, task: asyncio.Task[Any]) -> None:
    async with asyncio.timeout(_START_S):
        while True:
            if task.done():
                task.result()
                raise OSError(f"nothing listens on {host}:{port}")
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(host, port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.02)
