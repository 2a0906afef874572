import asyncio
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import StoreError
from comity.edges.postgres.binaries import find_binaries
from comity.edges.postgres.migrate import Migration, migrate, shipped
from comity.edges.postgres.roles import Role
from comity.edges.postgres.schema import describe_schema, tables_without_rls
from support.postgres import fresh_name

FIRST = Migration(1, "first", "CREATE TABLE one (account_id bigint); ALTER TABLE one ENABLE ROW LEVEL SECURITY;")
SECOND = Migration(2, "second", "CREATE TABLE two (n int DEFAULT 2); INSERT INTO two DEFAULT VALUES;")
FURTHER = Migration(len(shipped()) + 1, "further", "CREATE TABLE further (account_id bigint);")
PARTITIONED = (
    "CREATE TABLE t (account_id bigint) PARTITION BY RANGE (account_id); CREATE TABLE u PARTITION OF t DEFAULT;"
)
SAFE_VIEW = "CREATE VIEW v WITH (security_invoker = true) AS SELECT * FROM one;"
BROKEN = Migration(3, "broken", "CREATE TABLE three (n int);\nALTER TABLE missing ADD m int;")


@pytest.fixture
async def owner(empty_database):
    connection = await empty_database.connect(Role.OWNER)
    yield connection
    await connection.close()


@pytest.fixture
async def tenant(empty_database):
    connection = await empty_database.connect(Role.TENANT)
    yield connection
    await connection.close()


async def described(database) -> str:
    connection = await database.connect(Role.OWNER)
    try:
        return await describe_schema(connection)
    finally:
        await connection.close()


async def test_migrations_are_applied_in_order_once_and_recorded(empty_database, owner):
    assert await migrate(empty_database, [FIRST]) == [FIRST]
    assert await migrate(empty_database, [FIRST, SECOND]) == [SECOND]
    assert await migrate(empty_database, [FIRST, SECOND]) == []
    rows = await owner.fetch("SELECT version, name, digest FROM schema_migrations ORDER BY version")
    assert [tuple(row) for row in rows] == [(1, "first", FIRST.digest), (2, "second", SECOND.digest)]


async def test_migrating_stops_at_the_version_asked_for(empty_database):
    assert await migrate(empty_database, [FIRST, SECOND], until=1) == [FIRST]


async def test_a_migration_that_fails_leaves_nothing_and_says_where(empty_database, owner):
    with pytest.raises(StoreError, match=r"0003_broken failed at .*42P01.*missing"):
        await migrate(empty_database, [FIRST, SECOND, BROKEN])
    assert await owner.fetchval("SELECT max(version) FROM schema_migrations") == 2
    assert await owner.fetchval("SELECT to_regclass('three')") is None


async def test_a_syntax_error_names_its_line(empty_database):
    wrong = Migration(1, "wrong", "SELECT 1;\nSELECT 2;\nSELEC 3;\n")
    with pytest.raises(StoreError, match="at line 3: 42601"):
        await migrate(empty_database, [wrong])


async def test_the_report_of_a_failure_quotes_no_row(empty_database):
    wrong = Migration(2, "wrong", "ALTER TABLE two ADD t text DEFAULT 'dear +15550199'; SELECT t::date FROM two;")
    one = Migration(1, "one", SECOND.sql)
    with pytest.raises(StoreError, match="0002_wrong failed") as caught:
        await migrate(empty_database, [one, wrong])
    assert "5550199" not in str(caught.value)


async def test_a_migration_that_commits_by_itself_is_refused(empty_database):
    with pytest.raises(StoreError, match="0001_sly ends its transaction itself"):
        await migrate(empty_database, [Migration(1, "sly", "CREATE TABLE sly (n int); COMMIT;")])


async def test_an_applied_migration_that_was_changed_is_refused(empty_database):
    await migrate(empty_database, [FIRST, SECOND])
    changed = Migration(1, "first", FIRST.sql + " ")
    with pytest.raises(StoreError, match="0001_first is not the one that was applied"):
        await migrate(empty_database, [changed, SECOND])


async def test_a_database_newer_than_this_code_is_refused(empty_database):
    await migrate(empty_database, [FIRST, SECOND])
    with pytest.raises(StoreError, match="at version 2 of the schema, newer than this Comity's 1"):
        await migrate(empty_database, [FIRST])


async def test_nodes_that_start_together_migrate_once(empty_database):
    done = await asyncio.gather(*(migrate(empty_database, [FIRST, SECOND]) for _ in range(4)))
    assert sorted(map(len, done)) == [0, 0, 0, 2]


# ---- the files


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["0001_a.sql", "0003_c.sql"], "0003_c stands where number 2 is due"),
        (["0001_a.sql", "0001_b.sql"], "stands where number 2 is due"),
        (["0002_b.sql"], "stands where number 1 is due"),
        (["1_a.sql"], "1_a.sql has no proper name"),
        (["0001-a.sql"], "has no proper name"),
        (["0001_A.sql"], "has no proper name"),
    ],
)
def test_files_that_are_not_numbered_without_a_gap_are_refused(tmp_path, names, complaint):
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(StoreError, match=complaint):
        shipped(tmp_path)


