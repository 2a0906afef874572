"""Owns the time format of SMPP: absolute and relative instants in 16 characters; must not know what they are for.

Source: SMPP 3.4 section 7.1.1: `YYMMDDhhmmsstnnp`, where `t` is tenths of a second,
`nn` the quarters of an hour to UTC and `p` is `+`, `-`, or `R` for relative.
"""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from comity.base.errors import ComityError

_SIZE: Final = 16
_CENTURY: Final = 2000
_MAX_QUARTERS: Final = 48
_MAX_DAYS: Final = 99
_RELATIVE_TAIL: Final = "000"


class TimeFormatError(ComityError):
    """The 16 characters are no time."""


def read_time(text: str, now: datetime) -> datetime | None:
    """The instant that a schedule_delivery_time or validity_period means.

    Args:
        text: 16 characters, or none for "not given".
        now: aware; what a relative time counts from.

    Returns:
        An aware datetime, in the zone written or in that of `now`; None when not given.

    Raises:
        TimeFormatError: it is neither an absolute nor a relative time, or out of any calendar.
    """
    if not text:
        return None
    if len(text) != _SIZE or not (text.isascii() and text[:15].isdigit()) or text[15] not in "+-R":
        raise TimeFormatError("A time has 15 digits and one of + - R.", "Write YYMMDDhhmmsstnnp.")
    try:
        return _read_relative(text, now) if text[15] == "R" else _read_absolute(text)
    except (ValueError, OverflowError):
        raise TimeFormatError("That day or hour does not exist.", "Write YYMMDDhhmmsstnnp.") from None


def _pairs(text: str) -> tuple[int, ...]:
    return tuple(int(text[at : at + 2]) for at in range(0, 12, 2))


def _read_absolute(text: str) -> datetime:
    year, month, day, hour, minute, second = _pairs(text)
    quarters = int(text[13:15])
    if quarters > _MAX_QUARTERS:
        raise ValueError
    offset = timedelta(minutes=15 * quarters)
    zone = timezone(-offset if text[15] == "-" else offset)
    return datetime(_CENTURY + year, month, day, hour, minute, second, int(text[12]) * 100_000, tzinfo=zone)


def _read_relative(text: str, now: datetime) -> datetime:
    if text[12:15] != _RELATIVE_TAIL:
        raise ValueError
    years, months, days, hours, minutes, seconds = _pairs(text)
    year, month0 = divmod(now.year * 12 + now.month - 1 + years * 12 + months, 12)
    day = min(now.day, calendar.monthrange(year, month0 + 1)[1])
    start = now.replace(year=year, month=month0 + 1, day=day)
    return start + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def write_absolute(at: datetime) -> str:
    """16 characters, in UTC, cut to tenths of a second.

    Raises:
        TimeFormatError: the year is not in 2000-2099, or the datetime has no zone.
    """
    if at.tzinfo is None:
        raise TimeFormatError("An absolute time needs a zone.")
    utc = at.astimezone(UTC)
    if not _CENTURY <= utc.year < _CENTURY + 100:
        raise TimeFormatError("SMPP writes the years 2000 to 2099 only.")
    return f"{utc:%y%m%d%H%M%S}{utc.microsecond // 100_000}00+"


def write_relative(span: timedelta) -> str:
    """16 characters, cut to seconds; days are not turned into months, whose length the reader could only guess.

    Raises:
        TimeFormatError: the span is negative or longer than 99 days.
    """
    if span < timedelta(0) or span.days > _MAX_DAYS:
        raise TimeFormatError("A relative time is of 0 to 99 days.")
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"0000{span.days:02}{hours:02}{minutes:02}{seconds:02}{_RELATIVE_TAIL}R"
