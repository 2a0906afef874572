"""Harmless words before or behind a text free it of nothing: a hit stays a hit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.promotion import THRESHOLD, judge_promotion
from support.corpus import judge_row, rows

RULES = ("regulated-content", "content-banned-here", "deceptive-offer", "discriminatory-offer", "emergency-offer")
STRONG = {"hold", "refuse"}
ENDED = (".", "!", "?", "。")
BEFORE = (
    "haha ",
    "hi mum, ",
    "see you tonight mate ",
    "Your order 4711: ",
    "Your order 4711 is on its way. ",
    "Your code is 449201. ",
    "Your code is 449201\n",
    "Your appointment is confirmed. ",
    "Your payment is due! ",
    "News: police warn. ",
    "Breaking news - ",
)
BEHIND = (
    " lol",
    " haha xx",
    " See you at mine, mum.",
    " Your appointment is confirmed.",
    " Your order has shipped.",
    " Your payment of 20 euros is due.",
    " Your code is 449201.",
    " Beware of scam texts.",
    " Terms and conditions apply.",
    " All welcome.",
    " football team",
    " As the law requires.",
    " In the news today: police warn.",
)
AROUND = [*(words + "{}" for words in BEFORE), *("{}" + words for words in BEHIND)]


def is_held(row, text):
    found = judge_row({**row, "text": text}).findings
    return any(one.rule == row["rule"] and one.action in STRONG for one in found)


def ended(text):
    return text if text.rstrip().endswith(ENDED) else f"{text}."


HELD = [row for row in rows() if row["rule"] in RULES and row["kind"] == "hit" and is_held(row, ended(row["text"]))]


def test_most_labelled_hits_are_held_and_so_are_put_to_the_test():
    assert {row["rule"] for row in HELD} == set(RULES)
    assert len(HELD) >= 120


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("rule", RULES)
def test_harmless_words_around_a_hit_leave_it_one(rule, around):
    mine = [row for row in HELD if row["rule"] == rule]
    assert [text for row in mine if not is_held(row, text := around.format(ended(row["text"])))] == []


PROMOTIONAL = [
    "Alleen vandaag: 25% KORTING op alles, shop nu!",
    "Summer sale! 50% off all shoes this weekend only, shop now at https://shop.example.",
    "Big sale, use code SPRING20 today only. Shop now and get 20% off!",
    "SOLDES : 30% de réduction sur tout, cadeau offert, profitez-en !",
    "Son gün! Tüm ürünlerde %50 indirim, fırsatı kaçırmayın.",  # noqa: RUF001  Turkish
]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("text", PROMOTIONAL)
def test_harmless_words_around_an_advertisement_leave_it_one(text, around):
    assert judge_promotion(text).score >= THRESHOLD
    assert judge_promotion(around.format(text)).score >= THRESHOLD


@given(st.sampled_from(HELD), st.lists(st.sampled_from(AROUND), min_size=2, max_size=4))
def test_several_harmless_words_around_a_hit_leave_it_one(row, several):
    text = ended(row["text"])
    for around in several:
        text = ended(around.format(text))
    assert is_held(row, text)
