"""G3: information goes to law enforcement or harmed third parties, only as much as is necessary.

A court asks. A person makes sure that it does; the least that its order asks for is proposed; a second person releases
it; it is sealed, collected once, and kept on record. The account learns of it, on the date that an order allows.
"""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from comity.base.clock import SetClock
from support.desk import ready_for_evidence
from support.disclosures import COURT, DESK, OTHER, PERSON, desk_of, opened
from support.gateway import running_gateway

pytestmark = pytest.mark.usefixtures("acme")

ANN = {"kind": "subject", "name": "Ann Example", "country": "BE", "reference": "mail of 3 March"}
TEXT = f"Bank: Ann, call +{PERSON} or 0470 00 00 12, mail bob@home.example"


@pytest.fixture
def clock():
    """Noon of a Wednesday, once a second has passed in which messages were sent: what is asked about lies behind."""
    return SetClock(datetime(2026, 3, 4, 11, 59, 59, tzinfo=UTC))


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        await ready_for_evidence(running, tmp_path)
        yield running


@pytest.fixture
async def desk(gateway, clock):
    return await desk_of(gateway, clock)


@pytest.fixture
async def acme(gateway, clock):
    """An account that wrote to the person asked about, and to somebody else."""
    customer = await gateway.customer()
    for number in (PERSON, OTHER):
        sent = await gateway.send(customer, to=number, message=TEXT)
        assert sent.status == 200, sent.body
    clock.advance(timedelta(seconds=1))
    return customer


async def evidence_of(gateway, customer):
    rows = await gateway.fetch(
        "SELECT kind FROM evidence_entries WHERE account_id = $1 ORDER BY sequence", customer.account_id
    )
    return [row["kind"] for row in rows]


async def own(gateway, customer):
    answer = await gateway.call("GET", "/api/disclosures", customer)
    return [(one["event"], one["facts"]) for one in answer.body["items"]]


async def test_a_court_gets_what_its_order_is_about_and_no_more(gateway, desk, acme):
    entered = await desk.enter()
    assert (entered.status, entered.body["state"]) == (201, "received")
    assert entered.body["due_at"] == "2026-03-14T12:00:00Z"  # ten days
    id_ = entered.body["id"]

    # Nothing is prepared before a person knows who asks.
    assert (await desk.take(id_, "prepare", desk.pat)).status == 409
    checked = await desk.take(id_, "identity", desk.pat, how="Called back", found="The clerk knew the file")
    assert checked.body["identity"]["by"] == "Pat"

    # The system proposes the least; the preparer takes it.
    proposed = (await gateway.call("GET", f"{DESK}/{id_}/proposal", desk.pat)).body
    assert proposed["counts"] == [{"account": acme.name, "kind": "message", "records": 1}]
    assert (await desk.take(id_, "prepare", desk.pat)).body["state"] == "prepared"

    # One person alone gets nothing out, whatever their role.
    assert (await desk.release(id_, desk.pat)).status == 403
    released = await desk.release(id_)
    assert (released.status, released.body["records"], released.body["texts"]) == (200, 2, 1)

    # The link works once.
    status, content, headers = await desk.collect(released.body["link"])
    assert (status, headers["Content-Type"]) == (200, "application/octet-stream")
    assert hashlib.sha256(content).hexdigest() == released.body["digest"] == released.body["file_digest"]
    assert (await desk.collect(released.body["link"]))[0] == 410

    # Only the message to that person is told; others' numbers and addresses are not.
    document = opened(content)
    (message,) = document["records"]["message"]
    assert message["recipient"] == f"+{PERSON}"
    assert message["text"] == f"Bank: Ann, call +{PERSON} or [number A], mail [address A]"
    assert OTHER not in str(document)
    assert document["request"]["requester"] == COURT["name"]

    # It stays on record, without the record of what was in it.
    (line,) = (await gateway.call("GET", DESK, desk.sue)).body["items"]
    assert (line["state"], line["authority"], line["digest"]) == ("collected", COURT["name"], released.body["digest"])
    assert PERSON not in str(line)
    assert await gateway.value("SELECT count(*) FROM disclosure_packages WHERE box IS NOT NULL") == 0
    events = [event["event"] for event in (await desk.show(id_))["events"]]
    assert events == ["enter", "check", "prepare", "approve", "seal", "collect"]
    case = (await desk.show(id_))["case"]
    assert await gateway.value("SELECT outcome FROM cases WHERE case_id = $1", case) == "confirm"


