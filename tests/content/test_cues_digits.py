"""Words of the lists are found where digits stand for letters, also beside words written plainly."""

import pytest

from comity.content.cues import searched
from comity.content.reading import reading_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0nly und3r 30", "only under 30"),
        ("your di4bet3s results", "your diabetes results"),
        ("your diabetes t35t results", "your diabetes test results"),
        ("r3ply 5O5 now", "reply sos now"),
        ("fr33 bet at our online c4s1n0", "free bet at our online casino"),
        ("free b3t at our 0nline casino", "free bet at our online casino"),
        ("H O U S E  f o r  r e n t", "house for rent"),
        ("g r a t i s  s p i n s in het cas1no", "gratis spins in het casino"),
    ],
)
def test_the_same_words_are_found_as_in_what_is_meant(written, meant):
    found = {mark.cue for mark in searched(reading_of(meant)).marks}
    assert found <= {mark.cue for mark in searched(reading_of(written)).marks}


@pytest.mark.parametrize("text", ["EUR 10k, 5GB, 100ml", "ref 4711 and 30 days", "A1B2C3 at 8pm"])
def test_amounts_and_references_are_searched_as_written(text):
    assert searched(reading_of(text)).text == text.lower()
