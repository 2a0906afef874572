"""Epochs of keys against a real PostgreSQL: begun, everything sealed anew, the old one destroyed; backups of keys."""

import os
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from comity.base.errors import StoreError
from comity.edges.mail.plain_letters import LetterKind
from comity.edges.postgres import erasure_store, vault_backup
from comity.edges.postgres.esme_parts import Part
from comity.edges.postgres.esme_store import EsmeStore
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.letter_store import LetterQueue, leave_letters
from comity.edges.postgres.roles import Role
from comity.edges.postgres.vault_epochs import PASSING, EpochUpkeep, turn
from comity.edges.postgres.vault_files import add_epoch, ensure_vault, epoch_path, keys_folder, read_epochs
from comity.edges.vault import epoch_of
from support.gateway import running_gateway
from support.sealed import MESSAGE

PERSON, TEXT = "32470000000", "Your parcel MARKER4711 is at the door."
NO_GRACE = timedelta(seconds=-1)


@pytest.fixture
async def data(database, tmp_path):
    """A data directory of this test's own: others share the run's."""
    owner = await database.connect(Role.OWNER)
    await owner.execute("DELETE FROM body_vault")
    yield tmp_path / "data", await ensure_vault(owner, tmp_path / "data")
    await owner.close()


@pytest.fixture
async def gateway(database, clock, data, tmp_path):
    async with running_gateway(database.with_vault(data[1]), clock, tmp_path) as running:
        yield running


@pytest.fixture
async def road(gateway):
    connections = HeldConnections(gateway.database, "comity-test-epochs", most=1)
    async with connections.connection() as connection:
        yield connection
    await connections.close()


@pytest.fixture
async def customer(gateway):
    customer = await gateway.customer()
    assert (await gateway.send(customer, message=TEXT, to=PERSON)).status == 200
    await gateway.fetch("DELETE FROM queue")
    await gateway.fetch("UPDATE message_life SET state = 'delivered', settled_at = now()")
    return customer


async def test_after_a_turn_texts_open_and_the_old_key_is_gone(road, customer, data, clock):
    folder, vault = keys_folder(data[0]), data[1]
    old = await road.fetchval("SELECT wrapped FROM body_keys")
    add_epoch(folder)
    turned = await turn(road, vault, folder, NO_GRACE, clock.now() + timedelta(days=9999))
    assert (turned.epoch, turned.destroyed) == (2, (1,))
    assert epoch_of(await road.fetchval("SELECT wrapped FROM body_keys")) == 2
    assert await road.fetchval(f"SELECT {MESSAGE} FROM messages") == TEXT
    # What lies about from before, in old backups and logs, opens with nothing that is left.
    subject = vault.subject(customer.account_id, PERSON)
    assert vault.unwrap(old, customer.account_id, subject) is None
    assert not epoch_path(folder, 1).exists()


@pytest.mark.usefixtures("customer")
async def test_what_is_on_its_way_is_sealed_anew(road, data, clock):
    folder, vault = keys_folder(data[0]), data[1]
    await road.execute(
        "INSERT INTO inbound_unclaimed (carrier_id, sender, receiver, text) VALUES (1, '32', '1', $1)", TEXT
    )
    assert TEXT.encode() not in await road.fetchval("SELECT (text).box FROM inbound_unclaimed")
    add_epoch(folder)
    await turn(road, vault, folder, NO_GRACE, clock.now() + timedelta(days=9999))
    assert await road.fetchval("SELECT text FROM inbound_unclaimed") == TEXT


async def test_every_column_that_is_sealed_with_an_epochs_key_is_sealed_anew(road):
    found = await road.fetch(
        "SELECT attrelid::regclass::text AS relation, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE atttypid = 'passing_text'::regtype AND c.relkind IN ('r', 'p')"
    )
    assert {tuple(row) for row in found} == {(table, column) for table, _, column in PASSING}


@pytest.mark.usefixtures("customer")
async def test_a_letter_that_waits_outlives_the_key_it_was_sealed_with(gateway, road, data, clock):
    folder, vault = keys_folder(data[0]), data[1]
    now = clock.now()
    await leave_letters(road, (LetterKind.TEAM_INVITATION, 7), [("ann@acme.example", "Your token is 4711.")], now)
    add_epoch(folder)
    assert (await turn(road, vault, folder, NO_GRACE, now + timedelta(days=9999))).destroyed == (1,)
    queue = LetterQueue(gateway.database)
    await queue.listen(lambda: None)
    (claimed,) = await queue.claim(now, 10)
    assert (claimed.told.email, claimed.told.body["summary"]) == ("ann@acme.example", "Your token is 4711.")
    await queue.close()


