from datetime import UTC, datetime, timedelta

import pytest

from comity.base.clock import SetClock, SystemClock


def test_the_machines_clock_is_aware_and_in_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_set_clock_stands_still_until_it_is_moved():
    clock = SetClock(datetime(2026, 3, 4, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.advance(timedelta(hours=-1))
    assert clock.now() == datetime(2026, 3, 3, 23, tzinfo=UTC)


def test_a_clock_is_not_set_to_a_naive_time():
    with pytest.raises(ValueError, match="aware"):
        SetClock(datetime(2026, 3, 4))  # noqa: DTZ001  that it is naive is the point
