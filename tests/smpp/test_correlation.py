"""Ids of answers and of receipts meet, however the carrier writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.smpp.correlation import IdForm, candidates, correlation_key, id_keys

NUMBER = st.integers(1, (1 << 64) - 1)
F = IdForm

# The response's id, the receipt's, and every form under which the two meet.
PAIRS = [
    ("abc-1", "abc-1", set(F)),
    ("A1B2", "a1b2", set(F) - {F.EXACT, F.RESP_HEX_RECEIPT_DECIMAL, F.RESP_DECIMAL_RECEIPT_HEX}),
    ("0000123", "123", {F.DECIMAL, F.HEX, F.AUTO}),
    ("1A2B", "6699", {F.RESP_HEX_RECEIPT_DECIMAL, F.AUTO}),
    ("6699", "1a2b", {F.RESP_DECIMAL_RECEIPT_HEX, F.AUTO}),
    ("6699", "00001A2B", {F.RESP_DECIMAL_RECEIPT_HEX, F.AUTO}),
    ("0x1A2B", "6699", {F.RESP_HEX_RECEIPT_DECIMAL, F.AUTO}),
    ("10", "16", {F.RESP_HEX_RECEIPT_DECIMAL, F.AUTO}),
    ("16", "10", {F.RESP_DECIMAL_RECEIPT_HEX, F.AUTO}),
    ("12", "13", set()),
    ("abc-1", "abc-2", set()),
    ("0", "000", {F.DECIMAL, F.HEX, F.AUTO, F.RESP_HEX_RECEIPT_DECIMAL, F.RESP_DECIMAL_RECEIPT_HEX}),
]


@pytest.mark.parametrize("form", F)
@pytest.mark.parametrize(("answered", "reported", "meet"), PAIRS)
def test_two_ids_meet_exactly_under_the_forms_that_say_so(answered, reported, meet, form):
    stored = correlation_key(answered, "submit", form)
    assert (stored in candidates(reported, form)) is (form in meet)


@given(NUMBER, st.sampled_from(["{:d}", "{:x}", "{:X}", "{:020d}", "{:016x}", "0x{:x}"]), st.data())
def test_a_number_meets_itself_however_both_ends_write_it(number, answered, draw):
    reported = draw.draw(st.sampled_from(["{:d}", "{:x}", "{:X}", "{:020d}", "{:016X}"]))
    assert correlation_key(answered.format(number), "submit") in candidates(reported.format(number))


@given(st.text(max_size=64))
def test_an_id_always_meets_itself(message_id):
    for form in F:
        assert correlation_key(message_id, "submit", F.AUTO) in candidates(message_id, F.AUTO)
        assert correlation_key(message_id, "receipt", form) in candidates(message_id, form)


@given(st.text("0123456789abcdefABCDEF", min_size=1, max_size=64))
def test_keys_are_few_folded_and_distinct(message_id):
    keys = id_keys(message_id)
    assert 1 <= len(keys) <= 3
    assert len(set(keys)) == len(keys)
    assert all(key == key.lower() and (key == "0" or not key.startswith("0")) for key in keys)


def test_digits_too_long_for_a_counter_stay_a_text():
    assert id_keys("1" * 40) == ("1" * 40,)
    assert correlation_key("f" * 40, "submit", F.HEX) == "f" * 40


def test_no_id_has_no_key_to_meet_by():
    assert id_keys("") == ("",)
