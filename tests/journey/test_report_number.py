"""A report by text over the air: forwarded to a number of ours, asked back, answered, filed."""

from __future__ import annotations

import asyncio

import pytest

from comity.app.compose.desk import DEEDS
from comity.edges.carriers.simulator import InboundText
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.evidence_keys import ensure_evidence
from comity.edges.postgres.report_number_store import set_number
from comity.journey.deadlines import Deadlines
from support.gateway import operating
from support.road import NUMBER, PERSON, Road, link_to, simulator
from support.sealed import MESSAGE, complaints

SPAM = "PostPakket: uw pakket wacht, betaal 1,99 via https://post-pakket.invalid"


@pytest.fixture
async def road(database, tmp_path):
    road = Road(database)
    async with operating(database) as operator:
        await ensure_evidence(operator.connection, tmp_path)
        account = await road.account("office")
        await road.fetch("DELETE FROM sender_grants WHERE sender_key = $1 AND account_id <> $2", NUMBER, account)
        await set_number(operator.connection, NUMBER, account, "", road.clock.now())
        yield road
    await road.connections.close()


async def test_a_person_forwards_a_text_names_its_sender_and_is_answered_each_time(road):
    changed = asyncio.Event()
    deadlines = Deadlines(PostgresDeadlines(road.database, road.connections), DEEDS, FailedDeedError)
    doing = asyncio.create_task(deadlines.run())
    delivered = "SELECT count(*) = {} FROM message_life WHERE state = 'delivered'"
    try:
        async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
            async with asyncio.timeout(5):
                while not running.centre.tally.counts.binds:  # noqa: ASYNC110  the centre gives no event
                    await asyncio.sleep(0.01)
            running.centre.deliver(InboundText(PERSON, NUMBER, SPAM))
            await road.until(delivered.format(1))
            running.centre.deliver(InboundText(PERSON, NUMBER, "PostPakket"))
            await road.until(delivered.format(2))
    finally:
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
    (complaint,) = await complaints(road, "text", "sender", "channel")
    assert complaint == {"text": SPAM, "sender": "PostPakket", "channel": "sms"}
    assert await road.value("SELECT count(*) FROM inbox") == 0
    number = await road.value("SELECT number FROM complaints")
    answers = await road.fetch(
        f"SELECT {MESSAGE}, micro_credits FROM messages WHERE recipient = $1 ORDER BY id", PERSON
    )
    assert answers[0]["text"].startswith("Dank u")
    assert number in answers[1]["text"]
    assert {answer["micro_credits"] for answer in answers} == {0}
