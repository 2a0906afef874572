"""What is judged an offer of something regulated, what is not, and laws of the score."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.reading import Reading
from comity.content.regulated import TOPICS, judge_regulated

HOLD = 0.75
OFFERS = {
    "gambling": "Casino: 100 free spins on your first deposit, play now",
    "loans": "Payday loans up to 1,000 euros, apply now",
    "alcohol": "20% off all wines and craft beers, order online",
    "tobacco": "Disposable vapes 3 for 10 euros, shop now",
    "cannabis": "THC gummies and pre-rolls, order now, 20% off",
    "sex": "Escort service, call now, 20% off",
    "firearms": "Glock and 9mm ammo in stock, order now",
    "crypto": "Buy bitcoin today, 50% bonus, start trading",
    "medicines": "Viagra, no prescription needed, order now, 20% off",
    "political": "Vote for Ann Example and chip in 10 euros",
}


def best(text, *, promotional=False):
    return next(iter(judge_regulated(Reading(text), promotional)), None)


@pytest.mark.parametrize(("topic", "text"), OFFERS.items())
def test_an_offer_is_judged_by_its_subject(topic, text):
    judged = best(text)
    assert (judged.topic, judged.score >= HOLD) == (topic, True)


def test_every_subject_has_its_words_and_its_offer():
    assert set(TOPICS) == set(OFFERS)


@pytest.mark.parametrize("text", OFFERS.values())
@pytest.mark.parametrize(
    "around", ["Your order {} has been delivered", "482913 is your verification code, {}", "Police say {}"]
)
def test_an_order_a_code_or_news_makes_it_less_of_an_offer(text, around):
    assert best(around.format(text)).score < best(text).score


@pytest.mark.parametrize("text", OFFERS.values())
def test_a_promotional_text_is_more_of_an_offer(text):
    assert best(text, promotional=True).score >= best(text).score


@pytest.mark.parametrize("text", ["", "casino", "bitcoin fell today", "We talked about wine and guns", "ok", "🎉"])
def test_a_subject_without_an_offer_is_none(text):
    assert best(text) is None or best(text).score < HOLD


def test_spans_quote_what_was_written():
    text = "C\u0430sino: 100 free spins, play now"
    judged = best(text)
    assert "C\u0430sino" in [text[span.start : span.end] for span in judged.spans]


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_judged_within_bounds_likeliest_first(text, promotional):
    judged = judge_regulated(Reading(text), promotional)
    scores = [one.score for one in judged]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(0 <= span.start < span.end <= len(text) for one in judged for span in one.spans)
