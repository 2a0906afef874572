"""Floods and slow peers: answered at once with "try later", never at the cost of another customer."""

import asyncio

import msgspec
import pytest

from comity.edges.http_server import asgi
from comity.journey.waiting import FairQueue
from support.gateway import PERSON, SEND


def bodies(count, **changes):
    return [{"message": f"Text {number}", "to": PERSON, "sender": "Bank", **changes} for number in range(count)]


async def test_too_much_at_once_is_answered_with_429_and_when_to_come_again(gateway):
    gateway.acceptor._small = FairQueue(backlog=10, backlog_of_account=10)  # nobody takes from this one
    gateway.acceptor._small.claim((customer := await gateway.customer()).account_id, 10)
    before = await gateway.written(customer)
    answer = await gateway.send(customer)
    assert (answer.status, answer.code) == (429, "105")
    assert int(answer.headers["Retry-After"]) >= 1
    assert await gateway.written(customer) == before


async def test_many_large_requests_at_once_are_not_all_read(gateway):
    customer = await gateway.customer(credits_=100_000)
    to = [f"324710{number:05d}" for number in range(9_000)]
    answers = await asyncio.gather(*(gateway.send(customer, to=to, message=f"Text {n}") for n in range(6)))
    statuses = sorted(answer.status for answer in answers)
    assert 429 in statuses
    assert statuses[0] == 200
    accepted = statuses.count(200) * 9_000
    assert (await gateway.written(customer))["messages"] == accepted
    assert await gateway.spendable(customer) == 100_000 - accepted
    assert await gateway.ledger_problems() == []


async def test_one_customers_flood_does_not_starve_another(gateway):
    flooding, other = await gateway.customer(credits_=3000), await gateway.customer()
    body = [{**one, "to": f"3247100{n:04d}"} for n, one in enumerate(bodies(200))]
    flood = [asyncio.ensure_future(gateway.call("POST", SEND, flooding, json=body)) for _ in range(15)]
    answer = await gateway.send(other)
    left = [post for post in flood if not post.done()]
    assert answer.status == 200
    assert left, "the flood ended first, so it proves nothing"
    await asyncio.gather(*flood)


async def test_submissions_that_come_together_share_commits(gateway):
    customer = await gateway.customer(credits_=500)
    batches = gateway.acceptor.counters.batches
    posts = (gateway.send(customer, message=f"Text {number}") for number in range(200))
    answers = await asyncio.gather(*posts)
    assert {answer.status for answer in answers} == {200}
    assert gateway.acceptor.counters.batches - batches < 150
    assert gateway.acceptor.counters.submissions >= 200


async def test_a_body_that_comes_too_slowly_is_cut_off(gateway, monkeypatch):
    monkeypatch.setattr(asgi, "BODY_LIMIT_S", 0.2)
    customer = await gateway.customer()
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {SEND} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
    names = "".join(f"{name}: {value}\r\n" for name, value in customer.credentials.items())
    writer.write((head + names + "\r\n{").encode())
    async with asyncio.timeout(5):
        status = await reader.readline()
        raw = await reader.readuntil(b"}")
    writer.close()
    assert b" 408 " in status
    assert msgspec.json.decode(raw.split(b"\r\n\r\n")[-1])["error"] == "139"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"POST /v1/message/send HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", id="half a body"),
        pytest.param(b"\x00\x00\x00\x10\x00\x00\x00\x09" * 8, id="another protocol"),
        pytest.param(b"GET " + b"x" * 100_000, id="an endless line"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", id="no path"),
    ],
)
async def test_a_peer_that_goes_away_or_talks_nonsense_troubles_nobody(gateway, raw):
    host, port = gateway.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(raw)
    await writer.drain()
    writer.transport.abort()
    assert (await gateway.send(await gateway.customer())).status == 200


async def test_a_client_that_hangs_up_leaves_nothing_half_done(gateway):
    customer = await gateway.customer(credits_=50)
    posts = [asyncio.ensure_future(gateway.send(customer, message=f"Text {n}")) for n in range(20)]
    await asyncio.sleep(0)
    for post in posts[::2]:
        post.cancel()
    await asyncio.gather(*posts, return_exceptions=True)
    assert (await gateway.send(customer, message="The last")).status == 200
    written = (await gateway.written(customer))["messages"]
    assert await gateway.spendable(customer) == 50 - written
    assert await gateway.ledger_problems() == []


async def test_without_its_database_the_door_says_try_later_and_recovers(gateway):
    customer = await gateway.customer()
    assert (await gateway.send(customer, message="One")).status == 200
    assert await gateway.end_connections("comity-accept")
    answers = [await gateway.send(customer, message=f"Two {n}") for n in range(3)]
    assert {answer.status for answer in answers} <= {200, 429, 503}
    assert answers[-1].status == 200
    assert await gateway.ledger_problems() == []
