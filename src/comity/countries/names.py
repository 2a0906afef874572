"""Owns what places are called in the middle of a sentence; must not know any fact about them."""

from __future__ import annotations

from functools import cache
from typing import Final

from comity.countries.rulebook import country

US_STATES: Final = {
    "AL": "Alabama",
    "CA": "California",
    "CT": "Connecticut",
    "FL": "Florida",
    "IL": "Illinois",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "MA": "Massachusetts",
    "MD": "Maryland",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NV": "Nevada",
    "OK": "Oklahoma",
    "RI": "Rhode Island",
    "TX": "Texas",
    "WA": "Washington",
}
"""The states with hours of their own, by their two letters."""

# Names that English gives an article.
_WITH_THE: Final = frozenset(
    ("AE", "AX", "BQ", "BS", "CC", "CF", "CK", "DO", "FK", "FO", "GB", "GM", "IM", "IO", "KM", "KY", "MH", "MP", "MV",
     "NL", "PH", "PS", "SB", "SC", "TC", "US", "VG", "VI")
)  # fmt: skip
# Names that tell two places apart in a list and read badly in a sentence.
_SPOKEN: Final = {
    "CD": "the Democratic Republic of the Congo",
    "CG": "the Republic of the Congo",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macao",
    "VC": "St. Vincent and the Grenadines",
}


@cache
def spoken_name(place: str) -> str:
    """What to call a place in a sentence, such as `the Netherlands`.

    Args:
        place: ISO 3166-1 alpha-2, or with a subdivision (`"US-TX"`, `"DE-BY"`): a state with hours of its own has its
            name, any other is called as its country. A code without a record stands for itself.
    """
    iso2, _, part = place.partition("-")
    if iso2 == "US" and part in US_STATES:
        return "the state of Washington" if part == "WA" else US_STATES[part]
    record = country(iso2)
    if record is None:
        return place
    name = _SPOKEN.get(iso2) or record.name.replace(" & ", " and ")
    return f"the {name}" if iso2 in _WITH_THE else name
