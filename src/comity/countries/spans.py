"""Owns turning local windows into spans of real time, through each change of clocks; must not know why windows exist.

A local window is the set of instants whose local wall-clock time lies in it: a
time skipped by a change of the clock has no instant, a repeated one has two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from comity.countries.week import Windows

    WindowsOn = Callable[[date], Windows]

DAY_S = 86_400
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_SAMPLES = 8
"""Offsets are compared every three hours: no zone changes its clock twice within that."""

Spans = tuple[tuple[int, int], ...]
"""POSIX seconds, start inclusive, end exclusive, in order and apart."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises:
        ZoneInfoNotFoundError: no such zone.
    """
    return ZoneInfo(name)


def day_spans(name: str, windows_on: WindowsOn, day: int) -> Spans:
    """The allowed spans of one UTC day (days since 1970) for a recipient in the zone `name`."""
    spans: list[tuple[int, int]] = []
    for start, end, offset in _offsets(zone(name), day * DAY_S):
        spans += _within(start, end, offset, windows_on)
    return _joined(spans)


def common(all_spans: Iterable[Spans]) -> Spans:
    """The seconds that lie in every one of the given spans."""
    rest = iter(all_spans)
    kept = next(rest)
    for spans in rest:
        both = ((max(a, c), min(b, d)) for a, b in kept for c, d in spans)
        kept = tuple(sorted((a, b) for a, b in both if a < b))
    return kept


def _within(start: int, end: int, offset: int, windows_on: WindowsOn) -> Iterable[tuple[int, int]]:
    for local_day in range((start + offset) // DAY_S, (end - 1 + offset) // DAY_S + 1):
        midnight = local_day * DAY_S - offset
        for opens, closes in windows_on(date.fromordinal(_EPOCH_ORDINAL + local_day)):
            begin, stop = max(start, midnight + opens * 60), min(end, midnight + closes * 60)
            if begin < stop:
                yield begin, stop


def _joined(spans: list[tuple[int, int]]) -> Spans:
    joined: list[tuple[int, int]] = []
    for begin, stop in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((begin, stop))
    return tuple(joined)


def _offsets(where: ZoneInfo, start: int) -> list[tuple[int, int, int]]:
    """The stretches of one UTC day with one offset each: start, end, offset, all in seconds."""
    step = DAY_S // _SAMPLES
    stretches = [[start, start, _offset(where, start)]]
    for left in range(start, start + DAY_S, step):
        right = left + step
        offset = _offset(where, right)
        if offset != stretches[-1][2]:
            change = _change(where, left, right)
            stretches[-1][1] = change
            stretches.append([change, change, offset])
        stretches[-1][1] = right
    return [(begin, min(end, start + DAY_S), offset) for begin, end, offset in stretches if begin < start + DAY_S]


def _change(where: ZoneInfo, left: int, right: int) -> int:
    before = _offset(where, left)
    while right - left > 1:
        middle = (left + right) // 2
        if _offset(where, middle) == before:
            left = middle
        else:
            right = middle
    return right


def _offset(where: ZoneInfo, posix: int) -> int:
    offset = datetime.fromtimestamp(posix, UTC).astimezone(where).utcoffset() or timedelta()
    return offset.days * DAY_S + offset.seconds