async def test_parts_of_customers_are_sealed_open_after_a_turn_and_known_again(gateway, road, customer, data, clock):
    folder, vault = keys_folder(data[0]), data[1]
    connections = HeldConnections(gateway.database, "comity-test-parts", most=1)
    store = EsmeStore(gateway.database, connections)
    part = Part(
        customer.account_id, "acme", "1", PERSON, 7, 2, 1, uuid4(), TEXT.encode(), 0, 0, 0, 0, None, None, None, ""
    )
    first, _ = await store.put_parts([part], clock.now(), clock.now())
    assert TEXT.encode() not in await road.fetchval("SELECT payload FROM esme_parts")
    add_epoch(folder)
    assert (await turn(road, vault, folder, NO_GRACE, clock.now() + timedelta(days=9999))).destroyed == (1,)
    again, _ = await store.put_parts([msgspec.structs.replace(part, part_id=uuid4())], clock.now(), clock.now())
    assert again == first
    other = msgspec.structs.replace(part, sequence=2, part_id=uuid4(), payload=b"the rest")
    _, ((one, two),) = await store.put_parts([other], clock.now(), clock.now())
    assert (one.payload, two.payload) == (TEXT.encode(), b"the rest")
    await connections.close()


@pytest.mark.usefixtures("customer")
async def test_an_epoch_lasts_a_week_and_its_key_a_day_longer(gateway, data, clock):
    folder = keys_folder(data[0])
    connections = HeldConnections(gateway.database, "comity-test-upkeep", most=1)
    upkeep = EpochUpkeep(connections, clock, folder)
    os.utime(epoch_path(folder, 1), (clock.now().timestamp(),) * 2)
    clock.advance(timedelta(days=6))
    assert await upkeep.once() is None
    clock.advance(timedelta(days=1))
    assert (await upkeep.once()).destroyed == ()
    os.utime(epoch_path(folder, 2), (clock.now().timestamp(),) * 2)
    clock.advance(timedelta(hours=23))
    assert (await upkeep.once()).destroyed == ()
    clock.advance(timedelta(hours=1))
    assert (await upkeep.once()).destroyed == (1,)
    assert list(read_epochs(folder)) == [2]
    await connections.close()


@pytest.mark.usefixtures("customer")
async def test_keys_come_back_from_a_backup(road, data, clock, tmp_path):
    folder = keys_folder(data[0])
    path, count = await vault_backup.back_up(road, folder, tmp_path / "backup", clock.now())
    assert (count, path.stat().st_mode & 0o777) == (1, 0o600)
    await road.execute("DELETE FROM body_keys")
    assert await road.fetchval(f"SELECT {MESSAGE} FROM messages") == ""
    assert await vault_backup.restore(road, folder, path, clock.now()) == 1
    assert await road.fetchval(f"SELECT {MESSAGE} FROM messages") == TEXT


async def test_no_backup_brings_back_who_was_erased(road, customer, data, clock, tmp_path):
    folder = keys_folder(data[0])
    path, _ = await vault_backup.back_up(road, folder, tmp_path / "backup", clock.now())
    clock.advance(timedelta(hours=1))
    await erasure_store.erase_now(road, customer.account_id, PERSON, "operator", clock.now())
    assert await vault_backup.restore(road, folder, path, clock.now()) == 0


@pytest.mark.usefixtures("customer")
async def test_a_backup_older_than_thirty_days_is_refused_and_destroyed(road, data, clock, tmp_path):
    folder = keys_folder(data[0])
    path, _ = await vault_backup.back_up(road, folder, tmp_path / "backup", clock.now())
    clock.advance(timedelta(days=30))
    assert await vault_backup.restore(road, folder, path, clock.now()) == 0
    clock.advance(timedelta(seconds=1))
    with pytest.raises(StoreError, match="older than 30 days"):
        await vault_backup.restore(road, folder, path, clock.now())
    assert not path.exists()


@pytest.mark.usefixtures("customer")
async def test_the_next_backup_destroys_those_that_are_too_old(road, data, clock, tmp_path):
    folder = keys_folder(data[0])
    old, _ = await vault_backup.back_up(road, folder, tmp_path / "backup", clock.now())
    clock.advance(timedelta(days=31))
    new, _ = await vault_backup.back_up(road, folder, tmp_path / "backup", clock.now())
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.usefixtures("data")
async def test_a_node_with_other_keys_does_not_start(database, tmp_path):
    owner = await database.connect(Role.OWNER)
    with pytest.raises(StoreError, match="does not hold the keys"):
        await ensure_vault(owner, tmp_path / "elsewhere")
    await owner.close()
