"""Order within a stream, what a newer report does to an older one, and claims that are fenced."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from datetime import timedelta

import pytest
from aiohttp import web

from comity.edges.webhooks.queue import LEASE, EventQueue, Outcomes


def numbers(consumer):
    return [json.loads(got.body)["message"]["n"] for got in consumer.seen]


async def test_an_event_waits_until_the_one_before_it_is_acknowledged(desk):
    await desk.webhook()
    release, served = asyncio.Event(), []

    async def hold(_request, received):
        served.append(json.loads(received.body)["message"]["n"])
        await release.wait()
        return web.Response()

    desk.consumer.reply = hold
    worker = desk.start()
    for n in (1, 2, 3):
        await desk.enqueue("m1", f'{{"n":{n}}}')
    await desk.enqueue("m2", '{"n":9}')
    await desk.until(lambda: len(served) == 2)
    assert sorted(served) == [1, 9]
    release.set()
    await desk.until(lambda: worker.counters.delivered == 4)
    assert [n for n in numbers(desk.consumer) if n != 9] == [1, 2, 3]


async def test_a_failed_report_is_left_out_when_a_newer_one_is_there(desk):
    await desk.webhook()
    desk.consumer.answer(500, 200)
    worker = desk.start()
    await desk.enqueue("m1", '{"n":1}')
    await desk.until(lambda: worker.counters.retried == 1)
    await desk.enqueue("m1", '{"n":2}')
    await desk.until(lambda: worker.counters.delivered == 1)
    desk.advance(3600)
    await desk.until(lambda: nothing_waits(desk))
    assert numbers(desk.consumer) == [1, 2]
    assert (worker.counters.outdated, await desk.waiting()) == (1, 0)


async def nothing_waits(desk):
    return await desk.waiting() == 0


async def one_waits(desk):
    return await desk.waiting() == 1


async def test_a_newer_report_that_came_during_the_try_outdates_it_too(desk):
    await desk.webhook()
    arrived, release = asyncio.Event(), asyncio.Event()

    async def fail_first(_request, received):
        if json.loads(received.body)["message"]["n"] > 1:
            return web.Response()
        arrived.set()
        await release.wait()
        return web.Response(status=500)

    desk.consumer.reply = fail_first
    worker = desk.start()
    await desk.enqueue("m1", '{"n":1}')
    await arrived.wait()
    await desk.enqueue("m1", '{"n":2}')
    release.set()
    await desk.until(lambda: worker.counters.delivered == 1)
    await desk.until(lambda: nothing_waits(desk))
    assert numbers(desk.consumer) == [1, 2]


@pytest.mark.parametrize(
    ("first", "second"),
    [("inbox_message", "inbox_message"), ("add_optout", "delete_optout"), ("delivery_report", "read_report")],
)
async def test_other_events_are_not_outdated_but_told_in_order(desk, first, second):
    await desk.webhook("delivery_report", "read_report", "inbox_message", "add_optout", "delete_optout")
    desk.consumer.answer(500, 200)
    worker = desk.start(luck=lambda: 0.0)
    await desk.enqueue("s", '{"n":1}', first)
    await desk.until(lambda: worker.counters.retried == 1)
    await desk.enqueue("s", '{"n":2}', second)
    await desk.enqueue("t", '{"n":3}', second)
    await desk.until(lambda: worker.counters.delivered == 1)
    assert numbers(desk.consumer) == [1, 3]
    desk.advance(6)
    await desk.until(lambda: worker.counters.delivered == 3)
    assert numbers(desk.consumer) == [1, 3, 1, 2]


async def test_a_report_stays_behind_another_event_that_is_between(desk):
    await desk.webhook("delivery_report", "read_report")
    desk.consumer.answer(500, 200)
    worker = desk.start(luck=lambda: 0.0)
    await desk.enqueue("s", '{"n":1}')
    await desk.until(lambda: worker.counters.retried == 1)
    await desk.enqueue("s", '{"n":2}', "read_report")
    await desk.enqueue("s", '{"n":3}')
    desk.advance(6)
    await desk.until(lambda: worker.counters.delivered == 3)
    assert numbers(desk.consumer) == [1, 1, 2, 3]


async def test_events_without_a_stream_do_not_wait_for_each_other(desk):
    await desk.webhook()
    desk.consumer.answer(500, 200)
    worker = desk.start()
    await desk.enqueue("", '{"n":1}')
    await desk.until(lambda: worker.counters.retried == 1)
    await desk.enqueue("", '{"n":2}')
    await desk.until(lambda: worker.counters.delivered == 1)
    await desk.until(lambda: one_waits(desk))


async def test_under_random_failures_and_two_workers_no_older_report_follows_a_newer(desk):
    await desk.webhook()
    chance, tried = random.Random(7), defaultdict(list)

    async def sometimes(_request, received):
        message = json.loads(received.body)["message"]
        well = chance.random() < 0.7
        tried[message["stream"]].append((message["n"], well))
        return web.Response(status=200 if well else 500)

    desk.consumer.reply = sometimes
    for _ in range(2):
        desk.start()
    for n in range(6):
        for stream in range(25):
            await desk.enqueue(f"m{stream}", json.dumps({"stream": stream, "n": n}))

    async def drained():
        desk.advance(5)  # far below a lease, so that no claim passes while it is worked on
        return await desk.waiting() == 0

    await desk.until(drained, limit_s=30)
    for tries in tried.values():
        order = [n for n, _ in tries]
        assert order == sorted(order)
        assert tries[-1] == (5, True)


async def test_what_a_late_worker_says_does_not_count(desk):
    await desk.webhook()
    await desk.enqueue("m1")
    early, late = (EventQueue(desk.database, lambda: None) for _ in range(2))
    now = desk.clock.now()
    first = (await early.claim(now, 0.0, 10, [])).events
    assert [event.attempt for event in first] == [1]
    assert not (await late.claim(now + LEASE - timedelta(seconds=1), 0.0, 10, [])).events
    second = (await late.claim(now + LEASE + timedelta(seconds=1), 0.0, 10, [])).events
    assert [event.attempt for event in second] == [2]
    for outcome in (Outcomes(done=first), Outcomes(back=[(first[0], now, 0)])):
        assert (await early.write(outcome, now)).fenced == 1
    assert (await late.write(Outcomes(done=second), now)).fenced == 0
    assert await desk.waiting() == 0
    await early.close()
    await late.close()


async def test_an_event_given_back_untried_has_not_used_a_try(desk):
    await desk.webhook()
    await desk.enqueue("m1")
    queue = EventQueue(desk.database, lambda: None)
    (event,) = (await queue.claim(desk.clock.now(), 0.0, 10, [])).events
    await queue.write(Outcomes(back=[(event, None, 1)]), desk.clock.now())
    (again,) = (await queue.claim(desk.clock.now(), 0.0, 10, [])).events
    assert again.attempt == 1
    await queue.close()


async def test_a_claim_is_bounded_for_each_webhook_and_in_all(desk):
    webhooks = [(await desk.webhook())[0] for _ in range(3)]
    await desk.enqueue("", times=20)
    queue = EventQueue(desk.database, lambda: None)
    offers = [(webhooks[0], 0), (webhooks[1], 7)]
    events = (await queue.claim(desk.clock.now(), 0.0, 100, offers)).events
    counts = [sum(event.webhook_id == one for event in events) for one in webhooks]
    assert counts == [0, 7, 4]
    assert len((await queue.claim(desk.clock.now(), 0.0, 2, [(one, 9) for one in webhooks])).events) == 2
    await queue.close()


async def test_events_of_a_webhook_that_is_no_more_are_swept(desk):
    _, secret = await desk.webhook()
    await desk.enqueue("m1")
    await desk.road.execute("DELETE FROM webhooks WHERE secret = $1", secret)
    queue = EventQueue(desk.database, lambda: None)
    assert not (await queue.claim(desk.clock.now(), 0.0, 10, [])).events
    assert await queue.sweep() == 1
    await queue.close()
