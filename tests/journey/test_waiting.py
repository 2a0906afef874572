import asyncio

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from comity.journey.waiting import FairQueue


class Item(msgspec.Struct, frozen=True):
    account_id: int
    name: int = 0
    weight: int = 1


ITEMS = st.lists(st.builds(Item, st.integers(1, 4), st.integers(0, 99), st.integers(1, 5)), max_size=30)


def put(queue, item):
    assert queue.claim(item.account_id, item.weight)
    queue.put(item)


def has_room(queue, account_id):
    if queue.claim(account_id, 1):
        queue.release(account_id, 1)
        return True
    return False


async def drained(queue, limit):
    taken = []
    while not queue.is_empty:
        taken += await queue.take(limit)
    return taken


@given(ITEMS, st.integers(1, 20))
async def test_nothing_is_lost_and_each_account_is_served_in_its_own_order(items, limit):
    queue = FairQueue()
    for item in items:
        put(queue, item)
    assert queue.weight == sum(item.weight for item in items)
    taken = await drained(queue, limit)
    for account in {item.account_id for item in items}:
        assert [i for i in taken if i.account_id == account] == [i for i in items if i.account_id == account]
    assert queue.weight == 0
    assert has_room(queue, 1)


@given(ITEMS)
async def test_no_account_waits_for_more_than_one_item_of_each_other(items):
    queue = FairQueue()
    for item in items:
        put(queue, item)
    taken = await drained(queue, 1_000_000)
    seen = {}
    for item in taken:
        seen[item.account_id] = seen.get(item.account_id, 0) + 1
        left = {i.account_id for i in items} - {
            a for a, n in seen.items() if n == sum(i.account_id == a for i in items)
        }
        assert all(seen.get(account, 0) >= seen[item.account_id] - 1 for account in left)


async def test_a_batch_is_about_as_heavy_as_asked():
    queue = FairQueue()
    for _ in range(10):
        put(queue, Item(1, weight=4))
    assert len(await queue.take(10)) == 3


async def test_an_item_heavier_than_the_limit_is_taken_alone():
    queue = FairQueue()
    put(queue, Item(1, weight=1000))
    put(queue, Item(1))
    assert len(await queue.take(10)) == 1


async def test_one_accounts_flood_does_not_stand_before_another():
    queue = FairQueue()
    for name in range(1000):
        put(queue, Item(1, name))
    put(queue, Item(2))
    assert Item(2) in await queue.take(2)


async def test_an_item_put_back_is_its_accounts_next():
    queue = FairQueue()
    for name in (1, 2):
        put(queue, Item(1, name))
    (first,) = await queue.take(1)
    queue.put_back(first)
    assert [item.name for item in await drained(queue, 1)] == [1, 2]


async def test_who_takes_waits_until_there_is_something():
    queue = FairQueue()
    taking = asyncio.ensure_future(queue.take(10))
    await asyncio.sleep(0)
    assert not taking.done()
    put(queue, Item(1))
    assert await taking == [Item(1)]


async def test_who_stops_waiting_takes_nothing():
    queue = FairQueue()
    taking = asyncio.ensure_future(queue.take(10))
    await asyncio.sleep(0)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    put(queue, Item(1))
    assert await queue.take(10) == [Item(1)]


def test_an_account_has_a_bound_of_its_own():
    queue = FairQueue(backlog=100, backlog_of_account=10)
    put(queue, Item(1, weight=10))
    assert not has_room(queue, 1)
    assert has_room(queue, 2)


def test_all_together_have_a_bound():
    queue = FairQueue(backlog=10, backlog_of_account=8)
    for account in (1, 2):
        put(queue, Item(account, weight=5))
    assert not has_room(queue, 1)
    assert not has_room(queue, 2)


def test_who_waits_for_nothing_yet_may_always_wait_so_that_floods_starve_nobody():
    queue = FairQueue(backlog=10, backlog_of_account=5)
    for account in (1, 2):
        put(queue, Item(account, weight=5))
    assert has_room(queue, 3)


async def test_room_comes_back_when_items_are_taken():
    queue = FairQueue(backlog=5, backlog_of_account=5)
    put(queue, Item(1, weight=5))
    await queue.take(1)
    assert has_room(queue, 1)


def test_room_that_is_claimed_counts_before_anything_is_put_and_is_given_back():
    queue = FairQueue(backlog=10, backlog_of_account=5)
    assert queue.claim(1, 5)
    assert queue.is_empty
    assert not has_room(queue, 1)
    queue.release(1, 5)
    assert has_room(queue, 1)
    assert queue.weight == 0


def test_who_comes_after_the_close_finds_no_room():
    queue = FairQueue()
    queue.close()
    assert not has_room(queue, 1)
