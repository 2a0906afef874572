"""Schemes of several parts: what must be there, what sums are read, and that parts of different ones never add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.cues import tables
from comity.content.fraud_schemes import begins_with, may_be_met, sums_of, weighed, worst_scheme

SUMS = [
    ("pay 740 today", {"sum", "large"}),
    ("pay 1,460 today", {"sum", "large"}),
    ("put in 200 and get 2,000", {"sum", "large", "sums"}),
    ("5k in your hand", {"sum", "large"}),
    ("2.5 million for you", {"fortune"}),
    ("you won 850,000", {"sum", "large", "fortune"}),
    ("150 usd/day", {"sum", "large", "by_day"}),
    ("500 or everybody sees it", {"sum", "large", "or_else"}),
    ("at 8 pm with 20 people", set()),
    ("call 0800 555 0142", set()),
    ("on 12/05/2025 at 10:30", set()),
]


@pytest.mark.parametrize(("text", "found"), SUMS)
def test_sums_are_read_by_their_length_alone(text, found):
    assert set(sums_of(Analysis(text).searched)) == found


def test_every_scheme_can_begin_and_every_word_of_it_is_weighed():
    schemes = {name: one for name, one in tables("fraud")["schemes"].items() if name != "against"}
    shapes = tables("fraud")["shapes"].keys()
    for one in schemes.values():
        assert not begins_with().isdisjoint(set().union(*one["needs"]))
        assert weighed() >= set(one["weights"])
        assert any(set(group).isdisjoint(shapes) for group in one["needs"])


def test_a_scheme_that_lacks_a_part_is_none():
    whole = {"f_card": (0, 1), "f_get": (1, 2), "f_superior": (2, 3), "f_reveals": (3, 4), "f_busy": (4, 5)}
    met = worst_scheme(whole)
    assert met is not None
    assert met.scheme.kind == "gift cards"
    assert worst_scheme({name: place for name, place in whole.items() if name != "f_card"}) is None


def test_parts_of_different_schemes_never_add_up():
    assert worst_scheme({"r_love": (0, 1), "j_pay": (1, 2), "l_loan": (2, 3), "amount": (3, 4)}) is None


def test_more_of_what_speaks_against_never_raises_a_scheme():
    parts = {"l_loan": (0, 1), "l_private": (1, 2), "l_reach": (2, 3), "large": (3, 4)}
    alone, beside = worst_scheme(parts), worst_scheme(parts | {"f_lawful": (4, 5)})
    assert alone is not None
    assert beside is not None
    assert beside.odds < alone.odds


def test_nothing_may_be_met_by_no_words():
    assert not may_be_met(frozenset())
    assert may_be_met(frozenset({"something"}), [(frozenset({"something"}),)])


@given(st.text(max_size=400))
def test_every_text_has_its_sums(text):
    searched = Analysis(text).searched
    for start, end in sums_of(searched).values():
        assert 0 <= start < end <= len(searched.text)
