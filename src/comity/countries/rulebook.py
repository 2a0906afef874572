"""Owns reading the packaged country files, once and lazily; must not judge anything by them."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from comity.countries.demands import EmbargoDefault, HealthPosition
from comity.countries.fact import Source, Tier
from comity.countries.facts import Country, Hours

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Book(msgspec.Struct, frozen=True):
    gathered: date
    review_after_days: dict[Tier, int]
    sources: dict[str, Source]
    countries: dict[str, Country]


class _States(msgspec.Struct, frozen=True):
    sources: dict[str, Source]
    states: dict[str, Hours]


class _Sanctions(msgspec.Struct, frozen=True):
    sources: dict[str, Source]
    embargoes: tuple[EmbargoDefault, ...]


class _Health(msgspec.Struct, frozen=True):
    sources: dict[str, Source]
    position: HealthPosition


def packaged(name: str) -> bytes:
    """The bytes of a data file of this package."""
    return (files("comity.countries") / "data" / name).read_bytes()


@cache
def _book() -> _Book:
    return msgspec.json.decode(packaged("countries.json"), type=_Book)


@cache
def _states() -> _States:
    return msgspec.json.decode(packaged("us_states.json"), type=_States)


@cache
def _sanctions() -> _Sanctions:
    return msgspec.json.decode(packaged("sanctions.json"), type=_Sanctions)


@cache
def _health() -> _Health:
    return msgspec.json.decode(packaged("health.json"), type=_Health)


def country(iso2: str) -> Country | None:
    """The record of a country by its upper-case ISO 3166-1 alpha-2 code, or None."""
    return _book().countries.get(iso2)


def countries() -> Iterable[Country]:
    """Every record, by code."""
    return _book().countries.values()


def gathered() -> str:
    """The ISO date on which the facts were last gathered as a whole; a fact's own `reviewed` is newer where set."""
    return _book().gathered.isoformat()


def review_after_days() -> dict[Tier, int]:
    """For how many days after its review a fact of a tier counts as fresh."""
    return _book().review_after_days


def source(key: str) -> Source | None:
    """The source that a fact's `sources` name."""
    return next((book[key] for book in _all_sources() if key in book), None)


@cache
def _all_sources() -> tuple[dict[str, Source], ...]:
    return _book().sources, _states().sources, _sanctions().sources, _health().sources


def us_state_hours() -> dict[str, Hours]:
    """The promotional hours of United States stricter than the federal window, by two-letter state."""
    return _states().states


def embargo_defaults() -> tuple[EmbargoDefault, ...]:
    """The packaged proposal for an operator's list of embargoed destinations.

    No authority keeps a list of countries: what counts is the list that the operator has confirmed, with its date, in
    the policy. An entry of tier `knowledge` was checked by nobody, and one with a region cannot be told by a number.
    """
    return _sanctions().embargoes


def health_position() -> HealthPosition:
    """What keeps the gateway out of the health business of the United States, and the identifiers of 45 CFR 164.514."""
    return _health().position
