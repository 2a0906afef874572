"""What stays the same over the messages of a template, and what must not be lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.template import template_key, template_of


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("Your code is 482913", "Your code is 000000"),
        ("Dear John, your parcel AB1234 is here", "Dear Robin, your parcel AB0000 is here"),
        ("Hallo Anna Maria, tot 12:30", "Hallo Robin Robin, tot 00:00"),
        ("Track it: https://acme.example/t/Ab3dE9?id=44a", "Track it: https://acme.example/t/x?id=x"),
        ("Pay at usps.track-x9.com/Ab3dE9 now", "Pay at usps.track-x9.com/x now"),
        ("Call 07911123456", "Call 07900000000"),
        ("1,500.00 EUR due 12/05/2026", "0,000.00 EUR due 00/00/0000"),
    ],
)
def test_what_differs_from_message_to_message_is_masked(text, template):
    assert template_of(text) == template


@pytest.mark.parametrize(
    "text",
    [
        "Hi Mum, it's me",
        "Dear customer, your bank",
        "Hello there",
        "p4ypal and v1agra",
        "Sign in at paypa1.com",
        "https://acme.example/login",
        "http://185.22.3.4/login",
        "Good morning",
    ],
)
def test_what_says_something_stays(text):
    assert template_of(text) == text


@given(st.text())
def test_a_template_is_its_own_template(text):
    once = template_of(text)
    assert template_of(once) == once


@given(st.text(), st.integers(0, 10**6 - 1), st.integers(0, 10**6 - 1))
def test_codes_of_one_length_make_one_template(text, one, other):
    texts = (f"{text} code {code:06}" for code in (one, other))
    first, second = map(template_of, texts)
    assert template_key(first) == template_key(second)


@pytest.mark.parametrize("unit", ["a1", "1", "/", "a/", ".", "a.b/", "-", "x1.", "Hi ", "é9"])
@pytest.mark.timeout(10)
def test_hostile_text_is_read_in_time(unit):
    assert template_of(unit * 20_000)
