"""G7: questions, complaints and breach reports have a way in; each gets a case number, an acknowledgement, and a page
where the reporter follows it. Abuse of it freezes nothing."""

import shutil

import pytest

from comity.base.ids import to_wire
from comity.edges.postgres import complaint_rates
from comity.edges.postgres.complaint_rates import of_network
from comity.edges.postgres.evidence_keys import KEY_FILE
from comity.policy.files import default_policy
from comity.policy.watching import figures_of
from support.complaints import PLAIN, arrive, complain, state_of
from support.desk import staff
from support.gateway import running_gateway

ONE, TWO, THREE, FOUR = "32470000001", "32470000002", "32470000003", "32470000004"
LIKELY = {"phishing": 0.9}
SHOP = {"sender": "Acme"}
LIMITS = figures_of(default_policy().document).limits


@pytest.fixture
async def gateway(database, clock, tmp_path, server):
    shutil.copy(server.evidence_folder / KEY_FILE, tmp_path / KEY_FILE)
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=("Acme",))


@pytest.fixture
async def rita(gateway):
    return await staff(gateway, "Rita Example")


async def report(gateway, **said):
    return await gateway.call("POST", "/api/complaints", json={"kind": "spam", **said})


async def follow(gateway, made, token=None):
    headers = {"X-Complaint-Token": made["token"] if token is None else token}
    return await gateway.call("GET", f"/api/complaints/{made['number']}", headers=headers)


async def freezes(gateway):
    return await gateway.value("SELECT count(*) FROM freezes")


async def test_anybody_complains_without_a_login_and_follows_it_by_number_and_token(gateway, acme, rita):
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    said = {"recipient": f"+{ONE}", "sender": "ACME", "text": f"{PLAIN} ", "words": "I never asked for this."}
    answer = await report(gateway, received_at="2026-03-04T13:01:00+01:00", contact="ann@mail.example", **said)
    assert answer.status == 201
    made = answer.body
    assert made["number"].startswith("C-")
    assert made["where_to_turn"]["name"] == "Belgium"
    assert (await follow(gateway, made)).body["status"] == "received"
    assert (await follow(gateway, {**made, "number": made["number"].lower()})).status == 200
    # An address stands in logs: a token in it opens nothing.
    by_query = await gateway.call("GET", f"/api/complaints/{made['number']}", params={"token": made["token"]})
    assert by_query.status == 404

    # At the desk it is a case, linked to the message, with the number masked and the contact sealed.
    (entry,) = (await gateway.call("GET", "/api/desk/complaints", rita)).body["items"]
    assert (entry["id"], entry["state"], entry["account"]) == (made["number"], "linked", acme.name)
    assert ONE not in str(entry)
    path = f"/api/desk/complaints/{made['number']}"
    shown = (await gateway.call("GET", path, rita)).body
    assert (shown["words"], shown["has_contact"], [one["how"] for one in shown["links"]]) == (
        "I never asked for this.", True, ["text"],
    )  # fmt: skip
    assert await gateway.value("SELECT count(*) FROM complaints WHERE complaints::text LIKE '%ann@mail%'") == 0
    opened = await gateway.call("POST", f"{path}/contact", rita, json={"why": "To answer."})
    assert opened.body == {"contact": "ann@mail.example"}

    # The reporter is told that somebody looks, and how it ends.
    looked = await gateway.call("POST", f"{path}/investigate", rita, json={"why": "I look."})
    assert looked.status == 200
    assert (await follow(gateway, made)).body["status"] == "looked-at"
    ruling = {"decision": "uphold", "why": "There is no opt-in."}
    assert (await gateway.call("POST", f"{path}/decide", rita, json=ruling)).status == 200
    ended = (await follow(gateway, made)).body
    assert (ended["status"], [one["what"] for one in ended["events"]]) == (
        "upheld", ["We took your complaint.", "Somebody began to look at it.", "We found it right."],
    )  # fmt: skip
    assert "Rita" not in str(ended)


