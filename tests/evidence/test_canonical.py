"""Canonical JSON: one form for each value, and none for what two programs would write differently."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.evidence.canonical import NotCanonicalError, canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=5)
WITHOUT_ZONE = datetime(2026, 3, 4)  # noqa: DTZ001  that is what is wrong with it


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, "{}"),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ({"a": [1, "x", None, True, False]}, '{"a":[1,"x",null,true,false]}'),
        ({"a": ()}, '{"a":[]}'),
        ({"€": "é", "\r": "\n"}, '{"\\r":"\\n","€":"é"}'),
        ({"a": '"\\\b\f\t\x1f\x7f/'}, '{"a":"\\"\\\\\\b\\f\\t\\u001f\x7f/"}'),
        # Names beyond the basic plane come before U+E000 and above, as UTF-16 has it (RFC 8785, 3.2.3).
        ({"\ufb33": 1, "\U0001f600": 2}, '{"\U0001f600":2,"\ufb33":1}'),
        ({"at": datetime(2026, 3, 4, 12, tzinfo=UTC)}, '{"at":"2026-03-04T12:00:00.000000Z"}'),
        ({"at": datetime(2026, 3, 4, 12, tzinfo=timezone(timedelta(hours=1)))}, '{"at":"2026-03-04T11:00:00.000000Z"}'),
        ({"day": datetime(2026, 3, 4, tzinfo=UTC).date()}, '{"day":"2026-03-04"}'),
        ({"id": UUID(int=1)}, '{"id":"00000000-0000-0000-0000-000000000001"}'),
    ],
)
def test_a_value_has_one_form(value, written):
    assert canonical(value) == written.encode()


@pytest.mark.parametrize(
    "value",
    [0.5, 1.0, float("nan"), float("inf"), Decimal(1), 2**53, -(2**53), b"octets", {1, 2}, WITHOUT_ZONE, "\ud800",
     {1: "a name that is no text"}, {"\ud800": 1}, object()],
)  # fmt: skip
def test_what_has_no_form_is_refused_and_not_told(value):
    with pytest.raises(NotCanonicalError) as refused:
        canonical({"a": [value]})
    assert str(refused.value).startswith("$.a[0]")


def test_what_is_nested_too_deep_is_refused():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(NotCanonicalError):
        canonical({"a": value})


@given(OBJECTS)
def test_reading_gives_the_value_back(value):
    assert json.loads(canonical(value)) == value


@given(OBJECTS, st.randoms())
def test_the_order_of_names_makes_no_difference(value, random):
    names = list(value)
    random.shuffle(names)
    assert canonical({name: value[name] for name in names}) == canonical(value)


@given(OBJECTS, OBJECTS)
def test_different_values_have_different_forms(one, other):
    # Python takes 1 for True; JSON does not.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical(one) == canonical(other)) == same
