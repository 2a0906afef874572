import re
import unicodedata

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.disclosure.redaction import Redactor, spellings
from comity.numbers.read import BadNumber, read_destination

OWN = "32470123456"
OTHER = "32471654321"
REGIONS = ["BE", "NL", "FR", "DE", "GB", "US", "ES", "IT", "PT", "PL", "SE", "IN", "BR", "ZA", "JP", "TR"]
SCRIPTS = [
    "0123456789",
    *("".join(chr(zero + value) for value in range(10)) for zero in (0x660, 0xFF10, 0x966, 0x1D7CE)),
]
SCRIPTS.append("\u24ea" + "".join(chr(0x2460 + value) for value in range(9)))
GAPS = [
    "", "", "", " ", "-", ".", "/", "\u00a0", "\u200b", " - ", "_", ",", ":", ") ", " (", "\u2060-", "*", "|", "\n",
]  # fmt: skip
WORDS = st.sampled_from(["Bel", "of", "Ann", "мама", "call me", "dank!", "x", "", "€", "✂", "号码"])


@st.composite
def numbers(draw):
    """A mobile number of some country, as digits."""
    region = draw(st.sampled_from(REGIONS))
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    national = str(example.national_number)
    tail = draw(st.text("0123456789", min_size=4, max_size=4))
    try:
        return read_destination(f"+{example.country_code}{national[:-4]}{tail}").e164
    except BadNumber:
        return f"{example.country_code}{national}"


@st.composite
def written(draw, number):
    """A number as somebody may write it: abroad or at home, in any script, with anything between its digits."""
    found = read_destination(f"+{number}")
    code = str(found.calling_code)
    forms = [f"+{number}", f"00{number}", number, f"0{found.national}", f"+{code}(0){found.national}", found.national]
    form = draw(st.sampled_from(forms))
    digits = draw(st.sampled_from(SCRIPTS))
    gap = draw(st.sampled_from(GAPS))
    places = draw(st.sets(st.integers(1, len(form) - 1), max_size=6))
    return "".join(
        (gap if place in places else "") + (digits[int(sign)] if sign.isdigit() else sign)
        for place, sign in enumerate(form)
    )


def digits_of(text):
    return "".join(str(value) for sign in text if (value := unicodedata.digit(sign, None)) is not None)


@given(st.data())
def test_no_third_partys_number_survives_however_it_is_written(data):
    other = data.draw(numbers())
    assume(read_destination(f"+{other}").national != read_destination(f"+{OWN}").national)
    spelled = data.draw(written(other))
    text = f"{data.draw(WORDS)} {spelled} {data.draw(WORDS)}"
    left = digits_of(Redactor([OWN]).text(text))
    assert len(left) < 7
    assert read_destination(f"+{other}").national not in left


@given(st.data())
def test_the_number_that_was_asked_about_survives_however_it_is_written(data):
    number = data.draw(numbers())
    spelled = data.draw(written(number))
    text = f"{data.draw(WORDS)} {spelled} {data.draw(WORDS)}"
    assert Redactor([number]).text(text) == text


@given(st.data())
def test_beside_the_number_that_was_asked_about_others_go(data):
    other = data.draw(numbers())
    assume(read_destination(f"+{other}").national != read_destination(f"+{OWN}").national)
    joint = data.draw(st.sampled_from([", ", " of ", "; ", "\n", " & ", " / of: ", " and also "]))
    first = data.draw(st.booleans())
    spelled = f"+{other}"
    text = f"{spelled}{joint}+{OWN}" if first else f"+{OWN}{joint}{spelled}"
    redacted = Redactor([OWN]).text(text)
    assert f"+{OWN}" in redacted
    assert other not in redacted


@given(st.text(max_size=300))
def test_any_text_is_redacted_without_a_failure_and_only_once(text):
    redactor = Redactor([OWN])
    once = redactor.text(text)
    assert redactor.text(once) == once


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Bel 0471 65 43 21 of +32 (0)470 12 34 56", "Bel [number A] of +32 (0)470 12 34 56"),
        ("+32471654321 and 0471/65.43.21 are one", "[number A] and [number A] are one"),
        ("mail ann.example+sms@shop.example now", "mail [address A] now"),
        ("mail ann%40shop.example now", "mail [address A] now"),
        ("https://ann:secret@shop.example/order", "https://[login A]@shop.example/order"),
        ("https://wa.example/32471654321", "https://wa.example/[number A]"),
        ("follow @ann_example", "follow [handle A]"),
        ("0471654321, 12", "[number A], [number B]"),
        ("0470123456, 12", "0470123456, 12"),
        ("your code is 482913", "your code is 482913"),
        ("O471 65 43 2l is me", "[number A] is me"),
        ("0471x65x43x21", "[number A]"),
        ("Delivered at 10:30, pay 12,50", "Delivered at 10:30, pay 12,50"),
        ("tel 〇四七一六五四三二一", "tel [number A]"),
        ("Ⅳ71654321", "[number A]"),
        ("0471 (privé) 65 43 21", "[number A]"),
        ("0471 or 65 or 43 or 21", "[number A]"),
        ("0471 - bel - 65 - na - 43 - uur - 21", "[number A]"),
        ("0471abc654321", "[number A]"),
        ("0 4 7 1     6 5     4 3     2 1", "[number A]"),
        ("0471.....65.....43.....21", "[number A]"),
        ("0471" + "\u200b" * 40 + "654321", "[number A]"),
        ("bel nul vier zeven een zes vijf vier drie twee een", "bel [number A]"),
        ("zero-four-seven-one 65 43 21", "[number A]"),
        ("een pizza, twee cola en drie ijs", "een pizza, twee cola en drie ijs"),
        ("bel een twee 0470123456", "bel een twee 0470123456"),
        ("jan at example dot com", "[address A]"),
        ("jan (at) shop.example, or ann[at]shop[dot]example", "[address A], or [address B]"),
        ("Meet us at shop.example", "Meet us at shop.example"),
        ("t.me/janjansen", "t.me/[handle A]"),
        ("https://www.facebook.com/jan.jansen?x=1", "https://www.facebook.com/[handle A]?x=1"),
        ("wa.me/32471654321 of wa.me/32470123456", "wa.me/[number A] of wa.me/32470123456"),
        ("netflix.com/offers", "netflix.com/offers"),
        ("", ""),
    ],
)
def test_what_names_a_third_party_gets_a_name_in_brackets(text, redacted):
    redactor = Redactor([OWN])
    redactor.number(OTHER)
    assert redactor.text(text) == redacted


def test_one_number_has_one_name_in_a_package_and_two_have_two():
    redactor = Redactor([OWN])
    first, second = redactor.number(OTHER), redactor.number("32471654322")
    assert (first, second) == ("[number A]", "[number B]")
    assert redactor.text("+32 471 65 43 21, 0471 65 43 22") == f"{first}, {second}"
    assert redactor.number(OWN) == f"+{OWN}"


def test_a_long_hostile_text_takes_no_longer_than_its_length():
    for text in ("1 " * 1000, "a@" * 1000, "@" * 2000, "http://" * 280, "+" * 2000, "1a" * 1000, "a.b." * 500,
                 "0 a " * 500, "0" + "\u200b" * 1999, "een " * 500, "a at " * 400, "a (at) a." * 200, "a dot " * 330,
                 "t.me/" * 400, "\u200b1" * 1000):  # fmt: skip
        Redactor([OWN]).text(text)


@given(numbers())
def test_no_spelling_is_too_short_to_be_found(number):
    assert all(len(spelled) >= 7 and re.fullmatch(r"[0-9]+", spelled) for spelled in spellings(number))
