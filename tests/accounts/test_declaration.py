"""A declaration is read field by field; what is wrong is one line that names the field and what to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.declaration import FIELDS, Declaration, read_declaration
from comity.base.errors import SettingsError

SAMPLE = "Your parcel waits for you at the post office"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('categories = ["otp", "promotional", "otp"]', Declaration(categories=("otp", "promotional"))),
        ('countries = ["BE", "nl"]', Declaration(countries=("BE", "NL"))),
        ('senders = ["Acme", "+32 470 12 34 56", "8850"]', Declaration(senders=("acme", "32470123456", "8850"))),
        ("daily_volume = 5000", Declaration(daily_volume=5000)),
        ('sectors = [" retail ", "mode à Paris"]', Declaration(sectors=("retail", "mode à Paris"))),
        (f'samples = ["{SAMPLE}"]', Declaration(samples=(SAMPLE,))),
        ('health_data = "refuse"', Declaration(health_data="refuse")),
        ("categories = []\ndaily_volume = 1", Declaration(daily_volume=1)),
    ],
)
def test_a_field_is_read(written, read):
    assert read_declaration(written) == read


@pytest.mark.parametrize(
    ("written", "names", "remedy"),
    [
        ("", "empty", "daily_volume"),
        ("daily_volume", "TOML", "daily_volume = 5000"),
        ("volume = 5", "'volume'", "daily_volume"),
        ("daily_volume = 0", "daily_volume", "daily_volume = 5000"),
        ('daily_volume = "many"', "daily_volume", "daily_volume = 5000"),
        ("daily_volume = true", "daily_volume", "daily_volume = 5000"),
        ("daily_volume = 2147483648", "daily_volume", "daily_volume = 5000"),
        ('categories = "otp"', "categories", 'categories = ["..."]'),
        ("categories = [1]", "categories", 'categories = ["..."]'),
        ('categories = ["spam"]', "categories: 'spam'", "otp"),
        ('countries = ["XX"]', "countries: 'XX'", "BE"),
        ('countries = ["Belgium"]', "countries: 'Belgium'", "BE"),
        ('senders = ["much too long a name"]', "senders:", "11 letters"),
        ('senders = [""]', "senders: ''", "11 letters"),
        ('sectors = [" "]', "sectors: ' '", "retail"),
        ('sectors = ["a\\nb"]', "sectors: 'a\\nb'", "retail"),
        ('samples = ["12345"]', "samples: '12345'", "whole text"),
        ('samples = ["parcel \\u0000 here"]', "samples:", "whole text"),
        (f'samples = ["{"word " * 500}"]', "samples:", "2,000"),
        (f"countries = {['BE'] * 251}", "countries has 251", "250"),
        ('health_data = "share"', "health_data", "note or refuse"),
        ("health_data = 5", "health_data", "note or refuse"),
    ],
)
def test_what_is_wrong_is_one_line_with_field_and_remedy(written, names, remedy):
    with pytest.raises(SettingsError) as raised:
        read_declaration(written)
    line = str(raised.value)
    assert names in line
    assert remedy in line
    assert "\n" not in line
    assert len(line) < 300


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.text(max_size=200) | st.builds("{} = {!r}".format, st.sampled_from(FIELDS), VALUES))
def test_whatever_is_written_is_read_or_refused_in_one_line(written):
    try:
        read = read_declaration(written)
    except SettingsError as error:
        said = str(error).splitlines()
    else:
        said = ["read"]
        assert read != Declaration() or "[]" in written.replace(" ", "")
    assert len(said) == 1
