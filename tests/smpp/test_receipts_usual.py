"""The usual order of fields is read at once; it must read the same as field by field."""

import re

from hypothesis import given
from hypothesis import strategies as st

from comity.smpp import receipts

TOKEN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
NAMES = ("id", "sub", "dlvrd", "submit date", "done date", "stat", "err")


@given(
    st.lists(TOKEN, min_size=7, max_size=7), st.sampled_from(["", " text:", " text:hello", " text:stat:DELIVRD", " x"])
)
def test_the_usual_order_reads_the_same_as_field_by_field(tokens, tail):
    text = " ".join(f"{name}:{token}" for name, token in zip(NAMES, tokens, strict=True)) + tail
    quick = receipts._read_fields(text)
    usual, receipts._IN_ORDER = receipts._IN_ORDER, re.compile(r"(?!)")
    try:
        slow = receipts._read_fields(text)
    finally:
        receipts._IN_ORDER = usual
    assert {name: quick.get(name) for name in NAMES} == {name: slow.get(name) for name in NAMES}
