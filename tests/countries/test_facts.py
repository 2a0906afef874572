"""The packaged facts hang together, and each says how sure it is."""

from __future__ import annotations

import subprocess
import sys
from zoneinfo import ZoneInfo

import msgspec
import phonenumbers
import pytest
from phonenumbers import shortnumberinfo

from comity.countries import countries, country, facts_of, gathered, source, us_state_hours
from comity.countries.facts import Fact, Hours
from comity.countries.hours import schedule
from comity.countries.week import intersect_weeks, windows_of

ALL = list(countries())


def facts(record) -> list[Fact]:
    return [fact for _, fact in facts_of(record)]


@pytest.mark.parametrize("record", ALL, ids=lambda record: record.iso2)
def test_every_source_is_known_and_every_fact_has_one(record):
    for fact in facts(record):
        assert fact.sources, fact
        assert all(source(key) for key in fact.sources), fact


@pytest.mark.parametrize("record", ALL, ids=lambda record: record.iso2)
def test_every_country_has_clocks_that_exist_and_its_calling_code(record):
    assert record.zones
    for name in record.zones:
        ZoneInfo(name)
    assert record.iso2 in phonenumbers.region_codes_for_country_code(record.calling_code)


@pytest.mark.parametrize("record", ALL, ids=lambda record: record.iso2)
def test_every_window_can_be_read(record):
    for hours in (record.promotional, record.transactional):
        if hours:
            assert len([windows_of(day) for day in hours.week]) == 7
            windows_of(hours.holiday or "")


def test_every_region_with_numbers_has_a_record():
    assert {record.iso2 for record in ALL} == set(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize("record", ALL, ids=lambda record: record.iso2)
def test_the_emergency_numbers_hold_what_the_library_knows(record):
    for number in ("112", "911", "999", "000", "110", "119", "100", "10111", "18", "15"):
        if shortnumberinfo.is_emergency_number(number, record.iso2):
            assert number in record.emergency_numbers


@pytest.mark.parametrize("iso2", ["NG", "TH", "VN", "EG", "MA", "QA", "AR", "CL", "PE", "NZ", "SG"])
def test_the_library_misses_112_here_and_the_overlay_has_it(iso2):
    assert not shortnumberinfo.is_emergency_number("112", iso2)
    record = country(iso2)
    assert record is not None
    assert "112" in record.emergency_numbers


def test_other_overlays_are_there():
    assert "122" in country("CN").emergency_numbers
    assert "118" in country("JP").emergency_numbers


def test_no_state_is_looser_than_the_federal_window():
    federal = schedule("US-NY", "promotional").week
    for state in us_state_hours():
        week = schedule(f"US-{state}", "promotional").week
        assert intersect_weeks(week, federal) == week, state


def test_an_unknown_state_gets_the_strictest_of_all():
    strictest = schedule("US", "promotional").week
    for state in (*us_state_hours(), "NY"):
        assert intersect_weeks(strictest, schedule(f"US-{state}", "promotional").week) == strictest


def test_a_spam_short_code_is_found_where_there_is_one():
    assert country("US").spam_short_code.value == "7726"
    assert country("FR").spam_short_code.value == "33700"
    assert country("AU").spam_short_code.value == "7226"
    assert country("BE").spam_short_code is None


def test_nothing_of_the_share_alike_table_is_in_the_data():
    written = msgspec.json.encode(ALL)
    assert b"aws23" not in written
    assert b"aws_2023" not in written
    assert source("aws23") is None


def test_an_unknown_country_has_no_record():
    assert country("XX") is None
    assert country("za") is None


def test_the_day_of_gathering_is_known():
    assert gathered() == "2026-11-22"


def test_hours_are_frozen():
    hours = country("ZA").promotional
    assert isinstance(hours, Hours)
    with pytest.raises(AttributeError):
        hours.basis = "mine"


def test_importing_loads_no_data_and_no_calendar():
    code = (
        "import sys, comity.countries, comity.countries.hours as h, comity.countries.rulebook as r;"
        "files = (r._book, r._states, r._sanctions, r._health);"
        "assert not any(file.cache_info().currsize for file in files); assert 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
