"""Owns the answers that rules ask of the rule book, by country and day; must not know message, account or policy."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, Literal

import msgspec

from comity.countries.demands import (
    Content,
    ContentRule,
    LinkRule,
    OptOutWording,
    Registry,
    SenderAffix,
    SenderKind,
    SenderRegistration,
    Senders,
    TextLabel,
)
from comity.countries.fact import Tier
from comity.countries.facts import Country
from comity.countries.rulebook import country

_LONG_AGO: Final = date.min


class SenderFact(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a kind of sender id in a country on a day.

    Attributes:
        allowed: `registered`: only after the registration that `registration` names; `replaced`: delivered under
            another sender; `limited`: on some networks or routes; `unknown`: nothing was found.
        registration: the one in force; None where none is asked for on that day.
        coming: the next one that begins after the day.
        affixes: what a name must begin or end with; empty for numbers.
        persons_only: whether such a number is for a person's own use alone.
        tier: of what `allowed` rests on; `comity.countries.may_refuse` says what it may do.
        sources: keys for `comity.countries.source`.
        note: for people.
    """

    iso2: str
    kind: SenderKind
    allowed: Literal["yes", "no", "registered", "replaced", "limited", "unknown"]
    registration: SenderRegistration | None = None
    coming: SenderRegistration | None = None
    affixes: tuple[SenderAffix, ...] = ()
    persons_only: bool = False
    tier: Tier = "none"
    sources: tuple[str, ...] = ()
    note: str = ""


@lru_cache(maxsize=4096)
def sender_verdict(iso2: str, kind: SenderKind, on: date) -> SenderFact:
    """Whether networks of a country carry a kind of sender on a day, and what they ask for.

    Args:
        iso2: the recipient's country; one without a record gives `unknown`, tier none.
        kind: of the sender id.
        on: the recipient's local date: registrations begin and end by day.

    A registration that has not begun yet asks nothing: the answer is `yes`, and `coming` names it.
    """
    record = country(iso2)
    if record is None or record.senders is None:
        return SenderFact(iso2=iso2, kind=kind, allowed="unknown")
    senders = record.senders
    asked = [one for one in record.registrations if one.kind in (kind, "any")]
    in_force = max((one for one in asked if one.holds_on(on)), key=_begins, default=None)
    coming = min((one for one in asked if _begins(one) > on), key=_begins, default=None)
    rule = senders.rule(kind)
    rests_on: Senders | SenderRegistration = in_force or senders
    return SenderFact(
        iso2=iso2,
        kind=kind,
        allowed="yes" if rule == "registered" and in_force is None else rule,
        registration=in_force,
        coming=coming,
        affixes=tuple(one for one in record.affixes if one.holds_on(on)) if kind == "alpha" else (),
        persons_only=kind in senders.persons_only,
        tier="none" if rule == "unknown" else rests_on.tier,
        sources=rests_on.sources,
        note=". ".join(note for note in (senders.note, in_force.note if in_force else "") if note),
    )


def _begins(one: SenderRegistration) -> date:
    return one.effective or _LONG_AGO


@lru_cache(maxsize=4096)
def content_rule(iso2: str, content: Content, on: date | None = None) -> ContentRule | None:
    """What holds for a regulated subject in a country, on a day or as the book stands; None where nothing was found."""
    rules = (rule for rule in _of(iso2).content if rule.content == content)
    return next((rule for rule in rules if on is None or rule.holds_on(on)), None)


@lru_cache(maxsize=1024)
def link_rule(iso2: str, on: date | None = None) -> LinkRule | None:
    """What a text may ask people to open, call or tell, on a day or as the book stands; None if nothing was found."""
    rule = _of(iso2).links
    return rule if rule is not None and (on is None or rule.holds_on(on)) else None


@lru_cache(maxsize=1024)
def text_labels(iso2: str, on: date | None = None) -> tuple[TextLabel, ...]:
    """The words with which texts begin or end in a country, on a day or as the book stands."""
    return tuple(label for label in _of(iso2).labels if on is None or label.holds_on(on))


def opt_out_wording(iso2: str) -> OptOutWording | None:
    """Whether promotional texts must say how to stop them; None where nothing was found."""
    return _of(iso2).opt_out


@lru_cache(maxsize=1024)
def registries(iso2: str, on: date | None = None) -> tuple[Registry, ...]:
    """The do-not-call registers of a country: those in being on a day, or all in the book, abolished ones too."""
    return tuple(one for one in _of(iso2).registries if on is None or one.holds_on(on))


_NOTHING: Final = Country(iso2="", name="", calling_code=0, zones=())


def _of(iso2: str) -> Country:
    return country(iso2) or _NOTHING
