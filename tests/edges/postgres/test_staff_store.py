"""Who works at the desk: a name is one person's, however it is written."""

import asyncio

import pytest

from comity.edges.postgres.operator_store import AlreadyThereError
from comity.edges.postgres.roles import Role
from comity.edges.postgres.staff_store import add_staff, list_staff, remove_staff
from support.gateway import operating

RITA = "Rita Example"


@pytest.fixture
async def connection(database):
    async with operating(database) as operator:
        yield operator.connection


@pytest.mark.parametrize(
    "name",
    [
        "rita example",
        " Rita Example ",
        "Rita  Example",
        "Rita\u00a0Example",
        "Rita\u200b Example",
        "\uff32\uff49\uff54\uff41 Example",
        RITA,
    ],
)
@pytest.mark.parametrize("left", [False, True])
async def test_one_person_under_two_names_is_not_two_persons(connection, name, left):
    await add_staff(connection, RITA, "reviewer")
    if left:
        await remove_staff(connection, RITA)
    if left and name == RITA:  # whoever comes back gets a new key
        await add_staff(connection, name, "senior")
    else:
        with pytest.raises(AlreadyThereError):
            await add_staff(connection, name, "senior")
    assert [row["person"] for row in await list_staff(connection)] == [RITA]


async def test_of_two_who_are_added_at_once_under_names_that_read_the_same_one_is(connection, database):
    connections = [connection, await database.connect(Role.ROAD)]
    names = (RITA, RITA.lower())
    added = await asyncio.gather(
        *(add_staff(one, name, "reviewer") for one, name in zip(connections, names, strict=True)),
        return_exceptions=True,
    )
    assert sorted(isinstance(one, AlreadyThereError) for one in added) == [False, True]
    await connections[1].close()
