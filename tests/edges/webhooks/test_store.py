"""Webhooks as the doors see them: created, listed, deleted, asked for an event; and the walls between accounts."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest

from comity.edges.postgres import webhook_store
from comity.edges.postgres.roles import Role
from comity.edges.postgres.webhook_store import EndpointRules, Wanted
from comity.journey.webhook_delivery import WebhookError

URL = "https://hooks.example.com/catch"


@pytest.fixture
async def other(road):
    return await road.fetchval("INSERT INTO accounts (name) VALUES ('other') RETURNING account_id")


@asynccontextmanager
async def tenant(database, account_id):
    connection = await database.connect(Role.TENANT)
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('comity.account', $1, true)", str(account_id))
            yield connection
    finally:
        await connection.close()


async def test_a_customer_creates_lists_and_deletes_a_webhook(database, account):
    async with tenant(database, account) as db:
        webhook_id, secret = await webhook_store.create(
            db, account, Wanted(URL, "post", ["sms_inbound"]), EndpointRules()
        )
        (listed,) = await webhook_store.list_(db, account)
        assert (listed.webhook_id, listed.endpoint, listed.method, listed.types) == (
            webhook_id,
            URL,
            "POST",
            ("inbox_message",),
        )
        assert secret not in repr(listed)
        assert await webhook_store.by_id(db, account, webhook_id) == listed
        assert await webhook_store.by_id(db, account, UUID(int=1)) is None
        assert not await webhook_store.delete_by_secret(db, account, "wrong")
        assert await webhook_store.enqueue(db, [(account, "s", "inbox_message", "{}")]) == 1
        assert await webhook_store.delete_by_secret(db, account, secret)
        assert await webhook_store.list_(db, account) == []
        assert await db.fetchval("SELECT count(*) FROM webhook_events") == 0


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("http://127.0.0.1/", "POST", ["delivery_report"]),
        Wanted(URL, "PUT", ["delivery_report"]),
        Wanted(URL, "POST", []),
        Wanted(URL, "POST", ["nothing"]),
    ],
)
async def test_what_cannot_be_delivered_is_not_created(road, account, wanted):
    with pytest.raises(WebhookError):
        await webhook_store.create(road, account, wanted, EndpointRules())
    assert await webhook_store.list_(road, account) == []


async def test_the_number_of_webhooks_is_bounded(road, account, monkeypatch):
    monkeypatch.setattr(webhook_store, "MOST_WEBHOOKS", 2)
    wanted = Wanted(URL, "POST", ["delivery_report"])
    for _ in range(2):
        await webhook_store.create(road, account, wanted, EndpointRules())
    with pytest.raises(WebhookError, match="already"):
        await webhook_store.create(road, account, wanted, EndpointRules())


async def test_another_account_sees_and_touches_nothing(database, road, account, other):
    webhook_id, secret = await webhook_store.create(
        road, account, Wanted(URL, "POST", ["delivery_report"]), EndpointRules()
    )
    await webhook_store.enqueue(road, [(account, "s", "delivery_report", "{}")])
    async with tenant(database, other) as db:
        for table in ("webhooks", "webhook_events", "webhook_last_events"):
            assert await db.fetch(f"SELECT * FROM {table}") == []  # the WHERE left out on purpose
        assert not await webhook_store.delete_by_secret(db, account, secret)
        assert await webhook_store.last_event(db, account, webhook_id) is None
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await webhook_store.create(db, account, Wanted(URL, "POST", ["delivery_report"]), EndpointRules())
    assert len(await webhook_store.list_(road, account)) == 1


async def test_one_account_does_not_delete_anothers_webhook_by_its_secret(road, account, other):
    _, secret = await webhook_store.create(road, account, Wanted(URL, "POST", ["delivery_report"]), EndpointRules())
    assert not await webhook_store.delete_by_secret(road, other, secret)


async def test_events_are_left_for_those_who_asked_in_the_order_given(road, account, other):
    wanted = Wanted(URL, "POST", ["delivery_report", "add_optout"])
    await webhook_store.create(road, account, wanted, EndpointRules())
    events = [
        (account, "s", kind, json.dumps({"n": n})) for n, kind in enumerate(["delivery_report", "add_optout"] * 50)
    ]
    events += [(other, "s", "delivery_report", "{}"), (account, "s", "inbox_message", "{}")]
    assert await webhook_store.enqueue(road, events) == 100
    rows = await road.fetch("SELECT body FROM webhook_events ORDER BY number")
    assert [json.loads(row["body"])["n"] for row in rows] == list(range(100))
    assert await webhook_store.enqueue(road, []) == 0


async def test_the_bell_rings_only_when_somebody_is_to_be_told(road, account, database):
    rung = asyncio.Queue()
    listener = await database.connect(Role.ROAD)
    await listener.add_listener("comity_webhooks", lambda *_: rung.put_nowait("webhooks"))
    await listener.add_listener("comity_changes", lambda *_: rung.put_nowait("changes"))
    await webhook_store.enqueue(road, [(account, "s", "delivery_report", "{}")])
    await webhook_store.create(road, account, Wanted(URL, "POST", ["delivery_report"]), EndpointRules())
    await road.execute("UPDATE webhooks SET failing_since = now()")
    await webhook_store.enqueue(road, [(account, "s", "delivery_report", "{}")])
    async with asyncio.timeout(5):
        assert [await rung.get(), await rung.get()] == ["changes", "webhooks"]
    assert rung.empty()
    await listener.close()


async def test_the_last_event_can_be_asked_for_by_kind(desk):
    webhook_id, _ = await desk.webhook("delivery_report", "inbox_message")
    assert await webhook_store.last_event(desk.road, desk.account, webhook_id) is None
    await desk.enqueue("s", '{"n":0}')
    assert json.loads(await webhook_store.last_event(desk.road, desk.account, webhook_id))["message"] == {"n": 0}
    worker = desk.start()
    for n, kind in enumerate(["delivery_report", "delivery_report", "inbox_message"], 1):
        await desk.enqueue("s", f'{{"n":{n}}}', kind)
    await desk.until(lambda: worker.counters.delivered == 4)
    await desk.stop()
    last = json.loads(await webhook_store.last_event(desk.road, desk.account, webhook_id))
    assert last == {
        "webhook_id": str(webhook_id),
        "webhook_type": "inbox_message",
        "username": "acme",
        "message": {"n": 3},
    }
    report = json.loads(await webhook_store.last_event(desk.road, desk.account, webhook_id, "delivery_report"))
    assert report["message"] == {"n": 2}
