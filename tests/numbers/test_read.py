"""Reading destinations: the same answers as `phonenumbers`, for every region, kind and spelling."""

from __future__ import annotations

import itertools

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from comity.numbers.read import BadNumber, Destination, Kind, NumberFault, read_destination

KINDS = {
    PhoneNumberType.FIXED_LINE: Kind.FIXED,
    PhoneNumberType.MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Kind.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: Kind.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
    PhoneNumberType.VOIP: Kind.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: Kind.PERSONAL,
    PhoneNumberType.PAGER: Kind.PAGER,
    PhoneNumberType.UAN: Kind.UAN,
    PhoneNumberType.VOICEMAIL: Kind.VOICEMAIL,
}
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
NANP = 1


def judge(digits: str) -> Destination | None:
    """What `phonenumbers` says of international digits, in our words."""
    try:
        parsed = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    region = phonenumbers.region_code_for_number(parsed)
    kind = KINDS[phonenumbers.number_type(parsed)]
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)[1:]
    if kind is Kind.MOBILE and e164.startswith(("870", "8816", "8817", "8818", "8819", "88213", "88216")):
        kind = Kind.SATELLITE
    return Destination(e164, None if region == "001" else region, parsed.country_code, kind)


def ours(raw: str) -> Destination | None:
    try:
        return read_destination(raw)
    except BadNumber:
        return None


def examples() -> list[str]:
    found = {
        phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]
        for region, kind in itertools.product(sorted(phonenumbers.SUPPORTED_REGIONS), KINDS)
        if (number := phonenumbers.example_number_for_type(region, kind))
    }
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if regions == ("001",):
            number = phonenumbers.example_number_for_non_geo_entity(code)
            found.add(phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:])
    return sorted(found)


EXAMPLES = examples()


def test_the_example_numbers_of_every_region_and_type_read_alike():
    assert len(EXAMPLES) > 900
    for digits in EXAMPLES:
        assert read_destination(digits) == judge(digits), digits


@pytest.mark.parametrize("prefix", ["0", "00", "1", "8", "9", "06", "015", "2", "44"])
def test_example_numbers_with_a_national_prefix_read_alike(prefix):
    for digits in EXAMPLES:
        code = str(phonenumbers.parse(f"+{digits}", None).country_code)
        written = f"{code}{prefix}{digits[len(code) :]}"
        assert ours(f"+{written}") == judge(written), written


def test_example_numbers_with_a_digit_more_or_less_read_alike():
    for digits in EXAMPLES:
        for written in (digits[:-1], f"{digits}7", f"{digits[:-1]}0"):
            assert ours(f"+{written}") == judge(written), written


def test_invalid_example_numbers_are_refused():
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.invalid_example_number(region)
        if number:
            digits = phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]
            assert ours(digits) is None, digits


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(CODES), st.text("0123456789", min_size=0, max_size=15))
@example(39, "0612345678")
@example(7, "7101234567")
@example(54, "01115 2345-6789".replace(" ", "").replace("-", ""))
@example(52, "15512345678")
@example(1, "16502530000")
def test_random_digits_behind_every_calling_code_read_alike(code, digits):
    written = f"{code}{digits}"
    assert ours(f"+{written}") == judge(written)


@settings(max_examples=500, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=20))
def test_any_digits_read_alike(digits):
    assert ours(f"+{digits}") == judge(digits)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXAMPLES), st.data())
def test_a_changed_digit_reads_alike(digits, data):
    place = data.draw(st.integers(1, len(digits) - 1))
    written = digits[:place] + data.draw(st.sampled_from("0123456789")) + digits[place + 1 :]
    assert ours(f"+{written}") == judge(written)


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_a_declared_fault(text):
    try:
        found = read_destination(text)
    except BadNumber as bad:
        found = bad.reason
    if found not in NumberFault:
        assert found.e164.isdigit()
        assert read_destination(found.e164) == found


SPELLINGS = [
    "32470123456",
    "+32470123456",
    "0032470123456",
    " +32 470 12 34 56 ",
    "+32-470-12.34.56",
    "+32 (0)470 12 34 56",
    "(+32) 470/12.34.56",
    "00 32 470 123456",
    "+32\u00a0470\u202f12\u200934\u201356",
    "\u202a+32 470 12 34 56\u202c",
    "\u200e+32470123456",
    "\uff0b\uff13\uff12\uff14\uff17\uff10\uff11\uff12\uff13\uff14\uff15\uff16",
    "+\u0663\u0662\u0664\u0667\u0660\u0661\u0662\u0663\u0664\u0665\u0666",
    "३२४७०१२३४५६",
    "32470123456\n",
]


