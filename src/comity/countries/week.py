"""Owns a week of local-time windows and the arithmetic on them; must not know dates, zones or countries."""

from __future__ import annotations

import itertools
from functools import cache

import msgspec

MINUTES_A_DAY = 1440
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Window = tuple[int, int]
"""Minutes after local midnight, start inclusive, end exclusive."""
Windows = tuple[Window, ...]


class Week(msgspec.Struct, frozen=True):
    """Windows for each weekday, Monday first, and what is left of them on a public holiday.

    Attributes:
        days: seven tuples of windows, in order and apart.
        holiday: the windows that narrow a weekday on a holiday; None where holidays are like other days.
    """

    days: tuple[Windows, ...]
    holiday: Windows | None = None

    def on(self, weekday: int, *, holiday: bool = False) -> Windows:
        """The windows of a weekday (Monday is 0)."""
        windows = self.days[weekday]
        return intersect(windows, self.holiday) if holiday and self.holiday is not None else windows

    def holiday_matters(self, weekday: int) -> bool:
        """Whether a public holiday on this weekday changes anything."""
        return self.on(weekday, holiday=True) != self.days[weekday]

    def is_open(self) -> bool:
        """Whether every minute of every day is allowed."""
        return all(self.on(day, holiday=True) == ((0, MINUTES_A_DAY),) for day in range(7))

    def words(self) -> str:
        """Like `Mon-Fri 08:00-20:00, Sat 09:00-13:00, none on Sun and public holidays`."""
        runs = [(tuple(run), windows) for windows, run in _runs(self.days)]
        said = [f"{_days(run)} {clock(windows)}" for run, windows in runs if windows]
        closed = [_days(run) for run, windows in runs if not windows]
        if self.holiday == ():
            closed.append("public holidays")
        elif self.holiday is not None and any(self.holiday_matters(day) for day in range(7)):
            said.append(f"public holidays {clock(self.holiday)}")
        return ", ".join([*said, f"none on {' and '.join(closed)}"] if closed else said)


def _runs(days: tuple[Windows, ...]) -> list[tuple[Windows, list[int]]]:
    return [(key, list(group)) for key, group in itertools.groupby(range(7), key=lambda day: days[day])]


def _days(run: tuple[int, ...]) -> str:
    return _NAMES[run[0]] if len(run) == 1 else f"{_NAMES[run[0]]}-{_NAMES[run[-1]]}"


def clock(windows: Windows) -> str:
    """The windows as `HH:MM-HH:MM`, parted by `and`."""
    return " and ".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in windows)


@cache
def windows_of(written: str) -> Windows:
    """Read `"09:00-12:30 13:30-21:00"`; the empty string is no window.

    Raises:
        ValueError: not of that form, out of order, or overlapping.
    """
    windows = tuple(_window(word) for word in written.split())
    minutes = [minute for window in windows for minute in window]
    if minutes != sorted(set(minutes)) or (minutes and not 0 <= minutes[0] < minutes[-1] <= MINUTES_A_DAY):
        raise ValueError(f"windows must be in order and apart: {written!r}")
    return windows


def _window(written: str) -> Window:
    start, _, end = written.partition("-")
    return _minute(start), _minute(end)


def _minute(written: str) -> int:
    hours, _, minutes = written.partition(":")
    return int(hours) * 60 + int(minutes)


def intersect(one: Windows, other: Windows) -> Windows:
    """The minutes that lie in both."""
    both = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted((start, end) for start, end in both if start < end))


def intersect_weeks(one: Week, other: Week) -> Week:
    """The week that keeps both, on holidays too."""
    days = tuple(intersect(a, b) for a, b in zip(one.days, other.days, strict=True))
    if one.holiday is None or other.holiday is None:
        return Week(days, one.holiday if other.holiday is None else other.holiday)
    return Week(days, intersect(one.holiday, other.holiday))


def every_day(written: str) -> Week:
    """A week with the same windows on each day, holidays included."""
    return Week((windows_of(written),) * 7)


OPEN = every_day("00:00-24:00")
