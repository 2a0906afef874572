"""The second wall: with the WHERE left out, an account sees no row of another in any table that holds its rows."""

import pytest

from comity.base.errors import StoreError
from comity.edges.postgres.roles import Role
from comity.edges.postgres.tenant import Tenants
from support.gateway import operating

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def tenants(database):
    pool = await database.pool(Role.TENANT, most=2)
    yield Tenants(pool)
    await pool.close()


# What a row may hold is not the matter here; the wall stands whether or not other rules do.
WITHOUT_CHECKS = """
    DO $$ DECLARE c record; BEGIN
        FOR c IN SELECT conrelid::regclass AS of, conname FROM pg_constraint
                 WHERE contype IN ('c', 'f') AND conparentid = 0 AND connamespace = 'public'::regnamespace LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', c.of, c.conname);
        END LOOP;
    END $$
"""


async def filled(operator, customer):
    """One row at least in every table that an account has rows in."""
    await operator.fetch(WITHOUT_CHECKS)
    columns = await operator.fetch(
        "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, udt_name"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY ordinal_position"
    )
    for table in await without_partitions(operator):
        if await operator.value(f"SELECT count(*) FROM {table} WHERE account_id = $1", customer.account_id):
            continue
        needed = [
            (c["column_name"], str(customer.account_id) if c["column_name"] == "account_id" else PLAIN[c["data_type"]])
            for c in columns
            if c["table_name"] == table
            and (c["is_nullable"] == "NO" and c["column_default"] is None and c["is_identity"] == "NO")
        ]
        names, values = ", ".join(name for name, _ in needed), ", ".join(value for _, value in needed)
        # Rules that rows set off by themselves are no matter here either.
        await operator.fetch(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await operator.fetch(f"INSERT INTO {table} ({names}) VALUES ({values})")
        await operator.fetch(f"ALTER TABLE {table} ENABLE TRIGGER USER")


PLAIN = {
    "text": "'x' || gen_random_uuid()",
    "bigint": "(random() * 1e15)::bigint",  # not every key begins with the account
    "smallint": "1",
    "integer": "1",
    "boolean": "true",
    "uuid": "uuidv7()",  # so that messages fall into today's partition
    "bytea": "'x'",
    "timestamp with time zone": "now()",
    "date": "now()",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
    "USER-DEFINED": "passing_of('{}')",
}


async def without_partitions(operator):
    partitions = {row["relname"] for row in await operator.fetch("SELECT relname FROM pg_class WHERE relispartition")}
    return [row["relname"] for row in await operator.fetch(TABLES) if row["relname"] not in partitions]


async def test_every_table_with_an_account_is_guarded(operator):
    unguarded = await operator.fetch(
        f"SELECT t.relname FROM ({TABLES}) t JOIN pg_class c ON c.relname = t.relname AND NOT c.relrowsecurity"
    )
    assert [row["relname"] for row in unguarded] == []


async def test_with_the_where_left_out_an_account_sees_its_own_rows_alone(operator, tenants):
    one, other = await operator.customer(), await operator.customer()
    for customer in (one, other):
        await filled(operator, customer)
    refused = []
    for table in [row["relname"] for row in await operator.fetch(TABLES)]:
        try:
            async with tenants.account(one.account_id) as connection:
                rows = await connection.fetch(f"SELECT DISTINCT account_id FROM {table}")
        except StoreError:
            refused.append(table)  # the role may not read it at all
            continue
        assert {row["account_id"] for row in rows} <= {one.account_id}, table
    assert {"messages", "lots", "accounts", "opt_outs", "webhooks", "queue"}.isdisjoint(refused)


@pytest.mark.parametrize("statement", ["UPDATE {} SET account_id = account_id", "DELETE FROM {}"])
async def test_with_the_where_left_out_an_account_changes_no_row_of_another(operator, tenants, statement):
    one, other = await operator.customer(), await operator.customer()
    for customer in (one, other):
        await filled(operator, customer)
    for table in await without_partitions(operator):
        before = await operator.value(f"SELECT count(*) FROM {table} WHERE account_id = $1", other.account_id)
        try:
            async with tenants.account(one.account_id) as connection:
                await connection.execute(statement.format(table))
        except StoreError:
            pass
        left = await operator.value(f"SELECT count(*) FROM {table} WHERE account_id = $1", other.account_id)
        assert left == before, table


async def test_an_account_writes_no_row_for_another(operator, tenants):
    one, other = await operator.customer(), await operator.customer()
    with pytest.raises(StoreError):
        async with tenants.account(one.account_id) as connection:
            await connection.execute(
                "INSERT INTO opt_outs (account_id, recipient, source) VALUES ($1, '1', 'api')", other.account_id
            )


async def test_who_is_no_account_sees_nothing(operator, tenants):
    await operator.customer()
    async with tenants.account(0) as connection:
        assert await connection.fetchval("SELECT count(*) FROM accounts") == 0


async def test_the_account_is_forgotten_with_its_transaction(operator, tenants):
    customer = await operator.customer()
    async with tenants.account(customer.account_id) as connection:
        assert await connection.fetchval("SELECT count(*) FROM lots") == 1
    async with tenants._pool.acquire() as connection:
        assert not await connection.fetchval("SELECT current_setting('comity.account', true)")


@pytest.mark.parametrize("role", [Role.TENANT, Role.ROAD])
async def test_no_role_at_work_may_lift_the_wall(database, role):
    connection = await database.connect(role)
    for statement in (
        "ALTER TABLE accounts DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON accounts",
        "SET ROLE comity_owner",
    ):
        with pytest.raises(Exception, match=r"must be owner|permission denied"):
            await connection.execute(statement)
    await connection.close()
