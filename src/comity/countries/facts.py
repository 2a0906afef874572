"""Owns the shapes of what is known about a country; must not know where the files lie or what is decided with them."""

from __future__ import annotations

from typing import Literal

import msgspec

from comity.countries.demands import (
    ContentRule,
    LinkRule,
    OptOutWording,
    Registry,
    SenderAffix,
    SenderRegistration,
    SenderRule,
    Senders,
    TextLabel,
    TwoWay,
)
from comity.countries.fact import Fact, Source, Tier

__all__ = [
    "Authority",
    "Country",
    "Emergency",
    "Fact",
    "Hours",
    "ReportChannel",
    "SenderRule",
    "Senders",
    "Source",
    "Tier",
]


class Hours(Fact, frozen=True, kw_only=True):
    """When messages may be sent, recipient's local time.

    Attributes:
        week: Monday to Sunday, each `"HH:MM-HH:MM"` windows parted by a space, empty for none; the end is exclusive.
        holiday: the windows of a public holiday, which only narrow its weekday's; None where it is like any day.
        basis: in words: law, regulator, operator, recommendation.
        cap_24h: promotional messages a recipient may get in 24 hours; None for no known cap.
        override: whether a recipient's own word lifts the hours: `agreement`: having agreed to other hours does;
            `separate_consent`: only a consent given apart, for the closed hours, does.
    """

    week: tuple[str, str, str, str, str, str, str]
    holiday: str | None = None
    basis: str = ""
    cap_24h: int | None = None
    override: Literal["agreement", "separate_consent"] | None = None


class Emergency(Fact, frozen=True, kw_only=True):
    """Numbers that reach an emergency service, as dialled."""

    numbers: tuple[str, ...]


class ReportChannel(Fact, frozen=True, kw_only=True):
    """Where a recipient reports spam: `value` is what is texted, dialled, written to or opened."""

    kind: Literal["sms", "phone", "web", "email"]
    value: str
    about: str = ""


class Authority(Fact, frozen=True, kw_only=True):
    """A body that takes complaints."""

    name: str


class Country(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One country or territory with a calling code.

    Attributes:
        iso2: ISO 3166-1 alpha-2, and XK, AC, TA.
        calling_code: E.164, as an integer.
        zones: IANA names, one for each clock kept there, the most populous first.
        languages: ISO 639 codes, the most used first.
        promotional: None where no rule was found.
        transactional: None where no rule was found, which is nearly everywhere.
        registrations: past, present and coming ones; `comity.countries.sender_verdict` picks by day.
        content: at most one for each subject.
        registries: do-not-call registers and their like, abolished ones too.
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
    registrations: tuple[SenderRegistration, ...] = ()
    affixes: tuple[SenderAffix, ...] = ()
    labels: tuple[TextLabel, ...] = ()
    content: tuple[ContentRule, ...] = ()
    links: LinkRule | None = None
    opt_out: OptOutWording | None = None
    registries: tuple[Registry, ...] = ()
    two_way: TwoWay | None = None
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
