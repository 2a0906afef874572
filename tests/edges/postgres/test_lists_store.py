"""Lists in the store: whole or not at all, seen at once, the one before gone, the road told."""

import asyncio

import pytest

from comity.base.errors import SettingsError
from comity.edges.postgres import lists_store
from comity.edges.postgres.directory import CHANNEL
from comity.edges.postgres.lists_store import Allowed, NewList, TooFewEntriesError, listed, load_list
from comity.edges.postgres.operator_store import NotThereError
from comity.edges.postgres.roles import Role
from comity.screening.judging import Listed
from comity.screening.rules.link_listed import list_label, list_name

BAD = NewList("bad", "links")
CALLS = NewList("no calls", "numbers", "US", "register", 31)


@pytest.fixture
async def connection(database):
    road = await database.connect(Role.ROAD)
    yield road
    await road.close()


async def test_an_entry_is_found_by_place_kind_and_key(connection):
    await load_list(connection, BAD, ["bad.example", "12025550123"])
    await load_list(connection, CALLS, ["12025550123"])
    found = await listed(
        connection,
        [(3, "links", "bad.example"), (3, "links", "good.example"), (5, "numbers", "12025550123"), (7, "numbers", "1")],
    )
    assert found == {
        3: (Listed("bad", "links", "bad.example"),),
        5: (Listed("no calls", "numbers", "12025550123"),),
    }


async def test_a_key_on_several_lists_is_found_on_each(connection):
    for name in ("b", "a"):
        await load_list(connection, NewList(name, "links"), ["bad.example"])
    found = await listed(connection, [(0, "links", "bad.example")])
    assert [one.list for one in found[0]] == ["a", "b"]


async def test_nothing_to_look_up_asks_nothing(connection):
    assert await listed(connection, []) == {}


async def test_the_same_key_twice_is_one_entry(connection):
    stored = await load_list(connection, BAD, ["a.example", "b.example", "a.example"])
    assert stored.entries == 2
    assert len(await listed(connection, [(0, "links", "a.example")])) == 1


async def test_a_new_load_replaces_the_one_before_and_leaves_nothing_of_it(connection):
    first = await load_list(connection, BAD, ["old.example", "both.example"])
    second = await load_list(connection, BAD, ["both.example", "new.example"])
    assert first.digest != second.digest
    keys = [(place, "links", f"{name}.example") for place, name in enumerate(("old", "both", "new"))]
    assert set(await listed(connection, keys)) == {1, 2}
    assert await connection.fetchval("SELECT count(*) FROM list_entries") == 2
    assert await connection.fetchval("SELECT count(*) FROM list_loading") == 0


def hosts(count):
    return [f"{n}.example" for n in range(count)]


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        pytest.param(3, 0, Allowed(fewer=True), id="nothing"),
        pytest.param(None, 0, Allowed(), id="nothing at first"),
        pytest.param(100, 49, Allowed(empty=True), id="less than half"),
    ],
)
async def test_what_looks_like_a_failed_download_changes_nothing(connection, before, after, allowed):
    held = [] if before is None else [await load_list(connection, BAD, hosts(before))]
    with pytest.raises(TooFewEntriesError, match="not loaded") as caught:
        await load_list(connection, BAD, hosts(after), allowed)
    assert "--allow-" in caught.value.remedy
    assert await lists_store.stored_lists(connection) == held
    assert await connection.fetchval("SELECT count(*) FROM list_loading") == 0


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        pytest.param(3, 0, Allowed(empty=True), id="nothing"),
        pytest.param(100, 50, Allowed(), id="half"),
        pytest.param(99, 1, Allowed(), id="a short list"),
        pytest.param(100, 1, Allowed(fewer=True), id="less than half"),
    ],
)
async def test_a_list_that_is_meant_to_be_shorter_is_loaded(connection, before, after, allowed):
    await load_list(connection, BAD, hosts(before))
    assert (await load_list(connection, BAD, hosts(after), allowed)).entries == after


