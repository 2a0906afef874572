"""P9: victims can report; reports with proof of receipt freeze matching traffic within seconds (one-time codes and
alerts only after review), find the other recipients, and tell the reporter which authority serves their country."""

from datetime import timedelta

import pytest

from comity.complaints.reporters import reporter_key
from comity.edges.postgres.complaint_codes import REFERENCE, Office, set_office
from comity.journey.accept import Acceptor
from comity.policy.files import default_policy
from comity.policy.watching import figures_of
from support.complaints import PLAIN, Passing, arrive, parked, state_of
from support.desk import staff
from support.gateway import running_gateway
from support.sealed import MESSAGE

ONE, TWO, THREE, FOUR = "32470000001", "32470000002", "32470000003", "447400123456"
LIKELY = {"phishing": 0.72}
SHOP = {"sender": "Acme"}
CODES = figures_of(default_policy().document).limits.codes


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=("Acme",), credits_=500)


@pytest.fixture
async def rita(gateway):
    return await staff(gateway, "Rita Example")


@pytest.fixture
async def office(gateway, clock):
    """The operator's own account, which sends codes to reporters."""
    own = await gateway.customer(senders=("Comity",), name="the operator")
    await set_office(gateway.connection, Office(own.account_id, "Comity"), "Olga", clock.now())
    return own


@pytest.fixture
async def pass_time(gateway, clock):
    passing = Passing(gateway, clock)
    yield passing
    await passing.close()


async def report(gateway, recipient, text=PLAIN, **more):
    body = {"kind": "phishing", "recipient": f"+{recipient}", "sender": "Acme", "text": text, **more}
    made = await gateway.call("POST", "/api/complaints", json=body)
    assert made.status == 201, made.body
    return made.body


async def follow(gateway, made):
    shown = await gateway.call("GET", f"/api/complaints/{made['number']}", headers={"X-Complaint-Token": made["token"]})
    assert shown.status == 200, shown.body
    return shown.body


async def code_sent_to(gateway, office, recipient):
    text = await gateway.value(
        f"SELECT {MESSAGE} FROM messages WHERE account_id = $1 AND recipient = $2 ORDER BY id DESC LIMIT 1",
        *(office.account_id, recipient),
    )
    return text.split(" ")[0]


async def prove(gateway, office, made, recipient):
    """The reporter has a code sent to the number, and gives it back."""
    path, token = f"/api/complaints/{made['number']}", {"X-Complaint-Token": made["token"]}
    asked = await gateway.call("POST", f"{path}/code", headers=token)
    assert asked.status == 202, asked.body
    code = await code_sent_to(gateway, office, recipient)
    confirmed = await gateway.call("POST", f"{path}/confirm", headers=token, json={"code": code})
    assert confirmed.status == 200, confirmed.body
    return confirmed.body


async def freezes(gateway, rita, **params):
    listed = await gateway.call("GET", "/api/desk/freezes", rita, params=params)
    assert listed.status == 200, listed.body
    return listed.body["items"]


