"""Heavy work: few at once, fewer of one caller, and so many of an address in a while."""

import asyncio

import pytest

from comity.edges.rest_http.problems import ProblemError
from comity.edges.rest_http.turns import Rate, Turns


def test_addresses_of_one_household_count_together_and_others_apart():
    rate = Rate(most=2, within_s=1_000)
    for address in ("2001:db8::1", "2001:db8::2", "192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", "", ""):
        rate.take(address)
    for address in ("2001:db8::3", "192.0.2.1", ""):
        with pytest.raises(ProblemError, match="Too many requests"):
            rate.take(address)
    rate.take("2001:db8:0:1::1")


async def test_turns_are_few_in_all_and_fewer_of_one():
    turns = Turns(at_once=1, waiting=1, of_one=1)
    async with turns.turn("a"):
        with pytest.raises(ProblemError, match="under way"):
            async with turns.turn("a"):
                pass
        waiting = asyncio.ensure_future(_take(turns, "b"))
        await asyncio.sleep(0)
        with pytest.raises(ProblemError, match="under way"):
            async with turns.turn("c"):
                pass
        assert not waiting.done()
    assert await waiting == "b"
    assert await _take(turns, "a") == "a"


async def _take(turns, caller):
    async with turns.turn(caller):
        return caller
