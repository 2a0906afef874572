from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.policy.document import PolicyDocument
from comity.policy.shape import flaws_of, nearest

DAY = date(2026, 1, 1)
HEAD: dict[str, Any] = {"version": "1", "title": "t", "effective": DAY, "rules": {}}


def wrong(**changes):
    return {(flaw.path, flaw.what) for flaw in flaws_of({**HEAD, **changes}, PolicyDocument)}


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"versoin": "1"}, ("versoin",), "no field 'versoin'"),
        ({"effective": "soon"}, ("effective",), "must be a date, not text"),
        ({"effective": 3}, ("effective",), "must be a date, not a whole number"),
        ({"notice_days": -1}, ("notice_days",), "out of range"),
        ({"rules": []}, ("rules",), "must be a table, not a list"),
        ({"rules": {"x": 1}}, ("rules", "x"), "must be a table"),
        ({"rules": {"x": {"mode": "loud"}}}, ("rules", "x", "mode"), "cannot be 'loud'"),
        ({"overlays": {"o": {"title": "t", "rules": {}}}}, ("overlays", "o"), "lacks 'when'"),
        (
            {"overlays": {"o": {"title": "t", "rules": {}, "when": {"categories": ["otp", "spam"]}}}},
            ("overlays", "o", "when", "categories", 1),
            "cannot be 'spam'",
        ),
        ({"brands": {"b": {"names": "Acme"}}}, ("brands", "b", "names"), "must be a list, not text"),
        ({"brands": {"b": {"names": ["Acme", 3]}}}, ("brands", "b", "names", 1), "must be text"),
        ({"acceptance_required": "yes"}, ("acceptance_required",), "true or false"),
    ],
)
def test_a_flaw_has_its_path_and_plain_words(changes, path, words):
    ((found, what),) = wrong(**changes)
    assert found == path
    assert words in what


def test_all_flaws_are_told_at_once():
    found = wrong(title=3, notice_days=999, rules={"x": {"mode": "loud", "actoin": "hold"}, "y": {"on_failure": 1}})
    assert len(found) == 5


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 400)
    | st.text(max_size=4)
    | st.just(DAY)
    | st.sampled_from(["hold", "otp", "use"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["x", "mode", "names", "title"]), inner, max_size=2)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from([*PolicyDocument.__struct_fields__, "other"])


@given(st.dictionaries(FIELDS, JUNK, max_size=6), st.booleans())
def test_there_is_a_flaw_exactly_where_the_document_cannot_be_read(changes, whole):
    table = {**HEAD, **changes} if whole else changes
    try:
        msgspec.convert(table, PolicyDocument)
    except msgspec.ValidationError:
        assert list(flaws_of(table, PolicyDocument))
    else:
        assert not list(flaws_of(table, PolicyDocument))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("quiet-huors", "Did you mean quiet-hours?"),
        ("repeatedtext", "Did you mean repeated-text?"),
        ("repeat", "Did you mean repeated-text?"),
        ("xyzzy", "There are quiet-hours, repeated-text."),
        # Letters that it shares with a part of a name say nothing.
        ("texter", "There are quiet-hours, repeated-text."),
    ],
)
def test_the_nearest_name_is_suggested(name, advice):
    assert nearest(name, ["repeated-text", "quiet-hours"]) == advice
