"""A simulator, a link, and an SMSC that does just what a test says."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from comity.edges.carriers.link import SmppLink
from comity.edges.carriers.simulator import InProcessSimulator, SimulatorOptions
from comity.journey.handover import Fate, Incoming, Part, Result
from comity.routing.routes import Carrier
from comity.smpp import commands as cmd
from comity.smpp.pdu import SubmitSm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

_HEADER = struct.Struct(">IIII")
PATIENCE_S = 10.0


def submit_sm(to: str = "31612345678", text: bytes = b"hello", **fields: Any) -> SubmitSm:
    return SubmitSm(
        source_addr="Comity",
        source_addr_ton=5,
        destination_addr=to,
        dest_addr_ton=1,
        dest_addr_npi=1,
        registered_delivery=1,
        short_message=text,
        **fields,
    )


class Dispatcher:
    """Plays the dispatcher: takes what a link brings and answers deliveries at once, unless told not to."""

    def __init__(self, link: SmppLink) -> None:
        self.link = link
        self.results: list[Result] = []
        self.deliveries: list[Incoming] = []
        self.answers = True

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self.take()
                if condition():
                    return
                await self.link.wait()

    def take(self) -> None:
        self.results += self.link.take_results()
        taken = self.link.take_deliveries()
        self.deliveries += taken
        if self.answers:
            self.link.answer([delivery.handle for delivery in taken])

    async def bound(self) -> None:
        await self.until(lambda: self.link.up)

    async def room(self) -> int:
        await self.until(lambda: self.link.room() > 0)
        return self.link.room()

    async def put(self, *recipients: str) -> None:
        """Send one part to each, as soon as there is room for all."""
        await self.until(lambda: self.link.room() >= len(recipients))
        self.link.submit([Part(to, submit_sm(to)) for to in recipients])

    async def put_registered(self, to: str, registered: int) -> None:
        """Send one part with a registered_delivery of its own."""
        await self.room()
        self.link.submit([Part(to, msgspec.structs.replace(submit_sm(to), registered_delivery=registered))])

    async def put_text(self, *texts: bytes) -> None:
        """Send each text; one with a zero octet is UCS-2."""
        await self.until(lambda: self.link.room() >= len(texts))
        self.link.submit([Part(text, submit_sm(text=text, data_coding=8 if b"\0" in text else 0)) for text in texts])

    async def send(self, *recipients: str) -> list[Result]:
        """Send one part to each and await their results."""
        before = len(self.results)
        await self.put(*recipients)
        await self.until(lambda: len(self.results) >= before + len(recipients))
        return self.results[before:]

    def fates(self) -> dict[Any, Fate]:
        return {result.token: result.fate for result in self.results}


class ScriptedSmsc:
    """An SMSC by `struct` alone, which answers binds and leaves the rest to the test."""

    def __init__(self) -> None:
        self.port = 0
        self.bind_status = 0
        self.silent = False
        self.kinds: list[int] = []
        self.waiting: list[tuple[asyncio.StreamWriter, int]] = []
        self.most_waiting = 0
        self.delivered: list[tuple[int, int]] = []
        self.news = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length, command, status, sequence = _HEADER.unpack(await reader.readexactly(16))
                await reader.readexactly(length - 16)
                self.handle(writer, command, status, sequence)
                self.news.set()
        writer.close()

    def handle(self, writer: asyncio.StreamWriter, command: int, status: int, sequence: int) -> None:
        if command in cmd.BINDS:
            self.kinds.append(command)
            body = b"" if self.bind_status else b"scripted\0"
            writer.write(_HEADER.pack(16 + len(body), command | cmd.RESPONSE, self.bind_status, sequence) + body)
        elif command == cmd.SUBMIT_SM:
            self.waiting.append((writer, sequence))
            self.most_waiting = max(self.most_waiting, len(self.waiting))
        elif command == cmd.DELIVER_SM_RESP:
            self.delivered.append((sequence, status))
        elif command in (cmd.ENQUIRE_LINK, cmd.UNBIND) and not self.silent:
            writer.write(_HEADER.pack(16, command | cmd.RESPONSE, 0, sequence))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self.news.clear()
                await self.news.wait()

    def answer(self, count: int = 1, status: int = 0, message_id: bytes = b"7") -> None:
        for writer, sequence in self.waiting[:count]:
            body = b"" if status else message_id + b"\0"
            writer.write(_HEADER.pack(16 + len(body), cmd.SUBMIT_SM_RESP, status, sequence) + body)
        del self.waiting[:count]

    def nack(self, status: int) -> None:
        writer, sequence = self.waiting.pop(0)
        writer.write(_HEADER.pack(16, cmd.GENERIC_NACK, status, sequence))

    def deliver(self, first: int, count: int) -> None:
        body = b"\0\1\1 49\0\1\1 31\0\0\0\0\0\0\0\0\0\0\2hi".replace(b" ", b"")
        pdus = (_HEADER.pack(16 + len(body), cmd.DELIVER_SM, 0, first + n) + body for n in range(count))
        self.writers[-1].write(b"".join(pdus))

    def hang_up(self) -> None:
        for writer in self.writers:
            writer.transport.abort()


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedSmsc]:
    smsc = ScriptedSmsc()
    server = await asyncio.start_server(smsc.serve, "127.0.0.1", 0)
    smsc.port = server.sockets[0].getsockname()[1]
    yield smsc
    server.close()
    smsc.hang_up()


@pytest.fixture
async def start_simulator() -> AsyncIterator[Callable[..., Awaitable[InProcessSimulator]]]:
    started: list[InProcessSimulator] = []

    async def start(**options: Any) -> InProcessSimulator:
        made = InProcessSimulator(
            SimulatorOptions(**{"smpp": "127.0.0.1:0", "receipt_delay_ms": 1, "haste": 20.0, **options})
        )
        await made.start()
        started.append(made)
        return made

    yield start
    for simulator in started:
        await simulator.stop()


@pytest.fixture
async def start_link() -> AsyncIterator[Callable[..., Awaitable[Dispatcher]]]:
    started: list[SmppLink] = []

    async def start(port: int, *, password: str = "secret", **options: Any) -> Dispatcher:
        link = SmppLink(Carrier(1, "test", f"smpp://127.0.0.1:{port}", "esme", password, options))
        await link.start()
        started.append(link)
        return Dispatcher(link)

    yield start
    for link in started:
        await link.stop(0)