async def test_the_account_reads_every_step_and_which_texts_were_told(gateway, desk, acme):
    id_ = await desk.prepared()
    assert await own(gateway, acme) == []
    released = await desk.release(id_)
    await desk.collect(released.body["link"])

    told = await own(gateway, acme)
    assert [event for event, _ in told] == ["collect", "seal", "approve", "prepare", "check", "enter"]
    sealed = dict(told)["seal"]
    assert sealed["requester"] == {"kind": "authority", "country": "BE", "name": COURT["name"], "reference": "2026/17"}
    assert (sealed["digest"], sealed["yours"]) == (released.body["digest"], {"records": 2, "texts": 1})
    assert not {"Pat", "Sue"} & set(str(told).split("'"))
    (opening,) = (await gateway.call("GET", "/api/text-openings", acme)).body["items"]
    assert opening["reason"] == "Disclosed on a request (D-1, court-order)"
    kinds = await evidence_of(gateway, acme)
    assert [kind for kind in kinds if kind in {"disclosure", "text-opening"}] == [
        *["disclosure"] * 5,
        "text-opening",
        "disclosure",
    ]
    (notice,) = await gateway.fetch("SELECT kind FROM notices WHERE account_id = $1", acme.account_id)
    assert notice["kind"] == "disclosure"


async def test_an_account_that_it_does_not_concern_learns_nothing(gateway, desk):
    other = await gateway.customer()
    await desk.release(await desk.prepared())
    assert await own(gateway, other) == []
    assert await evidence_of(gateway, other) == []


async def test_a_legal_order_delays_what_the_account_is_told_until_its_date(gateway, desk, acme):
    id_ = await desk.prepared(delay_until="2026-04-01T00:00:00Z", delay_order="Order 2026/17, confidential")
    await desk.collect((await desk.release(id_)).body["link"])
    await desk.pass_time(days=27, hours=11, minutes=59)
    assert await own(gateway, acme) == []
    assert (await gateway.call("GET", "/api/text-openings", acme)).body["items"] == []
    assert "disclosure" not in await evidence_of(gateway, acme)

    await desk.pass_time(minutes=1)
    told = await own(gateway, acme)
    assert [event for event, _ in told] == ["collect", "seal", "approve", "prepare", "check", "enter"]
    assert told[0][1]["delayed"] == {"until": "2026-04-01T00:00:00Z", "legal_order": "Order 2026/17, confidential"}
    assert (await evidence_of(gateway, acme)).count("disclosure") == 6
    (opening,) = (await gateway.call("GET", "/api/text-openings", acme)).body["items"]
    assert opening["legal_order"] == "Order 2026/17, confidential"


async def test_an_order_that_comes_before_the_release_delays_it_too(gateway, desk, acme):
    id_ = await desk.prepared()
    order = {"until": "2026-05-01T00:00:00Z", "legal_order": "Order 2026/18"}
    assert (await desk.take(id_, "delay", desk.pat, **order)).status == 403
    assert (await desk.take(id_, "delay", desk.sue, **order)).status == 200
    await desk.release(id_)
    assert await own(gateway, acme) == []
    # What was told cannot be taken back.
    second = await desk.prepared()
    await desk.release(second)
    assert (await desk.take(second, "delay", desk.sue, **order)).status == 409


async def test_a_later_order_holds_back_the_openings_of_texts_too(gateway, desk, acme):
    id_ = await desk.prepared(delay_until="2026-04-01T00:00:00Z", delay_order="Order 2026/17")
    await desk.release(id_)
    order = {"until": "2026-06-01T00:00:00Z", "legal_order": "Order 2026/18"}
    assert (await desk.take(id_, "delay", desk.sue, **order)).status == 200
    await desk.pass_time(days=40)
    assert await own(gateway, acme) == []
    assert (await gateway.call("GET", "/api/text-openings", acme)).body["items"] == []
    await desk.pass_time(days=60)
    (opening,) = (await gateway.call("GET", "/api/text-openings", acme)).body["items"]
    assert opening["legal_order"] == "Order 2026/18"
    assert len(await own(gateway, acme)) > 0


