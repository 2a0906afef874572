"""Nothing goes to a destination under embargo, once the operator has confirmed which those are (U3).

The list of countries is the operator's: no authority keeps one, and what binds depends on who sends from where. The
proposal that ships comes from the country facts. Until somebody confirms the list, with a name and a date, a message
to a place on it is held for a person; from then on the policy's action holds.

A part of a country is listed by the beginnings of its numbers. A mobile phone may be anywhere, so such a finding says
where the number belongs, not where its holder is. Places may be listed for a time, by the day of sending in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date
from typing import Annotated, Final, Literal

import msgspec

from comity.countries import countries, embargo_defaults
from comity.messages.verdict import Evidence
from comity.policy.document import PolicyDocument
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, Rule

_PROPOSED: Final = tuple(one.iso2 for one in embargo_defaults() if one.status == "embargoed" and not one.region)
_CONFIRMED: Final = re.compile(r"(.{2,100}), (\d{4}-\d{2}-\d{2})")


_BEGINNING: Final = msgspec.Meta(
    pattern=r"^[1-9][0-9]{1,14}$", description='Write digits alone, the country code first: "7365".'
)


class _Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A country by its ISO code, from one day until another, both included."""

    country: str
    since: date | None = None
    until: date | None = None


class _Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a country by the beginnings of its numbers (E.164 digits), from one day until another."""

    name: str
    numbers: tuple[Annotated[str, _BEGINNING], ...]
    since: date | None = None
    until: date | None = None


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`confirmed` is false, or who confirmed the list and when: "NAME, 2026-11-22"; before that `unconfirmed` holds."""

    countries: tuple[str | _Country, ...] = _PROPOSED
    regions: tuple[_Region, ...] = ()
    confirmed: bool | str = False
    unconfirmed: Literal["note", "hold"] = "hold"


class _Place(msgspec.Struct, frozen=True):
    name: str
    since: date | None
    until: date | None

    @property
    def dated(self) -> bool:
        return self.since is not None or self.until is not None

    def listed_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class _Ready(msgspec.Struct, frozen=True):
    countries: dict[str, tuple[_Place, ...]]
    regions: dict[str, tuple[_Place, ...]]
    starts: tuple[str, ...]
    confirmed: str
    unconfirmed: str


def _prepare(settings: _Settings, _document: PolicyDocument) -> _Ready:
    """Places by country and by the beginning of a number.

    Raises:
        ValueError: a country that there is not, dates the wrong way round, or a confirmation without name and day.
    """
    names = {one.iso2: one.name for one in countries()}
    by_country: dict[str, tuple[_Place, ...]] = {}
    for written in settings.countries:
        one = _Country(written) if isinstance(written, str) else written
        if one.country not in names:
            raise ValueError(f"there is no country {one.country!r}; write ISO codes such as CU")
        place = _place(names[one.country], one.since, one.until)
        by_country[one.country] = (*by_country.get(one.country, ()), place)
    by_number: dict[str, tuple[_Place, ...]] = {}
    for region in settings.regions:
        for start in region.numbers:
            place = _place(region.name, region.since, region.until)
            by_number[start] = (*by_number.get(start, ()), place)
    return _Ready(by_country, by_number, tuple(by_number), _confirmation(settings.confirmed), settings.unconfirmed)


def _place(name: str, since: date | None, until: date | None) -> _Place:
    if since is not None and until is not None and until < since:
        raise ValueError(f"{name} is listed until {until}, before {since}")
    return _Place(name, since, until)


def _confirmation(written: bool | str) -> str:
    if written is False:
        return ""
    found = _CONFIRMED.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError('confirmed must say who and when, such as "Ann Example, 2026-11-22", or be false')
    try:
        date.fromisoformat(found[2])
    except ValueError:
        raise ValueError(f"confirmed names a day that there is not: {found[2]}") from None
    return str(written)


def _check(message: Message, _facts: Facts, ready: _Ready) -> Answer:
    found = ready.countries.get(message.country or "", ())
    if message.recipient.startswith(ready.starts):
        found = (*found, *_regions(message.recipient, ready))
    if not found:
        return MISS
    if message.at is None:
        if all(place.dated for place in found):
            return Abstain("at")
        return _hit(next(place for place in found if not place.dated), ready)
    day = message.at.astimezone(UTC).date()
    place = next((place for place in found if place.listed_on(day)), None)
    return MISS if place is None else _hit(place, ready)


def _regions(recipient: str, ready: _Ready) -> Iterator[_Place]:
    for start, places in ready.regions.items():
        if recipient.startswith(start):
            yield from places


def _hit(place: _Place, ready: _Ready) -> Hit:
    state = f"confirmed by {ready.confirmed}" if ready.confirmed else "not confirmed by the operator yet"
    return Hit(
        evidence=(Evidence("recipient", observed=place.name, limit="no destination under embargo"),),
        sentence=f"Numbers of {place.name} are on the list of destinations under embargo.",
        remedy="Ask the operator whether an exemption covers you, and leave these numbers out until then.",
        reviewer=f"{place.name} is on the list of embargoed destinations, which was {state}.",
        action="" if ready.confirmed else ready.unconfirmed,
    )


RULE: Final = Rule(
    id="embargoed-destination",
    clauses=("U3",),
    title="Destination under embargo",
    needs=(),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
