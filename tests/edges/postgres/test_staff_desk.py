"""Who lets whom work at the desk is kept whatever way it is done, and an operator stays."""

import asyncpg
import pytest

from comity.edges.postgres.operator_store import NotThereError
from comity.edges.postgres.staff_desk import LastOperatorError, admit, dismiss, staff_events
from comity.edges.postgres.staff_store import add_staff, find_staff, remove_staff
from support.gateway import operating


@pytest.fixture
async def road(database):
    async with operating(database) as operator:
        yield operator.connection


async def told(road):
    return [(one["person"], one["role"], one["event"], one["by"]) for one in await staff_events(road, None, 9)]


async def test_who_did_it_is_kept_and_the_newest_comes_first(road):
    await admit(road, "Rita", "reviewer", "Olga")
    await dismiss(road, "Rita", "Omar", keep_an_operator=False)
    await admit(road, "Rita", "senior", "Olga")
    assert await told(road) == [
        ("Rita", "senior", "add", "Olga"),
        ("Rita", "reviewer", "remove", "Omar"),
        ("Rita", "reviewer", "add", "Olga"),
    ]


async def test_what_is_done_by_any_other_way_is_kept_too(road):
    await add_staff(road, "Rita", "reviewer")
    await road.execute("UPDATE staff SET role = 'operator'")
    await remove_staff(road, "Rita")
    assert [(event, by) for _, _, event, by in await told(road)] == [
        ("remove", "nobody named"),
        ("change", "nobody named"),
        ("add", "nobody named"),
    ]


async def test_who_did_it_is_said_for_one_transaction_alone(road):
    await admit(road, "Rita", "reviewer", "Olga")
    await add_staff(road, "Sue", "senior")
    assert (await told(road))[0] == ("Sue", "senior", "add", "nobody named")


@pytest.mark.parametrize("statement", ["UPDATE staff_events SET by = 'x'", "DELETE FROM staff_events"])
async def test_what_was_kept_does_not_change(road, statement):
    await admit(road, "Rita", "reviewer", "Olga")
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await road.execute(statement)


async def test_the_last_operator_stays(road):
    client_id, _secret = await admit(road, "Olga", "operator", "operator")
    with pytest.raises(LastOperatorError):
        await dismiss(road, "Olga", "Olga")
    assert await find_staff(road, client_id) is not None
    await admit(road, "Omar", "operator", "Olga")
    await dismiss(road, "Olga", "Omar")
    assert await find_staff(road, client_id) is None


async def test_who_is_not_there_cannot_be_removed(road):
    with pytest.raises(NotThereError):
        await dismiss(road, "Nobody", "Olga", keep_an_operator=False)
    assert await told(road) == []
