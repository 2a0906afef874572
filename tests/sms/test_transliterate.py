# ruff: noqa: RUF001  letters that look alike are the point here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.sms.alphabet import DEFAULT, NationalTables, alphabet
from comity.sms.segment import Encoding, plan
from comity.sms.transliterate import SUBSTITUTES, transliterate


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It’s “here”", 'It\'s "here"'),
        ("9–17h — open…", "9-17h - open..."),
        ("10\u00a0000\u202f€", "10 000 €"),
        ("• one\n• two", "- one\n- two"),
        ("ofﬁce ﬂow", "office flow"),
        ("ＳＡＬＥ！", "SALE!"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\tb", "a b"),
        ("cafe\u0301", "café"),
        ("Brand™ 3×2", "BrandTM 3x2"),
        ("`code`", "'code'"),
        ("5 Ω", "5 Ω"),
    ],
    ids=ascii,
)
def test_typography_that_forces_ucs2_is_written_plainly(text, plain):
    assert transliterate(text) == plain
    planned = plan(text, transliterate=True)
    assert (planned.text, planned.encoding) == (plain, Encoding.GSM7)


@pytest.mark.parametrize("text", ["Łódź – “miasto”", "čšž…", "你好…", "it’s 😀", "na\u200bïve…", "œuvre’s"], ids=ascii)
def test_text_that_needs_ucs2_anyway_is_left_untouched(text):
    assert transliterate(text) == text
    assert plan(text, transliterate=True).text == text


def test_nothing_is_replaced_unasked():
    assert plan("it’s").text == "it’s"
    assert plan("it’s").encoding is Encoding.UCS2


def test_only_what_the_alphabet_lacks_is_replaced():
    assert transliterate("«a» \\ [b] €") == '"a" \\ [b] €'


def test_unaltered_text_in_national_tables_is_preferred():
    portuguese = NationalTables(0, 3)
    assert plan("ê…", tables=(portuguese,), transliterate=True).text == "ê..."
    assert plan("êã", tables=(portuguese,), transliterate=True).text == "êã"


def test_joiners_that_shape_hindi_letters_are_kept():
    text = "क्\u200dष"
    assert transliterate(text, (DEFAULT, alphabet(NationalTables(6, 6)))) == text


@pytest.mark.parametrize(("char", "plain"), SUBSTITUTES.items(), ids=ascii)
def test_every_substitute_is_in_the_default_alphabet_and_the_original_is_not(char, plain):
    assert DEFAULT.units(plain) is not None
    assert DEFAULT.units(char) is None


@given(st.text())
def test_result_fits_or_is_the_text_itself(text):
    result = transliterate(text)
    assert result == text or DEFAULT.units(result) is not None
    assert transliterate(result) == result


@given(st.text(alphabet="abc €[]éÄ\n"))
def test_text_that_fits_is_left_alone(text):
    assert transliterate(text) == text
