"""What complaints say of people: sealed, matched all the same, gone after their days, and by an erasure once over."""

from datetime import timedelta

import pytest

from comity.edges.postgres import complaint_boxes, complaint_records, erasure_store, vault_backup
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.retention_upkeep import RetentionUpkeep
from support.complaints import PLAIN, Passing, arrive, complain
from support.desk import staff
from support.gateway import running_gateway
from support.takedown import claim

ONE, TWO = "32470000001", "32470000002"
WORDS = "QZWORDS I never asked for this."
SHOP = {"sender": "Acme"}
APPEAL = (
    "WITH s AS (INSERT INTO sanctions (statement_id, account_id, event, standing_before, standing_after, by, reasons,"
    " statement, at) VALUES (uuidv7(), $1, 'watch', 'good', 'watched', 'Rita',"
    """ '{"facts": "x", "clause": "G7", "policy": "x", "digest": "x"}', '{}', $2) RETURNING sanction_id)"""
    " INSERT INTO appeals (appeal_id, account_id, sanction_id, text, filed_by, filed_at, decide_by, first_decider)"
    " SELECT uuidv7(), $1, sanction_id, 'Why?', 'x', $2, $2, 'Rita' FROM s"
)


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def held(gateway):
    connections = HeldConnections(gateway.database, "comity-test-complaints", most=1)
    yield connections
    await connections.close()


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=("Acme",))


@pytest.fixture
async def rita(gateway):
    return await staff(gateway, "Rita")


async def complained(gateway, clock, acme, number=ONE):
    """Somebody got a message and complains of it."""
    clock.advance(timedelta(minutes=11))
    await arrive(gateway, acme, number, PLAIN, **SHOP)
    return await complain(
        gateway, clock, recipient=number, sender="Acme", text=PLAIN, words=WORDS, reporter="ann@mail.example"
    )


async def decided(gateway, rita, filed):
    path = f"/api/desk/complaints/{filed.number}/decide"
    answer = await gateway.call("POST", path, rita, json={"decision": "uphold", "why": "There is no opt-in."})
    assert answer.status == 200, answer.body


async def told(gateway, filed):
    found = await complaint_records.find(gateway.connection, filed.number)
    return found.text, found.words, found.recipient


async def plain(gateway, *marks):
    """How many rows show one of these without keys."""
    like = " OR ".join(f"c::text LIKE '%{mark}%'" for mark in marks)
    return await gateway.value(f"SELECT count(*) FROM complaints c WHERE {like}")


async def keys(gateway):
    return await gateway.value("SELECT count(*) FROM body_keys WHERE account_id = 0")


async def test_a_complaint_is_sealed_and_read_and_matched_all_the_same(gateway, clock, acme):
    filed = await complained(gateway, clock, acme)
    assert filed.matched == 1
    assert await plain(gateway, ONE, "QZWORDS", "Ghent", "ann@mail") == 0
    assert await told(gateway, filed) == (PLAIN, WORDS, ONE)
    again = await complained(gateway, clock, acme)
    alike = await gateway.value("SELECT count(DISTINCT recipient_key) FROM complaints")
    assert (again.matched, alike, await keys(gateway)) == (2, 1, 2)


async def test_what_lay_open_before_is_sealed_by_the_upkeep(gateway, clock, acme, held):
    filed = await complained(gateway, clock, acme)
    columns = "subject, box_id, body, recipient_key"
    sealed = await gateway.fetch(f"SELECT {columns} FROM complaints")
    await gateway.fetch(
        "UPDATE complaints SET subject = NULL, box_id = NULL, body = NULL, recipient_key = NULL, text = $1, words = $2,"
        " recipient = $3, reporter_box = 'box'",
        *(PLAIN, WORDS, ONE),
    )
    await gateway.fetch("DELETE FROM body_keys WHERE account_id = 0")
    assert await told(gateway, filed) == (PLAIN, WORDS, ONE)
    assert (await RetentionUpkeep(held, clock).once())["sealed"] == 1
    assert await told(gateway, filed) == (PLAIN, WORDS, ONE)
    assert await plain(gateway, ONE, "QZWORDS", "Ghent") == 0
    assert (await gateway.fetch(f"SELECT {columns} FROM complaints"))[0]["recipient_key"] == sealed[0]["recipient_key"]
    row = (await gateway.fetch(f"{complaint_records.SELECT}"))[0]
    assert complaint_boxes.told_in(row).contact == b"box"


