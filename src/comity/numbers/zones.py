"""Owns where a number's clock may stand; must not know hours or what is sent.

A single-zone country answers by itself. Elsewhere an area code tells the zone
where numbers are bound to areas; a mobile number that is not may be anywhere.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import msgspec

from comity.countries import country
from comity.numbers.plan import Kind

if TYPE_CHECKING:
    from comity.numbers.read import Destination

UNKNOWN_ZONE: Final = "Etc/UTC"
_UNKNOWN_COUNTRY: Final = "ZZ"
_MOBILE_BY_AREA: Final = frozenset({"AR", "BR", "MX"})
"""Where mobile numbers carry an area code. Indonesia's do no longer: its prefixes all say Jakarta."""
_BOUND: Final = frozenset({Kind.FIXED, Kind.FIXED_OR_MOBILE})
_AREA = slice(1, 4)


def zones_of(dest: Destination) -> tuple[str, ...]:
    """The IANA names of the clocks that the recipient may keep, never empty, `Etc/UTC` when nothing is known."""
    record = country(dest.country) if dest.country else None
    if record is None:
        return (UNKNOWN_ZONE,)
    if len(record.zones) == 1 or not _bound_to_area(dest):
        return record.zones
    return _by_prefix(dest.e164, len(str(dest.calling_code))) or record.zones


def us_state(dest: Destination) -> str | None:
    """The state (or DC) of a United States number by its area code; None for others and for toll-free numbers.

    People keep their number when they move: it is where the number is from, not where its owner is.
    """
    return _states().get(dest.e164[_AREA]) if dest.country == "US" else None


def place_of(dest: Destination) -> str:
    """Where hours are looked up: `"BE"`, `"US-TX"`, or `"ZZ"` (ISO 3166: unknown) for a code of no country."""
    state = us_state(dest)
    return f"US-{state}" if state else dest.country or _UNKNOWN_COUNTRY


def _bound_to_area(dest: Destination) -> bool:
    return dest.kind in _BOUND or (dest.kind is Kind.MOBILE and dest.country in _MOBILE_BY_AREA)


def _by_prefix(e164: str, code_length: int) -> tuple[str, ...]:
    """The zones of the longest known prefix that is more than the calling code, else none."""
    known, longest = _prefixes()
    for length in range(min(longest, len(e164)), code_length, -1):
        zones = known.get(e164[:length])
        if zones:
            return zones
    return ()


@cache
def _prefixes() -> tuple[dict[str, tuple[str, ...]], int]:
    from phonenumbers.tzdata import (  # noqa: PLC0415  a table that only countries of several zones need
        TIMEZONE_DATA,
        TIMEZONE_LONGEST_PREFIX,
    )

    return TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX


@cache
def _states() -> dict[str, str]:
    """Area code to state; from the geographic data of libphonenumber (Apache-2.0)."""
    written = (files("comity.numbers") / "data" / "us_area_codes.json").read_bytes()
    states = msgspec.json.decode(written, type=dict[str, str])
    return {area: state for state, areas in states.items() for area in areas.split()}
