"""G5, G6: nobody sends before a named person accepted the policy in force, and that is kept as evidence. A substantial
change is announced in advance and reaches every account by its channels; each accepts or declines; declining closes the
account on the day and refunds what was bought; nobody is blocked before."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from comity.app.compose.desk import DEEDS
from comity.base.clock import SetClock, SystemClock
from comity.base.errors import SettingsError
from comity.edges.cli.policy_publishing import publish_version
from comity.edges.mail.deliver import MailWorker
from comity.edges.mail.settings import read_smtp
from comity.edges.postgres import acceptance_store, notice_store, webhook_store
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.notice_mail_store import MailQueue
from comity.edges.postgres.webhook_store import EndpointRules, Wanted
from comity.edges.webhooks.addresses import read_networks
from comity.edges.webhooks.deliver import WebhookWorker
from comity.journey.deadlines import Deadlines
from support.gateway import MICRO, running_gateway, told_of_change
from support.mailbox import mailbox
from support.policy_life import pass_days, version_of

LOOPBACK = read_networks(["127.0.0.0/8"])
HEADER = "Comity-Policy-Notice"
PERSON = "Ann Example"


@pytest.fixture
def clock():
    """The database's own clock says which version holds, so the story begins now."""
    return SetClock(datetime.now(UTC))


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def post(database):
    """The operator's mail server, and who hands notices to it."""
    async with mailbox() as box:
        queue = MailQueue(database)
        smtp = read_smtp(f"smtp://{box.url}?from=notices@operator.example&starttls=no")
        stop = asyncio.Event()
        running = asyncio.create_task(MailWorker(queue, smtp, SystemClock()).run(stop))
        yield box
        stop.set()
        await running


