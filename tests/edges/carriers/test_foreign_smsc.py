"""A link against an SMSC of other people's making."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import smpp34

from comity.journey.handover import Fate

TO = "31612345678"


@pytest.fixture
async def foreign() -> Any:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = smpp34.Server("127.0.0.1", port, system_id="foreign")
    await server.start()
    yield server, port
    await server.stop()


async def test_smpp34_takes_a_message_and_sends_one(foreign: Any, start_link: Any) -> None:
    server, port = foreign
    desk = await start_link(port)
    async with asyncio.timeout(10):
        esme = await server.next()
        await desk.bound()
        await desk.put(TO)
        submitted = await server.next()
    assert (esme.system_id, submitted.destination_addr, submitted.short_message) == ("esme", TO, b"hello")
    assert (submitted.source_addr, submitted.source_addr_ton) == ("Comity", 5)
    submitted.accept("abc-1")
    delivering = asyncio.ensure_future(esme.deliver_sm("Comity", b"reply", source_addr=TO))
    await desk.until(lambda: bool(desk.results) and bool(desk.deliveries))
    async with asyncio.timeout(10):
        answer = await delivering
    assert [(result.fate, result.smsc_id) for result in desk.results] == [(Fate.SENT, "abc-1")]
    assert desk.deliveries[0].pdu.short_message == b"reply"
    assert answer is not None


async def test_smpp34_refuses_a_message(foreign: Any, start_link: Any) -> None:
    server, port = foreign
    desk = await start_link(port)
    async with asyncio.timeout(10):
        await server.next()
        await desk.put(TO)
        submitted = await server.next()
    submitted.reject(0x0B)
    await desk.until(lambda: bool(desk.results))
    assert [(result.fate, result.status) for result in desk.results] == [(Fate.PERMANENT, 0x0B)]
