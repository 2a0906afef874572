"""Owns the listening sockets of a simulator and its end; must not know what is said on them."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, NamedTuple

from comity.base.errors import SettingsError
from comity.edges.carriers.simulator.centre import Centre
from comity.edges.carriers.simulator.control import ControlConnection
from comity.edges.carriers.simulator.options import SimulatorOptions, host_and_port
from comity.edges.carriers.simulator.smsc import SmscConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_BACKLOG = 512


class Running(NamedTuple):
    """A simulator that listens: where, and its inside.

    Attributes:
        smpp: host and port.
        control: host and port, or None.
        centre: for whoever runs in the same process.
    """

    smpp: tuple[str, int]
    control: tuple[str, int] | None
    centre: Centre


async def run_simulator(
    options: SimulatorOptions, *, ready: Callable[[Running], None] | None = None, stop: asyncio.Event
) -> None:
    """Simulate a message centre until `stop` is set.

    Args:
        options: its settings.
        ready: called once it listens.
        stop: ends it: binds are unbound, what is in memory is forgotten.

    Raises:
        SettingsError: an address is wrong or cannot be listened on.
    """
    centre = Centre(options)
    connections: set[SmscConnection] = set()
    visitors: set[ControlConnection] = set()

    async with contextlib.AsyncExitStack() as stack:
        smpp = await stack.enter_async_context(
            _listening(options.smpp, lambda: SmscConnection(centre, connections).wire)
        )
        control = None
        if options.control is not None:
            control = await stack.enter_async_context(
                _listening(options.control, lambda: ControlConnection(centre, visitors))
            )
        if ready is not None:
            ready(Running(smpp, control, centre))
        await stop.wait()
        for one in list(connections):
            one.leave()
        for visitor in list(visitors):
            visitor.close()
        centre.close()


@contextlib.asynccontextmanager
async def _listening(where: str, protocol: Callable[[], asyncio.Protocol]) -> AsyncIterator[tuple[str, int]]:
    host, port = host_and_port(where)
    try:
        server = await asyncio.get_running_loop().create_server(protocol, host, port, backlog=_BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"The simulator cannot listen on {where} ({error.strerror or error}).", "Choose another address."
        ) from None
    try:
        bound: tuple[str, int] = server.sockets[0].getsockname()[:2]
        yield bound
    finally:
        # Not waited for: since Python 3.12 that would wait for peers that keep their connection open.
        server.close()


class InProcessSimulator:
    """A simulator inside this process, on a loopback port that the system chooses, spoken to over real SMPP."""

    def __init__(self, options: SimulatorOptions | None = None) -> None:
        self._options = options or SimulatorOptions(smpp="127.0.0.1:0")
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.running: Running | None = None

    async def start(self) -> tuple[str, int]:
        """Listen; the host and port."""
        listening: asyncio.Future[Running] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(
            run_simulator(self._options, ready=listening.set_result, stop=self._stop), name="simulator"
        )
        await asyncio.wait((self._task, listening), return_when=asyncio.FIRST_COMPLETED)
        if not listening.done():
            await self._task  # raises what went wrong
        self.running = listening.result()
        return self.running.smpp

    async def stop(self) -> None:
        """End it."""
        self._stop.set()
        if self._task is not None:
            await self._task