async def test_what_staff_write_for_each_other_is_told_to_no_account(gateway, desk, acme):
    fear = "Ms Example, +32470999999, is afraid of him."
    entered = await desk.enter(basis="production-order")
    id_ = entered.body["id"]
    await desk.take(id_, "identity", desk.pat, how="Called back", found=fear)
    await desk.take(id_, "prepare", desk.pat, fields=["message.at", "message.carrier"], why=fear)
    await desk.take(id_, "preview", desk.sue, why=fear)
    await desk.take(id_, "return", desk.sue, why=fear)
    await desk.take(id_, "extend", desk.sue, hours=1, why=fear)
    await desk.take(id_, "prepare", desk.pat, fields=["message.at", "message.carrier"], why=fear)
    assert (await desk.release(id_, why=fear)).status == 200
    assert (await desk.take(id_, "withdraw", desk.sue, why=fear)).status == 200
    refused = await desk.prepared()
    seen = (await desk.show(refused))["preparation"]
    reason = "No such court; +32470999999 told us so."
    await desk.take(refused, "refuse", desk.max, why=reason, preparation=seen)

    told = await own(gateway, acme)
    kept = (await gateway.call("GET", "/api/evidence", acme)).body["items"]
    for log in (str(told), str(kept)):
        assert "afraid" not in log
        assert "470999999" not in log
    assert [facts["why"] for _, facts in told if "why" in facts] == ["No such court; [number A] told us so."]


async def test_more_than_the_least_takes_a_reason_and_text_a_basis_that_allows_it(desk):
    id_ = (await desk.enter(basis="production-order")).body["id"]
    await desk.take(id_, "identity", desk.pat, how="Called back", found="Known")
    fields = ["account.name", "message.at", "message.carrier"]
    assert (await desk.take(id_, "prepare", desk.pat, fields=fields)).status == 400
    wide = await desk.take(id_, "prepare", desk.pat, fields=fields, why="They ask by which carrier it went.")
    assert (wide.body["widened"], wide.status) == (["the field message.carrier"], 200)
    assert (await desk.show(id_))["widened_why"] == "They ask by which carrier it went."
    text = await desk.take(id_, "prepare", desk.pat, fields=["message.text"], why="They want it.")
    assert (text.status, "no content" in str(text.body)) == (400, True)
    # Whom nobody asked about is a third party.
    beyond = await desk.take(id_, "prepare", desk.pat, numbers=[f"+{OTHER}"], why="Perhaps.")
    assert beyond.status == 400
    released = await desk.release(id_)
    (message,) = opened((await desk.collect(released.body["link"]))[1])["records"]["message"]
    assert message.keys() == {"account", "at", "carrier"}


async def test_a_whole_accounts_traffic_is_told_with_everybody_else_as_a_pseudonym(desk, acme):
    id_ = await desk.prepared(basis="e-evidence-traffic", asked={"numbers": [], "accounts": [acme.name]})
    messages = opened((await desk.collect((await desk.release(id_)).body["link"]))[1])["records"]["message"]
    assert [message["recipient"] for message in messages] == ["[number A]", "[number B]"]
    assert "text" not in messages[0]


async def test_who_something_came_from_since_it_was_prepared_learns_of_it_too(gateway, desk):
    late = await gateway.customer()
    id_ = await desk.prepared(basis="data-protection-access", requester=ANN)
    # A carrier hands over what somebody answered yesterday.
    await gateway.connection.execute(
        "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES ($1, $2, '8850', 'Hello?', $3)",
        *(late.account_id, PERSON, desk.clock.now() - timedelta(days=1)),
    )
    assert (await desk.release(id_)).body["records"] == 4
    assert dict(await own(gateway, late))["seal"]["yours"] == {"records": 2, "texts": 1}


async def test_what_is_still_to_come_is_in_no_package_however_often_it_is_sealed(gateway, desk, acme):
    now = desk.clock.now()
    ahead = await desk.enter(asked={"until": (now + timedelta(seconds=1)).isoformat()})
    assert (ahead.status, "still to come" in str(ahead.body)) == (400, True)
    id_ = await desk.prepared()
    released = await desk.release(id_)
    await gateway.send(acme, to=PERSON, message="Bank: hello again")
    again = await desk.take(id_, "seal", desk.max, why="The link was lost.")
    assert again.body["records"] == released.body["records"] == 2
    await desk.pass_time(days=60)
    assert (await desk.take(id_, "seal", desk.max, why="Again.")).status == 200
    await desk.pass_time(seconds=1)
    assert (await desk.take(id_, "seal", desk.max, why="Again.")).status == 409


