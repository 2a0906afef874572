"""What the role of signed-in users can reach at all, by the server's own word: nothing new slips past the second wall.

`test_tenant` looks at rows of tables with an account; here every relation and function that the role may use is one of
those, or is named as everybody's.
"""

import pytest

from comity.edges.postgres.roles import Role
from comity.edges.postgres.tenant import Tenants
from support.gateway import operating

# What names no account, and every account may read: what an operator says to all of them.
EVERYBODYS: set[str] = set()
# These run with their owner's rights for whoever calls them, and give the rules of a policy, which are everybody's.
LENT = {"rules_asked"}

REACHABLE = """
    SELECT c.relname, c.relkind,
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id') AS has_account,
           c.relrowsecurity AND NOT EXISTS (
               SELECT FROM pg_policies p
               WHERE p.tablename = c.relname AND p.roles && ARRAY['comity_tenant', 'public']::name[]) AS is_shut
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND (has_table_privilege('comity_tenant', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
           OR has_any_column_privilege('comity_tenant', c.oid, 'SELECT, INSERT, UPDATE'))
    ORDER BY 1
"""


@pytest.fixture
async def owner(database):
    connection = await database.connect(Role.OWNER)
    yield connection
    await connection.close()


async def test_what_names_no_account_and_may_be_read_is_named_here(owner):
    rows = await owner.fetch(REACHABLE)
    assert {row["relname"] for row in rows if not row["has_account"] and not row["is_shut"]} == EVERYBODYS


async def test_views_show_an_account_its_own_rows_alone(database, owner):
    views = [row["relname"] for row in await owner.fetch(REACHABLE) if row["relkind"] in {b"v", b"m"}]
    async with operating(database) as operator:
        one, _other = await operator.customer(), await operator.customer()
        pool = await database.pool(Role.TENANT, most=1)
        async with Tenants(pool).account(one.account_id) as connection:
            for view in views:
                rows = await connection.fetch(f"SELECT DISTINCT account_id FROM {view}")
                assert {row["account_id"] for row in rows} <= {one.account_id}, view
        await pool.close()
    assert "ledger_postings" in views


async def test_no_function_lends_it_the_rights_of_its_owner(owner):
    lent = await owner.fetch(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'public' AND p.prosecdef AND has_function_privilege('comity_tenant', p.oid, 'EXECUTE')"
    )
    assert {row["proname"] for row in lent} == LENT


async def test_tables_that_are_the_operators_alone_are_closed_to_it_twice(owner):
    open_ = await owner.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND NOT c.relispartition"
        " AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id')"
    )
    assert [row["relname"] for row in open_] == []


async def test_who_may_read_a_table_is_held_by_a_policy_that_names_the_account(owner):
    loose = await owner.fetch(
        "SELECT p.tablename, p.policyname FROM pg_policies p WHERE p.schemaname = 'public'"
        " AND p.roles && ARRAY['comity_tenant', 'public']::name[]"
        " AND coalesce(p.qual, '') || coalesce(p.with_check, '') NOT LIKE '%comity.account%'"
    )
    assert [(row["tablename"], row["policyname"]) for row in loose] == []