async def test_a_folder_of_migrations_is_read_in_order_and_applied(tmp_path, empty_database):
    for name in ("0002_b.sql", "0001_a.sql", "README.md"):
        (tmp_path / name).write_text(f"-- {name}\nSELECT 1;")
    found = shipped(tmp_path)
    assert [str(one) for one in found] == ["0001_a", "0002_b"]
    assert await migrate(empty_database, found) == found


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40))
def test_line_ends_do_not_change_a_migration(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("lines", numbered=True)
    try:
        for name, ends in (("0001_unix.sql", "\n"), ("0002_dos.sql", "\r\n")):
            (folder / name).write_bytes(text.replace("\n", ends).encode())
        unix, dos = shipped(folder)
        assert unix.digest == dos.digest == Migration(1, "x", text).digest
    finally:
        shutil.rmtree(folder)


# ---- who may do what


async def test_the_road_may_use_every_table_and_the_tenant_only_what_policies_guard(empty_database, owner):
    await migrate(empty_database, [FIRST, SECOND])
    may = "SELECT has_table_privilege($1, $2, $3)"
    for privilege in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        assert await owner.fetchval(may, "comity_road", "one", privilege)
        assert await owner.fetchval(may, "comity_road", "two", privilege)
        assert await owner.fetchval(may, "comity_tenant", "one", privilege)
        assert not await owner.fetchval(may, "comity_tenant", "two", privilege)
        assert not await owner.fetchval(may, "comity_tenant", "schema_migrations", privilege)
    assert not await owner.fetchval(may, "comity_road", "one", "TRUNCATE")


async def test_what_a_migration_grants_or_takes_by_itself_stays_so(empty_database, owner):
    grants = Migration(1, "grants", f"{FIRST.sql} GRANT SELECT, INSERT ON one TO comity_tenant;")
    takes = Migration(2, "takes", "REVOKE ALL ON one FROM comity_tenant; CREATE TABLE two (n int);")
    await migrate(empty_database, [grants])
    may = "SELECT has_table_privilege('comity_tenant', 'one', $1)"
    assert await owner.fetchval(may, "INSERT")
    assert not await owner.fetchval(may, "UPDATE")
    await migrate(empty_database, [grants, takes])
    assert not await owner.fetchval(may, "SELECT")


async def test_a_tenant_sees_no_row_without_a_policy_and_the_road_sees_all(empty_database, owner, tenant):
    await migrate(empty_database, [FIRST])
    await owner.execute("INSERT INTO one VALUES (1), (2)")
    assert await tenant.fetch("SELECT * FROM one") == []
    road = await empty_database.connect(Role.ROAD)
    try:
        assert len(await road.fetch("SELECT * FROM one")) == 2
    finally:
        await road.close()


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("CREATE TABLE t (account_id bigint)", ["public.t"]),
        ("CREATE TABLE t (n int)", []),
        (FIRST.sql, []),
        ("CREATE TABLE t (account_id bigint) PARTITION BY RANGE (account_id)", ["public.t"]),
        (f"{PARTITIONED} ALTER TABLE t ENABLE ROW LEVEL SECURITY", []),
        (f"{PARTITIONED} ALTER TABLE t ENABLE ROW LEVEL SECURITY; GRANT SELECT ON u TO comity_tenant", ["public.u"]),
        (f"{FIRST.sql} CREATE VIEW v AS SELECT * FROM one; GRANT SELECT ON v TO comity_tenant", ["public.v"]),
        (f"{FIRST.sql} CREATE VIEW v AS SELECT * FROM one", []),
        (f"{FIRST.sql} {SAFE_VIEW} GRANT SELECT ON v TO comity_tenant", []),
        (
            f"{FIRST.sql} CREATE MATERIALIZED VIEW m AS TABLE one; GRANT SELECT (account_id) ON m TO comity_tenant",
            ["public.m"],
        ),
    ],
)
async def test_what_is_open_between_accounts_is_found(empty_database, owner, sql, found):
    await migrate(empty_database, [Migration(1, "tables", sql)])
    assert await tables_without_rls(owner) == found


# ---- this version's schema


async def test_no_table_of_ours_is_open_between_accounts(database):
    connection = await database.connect(Role.OWNER)
    try:
        assert await tables_without_rls(connection) == []
    finally:
        await connection.close()


async def test_every_guarded_table_denies_a_tenant_that_names_no_account(database):
    owner, tenant = await database.connect(Role.OWNER), await database.connect(Role.TENANT)
    try:
        guarded = await owner.fetch("SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity AND relkind <> 'i'")
        assert guarded
        for (table,) in guarded:
            assert await tenant.fetch(f"SELECT * FROM {table} LIMIT 1") == []
    finally:
        await owner.close()
        await tenant.close()


async def test_going_step_by_step_gives_the_schema_of_a_fresh_install(empty_database, database):
    for migration in shipped():
        assert await migrate(empty_database, until=migration.version) == [migration]
    assert await described(empty_database) == await described(database)


@pytest.mark.parametrize("options", [["--no-owner"], ["--schema=public"]], ids=["whole", "one schema"])
async def test_a_dump_of_the_first_version_upgrades_to_the_schema_of_a_fresh_install(bare_server, database, options):
    first, restored = fresh_name(), fresh_name()
    old = await bare_server.make(first)
    new = await bare_server.make(restored)
    try:
        await migrate(old, until=1)
        dump = await told("pg_dump", old, *options)
        await told("psql", new, "--quiet", "--set=ON_ERROR_STOP=1", given=dump.replace(b"CREATE SCHEMA public;", b""))
        await migrate(new, [*shipped(), FURTHER])
        await migrate(database, [*shipped(), FURTHER])
        assert await described(new) == await described(database)
    finally:
        await bare_server.drop(first)
        await bare_server.drop(restored)


async def told(program: str, database, *arguments: str, given: bytes = b"") -> bytes:
    """What one of PostgreSQL's own programs says when it is run as the owner."""
    login = database.logins[Role.OWNER]
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "database"}
    process = await asyncio.create_subprocess_exec(
        str(find_binaries().program(program)),
        *arguments,
        env={variable: str(login[name]) for variable, name in names.items()},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate(given)
    assert process.returncode == 0, complained.decode()
    return said
