import asyncio

import asyncpg
import pytest

from comity.base.errors import SettingsError, StoreError
from comity.edges.postgres.connect import Database, durability
from comity.edges.postgres.migrate import migrate, prepare_roles
from comity.edges.postgres.roles import Role, make_database
from comity.edges.postgres.schema import tables_without_rls
from support.postgres import fresh_name

EACH_ROLE = pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)


@EACH_ROLE
async def test_each_role_signs_in_as_itself(database, role):
    connection = await database.connect(role)
    try:
        assert await connection.fetchval("SELECT current_user") == role.value
    finally:
        await connection.close()


@EACH_ROLE
async def test_no_role_is_a_superuser_or_makes_roles_or_databases(database, role):
    connection = await database.connect(role)
    try:
        row = await connection.fetchrow(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user"
        )
        assert not any(row)
    finally:
        await connection.close()


@pytest.mark.parametrize(("role", "bypasses"), [(Role.OWNER, False), (Role.ROAD, True), (Role.TENANT, False)])
async def test_the_road_alone_bypasses_row_level_security(database, role, bypasses):
    connection = await database.connect(role)
    try:
        found = await connection.fetchval("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert found is bypasses
    finally:
        await connection.close()


@pytest.mark.parametrize("password", ["", "wrong", None])
async def test_nobody_is_let_in_without_the_right_password(database, password, monkeypatch):
    monkeypatch.delenv("PGPASSWORD", raising=False)
    login = {**database.logins[Role.TENANT], "password": password, "passfile": "/nonexistent"}
    with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InternalClientError, asyncpg.InterfaceError)):
        await asyncpg.connect(**login)


