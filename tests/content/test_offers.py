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


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("sure_profit", "Put in 200, take out 2,000 by Friday. Every single client got paid"),
        ("sure_profit", "Nooit meer werken? Met dit systeem komt er dagelijks 180 euro binnen"),
        ("sure_profit", "Placement à 12 % par mois, capital garanti, versement chaque lundi"),
        ("sure_profit", "15 % Rendite im Monat, sicher und ohne Verlustrisiko"),
        ("sure_profit", "Nasz robot giełdowy daje 3% dziennie, nie da się stracić"),
        ("unasked_prize", "Of 10 people in your street only you were picked for a free kitchen. Reply before 6pm"),
        ("unasked_prize", "Ihr Thermomix wartet auf Sie, zahlen Sie bloß 2,95 Porto"),
        ("unasked_prize", "Tu tarjeta regalo de 500 euros te espera, reclámala hoy"),
        ("unasked_prize", "Hattiniza 10.000 TL hediye cikti. Almak icin hemen arayin"),
        ("miracle", "Restore 20/20 vision without glasses or surgery in 14 days"),
        ("miracle", "Maigrissez en dormant : -8 kg en une semaine, mangez ce que vous voulez"),
        ("miracle", "Addio diabete: guarisci in 3 settimane con un rimedio naturale"),
        ("miracle", "Pierde un kilo por noche con el parche, tacos incluidos"),
    ],
)
def test_an_arrangement_of_words_is_held_and_never_refused(kind, text):
    judged = judge_offer(Reading(text))
    assert 0.75 <= judged.score < 0.95
    assert kind in judged.kinds
    assert judged.spans


@pytest.mark.parametrize(
    "text",
    [
        "Trading 212: 5.1% AER on uninvested cash, paid daily. Rate variable.",
        "Warehouse picker, Leeds, £12.40 an hour, no experience needed. Apply at our office",
        "Your $20 reward certificate is waiting. Use it by 6/30.",
        "eBay: congratulations, you won the auction. Pay £121.00 plus £4.99 postage",
        "Members lose 1-2 lb a week on average. Join in June from $10/month, cancel any time.",
        "Help us beat cancer. Sign up for the race and donate",
        "Your diabetes follow-up is on 6/12 at 10:30. Bring your glucose log",
        "Ihr neuer Fernseher liegt für Sie bereit, Auftrag 8812",
    ],
)
def test_what_only_looks_like_it_passes(text):
    assert judge_offer(Reading(text)).score < NOTE


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
