"""Limits and the arithmetic of rates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.account import Standing
from comity.accounts.standing import ORDER
from comity.accounts.triggers import Day, asked_by, breaches, standing_by, wilson_lower
from comity.policy.files import default_policy
from comity.policy.watching import triggers_of
from comity.screening.rulebook import RULEBOOK

TODAY = date(2026, 3, 4)
TABLE = triggers_of(default_policy().document)
among = st.integers(1, 1_000_000)


@pytest.mark.parametrize(
    ("count", "of", "lower"),
    [(0, 10, 0.0), (10, 10, 0.7225), (1, 10, 0.0179), (5, 100, 0.0215), (50, 1000, 0.0382), (500, 10_000, 0.0459)],
)
def test_the_lower_bound_is_wilsons(count, of, lower):
    assert wilson_lower(count, of) == pytest.approx(lower, abs=1e-4)


@given(among, st.data())
def test_the_lower_bound_lies_between_nothing_and_the_share(of, data):
    count = data.draw(st.integers(0, of))
    assert 0 <= wilson_lower(count, of) <= count / of


@given(among, st.data())
def test_more_of_as_many_is_no_less(of, data):
    count = data.draw(st.integers(0, of - 1))
    assert wilson_lower(count, of) <= wilson_lower(count + 1, of) + 1e-12


@given(st.integers(1, 1000), st.data())
def test_the_same_share_of_more_is_surer(of, data):
    count = data.draw(st.integers(0, of))
    assert wilson_lower(count, of) <= wilson_lower(count * 7, of * 7) + 1e-12


@given(st.floats(0.001, 0.999))
def test_of_very_many_the_bound_is_nearly_the_share(share):
    assert wilson_lower(share * 1e12, 10**12) == pytest.approx(share, abs=1e-4)


@given(among, st.floats(0, 2_000_000))
def test_weighed_counts_may_be_more_than_there_were(of, count):
    assert 0 <= wilson_lower(count, of) <= 1


def rate(name):
    return TABLE.rates[name]


def found(*days, standing=Standing.GOOD, since=lambda _name: None):
    return {one.name: one.step.weight for one in breaches(days, TODAY, standing, since, TABLE)}


CLEAN = Day(TODAY, sent=10_000, settled=10_000)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (CLEAN, {}),
        (Day(TODAY, sent=49, settled=49, complaints=49), {}),
        (Day(TODAY, sent=10_000, settled=10_000, complaints=18), {"complaints": 1}),
        (Day(TODAY, sent=10_000, settled=10_000, complaints=45), {"complaints": 2}),
        (Day(TODAY, sent=10_000, settled=10_000, complaints=130), {"complaints": 4}),
        (Day(TODAY, sent=1_000, settled=1_000, opt_outs=150), {"opt-outs": 2}),
        (Day(TODAY, sent=1_000, settled=1_000, rejected=500), {"carrier-rejections": 4}),
        (Day(TODAY, sent=1_000, settled=1_000, unreachable=300), {"unreachable": 1}),
        (Day(TODAY, sent=500, refused=600, settled=500), {"refusals": 2}),
        (Day(TODAY, sent=199, settled=199, rejected=199), {}),
        (Day(TODAY - timedelta(days=7), sent=1_000, settled=1_000, rejected=500), {}),
        (Day(TODAY + timedelta(days=1), sent=1_000, settled=1_000, rejected=500), {}),
    ],
)
def test_a_rate_counts_when_it_is_surely_above_a_limit(day, expected):
    assert found(day) == expected


def test_a_share_just_above_a_limit_is_not_sure():
    limit = rate("carrier-rejections").steps[0].over
    assert found(Day(TODAY, sent=200, settled=200, rejected=round(200 * limit) + 1)) == {}


def test_of_a_watched_account_less_suffices():
    day = Day(TODAY, sent=120, settled=120, rejected=80)
    assert found(day) == {}
    assert found(day, standing=Standing.WATCHED) == {"carrier-rejections": 4}


def test_nobody_is_struck_twice_for_the_same_days():
    yesterday = TODAY - timedelta(days=1)
    bad = Day(yesterday, sent=1_000, settled=1_000, rejected=500)
    assert found(bad)
    assert found(bad, since=lambda _name: yesterday) == {}
    assert found(bad, Day(TODAY, sent=1_000, settled=1_000, rejected=500), since=lambda _name: yesterday)


def test_what_is_told_names_counts_and_limit():
    (breach,) = breaches(
        [Day(TODAY, sent=1_000, settled=1_000, rejected=500)], TODAY, Standing.GOOD, lambda _n: None, TABLE
    )
    assert "500 messages that carriers rejected among 1000: 50.00%" in breach.facts
    assert breach.figures["limit"] == "0.4"


@given(st.integers(0, 40), st.integers(0, 40))
def test_more_strikes_never_come_to_a_better_standing(one, other):
    few, many = sorted((one, other))
    assert ORDER.index(standing_by(few, TABLE.strikes)) <= ORDER.index(standing_by(many, TABLE.strikes))


def test_strikes_alone_never_deactivate():
    assert standing_by(10_000, TABLE.strikes) is Standing.SUSPENDED
    assert asked_by(0, TABLE.strikes) is None


def test_the_table_names_clauses_and_rules_that_are_there():
    table, document = TABLE, default_policy().document
    named = {one.clause for one in table.rates.values()} | {table.probing.clause, table.drift.clause}
    assert named <= document.clauses.keys()
    assert set(table.probing.rules) <= {rule.id for rule in RULEBOOK}


@pytest.mark.parametrize("one", TABLE.rates.values(), ids=TABLE.rates)
def test_steps_rise(one):
    assert [step.over for step in one.steps] == sorted(step.over for step in one.steps)
    assert [step.weight for step in one.steps] == sorted(step.weight for step in one.steps)
