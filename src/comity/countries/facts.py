"""Owns the shapes of what is known about a country; must not know where the files lie or what is decided with them."""

from __future__ import annotations

from typing import Literal

import msgspec

Tier = Literal["official", "library", "vendor", "blog", "knowledge", "none"]
"""How sure a fact is: regulator or law read; library run; vendor's guide; blog; nobody checked; our own default."""

SenderRule = Literal["yes", "no", "registered", "replaced", "limited", "unknown"]
"""`replaced`: not supported, or the network writes another sender over it; `registered`: only after registration."""


class Source(msgspec.Struct, frozen=True):
    """Where a fact was read.

    Attributes:
        where: addresses, or words for what is no page.
        tier: how sure this source is.
        reviewed: ISO date of the page or of its last reading, where known.
    """

    where: str
    tier: Tier
    reviewed: str | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every fact carries: `sources` are keys for `comity.countries.source`, the weightiest first."""

    tier: Tier
    sources: tuple[str, ...] = ()
    note: str = ""
    reviewed: str | None = None


class Hours(Fact, frozen=True, kw_only=True):
    """When messages may be sent, recipient's local time.

    Attributes:
        week: Monday to Sunday, each `"HH:MM-HH:MM"` windows parted by a space, empty for none; the end is exclusive.
        holiday: the windows of a public holiday, which only narrow its weekday's; None where it is like any day.
        basis: in words: law, regulator, operator, recommendation.
        cap_24h: promotional messages a recipient may get in 24 hours; None for no known cap.
    """

    week: tuple[str, str, str, str, str, str, str]
    holiday: str | None = None
    basis: str = ""
    cap_24h: int | None = None


class Emergency(Fact, frozen=True, kw_only=True):
    """Numbers that reach an emergency service, as dialled."""

    numbers: tuple[str, ...]


class Senders(Fact, frozen=True, kw_only=True):
    """Which kinds of sender id the networks carry, and what registration they ask for in words."""

    alpha: SenderRule = "unknown"
    numeric: SenderRule = "unknown"
    short_code: SenderRule = "unknown"
    registration: tuple[str, ...] = ()


class ReportChannel(Fact, frozen=True, kw_only=True):
    """Where a recipient reports spam: `value` is what is texted, dialled, written to or opened."""

    kind: Literal["sms", "phone", "web", "email"]
    value: str
    about: str = ""


class Authority(Fact, frozen=True, kw_only=True):
    """A body that takes complaints."""

    name: str


class Country(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One country or territory with a calling code.

    Attributes:
        iso2: ISO 3166-1 alpha-2, and XK, AC, TA.
        calling_code: E.164, as an integer.
        zones: IANA names, one for each clock kept there, the most populous first.
        languages: ISO 639 codes, the most used first.
        promotional: None where no rule was found.
        transactional: None where no rule was found, which is nearly everywhere.
    """

    iso2: str
    name: str
    calling_code: int
    zones: tuple[str, ...]
    languages: tuple[str, ...] = ()
    promotional: Hours | None = None
    transactional: Hours | None = None
    emergency: tuple[Emergency, ...] = ()
    senders: Senders | None = None
    reports: tuple[ReportChannel, ...] = ()
    authorities: tuple[Authority, ...] = ()

    @property
    def spam_short_code(self) -> ReportChannel | None:
        """The short code that takes forwarded spam by text, when one is known."""
        return next((r for r in self.reports if r.kind == "sms" and len(r.value) <= _SHORT_CODE_DIGITS), None)

    @property
    def emergency_numbers(self) -> frozenset[str]:
        """Every number as dialled, whatever its tier."""
        return frozenset(number for fact in self.emergency for number in fact.numbers)


_SHORT_CODE_DIGITS = 6
