"""Hours where they are hard: ambiguous numbers, movable and regional holidays, changes of the clock, and their laws."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity.countries import countries, country, us_state_hours
from comity.countries.calendar import public_holiday
from comity.countries.hours import SEARCH_DAYS, Allowed, NoWindow, Wait, next_allowed, schedule
from comity.countries.spans import DAY_S, day_spans
from comity.countries.week import Week, every_day, windows_of
from comity.numbers.read import read_destination
from comity.numbers.zones import place_of, zones_of


def at(zone: str, written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


# Numbers that do not tell their clock, and some that do. The moment is UTC; 20 November 2026 is a Friday.
NUMBERS = [
    ("18765550123", "2026-11-21T01:59", None, "Jamaica, +1 876: five hours behind, 20:59"),
    ("18765550123", "2026-11-21T02:00", "2026-11-21T13:00", "Jamaica: 21:00"),
    ("18095550123", "2026-11-21T01:00", "2026-11-21T12:00", "Dominican Republic, +1 809: four hours behind"),
    ("17875550123", "2026-11-21T00:59", None, "Puerto Rico, +1 787: 20:59"),
    ("15125550123", "2026-11-21T02:59", None, "Texas: 20:59 in Chicago"),
    ("15125550123", "2026-11-22T17:59", "2026-11-22T18:00", "Texas: no Sunday morning"),
    ("19075550123", "2026-11-20T17:30", "2026-11-20T18:00", "Alaska: 08:30 in Anchorage is 07:30 on Adak"),
    ("18085550123", "2026-11-21T06:59", None, "Hawaii: 20:59"),
    ("18005550123", "2026-11-20T19:59", "2026-11-20T20:00", "toll-free: 10:00 to 18:00 from New York to Honolulu"),
    ("18005550123", "2026-11-20T22:59", None, "toll-free: 17:59 in New York"),
    ("18005550123", "2026-11-20T23:00", "2026-11-21T20:00", "toll-free: 18:00 in New York"),
    ("14165550123", "2026-11-21T02:29", None, "Toronto: 21:29"),
    ("16045550123", "2026-11-20T16:59", "2026-11-20T17:00", "Vancouver: 08:59"),
    ("17095550123", "2026-11-20T12:45", "2026-11-20T13:00", "Newfoundland, +1 709: Labrador is half an hour behind"),
    ("5592912345678", "2026-11-19T11:59", "2026-11-19T12:00", "Manaus: 07:59, though 08:59 in São Paulo"),
    ("5511961234567", "2026-11-19T11:00", None, "São Paulo: 08:00"),
    ("79161234567", "2026-11-20T05:59", "2026-11-20T06:00", "Russia: 07:59 in Kaliningrad"),
    ("79161234567", "2026-11-20T08:59", None, "Russia: 20:59 on Kamchatka"),
    ("79161234567", "2026-11-20T09:00", "2026-11-21T06:00", "Russia: 21:00 on Kamchatka"),
    ("74951234567", "2026-11-20T17:59", None, "Moscow, a fixed line: 20:59"),
    ("77011234567", "2026-11-20T16:59", None, "Kazakhstan: one clock since 2024, 21:59"),
    ("77011234567", "2026-11-20T17:00", "2026-11-21T04:00", "Kazakhstan: 22:00"),
    ("62812345678", "2026-11-20T11:59", None, "Indonesia: 20:59 in Jayapura"),
    ("62812345678", "2026-11-20T12:00", "2026-11-21T01:00", "Indonesia: 21:00 in Jayapura, 08:00 in Jakarta"),
    ("61412345678", "2026-11-20T00:59", "2026-11-20T01:00", "Australia: 08:59 in Perth"),
    ("61412345678", "2026-11-20T08:59", None, "Australia: 19:59 in Sydney and on Lord Howe"),
    ("61412345678", "2026-11-21T06:00", "2026-11-23T01:00", "Australia: Saturday 17:00 in Sydney, no Sunday"),
    ("61291234567", "2026-11-20T08:59", None, "Sydney, a fixed line: 19:59"),
    ("34612345678", "2026-11-20T08:59", "2026-11-20T09:00", "Spain: 08:59 on the Canaries"),
]


@pytest.mark.parametrize(("digits", "asked", "until", "_about"), NUMBERS)
def test_a_number_waits_for_every_clock_that_it_may_be_kept_by(digits, asked, until, _about):
    dest = read_destination(digits)
    found = next_allowed(place_of(dest), zones_of(dest), "promotional", utc(asked))
    assert (found.until if isinstance(found, Wait) else found) == (utc(until) if until else Allowed())


# Movable, regional and substituted holidays: a local morning, and when the message may go.
HOLIDAYS = [
    ("ZA", "Africa/Johannesburg", "2027-03-26T10:00", "2027-03-27T09:00", "Good Friday"),
    ("ZA", "Africa/Johannesburg", "2027-03-29T10:00", "2027-03-30T08:00", "Family Day, after Easter"),
    ("ZA", "Africa/Johannesburg", "2027-03-22T10:00", "2027-03-23T08:00", "Human Rights Day fell on a Sunday"),
    ("FR", "Europe/Paris", "2027-03-29T10:00", "2027-03-30T08:00", "Easter Monday"),
    ("FR", "Europe/Paris", "2027-05-06T10:00", "2027-05-07T08:00", "Ascension"),
    ("CO", "America/Bogota", "2026-11-16T10:00", "2026-11-17T07:00", "a holiday moved to Monday"),
    ("QA", "Asia/Qatar", "2027-03-10T10:00", "2027-03-13T07:00", "Eid al-Fitr, then Friday"),
    ("EG", "Africa/Cairo", "2027-01-07T10:00", "2027-01-10T09:00", "Coptic Christmas, then the weekend"),
    ("BR", "America/Sao_Paulo", "2026-11-20T10:00", "2026-11-21T08:00", "Black Consciousness Day"),
    ("JO", "Asia/Amman", "2026-12-25T10:00", "2026-12-27T08:00", "Christmas on a Friday"),
    ("DE-BY", "Europe/Berlin", "2027-05-27T10:00", "2027-05-28T08:00", "Corpus Christi in Bavaria"),
    ("AU-VIC", "Australia/Melbourne", "2026-11-03T10:00", "2026-11-04T09:00", "Melbourne Cup"),
    ("US-LA", "America/Chicago", "2027-02-09T10:00", "2027-02-10T08:00", "Mardi Gras in Louisiana"),
    ("US-AL", "America/Chicago", "2026-11-26T10:00", "2026-11-27T08:00", "Thanksgiving in Alabama"),
    ("HN", "America/Tegucigalpa", "2026-09-15T20:30", "2026-09-16T07:00", "Independence Day ends at 20:00"),
    ("HN", "America/Tegucigalpa", "2026-09-15T08:00", "2026-09-15T09:00", "Independence Day begins at 09:00"),
]


@pytest.mark.parametrize(("place", "zone", "asked", "until", "_about"), HOLIDAYS)
def test_a_holiday_closes_or_narrows_its_day(place, zone, asked, until, _about):
    found = next_allowed(place, (zone,), "promotional", at(zone, asked))
    assert isinstance(found, Wait)
    assert found.until == at(zone, until)


@pytest.mark.parametrize(
    ("place", "zone", "asked"),
    [
        ("DE", "Europe/Berlin", "2027-05-27T10:00"),
        ("DE-HH", "Europe/Berlin", "2027-05-27T10:00"),
        ("AU", "Australia/Melbourne", "2026-11-03T10:00"),
        ("AU-NSW", "Australia/Sydney", "2026-11-03T10:00"),
        ("US-TX", "America/Chicago", "2026-11-26T10:00"),
        ("TW", "Asia/Taipei", "2027-01-01T10:00"),
    ],
)
def test_a_holiday_of_elsewhere_or_of_no_consequence_closes_nothing(place, zone, asked):
    assert next_allowed(place, (zone,), "promotional", at(zone, asked)) == Allowed()


# Both hemispheres change their clocks: the hours of a country stay where its people's clocks are.
SEASONS = [
    ("GB", "Europe/London", "2027-03-27T08:00", "2027-03-28T07:00"),
    ("GB", "Europe/London", "2027-10-30T07:00", "2027-10-31T08:00"),
    ("NZ", "Pacific/Auckland", "2027-04-02T19:00", "2027-04-03T20:00"),
    ("NZ", "Pacific/Auckland", "2026-09-25T20:00", "2026-09-26T19:00"),
    ("AU", "Australia/Sydney", "2026-10-01T23:00", "2026-10-05T22:00"),
    ("CL", "America/Santiago", "2027-04-02T12:00", "2027-04-05T13:00"),
]


@pytest.mark.parametrize(("place", "zone", "before", "after"), SEASONS)
def test_the_first_minute_of_a_day_moves_with_the_clock(place, zone, before, after):
    for opening in (utc(before), utc(after)):
        earlier = next_allowed(place, (zone,), "promotional", opening - timedelta(seconds=1))
        assert isinstance(earlier, Wait)
        assert earlier.until == opening
        assert next_allowed(place, (zone,), "promotional", opening) == Allowed()


# A day's open seconds in windows around a change: skipped ones are not there, repeated ones are there twice.
LENGTHS = [
    ("Europe/Brussels", "2027-03-28", "00:00-24:00", 23),
    ("Europe/Brussels", "2027-10-31", "00:00-24:00", 25),
    ("Europe/Brussels", "2027-03-28", "02:00-03:00", 0),
    ("Europe/Brussels", "2027-10-31", "02:00-03:00", 2),
    ("Australia/Sydney", "2026-10-04", "02:00-03:00", 0),
    ("Australia/Sydney", "2027-04-04", "02:00-03:00", 2),
    ("America/Santiago", "2026-09-06", "00:00-02:00", 1),
    ("America/Santiago", "2027-04-03", "23:00-24:00", 2),
    ("Africa/Cairo", "2027-04-30", "00:00-01:00", 0),
    ("Africa/Cairo", "2027-10-28", "23:00-24:00", 2),
    ("Australia/Lord_Howe", "2027-04-04", "01:30-02:00", 1),
    ("Asia/Kathmandu", "2027-04-04", "00:00-24:00", 24),
]


@pytest.mark.parametrize(("zone", "day", "written", "hours"), LENGTHS)
def test_a_change_of_the_clock_takes_or_gives_time(zone, day, written, hours):
    local = date.fromisoformat(day)

    def only_that_day(one: date):
        return windows_of(written) if one == local else ()

    middle = int(datetime(local.year, local.month, local.day, tzinfo=UTC).timestamp()) // DAY_S
    spans = [span for around in (-1, 0, 1) for span in day_spans(zone, only_that_day, middle + around)]
    assert sum(end - start for start, end in spans) == hours * 3600


PLACES = st.sampled_from(
    [*(record.iso2 for record in countries()), *(f"US-{state}" for state in us_state_hours()), "DE-BY", "AU-VIC", "XX"]
)
ZONES = st.sampled_from(
    [
        "Europe/Brussels",
        "America/New_York",
        "America/Santiago",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Australia/Sydney",
        "Asia/Kathmandu",
        "America/St_Johns",
        "Pacific/Apia",
        "Pacific/Chatham",
        "Etc/GMT+12",
        "Pacific/Kiritimati",
    ]
)
CLOCKS = st.lists(ZONES, min_size=1, max_size=3, unique=True).map(tuple)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  made aware
LAW = settings(max_examples=80, deadline=None)


def resolved(place: str, clocks: tuple[str, ...], moment: datetime) -> datetime | None:
    """When a promotional message goes that is asked for at a moment; None for never."""
    found = next_allowed(place, clocks, "promotional", moment)
    if isinstance(found, NoWindow):
        return None
    return found.until if isinstance(found, Wait) else moment


@LAW
@given(PLACES, CLOCKS, MOMENTS, st.floats(0, 1, exclude_max=True))
def test_nothing_earlier_than_the_answer_is_allowed(place, clocks, moment, part):
    found = next_allowed(place, clocks, "promotional", moment)
    if isinstance(found, Wait):
        assert next_allowed(place, clocks, "promotional", found.until) == Allowed()
        between = moment + (found.until - moment) * part
        assert next_allowed(place, clocks, "promotional", min(between, found.until - timedelta(seconds=1))) != Allowed()


@LAW
@given(PLACES, CLOCKS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_who_asks_later_never_goes_earlier(place, clocks, moment, later):
    first, second = resolved(place, clocks, moment), resolved(place, clocks, moment + later)
    if first is not None and second is not None:
        assert first <= second


@LAW
@given(PLACES, CLOCKS, MOMENTS)
@example("EG", ("Africa/Cairo",), datetime(2027, 3, 9, tzinfo=UTC))
def test_an_answer_never_lies_further_ahead_than_is_searched(place, clocks, moment):
    found = next_allowed(place, clocks, "promotional", moment)
    if isinstance(found, Wait):
        assert timedelta(0) < found.until - moment <= timedelta(days=SEARCH_DAYS)


@LAW
@given(PLACES, CLOCKS, MOMENTS)
def test_several_clocks_allow_what_each_of_them_allows(place, clocks, moment):
    together = next_allowed(place, clocks, "promotional", moment) == Allowed()
    assert together == all(next_allowed(place, (one,), "promotional", moment) == Allowed() for one in clocks)


@LAW
@given(PLACES, CLOCKS, ZONES, MOMENTS)
def test_one_more_clock_never_makes_it_earlier(place, clocks, another, moment):
    fewer, more = resolved(place, clocks, moment), resolved(place, (*clocks, another), moment)
    if more is not None:
        assert fewer is not None
        assert fewer <= more


@LAW
@given(PLACES, ZONES, MOMENTS)
def test_what_holds_for_promotion_never_holds_for_codes(place, zone, moment):
    assert next_allowed(place, (zone,), "otp", moment) == Allowed()
    if next_allowed(place, (zone,), "promotional", moment) == Allowed():
        assert next_allowed(place, (zone,), "transactional", moment) == Allowed()


@LAW
@given(st.sampled_from([*us_state_hours(), "NY", "OH"]), MOMENTS)
def test_what_an_unknown_state_allows_every_state_allows(state, moment):
    zone = ("America/Chicago",)
    if next_allowed("US", zone, "promotional", moment) == Allowed() and not _state_holiday(state, moment):
        assert next_allowed(f"US-{state}", zone, "promotional", moment) == Allowed()


def _state_holiday(state: str, moment: datetime) -> bool:
    """A holiday of a state alone, which an unknown state cannot know."""
    day = moment.astimezone(ZoneInfo("America/Chicago")).date()
    return public_holiday(f"US-{state}", day) is not None and public_holiday("US", day) is None


@LAW
@given(PLACES, st.integers(0, 6))
def test_a_holiday_only_ever_narrows_a_weekday(place, weekday):
    week = schedule(place, "promotional").week
    usual, holiday = week.on(weekday), week.on(weekday, holiday=True)
    assert all(any(opens <= start and end <= closes for opens, closes in usual) for start, end in holiday)


@LAW
@given(ZONES, st.integers(20_454, 21_900), st.sampled_from(["00:00-24:00", "02:00-03:00", "09:00-12:30 13:30-21:00"]))
def test_the_spans_of_a_day_lie_in_it_in_order_and_apart(zone, day, written):
    spans = day_spans(zone, lambda _: windows_of(written), day)
    assert all(day * DAY_S <= start < end <= (day + 1) * DAY_S for start, end in spans)
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


@LAW
@given(ZONES, MOMENTS, st.integers(0, 1438), st.integers(1, 1440))
def test_a_narrower_window_never_opens_earlier(zone, moment, opens, minutes):
    closes = min(1440, opens + minutes)
    wide, narrow = (Week(((window,),) * 7) for window in ((opens, closes), (opens + (closes - opens) // 2, closes)))
    found = [next_allowed("XX", (zone,), "promotional", moment, week) for week in (wide, narrow)]
    goes = [one.until if isinstance(one, Wait) else moment for one in found]
    assert goes[0] <= goes[1]


@pytest.mark.parametrize(
    ("place", "cap", "override"),
    [
        ("CO", 1, None),
        ("VN", 3, None),
        ("ZA", None, "agreement"),
        ("KR", None, "separate_consent"),
        ("US-FL", 3, None),
        ("US-MD", 3, None),
        ("US-TX", None, None),
        ("US-NY", None, None),
        ("US", 3, None),
        ("BE", None, None),
        ("XX", None, None),
    ],
)
def test_a_schedule_carries_the_cap_and_whether_a_consent_lifts_the_hours(place, cap, override):
    found = schedule(place, "promotional")
    assert (found.cap_24h, found.override) == (cap, override)
    assert schedule(place, "otp").cap_24h is None


def test_a_week_without_an_hour_is_a_declared_outcome():
    closed = Week(((),) * 7)
    found = next_allowed("XX", ("Etc/UTC",), "promotional", datetime(2026, 11, 20, tzinfo=UTC), closed)
    assert isinstance(found, NoWindow)
    assert found.tier == "none"


def test_a_moment_two_weeks_ahead_is_still_found():
    """Fourteen days is the limit: a window that opens right on it counts, a second later it does not."""
    once = Week((windows_of("12:00-12:01"), *((),) * 6))
    asked = datetime(2026, 11, 16, 12, 1, tzinfo=UTC)
    found = next_allowed("XX", ("Etc/UTC",), "promotional", asked, once)
    assert isinstance(found, Wait)
    assert found.until == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert next_allowed("XX", ("Etc/UTC",), "promotional", asked, every_day("12:00-12:01")).until.day == 17


def test_the_most_populous_clock_is_named_first():
    named = {iso2: country(iso2).zones[0] for iso2 in ("AU", "BR", "CA", "RU", "US", "MX", "ID", "ES", "PT", "NZ")}
    assert named == {
        "AU": "Australia/Sydney",
        "BR": "America/Sao_Paulo",
        "CA": "America/Toronto",
        "RU": "Europe/Moscow",
        "US": "America/New_York",
        "MX": "America/Mexico_City",
        "ID": "Asia/Jakarta",
        "ES": "Europe/Madrid",
        "PT": "Europe/Lisbon",
        "NZ": "Pacific/Auckland",
    }
