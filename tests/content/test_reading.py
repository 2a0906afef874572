"""A text is read once for all who judge it."""

from __future__ import annotations

from comity.content.reading import reading_of

TEXT = "Your account is on hold, see evil[.]example/x and f r e e gifts"


def test_a_reading_holds_the_plain_text_and_its_links():
    reading = reading_of(TEXT)
    assert reading.text == TEXT
    assert reading.unmasked.plain == "your account is on hold, see evil[.]example/x and free gifts"
    assert [link.domain for link in reading.links] == ["evil.example"]


def test_all_who_ask_get_the_same_reading():
    assert reading_of(TEXT) is reading_of(TEXT)


def test_each_part_is_worked_out_once():
    reading = reading_of(TEXT)
    assert reading.unmasked is reading.unmasked
    assert reading.links is reading.links


def test_readings_kept_are_bounded():
    most = reading_of.cache_info().maxsize
    assert most is not None
    assert most <= 10_000
