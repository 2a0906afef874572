import pytest

from comity.content.leads import Standing, leads_of, strongest
from comity.content.reading import reading_of


def lead(text, standing=None):
    return strongest(leads_of(reading_of(text), (standing,) if standing else ()))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("See https://usps.com-track.top/x", "second_ending", id="an ending in the middle"),
        pytest.param("See https://www.gov.uk/tax", "established", id="a public body"),
        pytest.param("See https://gov.cc/tax", "much_abused", id="what only looks like one"),
        pytest.param("See http://203.0.113.9/x", "address", id="a bare address"),
        pytest.param("See https://x.blogspot.co.uk/x", "hosting", id="a host in a country"),
        pytest.param("See https://x.k12.ca.us/x", "established", id="a school"),
        pytest.param("Call 09061701461 now", "premium", id="a dear number"),
    ],
)
def test_a_lead_says_what_speaks_most(text, kind):
    assert lead(text).kind == kind


def test_a_text_without_links_has_no_lead():
    assert lead("See you at 5") is None


def test_what_registers_say_decides():
    text = "See https://pay.example/x"
    assert lead(text, Standing(yours=True)).odds < lead(text, Standing(known=True)).odds < lead(text).odds
    assert lead(text, Standing(shortener=True)).odds > lead(text).odds
    assert lead(text, Standing(imitates="PayPal", likeness=0.9)).kind == "imitation"
