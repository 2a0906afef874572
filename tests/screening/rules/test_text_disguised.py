"""Which hidden words make a note, which a hold, and what hides nothing."""
# ruff: noqa: RUF001  disguises are the point

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.policy.files import default_policy
from comity.screening.judging import MISS
from comity.screening.rules.text_disguised import RULE
from support.judging import a_message, ask

SETTINGS = default_policy().document.rules["text-disguised"].settings


def answer(text, **settings):
    return ask(RULE, a_message(text=text), **{**SETTINGS, **settings})


@pytest.mark.parametrize(
    ("text", "action"),
    [
        pytest.param("Your раrcеl is ready", None, id="one word of two alphabets"),
        pytest.param("Your раrcеl is hеre", "note", id="two words of two alphabets"),
        pytest.param("Your раrcеl is hеld at custоms", "hold", id="three words of two alphabets"),
        pytest.param("Go\u200bod mor\u200bning An\u200bna", "hold", id="three with invisible signs"),
        pytest.param("Go\u200bo\u200bd mor\u200bn\u200bi\u200bng", "note", id="two words, however many signs"),
        pytest.param("see you t o m o r r o w", None, id="one word spaced"),
        pytest.param("s e e  y o u  t o m o r r o w", "note", id="three words spaced"),
        pytest.param("h o p e  t o  s e e  y o u  t o m o r r o w", "hold", id="five words spaced"),
        pytest.param("fr33 coffee", None, id="one word in leet"),
        pytest.param("fr33 m0ney", "note", id="two words in leet"),
        pytest.param("fr33 m0ney at the b4nk cas1no", "hold", id="four words in leet"),
        pytest.param("𝓗𝓪𝓹𝓹𝔂 birthday", None, id="one styled word"),
        pytest.param("𝓗𝓪𝓹𝓹𝔂 𝓑𝓲𝓻𝓽𝓱𝓭𝓪𝔂 𝓐𝓷𝓷𝓪", "note", id="styled greeting"),
        pytest.param("𝓗𝓪𝓹𝓹𝔂 𝓑𝓲𝓻𝓽𝓱𝓭𝓪𝔂 𝓽𝓸 𝔂𝓸𝓾 𝓪𝓵𝓵 𝓪𝓽 𝓱𝓸𝓶𝓮 𝓪𝓷𝓭 𝓪𝓫𝓻𝓸𝓪𝓭", "note", id="much styled"),
        pytest.param("𝓟𝓪𝔂 𝓷𝓸𝔀 𝓪𝓽 𝓽𝓱𝓮 bаnk", "hold", id="styled and look-alikes"),
        pytest.param(
            "s\u0336t\u0336o\u0336p it n\u0336o\u0336w\u0336 p\u0336l\u0336s\u0336", "hold", id="struck through"
        ),
        pytest.param("go \u202eonisac\u202c, \u202eonisac\u202c", "note", id="turned round"),
    ],
)
def test_what_words_add_up_to_decides(text, action):
    got = answer(text)
    assert (None if got is MISS else got.action) == action


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(
            "Ihre Ver\u00adsiche\u00adrungs\u00adbe\u00adstä\u00adti\u00adgung ist fer\u00adtig", id="soft hyphens"
        ),
        pytest.param("הקוד שלך 12\u200e34\u200f56 A\u200eB\u200eC", id="direction marks"),
        pytest.param("می‌خواهم نمی‌دانم می‌روم کتاب‌ها", id="Persian"),
        pytest.param("क्‍ष क्‍ष क्‍ष क्‍ष", id="Hindi"),
        pytest.param("👨‍👩‍👧 👩‍💻 🏳️‍🌈 ❤️", id="emoji"),
        pytest.param("Ваш Wi-Fi и SMS в Visa, Ελλάδα, 10 kΩ", id="several scripts"),
        pytest.param("ＳＭＳを送信してください ＯＫ", id="wide letters in Japanese"),
        pytest.param("J. R. R. Tolkien, U S A, A B B C", id="initials"),
        pytest.param("A1B2C3 HbA1c COVID19 MP3 4G H1N1", id="references"),
    ],
)
def test_genuine_writing_passes(text):
    assert answer(text) is MISS


@pytest.mark.parametrize("text", ["ba\u00adnk pa\u00adrcel ca\u00adsh", "b\u00adank p\u00adarcel c\u00adash"])
def test_soft_hyphens_pass_only_where_a_word_may_be_divided(text):
    assert (answer(text) is MISS) == ("ba" in text)


def test_a_word_hidden_in_two_ways_counts_once_by_the_heavier():
    got = answer("f\u200brее", note_at=1.0, weights={"invisible": 1.0, "homoglyph": 0.5})
    assert [one.observed for one in got.evidence] == ["signs without width inside words"]


def test_evidence_stands_where_the_word_was_written():
    text = "Dear all, раураl is f\u200bree"
    got = answer(text)
    assert {text[slice(*one.span)] for one in got.evidence} == {"раураl", "\u200b"}


def test_a_way_that_the_policy_does_not_weigh_adds_nothing():
    assert answer("h o p e  t o  s e e  y o u  t o m o r r o w", weights={"leet": 1.0}) is MISS


def test_thresholds_are_the_policys():
    assert answer("Your раrcеl is hеre", hold_at=2.0).action == "hold"
    assert answer("Your раrcеl is hеre", note_at=2.5) is MISS


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"weights": {"upside-down": 1.0}}, "upside-down"),
        ({"decorative": ["glitter"]}, "glitter"),
        ({"note_at": 5.0, "hold_at": 3.0}, "note_at"),
    ],
)
def test_settings_that_make_no_sense_are_turned_down(settings, said):
    with pytest.raises(ValueError, match=said):
        ask(RULE, **settings)


@given(st.lists(st.sampled_from(["Hello", "parcel", "раrcеl", "ba\u200bnk", "𝓢𝓪𝓵𝓮", "fr33"]), max_size=8), st.data())
def test_more_hidden_words_never_weigh_less(some, data):
    order = ["allow", "note", "hold"]
    fewer, more = (answer(" ".join(each)) for each in (some[: data.draw(st.integers(0, len(some)))], some))
    as_word = ["allow" if one is MISS else one.action for one in (fewer, more)]
    assert order.index(as_word[0]) <= order.index(as_word[1])


@given(st.lists(st.text(st.sampled_from("abcdefgiklmnoprstuvzABEéüß"), min_size=2, max_size=9), max_size=12))
def test_words_of_plain_letters_pass(some):
    assert answer(" ".join(some)) is MISS
