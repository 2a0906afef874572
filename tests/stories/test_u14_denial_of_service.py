"""U14: whoever tries to keep the gateway from others is cut off, slowed or barred for a while; others go on."""

import asyncio
import contextlib
import io

import pytest

from comity.edges.http_server import asgi, server
from comity.smpp import events as ev
from edges.smpp_server.conftest import empty_house  # noqa: F401  the SMPP door with its customers is a fixture there
from support.gateway import SEND, running_gateway

PATIENCE_S = 5


@pytest.fixture
async def gateway(database, clock, tmp_path, monkeypatch):
    monkeypatch.setattr(asgi, "BODY_LIMIT_S", 0.3)
    monkeypatch.setattr(server, "_HEADERS_MS", 300)
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@contextlib.asynccontextmanager
async def connected(gateway):
    """A bare connection to the door."""
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_connections_that_say_nothing_or_say_it_slowly_are_cut_while_others_are_served(gateway):
    customer = await gateway.customer()
    async with contextlib.AsyncExitStack() as stack:
        slow = [await stack.enter_async_context(connected(gateway)) for _ in range(60)]
        for _reader, writer in slow:
            writer.write(f"POST {SEND} HTTP/1.1\r\nHost: x\r\nX-Slow: ".encode())
        assert (await gateway.send(customer)).status == 200
        async with asyncio.timeout(PATIENCE_S):
            for reader, _writer in slow:
                while await reader.read(1024):
                    pass  # until the door has closed it


async def test_a_body_that_drips_is_answered_408_and_nothing_of_it_is_kept(gateway):
    customer = await gateway.customer()
    head = f"POST {SEND} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
    names = "".join(f"{name}: {value}\r\n" for name, value in customer.credentials.items())
    async with connected(gateway) as (reader, writer):
        writer.write((head + names + "\r\n{").encode())
        async with asyncio.timeout(PATIENCE_S):
            assert b" 408 " in await reader.readline()
    assert (await gateway.written(customer))["messages"] == 0


async def test_what_is_too_large_is_refused_when_it_has_grown_too_large(gateway, monkeypatch):
    monkeypatch.setattr(asgi, "BODY_LIMIT_S", PATIENCE_S)
    customer = await gateway.customer()
    body = io.BytesIO(b'{"message": "' + b"x" * asgi.MAX_BODY)
    answer = await gateway.call("POST", SEND, customer, data=body, headers={"Content-Type": "application/json"})
    assert (answer.status, (await gateway.written(customer))["messages"]) == (413, 0)


async def test_a_flood_of_one_account_is_told_to_wait_and_delays_no_other(gateway):
    flooding, other = await gateway.customer(credits_=100_000), await gateway.customer()
    numbers = [f"324710{n:05d}" for n in range(9_000)]
    flood = [asyncio.create_task(gateway.send(flooding, to=numbers, message=f"Text {n}")) for n in range(6)]
    assert (await gateway.send(other)).status == 200
    assert not all(task.done() for task in flood), "the flood ended first, so it proves nothing"
    answers = await asyncio.gather(*flood)
    told_to_wait = [answer for answer in answers if answer.status == 429]
    assert told_to_wait
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in told_to_wait)


async def test_an_address_has_so_many_connections_and_a_login_so_many_binds(empty_house):  # noqa: F811  the fixture
    house = empty_house
    await house.login(binds=1)
    door = await house.open(connections_of_address=2)
    await house.customer()
    second = await house.connected()
    assert isinstance(await second.bind("bank"), ev.BindRefused)
    await second.lost()
    crowd = [await house.connected() for _ in range(4)]
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(one.lost() for one in crowd[1:]))
    assert door.counters.turned_away >= 3


@pytest.mark.parametrize("said", [b"", b"\xff" * 64, b"GET / HTTP/1.1\r\n\r\n"])
async def test_who_does_not_bind_in_time_or_sends_nonsense_is_cut(empty_house, said):  # noqa: F811  the fixture
    house = empty_house
    await house.login()
    await house.open()
    hasty = await house.open(bind_timeout_s=0.2)
    served = await house.customer()
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
    writer.write(said)
    async with asyncio.timeout(PATIENCE_S):
        with contextlib.suppress(ConnectionError):
            while await reader.read(1024):
                pass  # until the door has closed it
    writer.close()
    assert not served.gone.is_set()


async def test_who_guesses_at_logins_is_barred_for_a_while_and_then_heard_again(empty_house):  # noqa: F811  the fixture
    house = empty_house
    await house.login()
    door = await house.open(locked_after=3, locked_s=0.5)
    for _ in range(3):
        assert isinstance(await (await house.connected()).bind("bank", "wrong"), ev.BindRefused)
    barred = await (await house.connected()).bind("bank")
    assert isinstance(barred, ev.BindRefused), "even with the right password, from there, for as long"
    assert door.counters.binds_locked_out == 1

    async def heard():
        return isinstance(await (await house.connected()).bind("bank"), ev.Bound)

    await house.until(heard)
