"""Which arrangements of word classes are found, and that each stands on words and leaves what is near them alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.cues import Mark, words
from comity.content.emergency import judge_emergency_offer
from comity.content.offers import KINDS, judge_offer
from comity.content.reading import Reading
from comity.content.schemes import SHAPES, schemes_of

FILES = ("offers", "emergency")
LONGEST_TEXT = 2000
ONE_SECOND = 1.0


def all_schemes():
    return [(file, name, scheme) for file in FILES for name, scheme in schemes_of(file).named.items()]


IDS = [f"{file}-{name}" for file, name, _ in all_schemes()]


@pytest.mark.parametrize("scheme", [scheme for _, _, scheme in all_schemes()], ids=IDS)
def test_a_scheme_begins_with_words_and_asks_for_what_there_is(scheme):
    assert scheme.groups[0] <= words().keys()
    assert scheme.classes <= words().keys() | SHAPES.keys()
    assert len(scheme.groups) >= 2
    assert scheme.title


@pytest.mark.parametrize("scheme", schemes_of("offers").named.values())
def test_a_scheme_of_offers_is_of_a_kind_that_is_told(scheme):
    assert scheme.gives in KINDS


@pytest.mark.parametrize(
    ("shape", "text", "met"),
    [
        ("#sum", "put in 200", True),
        ("#sum", "room 12", False),
        ("#money", "2,500,000 in the draw", True),
        ("#money", "112.4 to 98.0", False),
        ("#each", "300 euro per dag", True),
        ("#each", "gunde 500", True),
        ("#each", "a daydream", False),
        ("#each_day", "every week", False),
        ("#soon", "in 10 days", True),
        ("#soon", "over nacht", False),
        ("#soon", "uber nacht", True),
        ("#weight", "12 kg", True),
        ("#weight", "1 2 kg", False),
        ("#nightly", "un kilo por noche", True),
        ("#turned", "250 into 5,000", True),
        ("#turned", "250 or 5,000", False),
        ("#nearly_all", "99% right", True),
        ("#nearly_all", "50% right", False),
        ("#premium_line", "call 0906 496 4567", True),
        ("#premium_line", "09064964567150ppm", True),
        ("#premium_line", "+44 906 496 4567", True),
        ("#premium_line", "090649645", False),
        ("#premium_line", "1709064964567", False),
        ("#premium_line", "0800 496 4567", False),
        ("#rated_line", "08714964567", True),
        ("#rated_line", "087 496 4567", False),
        ("#rated_line", "0877 496 4567", False),
        ("#short_code", "txt win to 84433", True),
        ("#short_code", "send go 2 84433", True),
        ("#short_code", "up to 10000 people", False),
        ("#short_code", "text us. go to 10000 shops", False),
        ("#small_print", "calls 150ppm", True),
        ("#small_print", "£1.50/msg", True),
        ("#small_print", "from a land line", True),
        ("#small_print", "pobox334", True),
        ("#small_print", "at 150 park lane", False),
        ("#small_print", "10pm", False),
        ("#small_print", "open until 11 pm", False),
        ("#small_print", "the box office", False),
    ],
)
def test_a_shape_is_met_where_it_stands(shape, text, met):
    assert (SHAPES[shape].search(text) is not None) is met


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "unit",
    ["1", "1 ", "1.", "a ", "send ", "1 kg", "$1,", "per ", "text a ", " ", "%9", "txt ", "09", "0 9", "text to "],
)
def test_no_text_makes_a_shape_slow(shape, unit):
    text = (unit * LONGEST_TEXT)[:LONGEST_TEXT]
    begun = time.perf_counter()
    SHAPES[shape].findall(text)
    assert time.perf_counter() - begun < ONE_SECOND


@pytest.mark.parametrize(("apart", "found"), [(30, True), (60, True), (91, False), (500, False)])
def test_words_of_a_scheme_must_stand_near_each_other(apart, found):
    marks = [Mark(0, 12, "offer_riskless"), Mark(apart, apart + 7, "offer_venture")]
    text = f"nobody loses{' ' * (apart - 12)}trading"
    assert bool(schemes_of("offers").found(text, marks, ["venture_without_risk"])) is found


def test_one_word_is_not_two_of_a_scheme():
    both = [Mark(0, 7, "offer_riskless"), Mark(0, 7, "offer_venture")]
    assert not schemes_of("offers").found("trading", both, ["venture_without_risk"])


def test_only_schemes_whose_words_are_all_there_are_looked_at():
    schemes = schemes_of("offers")
    assert schemes.possible(set()) == []
    assert "venture_without_risk" not in schemes.possible({"offer_riskless"})
    assert "venture_without_risk" in schemes.possible({"offer_riskless", "offer_venture"})


@given(st.text(alphabet="abcdefghij ", max_size=80))
def test_an_unrelated_sentence_behind_it_saves_no_case(text):
    case = "Our trading bot never loses, 5% profit per day."
    assert judge_offer(Reading(f"{case} {text}.")).score >= judge_offer(Reading(case)).score - 0.05


def test_what_excuses_a_prize_must_be_near():
    prize = "You were picked at random for a new iPhone, confirm today"
    assert judge_offer(Reading(prize)).score > judge_offer(Reading(f"{prize} and use code SAVE for 10% off")).score


def test_rescue_that_reaches_nobody_is_no_offer():
    text = "House on fire? Message us and we inform the fire department for you"
    assert (
        judge_emergency_offer(Reading(text)).score
        > judge_emergency_offer(Reading(f"{text}. Not for emergencies")).score
    )
