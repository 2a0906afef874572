"""Owns reading the packaged country files, once and lazily; must not judge anything by them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from comity.countries.facts import Country, Hours, Source

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Book(msgspec.Struct, frozen=True):
    gathered: str
    sources: dict[str, Source]
    countries: dict[str, Country]


class _States(msgspec.Struct, frozen=True):
    sources: dict[str, Source]
    states: dict[str, Hours]


def packaged(name: str) -> bytes:
    """The bytes of a data file of this package."""
    return (files("comity.countries") / "data" / name).read_bytes()


@cache
def _book() -> _Book:
    return msgspec.json.decode(packaged("countries.json"), type=_Book)


@cache
def _states() -> _States:
    return msgspec.json.decode(packaged("us_states.json"), type=_States)


def country(iso2: str) -> Country | None:
    """The record of a country by its upper-case ISO 3166-1 alpha-2 code, or None."""
    return _book().countries.get(iso2)


def countries() -> Iterable[Country]:
    """Every record, by code."""
    return _book().countries.values()


def gathered() -> str:
    """The ISO date on which the facts were last gathered as a whole; a fact's own `reviewed` is newer where set."""
    return _book().gathered


def source(key: str) -> Source | None:
    """The source that a fact's `sources` name."""
    return _book().sources.get(key) or _states().sources.get(key)


def us_state_hours() -> dict[str, Hours]:
    """The promotional hours of United States stricter than the federal window, by two-letter state."""
    return _states().states
