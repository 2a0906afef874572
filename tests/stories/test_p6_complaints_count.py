"""P6: complaints from recipients or third parties block the account: by weighted counts against volume, or at once by a
reviewer; the customer gets a statement of reasons and may appeal."""

from datetime import timedelta

import pytest

from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.standing_watch import PostgresEnforceStore
from comity.journey.enforce import Enforcer
from support.complaints import PLAIN, arrive, complain
from support.desk import staff
from support.gateway import running_gateway

SHOP = {"sender": "Acme"}
VOLUME = 1_000


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def acme(gateway, clock):
    """An account that sent a thousand messages today; six of them are looked at closely."""
    customer = await gateway.customer(senders=("Acme",))
    for number in range(12):
        await arrive(gateway, customer, f"324700000{number:02}", PLAIN, **SHOP)
    await gateway.fetch(
        "INSERT INTO account_days (account_id, day, sent) VALUES ($1, $2, $3)",
        *(customer.account_id, clock.now().date(), VOLUME),
    )
    return customer


@pytest.fixture
async def enforcer(database, clock, gateway):  # noqa: ARG001  the database is ready by then
    connections = HeldConnections(database, "comity-test-enforce", most=2)
    found = Enforcer(_Counted(connections), clock)
    yield found
    await connections.close()


class _Counted(PostgresEnforceStore):
    """As the store, with the day's messages counted already."""

    async def count_days(self, now):
        """They are."""


def spam(number, **more):
    """What somebody with that number says; each from a place of their own."""
    recipient = f"324700000{number:02}"
    return {"kind": "spam", "recipient": recipient, "text": PLAIN, "reporter_key": recipient.encode(), **more}


async def standing_of(gateway, customer):
    shown = await gateway.call("GET", "/api/standing", customer)
    return shown.body


async def test_complaints_of_many_who_got_it_block_the_account_which_is_told_why_and_may_appeal(
    gateway, acme, enforcer, clock
):
    for number in range(8):
        await complain(gateway, clock, **spam(number, proven=True))
    async with gateway.directory_changed():
        assert await enforcer.once() == 1
    shown = await standing_of(gateway, acme)
    assert shown["standing"] == "limited"
    (statement,) = shown["statements"]
    assert (statement["clause"], statement["automated"]) == ("P6", True)
    assert "8 complaints about messages among 1000" in statement["facts"]
    appealed = await gateway.call(
        "POST", f"/api/standing/{statement['id']}/appeals", acme, json={"text": "They asked for it."}
    )
    assert appealed.status == 201, appealed.body


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (spam(0, proven=True), 1.0),
        (spam(0), 0.0),
        (spam(0, proven=True, channel="xarf"), 2.0),
        (spam(50, proven=True), 0.0),
        (spam(0, proven=True, text="Words that nobody sent."), 0.0),
    ],
    ids=["shown to have got it", "says so", "a feed that is trusted", "a number that got nothing", "another text"],
)
async def test_a_complaint_weighs_by_what_is_known_of_it(gateway, acme, clock, said, counts):
    await complain(gateway, clock, **said)
    assert await gateway.value("SELECT sum(weight) FROM complaints") == pytest.approx(counts)
    assert acme.account_id


async def test_the_same_report_by_the_same_reporter_counts_once(gateway, acme, enforcer, clock):
    first = await complain(gateway, clock, **spam(0, proven=True))
    for number in range(12):
        again = await complain(gateway, clock, **{**spam(number, proven=True), "reporter_key": spam(0)["reporter_key"]})
        assert again.case == first.case
        assert again.number != first.number
    assert await gateway.value("SELECT sum(weight) FROM complaints") == pytest.approx(1.0)
    assert await enforcer.once() == 0
    assert (await standing_of(gateway, acme))["standing"] == "good"


async def test_a_reviewer_blocks_at_once_and_takes_it_back_with_all_it_did(gateway, acme, enforcer, clock):
    rita, sam = await staff(gateway, "Rita Example"), await staff(gateway, "Sam Example", "senior")
    filed = await complain(gateway, clock, **spam(0, proven=True))
    path = f"/api/desk/complaints/{filed.number}/decide"
    async with gateway.directory_changed():
        ruling = {"decision": "uphold", "why": "Nobody agreed to it.", "strike": 4}
        assert (await gateway.call("POST", path, rita, json=ruling)).status == 200
    assert (await standing_of(gateway, acme))["standing"] == "suspended"
    assert (await gateway.send(acme, message="Acme: another.", **SHOP)).code == "2065"
    # What a person gave a strike for does not count in the rates again.
    assert await enforcer.once() == 0

    case = (await gateway.call("GET", f"/api/desk/complaints/{filed.number}", rita)).body["case"]
    reopened = {"event": "reopen", "words": "New facts."}
    assert (await gateway.call("POST", f"/api/desk/cases/{case}/steps", sam, json=reopened)).status == 200
    assert (await gateway.call("POST", path, rita, json={"decision": "reject", "why": "Hm."})).status == 403
    async with gateway.directory_changed():
        rejected = await gateway.call("POST", path, sam, json={"decision": "reject", "why": "They did agree."})
        assert (rejected.status, rejected.body["state"]) == (200, "rejected"), rejected.body
    assert (await standing_of(gateway, acme))["standing"] == "good"
    assert (await gateway.send(acme, message="Acme: one more.", **SHOP)).status == 200


async def test_whoever_reports_to_harm_counts_no_more(gateway, acme, clock):
    rita = await staff(gateway, "Rita Example")
    filed = await complain(gateway, clock, **spam(0, proven=True))
    path = f"/api/desk/complaints/{filed.number}/decide"
    ruled = await gateway.call("POST", path, rita, json={"decision": "abuse", "why": "A competitor's own number."})
    assert (ruled.status, ruled.body["state"], ruled.body["counts"]) == (200, "abusive", 0)
    again = await complain(gateway, clock, **{**spam(1, proven=True), "reporter_key": spam(0)["reporter_key"]})
    assert again.frozen is None
    assert await gateway.value("SELECT sum(weight) FROM complaints WHERE account_id = $1", acme.account_id) == 0


async def test_whoever_reported_to_harm_counts_again_after_thirty_days(gateway, acme, clock):
    """Others have the same network by then."""
    who = spam(0)["reporter_key"]
    await complain(gateway, clock, **spam(0, proven=True))
    for decided, counts in ((timedelta(days=29), 0), (timedelta(days=31), 1)):
        await gateway.fetch(
            "UPDATE complaints SET state = 'abusive', outcome = 'abusive', weight = 0, decided_at = $1",
            clock.now() - decided,
        )
        await complain(gateway, clock, **{**spam(1, proven=True), "reporter_key": who})
        weight = "SELECT sum(weight) FROM complaints WHERE account_id = $1"
        assert await gateway.value(weight, acme.account_id) == counts


async def test_a_feed_whose_report_was_found_to_do_harm_goes_on_counting(gateway, acme, clock):
    who = spam(0)["reporter_key"]
    await complain(gateway, clock, **{**spam(0, proven=True), "channel": "arf"})
    await gateway.fetch(
        "UPDATE complaints SET state = 'abusive', outcome = 'abusive', weight = 0, decided_at = $1", clock.now()
    )
    await complain(gateway, clock, **{**spam(1, proven=True), "channel": "arf", "reporter_key": who})
    assert await gateway.value("SELECT sum(weight) FROM complaints WHERE account_id = $1", acme.account_id) == 1
