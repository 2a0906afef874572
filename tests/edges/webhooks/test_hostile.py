"""Endpoints that hang, flood, lie about where they are, or try to be led inside."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import resource
import socket

import pytest
from aiohttp import web

from comity.edges.webhooks import connector
from comity.edges.webhooks.addresses import read_networks
from comity.edges.webhooks.sending import MAX_ANSWER_BYTES

ONE_HOST = read_networks(["127.0.0.1/32"])


async def test_a_hanging_endpoint_delays_another_by_less_than_a_second(desk):
    release = asyncio.Event()

    async def reply(_request, received):
        if received.path == "/hang":
            await release.wait()
        return web.Response()

    desk.consumer.reply = reply
    await desk.webhook("inbox_message", url=desk.consumer.url("/hang"))
    await desk.webhook("delivery_report", url=desk.consumer.url("/good"))
    desk.start()
    await desk.enqueue("", kind="inbox_message", times=500)
    assert (await desk.consumer.next()).path == "/hang"
    for n in range(5):
        asked = asyncio.get_running_loop().time()
        await desk.enqueue(f"m{n}")
        while (await desk.consumer.next()).path != "/good":
            pass
        assert asyncio.get_running_loop().time() - asked < 1.0
    assert sum(got.path == "/hang" for got in desk.consumer.seen) <= 4
    release.set()


async def test_an_endpoint_that_only_fails_is_left_alone_for_a_while(desk):
    await desk.webhook()
    desk.consumer.answer(500)
    worker = desk.start()
    await desk.enqueue("", times=300)
    await desk.until(lambda: any(lane.paused_until for lane in worker._lanes.all()))
    assert 5 <= worker.counters.failed <= 8
    assert await desk.waiting() == 300


async def test_an_endpoint_that_never_answers_is_given_up_on(desk, monkeypatch):
    monkeypatch.setattr(connector, "TOTAL_LIMIT_S", 0.2)

    async def hang(_request, _received):
        await asyncio.get_running_loop().create_future()

    desk.consumer.reply = hang
    await desk.webhook()
    worker = desk.start()
    await desk.enqueue("m1")
    await desk.until(lambda: worker.counters.retried == 1)


@pytest.mark.parametrize("kind", ["endless", "bomb", "drip"])
async def test_what_an_answer_holds_costs_nothing(desk, kind):
    """The status counts; of the body no more is read than a little, and it is never inflated."""
    bomb = gzip.compress(b"\0" * 50_000_000)
    written = []

    async def reply(request, _received):
        headers = {"Content-Encoding": "gzip"} if kind == "bomb" else {}
        answer = web.StreamResponse(headers=headers)
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError):
            while kind == "endless":
                await answer.write(b"x" * 65536)
                written.append(65536)
            await answer.write(bomb if kind == "bomb" else b"x")
            if kind == "drip":
                await asyncio.get_running_loop().create_future()
        return answer

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    desk.consumer.reply = reply
    await desk.webhook()
    worker = desk.start()
    await desk.enqueue("m1")
    await desk.until(lambda: worker.counters.delivered == 1)
    assert sum(written) < 200 * MAX_ANSWER_BYTES  # what the kernel's buffers took before the connection was given up
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


async def raw_server(reply: bytes):
    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(reply)
            await writer.drain()
            await reader.read(65536)
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP",
        b"\x00\xff\xfe garbage\r\n\r\n",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 999999 OK\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 10_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n",
    ],
    ids=lambda reply: repr(reply[:24]),
)
async def test_a_malformed_answer_is_a_failure(desk, reply):
    server = await raw_server(reply)
    async with server:
        await desk.webhook(url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        worker = desk.start()
        await desk.enqueue("m1")
        await desk.until(lambda: worker.counters.retried == 1)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.2", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]", "10.0.0.1", "169.254.169.254",
        "[64:ff9b::7f00:1]", "[fe80::1]", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost.",
    ],
)  # fmt: skip
async def test_no_socket_is_made_to_a_closed_address_however_it_is_written(desk, host):
    """As when a row was written past the check, or the operator closed a network since."""
    await desk.webhook()
    await desk.road.execute("UPDATE webhooks SET endpoint = $1", f"http://{host}:{desk.consumer.port}/hook")
    worker = desk.start(allowed=())
    await desk.enqueue("m1")
    await desk.until(lambda: worker.counters.retried == 1)
    assert not desk.consumer.seen


def found(*hosts):
    return [
        (
            socket.AF_INET6 if ":" in host else socket.AF_INET,
            socket.SOCK_STREAM,
            6,
            "",
            (host, 0, 0, 0) if ":" in host else (host, 0),
        )
        for host in hosts
    ]


async def test_a_name_is_resolved_once_and_the_socket_goes_to_just_that_address(desk):
    asked = []

    async def look_up(host, _port):
        asked.append(host)
        return found("127.0.0.1" if len(asked) == 1 else "10.0.0.1")

    await desk.webhook(url=f"http://rebind.example:{desk.consumer.port}/hook")
    worker = desk.start(allowed=ONE_HOST, look_up=look_up)
    await desk.enqueue("m1")
    got = await desk.consumer.next()
    assert got.headers["Host"] == f"rebind.example:{desk.consumer.port}"
    await desk.until(lambda: worker.counters.delivered == 1)
    assert asked == ["rebind.example"]
    await desk.stop()
    worker = desk.start(allowed=ONE_HOST, look_up=look_up)
    await desk.enqueue("m2")
    await desk.until(lambda: worker.counters.retried == 1)
    assert (len(asked), worker.counters.refused, len(desk.consumer.seen)) == (2, 1, 1)


@pytest.mark.parametrize(
    "other", ["10.0.0.1", "169.254.169.254", "127.0.0.2", "::1", "::ffff:127.0.0.1", "fe80::1%2", "not-an-address"]
)
async def test_a_name_with_any_closed_address_is_refused_whole(desk, other):
    async def look_up(_host, _port):
        return found("127.0.0.1", other)

    await desk.webhook(url=f"http://mixed.example:{desk.consumer.port}/hook")
    worker = desk.start(allowed=ONE_HOST, look_up=look_up)
    await desk.enqueue("m1")
    await desk.until(lambda: worker.counters.retried == 1)
    assert (worker.counters.refused, desk.consumer.seen) == (1, [])


async def test_a_name_that_cannot_be_resolved_is_a_failure(desk):
    async def look_up(_host, _port):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    await desk.webhook(url="http://gone.example/hook")
    worker = desk.start(look_up=look_up)
    await desk.enqueue("m1")
    await desk.until(lambda: worker.counters.retried == 1)


async def test_a_name_server_that_hangs_delays_no_other_endpoint(desk):
    async def look_up(host, _port):
        if host == "slow.example":
            await asyncio.get_running_loop().create_future()
        return found("127.0.0.1")

    await desk.webhook("inbox_message", url=f"http://slow.example:{desk.consumer.port}/slow")
    await desk.webhook(url=f"http://quick.example:{desk.consumer.port}/quick")
    desk.start(look_up=look_up)
    await desk.enqueue("", kind="inbox_message", times=50)
    await desk.enqueue("m1")
    assert (await desk.consumer.next(1.0)).path == "/quick"


async def test_proxies_of_the_environment_are_not_used_and_cookies_not_kept(desk, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await desk.webhook()
    desk.consumer.answer(200, Set_Cookie="session=1; Path=/")
    worker = desk.start()
    for n in range(2):
        await desk.enqueue("m1")
        got = await desk.consumer.next()
        await desk.until(lambda n=n: worker.counters.delivered == n + 1)
        assert "Cookie" not in got.headers


async def test_the_system_resolver_is_asked_when_no_other_is_given(desk):
    url = f"http://localhost:{desk.consumer.port}/hook"
    loopback = read_networks(["127.0.0.0/8", "::1/128"])
    async with connector.open_session(loopback, lambda: None) as session, session.get(url) as answer:
        assert answer.status == 200
