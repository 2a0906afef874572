"""The 16 characters of a time."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.smpp.times import TimeFormatError, read_time, write_absolute, write_relative

NOW = datetime(2024, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("251122153045700+", datetime(2025, 11, 22, 15, 30, 45, 700_000, tzinfo=UTC)),
        ("251122153000008+", datetime(2025, 11, 22, 13, 30, tzinfo=UTC)),
        ("251122153000008-", datetime(2025, 11, 22, 17, 30, tzinfo=UTC)),
        ("251122153000048+", datetime(2025, 11, 22, 3, 30, tzinfo=UTC)),
        ("000000000500000R", NOW + timedelta(minutes=5)),
        ("000099235959000R", NOW + timedelta(days=99, hours=23, minutes=59, seconds=59)),
        ("000100000000000R", datetime(2024, 2, 29, 12, 0, tzinfo=UTC)),
        ("010100000000000R", datetime(2025, 2, 28, 12, 0, tzinfo=UTC)),
        ("001200000000000R", datetime(2025, 1, 31, 12, 0, tzinfo=UTC)),
        ("000000000000000R", NOW),
    ],
)
def test_a_time_means_an_instant(text, expected):
    assert read_time(text, NOW) == expected


@pytest.mark.parametrize(
    "text",
    ["2", "25112215304570+", "2511221530457000+", "251122153045700*", "25112215304570x+", "251322153045700+",
     "250230153045700+", "251122253045700+", "251122156045700+", "251122153045749+", "000000000500001R",
     "000000000500100R", "\u0662\u0662" + "0" * 13 + "R", "               R", "251122153045700r"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    with pytest.raises(TimeFormatError):
        read_time(text, NOW)


def test_a_relative_time_beyond_the_calendar_is_refused():
    with pytest.raises(TimeFormatError):
        read_time("990000000000000R", datetime(9950, 1, 1, tzinfo=UTC))


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)), st.integers(-48, 48))  # noqa: DTZ001  made aware below
def test_an_absolute_time_is_read_back_to_the_tenth(naive, quarters):
    at = naive.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))
    back = read_time(write_absolute(at), NOW)
    assert timedelta(0) <= at - back < timedelta(milliseconds=100)


@given(st.timedeltas(timedelta(0), timedelta(days=99, hours=23)))
def test_a_relative_time_is_read_back_to_the_second(span):
    assert timedelta(0) <= NOW + span - read_time(write_relative(span), NOW) < timedelta(seconds=1)


@pytest.mark.parametrize("span", [timedelta(seconds=-1), timedelta(days=100)])
def test_a_span_that_cannot_be_written_is_refused(span):
    with pytest.raises(TimeFormatError):
        write_relative(span)


@pytest.mark.parametrize(
    "at", [datetime(2100, 1, 1, tzinfo=UTC), datetime(1999, 1, 1, tzinfo=UTC), NOW.replace(tzinfo=None)]
)
def test_an_instant_that_cannot_be_written_is_refused(at):
    with pytest.raises(TimeFormatError):
        write_absolute(at)


@given(st.text("0123456789+-R", min_size=16, max_size=16))
def test_sixteen_characters_are_a_time_or_refused(text):
    with suppress(TimeFormatError):
        assert read_time(text, NOW).tzinfo is not None
