"""The clocks and the state that a number may be under."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat

from comity.countries import country
from comity.countries.hours import Allowed, Wait, next_allowed
from comity.numbers.read import read_destination
from comity.numbers.zones import place_of, us_state, zones_of


@pytest.mark.parametrize(
    ("digits", "zones"),
    [
        ("32470123456", ("Europe/Brussels",)),
        ("447400123456", ("Europe/London",)),
        ("12025550123", ("America/New_York",)),
        ("16505550123", ("America/Los_Angeles",)),
        ("18085550123", ("Pacific/Honolulu",)),
        ("12423591234", ("America/Nassau",)),
        ("18762101234", ("America/Jamaica",)),
        ("74951234567", ("Europe/Moscow",)),
        ("5511961234567", ("America/Sao_Paulo",)),
        ("61291234567", ("Australia/Sydney",)),
        ("861012345678", ("Asia/Shanghai",)),
        ("80012345678", ("Etc/UTC",)),
    ],
)
def test_an_area_or_a_single_zone_country_tells_the_clock(digits, zones):
    assert zones_of(read_destination(digits)) == zones


@pytest.mark.parametrize(
    ("digits", "iso2"),
    [("61412345678", "AU"), ("62812345678", "ID"), ("79161234567", "RU"), ("34612345678", "ES"), ("18005550123", "US")],
)
def test_a_number_that_may_be_anywhere_has_every_clock_of_its_country(digits, iso2):
    assert zones_of(read_destination(digits)) == country(iso2).zones
    assert len(country(iso2).zones) > 1


def test_every_zone_of_every_example_number_exists():
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in range(11):
            number = phonenumbers.example_number_for_type(region, kind)
            if number:
                found = zones_of(read_destination(phonenumbers.format_number(number, PhoneNumberFormat.E164)))
                assert found
                for name in found:
                    ZoneInfo(name)


@pytest.mark.parametrize(
    ("digits", "state"),
    [
        ("12025550123", "DC"),
        ("12125550123", "NY"),
        ("14015550123", "RI"),
        ("15125550123", "TX"),
        ("13055550123", "FL"),
        ("14155550123", "CA"),
        ("19075550123", "AK"),
        ("12015550123", "NJ"),
        ("18005550123", None),
        ("14165550123", None),
        ("17875550123", None),
        ("32470123456", None),
    ],
)
def test_an_area_code_tells_the_state(digits, state):
    assert us_state(read_destination(digits)) == state


@pytest.mark.parametrize(
    ("digits", "place"),
    [("15125550123", "US-TX"), ("18005550123", "US"), ("32470123456", "BE"), ("80012345678", "ZZ")],
)
def test_hours_are_looked_up_by_country_and_state(digits, place):
    dest = read_destination(digits)
    assert place_of(dest) == place
    night = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert isinstance(next_allowed(place, zones_of(dest), "promotional", night), Allowed | Wait)


def test_nearly_every_area_code_of_the_fifty_states_is_known():
    pattern = [f"1{area}2345678" for area in range(201, 990)]
    united = []
    for digits in pattern:
        parsed = phonenumbers.parse(f"+{digits}", None)
        if phonenumbers.is_valid_number(parsed) and phonenumbers.region_code_for_number(parsed) == "US":
            united.append(read_destination(digits))
    placed = [dest for dest in united if dest.kind == "fixed_or_mobile"]
    assert len(placed) > 300
    assert [dest.e164[1:4] for dest in placed if us_state(dest) is None] == []