async def test_a_load_that_breaks_changes_nothing(connection):
    before = await load_list(connection, BAD, ["old.example"])

    def breaks():
        yield from (f"{n}.example" for n in range(25_000))
        raise SettingsError("line 25001 is wrong.")

    with pytest.raises(SettingsError, match="25001"):
        await load_list(connection, BAD, breaks())
    assert await lists_store.stored_lists(connection) == [before]
    assert await connection.fetchval("SELECT count(*) FROM list_entries") == 1
    assert await connection.fetchval("SELECT count(*) FROM list_loading") == 0


async def test_until_a_load_is_committed_others_see_the_list_before(connection, database):
    await load_list(connection, BAD, ["old.example"])
    other = await database.connect(Role.ROAD)
    seen = asyncio.Event()
    halfway = asyncio.Event()

    async def look():
        await halfway.wait()
        found = await listed(other, [(0, "links", "old.example"), (1, "links", "new.example")])
        seen.set()
        return set(found)

    looking = asyncio.create_task(look())
    async with connection.transaction():
        await load_list(connection, BAD, ["new.example"])
        halfway.set()
        await seen.wait()
    assert await looking == {0}
    assert set(await listed(other, [(0, "links", "old.example"), (1, "links", "new.example")])) == {1}
    await other.close()


@pytest.mark.parametrize("change", ["load", "replace", "remove"])
async def test_every_process_is_told_when_lists_change(connection, database, change):
    if change != "load":
        await load_list(connection, BAD, ["a.example"])
    listener = await database.connect(Role.ROAD)
    told = asyncio.Event()
    await listener.add_listener(CHANNEL, lambda _c, _p, _n, table: told.set() if table == "lists" else None)
    if change == "remove":
        await lists_store.remove_list(connection, "bad")
    else:
        await load_list(connection, BAD, ["b.example"])
    async with asyncio.timeout(1):
        await told.wait()
    await listener.close()


async def test_which_kinds_have_entries_is_known(connection):
    assert await lists_store.any_lists(connection) == frozenset()
    await load_list(connection, BAD, [], Allowed(empty=True))
    assert await lists_store.any_lists(connection) == frozenset()
    await load_list(connection, CALLS, ["12025550123"])
    assert await lists_store.any_lists(connection) == {"numbers"}


async def test_a_list_that_is_removed_leaves_nothing(connection):
    await load_list(connection, BAD, ["a.example"])
    await lists_store.remove_list(connection, "bad")
    assert await connection.fetchval("SELECT count(*) FROM list_entries") == 0
    with pytest.raises(NotThereError, match="bad"):
        await lists_store.remove_list(connection, "bad")
    with pytest.raises(NotThereError, match="bad"):
        await lists_store.stored_list(connection, "bad")


@pytest.mark.parametrize(
    ("age_days", "overdue_days"),
    [pytest.param(0, 0, id="today"), pytest.param(31, 0, id="just in time"), pytest.param(33, 2, id="stale")],
)
async def test_a_list_that_is_older_than_it_may_be_says_by_how_much(connection, age_days, overdue_days):
    await load_list(connection, CALLS, ["12025550123"])
    await connection.execute("UPDATE lists SET loaded_at = now() - make_interval(days => $1)", age_days)
    assert (await lists_store.stored_list(connection, "no calls")).overdue_days == overdue_days
    (entry,) = (await listed(connection, [(0, "numbers", "12025550123")]))[0]
    assert entry.list == list_label("no calls", overdue_days)
    assert list_name(entry) == "no calls"


@pytest.mark.parametrize("key", ["back\\slash.example/a\\tb", "\u00fc.example/\u20ac", "tab\t.example", "x" * 300])
async def test_a_key_is_kept_as_it_is_whatever_it_holds(connection, key):
    await load_list(connection, BAD, [key])
    assert set(await listed(connection, [(0, "links", key)])) == {0}


async def test_the_tenant_role_may_not_look(database):
    tenant = await database.connect(Role.TENANT)
    for table in ("lists", "list_entries", "list_loading"):
        assert not await tenant.fetchval("SELECT has_table_privilege($1, 'SELECT')", table)
    await tenant.close()