async def test_a_year_after_it_was_closed_what_a_complaint_says_is_gone(gateway, clock, acme, rita, held):
    filed, open_ = await complained(gateway, clock, acme), await complain(gateway, clock, words=WORDS, recipient=TWO)
    await decided(gateway, rita, filed)
    upkeep = RetentionUpkeep(held, clock)
    clock.advance(timedelta(days=365, seconds=-1))
    assert (await upkeep.once())["complaints"] == 0
    clock.advance(timedelta(seconds=2))
    assert (await upkeep.once())["complaints"] == 1
    assert await told(gateway, filed) == ("", "", "")
    assert await told(gateway, open_) == ("", WORDS, TWO)
    (row,) = await gateway.fetch("SELECT * FROM complaints WHERE number = $1", filed.number)
    assert (row["kind"], row["outcome"], row["sender"], row["reporter_key"]) == ("phishing", "upheld", "", b"")
    assert await gateway.value("SELECT count(*) FROM complaint_events WHERE words <> ''") == 0
    assert await keys(gateway) == 1
    assert (await upkeep.once())["complaints"] == 0


async def test_what_happened_to_a_complaint_is_changed_by_nothing_else(gateway, clock, acme):
    await complained(gateway, clock, acme)
    for change in ("SET words = ''", "SET by = 'x'"):
        with pytest.raises(Exception, match="never changed"):
            await gateway.fetch(f"UPDATE complaint_events {change} WHERE event = 'link'")


async def test_an_erasure_takes_what_is_over_and_the_rest_by_itself_once_nobody_can_appeal(
    gateway, clock, acme, rita, held
):
    over = await complained(gateway, clock, acme)
    await decided(gateway, rita, over)
    clock.advance(timedelta(days=185))
    waiting = await complained(gateway, clock, acme)
    await decided(gateway, rita, waiting)
    other = await gateway.customer(senders=("Other",))
    await gateway.fetch("DELETE FROM queue")
    counting = "SELECT count(*) FROM complaints WHERE reporter_key <> '' AND recipient_key IS NOT NULL"
    async with held.connection() as road:
        nothing = await erasure_store.erase_now(road, other.account_id, ONE, "operator", clock.now())
        erasure = await erasure_store.erase_now(road, acme.account_id, ONE, "operator", clock.now())
    assert nothing.destroyed["complaints"] == 0
    assert erasure.destroyed["complaints"] == 1
    assert any(one.what.startswith("complaints that are open") for one in erasure.kept)
    assert await told(gateway, over) == ("", "", "")
    passing = Passing(gateway, clock)
    # It counts, and can be appealed: whom it counts against does not take it away.
    await passing(days=183)
    assert await told(gateway, waiting) == (PLAIN, WORDS, ONE)
    assert await gateway.value(counting) == 1
    await gateway.fetch(APPEAL, acme.account_id, clock.now())
    await passing(days=2)
    assert await told(gateway, waiting) == (PLAIN, WORDS, ONE)
    await gateway.fetch("UPDATE appeals SET state = 'withdrawn', decided_at = $1", clock.now())
    await passing(hours=2)
    await passing.close()
    assert await told(gateway, waiting) == ("", "", "")
    assert (await gateway.value(counting), await keys(gateway)) == (0, 0)
    # Nobody can judge anew what nobody can read.
    sam = await staff(gateway, "Sam", "senior")
    case = (await gateway.call("GET", f"/api/desk/complaints/{waiting.number}", sam)).body["case"]
    reopened = {"event": "reopen", "words": "New facts."}
    assert (await gateway.call("POST", f"/api/desk/cases/{case}/steps", sam, json=reopened)).status == 409


async def test_what_an_order_keeps_of_complaints_stays_until_it_ends(gateway, clock, acme, rita, held):
    filed = await complained(gateway, clock, acme)
    await decided(gateway, rita, filed)
    order = (
        "CREATE OR REPLACE FUNCTION is_preserved_data(account_id bigint, number text, made_at timestamptz,"
        " at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT {}'"
    )
    await gateway.fetch(order.format(f"number = ''{ONE}''"))
    clock.advance(timedelta(days=366))
    assert (await RetentionUpkeep(held, clock).once())["complaints"] == 0
    await gateway.fetch(order.format("false"))
    assert (await RetentionUpkeep(held, clock).once())["complaints"] == 1


