"""Who asks to be forgotten is: their texts are nowhere, and what the law needs is kept, said, and no more than that."""

import asyncio
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from comity.base.ids import to_wire
from comity.edges.postgres import erasure_store, leftovers, webhook_store
from comity.edges.postgres.binaries import find_binaries
from comity.edges.postgres.deadline_store import PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.edges.postgres.roles import Role
from comity.edges.postgres.vault_epochs import turn
from comity.edges.postgres.vault_files import add_epoch, ensure_vault, keys_folder
from comity.edges.postgres.webhook_store import EndpointRules, Wanted
from comity.edges.webhooks.addresses import read_networks
from comity.journey.counters import Counters
from comity.journey.inbound import Inbound
from comity.smpp.pdu import DeliverSm
from support.complaints import complain
from support.desk import staff
from support.gateway import running_gateway

PERSON, NUMBER = "32470999123", "3228000000"
# Somebody who never consented nor objected: the law needs nothing of them.
STRANGER = "32470666321"
SENT = "Your parcel QZXMARKSENT4711 is at the door."
SAID = "QZXMARKSAID please stop texting me"
REFUSED = "QZXMARKREFUSED cheap viagra without prescription, order at http://pills.example now"
# Where the law needs the number: docs/explanation/erasure.md.
LAWFUL = {"opt_outs", "consents", "consent_withdrawals", "consent_requests", "proof_request_recipients"}


@pytest.fixture
async def data(database, tmp_path):
    owner = await database.connect(Role.OWNER)
    await owner.execute("DELETE FROM body_vault")
    vault = await ensure_vault(owner, tmp_path / "data")
    await owner.close()
    return tmp_path / "data", vault


@pytest.fixture
async def gateway(database, clock, data, tmp_path):
    async with running_gateway(database.with_vault(data[1]), clock, tmp_path) as running:
        yield running


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=(f"+{NUMBER}",))


@pytest.fixture
async def raw(server, database):
    """Everything as it lies there: a superuser, who has no keys."""
    connection = await server.postgres.connect_superuser(database.logins[Role.OWNER]["database"])
    yield connection
    await connection.close()


@pytest.fixture
async def life_of_a_person(gateway, acme, clock):
    """They consented, were sent messages, one was refused, wrote back, and asked to be left alone."""
    wanted = Wanted("http://127.0.0.1:65000/", "POST", ["inbox_message", "add_optout"])
    await webhook_store.create(
        gateway.connection, acme.account_id, wanted, EndpointRules(read_networks(["127.0.0.0/8"]))
    )
    consent = {
        "recipient": f"+{PERSON}",
        "brand": "Acme",
        "purposes": ["offers"],
        "wording": "Yes, text me offers.",
        "channel": "web form",
        "proof": "form 4711",
        "at": "2026-03-01T12:30:00+01:00",
    }
    assert (await gateway.call("POST", "/api/consents", acme, json=consent)).status == 200
    for text in (SENT, REFUSED):
        await gateway.send(acme, message=text, to=f"+{PERSON}", sender=f"+{NUMBER}")
    await write_back(gateway, clock, PERSON, SAID)
    await hand_over(gateway)


async def write_back(gateway, clock, person, text):
    connections = HeldConnections(gateway.database, "comity-test-inbound")
    inbound = Inbound(PostgresInboundStore(connections), gateway.directory, clock, Counters())
    pdu = DeliverSm(source_addr=person, destination_addr=NUMBER, short_message=text.encode("latin-1"), data_coding=3)
    await inbound.take([(1, pdu)])
    await connections.close()


async def hand_over(gateway):
    """What waited went to the carrier."""
    await gateway.fetch("DELETE FROM queue")
    await gateway.fetch("UPDATE message_life SET state = 'delivered', settled_at = now() WHERE state = 'queued'")


