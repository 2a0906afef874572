"""What became of a text on its way: links blacked out or cut off, sums blacked out, letters misread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.damage import is_blacked_out, is_link_gone, is_misread


@pytest.mark.parametrize(
    ("plain", "gone"),
    [
        ("your parcel is held, pay at <url>", True),
        ("restore access: [link removed]", True),
        ("visit https://xxxx.com", True),
        ("to restore access click", True),
        ("confirm at htt", True),
        ("your parcel arrives today", False),
        ("see you at the office", False),
    ],
)
def test_a_link_that_was_blacked_out_or_cut_off_is_missed(plain, gone):
    assert is_link_gone(plain) is gone


@pytest.mark.parametrize(
    ("plain", "blacked"),
    [
        ("an unpaid toll of $x.xx", True),
        ("dear xxxx, your account", True),
        ("\u2588\u2588\u2588\u2588 bank", True),
        ("[redacted] bank: unusual activity", True),
        ("debited from a/c xx1120 on 21-05", False),
        ("your card xxxx 4410 was used", False),
        ("love you xxx", False),
    ],
)
def test_names_and_sums_blacked_out_are_seen_and_shortened_cards_are_not(plain, blacked):
    assert is_blacked_out(plain) is blacked


@pytest.mark.parametrize(
    ("text", "misread"),
    [
        ("PayPaI: you sent", True),
        ("DMV FlNAL NOTlCE", True),
        ("y0ur acc0unt is 0n hold", True),
        ("Your iPhone and WiFi", False),
        ("Order B0B for 50 EUR", False),
        ("AI and NHS news", False),
    ],
)
def test_letters_taken_for_others_are_seen(text, misread):
    assert is_misread(text) is misread


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text):
    assert {is_link_gone(text), is_blacked_out(text), is_misread(text)} <= {True, False}
