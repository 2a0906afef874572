"""Owns the shapes of a page about a country; must not know what stands on any page, or how it is shown."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from comity.countries.fact import Fact, Tier, may_refuse
from comity.countries.facts import Country
from comity.countries.review import due_on, reviewed_on


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """How sure a fact is.

    Attributes:
        may_refuse: whether it may refuse a message by itself; otherwise it delays or warns.
        sources: keys of `CountryPage.sources`, the weightiest first; empty for Comity's own default.
        note: what the fact's fields cannot say.
        reviewed: the day it was last checked; None for a default.
        review_by: the day by which somebody must look again; None for a default, and for what has ended.
        effective: the first day it holds, where known.
        until: the last day it holds, where known.
    """

    tier: Tier
    may_refuse: bool
    sources: tuple[str, ...] = ()
    note: str = ""
    reviewed: date | None = None
    review_by: date | None = None
    effective: date | None = None
    until: date | None = None


def evidence_of(fact: Fact) -> Evidence:
    """How sure a fact is, with its days worked out."""
    reviewed = None if fact.tier == "none" else reviewed_on(fact)
    ended = reviewed is not None and fact.until is not None and fact.until < reviewed
    return Evidence(
        tier=fact.tier,
        may_refuse=may_refuse(fact.tier),
        sources=fact.sources,
        note=fact.note,
        reviewed=reviewed,
        review_by=None if reviewed is None or ended else due_on(fact),
        effective=fact.effective,
        until=fact.until,
    )


class Line(msgspec.Struct, frozen=True):
    """One fact: what it is about, what it says, and how sure it is."""

    about: str
    says: str
    evidence: Evidence


class HoursTable(msgspec.Struct, frozen=True, kw_only=True):
    """The hours of a category, in a country or one of its states.

    Attributes:
        title: like `Promotional texts`, with the state where it is one's.
        words: the whole week in a line, like `Mon-Fri 08:00-20:00, none on Sat-Sun and public holidays`.
        days: each day of the week with its hours on the recipient's clock, like `09:00-12:30 and 13:30-21:00`.
        holiday: what is left of them on a public holiday.
        more: caps and consents, a sentence each.
    """

    title: str
    category: Literal["promotional", "transactional"]
    words: str
    days: tuple[tuple[str, str], ...]
    holiday: str
    basis: str
    more: tuple[str, ...]
    evidence: Evidence


class Section(msgspec.Struct, frozen=True):
    """Facts of a kind; `nothing` is what to say where there are none, else empty."""

    id: str
    title: str
    nothing: str
    lines: tuple[Line, ...]


class PageSource(msgspec.Struct, frozen=True):
    """Where facts of the page were read."""

    key: str
    where: str
    tier: Tier


class CountryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a page about a country shows; encodes to JSON as it is.

    Attributes:
        gathered: the day on which the facts were gathered as a whole.
        advice: what to say on top: that this is no legal advice.
        hours: promotional first; one-time codes and alerts have none.
        sections: the same ones in the same order for every country.
        stop_words: by which recipients there are likely to opt out, English first.
        sources: every source that the page names, by key.
        facts: the same as typed facts.
    """

    iso2: str
    name: str
    calling_code: int
    languages: tuple[str, ...]
    zones: tuple[str, ...]
    gathered: date
    advice: str
    hours: tuple[HoursTable, ...]
    sections: tuple[Section, ...]
    stop_words: tuple[str, ...]
    sources: tuple[PageSource, ...]
    facts: Country
