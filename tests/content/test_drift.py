"""How far two spreads of scores lie apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.drift import BINS, LEAST, stability_index

counts = st.lists(st.integers(0, 5_000), min_size=BINS, max_size=BINS)


@given(counts)
def test_the_same_spread_is_at_no_distance_whatever_its_size(spread):
    spread[0] += LEAST
    assert stability_index(spread, spread) == 0
    assert stability_index([10 * n for n in spread], spread) == pytest.approx(0, abs=0.2)


@given(counts, counts)
def test_it_is_the_same_both_ways_and_never_negative(one, other):
    assert stability_index(one, other) == stability_index(other, one)
    assert (stability_index(one, other) or 0) >= 0


@pytest.mark.parametrize(
    ("now", "steady"),
    [([900, 100, 0], True), ([880, 120, 0], True), ([500, 500, 0], False), ([900, 0, 100], False)],
)
def test_a_change_of_traffic_shows(now, steady):
    index = stability_index(now, [9_000, 1_000, 0])
    assert (index < 0.1) is steady


def test_of_few_messages_nothing_is_said():
    assert stability_index([LEAST - 1, 0], [10_000, 0]) is None
    assert stability_index([10_000, 0], [LEAST - 1, 0]) is None
