"""Which texts are judged promotional, which must not be, and the laws of the weights."""

from __future__ import annotations

import csv
from itertools import combinations
from math import exp, log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content import promotion
from comity.content.lexicon import Feature, Lexicon, load_cues
from comity.content.promotion import THRESHOLD, judge_promotion

CUES = load_cues()
BOLD_SALE = "".join(chr(0x1D5D4 + ord(letter) - ord("A")) for letter in "SALE")

with (Path(__file__).parent / "labelled.tsv").open(encoding="utf-8", newline="") as file:
    LABELLED = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
GENUINE = [row for row in LABELLED if row["kind"] != "promotional"]
PROMOTIONAL = [row for row in LABELLED if row["kind"] == "promotional"]

# Advertisements we know we miss: the document names them under "Known failures".
MISSED = {
    "As a valued customer you get double points",
    "Te invitamos a nuestra jornada",
}


def _is_missed(text: str) -> bool:
    return any(text.startswith(start) for start in MISSED)


@pytest.mark.parametrize("row", GENUINE, ids=lambda row: f"{row['kind']}-{row['lang']}-{row['text'][:30]}")
def test_a_genuine_text_with_salesy_words_is_not_promotional(row):
    assert judge_promotion(row["text"]).score < THRESHOLD


@pytest.mark.parametrize("row", [r for r in GENUINE if r["kind"] == "otp"], ids=lambda row: row["text"][:40])
def test_a_one_time_code_is_nowhere_near_promotional(row):
    assert judge_promotion(row["text"]).score < 0.5


@pytest.mark.parametrize(
    "row", [r for r in PROMOTIONAL if not _is_missed(r["text"])], ids=lambda row: f"{row['lang']}-{row['text'][:30]}"
)
def test_an_advertisement_is_promotional(row):
    assert judge_promotion(row["text"]).score >= THRESHOLD


@pytest.mark.parametrize("row", [r for r in PROMOTIONAL if _is_missed(r["text"])], ids=lambda row: row["lang"])
def test_a_known_miss_still_scores_far_above_an_empty_text(row):
    assert judge_promotion(row["text"]).score > 0.5


def test_every_kind_and_language_is_in_the_labelled_texts():
    assert {row["lang"] for row in GENUINE} == {row["lang"] for row in PROMOTIONAL}
    assert {row["kind"] for row in GENUINE} == {"otp", "transactional", "alert"}


@pytest.mark.parametrize("text", ["", " ", "\n", "ok", "482913", "🎉🎉🎉", "\u200b\u0301", "您的验证码是 4821"])
def test_a_text_without_cues_scores_the_bias_and_shows_nothing(text):
    judged = judge_promotion(text)
    assert judged.score == pytest.approx(1 / (1 + exp(-CUES.bias)))
    assert judged.spans == ()


@pytest.mark.parametrize(
    ("text", "quoted", "feature"),
    [
        ("Alleen vandaag: 25% KORTING op alles, shop nu!", "KORTING", "an offer or a discount"),
        ("Alleen vandaag: 25% KORTING op alles, shop nu!", "25%", "a percentage"),
        ("Big sale, use code SPRING20 at once", "code SPRING20", "a code to be used, written as a word"),
        ("Tüm ürünlerde İNDİRİM", "İNDİRİM", "an offer or a discount"),
        ("Sa\u200ble! 50% o\u00adff e\u0301vening", "Sa\u200ble", "an offer or a discount"),
        ("SOLDES : réduction et cadeau offert", "cadeau", "something free or a gift"),
        (f"{BOLD_SALE} now, 50% off", f"{BOLD_SALE} now", "an offer or a discount"),
    ],
)
def test_a_span_quotes_the_original_text(text, quoted, feature):
    assert (quoted, feature) in [(text[s.start : s.end], s.feature) for s in judge_promotion(text).spans]


@pytest.mark.parametrize(
    "text",
    [
        "Use code 118824 now",
        "Your pin: 4471",
        "G-723210 is your SaleTown code",
        "kod: 8812 ile onayla",
    ],
)
def test_a_number_to_type_back_is_a_code_and_not_a_voucher(text):
    advert = " 50% discount, free gift today only, shop now"
    assert judge_promotion(text + advert).score < judge_promotion(advert).score