async def test_what_was_exchanged_after_the_approver_read_it_is_not_released(desk):
    id_ = await desk.prepared()
    narrow = {"fields": ["message.at"]}
    seen = (await desk.take(id_, "prepare", desk.pat, **narrow)).body["preparation"]
    assert (await desk.take(id_, "preview", desk.sue, why="What is in it?")).body["preparation"] == seen
    wide = (await desk.take(id_, "prepare", desk.pat)).body["preparation"]
    assert (await desk.release(id_, preparation=seen)).status == 409
    refusal = {"why": "Too wide.", "preparation": seen}
    assert (await desk.take(id_, "refuse", desk.sue, **refusal)).status == 409
    assert (await desk.take(id_, "release", desk.sue, why="As I saw it.")).status == 400
    assert (await desk.show(id_))["state"] == "prepared"
    # The same choice made again is the same: what she read is what goes out.
    assert (await desk.take(id_, "prepare", desk.pat, **narrow)).body["preparation"] == seen != wide
    assert (await desk.release(id_, preparation=seen)).status == 200


async def test_a_person_reads_what_is_kept_about_them_and_nobody_else(gateway, desk, acme):
    earlier = desk.clock.now() - timedelta(seconds=1)
    await gateway.connection.execute(
        "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES"
        " ($1, $2, '8850', 'Stop, and leave bob@home.example alone', $4), ($1, $3, '8850', 'Mine', $4)",
        *(acme.account_id, PERSON, OTHER, earlier),
    )
    await gateway.connection.execute(
        "INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof)"
        " VALUES ($1, $2, 'Acme', 'offers', 'Send me offers', 'web form', $3, 'form 4711')",
        *(acme.account_id, PERSON, earlier),
    )
    await gateway.connection.execute(
        "INSERT INTO opt_outs (account_id, recipient, source, at) VALUES ($1, $2, 'reply', $3)",
        *(acme.account_id, PERSON, earlier),
    )
    id_ = await desk.prepared(basis="data-protection-access", requester=ANN)
    assert (await desk.show(id_))["due_at"] == "2026-04-03T12:00:00Z"
    records = opened((await desk.collect((await desk.release(id_)).body["link"]))[1])["records"]
    assert {kind: len(found) for kind, found in records.items()} == {
        "account": 1, "message": 1, "reply": 1, "consent": 1, "opt_out": 1,
    }  # fmt: skip
    assert records["reply"][0]["text"] == "Stop, and leave [address A] alone"
    assert records["account"] == [{"name": acme.name}]
    # The account learns that a person asked, and not who.
    assert "Ann Example" not in str(await own(gateway, acme))
    # In the register no person has a name.
    assert "Ann Example" not in str((await gateway.call("GET", DESK, desk.sue)).body)


async def test_who_was_harmed_learns_who_wrote_and_not_what_others_were_sent(desk, acme):
    harmed = {"kind": "harmed", "name": "Ann Example", "country": "BE", "reference": "letter of 3 March"}
    assert (await desk.enter(requester=harmed)).status == 400  # a court order is not theirs to bring
    id_ = await desk.prepared(basis="harmed-third-party", requester=harmed)
    records = opened((await desk.collect((await desk.release(id_)).body["link"]))[1])["records"]
    assert records["account"] == [{"name": acme.name}]
    (message,) = records["message"]
    assert message.keys() == {"account", "at", "sender", "recipient"}


async def test_whoever_decides_reads_before_what_would_go_out_and_that_is_an_opening(gateway, desk, acme):
    id_ = await desk.prepared()
    assert (await desk.take(id_, "preview", desk.sue, why="")).status == 400
    read = (await desk.take(id_, "preview", desk.sue, why="Is it only that person's?")).body["document"]
    (opening,) = (await gateway.call("GET", "/api/text-openings", acme)).body["items"]
    assert (opening["by"], opening["reason"]) == ("Sue", "Read before it is disclosed on a request (D-1, court-order)")
    document = opened((await desk.collect((await desk.release(id_)).body["link"]))[1])
    assert document["records"] == read["records"]
    assert OTHER not in str(read)
    kinds = await evidence_of(gateway, acme)
    assert kinds.count("text-opening") == 2
    assert (await desk.take(id_, "preview", desk.sue, why="Again.")).status == 409


