"""Rate, back-off and throttling, as laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comity.edges.carriers.pacing import FIRST_PAUSE_S, MOST_PAUSE_S, Backoff, Throttle, TokenBucket

_SPANS = some.lists(some.floats(0, 5), min_size=1, max_size=60)


@given(some.floats(0.1, 1000), _SPANS)
def test_no_stretch_of_time_passes_more_than_the_rate_and_one_burst(rate: float, spans: list[float]) -> None:
    bucket = TokenBucket(rate, 0.0)
    now, gone = 0.0, 0
    for span in spans:
        now += span
        going = bucket.available(now, 1_000_000)
        bucket.take(going)
        gone += going
        assert gone <= rate * now + max(1.0, rate) + 1e-6


@given(some.floats(0.1, 1000))
def test_the_bucket_says_when_the_next_may_go(rate: float) -> None:
    bucket = TokenBucket(rate, 0.0)
    bucket.take(bucket.available(0.0, 100))
    wait_s = bucket.next_in(0.0)
    assert wait_s is not None
    assert bucket.available(wait_s * 0.9, 1) == 0
    assert bucket.available(wait_s * 1.001, 1) == 1
    assert bucket.next_in(wait_s * 1.001) is None


def test_without_a_rate_all_may_go() -> None:
    bucket = TokenBucket(0, 0.0)
    bucket.take(1_000)
    assert bucket.available(0.0, 70) == 70
    assert bucket.next_in(0.0) is None


@given(some.floats(0, 1), some.integers(1, 200))
def test_back_off_stays_within_its_ceiling(roll: float, failures: int) -> None:
    backoff = Backoff(0.2, 30.0, dice=lambda: roll)
    spans = [backoff.next_s() for _ in range(failures)]
    assert all(0 <= span <= min(30.0, 0.2 * 2.0 ** min(n, 100)) for n, span in enumerate(spans))


def test_back_off_doubles_and_begins_anew() -> None:
    backoff = Backoff(0.2, 30.0, dice=lambda: 1.0)
    assert [backoff.next_s() for _ in range(10)] == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30])
    backoff.reset()
    assert backoff.next_s() == pytest.approx(0.2)


def test_pauses_grow_while_nothing_is_accepted() -> None:
    throttle = Throttle(50, dice=lambda: 1.0)
    now, pauses = 0.0, []
    for _ in range(9):
        throttle.refused(now)
        pauses.append(throttle.resumes_in(now))
        now += pauses[-1] or 0.0
        assert not throttle.paused(now)
    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, 16, 30, 30, 30])
    assert throttle.allowance == 1


def test_many_refusals_of_one_batch_are_one_pause() -> None:
    throttle = Throttle(40, dice=lambda: 0.0)
    for _ in range(30):
        throttle.refused(1.0)
    assert throttle.allowance == 20
    assert throttle.resumes_in(1.0) == pytest.approx(FIRST_PAUSE_S / 2)


@given(some.lists(some.tuples(some.floats(0, 60), some.integers(0, 50)), max_size=50))
def test_the_allowance_stays_between_one_and_the_window(story: list[tuple[float, int]]) -> None:
    throttle = Throttle(50)
    now = 0.0
    for span, accepted in story:
        now += span
        if accepted:
            throttle.accepted(accepted, now)
        else:
            throttle.refused(now)
        assert 1 <= throttle.allowance <= 50
        assert (throttle.resumes_in(now) or 0) <= MOST_PAUSE_S
