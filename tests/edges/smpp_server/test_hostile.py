from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

from comity.smpp import commands as cmd
from comity.smpp import events as ev
from comity.smpp import status as st
from comity.smpp.codec import HEADER, encode, header_only
from comity.smpp.pdu import Bind, BindKind, EnquireLink, SubmitSm

PATIENCE_S = 10.0


async def _closed_after(port, octets):
    """What the door says to octets of a stranger before it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(octets)
    try:
        async with asyncio.timeout(PATIENCE_S):
            with contextlib.suppress(ConnectionError):
                return await reader.read()
            return b""
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


GARBAGE = {
    "http": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tls": bytes.fromhex("160301020001000 1fc0303".replace(" ", "")) + b"\x00" * 600,
    "zero length": b"\0" * 64,
    "a huge length": b"\x7f\xff\xff\xff" + b"\0" * 60,
    "unknown commands": b"".join(header_only(0x7777, 0, n) for n in range(1, 9)),
    "submissions before a bind": b"".join(encode(SubmitSm(), n) for n in range(1, 9)),
    "binds cut short": b"".join(HEADER.pack(20, cmd.BIND_TRANSCEIVER, 0, n) + b"abcd" for n in range(1, 9)),
}


@pytest.mark.parametrize("octets", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_ends_the_connection_and_nothing_else(house, octets, submit_sm):
    await _closed_after(house.doors[0].port, octets)
    await house.until(lambda: house.doors[0].roster.connections == 0)
    assert not house.errors
    customer = await house.customer()
    assert (await customer.submit(submit_sm()))[0].status == 0


@pytest.mark.parametrize("octets", [b"", b"\0\0\0\x2f", HEADER.pack(47, cmd.BIND_TRANSCEIVER, 0, 1) + b"ban"])
async def test_a_connection_that_does_not_bind_in_time_is_cut(empty_house, octets):
    house = empty_house
    await house.open(bind_timeout_s=0.2)
    await _closed_after(house.doors[0].port, octets)
    await house.until(lambda: house.doors[0].roster.connections == 0)


async def test_enquire_links_do_not_prolong_the_time_to_bind(empty_house):
    house = empty_house
    await house.open(bind_timeout_s=0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.doors[0].port)
    async with asyncio.timeout(PATIENCE_S):
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(encode(EnquireLink(), 1))
                if not await reader.read(100):
                    break
    writer.close()
    await house.until(lambda: house.doors[0].roster.connections == 0)


async def test_a_bound_customer_who_falls_silent_is_asked_and_cut(empty_house):
    house = empty_house
    await house.login()
    await house.open(enquire_interval_s=0.1, enquire_timeout_s=0.2)
    customer = await house.customer()
    customer.wire.read_on(False)
    await house.until(lambda: house.doors[0].roster.connections == 0)


async def test_a_bound_customer_who_answers_stays(empty_house, submit_sm):
    house = empty_house
    await house.login()
    await house.open(enquire_interval_s=0.05, enquire_timeout_s=5.0)
    customer = await house.customer()
    heard = customer.session.counters
    await house.until(lambda: heard.received >= 4)
    assert (await customer.submit(submit_sm()))[0].status == 0


async def test_a_customer_who_does_not_read_is_cut(empty_house):
    house = empty_house
    await house.login()
    door = await house.open(stall_s=0.2, submits=10_000)
    raw = socket.create_connection(("127.0.0.1", door.port))
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    enquiries = encode(EnquireLink(), 1) * 4000
    try:
        async with asyncio.timeout(PATIENCE_S):
            with contextlib.suppress(ConnectionError):
                while door.counters.stalled == 0:
                    await loop.sock_sendall(raw, enquiries)
    except TimeoutError:
        pass
    finally:
        raw.close()
    assert door.counters.stalled >= 1
    await house.until(lambda: door.roster.connections == 0)


@pytest.mark.parametrize("limit", ["connections", "connections_of_address"])
async def test_connections_beyond_the_limit_are_turned_away(empty_house, limit):
    house = empty_house
    await house.login()
    door = await house.open(**{limit: 2})
    first, _ = await house.customer(), await house.customer()
    third = await house.connected()
    await third.lost()
    assert door.counters.turned_away == 1
    first.leave()
    await house.until(lambda: door.roster.connections == 1)
    await house.customer()


async def test_a_receiver_may_not_submit(house, submit_sm):
    reader, writer = await asyncio.open_connection("127.0.0.1", house.doors[0].port)
    writer.write(encode(Bind(BindKind.RECEIVER, "bank", "sesame"), 1))
    length, *_ = HEADER.unpack(await reader.readexactly(HEADER.size))
    await reader.readexactly(length - HEADER.size)
    writer.write(encode(submit_sm(), 2))
    _, command, status, sequence = HEADER.unpack(await reader.readexactly(HEADER.size))
    assert (command, status, sequence) == (cmd.SUBMIT_SM_RESP, st.ESME_RINVBNDSTS, 2)
    writer.close()
    await writer.wait_closed()


async def test_a_transmitter_is_delivered_nothing(house, submit_sm):
    transmitter = await house.customer(kind=BindKind.TRANSMITTER)
    (answer,) = await transmitter.submit(submit_sm(registered_delivery=1))
    await house.move(answer.message_id, "delivered")
    (other,) = await transmitter.submit(submit_sm(to="32470000002"))
    assert other.status == 0
    assert house.doors[0].counters.sent == 0
    assert await house.waiting() == 1


async def test_stopping_answers_what_is_under_way_and_unbinds(house, submit_sm):
    customer = await house.customer()
    sequences = customer.send(*(submit_sm(to=f"324700000{n:02}") for n in range(50)))
    await house.until(lambda: house.doors[0].counters.submits == 50)
    began = asyncio.get_running_loop().time()
    await house.doors[0].stop()
    assert asyncio.get_running_loop().time() - began < 2
    answers = [await customer.next(ev.Submitted) for _ in sequences]
    assert {answer.status for answer in answers} == {0}
    await customer.lost()
    assert await house.road.fetchval("SELECT count(*) FROM messages") == 50


async def test_stopping_does_not_wait_for_a_customer_who_does_not_answer(house, submit_sm):
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm(registered_delivery=1))
    await house.move(answer.message_id, "delivered")
    await customer.next(ev.Delivered)
    customer.wire.read_on(False)
    began = asyncio.get_running_loop().time()
    await house.doors[0].stop()
    assert asyncio.get_running_loop().time() - began < 2
    # What was not acknowledged is free for the next door at once, not only when the lease ends.
    row = await house.road.fetchrow("SELECT * FROM esme_deliveries")
    assert row["claimed_until"] is None


async def test_nobody_is_let_in_while_the_door_stops(house):
    door = house.doors[0]
    port = door.port
    await door.stop()
    with pytest.raises(OSError, match="onnect"):
        await asyncio.open_connection("127.0.0.1", port)