async def test_a_report_with_proof_freezes_what_waits_and_what_comes_and_the_reporter_follows_it(
    gateway, acme, rita, office, clock
):
    await arrive(gateway, acme, ONE, PLAIN, scores=LIKELY, **SHOP)
    waiting = (await gateway.send(acme, to=f"+{TWO}", message=PLAIN, **SHOP)).body["messageid"]
    other = (await gateway.send(acme, to=f"+{TWO}", message="Acme: order 1 is ready.", **SHOP)).body["messageid"]

    # Somebody reports it. Nothing is frozen by a word alone; the answer says how to prove it, and where else to turn.
    made = await report(gateway, ONE)
    assert made["where_to_turn"]["country"] == "BE"
    assert made["where_to_turn"]["authorities"]
    assert (await follow(gateway, made))["found"] is None
    assert await freezes(gateway, rita) == []

    # The code that reaches the number proves it: within a second on each node, well within five, traffic like it stops.
    async with gateway.directory_changed():
        proven = await prove(gateway, office, made, ONE)
    assert (proven["proven"], proven["found"]) == (True, True)
    assert proven["done"] == ["Messages like it are stopped while we look."]
    await parked(gateway, clock)
    assert (await state_of(gateway, acme, waiting), await state_of(gateway, acme, other)) == ("held", "queued")
    coming = await gateway.send(acme, to=f"+{THREE}", message=PLAIN, **SHOP)
    assert coming.body["verdict"]["findings"][0]["rule"] == "traffic-frozen"
    assert await state_of(gateway, acme, coming.body["messageid"]) == "held"

    # Its account sees the case that these wait in, and that it was stopped; not who complained.
    (stopped,) = await freezes(gateway, rita)
    case = await gateway.call("GET", f"/api/cases/{stopped['id']}", acme)
    assert (case.status, case.body["rule"], case.body["messages"]) == (200, "traffic-frozen", 2)
    notices = (await gateway.call("GET", "/api/notices", acme)).body["items"]
    assert [one["kind"] for one in notices] == ["freeze"]
    assert made["number"] not in str(case.body) + str(notices)


async def codes_sent(gateway, office):
    return await gateway.value("SELECT count(*) FROM messages WHERE account_id = $1", office.account_id)


async def ask_for_code(gateway, made):
    headers = {"X-Complaint-Token": made["token"]}
    return await gateway.call("POST", f"/api/complaints/{made['number']}/code", headers=headers)


@pytest.mark.parametrize("number", ["32470777777", "2348012345678", "967712345678"])
async def test_no_code_goes_to_a_number_that_no_message_went_to_and_nobody_is_told_so(gateway, acme, office, number):
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    none = await ask_for_code(gateway, await report(gateway, number))
    assert await codes_sent(gateway, office) == 0
    sent = await ask_for_code(gateway, await report(gateway, ONE))
    assert await codes_sent(gateway, office) == 1
    assert (none.status, none.body) == (sent.status, sent.body) == (202, none.body)
    # What was not sent cannot be guessed.
    assert await gateway.value("SELECT count(*) FROM complaint_codes") == 1


async def test_no_code_goes_to_a_number_for_a_code_that_went_there_before_nor_after_two_weeks(
    gateway, acme, office, clock
):
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    assert (await ask_for_code(gateway, await report(gateway, ONE))).status == 202
    await gateway.fetch("UPDATE message_life SET state = 'delivered' WHERE account_id = $1", office.account_id)
    clock.advance(timedelta(days=14, seconds=1))
    assert (await ask_for_code(gateway, await report(gateway, ONE))).status == 202
    assert await codes_sent(gateway, office) == 1


async def test_codes_to_a_range_of_numbers_end_for_the_day_from_however_many_networks(gateway, acme, office):
    made = []
    for last in range(3):
        await arrive(gateway, acme, f"3247011{last:04}", PLAIN, **SHOP)
        made.append(await report(gateway, f"3247011{last:04}"))
    assert (await ask_for_code(gateway, made[0])).status == 202
    # as if others had asked from elsewhere: only what is counted for all of one range has the limit of one
    await gateway.fetch(
        "UPDATE complaint_rates SET count = $1 WHERE key = $2", CODES.range_day, await range_key(gateway)
    )
    answer = await ask_for_code(gateway, made[1])
    assert (answer.status, await codes_sent(gateway, office)) == (202, 1)
    assert await gateway.value("SELECT count(*) FROM complaint_codes") == 1


async def range_key(gateway):
    hash_key = await gateway.value("SELECT hash_key FROM installation")
    return reporter_key("code range 3247011", hash_key)


