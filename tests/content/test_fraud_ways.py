"""Shapes of how fraud is to be answered: numbers as texts and as templates have them, pages for nothing, menus."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.fraud_ways import ways_of
from comity.content.template import template_of

WAYS = [
    ("hub 081255501234 ya", {"mobile"}),
    ("call +6281255501234", {"mobile"}),
    ("sms ke 0812 5550 1234", {"mobile", "account_number"}),
    ("sms ke 0812-5550-1234", {"mobile", "account_number"}),
    ("hub 0852555011xxx", {"mobile"}),
    ("info 021-55501234", {"fixed_line", "account_number"}),
    ("info (0274) 555123", {"fixed_line"}),
    ("halo 1500888", set()),
    ("info 14017", set()),
    ("klik www.gebyar-poin.jimdo.com", {"free_page"}),
    ("klik www.hadiah.example.tk", {"free_page"}),
    ("klik www.undian.blogspot", {"free_page"}),
    ("klik www.bank.example", set()),
    ("about 5 kg of tkemali", set()),
    ("cek di *363#", {"menu"}),
    ("hub *123*7#", {"menu"}),
    ("rek 0144-01-005512-50-3", {"account_number"}),
    ("rek 1370012345678", {"account_number"}),
    ("P5=5500 P10=10500", {"price_list"}),
    ("5rb=6rb, 10rb=11rb", {"price_list"}),
    ("a = 5", set()),
    ("on 12/06/2026 at 10:30", set()),
]


def ways(text):
    return set(ways_of(Analysis(text).searched.text))


@pytest.mark.parametrize(("text", "found"), WAYS)
def test_ways_are_read_by_their_shape(text, found):
    assert ways(text) - {"account_number"} == found - {"account_number"}
    assert found <= ways(text)


@pytest.mark.parametrize(("text", "found"), WAYS)
def test_a_template_shows_the_ways_that_its_text_shows(text, found):
    assert found <= ways(template_of(text))


@given(st.text(alphabet="08x -.*#=:@tkrb1", max_size=300) | st.text(max_size=300))
def test_every_way_lies_in_the_text(text):
    searched = Analysis(text).searched
    for start, end in ways_of(searched.text).values():
        assert 0 <= start < end <= len(searched.text)