def test_case_and_accents_make_no_difference():
    plain = judge_promotion("son gun! tum urunlerde %50 indirim, firsat, ucretsiz")
    written = judge_promotion("Son gün! Tüm ürünlerde %50 İNDİRİM, fırsat, ücretsiz")  # noqa: RUF001  Turkish
    assert written == plain


def test_combinations_do_not_count_where_something_speaks_against():
    advert = "20% discount this weekend, shop now"
    assert judge_promotion(advert).score > 0.9
    assert judge_promotion(f"Your order has shipped with {advert}").score < 0.9


def test_no_one_cue_and_no_two_cross_the_threshold():
    speaking_for = [name for name, feature in CUES.features.items() if feature.weight > 0]
    highest = max(promotion._log_odds(dict.fromkeys(pair, (0, 1))) for pair in combinations(speaking_for, 2))
    assert 1 / (1 + exp(-highest)) < THRESHOLD


def test_a_one_time_code_outweighs_any_four_features():
    weights = sorted((feature.weight for feature in CUES.features.values()), reverse=True)
    assert CUES.bias + CUES.features["code"].weight + sum(weights[:4]) < 0


def test_every_feature_in_a_combination_exists_and_speaks_for_promotion():
    for combination in CUES.combinations.values():
        for group in combination.groups:
            assert all(CUES.features[name].weight > 0 for name in group)


@pytest.mark.parametrize("name", [n for n, f in CUES.features.items() if f.weight > 0 and f.terms])
def test_every_feature_of_words_speaks_in_english_and_other_languages(name):
    languages = set(CUES.features[name].terms)
    assert name in {"premium", "percent"} or languages == {"en", "nl", "fr", "de", "es", "it", "pt", "tr", "id"}


def test_a_term_under_two_features_is_refused():
    features = {n: Feature(title=n, weight=1.0, terms={"en": "sale, bargain*"}) for n in ("one", "two")}
    with pytest.raises(ValueError, match="'sale' stands under one and two"):
        Lexicon(features)


@pytest.mark.parametrize(
    ("folded", "found"),
    [
        ("free", ["whole"]),
        ("freedom", []),
        ("bargains", ["open"]),
        ("unfree", []),
        ("free of charge", ["longer"]),
        ("free \n of x", ["longer"]),
        ("20free", ["whole"]),
    ],
)
def test_terms_match_whole_words_open_endings_and_the_longest_first(folded, found):
    lexicon = Lexicon(
        {
            "whole": Feature(title="", weight=1.0, terms={"en": "free"}),
            "open": Feature(title="", weight=1.0, terms={"en": "bargain*"}),
            "longer": Feature(title="", weight=0.0, terms={"en": "free of"}),
        }
    )
    assert [feature for feature, _, _ in lexicon.scan(folded)] == found


CUE_WORDS = [
    "sale",
    "FREE",
    "50% off",
    "shop now",
    "today only",
    "code SAVE20",
    "€9,99",
    "your order",
    "İndirim",
    "e\u0301",
]
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from(CUE_WORDS) | st.text(max_size=5), max_size=12).map(" ".join)


@given(TEXTS)
def test_the_score_is_a_probability_and_spans_lie_within_the_text(text):
    judged = judge_promotion(text)
    assert 0 <= judged.score <= 1
    assert all(0 <= span.start < span.end <= len(text) for span in judged.spans)
    assert len({span.feature for span in judged.spans}) == len(judged.spans)


@given(TEXTS)
def test_the_judgement_depends_on_the_text_alone(text):
    assert judge_promotion(text) == judge_promotion(text)


@given(st.lists(st.sampled_from(CUE_WORDS), max_size=8))
def test_saying_it_all_twice_adds_nothing_but_counted_prices(words):
    once, twice = judge_promotion(". ".join(words)), judge_promotion(". ".join(words * 2))
    prices = CUES.features["prices"].weight + CUES.features["shouting"].weight
    assert _log_odds(twice.score) <= _log_odds(once.score) + prices + 1e-9


def _log_odds(score: float) -> float:
    return log(score / (1 - score))


@pytest.mark.parametrize(
    "unit",
    ["a-", "*11", "1", "1,", "x", "no ", "code ", "txt ", "www.", "free ", "é\u0301", "A", "%", "stop  ", "yaz "],
)
@pytest.mark.timeout(5)
def test_no_text_of_the_longest_message_takes_long(unit):
    text = ("free sale " + unit * 1600)[:1600]
    assert 0 <= judge_promotion(text).score <= 1
