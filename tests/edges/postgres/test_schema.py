import asyncpg
import pytest

from comity.edges.postgres.migrate import Migration, migrate
from comity.edges.postgres.roles import Role
from comity.edges.postgres.schema import describe_schema


@pytest.fixture
async def owner(empty_database):
    connection = await empty_database.connect(Role.OWNER)
    yield connection
    await connection.close()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE base ADD more int",
        "ALTER TABLE base ALTER n TYPE bigint",
        "ALTER TABLE base ALTER n SET DEFAULT 5",
        "ALTER TABLE base ALTER n SET NOT NULL",
        "ALTER TABLE base ADD CHECK (n > 0)",
        "ALTER TABLE base ADD CHECK (n > 0) NOT VALID",
        "CREATE INDEX ON base (n)",
        "CREATE UNIQUE INDEX ON base (n) WHERE n > 0",
        "ALTER TABLE base ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON base TO comity_tenant USING (n = 1)",
        "GRANT TRUNCATE ON base TO comity_road",
        "REVOKE DELETE ON base FROM comity_road",
        "ALTER TABLE base SET (fillfactor = 50)",
        "CREATE TABLE part PARTITION OF parts FOR VALUES FROM (10) TO (20)",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
        "CREATE TRIGGER t BEFORE UPDATE ON base EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE VIEW v AS SELECT n FROM base",
        "CREATE TYPE mood AS ENUM ('good')",
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
        "CREATE SEQUENCE s",
        "CREATE SCHEMA elsewhere",
    ],
)
async def test_a_description_tells_schemas_apart(owner, empty_database, change):
    base = (
        "CREATE TABLE base (n int); CREATE TABLE parts (n int) PARTITION BY RANGE (n);"
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    )
    await migrate(empty_database, [Migration(1, "base", base)])
    before = await describe_schema(owner)
    assert await describe_schema(owner) == before
    try:
        await owner.execute(change)
    except asyncpg.ObjectNotInPrerequisiteStateError:
        pytest.fail(f"not possible on this table: {change}")
    assert await describe_schema(owner) != before


async def test_a_description_does_not_tell_the_way_to_a_schema(owner, empty_database):
    await migrate(empty_database, [Migration(1, "base", "CREATE TABLE base (n int, m text)")])
    before = await describe_schema(owner)
    await owner.execute("ALTER TABLE base ADD gone int; ALTER TABLE base DROP gone; ALTER TABLE base DROP n")
    await owner.execute("ALTER TABLE base ADD n int")
    assert await describe_schema(owner) == before
