"""Owns the bounds on a customer's socket: how much may lie unread, and for how long; must not know SMPP's meaning."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, cast

from comity.edges.carriers.wire import Wire
from comity.edges.smpp_server.limits import Limits
from comity.smpp.events import Event
from comity.smpp.session import Session


class Owner(Protocol):
    """Whose wire it is."""

    def opened(self) -> bool:
        """The socket is open; False when there is no place for it."""
        ...

    def take(self, events: Sequence[Event]) -> None:
        """Events of the session."""
        ...

    def stalled(self) -> None:
        """The peer does not read, and is cut."""
        ...

    def lost(self) -> None:
        """The socket is gone."""
        ...


class DoorWire(Wire):
    """A wire that cuts peers who do not read.

    Args:
        session: a fresh one.
        owner: told what happens.
        limits: how much may lie unread, and how long.
    """

    def __init__(self, session: Session, owner: Owner, limits: Limits) -> None:
        super().__init__(session, owner.take, owner.lost)
        self._owner = owner
        self._limits = limits
        self._stall: asyncio.TimerHandle | None = None
        self._socket: asyncio.Transport | None = None
        self.address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._socket = cast("asyncio.Transport", transport)
        super().connection_made(transport)
        if not self._owner.opened():
            self.abort()

    def pause_writing(self) -> None:
        """The peer reads too slowly: it is read from no more until it has caught up."""
        super().pause_writing()
        if self._stall is None:
            self._stall = asyncio.get_running_loop().call_later(self._limits.stall_s, self._cut)
        self.read_on(False)

    def resume_writing(self) -> None:
        """The peer reads again."""
        self._forget_stall()
        self.read_on(True)
        super().resume_writing()

    def flush(self) -> None:
        """Write what the session has to say, unless too much lies unread already."""
        super().flush()
        if self._socket is not None and self._socket.get_write_buffer_size() > self._limits.unsent_octets:
            self._cut()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self._forget_stall()
        self._socket = None
        super().connection_lost(exc)

    def _cut(self) -> None:
        self._forget_stall()
        self._owner.stalled()
        self.abort()

    def _forget_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
