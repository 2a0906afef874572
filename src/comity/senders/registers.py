"""Owns what a recipient's country asks of a kind of sender, on its own calendar; must not know account or policy."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from comity.countries import SenderFact, SenderKind, countries, country, sender_verdict
from comity.senders import read

KINDS: Final[dict[read.SenderKind, SenderKind]] = {
    read.SenderKind.NAME: "alpha",
    read.SenderKind.NUMBER: "numeric",
    read.SenderKind.SHORT_CODE: "short_code",
}
"""The kinds of sender in the words of the rule book."""

SPOKEN: Final[dict[SenderKind, str]] = {
    "alpha": "names",
    "numeric": "long numbers",
    "short_code": "short codes",
}
"""The kinds as people are told of them."""

_NOTHING_ASKED: Final = frozenset({"yes", "unknown"})


def asked(iso2: str, sender: read.Sender, at: datetime) -> SenderFact:
    """What the networks of a country ask of such a sender on the day it is there."""
    return sender_verdict(iso2, KINDS[sender.kind], local_day(iso2, at))


def local_day(iso2: str, at: datetime) -> date:
    """The date in a country at an instant, where most of its people live; UTC's where no country is known."""
    zone = _zone(iso2)
    return at.astimezone(zone).date() if zone is not None else at.date()


def places_that_limit() -> frozenset[tuple[str, SenderKind]]:
    """Countries with kinds of sender that they do not simply carry, or whose form they prescribe, on any day."""
    return frozenset(
        (one.iso2, kind)
        for one in countries()
        if one.senders is not None
        for kind in KINDS.values()
        if one.senders.rule(kind) not in _NOTHING_ASKED or (kind == "alpha" and one.affixes)
    )


def places_that_register() -> frozenset[tuple[str, SenderKind]]:
    """Countries with kinds of sender that are registered there, in the past, now or later."""
    return frozenset(
        (record.iso2, kind)
        for record in countries()
        for one in record.registrations
        for kind in KINDS.values()
        if one.kind in (kind, "any")
    )


@lru_cache(maxsize=512)
def _zone(iso2: str) -> ZoneInfo | None:
    record = country(iso2)
    return ZoneInfo(record.zones[0]) if record is not None and record.zones else None
