"""Owns when a message may go to a recipient; must not know the message, the account or the present time.

A moment is allowed only if it is allowed on every clock that the recipient may
keep. One-time codes and alerts are never restricted.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from comity.countries.calendar import public_holiday
from comity.countries.facts import Hours, Tier
from comity.countries.names import spoken_name
from comity.countries.rulebook import country, us_state_hours
from comity.countries.spans import DAY_S, Spans, common, day_spans, zone
from comity.countries.week import OPEN, Week, Windows, every_day, intersect_weeks, windows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Category = Literal["promotional", "transactional", "otp", "alert"]

DEFAULT_PROMOTIONAL: Final = every_day("08:00-21:00")
"""Where no rule of a country is known; tier none."""
SEARCH_DAYS: Final = 14
"""How far ahead an allowed minute is looked for."""
_DEFAULT_BASIS = "default: no rule of the country is known"
_STRICTEST_BASIS = "law; the state is unknown, so the strictest hours of all states count"


class Allowed(msgspec.Struct, frozen=True):
    """The message may go now."""


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """The message may go later.

    Attributes:
        until: aware, UTC; the first allowed moment.
        why: one sentence for the sender.
        hours: the allowed hours, like `Mon-Fri 08:00-20:00, none on Sat-Sun`.
        local: the same moment on the recipient's clock, like `Monday 09:00 in Europe/Brussels`.
        source: keys for `comity.countries.source`, parted by commas; empty for our default.
        tier: how sure the rule is; one of tier `knowledge` or `none` may delay a message but never refuse it.
    """

    until: datetime
    why: str
    hours: str
    local: str
    source: str
    tier: Tier


class NoWindow(msgspec.Struct, frozen=True, kw_only=True):
    """No allowed moment lies within `SEARCH_DAYS`: the zones share no minute, or every day is closed.

    Attributes as in `Wait`.
    """

    why: str
    hours: str
    source: str
    tier: Tier


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """The rule that counts for a place and a category.

    Attributes:
        cap_24h: promotional messages a recipient may get in 24 hours; None for no known cap.
        override: how a recipient's own consent lifts the hours, as `Hours.override` says; None where it does not.
    """

    week: Week
    basis: str
    sources: tuple[str, ...]
    tier: Tier
    cap_24h: int | None = None
    override: Literal["agreement", "separate_consent"] | None = None


_ALLOWED = Allowed()


def next_allowed(
    place: str,
    zones: Sequence[str],
    category: Category,
    at: datetime,
    default_windows: Week = DEFAULT_PROMOTIONAL,
) -> Allowed | Wait | NoWindow:
    """Whether a message may be sent at a moment, or when first after it.

    Args:
        place: ISO 3166-1 alpha-2 (`"ZA"`), or with a subdivision (`"US-TX"`, `"DE-BY"`, ISO 3166-2). `"US"` alone
            means that the state is unknown: the strictest hours of all states count.
        zones: IANA names of the clocks that the recipient may keep; empty means the country's, and UTC at last.
        category: promotional and transactional messages have hours; one-time codes and alerts never wait.
        at: aware.
        default_windows: the promotional hours where the country has no known rule.

    Raises:
        ValueError: `at` is naive.
        ZoneInfoNotFoundError: a zone is unknown.
    """
    if at.tzinfo is None:
        raise ValueError("the moment must be aware of its zone")
    if category == "otp" or category == "alert":  # noqa: PLR1714  quicker than a set on the hot path
        return _ALLOWED
    moment = int(at.timestamp())
    key = (place, tuple(zones), category, default_windows)
    for start, end in _spans(*key, moment // DAY_S):
        if start <= moment < end:
            return _ALLOWED
    return _later(key, at)


def sending_windows(place: str, category: Category, weekday: int, *, holiday: bool = False) -> Windows:
    """The local windows (minutes after midnight) of a weekday, Monday is 0, with our default where no rule is known."""
    return schedule(place, category).week.on(weekday, holiday=holiday)


@lru_cache(maxsize=2048)
def schedule(place: str, category: Category, default_windows: Week = DEFAULT_PROMOTIONAL) -> Schedule:
    """The hours that count for a place and a category, with their basis, sources and tier."""
    if category in ("otp", "alert"):
        return _unrestricted()
    iso2, _, state = place.partition("-")
    record = country(iso2)
    hours = (record.promotional if category == "promotional" else record.transactional) if record else None
    if hours is None:
        return _default(default_windows) if category == "promotional" else _unrestricted()
    if iso2 == "US" and category == "promotional":
        return _united_states(hours, state)
    return _as_written(hours, week_of(hours))


def _unrestricted() -> Schedule:
    return Schedule(week=OPEN, basis="no rule of the country is known", sources=(), tier="none")


def _default(week: Week) -> Schedule:
    return Schedule(week=week, basis=_DEFAULT_BASIS, sources=(), tier="none")


def _as_written(hours: Hours, week: Week) -> Schedule:
    return Schedule(
        week=week,
        basis=hours.basis,
        sources=hours.sources,
        tier=hours.tier,
        cap_24h=hours.cap_24h,
        override=hours.override,
    )


def _united_states(federal: Hours, state: str) -> Schedule:
    states, week = us_state_hours(), week_of(federal)
    if not state:
        strictest = reduce(intersect_weeks, (week_of(hours) for hours in states.values()), week)
        cap = min((hours.cap_24h for hours in states.values() if hours.cap_24h), default=None)
        return Schedule(week=strictest, basis=_STRICTEST_BASIS, sources=federal.sources, tier="blog", cap_24h=cap)
    stricter = states.get(state)
    if stricter is None:
        return _as_written(federal, week)
    return _as_written(stricter, intersect_weeks(week, week_of(stricter)))


@lru_cache(maxsize=512)
def week_of(hours: Hours) -> Week:
    """The week that a record writes down."""
    days = tuple(windows_of(written) for written in hours.week)
    return Week(days, None if hours.holiday is None else windows_of(hours.holiday))


_Key = tuple[str, tuple[str, ...], Category, Week]


@lru_cache(maxsize=16_384)
def _spans(place: str, zones: tuple[str, ...], category: Category, default: Week, day: int) -> Spans:
    """The allowed spans of a UTC day on every clock the recipient may keep."""
    week = schedule(place, category, default).week
    if week.is_open():
        return ((day * DAY_S, (day + 1) * DAY_S),)

    def windows_on(local: date) -> Windows:
        weekday = local.weekday()
        holiday = week.holiday_matters(weekday) and public_holiday(place, local) is not None
        return week.on(weekday, holiday=holiday)

    return common(day_spans(name, windows_on, day) for name in _clocks(place, zones))


def _clocks(place: str, zones: tuple[str, ...]) -> tuple[str, ...]:
    if zones:
        return zones
    record = country(place[:2])
    return record.zones if record else ("Etc/UTC",)


def _later(key: _Key, at: datetime) -> Wait | NoWindow:
    place, zones, category, default = key
    rule = schedule(place, category, default)
    why, hours = _why(key, rule, at), rule.week.words()
    sources = ",".join(rule.sources)
    moment = int(at.timestamp())
    today = moment // DAY_S
    for day in range(today, today + SEARCH_DAYS + 1):
        start = next((start for start, _ in _spans(*key, day) if start > moment), None)
        if start is not None and start - moment <= SEARCH_DAYS * DAY_S:
            until = datetime.fromtimestamp(start, UTC)
            local = _local(until, _clocks(place, zones)[0])
            return Wait(until=until, why=why, hours=hours, local=local, source=sources, tier=rule.tier)
    why = f"{why} No moment of the next {SEARCH_DAYS} days is allowed."
    return NoWindow(why=why, hours=hours, source=sources, tier=rule.tier)


def _local(moment: datetime, clock: str) -> str:
    return f"{moment.astimezone(zone(clock)):%A %H:%M} in {clock}"


def _why(key: _Key, rule: Schedule, at: datetime) -> str:
    place, zones, category, _ = key
    clocks = _clocks(place, zones)
    local = at.astimezone(zone(clocks[0]))
    holiday = public_holiday(place, local.date()) if rule.week.holiday_matters(local.weekday()) else None
    day = f"{local:%A}, a public holiday ({holiday})" if holiday else f"{local:%A}"
    others = len(clocks) - 1
    more = f", and {others} other {'clock' if others == 1 else 'clocks'} may count" if others else ""
    name = f"{spoken_name(place)}{', the state unknown,' if rule.basis == _STRICTEST_BASIS else ''}"
    return (
        f"For the recipient it is {local:%H:%M} on {day} ({clocks[0]}{more}); "
        f"{category} messages to {name} go {rule.week.words()}."
    )
