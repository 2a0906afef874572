"""Owns the country rule book: facts with source and tier, and pure functions over them; must not know any account.

None of it is legal advice; `docs/reference/country-facts.md` says where it
comes from and how sure each tier is.
"""

from comity.countries.facts import Authority, Country, Emergency, Fact, Hours, ReportChannel, Senders, Source, Tier
from comity.countries.rulebook import countries, country, gathered, source, us_state_hours

__all__ = [
    "Authority",
    "Country",
    "Emergency",
    "Fact",
    "Hours",
    "ReportChannel",
    "Senders",
    "Source",
    "Tier",
    "countries",
    "country",
    "gathered",
    "source",
    "us_state_hours",
]