@pytest.mark.usefixtures("office")
async def test_a_code_is_kept_before_it_is_sent_and_its_sending_waits_for_no_lock(gateway, acme, monkeypatch):
    """Whoever locks the complaint meanwhile does not wait: no transaction is open while the code is accepted."""
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    made = await report(gateway, ONE)
    free = []
    accept = Acceptor.accept

    async def accepting(self, submission):
        if submission.drafts[0].reference == REFERENCE:
            free.append(
                await gateway.value(
                    "SELECT c.number FROM complaints c JOIN complaint_codes USING (complaint_id)"
                    " WHERE c.number = $1 FOR UPDATE OF c SKIP LOCKED",
                    made["number"],
                )
            )
        return await accept(self, submission)

    monkeypatch.setattr(Acceptor, "accept", accepting)
    assert (await ask_for_code(gateway, made)).status == 202
    assert free == [made["number"]]


async def test_a_code_that_cannot_be_sent_opens_nothing(gateway, acme, office):
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    made = await report(gateway, ONE)
    async with gateway.directory_changed():
        await gateway.fetch("DELETE FROM sender_grants WHERE account_id = $1", office.account_id)
    assert (await ask_for_code(gateway, made)).status == 202
    assert await gateway.value("SELECT count(*) FROM complaint_codes") == 0


async def test_a_freeze_that_nobody_confirms_lapses_after_an_hour_and_what_it_held_goes(
    gateway, acme, rita, office, pass_time
):
    await arrive(gateway, acme, ONE, PLAIN, scores=LIKELY, **SHOP)
    waiting = (await gateway.send(acme, to=f"+{TWO}", message=PLAIN, **SHOP)).body["messageid"]
    async with gateway.directory_changed():
        made = await report(gateway, ONE)
        await prove(gateway, office, made, ONE)
    await pass_time(minutes=59)
    assert await state_of(gateway, acme, waiting) == "held"
    async with gateway.directory_changed():
        await pass_time(minutes=1)
    assert await state_of(gateway, acme, waiting) == "queued"
    coming = await gateway.send(acme, to=f"+{THREE}", message=PLAIN, **SHOP)
    assert await state_of(gateway, acme, coming.body["messageid"]) == "queued"
    (ended,) = await freezes(gateway, rita, only_open="false")
    assert (ended["state"], ended["ended_by"]) == ("lapsed", "comity")
    assert (await follow(gateway, made))["done"] == ["Messages like it were stopped for a while."]
    kinds = await gateway.fetch("SELECT kind FROM evidence_entries WHERE account_id = $1", acme.account_id)
    assert [row["kind"] for row in kinds].count("freeze") == 2
    assert await gateway.ledger_problems() == []


async def test_a_confirmed_freeze_stands_until_a_reviewer_decides_and_what_was_held_is_paid_back(
    gateway, acme, rita, office, pass_time
):
    await arrive(gateway, acme, ONE, PLAIN, scores=LIKELY, **SHOP)
    waiting = (await gateway.send(acme, to=f"+{TWO}", message=PLAIN, **SHOP)).body["messageid"]
    spendable = await gateway.spendable(acme)
    made = await report(gateway, ONE)
    await prove(gateway, office, made, ONE)
    (stopped,) = await freezes(gateway, rita)
    path = f"/api/desk/freezes/{stopped['id']}/confirm"
    confirmed = await gateway.call("POST", path, rita, json={"why": "It leads to a false page."})
    assert (confirmed.status, confirmed.body["state"]) == (200, "confirmed")
    await pass_time(hours=5)
    assert await state_of(gateway, acme, waiting) == "held"

    ruling = {"decision": "uphold", "why": "The page asks for card numbers.", "strike": 4}
    path = f"/api/desk/complaints/{made['number']}/decide"
    decided = await gateway.call("POST", path, rita, json=ruling)
    assert (decided.status, decided.body["state"]) == (200, "upheld"), decided.body
    assert await state_of(gateway, acme, waiting) == "refused"
    assert await gateway.spendable(acme) == spendable + 1
    shown = await follow(gateway, made)
    assert shown["status"] == "upheld"
    assert shown["done"] == [
        "Messages like it were stopped, and those that waited were not sent.",
        "The sender was given a strike, which counts against what it may send.",
    ]
    # The account has its statement of reasons, and may appeal.
    standing = (await gateway.call("GET", "/api/standing", acme)).body
    assert (standing["standing"], standing["statements"][0]["clause"]) == ("suspended", "P9")
    assert await gateway.ledger_problems() == []


