"""The evidence log against a real PostgreSQL: appended, opened, erased, checked; and whatever is done to it, found."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from comity.base.errors import StoreError
from comity.edges.postgres.evidence_checking import verify_account, verify_accounts, verify_checkpoints
from comity.edges.postgres.evidence_checkpoints import take_checkpoint
from comity.edges.postgres.evidence_keys import KEY_FILE, derive, ensure_evidence, matching_master
from comity.edges.postgres.evidence_reading import Payload, read
from comity.edges.postgres.evidence_store import NewEntry, append, append_many, erase_number
from comity.edges.postgres.roles import Role
from comity.edges.postgres.tenant import Tenants
from comity.evidence.canonical import NotCanonicalError

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PERSON, OTHER = "32470000000", "32470000001"
UNGUARDED = "ALTER TABLE {0} DISABLE TRIGGER USER; {1}; ALTER TABLE {0} ENABLE TRIGGER USER"


@pytest.fixture
async def road(database):
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


@pytest.fixture
async def owner(database):
    """Who may do anything in the database, guards or not."""
    connection = await database.connect(Role.OWNER)
    yield connection
    await connection.close()


@pytest.fixture
async def account(road):
    return await road.fetchval("INSERT INTO accounts (name) VALUES ('bank') RETURNING account_id")


@pytest.fixture
async def master(road, server):
    return await matching_master(road, server.evidence_folder)


async def _append_some(road, account, count=5):
    for number in range(count):
        await append(road, account, "consent", {"n": number}, NOW, number=PERSON if number % 2 else OTHER)


async def test_entries_are_numbered_from_one_and_open_again(road, account, master):
    assert await append(road, account, "acceptance", {"person": "Ann"}, NOW) == 1
    assert await append(road, account, "consent", {"number": PERSON}, NOW, number=PERSON) == 2
    await append_many(road, [NewEntry(account, "consent", {"n": n}, PERSON) for n in range(3)], NOW)
    assert await append(road, account, "acceptance", {"person": "Ben"}, NOW) == 6
    entries = await read(road, account, master)
    assert [entry.entry.sequence for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry.body for entry in entries][:3] == [{"person": "Ann"}, {"number": PERSON}, {"n": 0}]
    assert [entry.entry.sequence for entry in await read(road, account, master, after=2, most=2)] == [3, 4]


async def test_many_accounts_are_appended_to_at_once(road, master):
    rows = await road.fetch(
        "INSERT INTO accounts (name) SELECT 'a' || n FROM generate_series(1, 5) n RETURNING account_id"
    )
    accounts = [row["account_id"] for row in rows]
    await append_many(road, [NewEntry(one, "note", {"n": n}) for n in range(4) for one in reversed(accounts)], NOW)
    for one in accounts:
        assert [entry.body["n"] for entry in await read(road, one, master)] == [0, 1, 2, 3]
        assert (await verify_account(road, one, master)).flaw is None


async def test_an_entry_comes_and_goes_with_the_transaction_of_its_caller(road, account, master):
    transaction = road.transaction()
    await transaction.start()
    await append(road, account, "acceptance", {}, NOW)
    await transaction.rollback()
    assert await read(road, account, master) == []
    assert await append(road, account, "acceptance", {}, NOW) == 1


async def test_writers_at_once_make_one_chain(database, road, account, master):
    pool = await database.pool(Role.ROAD, most=8)

    async def write(number):
        async with pool.acquire() as connection:
            return await append(connection, account, "consent", {"n": number}, NOW, number=PERSON)

    sequences = await asyncio.gather(*(write(number) for number in range(24)))
    await pool.close()
    assert sorted(sequences) == list(range(1, 25))
    checked = await verify_account(road, account, master)
    assert (checked.flaw, checked.opened) == (None, 24)
    assert await road.fetchval("SELECT count(*) FROM subject_keys") == 1


@pytest.mark.parametrize("body", [{"score": 0.5}, {"x": b""}, {1: 2}])
async def test_what_has_no_one_form_is_no_evidence(road, account, body):
    with pytest.raises(NotCanonicalError):
        await append(road, account, "consent", body, NOW)


async def test_without_keys_nothing_is_written(road, owner, account):
    await owner.execute("DELETE FROM evidence_installation")
    with pytest.raises(StoreError, match="no keys yet"):
        await append(road, account, "consent", {}, NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_entries SET kind = 'other'",
        "DELETE FROM evidence_entries",
        "TRUNCATE evidence_entries CASCADE",
        "UPDATE evidence_payloads SET box = ''",
        "DELETE FROM evidence_checkpoints",
        "TRUNCATE evidence_checkpoints",
    ],
)
async def test_what_was_written_is_never_changed(road, owner, account, master, statement):
    await append(road, account, "acceptance", {"person": "Ann"}, NOW)
    await take_checkpoint(road, master, NOW)
    with pytest.raises(asyncpg.RaiseError):
        await owner.execute(statement)


async def test_nothing_of_a_payload_stands_in_the_database(road, owner, account):
    await append(road, account, "consent", {"words": "zzmarker", "number": PERSON}, NOW, number=PERSON)
    tables = ("evidence_entries", "evidence_payloads", "subject_keys", "evidence_heads", "evidence_installation")
    for table in tables:
        dumped = await owner.fetchval(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
        for secret in ("zzmarker", PERSON):
            assert secret not in dumped
            assert secret.encode().hex() not in dumped


async def test_erasing_a_number_makes_its_payloads_unreadable_and_the_chain_still_holds(road, owner, account, master):
    await _append_some(road, account)
    copied = await owner.fetch("SELECT * FROM evidence_payloads WHERE sequence = 2")
    assert await erase_number(road, account, PERSON, NOW) == 2
    states = [entry.payload for entry in await read(road, account, master)]
    assert states == [Payload.OPEN, Payload.ERASED, Payload.OPEN, Payload.ERASED, Payload.OPEN, Payload.OPEN]
    assert (await read(road, account, master))[-1].body == {"entries": [[2, 2], [4, 4]]}
    checked = await verify_account(road, account, master)
    assert (checked.flaw, checked.erased, checked.opened) == (None, 2, 4)
    # Who kept a copy of what was sealed can do nothing with it.
    await owner.executemany("INSERT INTO evidence_payloads VALUES ($1, $2, $3, $4)", [tuple(row) for row in copied])
    assert (await read(road, account, master))[1].payload is Payload.ALTERED


async def test_an_erased_number_may_come_back_with_another_key(road, account, master):
    await append(road, account, "consent", {"n": 1}, NOW, number=PERSON)
    await erase_number(road, account, PERSON, NOW)
    await append(road, account, "consent", {"n": 2}, NOW, number=PERSON)
    assert [entry.body for entry in await read(road, account, master)] == [None, {"entries": [[1, 1]]}, {"n": 2}]
    assert await erase_number(road, account, PERSON, NOW) == 1
    assert (await verify_account(road, account, master)).flaw is None


async def test_erasing_what_nobody_knows_leaves_no_trace(road, account, master):
    assert await erase_number(road, account, PERSON, NOW) == 0
    assert await read(road, account, master) == []


async def test_an_account_s_own_key_is_nobody_s_to_erase(road, account):
    with pytest.raises(ValueError, match="own key"):
        await erase_number(road, account, "", NOW)


async def test_erasing_while_others_write_leaves_no_payload_without_its_key(database, road, account, master):
    pool = await database.pool(Role.ROAD, most=6)

    async def write():
        async with pool.acquire() as connection:
            await append(connection, account, "consent", {}, NOW, number=PERSON)

    async def erase():
        async with pool.acquire() as connection:
            await erase_number(connection, account, PERSON, NOW)

    await asyncio.gather(*(work() for _ in range(10) for work in (write, erase)))
    await pool.close()
    assert (await verify_account(road, account, master)).flaw is None


GONE = "DELETE FROM evidence_payloads WHERE {0}; DELETE FROM evidence_entries WHERE {0}"
ADDED = (
    "INSERT INTO evidence_entries SELECT account_id, 6, kind, at, commitment, previous, hash"
    " FROM evidence_entries WHERE sequence = 5"
)
TAMPERING = {
    "an entry changed": ("evidence_entries", "UPDATE evidence_entries SET kind = 'x' WHERE sequence = 3", 3),
    "a time changed": (
        "evidence_entries",
        "UPDATE evidence_entries SET at = at + interval '1 us' WHERE sequence = 2",
        2,
    ),
    "an entry removed": ("evidence_entries", GONE.format("sequence = 3"), 3),
    "the last removed": ("evidence_entries", GONE.format("sequence = 5"), 5),
    "the head moved back": (
        "evidence_heads",
        "UPDATE evidence_heads h SET sequence = 4, hash = e.hash FROM evidence_entries e WHERE e.sequence = 4",
        5,
    ),
    "a payload removed": ("evidence_payloads", "DELETE FROM evidence_payloads WHERE sequence = 4", 4),
    "a payload exchanged": (
        "evidence_payloads",
        "UPDATE evidence_payloads p SET box = o.box FROM evidence_payloads o WHERE p.sequence = 3 AND o.sequence = 1",
        3,
    ),
    "a key removed": (
        "subject_keys",
        "DELETE FROM subject_keys WHERE key_id = (SELECT key_id FROM evidence_payloads WHERE sequence = 2)",
        2,
    ),
    "an entry added": (
        "evidence_entries",
        ADDED,
        6,
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
async def test_tampering_is_found_and_the_first_wrong_entry_named(road, owner, account, master, how):
    await _append_some(road, account)
    table, statement, sequence = TAMPERING[how]
    await owner.execute(UNGUARDED.format(table, statement))
    flaw = (await verify_account(road, account, master)).flaw
    assert (flaw.account_id, flaw.sequence) == (account, sequence)


async def test_a_payload_removed_as_if_it_were_erased_is_found_without_an_erasure(road, owner, account, master):
    await _append_some(road, account)
    await erase_number(road, account, PERSON, NOW)
    await owner.execute("DELETE FROM evidence_payloads WHERE sequence = 3")
    flaw = (await verify_account(road, account, master)).flaw
    assert (flaw.sequence, "no erasure" in flaw.what) == (3, True)


async def test_checkpoints_follow_one_another_and_none_is_taken_of_nothing_new(road, account, master):
    await _append_some(road, account)
    assert (await take_checkpoint(road, master, NOW)).number == 1
    assert await take_checkpoint(road, master, NOW) is None
    await _append_some(road, account)
    assert (await take_checkpoint(road, master, NOW)).number == 2
    signed = await verify_checkpoints(road)
    assert (signed.count, signed.flaw, sorted(signed.hashes[account])) == (2, None, [5, 10])
    assert (await verify_account(road, account, master, signed.hashes[account])).flaw is None


async def test_a_chain_cut_short_with_its_head_is_found_by_a_checkpoint(road, owner, account, master):
    await _append_some(road, account)
    await take_checkpoint(road, master, NOW)
    head = "UPDATE evidence_heads h SET sequence = 3, hash = e.hash FROM evidence_entries e WHERE e.sequence = 3"
    cut = f"{GONE.format('sequence > 3')}; {head}"
    await owner.execute(UNGUARDED.format("evidence_entries", cut))
    (checked,) = [one async for one in verify_accounts(road, master, await verify_checkpoints(road))]
    assert checked.flaw.sequence == 4
    # The next checkpoint does not hide it.
    await _append_some(road, account)
    await take_checkpoint(road, master, NOW)
    (checked,) = [one async for one in verify_accounts(road, master, await verify_checkpoints(road))]
    assert checked.flaw.sequence == 5


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE evidence_checkpoints SET signature = sha512('')", 1),
        ("UPDATE evidence_checkpoints SET sequences = '{4}' WHERE number = 2", 2),
        ("DELETE FROM evidence_checkpoints WHERE number = 1", 1),
        ("DELETE FROM evidence_checkpoints WHERE number = 2", 2),
    ],
)
async def test_tampering_with_checkpoints_is_found(road, owner, account, master, statement, number):
    for _ in range(3):
        await _append_some(road, account)
        await take_checkpoint(road, master, NOW)
    await owner.execute(UNGUARDED.format("evidence_checkpoints", statement))
    assert (await verify_checkpoints(road)).flaw.number == number


async def test_nodes_at_once_take_one_checkpoint(database, road, account, master):
    await _append_some(road, account)
    pool = await database.pool(Role.ROAD, most=4)

    async def take():
        async with pool.acquire() as connection:
            return await take_checkpoint(connection, master, NOW)

    taken = await asyncio.gather(*(take() for _ in range(4)))
    await pool.close()
    assert sum(one is not None for one in taken) == 1


async def test_an_account_sees_its_own_log_alone(database, road, account, master):
    other = await road.fetchval("INSERT INTO accounts (name) VALUES ('other') RETURNING account_id")
    await append(road, account, "acceptance", {"person": "Ann"}, NOW)
    await append(road, other, "acceptance", {"person": "Ben"}, NOW)
    pool = await database.pool(Role.TENANT)
    async with Tenants(pool).account(account) as tenant:
        assert [entry.body for entry in await read(tenant, account, master)] == [{"person": "Ann"}]
        assert await read(tenant, other, master) == []
        for table in ("evidence_entries", "evidence_payloads", "subject_keys", "evidence_heads"):
            # One row, though the statement names no account.
            assert await tenant.fetchval(f"SELECT count(*) FROM {table}") == 1
    for table in ("evidence_entries", "evidence_payloads", "subject_keys", "evidence_heads", "evidence_minutes"):
        with pytest.raises(StoreError):
            async with Tenants(pool).account(account) as tenant:
                await tenant.execute(f"DELETE FROM {table}")
    await pool.close()


async def test_without_the_file_of_keys_the_chain_is_read_and_checked_all_the_same(road, account, tmp_path):
    await append(road, account, "acceptance", {"person": "Ann"}, NOW)
    assert await matching_master(road, tmp_path) is None
    (entry,) = await read(road, account, None)
    assert (entry.payload, entry.body) == (Payload.SEALED, None)
    checked = await verify_account(road, account, None)
    assert (checked.flaw, checked.entries, checked.opened) == (None, 1, 0)


async def test_the_keys_are_made_once_and_their_file_is_private(road, owner, tmp_path):
    await owner.execute("DELETE FROM evidence_installation")
    await asyncio.gather(ensure_evidence(owner, tmp_path))
    file = tmp_path / KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    await ensure_evidence(road, tmp_path)
    assert file.read_bytes() == before
    assert await matching_master(road, tmp_path) == derive(bytes.fromhex(before.decode()))


async def test_another_file_s_keys_are_not_taken_for_the_right_ones(road, tmp_path):
    (tmp_path / KEY_FILE).write_text(f"{bytes(32).hex()}\n")
    assert await matching_master(road, tmp_path) is None


def test_keys_do_not_show_when_they_are_printed():
    assert repr(derive(bytes(32))) == "MasterKey()"
