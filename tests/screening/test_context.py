"""What is known around a text moves its score, each thing by its setting, and says so."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.screening.context import Context, elapsed, weigh
from comity.screening.judging import History, Template
from support.judging import NOON, a_message, the_facts

LINK = "Your account is limited, see https://acme.example/now"
AGO = {days: NOON - timedelta(days=days) for days in (6, 8, 9, 60, 400)}
NEITHER = Template(AGO[9], 20, 9)
PLAIN = "Your account is limited, call us"
OLD = History(NOON, AGO[400], 90_000)
KNOWN = Template(AGO[60], 12_400, 40)
SHIFTS = Context(new_template=0.4, first_traffic=0.6, complained=1.0, trusted=2.0, own_links=1.5)
NONE = frozenset()


def weighed(score=0.8, text=LINK, template=KNOWN, history=OLD, own=NONE, context=SHIFTS):
    return weigh(score, a_message(text=text), the_facts(template=template, history=history), own, context)


@pytest.mark.parametrize(
    ("changes", "words", "score"),
    [
        ({"template": None, "history": None}, [], 0.8),
        ({}, ["sent 12,400 times since 2026-01-03 without complaint"], 0.351),
        ({"template": Template(AGO[60], 12_400, 40, 3)},
         ["sent 12,400 times since 2026-01-03 with 3 complaints"], 0.351),
        ({"template": Template(AGO[60], 12_400, 40, 25)}, [], 0.8),
        ({"template": Template(AGO[60], 12_400, 40, 248)},
         ["248 people stopped the messages on getting it"], 0.916),
        ({"template": Template(AGO[60], 10, 2, 4)}, [], 0.8),
        ({"template": Template(AGO[60], 10, 2, 5)},
         ["5 people stopped the messages on getting it"], 0.916),
        ({"template": Template(AGO[60], 999, 40)}, [], 0.8),
        ({"template": Template(AGO[60], 1_000, 13)}, [], 0.8),
        ({"template": Template()}, ["never sent before, and it has a link"], 0.856),
        ({"template": Template(), "text": PLAIN}, [], 0.8),
        ({"template": Template(NOON - timedelta(minutes=3), 20, 1)},
         ["first sent 3 minutes ago, and it has a link"], 0.856),
        ({"template": Template(NOON - timedelta(hours=24), 20, 1)}, [], 0.8),
        ({"template": NEITHER, "history": History(NOON)},
         ["the account never sent before"], 0.879),
        ({"template": NEITHER, "history": History(NOON, AGO[9], 499)},
         ["the account first sent 9 days ago, 499 messages since"], 0.879),
        ({"template": NEITHER, "history": History(NOON, AGO[6], 5_000)},
         ["the account first sent 6 days ago, 5,000 messages since"], 0.879),
        ({"template": NEITHER, "history": History(NOON, AGO[8], 500)},
         [], 0.8),
        ({"template": None, "own": frozenset({"acme.example"})},
         ["every link leads to acme.example, the account's own"], 0.472),
        ({"template": None, "own": frozenset({"acme.example"}), "text": f"{LINK} https://other.example/x"}, [], 0.8),
        ({"template": None, "own": frozenset({"acme.example"}), "text": PLAIN}, [], 0.8),
        ({"context": Context()}, [], 0.8),
    ],
)  # fmt: skip
def test_what_is_known_shifts_the_score_and_is_told(changes, words, score):
    found = weighed(**changes)
    assert ([one.observed for one in found.told], found.score) == (words, score)


def test_each_shift_is_told_with_its_effect():
    found = weighed(template=Template(), history=History(NOON), own=frozenset({"acme.example"}))
    assert [(one.what, one.limit) for one in found.told] == [
        ("context", "0.8 becomes 0.879"),
        ("context", "0.879 becomes 0.916"),
        ("context", "0.916 becomes 0.709"),
    ]


def test_when_the_message_goes_out_makes_no_template_old():
    later = a_message(text=LINK, at=NOON + timedelta(days=30))
    facts = the_facts(template=Template(NOON, 5, 1), history=History(NOON, AGO[400], 90_000))
    assert weigh(0.8, later, facts, NONE, SHIFTS).score > 0.8


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=-5), "moments"),
        (timedelta(seconds=59), "moments"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_time_is_told_in_its_largest_unit(time, words):
    assert elapsed(time) == words


SCORES = st.floats(0, 1).map(lambda score: round(score, 3))
MOMENTS = st.integers(0, 30_000).map(lambda hours: NOON - timedelta(hours=hours))
TEMPLATES = st.none() | st.builds(
    Template,
    since=st.none() | MOMENTS,
    sent=st.integers(0, 50_000),
    days=st.integers(0, 400),
    complaints=st.integers(0, 2_000),
)
HISTORIES = st.none() | st.builds(
    History,
    at=st.just(NOON),
    since=st.none() | MOMENTS,
    sent=st.integers(0, 50_000),
)
CONTEXTS = st.builds(
    Context,
    **dict.fromkeys(("new_template", "first_traffic", "complained", "trusted", "own_links"), st.floats(0, 10)),
    trusted_share=st.floats(0, 0.1),
    complained_share=st.floats(0, 0.1),
    trust_until=st.floats(0, 1),
)
OWN = st.sampled_from([NONE, frozenset({"acme.example"})])


@given(SCORES, TEMPLATES, HISTORIES, OWN, CONTEXTS)
def test_nothing_is_taken_off_from_the_ceiling_on(score, template, history, own, context):
    if score >= context.trust_until:
        found = weighed(score, template=template, history=history, own=own, context=context)
        assert found.score >= score


@given(SCORES, TEMPLATES.filter(bool), HISTORIES, OWN, CONTEXTS, st.integers(1, 500))
def test_more_complaints_never_lower_a_score(score, template, history, own, context, more):
    worse = msgspec.structs.replace(template, complaints=template.complaints + more)
    asked = {"history": history, "own": own, "context": context}
    assert weighed(score, template=worse, **asked).score >= weighed(score, template=template, **asked).score


@given(SCORES, SCORES, TEMPLATES, HISTORIES, OWN)
def test_a_higher_score_stays_the_higher_one(one, other, template, history, own):
    low, high = sorted((one, other))
    asked = {"template": template, "history": history, "own": own, "context": SHIFTS}
    assert weighed(low, **asked).score <= weighed(high, **asked).score


@given(SCORES, TEMPLATES, HISTORIES, OWN, CONTEXTS)
def test_a_score_stays_a_probability_to_thousandths_and_what_moved_it_is_told(score, template, history, own, context):
    found = weighed(score, template=template, history=history, own=own, context=context)
    assert 0 <= found.score <= 1
    assert found.score == round(found.score, 3)
    assert bool(found.told) or found.score == score


@given(SCORES, OWN, CONTEXTS)
def test_what_is_not_known_moves_nothing(score, own, context):
    found = weighed(score, text=PLAIN, template=None, history=None, own=own, context=context)
    assert found == weighed(score, text=PLAIN, template=None, history=None, context=Context())
