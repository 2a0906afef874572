"""The evidence log against a real PostgreSQL: appended, opened, erased; written once."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from comity.base.errors import StoreError
from comity.edges.postgres.evidence_store import NewEntry, append, append_many, erase_number
from comity.edges.postgres.roles import Role

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PERSON = "32470000000"


@pytest.fixture
async def road(database):
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


@pytest.fixture
async def account(road):
    return await road.fetchval("INSERT INTO accounts (name) VALUES ('bank') RETURNING account_id")


async def test_entries_are_numbered_from_one(road, account):
    assert await append(road, account, "acceptance", {"person": "Ann"}, NOW) == 1
    assert await append(road, account, "consent", {"number": PERSON}, NOW, number=PERSON) == 2
    await append_many(road, [NewEntry(account, "consent", {"n": n}, PERSON) for n in range(3)], NOW)
    assert await append(road, account, "acceptance", {"person": "Ben"}, NOW) == 6


@pytest.mark.parametrize(
    "statement",
    ["UPDATE evidence_entries SET kind = 'other'", "DELETE FROM evidence_entries", "TRUNCATE evidence_entries CASCADE"],
)
async def test_an_entry_is_never_changed(road, account, database, statement):
    await append(road, account, "acceptance", {"person": "Ann"}, NOW)
    owner = await database.connect(Role.OWNER)
    with pytest.raises(asyncpg.RaiseError):
        await owner.execute(statement)
    await owner.close()