@pytest.mark.parametrize("category", ["otp", "alert"])
async def test_one_time_codes_and_alerts_are_stopped_by_a_senior_alone(gateway, acme, rita, office, clock, category):
    if category == "alert":
        await gateway.fetch(
            "INSERT INTO clearances (account_id, content, country) VALUES ($1, 'alert', '')", acme.account_id
        )
    async with gateway.directory_changed():
        await gateway.grant(acme, "Acme", category)
    await arrive(gateway, acme, ONE, PLAIN, scores=LIKELY, **SHOP)
    made = await report(gateway, ONE)
    await prove(gateway, office, made, ONE)
    (proposed,) = await freezes(gateway, rita)
    assert (proposed["state"], proposed["codes"]) == ("proposed", True)
    waiting = await gateway.send(acme, to=f"+{TWO}", message=PLAIN, **SHOP)
    assert await state_of(gateway, acme, waiting.body["messageid"]) == "queued"
    assert (await gateway.call("GET", "/api/notices", acme)).body["items"] == []

    sam = await staff(gateway, "Sam Example", "senior")
    async with gateway.directory_changed():
        path = f"/api/desk/freezes/{proposed['id']}/confirm"
        assert (await gateway.call("POST", path, sam, json={"why": "It is no code."})).status == 200
    await parked(gateway, clock)
    assert await state_of(gateway, acme, waiting.body["messageid"]) == "held"
    coming = await gateway.send(acme, to=f"+{THREE}", message=PLAIN, **SHOP)
    assert await state_of(gateway, acme, coming.body["messageid"]) == "held"


async def test_a_code_of_the_same_sender_passes_while_its_other_traffic_is_frozen(gateway, acme, rita):
    made = {"what": "sender", "key": "Acme", "account": acme.name, "why": "It poses as a bank."}
    async with gateway.directory_changed():
        assert (await gateway.call("POST", "/api/desk/freezes", rita, json=made)).status == 201
    text = await gateway.send(acme, to=f"+{ONE}", message="Acme: order 2 is ready.", **SHOP)
    async with gateway.directory_changed():
        await gateway.grant(acme, "AcmeCode", "otp")
    code = await gateway.send(acme, to=f"+{ONE}", message="4711 is your Acme code.", sender="AcmeCode")
    assert await state_of(gateway, acme, text.body["messageid"]) == "held"
    assert await state_of(gateway, acme, code.body["messageid"]) == "queued"


async def test_the_other_recipients_are_counted_and_named_for_a_reason_that_the_account_reads(gateway, acme, rita):
    for number in (ONE, TWO, FOUR):
        await arrive(gateway, acme, number, PLAIN, scores=LIKELY, **SHOP)
    await arrive(gateway, acme, THREE, "Acme: order 3 is ready.", **SHOP)
    made = await report(gateway, ONE)
    spread = await gateway.call("GET", f"/api/desk/complaints/{made['number']}/spread", rita)
    assert spread.body == [
        {"country": "BE", "messages": 2, "recipients": 2},
        {"country": "GB", "messages": 1, "recipients": 1},
    ]
    path = f"/api/desk/complaints/{made['number']}/recipients"
    assert (await gateway.call("POST", path, rita, json={"why": ""})).status == 400
    opened = await gateway.call("POST", path, rita, json={"why": "To warn them."})
    assert {one["recipient"] for one in opened.body["items"]} == {f"+{ONE}", f"+{TWO}", f"+{FOUR}"}
    events = (await gateway.call("GET", f"/api/desk/complaints/{made['number']}", rita)).body["events"]
    assert ("recipients-opened", "Rita Example", "To warn them.") in [
        (one["event"], one["by"], one["words"]) for one in events
    ]
    (notice,) = (await gateway.call("GET", "/api/notices", acme)).body["items"]
    assert notice["kind"] == "recipients-opened"
    assert "To warn them." in str(notice)
    assert "Rita" not in str(notice)
