"""The page of a country shows every fact that the book has of it, with how sure it is."""

from __future__ import annotations

import json

import msgspec
import pytest

from comity.countries import countries, facts_of, may_refuse, us_state_hours
from comity.countries.page import NOT_LEGAL_ADVICE, country_page

ALL = list(countries())
EACH = pytest.mark.parametrize("record", ALL, ids=lambda record: record.iso2)


def evidence(page):
    yield from (table.evidence for table in page.hours)
    yield from (line.evidence for section in page.sections for line in section.lines)


def section(iso2: str, name: str):
    (found,) = (one for one in country_page(iso2).sections if one.id == name)
    return found


@EACH
def test_every_fact_of_the_book_is_on_the_page(record):
    shown = {(one.tier, one.sources, one.effective) for one in evidence(country_page(record.iso2))}
    for name, fact in facts_of(record):
        assert (fact.tier, fact.sources, fact.effective) in shown, name


@EACH
def test_every_source_of_a_line_is_listed_and_every_line_says_something(record):
    page = country_page(record.iso2)
    listed = {one.key for one in page.sources}
    for one in evidence(page):
        assert set(one.sources) <= listed
        assert one.may_refuse == may_refuse(one.tier)
        assert (one.review_by is None) == (one.tier == "none" or (one.until is not None and one.until < page.gathered))
    assert all(line.about and line.says for part in page.sections for line in part.lines)
    assert page.advice == NOT_LEGAL_ADVICE


@EACH
def test_every_page_has_the_same_sections_and_a_week(record):
    page = country_page(record.iso2)
    assert [part.id for part in page.sections] == [part.id for part in country_page("BE").sections]
    assert all(bool(part.nothing) is not bool(part.lines) for part in page.sections)
    assert [len(table.days) for table in page.hours] == [7] * len(page.hours)
    assert page.hours[0].category == "promotional"


def test_a_page_encodes_to_json_and_back():
    page = country_page("FI")
    written = msgspec.json.encode(page)
    assert msgspec.json.decode(written, type=type(page)) == page
    assert json.loads(written)["facts"]["registrations"][0]["effective"] == "2026-05-04"


def test_an_unknown_country_has_no_page():
    assert country_page("XX") is None


def test_a_country_without_a_rule_shows_the_default_and_says_so():
    (hours,) = country_page("AD").hours
    assert hours.words == "Mon-Sun 08:00-21:00"
    assert (hours.evidence.tier, hours.evidence.review_by, hours.evidence.sources) == ("none", None, ())
    assert "default" in hours.basis


def test_hours_read_like_a_timetable():
    week = dict(country_page("TW").hours[0].days)
    assert week["Monday"] == "09:00-12:30 and 13:30-21:00"
    assert dict(country_page("EG").hours[0].days)["Friday"] == "none"
    assert country_page("ZA").hours[0].holiday == "none"
    assert country_page("HN").hours[0].holiday == "only 09:00-20:00"
    assert country_page("TW").hours[0].holiday == "like any other day"


def test_caps_and_consents_are_said():
    assert country_page("CO").hours[0].more == ("At most 1 promotional text to a recipient in 24 hours.",)
    assert country_page("VN").hours[0].more == ("At most 3 promotional texts to a recipient in 24 hours.",)
    assert "separate consent" in country_page("KR").hours[0].more[0]
    assert "agreed" in country_page("ZA").hours[0].more[0]


def test_the_united_states_show_the_unknown_state_and_each_stricter_one_by_name():
    titles = [table.title for table in country_page("US").hours]
    assert titles[:2] == ["Promotional texts", "Promotional texts, state not known"]
    assert len(titles) == 2 + len(us_state_hours())
    assert "Promotional texts, Texas" in titles
    assert not [title for title in titles if len(title.rpartition(", ")[2]) == 2]


@pytest.mark.parametrize(
    ("iso2", "name", "part"),
    [
        ("ES", "registration", "without it messages are blocked"),
        ("AU", "registration", 'without it recipients see "Unverified" as the sender'),
        ("FI", "registration", "for the country's own long numbers, all texts"),
        ("FR", "senders", "for a person's own use only"),
        ("FI", "senders", "the country's own only after registration"),
        ("BE", "registries", "a copy counts for 30 days"),
        ("MY", "links", "Telephone numbers to call back are prohibited. Asking for personal data is prohibited."),
        ("SA", "affixes", "at the end, promotional texts; you write it"),
        ("US", "opt-out", "A refusal takes effect within 10 working days; Comity honours it at once."),
        ("NL", "registries", "abolished since; does not cover texts"),
        ("VN", "registries", "a copy counts for 1 day;"),
        ("IN", "registries", "consulted at each sending"),
        ("CU", "embargo", "proposed for the list of embargoed destinations"),
        ("TW", "two-way", "Recipients cannot answer"),
    ],
)
def test_facts_are_said_in_plain_words(iso2, name, part):
    assert any(part in line.says for line in section(iso2, name).lines)


def test_a_note_on_senders_is_said_once():
    assert [line.about for line in section("FR", "senders").lines][-1] == "Note"
    assert sum("ARCEP" in line.says + line.evidence.note for line in section("FR", "senders").lines) == 1
