"""Owns what a page about a country shows, in words and as typed facts; must not know how or where it is shown."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from comity.countries.page_hours import hours_tables
from comity.countries.page_sections import sections_of
from comity.countries.page_shapes import CountryPage, Evidence, HoursTable, Line, PageSource, Section
from comity.countries.rulebook import country, gathered, source
from comity.countries.words import opt_out_words

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NOT_LEGAL_ADVICE", "CountryPage", "Evidence", "HoursTable", "Line", "PageSource", "Section", "country_page"]

NOT_LEGAL_ADVICE: Final = (
    "This is not legal advice. Sources differ, rules change, and most of what is known comes from vendors, "
    "not from laws."
)


@lru_cache(maxsize=512)
def country_page(iso2: str) -> CountryPage | None:
    """The page of a country by its upper-case ISO 3166-1 alpha-2 code, or None where there is no record."""
    record = country(iso2)
    if record is None:
        return None
    hours, sections = tuple(hours_tables(record)), tuple(sections_of(record))
    lines = [line.evidence for section in sections for line in section.lines]
    return CountryPage(
        iso2=record.iso2,
        name=record.name,
        calling_code=record.calling_code,
        languages=record.languages,
        zones=record.zones,
        gathered=date.fromisoformat(gathered()),
        advice=NOT_LEGAL_ADVICE,
        hours=hours,
        sections=sections,
        stop_words=opt_out_words(iso2),
        sources=_sources([*(table.evidence for table in hours), *lines]),
        facts=record,
    )


def _sources(evidence: Iterable[Evidence]) -> tuple[PageSource, ...]:
    keys = sorted({key for one in evidence for key in one.sources})
    found = ((key, source(key)) for key in keys)
    return tuple(PageSource(key, one.where, one.tier) for key, one in found if one is not None)
