"""Partners hand in complaints by the many: each counts once, and what is wrong with one spoils no other."""

from __future__ import annotations

import base64
import io
import json
from uuid import uuid4

import pytest
import pytest_asyncio

from comity.complaints import arf
from comity.edges.postgres.feed_store import add_feed, remove_feed
from support.desk import ready_for_evidence, staff
from support.gateway import Customer
from support.sealed import complaints

pytestmark = pytest.mark.asyncio(loop_scope="module")

XARF, ARF = "/api/complaints/feeds/xarf", "/api/complaints/feeds/arf"
TELECOM = {"org": "Example Telecom", "contact": "abuse@telecom.example", "domain": "telecom.example"}
SPAM = "Your parcel waits, pay 1.99 at https://post.invalid"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(gateway, tmp_path_factory):
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("evidence"))
    return gateway


async def a_feed(desk, *, weight=1, proven=False):
    name = f"feed {uuid4()}"
    made = await add_feed(desk.connection, name, weight, proven, desk.acceptor._clock.now())
    return Customer(name, 0, *made)


def report(text=SPAM, **changes):
    return {
        "xarf_version": "4.0.0",
        "report_id": str(uuid4()),
        "timestamp": "2026-03-04T11:00:00Z",
        "reporter": TELECOM,
        "sender": TELECOM,
        "source_identifier": "+31612345678",
        "category": "messaging",
        "type": "spam",
        "protocol": "sms",
        "recipient": "+32470000021",
        "evidence": [{"content_type": "text/plain", "payload": base64.b64encode(text.encode()).decode()}],
        **changes,
    }


async def number_of(desk, number, column):
    return await desk.value(f"SELECT {column} FROM complaints WHERE number = $1", number)


async def test_a_report_is_a_complaint_with_a_number(desk):
    feed = await a_feed(desk, proven=True)
    answer = await desk.call("POST", XARF, feed, json=report())
    assert (answer.status, answer.body["filed"]) == (200, 1), answer.body
    (item,) = answer.body["items"]
    assert item["state"] == "filed"
    assert await number_of(desk, item["number"], "channel") == "xarf"
    assert await number_of(desk, item["number"], "proven") is True
    told = await complaints(desk, "number", "text")
    assert [one["text"] for one in told if one["number"] == item["number"]] == [SPAM]


async def test_a_report_that_comes_again_counts_once_and_names_its_complaint(desk):
    feed = await a_feed(desk)
    once = report()
    first = await desk.call("POST", XARF, feed, json=once)
    again = await desk.call("POST", XARF, feed, json=[once, once])
    assert (again.body["filed"], again.body["duplicates"]) == (0, 2)
    assert {item["number"] for item in again.body["items"]} == {first.body["items"][0]["number"]}
    # Of another feed the same id is another report.
    other = await desk.call("POST", XARF, await a_feed(desk), json=once)
    assert other.body["filed"] == 1


async def test_many_come_as_lines_and_each_has_its_own_answer(desk):
    feed = await a_feed(desk)
    lines = [json.dumps(report(f"{SPAM} {number}")).encode() for number in range(20)]
    lines[3] = b"{"
    lines[7] = json.dumps(report(category="connection", type="ddos")).encode()
    lines[9] = json.dumps(report(timestamp="2027-03-04T11:00:00Z")).encode()
    lines[11] = json.dumps(report(source_identifier=" ", evidence=[])).encode()
    answer = await desk.call(
        "POST", XARF, feed, data=b"\n".join(lines) + b"\n", headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status == 200, answer.body
    assert (answer.body["filed"], answer.body["refused"]) == (16, 4)
    assert [place for place, item in enumerate(answer.body["items"]) if item["error"]] == [3, 7, 9, 11]


async def test_a_mail_of_a_feedback_loop_is_a_complaint_once(desk):
    feed = await a_feed(desk)
    written = arf.write_report(
        arf.Report(f"{uuid4()}@telecom.example", "fraud", "Example/1", "+31612345678", "+32470000022", None, SPAM),
        "a@telecom.example",
        "abuse@gateway.example",
    )
    mail = {"data": written, "headers": {"Content-Type": "message/rfc822"}}
    first = await desk.call("POST", ARF, feed, **mail)
    assert first.body["filed"] == 1, first.body
    number = first.body["items"][0]["number"]
    assert await number_of(desk, number, "kind") == "fraud"
    # An unproven feed proves nothing.
    assert await number_of(desk, number, "proven") is False
    assert (await desk.call("POST", ARF, feed, **mail)).body["duplicates"] == 1


async def test_a_mail_that_says_not_spam_complains_of_nothing(desk):
    written = arf.write_report(arf.Report("1@x.example", "not-spam", "Example/1"), "a@x.example", "b@y.example")
    mail = {"data": written, "headers": {"Content-Type": "message/rfc822"}}
    answer = await desk.call("POST", ARF, await a_feed(desk), **mail)
    assert (answer.body["filed"], answer.body["no_complaint"]) == (0, 1)


@pytest.mark.parametrize("weight", [1, 3])
async def test_a_feed_counts_as_so_many_reporters_and_no_more(desk, weight):
    feed = await a_feed(desk, weight=weight)
    reports = [report(recipient=f"+3247000{number:04}") for number in range(40)]
    answer = await desk.call("POST", XARF, feed, json=reports)
    assert answer.body["filed"] == 40, answer.body
    numbers = [item["number"] for item in answer.body["items"]]
    keys = await desk.value("SELECT count(DISTINCT reporter_key) FROM complaints WHERE number = ANY ($1)", numbers)
    assert keys == weight


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[]", "application/json", 400),
        (b"[1,", "application/json", 400),
        (b"{}" * 10, "text/plain", 415),
        (b"", "application/x-ndjson", 400),
        (b"{}\n" * 1001, "application/x-ndjson", 400),
        (b"x" * (4 * 1024 * 1024 + 1), "application/json", 413),
    ],
    ids=["none", "half", "no JSON", "no line", "too many", "too large"],
)
async def test_a_request_that_cannot_be_read_is_refused_whole(desk, body, kind, status):
    feed = await a_feed(desk)
    assert (await desk.call("POST", XARF, feed, data=io.BytesIO(body), headers={"Content-Type": kind})).status == status


@pytest.mark.parametrize("path", [XARF, ARF])
async def test_only_a_feeds_key_opens_the_calls_and_it_opens_nothing_else(desk, path):
    customer, reviewer = await desk.customer(), await staff(desk, f"Rita {uuid4()}")
    for caller in (None, customer, reviewer):
        assert (await desk.call("POST", path, caller, json=report())).status == 401
    feed = await a_feed(desk)
    for method, other in (("GET", "/api/cases"), ("GET", "/api/desk/cases"), ("GET", "/v1/balance")):
        assert (await desk.call(method, other, feed)).status in {401, 404}
    await remove_feed(desk.connection, feed.name, desk.acceptor._clock.now())
    assert (await desk.call("POST", path, feed, json=report())).status == 401