@pytest.mark.parametrize("role", [Role.ROAD, Role.TENANT])
async def test_road_and_tenant_cannot_change_the_schema(database, role):
    connection = await database.connect(role)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE mine (n int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("INSERT INTO schema_migrations (version, name, digest) VALUES (999, '', '')")
    finally:
        await connection.close()


async def test_only_the_three_roles_enter_the_database(server, database):
    name = database.logins[Role.OWNER]["database"]
    superuser = await server.postgres.connect_superuser()
    try:
        grants = await superuser.fetchval("SELECT datacl::text FROM pg_database WHERE datname = $1", name)
        assert "{=" not in grants
        assert ",=" not in grants
    finally:
        await superuser.close()


async def test_a_pool_reads_and_writes_json_and_uuid_as_python_values(database):
    pool = await database.pool(Role.TENANT, least=1, most=2)
    async with pool:
        value = {"to": ["+15550100"], "n": 1.5, "nested": {"é": None}}
        assert await pool.fetchval("SELECT $1::jsonb", value) == value
        assert await pool.fetchval("SELECT $1::json", value) == value
        assert (await pool.fetchval("SELECT '0190a5e0-0000-7000-8000-000000000000'::uuid")).version == 7


async def test_a_pool_says_which_application_uses_it(database):
    pool = await database.pool(Role.ROAD, least=1, most=1, application="comity-dispatch")
    async with pool:
        assert await pool.fetchval("SHOW application_name") == "comity-dispatch"


async def test_the_representation_of_a_database_holds_no_password(database):
    passwords = {str(login["password"]) for login in database.logins.values()}
    assert len(passwords) == 3
    assert not any(password in repr(database) for password in passwords)


async def test_the_settings_that_keep_what_is_acknowledged_can_be_asked_for(database):
    connection = await database.connect(Role.TENANT)
    try:
        assert set(await durability(connection)) == {"fsync", "full_page_writes", "synchronous_commit"}
    finally:
        await connection.close()


# ---- a server of the operator's


@pytest.fixture
async def operators(bare_server):
    """An empty database on "another server": signed in to as a plain user who may make roles or may not."""
    superuser = await bare_server.postgres.connect_superuser()
    name, user = fresh_name(), fresh_name()
    address = bare_server.postgres.database.logins[Role.OWNER]
    url = f"postgresql://{user}:s3cr3t@/{name}?host={address['host']}&port={address['port']}"
    await superuser.execute(f"CREATE ROLE {user} LOGIN PASSWORD 's3cr3t'")
    await superuser.execute(f"CREATE DATABASE {name} OWNER {user}")
    yield superuser, user, Database.from_url(url)
    await superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await superuser.execute(f"DROP OWNED BY {user}; DROP ROLE {user}")
    await superuser.close()


async def test_a_user_who_may_not_grant_the_roles_is_told_the_sql_that_helps(operators):
    superuser, user, database = operators
    with pytest.raises(StoreError) as caught:
        await prepare_roles(database)
    assert f'TO "{user}"' in caught.value.remedy
    assert "s3cr3t" not in str(caught.value)
    async with superuser.transaction():
        for statement in caught.value.remedy.partition(": ")[2].split(";"):
            if "CREATE ROLE" not in statement and "SCHEMA" not in statement:  # the roles are there, the schema is his
                await superuser.execute(statement or "SELECT")
    await prepare_roles(database)


async def test_an_operators_server_gets_the_schema_and_connections_assume_the_role(operators):
    superuser, user, database = operators
    await superuser.execute(f"GRANT comity_owner, comity_road, comity_tenant TO {user}")
    assert await migrate(database)
    assert await migrate(database) == []
    for role in Role:
        pool = await database.pool(role, least=1, most=1)
        async with pool:
            assert await pool.fetchval("SELECT current_user") == role.value
            await pool.execute("SELECT set_config('comity.account', '1', false)")
            assert await pool.fetchval("SELECT current_user") == role.value, "a returned connection keeps its role"
    connection = await database.connect(Role.OWNER)
    try:
        assert await tables_without_rls(connection) == []
    finally:
        await connection.close()


async def test_nodes_that_prepare_an_operators_server_at_once_do_not_collide(operators):
    superuser, user, database = operators
    await superuser.execute(f"GRANT comity_owner, comity_road, comity_tenant TO {user}")
    await asyncio.gather(*(prepare_roles(database) for _ in range(5)))


async def test_a_wrong_password_is_reported_without_the_password(operators):
    _, _, database = operators
    wrong = Database.from_url(str(database.logins[Role.OWNER]["dsn"]).replace("s3cr3t", "wr0ng"))
    with pytest.raises(StoreError, match="refused the user or the password") as caught:
        await wrong.connect(Role.OWNER)
    assert "wr0ng" not in f"{caught.value}{caught.value.__cause__}"


async def test_a_server_that_is_not_there_is_reported_within_the_limit():
    nowhere = Database.from_url("postgresql://u:p@127.0.0.1:9/x")
    with pytest.raises(StoreError, match="cannot be reached"):
        await nowhere.wait_ready(limit_s=0.2)


@pytest.mark.parametrize("url", ["", "mysql://u:p@h/x", "postgresql://[bad", "just words", "postgresql://u:p@h:x/y"])
def test_a_url_that_names_no_postgresql_is_refused_without_being_quoted(url):
    with pytest.raises(SettingsError) as caught:
        Database.from_url(url)
    assert not url or url not in str(caught.value)


def test_a_worker_finds_the_database_its_parent_hands_on(server):
    handed = Database.from_environment(server.postgres.database.hand_on)
    assert handed == server.postgres.database
    url = "postgresql://u:p@h/x"
    assert Database.from_environment(Database.from_url(url).hand_on) == Database.from_url(url)
    assert not any(str(login["password"]) in str(handed.hand_on) for login in handed.logins.values())


def test_a_worker_to_which_nothing_was_handed_on_says_so():
    with pytest.raises(SettingsError, match="No database is named"):
        Database.from_environment({})


async def test_making_a_database_twice_changes_nothing(bare_server):
    superuser = await bare_server.postgres.connect_superuser()
    name = fresh_name()
    try:
        await make_database(superuser, name)
        await make_database(superuser, name)
    finally:
        await superuser.execute(f"DROP DATABASE {name}")
        await superuser.close()
