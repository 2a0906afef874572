"""What is judged a deceptive offer, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.offers import KINDS, judge_offer
from comity.content.reading import Reading

NOTE = 0.6
HOLD = 0.75
DECEPTIVE = {
    "unasked_prize": "You have won a prize! Claim now",
    "sure_profit": "Guaranteed profit of 10% a day, invest now",
    "miracle": "Miracle cure, cures cancer, order now",
    "windfall": "You are owed an unclaimed refund, claim it now",
    "costly_way": "You have 1 urgent message waiting, call 0871 496 0123 now",
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


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("costly_way", "Your Algarve holiday or £3,000 awaits collection, call 09054961234 from a land line. Box 8"),
        ("costly_way", "Ur cash bonus is unclaimed, ring +44 871 496 0123"),
        ("costly_way", "Someone u know fancies u! 2 find out who call 0906 496 4567, 150p/min"),
        ("costly_way", "We tried to contact u re your reply to our offer of a free phone"),
        ("costly_way", "Your account shows 640 un-redeemed points, call 0871 496 0123"),
        ("costly_way", "Urgent! Please call 0871 496 0123. National rate"),
        ("costly_way", "500 free texts, just call 08714960123"),
        ("costly_way", "Thanks for your ringtone order. Questions? Call 0906 496 4567"),
        ("unasked_prize", "To claim your holiday quote claim code K22"),
        ("unasked_prize", "Today is ur lucky day, log onto our site 2 find out why"),
        ("unasked_prize", "Last chance 2 claim £200 of vouchers, txt SAVE to 85099 now"),
        ("unasked_prize", "Send your name and address for a free week's holiday"),
        ("recurring", "Claim ur £20 voucher, txt SAVE to 85099. £3 subs"),
        ("recurring", "Win £500! Text PLAY to 83099, 150p per msg rcvd"),
    ],
)
def test_a_pretext_for_what_costs_is_held(kind, text):
    judged = judge_offer(Reading(text))
    assert judged.score >= HOLD
    assert kind in judged.kinds


@pytest.mark.parametrize(
    "text",
    [
        "Your Algarve break awaits collection, call 0300 496 1234",
        "You have 1 urgent message waiting, call 0345 496 0123",
        "Your driver awaits you outside, call 0905 496 1234",
        "Your item awaits collection at our depot, call 0871 496 0123 to rebook",
        "Someone you know has joined, find out who in the app",
        "We tried to contact you about your delivery. Call 0871 496 0123",
        "640 points are not redeemed: see acme.example",
        "Flight cancelled, free refund, call 0871 496 0123",
        "Your ringtone order is ready: acme.example/t",
        "Quote your claim number 8812 to our insurance team for your holiday",
        "Your lucky day: 20% off, log on to acme.example",
        "Win tickets! Text WIN to 84433, £1 plus your standard rate",
        "Send your name and address for a free holiday brochure",
    ],
)
def test_what_costs_nothing_more_or_is_an_errand_passes(text):
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
