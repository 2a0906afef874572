"""Emergency numbers: caught in every disguise, and never seen in an ordinary number."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, shortnumberinfo

from comity.countries import countries
from comity.numbers.emergency import emergency_number, is_short
from comity.numbers.read import BadNumber, read_destination

HITS = [
    ("112", None, "112"),
    ("911", None, "911"),
    ("999", None, "999"),
    ("000", None, "000"),
    ("110", None, "110"),
    ("119", None, "119"),
    ("118", None, "118"),
    ("122", None, "122"),
    ("15", None, "15"),
    ("10111", None, "10111"),
    ("90000", None, "90000"),
    ("9-1-1", None, "911"),
    ("9 1 1", None, "911"),
    (" 911 ", None, "911"),
    ("(911)", None, "911"),
    ("911#", None, "911"),
    ("*911", None, "911"),
    ("\uff19\uff11\uff11", None, "911"),
    ("\u0669\u0661\u0661", None, "911"),
    ("\u202a911\u202c", None, "911"),
    ("+911", None, "911"),
    ("+112", None, "112"),
    ("00112", None, "112"),
    ("00 911", None, "911"),
    ("+1911", None, "911"),
    ("1911", None, "911"),
    ("+1 (911)", None, "911"),
    ("+1-911", None, "911"),
    ("001911", None, "911"),
    ("1112", None, "112"),
    ("+1112", None, "112"),
    ("+32 112", None, "112"),
    ("32112", None, "112"),
    ("0032112", None, "112"),
    ("+32 (0)112", None, "112"),
    ("+44999", None, "999"),
    ("+44 112", None, "112"),
    ("+61000", None, "000"),
    ("+3315", None, "15"),
    ("+33 17", None, "17"),
    ("+27 10111", None, "10111"),
    ("+46 90000", None, "90000"),
    ("+86 110", None, "110"),
    ("+86 122", None, "122"),
    ("+81 118", None, "118"),
    ("+49 110", None, "110"),
    ("+234 112", None, "112"),
    ("911-0000", None, "911"),
    ("9110", None, "911"),
    ("1 911 555 0100", None, "911"),
    ("+1 911 555 0100", None, "911"),
    ("112", "BE", "112"),
    ("911", "BE", "911"),
    ("101", "BE", "101"),
    ("999", "GB", "999"),
    ("15", "FR", "15"),
    ("114", "FR", "114"),
    ("000", "AU", "000"),
    ("112", "NG", "112"),
    ("112", "SG", "112"),
    ("122", "CN", "122"),
    ("118", "JP", "118"),
    ("911 555 0100", "US", "911"),
    ("999 123", "GB", "999"),
    ("000 0000", "AU", "000"),
    ("112 000", "DE", "112"),
    ("1911", "US", "911"),
    ("32112", "BE", "112"),
    ("+1911", "BE", "911"),
]

MISSES = [
    ("+32 470 112 112", None),
    ("32470112112", None),
    ("+32 11 21 23 45", None),
    ("3211212345", None),
    ("+44 7911 123456", None),
    ("447911123456", None),
    ("447999999999", None),
    ("+44 1120 000000", None),
    ("+1 212 911 0911", None),
    ("12129110911", None),
    ("19175550112", None),
    ("+91 12345 67890", None),
    ("+91 98112 11299", None),
    ("9112345678", None),
    ("1123456789", None),
    ("99912345678", None),
    ("99912345", None),
    ("11223344", None),
    ("+999123456789", None),
    ("+81 90 1190 1100", None),
    ("8190119011", None),
    ("+86 119 1101 1200", None),
    ("+33 6 15 17 18 11", None),
    ("+49 1511 1211212", None),
    ("+61 411 000 000", None),
    ("61411000000", None),
    ("+27 82 101 1112", None),
    ("+46 70 112 90 00", None),
    ("+358 9 112 112", None),
    ("33700", None),
    ("7726", None),
    ("80888", None),
    ("123456", None),
    ("2442", None),
    ("", None),
    (" ", None),
    ("+", None),
    ("0", None),
    ("abc", None),
    ("Taxi 112", None),
    ("SOS112", None),
    ("Police", None),
    ("911rescue", None),
    ("9.1.1.x", None),
    ("999", "US"),
    ("15", "BE"),
    ("118", "BE"),
    ("32112", "US"),
    ("44999", "US"),
    ("1112", "BE"),
    ("9112345678", "IN"),
    ("1123456789", "AR"),
    ("91112345", "SG"),
    ("116117", "DE"),
    ("0470123456", "BE"),
]


@pytest.mark.parametrize(("written", "home", "number"), HITS, ids=ascii)
def test_an_emergency_number_is_caught(written, home, number):
    found = emergency_number(written, home)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(("written", "home"), MISSES, ids=ascii)
def test_an_ordinary_number_is_none(written, home):
    assert emergency_number(written, home) is None


@pytest.mark.parametrize("record", countries(), ids=lambda record: record.iso2)
def test_every_emergency_number_of_a_country_is_caught_in_every_way(record):
    for number in record.emergency_numbers | {"112", "911"}:
        code = record.calling_code
        for written in (number, f"+{code}{number}", f"00{code}{number}", f"+{code} (0){number}", f"{code} {number}"):
            assert emergency_number(written) is not None, written
        assert emergency_number(number, record.iso2).number == number
        assert emergency_number(f"{code}{number}", record.iso2) is not None


def test_it_knows_what_the_library_connects():
    for record in countries():
        for number in ("112", "911", "999", "110", "119", "000"):
            for written in (number, f"{number}0000"):
                if shortnumberinfo.connects_to_emergency_number(written, record.iso2):
                    ordinary = shortnumberinfo.is_valid_short_number_for_region(
                        phonenumbers.PhoneNumber(record.calling_code, int(written)), record.iso2
                    ) or _valid(f"{record.calling_code}{written}")
                    caught = emergency_number(written, record.iso2) is not None
                    assert caught or (written != number and ordinary), (written, record.iso2)


def _valid(digits: str) -> bool:
    try:
        read_destination(digits)
    except BadNumber:
        return False
    return True


def test_no_valid_example_number_is_an_emergency_number():
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in range(11):
            number = phonenumbers.example_number_for_type(region, kind)
            if number:
                written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
                assert emergency_number(written) is None
                assert emergency_number(written[1:]) is None
                assert emergency_number(written[1:], region) is None


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(["112", "911", "999", "110", "119", "000", "1", "32", "44", "49", "91", "358"]),
    st.text("0123456789", min_size=4, max_size=11),
    st.sampled_from([None, "US", "BE", "IN", "SG"]),
)
def test_no_valid_number_is_an_emergency_number(start, digits, home):
    written = f"{start}{digits}"
    if _valid(written):
        assert emergency_number(written, home) is None
        assert emergency_number(f"+{written}", home) is None


@given(st.text(max_size=30), st.sampled_from([None, "US", "XX", ""]))
def test_any_text_gets_an_answer(text, home):
    found = emergency_number(text, home)
    assert found is None or found.number.isdigit()
    assert is_short(text) in {True, False}


@pytest.mark.parametrize(
    "written", ["1", "112", "33700", "123456", "+1911", "0032112", "12 34 56", "000", "\u0661\u0662\u0663"]
)
def test_six_digits_or_fewer_are_short(written):
    assert is_short(written)


@pytest.mark.parametrize("written", ["1234567", "+3247012", "", "abc", "12a", "32470123456", "+", "6834123"])
def test_anything_else_is_not_short(written):
    assert not is_short(written)


def test_it_says_how_the_number_was_written_and_where_it_belongs():
    assert emergency_number("112").how == "as dialled"
    assert emergency_number("+32112").how == "behind a calling code"
    assert emergency_number("+32112").country == "BE"
    assert emergency_number("911-0000").how == "with digits after it"
    assert emergency_number("10177").country == "ZA"
    assert emergency_number("112").country is None