@pytest.mark.parametrize("token", ["", "x", "é", "0" * 32, "A" * 5000])
async def test_a_wrong_token_is_answered_like_a_wrong_number(gateway, token):
    made = (await report(gateway, words="Who are you?")).body
    headers = {"X-Complaint-Token": token} if token.isascii() and token else {}
    wrong = await gateway.call("GET", f"/api/complaints/{made['number']}", headers=headers, params={"token": token})
    unknown = await gateway.call(
        "GET", "/api/complaints/C-2222-2222-2222", headers={"X-Complaint-Token": made["token"]}
    )
    assert (wrong.status, wrong.body) == (unknown.status, unknown.body) == (404, unknown.body)
    for step in ("code", "confirm", "withdraw"):
        path = f"/api/complaints/{made['number']}/{step}"
        answer = await gateway.call("POST", path, params={"token": "x"}, json={"code": "123456"})
        assert answer.status == 404


async def test_two_people_with_a_number_each_see_their_own_alone(gateway):
    one, two = (await report(gateway, words="First.")).body, (await report(gateway, words="Second.")).body
    assert (await follow(gateway, one, two["token"])).status == 404
    assert (await follow(gateway, one)).status == 200


async def test_whether_a_number_got_a_message_is_told_to_nobody_but_who_got_it(gateway, acme):
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    fits = (await report(gateway, recipient=f"+{ONE}", text=PLAIN)).body
    fits_not = (await report(gateway, recipient=f"+{TWO}", text=PLAIN)).body
    told = [(await follow(gateway, made)).body for made in (fits, fits_not)]
    for one in told:
        one.pop("number")
    assert told[0] == told[1]


async def test_the_id_of_the_message_shows_that_its_receiver_reports(gateway, acme):
    id_ = await arrive(gateway, acme, ONE, PLAIN, scores=LIKELY, **SHOP)
    other = await report(gateway, kind="phishing", recipient=f"+{TWO}", text=PLAIN, message=id_)
    assert (other.body["proven"], await freezes(gateway)) == (False, 0)
    own = await report(gateway, kind="phishing", recipient=f"+{ONE}", message=id_)
    assert (own.body["proven"], await freezes(gateway)) == (True, 1)


async def test_three_who_got_it_freeze_even_what_scores_for_nothing(gateway, acme, clock):
    for number in (ONE, TWO, THREE):
        await arrive(gateway, acme, number, PLAIN, **SHOP)
    for number in (ONE, TWO):
        filed = await complain(gateway, clock, recipient=number, text=PLAIN, proven=True, reporter_key=number.encode())
        assert filed.frozen is None
    last = await complain(gateway, clock, recipient=THREE, text=PLAIN, proven=True, reporter_key=b"third")
    assert last.frozen is not None


@pytest.mark.parametrize("proven", [True, False], ids=["proven", "unproven"])
async def test_a_competitors_flood_from_one_network_freezes_nothing(gateway, acme, clock, proven):
    """With many numbers of their own, and with one number from many networks."""
    waiting = (await gateway.send(acme, to=f"+{FOUR}", message=PLAIN, **SHOP)).body["messageid"]
    numbers = [f"324700001{n:02}" for n in range(20)]
    for number in numbers:
        await arrive(gateway, acme, number, PLAIN, **SHOP)
    for number in numbers:
        await complain(gateway, clock, recipient=number, text=PLAIN, proven=proven, reporter_key=b"one network")
    for network in range(20):
        await complain(
            gateway, clock, recipient=numbers[0], text=PLAIN, proven=proven, reporter_key=f"network {network}".encode()
        )
    assert await freezes(gateway) == 0
    assert await state_of(gateway, acme, waiting) == "queued"


async def test_unproven_reports_freeze_nothing_however_many_and_whatever_the_text_scores(gateway, acme, clock):
    numbers = [f"324700002{n:02}" for n in range(10)]
    for number in numbers:
        await arrive(gateway, acme, number, PLAIN, scores=LIKELY, **SHOP)
        await complain(gateway, clock, recipient=number, text=PLAIN, reporter_key=number.encode())
    assert await freezes(gateway) == 0