async def test_of_a_claim_that_was_decided_five_years_ago_the_outcome_is_left(gateway, clock, held):
    filed = (await claim(gateway, text="Rabobank: QZCLAIM log in.", sender="Rabobank", link="https://www.x.test")).body
    await gateway.fetch(
        "WITH c AS (UPDATE complaints SET state = 'upheld', outcome = 'upheld' RETURNING case_id),"
        " k AS (UPDATE cases SET state = 'decided' FROM c WHERE cases.case_id = c.case_id)"
        " UPDATE takedowns SET state = 'upheld', decided_at = $1, decided_by = 'Rita', reason = 'QZCLAIM'",
        clock.now(),
    )
    upkeep = RetentionUpkeep(held, clock)
    clock.advance(timedelta(days=1825, seconds=-1))
    assert (await upkeep.once())["takedowns"] == 0
    clock.advance(timedelta(seconds=2))
    assert (await upkeep.once())["takedowns"] == 1
    (row,) = await gateway.fetch("SELECT t.*, c.sender, c.outcome FROM takedowns t JOIN complaints c USING (number)")
    assert row["number"] == filed["number"]
    assert (row["state"], row["outcome"], row["sender"]) == ("upheld", "upheld", "Rabobank")
    assert (row["holder"], row["right_named"], row["link"], row["domain"], row["reason"]) == (
        "erased", "erased", "", "", "",
    )  # fmt: skip
    assert await keys(gateway) == 0


async def test_codes_and_what_came_of_requests_have_an_end(gateway, clock, acme, held):
    await complained(gateway, clock, acme)
    await gateway.fetch(
        "INSERT INTO complaint_codes (complaint_id, code_hash, sent_at, expires_at)"
        " SELECT complaint_id, sha256('x'), $1, $1 FROM complaints",
        clock.now(),
    )
    await gateway.fetch(
        "INSERT INTO consent_requests (account_id, id, recipient, brand, purpose, wording, sender, sender_key, text,"
        " state, at, expires_at) VALUES ($1, uuidv7(), $2, 'Acme', 'x', 'x', 'x', 'x', 'x', 'expired', $3, $3)",
        *(acme.account_id, ONE, clock.now()),
    )
    await gateway.fetch(
        "WITH asked AS (INSERT INTO proof_requests (account_id, state, about, wants_purpose, wants_sample, on_deadline,"
        " window_s, asked_by, asked_at, ended_at)"
        " VALUES ($1, 'withdrawn', 'x', false, false, 'suspend', 1, 'x', $3, $3)"
        " RETURNING request_id)"
        " INSERT INTO proof_request_recipients (account_id, request_id, recipient)"
        " SELECT $1, request_id, $2 FROM asked",
        *(acme.account_id, ONE, clock.now()),
    )
    upkeep = RetentionUpkeep(held, clock)
    assert (await upkeep.once())["codes"] == 1
    left = "SELECT (SELECT count(*) FROM consent_requests) + (SELECT count(*) FROM proof_request_recipients) * 10"
    clock.advance(timedelta(days=1825, seconds=-1))
    await upkeep.once()
    assert await gateway.value(left) == 11
    clock.advance(timedelta(seconds=2))
    assert (await upkeep.once())["proofs"] == 1
    assert await gateway.value(left) == 0


async def test_no_backup_of_keys_brings_back_that_of_an_erased_complaint(gateway, clock, acme, held, server, tmp_path):
    await complained(gateway, clock, acme, ONE)
    await complained(gateway, clock, acme, TWO)
    folder = server.evidence_folder / "keys"
    async with held.connection() as road:
        path, count = await vault_backup.back_up(road, folder, tmp_path / "backups", clock.now())
        first = await road.fetchval("SELECT min(complaint_id) FROM complaints")
        assert await complaint_boxes.erase(road, [first], clock.now()) == 1
        await road.execute("DELETE FROM body_keys")
        assert await vault_backup.restore(road, folder, path, clock.now()) == count - 1
    assert await keys(gateway) == 1
