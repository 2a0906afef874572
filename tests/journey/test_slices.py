"""Long work goes in slices of time."""

import asyncio
import time

import pytest

from comity.journey.slices import SLICE_S, Slices


def work(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


async def ticking(ticks):
    while True:
        ticks.append(time.perf_counter())
        await asyncio.sleep(0)


@pytest.mark.parametrize("yielding", [0.0, SLICE_S])
async def test_others_run_between_slices_and_not_within_one(yielding):
    ticks = []
    other = asyncio.ensure_future(ticking(ticks))
    slices = Slices(yielding)
    await slices.breathe()
    assert ticks == []
    for _ in range(4):
        work(SLICE_S)
        await slices.breathe()
    other.cancel()
    # One turn of the loop each, or as many as fit into the pause.
    assert len(ticks) >= 4 if not yielding else len(ticks) > 8