async def test_the_form_is_limited_by_network_and_says_when_to_try_again(gateway):
    statuses = [(await report(gateway, words=f"Complaint {n}.")).status for n in range(LIMITS.network_hour)]
    assert set(statuses) == {201}
    answer = await report(gateway, words="One more.")
    assert (answer.status, answer.body["type"]) == (429, "/api/docs#too-many")
    assert 0 < int(answer.headers["Retry-After"]) <= 3_600


@pytest.mark.parametrize(("bits", "times"), [(64, 1), (56, 2), (48, 4)])
async def test_a_line_with_many_networks_of_its_own_is_limited_as_a_whole(gateway, clock, bits, times):
    """IPv6: 256 to 65,536 networks of 64 bits come with one home line."""
    lines = {
        64: [f"2001:db8:0:1::{n + 1:x}" for n in range(50)],
        56: [f"2001:db8:0:1{n:02x}::1" for n in range(50)],
        48: [f"2001:db8:0:{n + 1:x}00::1" for n in range(50)],
    }
    taken = [
        await complaint_rates.take(
            gateway.connection, of_network("complain", address, LIMITS.network_hour), clock.now()
        )
        for address in lines[bits]
    ]
    assert [wait == 0 for wait in taken].count(True) == LIMITS.network_hour * times


async def test_the_form_is_limited_by_number_over_all_networks(gateway):
    for _ in range(LIMITS.number_hour):
        assert (await report(gateway, recipient=f"+{ONE}", words="Again.")).status == 201
    # as if they had come from other networks
    await gateway.fetch("UPDATE complaint_rates SET count = 1 WHERE count <> $1", LIMITS.number_hour)
    assert (await report(gateway, recipient=f"+{ONE}", words="Again.")).status == 429


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "noise", "words": "x"},
        {"kind": "spam"},
        {"kind": "spam", "words": "x" * 4_001},
        {"kind": "spam", "text": "x" * 2_001},
        {"kind": "spam", "text": "a\0b"},
        {"kind": "spam", "recipient": "12"},
        {"kind": "spam", "words": "x", "received_at": "2026-03-04T12:00:00"},
        {"kind": "spam", "words": "x", "received_at": "0001-01-01T00:00:00Z"},
        {"kind": "spam", "words": "x", "received_at": "1999-12-31T23:59:59-01:00"},
        {"kind": "spam", "words": "x", "received_at": "9999-12-31T23:59:59Z"},
        {"kind": "spam", "words": "x", "more": 1},
    ],
)
async def test_what_is_no_complaint_is_told_so_and_not_kept(gateway, body):
    answer = await gateway.call("POST", "/api/complaints", json=body)
    assert (answer.status, answer.body["type"]) == (400, "/api/docs#unreadable")
    assert await gateway.value("SELECT count(*) FROM complaints") == 0


async def test_where_no_codes_are_sent_the_reporter_is_told_what_proves_it(gateway, acme):
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    made = (await report(gateway, recipient=f"+{ONE}", text=PLAIN)).body
    assert "sends no codes: name the id" in made["prove"]
    path = f"/api/complaints/{made['number']}/code"
    assert (await gateway.call("POST", path, headers={"X-Complaint-Token": made["token"]})).status == 409
    # The number that takes reports is named where there is one, and there alone.
    await gateway.grant(acme, "3228000000")
    await gateway.fetch(
        "INSERT INTO report_numbers (number, account_id, status_url, set_at) VALUES ('3228000000', $1, '', now())",
        acme.account_id,
    )
    made = (await report(gateway, recipient=f"+{ONE}", text=PLAIN)).body
    assert "forward the message by text to +3228000000, or name" in made["prove"]


async def test_no_account_learns_of_a_complaint_by_any_list_of_its_own(gateway, acme, clock):
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    filed = await complain(gateway, clock, recipient=ONE, text=PLAIN, proven=True)
    cases = (await gateway.call("GET", "/api/cases", acme)).body["items"]
    assert cases == []
    assert (await gateway.call("GET", f"/api/cases/{to_wire(filed.case)}", acme)).status == 404
