"""What a consumer sees: requests, signatures, retries, and what ends them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from comity.edges.postgres import webhook_store
from comity.edges.webhooks.signing import standard_secret
from comity.journey.webhook_delivery import TRIES

MESSAGE = '{"messageid":"m1","content":"Grüße 👋 \\"x\\"","sender":"Acme","delivery_code":1,"reference":null}'


def verify_both(secret, got, content):
    Webhook(standard_secret(secret)).verify(content, got.headers, json_parse=False)
    at, _, signature = got.headers["X-Smstools-Signature"].removeprefix("t=").partition(",v1=")
    assert hmac.new(secret.encode(), f"{at}.{content}".encode(), hashlib.sha256).hexdigest() == signature


async def test_an_event_arrives_once_signed_both_ways_and_leaves_the_queue(desk):
    webhook_id, secret = await desk.webhook()
    worker = desk.start()
    assert await desk.enqueue("m1", MESSAGE) == 1
    got = await desk.consumer.next()
    await desk.until(lambda: worker.counters.delivered == 1)
    await desk.stop()
    assert (got.method, got.path, got.headers["Content-Type"]) == ("POST", "/hook", "application/json")
    assert json.loads(got.body) == {
        "webhook_id": str(webhook_id),
        "webhook_type": "delivery_report",
        "username": "acme",
        "message": json.loads(MESSAGE),
    }
    verify_both(secret, got, got.body.decode())
    assert got.headers["Accept-Encoding"] == "identity"
    assert "Cookie" not in got.headers
    assert await desk.waiting() == 0
    assert len(desk.consumer.seen) == 1


async def test_a_webhook_of_the_method_get_is_told_in_the_query(desk):
    webhook_id, secret = await desk.webhook(method="GET", url=desk.consumer.url("/hook?own=1"))
    desk.start()
    await desk.enqueue("m1", MESSAGE)
    got = await desk.consumer.next()
    assert (got.method, got.body) == ("GET", b"")
    assert {name: values[0] for name, values in parse_qs(got.query).items()} == {
        "own": "1",
        "webhook_id": str(webhook_id),
        "webhook_type": "delivery_report",
        "username": "acme",
        "messageid": "m1",
        "content": 'Grüße 👋 "x"',
        "sender": "Acme",
        "delivery_code": "1",
        "reference": "null",
    }
    verify_both(secret, got, got.query)


async def test_each_webhook_that_asked_is_told_and_no_other(desk):
    wanted = [await desk.webhook("delivery_report"), await desk.webhook("sms_failed", "inbox_message")]
    await desk.webhook("inbox_message")
    desk.start()
    assert await desk.enqueue("m1") == 2
    told = {json.loads((await desk.consumer.next()).body)["webhook_id"] for _ in range(2)}
    assert told == {str(webhook_id) for webhook_id, _ in wanted}


async def test_a_failure_is_tried_again_when_due_with_the_same_id_and_a_new_time(desk):
    await desk.webhook()
    desk.consumer.answer(500, 200)
    worker = desk.start(luck=lambda: 0.0)
    await desk.enqueue("m1")
    first = await desk.consumer.next()
    await desk.until(lambda: worker.counters.retried == 1)
    await desk.until(lambda: failing(desk))
    desk.advance(4)
    assert not desk.consumer.arrivals.qsize()
    desk.advance(2)
    second = await desk.consumer.next()
    await desk.until(lambda: worker.counters.delivered == 1)
    await desk.until(lambda: well(desk))
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 6


async def failing(desk):
    return (await desk.row())["failing_since"] is not None


async def well(desk):
    return (await desk.row())["failing_since"] is None


async def test_a_410_disables_the_webhook_and_drops_what_waits(desk):
    await desk.webhook()
    await desk.enqueue("m", times=30)
    desk.consumer.answer(410)
    worker = desk.start()
    await desk.until(lambda: worker.counters.disabled == 1)
    row = await desk.row()
    assert row["disabled_reason"] == "gone"
    assert await desk.waiting() == 0
    assert await desk.enqueue("m2") == 0


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after_is_honoured(desk, status, form):
    await desk.webhook()
    at = desk.clock.now().replace(microsecond=0) + timedelta(seconds=300)
    desk.consumer.answer(status, 200, Retry_After="300" if form == "seconds" else format_datetime(at, usegmt=True))
    worker = desk.start()
    await desk.enqueue("m1")
    await desk.until(lambda: worker.counters.retried == 1)
    await desk.until(lambda: failing(desk))
    due_in = await desk.road.fetchval("SELECT due_at - $1 FROM webhook_events", desk.clock.now())
    assert timedelta(seconds=298) <= due_in <= timedelta(seconds=300)


async def test_a_redirection_is_a_failure_and_not_followed(desk):
    await desk.webhook()

    async def redirect(_request, received):
        target = "http://169.254.169.254/latest/meta-data/" if received.path == "/hook" else "x"
        return web.Response(status=302, headers={"Location": target})

    desk.consumer.reply = redirect
    worker = desk.start()
    await desk.enqueue("m1")
    await desk.until(lambda: worker.counters.retried == 1)
    assert worker.counters.refused == 0
    assert len(desk.consumer.seen) == 1


async def test_an_event_whose_schedule_is_over_is_dropped_and_can_be_asked_for(desk):
    webhook_id, _ = await desk.webhook()
    await desk.enqueue("m1", '{"n":1}')
    await desk.road.execute("UPDATE webhook_events SET attempt = $1", TRIES - 1)
    desk.consumer.answer(500)
    worker = desk.start()
    await desk.until(lambda: worker.counters.dropped == 1)
    await desk.until(lambda: nothing_waits(desk))
    assert await failing(desk)
    assert json.loads(await webhook_store.last_event(desk.road, desk.account, webhook_id))["message"] == {"n": 1}


async def nothing_waits(desk):
    return await desk.waiting() == 0


@pytest.mark.parametrize(("days", "disabled"), [(4.9, False), (5.1, True)])
async def test_five_days_of_failures_alone_disable_a_webhook(desk, days, disabled):
    await desk.webhook()
    await desk.road.execute("UPDATE webhooks SET failing_since = $1", desk.clock.now() - timedelta(days=days))
    await desk.enqueue("m1")
    desk.consumer.answer(500)
    worker = desk.start()
    await desk.until(lambda: worker.counters.failed == 1)
    await desk.until(lambda: worker.counters.retried or worker.counters.disabled)
    assert (await desk.row())["disabled_reason"] == ("failing" if disabled else None)


async def test_a_success_ends_the_failing(desk):
    await desk.webhook()
    await desk.road.execute("UPDATE webhooks SET failing_since = $1", desk.clock.now() - timedelta(days=30))
    await desk.enqueue("m1")
    worker = desk.start()
    await desk.until(lambda: worker.counters.delivered == 1)
    await desk.until(lambda: well(desk))


async def test_a_message_that_cannot_be_a_query_fails_alone(desk):
    await desk.webhook(method="GET")
    await desk.enqueue("m1", "[not json")
    await desk.enqueue("m2", "{}")
    worker = desk.start()
    await desk.until(lambda: (worker.counters.delivered, worker.counters.retried) == (1, 1))


async def test_stopping_gives_back_what_is_under_way(desk):
    await desk.webhook()
    release = asyncio.Event()

    async def hang(_request, _received):
        await release.wait()
        return web.Response()

    desk.consumer.reply = hang
    desk.start()
    await desk.enqueue("", times=40)
    await desk.consumer.next()
    await desk.stop()
    release.set()
    assert await desk.waiting() == 40
    assert await desk.road.fetchval("SELECT count(*) FROM webhook_events WHERE claimed_by IS NOT NULL") == 0


async def test_a_lost_connection_to_the_database_is_made_anew(desk):
    await desk.webhook()
    worker = desk.start()
    await desk.enqueue("m1")
    await desk.until(lambda: worker.counters.delivered == 1)
    await desk.road.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'comity-webhooks'"
        " AND datname = current_database()"
    )
    await desk.enqueue("m2")
    await desk.until(lambda: worker.counters.delivered == 2)


async def test_no_secret_and_no_path_is_logged(desk, capsys):
    _, secret = await desk.webhook(url=desk.consumer.url("/token-in-path"))
    desk.consumer.answer(410)
    worker = desk.start()
    await desk.enqueue("m1", '{"content":"private words"}')
    await desk.until(lambda: worker.counters.disabled == 1)
    logged = "".join(capsys.readouterr())
    assert "webhooks.disabled" in logged
    assert not any(private in logged for private in (secret, "token-in-path", "private words"))
