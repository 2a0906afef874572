# ruff: noqa: RUF001  letters that look alike are the point here

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.text.fold import fold, same_text_key

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\ufe0f\u061c"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sale today", "sale  TODAY\n"),
        ("Sale today", "Sa\u200ble\u00a0tod\u00aday"),
        ("Sale today", "Ｓａｌｅ　ｔｏｄａｙ"),
        ("Sale today", "\u202eSale today\u202c"),
        ("Sale today", "𝐒𝐚𝐥𝐞 𝘁𝗼𝗱𝗮𝘆"),
        ("café", "cafe\u0301"),
        ("STRASSE", "straße"),
        ("❤\ufe0f", "❤"),
        ("ΣΑΣ", "σας"),
        ("oﬃce", "office"),
    ],
    ids=ascii,
)
def test_texts_that_read_the_same_share_a_key(one, other):
    assert same_text_key(one) == same_text_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sale today", "Sale to day"), ("Sale 1", "Sale 2"), ("cafe", "café"), ("", "."), ("но", "ho"), ("a\0", "a")],
    ids=ascii,
)
def test_texts_that_read_differently_do_not(one, other):
    assert same_text_key(one) != same_text_key(other)


@pytest.mark.parametrize(
    ("text", "key"),
    [("", -1970711489451281740), ("Hello", -6361636117772159875), ("Straße", 3077767294525522148)],
    ids=["empty", "ascii", "German"],
)
def test_key_never_changes_between_releases(text, key):
    assert same_text_key(text) == key


def test_key_is_the_same_in_another_process():
    program = "from comity.text.fold import same_text_key; print(same_text_key('Hallo Welt'))"
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert int(seen) == same_text_key("Hallo Welt")


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_key_fits_a_bigint(text):
    assert -(2**63) <= same_text_key(text) < 2**63


@given(
    st.text(st.characters(exclude_categories=["M", "Cs"]), max_size=40), st.sampled_from(INVISIBLE), st.integers(0, 40)
)
def test_invisible_character_anywhere_changes_nothing(text, invisible, where):
    assert same_text_key(text[:where] + invisible + text[where:]) == same_text_key(text)


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_folds_as_any_text_does(text):
    # A character that folds to nothing sends the text down the general way.
    assert fold(text) == fold(text + "\u200b")
