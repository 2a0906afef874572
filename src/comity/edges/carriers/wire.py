"""Owns one socket with an SMPP session on it, of either end; must not know carriers, windows or what events mean."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Final, cast

from comity.smpp.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.smpp.events import Event
    from comity.smpp.session import Session

# How long a peer that does not read may hold up the last octets of a session.
_LAST_WORDS_S: Final = 1.0
# Timers are late by up to this, so that a busy session does not move its timer with every read.
_TIMER_GRAIN_S: Final = 0.02


class Wire(asyncio.Protocol):
    """Feeds a session from a socket, and the socket from the session: one write for every read or batch.

    Args:
        session: a fresh one.
        on_events: called with every batch of events, before what it makes the session say is written.
        on_lost: called once, after the last events.
    """

    def __init__(
        self, session: Session, on_events: Callable[[Sequence[Event]], None], on_lost: Callable[[], None]
    ) -> None:
        self.session = session
        self._on_events = on_events
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._abort: asyncio.TimerHandle | None = None
        self._reading = True
        self.writable = False

    # --- what the event loop tells ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast("asyncio.Transport", transport)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.writable = True
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Octets came."""
        events = self.session.receive_data(data)
        if events:
            self._on_events(events)
        self.flush()

    def pause_writing(self) -> None:
        """The peer reads too slowly."""
        self.writable = False

    def resume_writing(self) -> None:
        """The peer reads again."""
        self.writable = True
        self._on_events(())

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the interface's
        """The socket is gone."""
        self.writable = False
        self._cancel_timers()
        self._transport = None
        events = self.session.receive_eof()
        if events:
            self._on_events(events)
        self._on_lost()

    # --- what the owner asks ---

    @property
    def open(self) -> bool:
        """Whether there is a socket still."""
        return self._transport is not None

    def flush(self) -> None:
        """Write what the session has to say, and close the socket after a session's end."""
        transport = self._transport
        if transport is None:
            return
        octets = self.session.data_to_send()
        if octets:
            transport.write(octets)
        if self.session.state is State.CLOSED:
            self.close()
        else:
            self._arm()

    def close(self) -> None:
        """Close the socket once what was written has gone, or soon."""
        if self._transport is not None and self._abort is None:
            self._cancel_timers()
            self._transport.close()
            self._abort = self._loop.call_later(_LAST_WORDS_S, self.abort)

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    def read_on(self, wanted: bool) -> None:
        """Stop or go on reading; while stopped the session's time stands still, as nobody could answer it."""
        if self._transport is None or wanted is self._reading:
            return
        self._reading = wanted
        if wanted:
            self._transport.resume_reading()
            # What waits in the socket is read first: it may hold the answers that would else be timed out.
            self._set_timer(self._loop.time() + _LAST_WORDS_S)
        else:
            self._transport.pause_reading()
            self._cancel_timers()

    # --- time ---

    def _arm(self) -> None:
        if not self._reading or self._abort is not None:
            return
        now = self._loop.time()
        wanted = self.session.next_timeout(now)
        if wanted is None:
            return
        due = now + wanted
        # A timer that fires early only looks again; moving it with every read would cost more.
        if self._timer is None or due < self._timer.when() - _TIMER_GRAIN_S:
            self._set_timer(due + _TIMER_GRAIN_S)

    def _set_timer(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._tick)

    def _tick(self) -> None:
        self._timer = None
        events = self.session.tick(self._loop.time())
        if events:
            self._on_events(events)
        self.flush()

    def _cancel_timers(self) -> None:
        for timer in (self._timer, self._abort):
            if timer is not None:
                timer.cancel()
        self._timer = None
