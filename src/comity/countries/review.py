"""Owns when facts are to be looked at again; must not know who looks, or the present day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import msgspec

from comity.countries.fact import Fact, Tier
from comity.countries.facts import Country
from comity.countries.rulebook import (
    countries,
    embargo_defaults,
    gathered,
    health_position,
    review_after_days,
    us_state_hours,
)


class DueFact(msgspec.Struct, frozen=True):
    """A fact whose day of review has come.

    Attributes:
        iso2: the country, or with a state (`US-TX`).
        fact: which of its facts, in words, stable from release to release.
        review_by: the day by which somebody was to look again.
        tier: how sure it was.
    """

    iso2: str
    fact: str
    review_by: date
    tier: Tier


def reviewed_on(fact: Fact) -> date:
    """The day on which a fact was last checked."""
    return fact.reviewed or date.fromisoformat(gathered())


def due_on(fact: Fact) -> date:
    """The day by which somebody must look at a fact again: its own, or so long after its review as its tier allows."""
    return fact.review_by or reviewed_on(fact) + timedelta(days=review_after_days()[fact.tier])


def facts_due_for_review(on: date) -> list[DueFact]:
    """The facts whose day of review has come on a day, the longest due first. A fact that has ended is never due."""
    return [due for due, until in _calendar() if due.review_by <= on and (until is None or on <= until)]


@cache
def _calendar() -> tuple[tuple[DueFact, date | None], ...]:
    rows = [(DueFact(place, name, due_on(fact), fact.tier), fact.until) for place, name, fact in _every_fact()]
    return tuple(sorted(rows, key=lambda row: (row[0].review_by, row[0].iso2, row[0].fact)))


def _every_fact() -> Iterator[tuple[str, str, Fact]]:
    for record in countries():
        for name, fact in facts_of(record):
            yield record.iso2, name, fact
    for state, hours in us_state_hours().items():
        yield f"US-{state}", "promotional hours", hours
    for entry in embargo_defaults():
        yield entry.iso2, f"embargo default {entry.region}".strip(), entry
    yield "US", "health data", health_position()


def facts_of(record: Country) -> Iterator[tuple[str, Fact]]:
    """Every fact of a country with its name, each name once."""
    single = {
        "promotional hours": record.promotional,
        "transactional hours": record.transactional,
        "senders": record.senders,
        "links": record.links,
        "opt-out wording": record.opt_out,
        "two-way": record.two_way,
    }
    yield from ((name, fact) for name, fact in single.items() if fact is not None)
    yield from ((f"emergency numbers {' '.join(fact.numbers)}", fact) for fact in record.emergency)
    yield from ((f"registration {fact.kind} from {fact.effective or 'ever'}", fact) for fact in record.registrations)
    yield from ((f"sender {fact.where} {fact.written}", fact) for fact in record.affixes)
    yield from ((f"text {fact.where} {fact.written}", fact) for fact in record.labels)
    yield from ((f"content {fact.content}", fact) for fact in record.content)
    yield from ((f"registry {fact.name}", fact) for fact in record.registries)
    yield from ((f"report to {fact.kind} {fact.value}", fact) for fact in record.reports)
    yield from ((f"authority {fact.name}", fact) for fact in record.authorities)
