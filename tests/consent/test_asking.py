"""The question that asks for a confirmed opt-in, and which replies are a yes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.asking import question, read_answer
from comity.consent.life import RequestEvent

YES, NO = RequestEvent.YES, RequestEvent.NO


@pytest.mark.parametrize(
    ("reply", "country", "event"),
    [
        ("YES", "BE", YES),
        ("yes!", None, YES),
        ("Ja", "NL", YES),
        ("ja.", "BE", YES),
        ("OUI", "FR", YES),
        ("Sí", "ES", YES),
        ("si", "IT", YES),
        ("Évidemment", "FR", None),
        ("TAK", "PL", YES),
        ("tak", "DK", None),
        ("да", "BG", YES),
        ("hay\u0131r", "TR", NO),
        ("evet", "TR", YES),
        ("\u03bd\u03b1\u03b9", "GR", YES),
        ("はい", "JP", YES),
        ("nee", "NL", NO),
        ("No", "GB", NO),
        ("oui", "DE", None),
        ("yes but stop", "GB", None),
        ("", "GB", None),
        ("yes" + " " * 60 + "no", "GB", None),
        ("👍", "GB", None),
    ],
)
def test_replies(reply, country, event):
    assert read_answer(reply, country) is event


@pytest.mark.parametrize(
    ("country", "word"), [("BE", "JA"), ("FR", "OUI"), ("DE", "JA"), ("ES", "SÍ"), ("JP", "YES"), (None, "YES")]
)
def test_the_question_names_a_word_that_answers_it(country, word):
    text = question("Shop", ["offers", "news"], country)
    assert word in text.split()
    assert text.startswith("Shop: ")
    assert "offers, news" in text
    assert "STOP" in text
    assert read_answer(word, country) is YES


@given(st.text(max_size=200), st.lists(st.text(max_size=100), max_size=10), st.sampled_from(["BE", "FR", "US", None]))
def test_the_question_stays_short_and_is_never_a_template_of_others(brand, purposes, country):
    assert len(question(brand, purposes, country)) <= 240


@given(st.text(max_size=300), st.sampled_from(["BE", "FR", "US", "JP", None]))
def test_any_reply_can_be_read(reply, country):
    assert read_answer(reply, country) in {YES, NO, None}