@pytest.fixture
async def heard(database):
    """A customer's endpoint, and who tells it: what it was told, in order."""
    told = asyncio.Queue()

    async def hear(request):
        told.put_nowait(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    stop = asyncio.Event()
    running = asyncio.create_task(WebhookWorker(database, LOOPBACK).run(stop))
    yield told
    stop.set()
    await running
    await runner.cleanup()


@pytest.fixture
async def days_pass(gateway, clock):
    """Days pass for the database's versions and for our clock, and what is due is done."""
    held = HeldConnections(gateway.database, "test", most=2)

    async def now(_connection):
        return clock.now()

    deadlines = Deadlines(PostgresDeadlines(gateway.database, held, now), DEEDS, FailedDeedError)

    async def passing(days):
        async with told_of_change(gateway.directory, 15.0):
            await pass_days(gateway, days)
            clock.advance(timedelta(days=days))
            await deadlines.once()

    yield passing
    await held.close()


async def publish(gateway, name, days):
    async with told_of_change(gateway.directory, 15.0):
        await publish_version(gateway.connection, version_of(name, days), "Cas")


async def answer(gateway, customer, what, version="next", person=PERSON):
    path = f"/api/policy-changes/{version}/{what}"
    async with told_of_change(gateway.directory, 15.0):
        return await gateway.call("POST", path, customer, json={"person": person})


async def send(gateway, customer):
    return await gateway.send(customer, message=f"Hello {asyncio.get_running_loop().time()}")


async def test_nobody_sends_before_a_named_person_accepted_the_policy(gateway):
    async with told_of_change(gateway.directory, 15.0):
        customer = await gateway.customer(accepted_by="")
    refused = await send(gateway, customer)
    assert refused.status != 200
    assert "; effective=" in refused.headers[HEADER]
    listed = await gateway.call("GET", "/api/policy-changes", customer)
    (waiting,) = [one for one in listed.body["items"] if one["answer_wanted"]]
    accepted = await answer(gateway, customer, "accept", waiting["version"])
    assert (accepted.status, accepted.body["answer"], accepted.body["person"]) == (200, "bound", PERSON)
    sent = await send(gateway, customer)
    assert sent.status == 200
    assert HEADER not in sent.headers


async def test_an_acceptance_is_kept_as_evidence_with_person_instant_address_and_text(gateway, clock):
    customer = await gateway.customer(accepted_by="")
    listed = await gateway.call("GET", "/api/policy-changes", customer)
    version = listed.body["items"][0]
    await answer(gateway, customer, "accept", version["version"])
    (kept,) = await gateway.fetch("SELECT * FROM policy_acceptances WHERE account_id = $1", customer.account_id)
    assert (kept["person"], kept["digest"], kept["address"]) == (PERSON, version["digest"], "127.0.0.1")
    assert kept["accepted_at"] == clock.now()
    entries = await gateway.fetch("SELECT kind FROM evidence_entries WHERE account_id = $1", customer.account_id)
    assert [row["kind"] for row in entries] == ["acceptance"]


async def test_a_substantial_change_is_announced_thirty_days_ahead(gateway):
    await gateway.customer()
    with pytest.raises(SettingsError, match="30 days"):
        await publish_version(gateway.connection, version_of("hasty", 29), "Cas")


async def test_a_change_reaches_every_account_by_its_channels_and_that_is_shown(gateway, post, heard):
    customer, other = await gateway.customer(), await gateway.customer()
    await notice_store.add_address(
        gateway.connection, customer.account_id, "legal@customer.example", "en", datetime.now(UTC)
    )
    wanted = Wanted(heard.url, "POST", ["notice"])
    await webhook_store.create(gateway.connection, customer.account_id, wanted, EndpointRules(LOOPBACK))
    await publish(gateway, "next", 30)

    event = await asyncio.wait_for(heard.get(), 10)
    assert (event["webhook_type"], event["message"]["notice"]["version"]) == ("notice", "next")
    (mail,) = await post.arrived()
    assert (mail["To"], "acceptable use policy changes" in mail["Subject"]) == ("legal@customer.example", True)
    for one in (customer, other):
        seen = await gateway.call("GET", "/api/notices", one)
        assert seen.headers[HEADER].startswith("next; effective=")
        assert [item["kind"] for item in seen.body["items"]] == ["policy-change"]
    assert (await send(gateway, other)).headers[HEADER].startswith("next; effective=")
    await gateway.call("GET", f"/api/notices/{event['message']['id']}", customer)

    async def shown():
        rows = await acceptance_store.told_and_answered(gateway.connection, "next")
        return {row["account"]: row for row in rows}

    async with asyncio.timeout(10):
        while not ((row := (await shown())[customer.name])["webhook_at"] and row["mailed_at"]):  # noqa: ASYNC110  two workers write, and neither has an event to await
            await asyncio.sleep(0.02)
    assert row["read_at"]
    assert (await shown())[other.name]["answer"] == "asked"


async def test_nobody_is_blocked_before_the_day_whatever_they_answered(gateway, days_pass):
    silent, accepts, declines = [await gateway.customer() for _ in range(3)]
    await publish(gateway, "next", 30)
    await answer(gateway, accepts, "accept")
    await answer(gateway, declines, "decline")
    for days in (0, 23, 6):
        await days_pass(days)
        for customer in (silent, accepts, declines):
            assert (await send(gateway, customer)).status == 200


async def test_on_the_day_who_accepted_goes_on_who_was_silent_waits_and_who_declined_has_left(gateway, days_pass):
    silent, accepts, declines = [await gateway.customer(credits_=70, bonus=30) for _ in range(3)]
    await publish(gateway, "next", 30)
    assert (await answer(gateway, accepts, "accept")).body["answer"] == "accepted"
    assert (await answer(gateway, declines, "decline")).body["answer"] == "declined"
    await days_pass(30)
    assert (await send(gateway, accepts)).status == 200
    assert (await send(gateway, declines)).status != 200
    refused = await send(gateway, silent)
    assert refused.status != 200
    owed = await gateway.fetch("SELECT account_id, micro_credits FROM payouts")
    assert [tuple(row) for row in owed] == [(declines.account_id, 70 * MICRO)]
    kinds = [one["kind"] for one in (await gateway.call("GET", "/api/notices", declines)).body["items"]]
    assert "account-closed" in kinds
    # Who was silent accepts, and sends again.
    assert (await answer(gateway, silent, "accept")).body["answer"] == "bound"
    assert (await send(gateway, silent)).status == 200
    assert await gateway.ledger_problems() == []


async def test_who_left_is_left_and_is_paid_once(gateway, days_pass):
    customer = await gateway.customer(credits_=5)
    await publish(gateway, "next", 30)
    await answer(gateway, customer, "decline")
    await days_pass(30)
    await days_pass(10)
    again = await gateway.call("POST", "/api/policy-changes/next/accept", customer, json={"person": PERSON})
    assert again.status == 409
    assert len(await gateway.fetch("SELECT FROM payouts")) == 1
    assert (await send(gateway, customer)).status != 200


@pytest.mark.parametrize(
    ("version", "body", "status"),
    [
        ("nowhere", {"person": PERSON}, 404),
        ("next", {}, 400),
        ("next", {"person": ""}, 400),
        ("next", {"person": "  "}, 400),
        ("next", {"person": "A\nB"}, 400),
        ("next", {"person": "A" * 101}, 400),
    ],
)
async def test_an_answer_names_a_version_and_a_person(gateway, version, body, status):
    customer = await gateway.customer()
    await publish(gateway, "next", 30)
    refused = await gateway.call("POST", f"/api/policy-changes/{version}/accept", customer, json=body)
    assert refused.status == status


async def test_a_version_is_read_whole_before_it_is_answered(gateway):
    customer = await gateway.customer()
    await publish(gateway, "next", 30)
    shown = await gateway.call("GET", "/api/policy-changes/next", customer)
    assert shown.body["text"] == version_of("next", 30).source
    assert shown.body["changes"]


async def test_a_key_that_may_only_send_answers_no_policy(gateway):
    customer = await gateway.customer()
    await publish(gateway, "next", 30)
    await gateway.fetch("UPDATE api_keys SET scopes = '{send}' WHERE account_id = $1", customer.account_id)
    async with told_of_change(gateway.directory, 15.0):
        await gateway.fetch("UPDATE accounts SET profile = profile WHERE account_id = $1", customer.account_id)
    refused = await gateway.call("POST", "/api/policy-changes/next/decline", customer, json={"person": PERSON})
    assert refused.status == 403
