"""What is judged an offer that leaves people out, on which ground, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.discrimination import GROUNDS, judge_discrimination
from comity.content.reading import Reading

NOTE = 0.55
REFUSE = 0.95
LEFT_OUT = {
    "origin": "only white tenants",
    "religion": "no Muslims",
    "nationality": "no foreigners",
    "sex": "women need not apply",
    "disability": "no disabled people",
    "orientation": "no gay couples",
    "age": "only under 30",
}


@pytest.mark.parametrize(("ground", "words"), LEFT_OUT.items())
@pytest.mark.parametrize("offer", ["Flat for rent, {}", "We hire drivers, {}", "Loans for all, {}"])
def test_leaving_people_out_of_an_offer_is_a_case(ground, words, offer):
    judged = judge_discrimination(Reading(offer.format(words)))
    assert judged.score >= NOTE
    assert ground in judged.grounds


def test_every_ground_has_an_example():
    assert set(LEFT_OUT) == set(GROUNDS)


@pytest.mark.parametrize(
    "words", ["only white people", "no Muslims", "no foreigners", "men not welcome", "no gay couples"]
)
def test_without_an_offer_it_is_none(words):
    assert judge_discrimination(Reading(f"He said: {words}")).score < NOTE


@pytest.mark.parametrize("words", LEFT_OUT.values())
def test_a_text_that_welcomes_all_is_never_refused_outright(words):
    text = f"We hire drivers, everyone welcome regardless of origin, and never say '{words}'"
    assert judge_discrimination(Reading(text)).score < REFUSE


@pytest.mark.parametrize(
    "text",
    [
        "Flat for rent, no pets. Muslims live next door.",
        "Flat for rent for a family. No smoking. Women and men welcome",
        "We hire drivers and women are half of our staff",
        "Job: only 2 places left. Men and women can apply",
        "Job at our shop, 30 hours a week, only mornings",
        "We hire, up to 40 euros an hour",
        "",
    ],
)
def test_a_group_without_a_word_of_exclusion_beside_it_is_none(text):
    assert judge_discrimination(Reading(text)).score < NOTE


@pytest.mark.parametrize("age", ["max 35 years", "between 20 and 30", "nicht älter als 40 Jahre", "maximaal 35 jaar"])
def test_ages_are_read_with_their_words(age):
    assert "age" in judge_discrimination(Reading(f"We hire drivers, {age}")).grounds


@pytest.mark.parametrize("limit", ["under 18", "over 21", "18+", "from 16 years"])
def test_an_age_that_protects_is_no_ground(limit):
    assert "age" not in judge_discrimination(Reading(f"Club entry {limit}")).grounds


@given(st.text(max_size=300))
def test_any_text_is_judged_within_bounds(text):
    judged = judge_discrimination(Reading(f"Job: {text}"))
    assert 0 <= judged.score <= 1
    assert (judged.score > 0) is bool(judged.grounds)
