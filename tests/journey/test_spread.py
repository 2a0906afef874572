"""Texts that are alike are found among many, every one of them, and no others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.journey.spread import Near, bands, probes
from comity.text.similar import NOTHING_TO_COMPARE, distance

HASHES = st.integers(-(1 << 63), (1 << 63) - 1)
FLIPS = st.sets(st.integers(0, 63), max_size=14)


def flipped(similarity, places):
    whole = (similarity & (1 << 64) - 1) ^ sum(1 << place for place in places)
    return whole - (1 << 64) if whole >> 63 else whole


@settings(max_examples=300)
@given(HASHES, FLIPS)
def test_whoever_is_near_has_a_band_that_is_asked_for(similarity, places):
    other = flipped(similarity, places)
    assert set(probes(similarity, len(places))) & set(bands(other))


@given(HASHES, FLIPS, st.integers(0, 14))
def test_exactly_those_within_the_distance_are_found(similarity, places, most):
    near = Near()
    other = flipped(similarity, places)
    near.add(other, 1, "shop")
    found = near.of(similarity, most)
    expected = {(1, "shop")} if len(places) <= most and NOTHING_TO_COMPARE not in {other, similarity} else set()
    assert found == expected


@given(st.lists(st.tuples(HASHES, st.integers(1, 3), st.sampled_from("abc")), max_size=20), HASHES)
def test_looking_gives_what_comparing_with_each_would(entries, similarity):
    near = Near()
    near.update(entries)
    compared = {
        (account, sender)
        for other, account, sender in entries
        if NOTHING_TO_COMPARE not in {other, similarity} and distance(other, similarity) <= 8
    }
    assert near.of(similarity, 8) == compared


def test_what_is_added_later_is_found_too():
    near = Near()
    assert near.of(5, 8) == frozenset()
    near.add(5, 1, "a")
    assert near.of(5, 8) == {(1, "a")}
    near.add(4, 2, "b")
    assert near.of(5, 8) == {(1, "a"), (2, "b")}


def test_entries_are_each_once_and_in_order():
    near = Near()
    near.update([(7, 2, "b"), (7, 1, "a"), (7, 2, "b"), (NOTHING_TO_COMPARE, 1, "a")])
    assert near.entries() == [(7, 1, "a"), (7, 2, "b")]


@pytest.mark.parametrize(("most", "count"), [(0, 5), (4, 5), (5, 70), (8, 70), (10, 460)])
def test_few_bands_are_asked_for(most, count):
    assert len(set(probes(12345, most))) == count
    assert max(probes(-1, most)) < 1 << 16
