"""Owns which days are public holidays where; must not know what may be sent on them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=4096)
def public_holiday(place: str, day: date) -> str | None:
    """The name of the public holiday on a local date, or None.

    Args:
        place: `"ZA"`, or with a subdivision `"DE-BY"` (ISO 3166-2); holidays of subdivisions count only when named.
        day: the recipient's local date.

    Countries that the `holidays` package does not know have none.
    """
    return _year(place, day.year).get(day)


@lru_cache(maxsize=512)
def _year(place: str, year: int) -> dict[date, str]:
    import holidays  # noqa: PLC0415  takes 0.3 s, which only senders to countries with holiday rules should pay

    iso2, _, subdivision = place.partition("-")
    known = holidays.list_supported_countries().get(iso2)
    if known is None:
        return {}
    part = subdivision if subdivision in known else None
    language = "en_US" if "en_US" in holidays.list_localized_countries().get(iso2, ()) else None
    return dict(holidays.country_holidays(iso2, subdiv=part, years=year, language=language).items())
