"""Findings that are only noted add up; those that stop a message by themselves need no company."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.messages.verdict import Evidence
from comity.policy.files import default_policy
from comity.screening.judging import MISS, Hit
from comity.screening.rulebook import RULEBOOK
from comity.screening.rules.signals_together import RULE
from support.judging import a_message, the_facts

WEIGHTS = {"a": 0.6, "b": 0.5, "c": 0.1}


def a_hit(score=1.0, action=""):
    return Hit((Evidence("x"),), "It is so.", "Mend it.", score=score, action=action)


def answer(hits, **settings):
    ready = RULE.settings(**{"weights": WEIGHTS, **settings})
    return RULE.check(a_message(), the_facts(), ready, hits)


@pytest.mark.parametrize(
    ("hits", "held"),
    [
        ({}, False),
        ({"a": a_hit()}, False),
        ({"a": a_hit(), "b": a_hit()}, True),
        ({"a": a_hit(), "c": a_hit()}, False),
        ({"a": a_hit(0.8), "b": a_hit()}, False),
        ({"a": a_hit(action="note"), "b": a_hit(action="note")}, True),
        ({"a": a_hit(action="hold"), "b": a_hit()}, False),
        ({"a": a_hit(action="refuse"), "b": a_hit()}, False),
        ({"a": a_hit(), "unweighed": a_hit()}, False),
    ],
)
def test_notes_add_up_by_weight_and_score(hits, held):
    assert isinstance(answer(hits), Hit) is held


def test_the_evidence_names_what_came_together_the_heaviest_first():
    found = answer({"b": a_hit(), "a": a_hit()})
    assert found.evidence[0].observed == "a, b"
    assert "1.10" in found.evidence[0].limit


@given(st.dictionaries(st.sampled_from("abc"), st.floats(0, 1), max_size=3), st.floats(0.1, 3))
def test_more_signals_never_make_it_milder(scores, limit):
    hits = {name: a_hit(score) for name, score in scores.items()}
    if answer(hits, hold_from=limit) is not MISS:
        assert answer({**hits, "c": a_hit()}, hold_from=limit) is not MISS


def test_what_it_reads_are_rules_and_what_it_weighs_it_reads():
    known = {rule.id for rule in RULEBOOK}
    weights = default_policy().document.rules[RULE.id].settings["weights"]
    assert set(RULE.reads) <= known
    assert set(weights) == set(RULE.reads)
