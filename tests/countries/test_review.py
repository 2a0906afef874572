"""Every fact has a day on which somebody must look again, and says so when it has come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.countries import countries, country, due_on, facts_due_for_review, facts_of, reviewed_on, source
from comity.countries.fact import Fact
from comity.countries.rulebook import review_after_days

ALL = list(countries())
EACH = pytest.mark.parametrize("record", ALL, ids=lambda record: record.iso2)
SURENESS = ["none", "knowledge", "blog", "vendor", "library", "official"]
GATHERED = date(2026, 11, 22)


@EACH
def test_a_fact_is_no_surer_than_its_surest_source(record):
    for name, fact in facts_of(record):
        best = max(SURENESS.index(source(key).tier) for key in fact.sources)
        assert SURENESS.index(fact.tier) <= best, name


@EACH
def test_facts_have_names_of_their_own_and_dates_in_order(record):
    names = [name for name, _ in facts_of(record)]
    assert len(set(names)) == len(names)
    for _, fact in facts_of(record):
        assert due_on(fact) > reviewed_on(fact)
        assert fact.effective is None or fact.until is None or fact.effective <= fact.until


@EACH
def test_a_subject_has_one_rule(record):
    subjects = [rule.content for rule in record.content]
    assert len(set(subjects)) == len(subjects)


def test_nothing_is_due_on_the_day_of_gathering():
    assert facts_due_for_review(GATHERED) == []


def test_the_review_follows_the_tier_unless_the_fact_says_otherwise():
    day = date(2026, 1, 1)
    assert due_on(Fact(tier="knowledge", reviewed=day)) == day + timedelta(days=90)
    assert due_on(Fact(tier="official", reviewed=day)) == day + timedelta(days=365)
    assert due_on(Fact(tier="official", reviewed=day, review_by=date(2026, 2, 1))) == date(2026, 2, 1)
    assert set(review_after_days()) == set(SURENESS)


def test_what_grew_stricter_lately_is_due_first():
    due = facts_due_for_review(date(2026, 12, 15))
    assert {(one.iso2, one.fact) for one in due} == {
        ("ES", "registration alpha from 2026-09-15"),
        ("FI", "registration alpha from 2026-11-02"),
        ("FI", "registration numeric from 2026-11-02"),
    }
    assert {one.review_by for one in due} == {date(2026, 12, 15)}


def test_states_embargoes_and_the_position_on_health_are_reviewed_too():
    due = {(one.iso2, one.fact) for one in facts_due_for_review(date(2028, 1, 1))}
    assert {("US-TX", "promotional hours"), ("CU", "embargo default"), ("US", "health data")} <= due


def test_a_fact_that_has_ended_is_never_due():
    (ended,) = (fact for name, fact in facts_of(country("NL")) if name == "registry Bel-me-niet Register")
    assert ended.until < GATHERED
    assert "registry Bel-me-niet Register" not in {one.fact for one in facts_due_for_review(date(2030, 1, 1))}


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_what_is_due_stays_due_until_it_is_reviewed_or_ends(day, days):
    later = {(one.iso2, one.fact) for one in facts_due_for_review(day + timedelta(days=days))}
    due = facts_due_for_review(day)
    lasting = {(one.iso2, one.fact) for one in due if not _ends(one)}
    assert lasting <= later
    assert [one.review_by for one in due] == sorted(one.review_by for one in due)


def _ends(due) -> bool:
    record = country(due.iso2)
    fact = dict(facts_of(record)).get(due.fact) if record else None
    return fact is not None and fact.until is not None
