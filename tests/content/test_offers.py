"""What is judged a deceptive offer, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.offers import KINDS, judge_offer
from comity.content.reading import Reading

NOTE = 0.6
DECEPTIVE = {
    "unasked_prize": "You have won a prize! Claim now",
    "sure_profit": "Guaranteed profit of 10% a day, invest now",
    "miracle": "Miracle cure, cures cancer, order now",
    "windfall": "You are owed an unclaimed refund, claim it now",
    "recurring": "Free ringtone! You will be charged 3 euros per week",
}


@pytest.mark.parametrize(("kind", "text"), DECEPTIVE.items())
def test_each_kind_of_deception_is_named(kind, text):
    judged = judge_offer(Reading(text))
    assert judged.score >= NOTE
    assert kind in judged.kinds


def test_every_kind_has_an_example():
    assert set(DECEPTIVE) == set(KINDS)


@pytest.mark.parametrize("text", DECEPTIVE.values())
@pytest.mark.parametrize("around", ["{} with your order 4711", "{}, a scam"])
def test_an_order_or_a_warning_in_the_same_clause_makes_it_less_so(text, around):
    assert judge_offer(Reading(around.format(text))).score < judge_offer(Reading(text)).score


@pytest.mark.parametrize("rate", ["1.50/msg", "£3/wk", "2€/semaine", "10 kr/vecka", "£1.50 p/msg", "3 p/w"])
def test_a_price_that_comes_again_is_seen_however_it_is_written(rate):
    assert "recurring" in judge_offer(Reading(f"Free tones! {rate}")).kinds


@pytest.mark.parametrize(
    "text", ["", "Your refund of 23.50 is on its way", "Charged per week: 3 euros", "20% off shoes"]
)
def test_an_honest_text_is_none(text):
    assert judge_offer(Reading(text)).score == 0


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_judged_within_bounds(text, promotional):
    judged = judge_offer(Reading(text), promotional)
    assert 0 <= judged.score <= 1
    assert (judged.score > 0) is bool(judged.kinds)
    assert all(0 <= span.start < span.end <= len(text) for span in judged.spans)
