"""Signs that a list was bought: each alone, an honest list without any, and samples that tell shares rightly."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.consent.bought import Limit, Sample, Sampled, Seen, find, is_held, keyed_hash, limits, shared

KEY = b"k" * 32
START = datetime(2025, 1, 1, tzinfo=UTC)
LIMITS = limits()


def rows(count=200, *, times=None, addresses=None):
    """People who agreed one by one, where nothing else is said."""
    return [
        Sampled(
            f"3247{n:07d}",
            START + timedelta(minutes=n if times is None else n % times),
            f"2001:db8::{n if addresses is None else n % addresses:x}",
        )
        for n in range(count)
    ]


HONEST = Seen(
    rows(),
    tried=120,
    unreached=6,
    met=80,
    overlaps=(0.01, 0.02),
    countries=["BE"] * 190 + ["NL"] * 10,
    declared=frozenset({"BE", "NL"}),
)


def names(seen):
    return [one.signal for one in find(seen, LIMITS)]


def test_an_honest_list_passes():
    assert names(HONEST) == []
    assert not is_held([], LIMITS)


def test_a_new_customer_without_a_record_passes():
    seen = Seen(rows(1000))
    assert names(seen) == ["no-contact"]
    assert not is_held(find(seen, LIMITS), LIMITS)


@pytest.mark.parametrize(
    ("change", "signal", "held"),
    [
        ({"rows": rows(times=2)}, "same-time", True),
        ({"rows": rows(addresses=2)}, "same-address", True),
        ({"unreached": 60}, "unreachable", True),
        ({"overlaps": (0.01, 0.4)}, "overlap", True),
        ({"countries": ["NG"] * 150 + ["BE"] * 50}, "countries", False),
        ({"met": 0}, "no-contact", False),
    ],
)
def test_each_sign_alone(change, signal, held):
    seen = msgspec.structs.replace(HONEST, **change)
    assert names(seen) == [signal]
    assert is_held(find(seen, LIMITS), LIMITS) is held


def test_weak_signs_together_hold_a_list():
    seen = msgspec.structs.replace(HONEST, met=0, countries=["NG"] * 200)
    assert names(seen) == ["countries", "no-contact"]
    assert is_held(find(seen, LIMITS), LIMITS)


def test_a_bought_list_is_held_with_its_reasons():
    seen = Seen(rows(times=1, addresses=1), tried=100, unreached=60, overlaps=(0.7,), countries=["NG"] * 200)
    found = find(seen, LIMITS)
    assert is_held(found, LIMITS)
    assert all(f"{one.percent} %" in one.why for one in found)


@pytest.mark.parametrize(
    "change",
    [
        {"rows": rows(99, times=1, addresses=1), "met": 40},
        {"tried": 29, "unreached": 29},
        {"rows": [msgspec.structs.replace(row, address="") for row in rows()]},
        {"countries": [""] * 200},
        {"countries": ["NG"] * 200, "declared": frozenset()},
    ],
)
def test_what_says_too_little_is_no_sign(change):
    assert names(msgspec.structs.replace(HONEST, **change)) == []


def test_a_sign_whose_weight_is_nothing_is_off():
    off = msgspec.structs.replace(LIMITS, signals={**LIMITS.signals, "no-contact": Limit(0.0, 0)})
    assert find(msgspec.structs.replace(HONEST, met=0), off) == []


# --- samples ---


def sample_of(numbers, size=2000):
    sample = Sample(KEY, size)
    for number in numbers:
        sample.add(number, START, "")
    return sample


numbers = st.lists(st.integers(0, 10**9).map(str), max_size=300)


@given(numbers, st.integers(1, 50), st.randoms())
def test_a_sample_is_of_the_smallest_hashes_in_whatever_order_they_come(given_, size, random):
    shuffled = given_ * 2
    random.shuffle(shuffled)
    sample = sample_of(shuffled, size)
    assert sample.hashes == sorted({keyed_hash(KEY, one) for one in given_})[:size]
    assert [keyed_hash(KEY, row.recipient) for row in sample.sampled] == sample.hashes
    assert sample.rows == len(shuffled)


@settings(max_examples=20)
@given(st.integers(0, 100), st.integers(0, 10**6))
def test_sketches_tell_what_share_of_one_list_stands_in_another(percent, seed):
    mine = [str(seed + n) for n in range(20_000)]
    theirs = mine[: 200 * percent] + [f"x{seed}{n}" for n in range(20_000)]
    found = shared(sample_of(mine).hashes, sample_of(theirs).hashes)
    assert found == pytest.approx(percent / 100, abs=0.06)


def test_lists_of_which_too_little_can_be_compared_say_nothing():
    few = sample_of(["1", "2"]).hashes
    assert shared(few, few) is None
    assert shared([], few) is None


def test_a_hash_depends_on_the_installation_and_fits_the_store():
    assert keyed_hash(KEY, "32470000000") != keyed_hash(b"x" * 32, "32470000000")
    assert all(-(1 << 63) <= keyed_hash(KEY, str(n)) < 1 << 63 for n in range(1000))
