"""Owns the tables of sending hours on a page about a country; must not know its other facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from comity.countries import phrases
from comity.countries.facts import Country, Hours
from comity.countries.hours import DEFAULT_PROMOTIONAL, schedule, week_of
from comity.countries.names import US_STATES
from comity.countries.page_shapes import HoursTable, evidence_of
from comity.countries.rulebook import us_state_hours
from comity.countries.week import Week, Windows, clock

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DEFAULT: Final = Hours(
    tier="none",
    week=("", "", "", "", "", "", ""),
    basis="Comity's default, where no rule of a country is known; the operator's policy may hold other hours",
)


def hours_tables(record: Country) -> Iterable[HoursTable]:
    """Promotional hours, those of states where they are stricter, and transactional ones where any are known."""
    if record.promotional is None:
        yield _table("Promotional texts", _DEFAULT, DEFAULT_PROMOTIONAL)
    else:
        yield _table("Promotional texts", record.promotional, week_of(record.promotional))
    if record.iso2 == "US" and record.promotional is not None:
        yield from _states(record.promotional)
    if record.transactional is not None:
        yield _table("Transactional texts", record.transactional, week_of(record.transactional), "transactional")


def _states(federal: Hours) -> Iterable[HoursTable]:
    unknown = schedule("US", "promotional")
    strictest = msgspec.structs.replace(
        federal, tier=unknown.tier, basis=unknown.basis, cap_24h=unknown.cap_24h, note=""
    )
    yield _table("Promotional texts, state not known", strictest, unknown.week)
    for state, hours in sorted(us_state_hours().items()):
        yield _table(
            f"Promotional texts, {US_STATES.get(state, state)}", hours, schedule(f"US-{state}", "promotional").week
        )


def _table(
    title: str, hours: Hours, week: Week, category: Literal["promotional", "transactional"] = "promotional"
) -> HoursTable:
    return HoursTable(
        title=title,
        category=category,
        words=week.words(),
        days=tuple((name, _shown(windows)) for name, windows in zip(DAYS, week.days, strict=True)),
        holiday=_holiday(week),
        basis=hours.basis,
        more=phrases.hours(hours),
        evidence=evidence_of(hours),
    )


def _holiday(week: Week) -> str:
    if not any(week.holiday_matters(day) for day in range(len(DAYS))):
        return "like any other day"
    return f"only {clock(week.holiday)}" if week.holiday else "none"


def _shown(windows: Windows) -> str:
    return clock(windows) or "none"
