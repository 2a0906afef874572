from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.policy.diff import differences
from comity.policy.document import (
    Brand,
    Clause,
    Mode,
    Overlay,
    PolicyDocument,
    RuleChange,
    RuleSetting,
    When,
)
from comity.policy.files import default_policy

DUTCH = Overlay("Dutch", When(countries=("NL",)), {"x": RuleChange(action="hold")})
BASE = PolicyDocument(
    version="1",
    title="t",
    effective=date(2026, 1, 1),
    rules={
        "x": RuleSetting(action="hold", settings={"days": 7, "words": ["a", "b"]}),
        "y": RuleSetting(mode=Mode.MONITOR),
    },
    clauses={"U1": Clause("t", "text", "use")},
    overlays={"nl": DUTCH},
    brands={"acme": Brand(("Acme",), domains=("acme.example",))},
    lists={"bad": ("one", "two")},
)


def changed(**fields):
    return msgspec.structs.replace(BASE, **fields)


def only(new, old=BASE):
    (change,) = differences(old, new)
    return change


RULES = [
    ({"x": RuleSetting(action="refuse", settings=BASE.rules["x"].settings)}, "action", "hold", "refuse", "stricter"),
    ({"x": RuleSetting(action="note", settings=BASE.rules["x"].settings)}, "action", "hold", "note", "looser"),
    ({"y": RuleSetting(mode=Mode.ENFORCE)}, "mode", "monitor", "enforce", "stricter"),
    ({"y": RuleSetting(mode=Mode.OFF)}, "mode", "monitor", "off", "looser"),
    ({"z": RuleSetting()}, "mode", "off", "enforce", "stricter"),
    ({"y": RuleSetting(mode=Mode.MONITOR, on_missing="hold")}, "on_missing", "allow", "hold", "stricter"),
    ({"x": RuleSetting(action="hold", settings={"days": 9, "words": ["a", "b"]})}, "settings.days", 7, 9, ""),
    (
        {"x": RuleSetting(action="hold", settings={"days": 7, "words": ["a", "b"], "new": 1})},
        "settings.new",
        None,
        1,
        "",
    ),
]


@pytest.mark.parametrize(("rules", "field", "before", "after", "effect"), RULES)
def test_a_change_of_a_rule_says_whether_it_is_stricter(rules, field, before, after, effect):
    change = only(changed(rules={**BASE.rules, **rules}))
    assert (change.part, change.name) == ("rules", next(iter(rules)))
    assert (change.field, change.before, change.after, change.effect) == (field, before, after, effect)


def test_a_rule_that_is_no_longer_named_is_off():
    change = only(changed(rules={"x": BASE.rules["x"]}))
    assert (change.name, change.field, change.after, change.effect) == ("y", "mode", "off", "looser")


def test_what_a_rule_that_is_off_would_do_is_no_change():
    off = changed(rules={**BASE.rules, "z": RuleSetting(mode=Mode.OFF)})
    other = changed(rules={**BASE.rules, "z": RuleSetting(mode=Mode.OFF, action="note")})
    assert differences(off, other) == []


def test_entries_of_lists_are_told_as_added_and_removed():
    change = only(changed(lists={"bad": ("two", "three")}))
    assert (change.part, change.name, change.added, change.removed) == ("lists", "bad", ("three",), ("one",))
    assert only(changed(lists={})).removed == ("one", "two")
    words = only(
        changed(rules={**BASE.rules, "x": RuleSetting(action="hold", settings={"days": 7, "words": ["b", "c"]})})
    )
    assert (words.field, words.added, words.removed) == ("settings.words", ("c",), ("a",))


@pytest.mark.parametrize(
    ("fields", "part", "name", "field"),
    [
        ({"version": "2"}, "policy", "version", ""),
        ({"acceptance_required": False}, "policy", "acceptance_required", ""),
        ({"clauses": {"U1": Clause("t", "other words", "use")}}, "clauses", "U1", "text"),
        ({"clauses": {"U1": Clause("t", "text", "use", fine=("x",))}}, "clauses", "U1", "fine"),
        ({"clauses": {}}, "clauses", "U1", ""),
        ({"brands": {"acme": Brand(("Acme",))}}, "brands", "acme", "domains"),
        ({"brands": {}}, "brands", "acme", ""),
        ({"overlays": {}}, "overlays", "nl", ""),
        ({"overlays": {"nl": msgspec.structs.replace(DUTCH, until=date(2027, 1, 1))}}, "overlays", "nl", "until"),
        (
            {"overlays": {"nl": msgspec.structs.replace(DUTCH, when=When(countries=("NL", "BE")))}},
            "overlays",
            "nl",
            "when",
        ),
        ({"overlays": {"nl": msgspec.structs.replace(DUTCH, rules={})}}, "overlays", "nl", "rules.x.action"),
    ],
)
def test_every_part_is_compared(fields, part, name, field):
    change = only(changed(**fields))
    assert (change.part, change.name, change.field) == (part, name, field)


def test_the_order_of_overlays_is_a_change_and_that_of_rules_is_none():
    belgian = msgspec.structs.replace(DUTCH, when=When(countries=("BE",)))
    first, second = changed(overlays={"nl": DUTCH, "be": belgian}), changed(overlays={"be": belgian, "nl": DUTCH})
    assert only(second, first).field == "order"
    assert differences(BASE, changed(rules=dict(reversed(BASE.rules.items())))) == []


NAMES = st.sampled_from(["x", "y", "z"])
SETTINGS = st.builds(
    RuleSetting,
    mode=st.sampled_from(Mode),
    action=st.sampled_from(["note", "hold", "refuse"]),
    settings=st.dictionaries(NAMES, st.integers(0, 3) | st.lists(NAMES, max_size=2, unique=True), max_size=2),
)
CHANGES = st.builds(RuleChange, mode=st.none() | st.sampled_from(Mode), action=st.none() | st.just("hold"))
OVERLAYS = st.builds(
    Overlay,
    st.just("t"),
    st.builds(When, countries=st.sampled_from([(), ("NL",)])),
    st.dictionaries(NAMES, CHANGES, max_size=2),
)
DOCUMENTS = st.builds(
    PolicyDocument,
    version=st.sampled_from("12"),
    title=st.just("t"),
    effective=st.dates(),
    rules=st.dictionaries(NAMES, SETTINGS, max_size=2),
    overlays=st.dictionaries(NAMES, OVERLAYS, max_size=2),
    lists=st.dictionaries(NAMES, st.lists(NAMES, max_size=3, unique=True).map(tuple), max_size=2),
)


@given(DOCUMENTS)
def test_a_policy_does_not_differ_from_itself(document):
    assert differences(document, document) == []


@given(DOCUMENTS, DOCUMENTS)
def test_the_way_back_undoes_each_change(old, new):
    opposite = {"stricter": "looser", "looser": "stricter", "": ""}
    there = {
        (c.part, c.name, c.field, _key(c.before), _key(c.after), c.effect, c.added, c.removed)
        for c in differences(old, new)
    }
    back = {
        (c.part, c.name, c.field, _key(c.after), _key(c.before), opposite[c.effect], c.removed, c.added)
        for c in differences(new, old)
    }
    assert there == back


def _key(value):
    return msgspec.json.encode(value, order="sorted")


def test_the_shipped_policy_does_not_differ_from_itself():
    assert differences(default_policy().document, default_policy().document) == []