@pytest.mark.parametrize("written", SPELLINGS, ids=ascii)
def test_a_number_is_read_however_it_is_written(written):
    assert read_destination(written) == Destination("32470123456", "BE", 32, Kind.MOBILE)


FAULTS = [
    ("", NumberFault.EMPTY),
    (" \t", NumberFault.EMPTY),
    ("0470123456", NumberFault.NO_COUNTRY_CODE),
    ("+0470123456", NumberFault.NO_COUNTRY_CODE),
    ("+0032470123456", NumberFault.NO_COUNTRY_CODE),
    ("000", NumberFault.NO_COUNTRY_CODE),
    ("+", NumberFault.CHARACTERS),
    ("00", NumberFault.UNKNOWN_COUNTRY_CODE),
    ("++32470123456", NumberFault.CHARACTERS),
    ("32+470123456", NumberFault.CHARACTERS),
    ("3247O123456", NumberFault.CHARACTERS),
    ("1800FLOWERS", NumberFault.CHARACTERS),
    ("32470123456;ext=5", NumberFault.CHARACTERS),
    ("tel:+32470123456", NumberFault.CHARACTERS),
    ("32470123456,32470123457", NumberFault.CHARACTERS),
    ("32470\n123456", NumberFault.CHARACTERS),
    ("32470\x00123456", NumberFault.CHARACTERS),
    ("32470\u00b9\u00b2\u00b3456", NumberFault.CHARACTERS),
    ("\u2460\u2461\u2462", NumberFault.CHARACTERS),
    ("\ud800", NumberFault.CHARACTERS),
    ("9991234567890", NumberFault.UNKNOWN_COUNTRY_CODE),
    ("210123456789", NumberFault.UNKNOWN_COUNTRY_CODE),
    ("32", NumberFault.TOO_SHORT),
    ("32470", NumberFault.TOO_SHORT),
    ("3247012345678", NumberFault.TOO_LONG),
    ("1" * 65, NumberFault.TOO_LONG),
    ("4479111234567", NumberFault.TOO_LONG),
    ("447911", NumberFault.TOO_SHORT),
    ("44791112345", NumberFault.NOT_IN_PLAN),
    ("12025", NumberFault.TOO_SHORT),
    ("19115550100", NumberFault.NOT_IN_PLAN),
    ("32999999999", NumberFault.NOT_IN_PLAN),
]


@pytest.mark.parametrize(("written", "reason"), FAULTS, ids=ascii)
def test_what_is_no_destination_is_refused_with_its_reason(written, reason):
    with pytest.raises(BadNumber) as refused:
        read_destination(written)
    assert refused.value.reason is reason


@given(st.sampled_from(CODES), st.text("0123456789", min_size=5, max_size=12))
def test_the_words_of_a_refusal_never_hold_the_number(code, digits):
    said = ""
    try:
        read_destination(f"{code}{digits}")
    except BadNumber as bad:
        said = str(bad)
    assert digits not in said


@pytest.mark.parametrize(
    ("digits", "country", "kind"),
    [
        ("447400123456", "GB", Kind.MOBILE),
        ("447911123456", "GG", Kind.MOBILE),
        ("12025550123", "US", Kind.FIXED_OR_MOBILE),
        ("14165550123", "CA", Kind.FIXED_OR_MOBILE),
        ("12423591234", "BS", Kind.MOBILE),
        ("18005550123", "US", Kind.TOLL_FREE),
        ("77710009998", "KZ", Kind.MOBILE),
        ("79161234567", "RU", Kind.MOBILE),
        ("390612345678", "IT", Kind.FIXED),
        ("390669812345", "VA", Kind.FIXED),
        ("80012345678", None, Kind.TOLL_FREE),
        ("881612345678", None, Kind.SATELLITE),
        ("870773111632", None, Kind.SATELLITE),
        ("979123456789", None, Kind.PREMIUM),
        ("33891123456", "FR", Kind.PREMIUM),
    ],
)
def test_shared_and_global_codes_find_their_country(digits, country, kind):
    found = read_destination(digits)
    assert (found.country, found.kind) == (country, kind)


def test_a_national_prefix_of_a_transforming_plan_is_rewritten():
    assert read_destination("+54 0 11 15 2345 6789").e164 == "5491123456789"


def test_the_national_number_is_what_follows_the_calling_code():
    assert read_destination("390612345678").national == "0612345678"


def test_no_mobile_number_is_as_short_as_a_short_code():
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            mobile = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region).mobile
            if mobile and mobile.national_number_pattern:
                assert len(str(code)) + min(mobile.possible_length) > 6
