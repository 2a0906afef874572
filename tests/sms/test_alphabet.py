"""The alphabets against two independent judges, and their laws."""
# ruff: noqa: RUF001  letters that look alike are the point here

import gsmcodecs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import gsm as smpplib_gsm

from comity.sms.alphabet import (
    DEFAULT,
    DEFAULT_CHARACTERS,
    EXTENSION,
    LANGUAGES,
    NationalTables,
    UnencodableText,
    UnknownTableError,
    alphabet,
)

NO_LOCKING_TABLE = 2
LOCKING = [0, *(language for language in LANGUAGES if language != NO_LOCKING_TABLE)]
EVERY_PAIR = [NationalTables(locking, single) for locking in LOCKING for single in (0, *LANGUAGES)]
default_text = st.text(alphabet="".join(DEFAULT_CHARACTERS.split("\x1b")) + "".join(EXTENSION))


@given(default_text)
def test_default_text_encodes_as_gsmcodecs_encodes_it(text):
    assert DEFAULT.encode(text) == gsmcodecs.makeCodec(0, 0).encode(text)[0]


@given(default_text.map(lambda text: text.replace("\f", "").replace("§", "")))
def test_default_text_encodes_as_smpplib_encodes_it(text):
    # smpplib knows no form feed and has a grave accent where the standard has the section sign.
    assert DEFAULT.encode(text) == smpplib_gsm.gsm_encode(text)


@given(default_text)
def test_default_text_returns_from_its_septets(text):
    assert DEFAULT.decode(DEFAULT.encode(text)) == text


@given(default_text)
def test_units_are_the_length_of_the_septets(text):
    assert DEFAULT.units(text) == len(DEFAULT.encode(text))


@pytest.mark.parametrize("char", list("€[]{}^~\\|\f"), ids=ascii)
def test_character_of_the_extension_table_counts_double(char):
    assert DEFAULT.units(char) == 2
    assert DEFAULT.encode(char)[0] == 0x1B


@pytest.mark.parametrize(
    "char", ["`", "\0", "\t", "\x1b", "\x7f", "ç", "Á", "ş", "α", "’", "\u00a0", "中", "😀"], ids=ascii
)
def test_character_outside_the_default_alphabet_is_refused(char):
    assert DEFAULT.units(f"a{char}") is None
    with pytest.raises(UnencodableText) as raised:
        DEFAULT.encode(f"a{char}")
    assert raised.value.position == 1


@pytest.mark.parametrize("tables", EVERY_PAIR, ids=repr)
def test_every_pair_of_national_tables_encodes_and_decodes_itself(tables):
    letters = alphabet(tables)
    text = "".join(chr(point) for point in range(0x2100) if chr(point) in letters)
    encoded = letters.encode(text)
    assert max(encoded) < 0x80
    assert letters.decode(encoded) == text
    assert letters.units(text) == len(encoded)


@pytest.mark.parametrize("tables", EVERY_PAIR, ids=repr)
def test_every_pair_of_national_tables_reads_as_the_judge_reads_it(tables):
    # The judge picks no single shift table beside a locking table that lacks one, so its tables are asked for directly.
    judge = gsmcodecs.charmaps.GSMCHARMAPS
    letters = alphabet(tables)
    for code, point in judge[tables.locking]["locking"]["decode"].items():
        if code != 0x1B:
            assert letters.decode(bytes([code])) == chr(point)
    for code, point in judge[tables.single_shift]["singleShift"]["decode"].items():
        assert letters.decode(bytes([0x1B, code])) == chr(point)


@pytest.mark.parametrize(
    ("tables", "text", "septets"),
    [
        pytest.param(NationalTables(0, 1), "ış", b"\x1bi\x1bs", id="Turkish single shift"),
        pytest.param(NationalTables(1, 0), "ığ€", b"\x07\x0c\x04", id="Turkish locking shift"),
        pytest.param(NationalTables(0, 2), "áç", b"\x1ba\x1b\x09", id="Spanish single shift"),
        pytest.param(NationalTables(3, 3), "ãÃâ", b"\x7b\x5b\x1d", id="Portuguese both"),
        pytest.param(NationalTables(6, 6), "कA", b"\x15\x1bA", id="Hindi, capitals escaped"),
    ],
)
def test_national_letters_have_the_codes_of_the_standard(tables, text, septets):
    assert alphabet(tables).encode(text) == septets


@pytest.mark.parametrize(
    "tables", [NationalTables(2, 0), NationalTables(14, 0), NationalTables(0, 14), NationalTables(255, 255)]
)
def test_identifier_without_a_table_is_refused(tables):
    with pytest.raises(UnknownTableError):
        alphabet(tables)