@pytest.fixture
async def life_of_a_stranger(gateway, acme, clock, raw):
    """They were sent a message, wrote back, were to be told to webhooks, and complained, which is decided."""
    wanted = Wanted("http://127.0.0.1:65000/", "POST", ["inbox_message", "add_optout"])
    await webhook_store.create(
        gateway.connection, acme.account_id, wanted, EndpointRules(read_networks(["127.0.0.0/8"]))
    )
    await gateway.send(acme, message=SENT, to=f"+{STRANGER}", sender=f"+{NUMBER}")
    await write_back(gateway, clock, STRANGER, "Thank you.")
    await hand_over(gateway)
    filed = await complain(gateway, clock, recipient=STRANGER, text=SENT, words=f"I am +{STRANGER}.")
    assert filed.matched == 1
    rita = await staff(gateway, "Rita")
    path = f"/api/desk/complaints/{filed.number}/decide"
    assert (await gateway.call("POST", path, rita, json={"decision": "uphold", "why": "No opt-in."})).status == 200
    # Nobody can appeal any more.
    clock.advance(timedelta(days=185))
    # The planner takes samples of what stands there.
    await raw.execute("ANALYZE")


async def tables_with(raw, marks):
    """The tables of every schema of which a row, as text or as octets, holds one of these."""
    names = await raw.fetch(
        "SELECT format('%I.%I', table_schema, table_name) AS name, table_name FROM information_schema.tables"
        " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    )
    held = [mark for one in marks for mark in (one, one.encode().hex())]
    found = set()
    for name in names:
        where = " OR ".join(f"strpos(to_jsonb(t)::text, '{mark}') > 0" for mark in held)
        if await raw.fetchval(f"SELECT EXISTS (SELECT FROM {name['name']} t WHERE {where})"):
            found.add(name["table_name"])
    return found


def files_with(folder: Path, mark: bytes):
    """The files below a directory that hold these octets."""
    return [path for path in folder.rglob("*") if path.is_file() and mark in path.read_bytes()]


async def dumped(database):
    """A dump as docs/how-to/back-up-keys.md has it."""
    login = database.logins[Role.OWNER]
    process = await asyncio.create_subprocess_exec(
        str(find_binaries().program("pg_dump")),
        "--exclude-table-data=body_keys",
        env={
            **os.environ,
            "PGHOST": str(login["host"]),
            "PGPORT": str(login["port"]),
            "PGUSER": str(login["user"]),
            "PGPASSWORD": str(login["password"]),
            "PGDATABASE": str(login["database"]),
        },
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return said


async def erased(gateway, acme, clock, person=PERSON):
    """Ask by the API, and let the desk do it."""
    asked = await gateway.call("POST", "/api/erasures", acme, json={"recipient": f"+{person}"})
    assert (asked.status, asked.body["state"]) == (202, "asked")

    async def now(_connection):
        return clock.now() + timedelta(seconds=1)

    connections = HeldConnections(gateway.database, "comity-test-desk", most=1)
    deadlines = PostgresDeadlines(gateway.database, connections, now)
    assert await deadlines.do_next({erasure_store.DEADLINE: erasure_store.erase_due})
    await connections.close()
    return (await gateway.call("GET", f"/api/erasures/{asked.body['id']}", acme)).body


@pytest.mark.usefixtures("life_of_a_person")
async def test_before_it_is_asked_only_the_number_can_be_read_without_keys(raw):
    assert await tables_with(raw, ["QZXMARK"]) == set()
    assert "messages" in await tables_with(raw, [PERSON])


@pytest.mark.usefixtures("life_of_a_person")
async def test_who_is_erased_is_in_no_table_but_where_the_law_needs_it(gateway, acme, clock, raw):
    shown = await erased(gateway, acme, clock)
    assert shown["state"] == "done"
    assert shown["destroyed"]["messages"] >= 2
    assert shown["destroyed"]["replies"] == 1
    kept = {one["what"] for one in shown["kept"]}
    assert {"opt-outs", "consents", "charges, without the number"} <= kept
    assert all("Article" in one["why"] for one in shown["kept"])
    assert await tables_with(raw, ["QZXMARK"]) == set()
    assert await tables_with(raw, [PERSON]) <= LAWFUL


@pytest.mark.usefixtures("life_of_a_person")
async def test_no_file_log_or_backup_ever_held_what_was_said(gateway, acme, clock, raw, database):
    await erased(gateway, acme, clock)
    await raw.execute("CHECKPOINT")
    cluster = Path(await raw.fetchval("SHOW data_directory"))
    assert (cluster / "pg_wal").is_dir()
    assert files_with(cluster, b"QZXMARK") == []
    assert b"QZXMARK" not in await dumped(database)


@pytest.mark.usefixtures("life_of_a_stranger")
async def test_once_it_is_finished_no_table_file_log_or_backup_holds_the_number(gateway, acme, clock, raw, database):
    assert "messages" in await tables_with(raw, [STRANGER])
    shown = await erased(gateway, acme, clock, STRANGER)
    assert (shown["state"], shown["destroyed"]["complaints"]) == ("done", 1)
    assert await tables_with(raw, [STRANGER]) == set()
    cluster, mark = Path(await raw.fetchval("SHOW data_directory")), STRANGER.encode()
    await raw.execute("CHECKPOINT")
    # The rows are gone; their octets, samples of them, and the log that told of them are not.
    assert {path.parent.name for path in files_with(cluster, mark)} >= {"pg_wal"}
    owner = await database.connect(Role.OWNER)
    finished = await leftovers.finish(owner, 5.0)
    assert await leftovers.finish(owner, 5.0) is None
    await owner.close()
    assert finished.undone == ()
    assert any(one.table.startswith("messages_") for one in finished.tables)
    assert files_with(cluster, mark) == []
    assert mark not in await dumped(database)


@pytest.mark.usefixtures("life_of_a_stranger")
async def test_what_is_in_the_way_is_said_before_anybody_waits_and_what_is_done_is_not_done_again(
    gateway, acme, clock, raw, database
):
    await erased(gateway, acme, clock, STRANGER)
    owner, user = await database.connect(Role.OWNER), database.logins[Role.OWNER]["user"]
    # Nobody gave it the rights to end it.
    await raw.execute(f"REVOKE pg_checkpoint FROM {user}")
    told = await leftovers.finish(owner, 0.1)
    await raw.execute(f"GRANT pg_checkpoint TO {user}")
    assert ([one.what for one in told.undone], told.tables) == (["log of changes"], ())
    # A backup runs, which holds the rows.
    async with raw.transaction(isolation="repeatable_read"):
        await raw.fetchval("SELECT count(*) FROM inbox")
        told = await leftovers.finish(owner, 0.1)
        assert ([one.what for one in told.undone], told.tables, told.wal_file) == (["old rows"], (), "")
    # Somebody uses a table, and is waited for once.
    async with raw.transaction():
        await raw.execute("LOCK TABLE inbox IN ACCESS SHARE MODE")
        told = await leftovers.finish(owner, 0.1)
    assert [one.what for one in told.undone] == ["inbox"]
    done = {one.table for one in told.tables}
    finished = await leftovers.finish(owner, 5.0)
    assert "complaints" in done
    assert (finished.undone, done & {one.table for one in finished.tables}) == ((), set())
    assert "inbox" in {one.table for one in finished.tables}
    assert await leftovers.finish(owner, 5.0) is None
    await owner.close()


@pytest.mark.usefixtures("life_of_a_person")
async def test_old_copies_open_with_nothing_that_is_left(gateway, acme, clock, raw, data):
    subject = data[1].subject(acme.account_id, PERSON)
    # What an old backup or log holds: the wrapped key, and the box.
    wrapped = await raw.fetchval("SELECT wrapped FROM body_keys WHERE subject = $1", subject)
    assert data[1].unwrap(wrapped, acme.account_id, subject) is not None
    await erased(gateway, acme, clock)
    folder = keys_folder(data[0])
    add_epoch(folder)
    connections = HeldConnections(gateway.database, "comity-test-epochs", most=1)
    async with connections.connection() as road:
        await turn(road, data[1], folder, timedelta(seconds=-1), clock.now() + timedelta(days=9999))
    await connections.close()
    assert data[1].unwrap(wrapped, acme.account_id, subject) is None
    assert [path.name for path in folder.glob("epoch-*")] == ["epoch-2.key"]


@pytest.mark.usefixtures("life_of_a_person")
async def test_after_an_erasure_everything_still_answers(gateway, acme, clock):
    refused = to_wire(await gateway.value("SELECT id FROM messages WHERE action = 'refuse' LIMIT 1"))
    await erased(gateway, acme, clock)
    inbox = await gateway.call("GET", "/v1/message/inbox", acme)
    assert inbox.status == 200
    assert PERSON not in json.dumps(inbox.body)
    verdict = await gateway.call("GET", f"/api/messages/{refused}/verdict", acme)
    assert verdict.status == 200, verdict.body
    assert "QZXMARK" not in json.dumps(verdict.body)
    other = await gateway.customer()
    assert (await gateway.call("GET", "/api/erasures", other)).body["items"] == []
