"""Sealed texts against a real PostgreSQL: who can open them, and what is kept of it."""

import asyncpg
import pytest
from structlog.testing import capture_logs

from comity.base.clock import SystemClock
from comity.base.errors import StoreError
from comity.base.ids import IdMaker
from comity.edges.postgres import sealed_store
from comity.edges.postgres.roles import Role
from comity.edges.sealing import WrongKeyError, new_keys
from comity.journey.ports import Sealed

BODY = b'{"text": "zzmarker"}'
ANN, BEN = new_keys(), new_keys()

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
async def road(database):
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


@pytest.fixture
async def folder(road, tmp_path):
    await sealed_store.ensure_installation(road, tmp_path)
    return tmp_path


@pytest.fixture
async def account(road):
    return await road.fetchval("INSERT INTO accounts (name) VALUES ('bank') RETURNING account_id")


async def _seal(road, account, body=BODY):
    sealed = Sealed(account, IdMaker().at(SystemClock().now()), "child-safety", body)
    async with road.transaction():
        await sealed_store.write_sealed(road, [sealed])
    return await road.fetchval("SELECT max(case_id) FROM sealed_cases")


async def _open(road, case, person, key):
    return await sealed_store.open_sealed(road, case, person, "a report to the authority", key)


async def test_what_is_sealed_before_anybody_is_named_goes_to_the_first_reader_alone(road, account, folder):
    case = await _seal(road, account)
    installation = sealed_store.read_key(folder / sealed_store.KEY_FILE)
    assert await sealed_store.add_reader(road, "Ann", ANN.public, installation) == 1
    assert await sealed_store.add_reader(road, "Ben", BEN.public, installation) == 0
    assert await _open(road, case, "Ann", ANN.private) == BODY
    assert await _open(road, case, "Ben", BEN.private) is None
    assert await _open(road, case, "", installation) is None


async def test_every_reader_opens_what_is_sealed_while_they_are_named(road, account):
    for person, keys in (("Ann", ANN), ("Ben", BEN)):
        await sealed_store.add_reader(road, person, keys.public, None)
    both = await _seal(road, account)
    assert await sealed_store.remove_reader(road, "Ben")
    later = await _seal(road, account)
    assert await _open(road, both, "Ben", BEN.private) == BODY
    assert await _open(road, later, "Ben", BEN.private) is None
    assert await _open(road, later, "Ann", ANN.private) == BODY


async def test_another_key_opens_nothing_and_is_not_kept_as_an_opening(road, account):
    await sealed_store.add_reader(road, "Ann", ANN.public, None)
    case = await _seal(road, account)
    with pytest.raises(WrongKeyError):
        await _open(road, case, "Ann", BEN.private)
    assert await sealed_store.list_openings(road, case) == []


async def test_an_opening_is_kept_for_good(road, account):
    await sealed_store.add_reader(road, "Ann", ANN.public, None)
    case = await _seal(road, account)
    await _open(road, case, "Ann", ANN.private)
    (opening,) = await sealed_store.list_openings(road, case)
    assert (opening["person"], opening["reason"]) == ("Ann", "a report to the authority")
    for statement in ("UPDATE sealed_openings SET person = 'x'", "DELETE FROM sealed_openings"):
        with pytest.raises(asyncpg.RaiseError):
            await road.execute(statement)


async def test_what_was_read_is_nowhere_in_the_database_in_clear(road, account):
    await _seal(road, account)
    boxes = await road.fetch("SELECT box FROM sealed_boxes")
    assert boxes
    assert all(b"zzmarker" not in row["box"] for row in boxes)


async def test_a_closed_case_keeps_its_text_until_it_is_destroyed(road, account):
    await sealed_store.add_reader(road, "Ann", ANN.public, None)
    case = await _seal(road, account)
    assert await sealed_store.close_sealed(road, case, "Ann", "reported", destroy=False)
    assert not await sealed_store.close_sealed(road, case, "Ann", "again", destroy=False)
    assert await _open(road, case, "Ann", ANN.private) == BODY
    assert await sealed_store.close_sealed(road, case, "Ben", "the law's time is over", destroy=True)
    assert await _open(road, case, "Ann", ANN.private) is None
    assert not await sealed_store.close_sealed(road, case, "Ann", "again", destroy=True)
    assert await sealed_store.list_sealed(road, only_open=True) == []
    (shown,) = await sealed_store.list_sealed(road, only_open=False)
    assert (shown["case"], shown["readers"]) == (case, "")
    assert (shown["closed_by"], shown["closing"]) == ("Ann", "reported")
    assert (shown["destroyed_by"], shown["destroyed_why"]) == ("Ben", "the law's time is over")


async def test_accounts_see_nothing_of_it(road, account, database):
    await _seal(road, account)
    tenant = await database.connect(Role.TENANT)
    try:
        for table in ("sealed_cases", "sealed_boxes", "sealed_readers", "sealed_openings"):
            assert await tenant.fetch(f"SELECT * FROM {table}") == []
    finally:
        await tenant.close()


def test_a_key_is_written_for_its_owner_alone_and_never_over_another(tmp_path):
    path = tmp_path / "ann.key"
    sealed_store.write_key(path, ANN.private)
    assert path.stat().st_mode & 0o777 == 0o600
    assert sealed_store.read_key(path) == ANN.private
    with pytest.raises(FileExistsError):
        sealed_store.write_key(path, BEN.private)


async def test_a_key_of_the_installation_that_is_there_already_is_the_one_that_is_sealed_to(road, tmp_path):
    await road.execute("DELETE FROM sealed_readers")
    (tmp_path / sealed_store.KEY_FILE).unlink()
    sealed_store.write_key(tmp_path / sealed_store.KEY_FILE, ANN.private)
    await sealed_store.ensure_installation(road, tmp_path)
    assert [reader.public_key for reader in await sealed_store.active_readers(road)] == [ANN.public]


async def test_nothing_is_sealed_to_a_key_of_the_installation_that_cannot_be_written(road, tmp_path):
    await road.execute("DELETE FROM sealed_readers")
    (tmp_path / "file").touch()
    (tmp_path / "dangling").mkdir()
    (tmp_path / "dangling" / sealed_store.KEY_FILE).symlink_to("nowhere")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "dangling"):
        with pytest.raises(StoreError):
            await sealed_store.ensure_installation(road, folder)
    assert await sealed_store.active_readers(road) == []


async def test_a_key_that_is_not_the_one_sealed_to_is_told_until_somebody_is_named(road, tmp_path):
    stale = tmp_path / "stale"
    sealed_store.write_key(stale / sealed_store.KEY_FILE, ANN.private)
    with capture_logs() as told:
        await sealed_store.ensure_installation(road, stale)
        await sealed_store.ensure_installation(road, tmp_path)
        await sealed_store.add_reader(road, "Ben", BEN.public, None)
        await sealed_store.ensure_installation(road, stale)
    assert [line["event"] for line in told] == ["sealed.key_differs"]
    assert ANN.private.hex() not in str(told)


@pytest.mark.parametrize("written", [None, b"ab12", b"", b"not hexadecimal", b"\xff\xfe"])
def test_a_file_that_holds_no_key_is_none(tmp_path, written):
    path = tmp_path / "ann.key"
    if written is not None:
        path.write_bytes(written)
    assert not sealed_store.read_key(path)
