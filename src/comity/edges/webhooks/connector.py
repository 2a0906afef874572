"""Owns connecting to endpoints and nowhere else; must not know what is sent.

A name is resolved once, every address it has must be one that events may be sent
to, and the socket goes to one of just those: what a name leads to a moment later
does not matter. The last check is where the socket is made, so an address written
in the URL passes through it as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from comity.edges.webhooks.addresses import Network, may_connect

# What a resolver gives: (family, type, protocol, canonical name, socket address), as socket.getaddrinfo.
Found = tuple[Any, ...]
LookUp = Callable[[str, int], Awaitable[Sequence[Found]]]

CONNECT_LIMIT_S: Final = 5.0
TOTAL_LIMIT_S: Final = 15.0
_LOOKUPS_AT_ONCE: Final = 64
_NAMES_KEPT_S: Final = 10
_IDLE_S: Final = 20.0
_HEADER_BYTES: Final = 8190
_HEADERS: Final = 64
_READ_AHEAD: Final = 16 * 1024


class AddressRefusedError(OSError):
    """The endpoint leads to an address that events are not sent to."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "the endpoint leads to an address that events are not sent to")


class CheckedResolver(AbstractResolver):
    """Resolves names for aiohttp; a name with any forbidden address is refused whole.

    Args:
        allowed: networks the operator opened.
        look_up: who is asked; the system by default.
        refused: told of each refusal.
    """

    def __init__(self, allowed: Sequence[Network], look_up: LookUp, refused: Callable[[], None]) -> None:
        self._allowed = allowed
        self._look_up = look_up
        self._refused = refused

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name, in the resolver's order.

        Raises:
            AddressRefusedError: one of them is forbidden.
            OSError: it has none.
        """
        found = [one for one in await self._look_up(host, port) if family in {socket.AF_UNSPEC, one[0]}]
        if not all(is_open(one[4], self._allowed) for one in found):
            self._refused()
            raise AddressRefusedError
        return [
            ResolveResult(hostname=host, host=one[4][0], port=port, family=one[0], proto=0, flags=socket.AI_NUMERICHOST)
            for one in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


def is_open(address: Sequence[Any], allowed: Sequence[Network]) -> bool:
    """Whether a socket address (host, port, flow, scope) may be connected to."""
    try:
        read = ip_address(address[0])
    except ValueError:
        return False
    scoped = len(address) > 3 and address[3] != 0  # noqa: PLR2004  the scope is the fourth item of an IPv6 address
    return not scoped and may_connect(read, allowed)


def open_session(
    allowed: Sequence[Network], refused: Callable[[], None], look_up: LookUp | None = None
) -> aiohttp.ClientSession:
    """A client that follows no environment's proxy, keeps no cookie and inflates nothing; the caller closes it.

    Args:
        allowed: networks the operator opened.
        refused: told each time an address is refused.
        look_up: who resolves names, in tests; the system otherwise.
    """

    def make_socket(info: Found) -> socket.socket:
        family, kind, protocol, _, address = info
        if family not in {socket.AF_INET, socket.AF_INET6} or not is_open(address, allowed):
            refused()
            raise AddressRefusedError
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        resolver=CheckedResolver(allowed, look_up or SystemLookUp(), refused),
        socket_factory=make_socket,
        ttl_dns_cache=_NAMES_KEPT_S,
        limit=0,  # how many requests run is the lanes' to say
        keepalive_timeout=_IDLE_S,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=TOTAL_LIMIT_S, connect=CONNECT_LIMIT_S, sock_connect=CONNECT_LIMIT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "identity", "Accept": "*/*", "User-Agent": "Comity-Webhooks"},
        skip_auto_headers={"Content-Type"},
        auto_decompress=False,
        trust_env=False,
        read_bufsize=_READ_AHEAD,
        max_line_size=_HEADER_BYTES,
        max_field_size=_HEADER_BYTES,
        max_headers=_HEADERS,
    )


class SystemLookUp:
    """Asks the system's resolver, each name in a thread of its own.

    A shared pool would let one name server that does not answer delay every other
    endpoint, and a pool's threads hold up the end of the process.
    """

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_LOOKUPS_AT_ONCE)

    async def __call__(self, host: str, port: int) -> Sequence[Found]:
        """The addresses of a name.

        Raises:
            OSError: it has none, or nobody answers.
        """
        async with self._slots:
            loop = asyncio.get_running_loop()
            answered: asyncio.Future[Sequence[Found]] = loop.create_future()

            def tell(found: Sequence[Found] | OSError) -> None:
                if answered.done():  # nobody waits any more
                    return
                if isinstance(found, OSError):
                    answered.set_exception(found)
                else:
                    answered.set_result(found)

            def ask() -> None:
                found: Sequence[Found] | OSError
                try:
                    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                except (OSError, UnicodeError) as error:
                    found = error if isinstance(error, OSError) else OSError(errno.EINVAL, "not a host name")
                with contextlib.suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(tell, found)

            threading.Thread(target=ask, name="webhook-lookup", daemon=True).start()
            return await answered