async def test_in_an_emergency_there_are_eight_hours_and_still_two_persons(gateway, desk):
    entered = await desk.enter(desk.sue, basis="emergency", emergency=True)
    assert entered.body["due_at"] == "2026-03-04T20:00:00Z"
    id_ = entered.body["id"]
    case = await gateway.value("SELECT priority FROM cases WHERE kind = 'disclosure'")
    assert case == 0
    await desk.take(id_, "identity", desk.sue, how="Called the control room", found="The officer is on duty")
    await desk.take(id_, "prepare", desk.sue)
    assert (await desk.release(id_, desk.sue)).status == 403
    assert (await desk.release(id_, desk.max)).status == 200


async def test_what_is_not_answered_in_time_is_overdue_comes_first_and_is_still_answered(gateway, desk):
    id_ = await desk.prepared()
    await desk.pass_time(days=7)
    events = await gateway.fetch("SELECT event FROM case_events ORDER BY event_id")
    assert [row["event"] for row in events] == ["open", "reminder"]
    await desk.pass_time(days=300)  # a node that slept, or a clock that jumped
    assert (await desk.show(id_))["overdue_at"] is not None
    (line,) = (await gateway.call("GET", DESK, desk.sue, params={"waiting": "true"})).body["items"]
    assert (line["overdue"], line["state"]) == (True, "prepared")
    assert (await desk.release(id_)).status == 200


async def test_more_time_takes_a_senior_and_a_reason(desk):
    id_ = await desk.prepared()
    more = {"hours": 48, "why": "They must name the number again."}
    assert (await desk.take(id_, "extend", desk.pat, **more)).status == 403
    assert (await desk.take(id_, "extend", desk.sue, **{**more, "why": ""})).status == 400
    extended = await desk.take(id_, "extend", desk.sue, **more)
    assert extended.body["due_at"] == "2026-03-16T12:00:00Z"
    await desk.pass_time(days=11)
    assert (await desk.show(id_))["overdue_at"] is None


async def test_a_refusal_has_a_reason_and_a_second_person_and_nothing_goes_out(gateway, desk, acme):
    entered = await desk.enter(desk.sue)
    id_ = entered.body["id"]
    assert (await desk.take(id_, "refuse", desk.sue, why="No such court.")).status == 403
    refused = await desk.take(id_, "refuse", desk.max, why="There is no such court.")
    assert (refused.body["state"], refused.body["decided_by"]) == ("refused", "Max")
    assert await gateway.value("SELECT count(*) FROM disclosure_packages") == 0
    assert await gateway.value("SELECT outcome FROM cases WHERE kind = 'disclosure'") == "overturn"
    assert [event for event, _ in await own(gateway, acme)] == ["refuse", "enter"]
    await desk.pass_time(days=20)
    assert (await desk.show(id_))["overdue_at"] is None


async def test_of_many_that_come_with_a_link_at_once_one_gets_the_package(desk):
    link = (await desk.release(await desk.prepared())).body["link"]
    came = await asyncio.gather(*(desk.collect(link) for _ in range(8)))
    assert sorted(status for status, *_ in came) == [200, *[410] * 7]


async def test_looking_at_a_link_does_not_use_it_up(gateway, desk):
    link = (await desk.release(await desk.prepared())).body["link"]
    for status in (200, 200):
        async with gateway.session.head(gateway.url + link) as response:
            assert response.status == status
    assert (await desk.collect(link))[0] == 200
    async with gateway.session.head(gateway.url + link) as response:
        assert response.status == 410


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 4000, "%00" * 43])
async def test_a_link_that_nobody_was_given_says_nothing(desk, token):
    assert (await desk.collect(f"/api/disclosures/{token}"))[0] == 404


async def test_links_are_not_to_be_guessed_in_a_hurry(desk):
    came = [(await desk.collect(f"/api/disclosures/{'A' * 43}"))[0] for _ in range(12)]
    assert came[-1] == 429


