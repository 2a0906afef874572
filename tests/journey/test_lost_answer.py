"""A statement may be carried out though its answer is lost; nothing that it took may be left behind."""

import asyncio

import pytest

from comity.base.errors import StoreError
from support.road import Road, link_to, simulator


class LosesAnswers:
    """A store that does what one kind of call asks, and loses the answer the first time it matters."""

    def __init__(self, store, kind):
        self._store, self._kind, self.lost = store, kind, 0

    def __getattr__(self, name):
        call = getattr(self._store, name)
        if name != self._kind:
            return call

        async def losing(*arguments):
            answer = await call(*arguments)
            if not self.lost and answer:
                self.lost += 1
                raise StoreError("the connection was lost")
            return answer

        return losing


@pytest.mark.parametrize("kind", ["claim", "record"])
async def test_a_lost_answer_loses_no_message(database, kind):
    road = Road(database)
    account = await road.account()
    ids = await road.queue(account, 5)
    road.store = LosesAnswers(road.store, kind)
    changed = asyncio.Event()
    async with simulator() as running:
        link = link_to(running, changed)
        async with road.dispatching((1, link), changed=changed):
            await road.until_state(ids, "delivered")
    assert road.store.lost == 1
    assert await road.value("SELECT count(*) FROM in_flight") == 0
