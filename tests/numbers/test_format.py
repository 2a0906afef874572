"""The number-formatting service, and numbers in logs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.numbers.format import Formatted, format_number
from comity.numbers.mask import mask

BELGIAN = Formatted(
    valid=True, number_type="MOBILE", prefix_code=32, region_code="BE", formatted_number="+32470123456", error=""
)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("32470123456", None),
        ("+32470123456", ""),
        ("0470 12 34 56", "BE"),
        ("0470123456", "be"),
        ("470123456", " BE "),
        ("32470123456", "BE"),
        ("0032470123456", "BE"),
        ("+32470123456", "FR"),
        ("32470123456", "FR"),
    ],
)
def test_a_valid_number_is_formatted(number, country):
    assert format_number(number, country) == BELGIAN


@pytest.mark.parametrize(
    ("number", "country", "prefix", "region", "error"),
    [
        ("0470123456", None, 0, "", "country code"),
        ("0470123456789", "BE", 32, "BE", "not valid in BE"),
        ("", None, 0, "", "empty"),
        ("32470", None, 0, "", "at least"),
        ("hello", "BE", 32, "BE", "digits"),
        ("0470123456", "XX", 0, "", "ISO 3166-1"),
        ("0470123456", "32", 0, "", "ISO 3166-1"),
    ],
)
def test_an_invalid_number_says_why(number, country, prefix, region, error):
    found = format_number(number, country)
    assert not found.valid
    assert error in found.error
    assert (found.number_type, found.prefix_code, found.region_code, found.formatted_number) == (
        "UNKNOWN",
        prefix,
        region,
        "",
    )


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("12025550123", "FIXED_LINE_OR_MOBILE"),
        ("3222345678", "FIXED_LINE"),
        ("80012345678", "TOLL_FREE"),
        ("33891123456", "PREMIUM_RATE"),
        ("870773111632", "MOBILE"),
    ],
)
def test_the_type_is_the_word_clients_expect(number, kind):
    assert format_number(number).number_type == kind


@given(st.text(max_size=80), st.sampled_from([None, "", "BE", "us", "ZZ", "001"]))
def test_any_input_gets_an_answer(number, country):
    found = format_number(number, country)
    assert found.valid == bool(found.formatted_number) == (not found.error)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("447911123456", "+44********56"),
        ("+32 470 12 34 56", "+32*******56"),
        ("0032470123456", "+32*******56"),
        ("12025550123", "+1********23"),
        ("0470123456", "********56"),
        ("112", "***"),
        ("+32112", "***"),
        ("33700", "***"),
        ("", "***"),
        ("Jane Doe 555", "***"),
        ("\ud800", "***"),
    ],
    ids=ascii,
)
def test_a_log_shows_the_calling_code_and_two_digits(number, masked):
    assert mask(number) == masked


@given(st.text(max_size=40))
def test_a_mask_never_shows_more_than_five_characters_of_what_it_was_given(text):
    shown = [letter for letter in mask(text) if letter not in "*+"]
    assert len(shown) <= 5
    assert all(letter in "0123456789" for letter in shown)