async def test_a_package_that_nobody_collects_is_destroyed_and_sealed_anew_on_demand(gateway, desk):
    id_ = await desk.prepared()
    first = (await desk.release(id_, days=2)).body
    await desk.pass_time(days=2)
    assert (await desk.collect(first["link"]))[0] == 410
    assert (await desk.show(id_))["state"] == "expired"
    assert await gateway.value("SELECT count(*) FROM disclosure_packages WHERE box IS NOT NULL") == 0
    assert (await desk.take(id_, "seal", desk.max, why="They were on leave.")).status == 200
    assert (await desk.take(id_, "seal", desk.pat, why="Again.")).status == 403
    second = (await desk.take(id_, "seal", desk.max, why="The link was lost.")).body
    assert (await desk.collect(second["link"]))[0] == 200


async def test_a_request_that_is_taken_back_destroys_what_waits(desk):
    id_ = await desk.prepared()
    link = (await desk.release(id_)).body["link"]
    assert (await desk.take(id_, "withdraw", desk.sue, why="The order was lifted.")).body["state"] == "withdrawn"
    assert (await desk.collect(link))[0] == 410


async def test_the_case_alone_is_not_decided_without_its_request(gateway, desk):
    await desk.prepared()
    (case,) = (await gateway.call("GET", "/api/desk/cases", desk.sue, params={"kind": "disclosure"})).body["items"]
    path = f"/api/desk/cases/{case['id']}/decision"
    answer = await gateway.call("POST", path, desk.sue, json={"decision": "confirm", "words": "Yes."})
    assert answer.status == 409
    assert await gateway.value("SELECT state FROM cases WHERE kind = 'disclosure'") == "open"


async def test_what_lies_in_the_database_opens_without_its_link_to_nobody(gateway, desk):
    id_ = await desk.prepared()
    link = (await desk.release(id_)).body["link"]
    token = link.rsplit("/", 1)[1]
    (row,) = await gateway.fetch("SELECT disclosure_packages::text AS row, box FROM disclosure_packages")
    assert token not in row["row"]
    assert b"disclosure.json" not in row["box"]
    kept = await gateway.fetch("SELECT body FROM repeated_answers")
    assert not any(token.encode() in row["body"] for row in kept)


async def test_a_year_is_told_in_ranges_once_it_is_over(gateway, desk):
    for _ in range(3):
        await desk.prepared()
    assert (await gateway.call("GET", "/api/transparency/2026")).status == 404
    await desk.pass_time(days=365)
    told = (await gateway.call("GET", "/api/transparency/2026")).body
    assert told["by_basis"] == {"court-order": {"least": 1, "most": 9}}
    assert told["by_country"] == {"BE": {"least": 1, "most": 9}}
    assert told["requests"] == {"least": 1, "most": 9}


async def test_data_that_an_order_preserves_is_kept_until_the_order_ends(gateway, desk, acme):
    body = {"authority": "Court", "country": "BE", "reference": "2026/17", "numbers": [f"+{PERSON}"]}
    path = "/api/desk/preservation-orders"
    assert (await gateway.call("POST", path, desk.pat, json=body)).status == 403
    placed = await gateway.call("POST", path, desk.sue, json=body)
    assert (placed.status, placed.body["ends_at"]) == (201, "2026-05-03T12:00:00Z")

    async def kept(number):
        return await gateway.value("SELECT is_preserved($1, $2, $3)", acme.account_id, number, desk.clock.now())

    assert (await kept(PERSON), await kept(OTHER), await kept("")) == (True, False, True)
    later = {"ends_at": "2026-06-01T00:00:00Z", "why": "The court extended it."}
    extended = await gateway.call("POST", f"{path}/{placed.body['id']}/extend", desk.sue, json=later)
    assert extended.body["state"] == "extended"
    await desk.pass_time(days=80)
    assert await kept(PERSON)
    await desk.pass_time(days=10)
    assert not await kept(PERSON)
    (listed,) = (await gateway.call("GET", path, desk.sue)).body["items"]
    assert listed["state"] == "ended"
    again = await gateway.call("POST", f"{path}/{placed.body['id']}/end", desk.sue, json={"why": "Lifted."})
    assert again.status == 409
