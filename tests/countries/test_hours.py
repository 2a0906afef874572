"""When a message may go: windows, holidays, several clocks, and changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.countries import countries
from comity.countries.hours import (
    DEFAULT_PROMOTIONAL,
    Allowed,
    NoWindow,
    Wait,
    next_allowed,
    schedule,
    sending_windows,
)
from comity.countries.week import Week, every_day, windows_of


def at(zone: str, written: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone), fold=fold)


def ask(place: str, zone: str, written: str, category="promotional"):
    return next_allowed(place, (zone,), category, at(zone, written))


JOBURG, CAIRO, AMMAN, DOHA = "Africa/Johannesburg", "Africa/Cairo", "Asia/Amman", "Asia/Qatar"
TAIPEI, BOGOTA, PARIS = "Asia/Taipei", "America/Bogota", "Europe/Paris"
CHICAGO, NEW_YORK, BRUSSELS = "America/Chicago", "America/New_York", "Europe/Brussels"

ALLOWED = [
    ("ZA", JOBURG, "2026-11-20T08:00"),
    ("ZA", JOBURG, "2026-11-20T19:59:59"),
    ("ZA", JOBURG, "2026-11-21T09:00"),
    ("ZA", JOBURG, "2026-11-21T12:59"),
    ("TW", TAIPEI, "2026-11-18T12:29"),
    ("TW", TAIPEI, "2026-11-18T13:30"),
    ("EG", CAIRO, "2026-11-22T09:00"),
    ("EG", CAIRO, "2026-11-19T20:59"),
    ("JO", AMMAN, "2026-11-22T08:00"),
    ("QA", DOHA, "2026-11-21T07:00"),
    ("CO", BOGOTA, "2026-11-20T07:00"),
    ("CO", BOGOTA, "2026-11-21T14:59"),
    ("FR", PARIS, "2026-11-21T21:59"),
    ("US-TX", CHICAGO, "2026-11-22T12:00"),
    ("US-TX", CHICAGO, "2026-11-21T09:00"),
    ("US-RI", NEW_YORK, "2026-11-20T17:59"),
    ("US-NY", NEW_YORK, "2026-11-22T08:00"),
    ("US", NEW_YORK, "2026-11-20T10:00"),
    ("BD", "Asia/Dhaka", "2026-11-20T23:59"),
    ("BH", "Asia/Bahrain", "2026-11-20T03:00"),
    ("AD", "Europe/Andorra", "2026-11-20T08:00"),
]

WAITS = [
    ("ZA", JOBURG, "2026-11-20T07:59", "2026-11-20T08:00", "before it opens"),
    ("ZA", JOBURG, "2026-11-20T20:00", "2026-11-21T09:00", "Friday night waits for Saturday"),
    ("ZA", JOBURG, "2026-11-21T13:00", "2026-11-23T08:00", "no Sunday"),
    ("ZA", JOBURG, "2026-12-16T10:00", "2026-12-17T08:00", "Day of Reconciliation"),
    ("ZA", JOBURG, "2026-12-24T21:00", "2026-12-28T08:00", "Christmas, Goodwill on Saturday, Sunday"),
    ("TW", TAIPEI, "2026-11-18T12:30", "2026-11-18T13:30", "midday"),
    ("TW", TAIPEI, "2026-11-18T21:00", "2026-11-19T09:00", "night"),
    ("EG", CAIRO, "2026-11-19T21:00", "2026-11-22T09:00", "Friday and Saturday"),
    ("JO", AMMAN, "2026-11-20T12:00", "2026-11-22T08:00", "Friday and Saturday"),
    ("QA", DOHA, "2026-11-20T12:00", "2026-11-21T07:00", "Friday"),
    ("CO", BOGOTA, "2026-11-20T19:00", "2026-11-21T08:00", "Friday evening"),
    ("CO", BOGOTA, "2026-11-21T15:00", "2026-11-23T07:00", "Saturday afternoon"),
    ("FR", PARIS, "2026-11-21T22:00", "2026-11-23T08:00", "Sunday"),
    ("FR", PARIS, "2026-11-11T10:00", "2026-11-12T08:00", "Armistice"),
    ("US-TX", CHICAGO, "2026-11-22T11:59", "2026-11-22T12:00", "Sunday morning in Texas"),
    ("US-RI", NEW_YORK, "2026-11-20T18:00", "2026-11-21T10:00", "Rhode Island"),
    ("US-LA", CHICAGO, "2026-11-22T12:00", "2026-11-23T08:00", "Louisiana has no Sunday"),
    ("US-LA", CHICAGO, "2026-11-26T12:00", "2026-11-27T08:00", "Thanksgiving"),
    ("US-NY", NEW_YORK, "2026-11-20T21:00", "2026-11-21T08:00", "federal night"),
    ("US", NEW_YORK, "2026-11-22T12:00", "2026-11-23T10:00", "state unknown: no Sunday"),
    ("US", NEW_YORK, "2026-11-20T18:00", "2026-11-21T10:00", "state unknown: 18:00"),
    ("IT", "Europe/Rome", "2026-11-22T12:00", "2026-11-23T08:00", "Sunday"),
    ("AD", "Europe/Andorra", "2026-11-20T21:00", "2026-11-21T08:00", "our default"),
    ("XX", "Etc/UTC", "2026-11-20T21:00", "2026-11-21T08:00", "a country nobody knows"),
]


@pytest.mark.parametrize(("place", "zone", "written"), ALLOWED)
def test_a_moment_in_a_window_is_allowed(place, zone, written):
    assert ask(place, zone, written) == Allowed()


@pytest.mark.parametrize(("place", "zone", "written", "until", "_about"), WAITS)
def test_a_moment_outside_waits_for_the_first_allowed_one(place, zone, written, until, _about):
    found = ask(place, zone, written)
    assert isinstance(found, Wait)
    assert found.until == at(zone, until)
    assert found.until.tzinfo is UTC


def test_a_holiday_of_a_state_counts_when_the_state_is_known():
    berlin = "Europe/Berlin"
    assert ask("DE", berlin, "2026-01-06T10:00") == Allowed()
    found = ask("DE-BY", berlin, "2026-01-06T10:00")
    assert isinstance(found, Wait)
    assert found.until == at(berlin, "2026-01-07T08:00")


def test_a_holiday_on_a_sunday_narrows_the_sunday_and_never_widens_it():
    week = Week((windows_of("08:00-22:00"),) * 6 + ((),), windows_of("10:00-20:00"))
    assert week.on(6, holiday=True) == ()
    assert week.on(0, holiday=True) == windows_of("10:00-20:00")


@pytest.mark.parametrize("category", ["otp", "alert"])
@pytest.mark.parametrize("place", ["ZA", "EG", "US", "XX"])
def test_codes_and_alerts_never_wait(category, place):
    assert ask(place, "Etc/UTC", "2026-11-22T03:00", category) == Allowed()


@pytest.mark.parametrize("record", countries(), ids=lambda record: record.iso2)
def test_transactional_messages_go_at_night_everywhere(record):
    assert next_allowed(record.iso2, (), "transactional", datetime(2026, 11, 22, 3, tzinfo=UTC)) == Allowed()


def test_a_wait_says_why_with_its_source_and_tier():
    found = ask("ZA", JOBURG, "2026-12-16T10:00")
    assert isinstance(found, Wait)
    assert found.source == "zacpa"
    assert found.tier == "official"
    assert found.why == (
        "For the recipient it is 10:00 on Wednesday, a public holiday (Day of Reconciliation) (Africa/Johannesburg); "
        "promotional messages to South Africa go Mon-Fri 08:00-20:00, Sat 09:00-13:00, "
        "none on Sun and public holidays."
    )


def test_our_default_has_no_source():
    found = ask("AD", "Europe/Andorra", "2026-11-20T22:00")
    assert isinstance(found, Wait)
    assert (found.source, found.tier) == ("", "none")


def test_the_default_window_is_the_callers_choice():
    zone = "Europe/Andorra"
    found = next_allowed("AD", (zone,), "promotional", at(zone, "2026-11-20T08:30"), every_day("10:00-12:00"))
    assert isinstance(found, Wait)
    assert found.until == at(zone, "2026-11-20T10:00")


def test_several_clocks_must_all_allow_the_moment():
    found = next_allowed(
        "RU", ("Europe/Moscow", "Asia/Vladivostok"), "promotional", at("Europe/Moscow", "2026-11-20T15:00")
    )
    assert isinstance(found, Wait)
    assert found.until == at("Europe/Moscow", "2026-11-21T08:00")
    assert (
        next_allowed(
            "RU", ("Europe/Moscow", "Asia/Vladivostok"), "promotional", at("Europe/Moscow", "2026-11-20T13:59")
        )
        == Allowed()
    )


def test_without_zones_the_countrys_count():
    assert isinstance(next_allowed("AU", (), "promotional", at("Australia/Sydney", "2026-11-20T09:30")), Wait)
    assert next_allowed("AU", (), "promotional", at("Australia/Perth", "2026-11-20T14:00")) == Allowed()


def test_clocks_that_share_no_minute_are_a_declared_outcome():
    noon = every_day("12:00-13:00")
    found = next_allowed("XX", ("Etc/GMT+6", "Etc/GMT-6"), "promotional", datetime(2026, 11, 20, tzinfo=UTC), noon)
    assert isinstance(found, NoWindow)
    assert "14 days" in found.why


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="aware"):
        next_allowed("BE", (), "promotional", datetime(2026, 11, 20))  # noqa: DTZ001  that is the point


def test_an_unknown_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        next_allowed("BE", ("Europe/Atlantis",), "promotional", datetime(2026, 11, 20, tzinfo=UTC))


# Clocks change: Brussels on 28 March 2027 at 02:00 (skipped to 03:00) and on 31 October 2027 at 03:00 (back to 02:00).
NIGHT = every_day("02:30-02:45")
LATE = every_day("02:15-05:00")


def night(zone: str, moment: datetime, windows: Week):
    return next_allowed("XX", (zone,), "promotional", moment, windows)


@pytest.mark.parametrize(
    ("zone", "asked", "windows", "until"),
    [
        (BRUSSELS, "2027-03-27T23:00:00+00:00", NIGHT, "2027-03-29T00:30:00+00:00"),
        (BRUSSELS, "2027-03-27T23:00:00+00:00", LATE, "2027-03-28T01:00:00+00:00"),
        (BRUSSELS, "2027-10-30T23:00:00+00:00", NIGHT, "2027-10-31T00:30:00+00:00"),
        (BRUSSELS, "2027-10-31T00:50:00+00:00", NIGHT, "2027-10-31T01:30:00+00:00"),
        (NEW_YORK, "2027-03-14T05:00:00+00:00", NIGHT, "2027-03-15T06:30:00+00:00"),
        (NEW_YORK, "2027-03-14T05:00:00+00:00", LATE, "2027-03-14T07:00:00+00:00"),
        (NEW_YORK, "2027-11-07T04:00:00+00:00", every_day("01:30-01:40"), "2027-11-07T05:30:00+00:00"),
        (NEW_YORK, "2027-11-07T05:45:00+00:00", every_day("01:30-01:40"), "2027-11-07T06:30:00+00:00"),
        # Lord Howe moves by half an hour: on 3 October 2027 02:00 becomes 02:30, on 4 April 2027 02:00 is 01:30 again.
        ("Australia/Lord_Howe", "2027-10-02T14:00:00+00:00", every_day("02:10-02:50"), "2027-10-02T15:30:00+00:00"),
        ("Australia/Lord_Howe", "2027-10-02T14:00:00+00:00", every_day("02:05-02:20"), "2027-10-03T15:05:00+00:00"),
        ("Australia/Lord_Howe", "2027-04-03T14:46:00+00:00", every_day("01:40-01:45"), "2027-04-03T15:10:00+00:00"),
    ],
)
def test_windows_follow_a_change_of_the_clock(zone, asked, windows, until):
    found = night(zone, datetime.fromisoformat(asked), windows)
    assert isinstance(found, Wait)
    assert found.until == datetime.fromisoformat(until)


def test_a_day_that_a_country_skipped_does_not_stop_the_search():
    found = night("Pacific/Apia", datetime(2011, 12, 30, 9, tzinfo=UTC), every_day("08:00-09:00"))
    assert isinstance(found, Wait)
    assert found.until == at("Pacific/Apia", "2011-12-31T08:00")


def by_minutes(place: str, zone: str, moment: datetime) -> datetime:
    """The same answer found the slow way: minute by minute on the wall clock."""
    week = schedule(place, "promotional").week
    while True:
        local = moment.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        if any(start <= minute < end for start, end in week.on(local.weekday())):
            return moment
        moment += timedelta(minutes=1)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["TW", "GB", "US-TX", "KE", "SV", "HT", "AD"]),
    st.sampled_from([BRUSSELS, NEW_YORK, "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"]),
    st.integers(0, 3 * 366 * 24 * 60),
)
def test_the_answer_is_what_a_look_at_every_minute_gives(place, zone, minutes):
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = next_allowed(place, (zone,), "promotional", moment)
    assert not isinstance(found, NoWindow)
    assert (found.until if isinstance(found, Wait) else moment) == by_minutes(place, zone, moment)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(record.iso2 for record in countries())), st.integers(0, 2 * 366 * 24))
def test_the_moment_it_names_is_allowed_and_later(iso2, hours):
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    found = next_allowed(iso2, (), "promotional", moment)
    if isinstance(found, Wait):
        assert found.until > moment
        assert next_allowed(iso2, (), "promotional", found.until) == Allowed()
        assert isinstance(next_allowed(iso2, (), "promotional", found.until - timedelta(seconds=1)), Wait)


def test_windows_can_be_shown():
    assert sending_windows("ZA", "promotional", 5) == ((540, 780),)
    assert sending_windows("ZA", "promotional", 5, holiday=True) == ()
    assert sending_windows("AD", "promotional", 6) == DEFAULT_PROMOTIONAL.on(6)
    assert sending_windows("AD", "otp", 6) == ((0, 1440),)


@pytest.mark.parametrize("written", ["09:00-08:00", "08:00-12:00 11:00-13:00", "08:00-25:00", "8", "08:00-08:00"])
def test_windows_out_of_order_are_refused(written):
    with pytest.raises(ValueError, match=r"windows|int"):
        windows_of(written)


def test_a_week_says_itself_in_words():
    assert schedule("TW", "promotional").week.words() == "Mon-Sun 09:00-12:30 and 13:30-21:00"
    assert schedule("CA", "promotional").week.words() == "Mon-Fri 09:00-21:30, Sat-Sun 10:00-18:00"
    assert schedule("HN", "promotional").week.words() == (
        "Mon-Fri 07:00-21:00, Sat-Sun 09:00-20:00, public holidays 09:00-20:00"
    )
