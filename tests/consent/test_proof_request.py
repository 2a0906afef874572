import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.proof_request import (
    FINAL,
    TRANSITIONS,
    Event,
    Outage,
    Proof,
    State,
    Wanted,
    after,
    at_deadline,
    elapses_at,
    gaps,
    still_wanted,
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPANS = st.integers(0, 200_000).map(lambda s: timedelta(seconds=s))


@st.composite
def outages(draw):
    begun = NOON + draw(st.integers(-100_000, 300_000).map(lambda s: timedelta(seconds=s)))
    return Outage(begun, begun + draw(SPANS))


def reachable(begun, ended, gone):
    """Seconds between two instants in which the intake could be reached; by the second, the slow way round."""
    edges = sorted({begun, ended, *(t for o in gone for t in (o.begun, o.ended) if begun < t < ended)})
    pieces = itertools.pairwise(edges)
    return sum((b - a).total_seconds() for a, b in pieces if not any(o.begun <= a and b <= o.ended for o in gone))


def test_without_outages_the_time_is_over_to_the_second():
    assert elapses_at(NOON, 24 * HOUR, ()) == NOON + 24 * HOUR


def test_a_change_of_clocks_neither_shortens_nor_lengthens_it():
    summer = timezone(timedelta(hours=2))
    assert elapses_at(NOON.astimezone(summer), 24 * HOUR, ()) == NOON + 24 * HOUR


@pytest.mark.parametrize(
    ("begun", "ended", "moved"),
    [
        (1, 3, 2),  # within
        (-2, 1, 1),  # begun before
        (-5, -1, 0),  # over before
        (23, 30, 7),  # over the end
        (24, 30, 0),  # only after it
        (3, 3, 0),  # none
    ],
)
def test_what_counts_of_an_outage(begun, ended, moved):
    gone = [Outage(NOON + begun * HOUR, NOON + ended * HOUR)]
    assert elapses_at(NOON, 24 * HOUR, gone) == NOON + (24 + moved) * HOUR


@given(SPANS, st.lists(outages(), max_size=6))
def test_exactly_the_span_is_reachable_before_it_has_elapsed(span, gone):
    ends = elapses_at(NOON, span, gone)
    assert reachable(NOON, ends, gone) == span.total_seconds()
    assert ends >= NOON + span


@given(SPANS, st.lists(outages(), max_size=5), outages())
def test_an_outage_more_never_shortens_it(span, gone, more):
    assert elapses_at(NOON, span, [*gone, more]) >= elapses_at(NOON, span, gone)


COMPLETE = Proof("32470123456", "I want offers by text", "web form", NOON - 9 * HOUR, "form 4711")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"wording": ""}, "wording"),
        ({"channel": ""}, "channel"),
        ({"at": None}, "the time is missing"),
        ({"proof": ""}, "proof itself"),
        ({"at": NOON + HOUR}, "future"),
        ({"at": NOON - HOUR}, "after the first message"),
        ({"at": datetime(2026, 3, 1)}, "offset"),  # noqa: DTZ001  that is the case
    ],
)
def test_what_a_proof_lacks_is_told(changed, words):
    proof = Proof(**{**{name: getattr(COMPLETE, name) for name in COMPLETE.__struct_fields__}, **changed})
    (gap,) = gaps(proof, NOON - 2 * HOUR, NOON)
    assert words in gap


def test_a_complete_proof_lacks_nothing():
    assert gaps(COMPLETE, NOON - 2 * HOUR, NOON) == ()
    assert gaps(COMPLETE, None, NOON) == ()


def test_an_answer_is_complete_when_nothing_is_wanted_any_more():
    wanted = Wanted(("1", "2", "3"))
    assert still_wanted(wanted, ["1"], "", " ") == (
        "the proof of 2 recipients",
        "the campaign's purpose",
        "a sample text",
    )
    assert still_wanted(wanted, ["3", "2", "1", "1"], "Spring sale", "Acme: 20% off") == ()


def test_nothing_happens_to_a_request_that_ended_but_that_an_appeal_is_granted():
    assert {key for key in TRANSITIONS if key[0] in FINAL} == {(State.DEACTIVATED, Event.OVERTURN)}


def test_every_state_can_be_reached_and_every_event_happens():
    reached, waiting = {State.ASKED}, [State.ASKED]
    while waiting:
        here = waiting.pop()
        for there in {to for (state, _), to in TRANSITIONS.items() if state is here} - reached:
            reached.add(there)
            waiting.append(there)
    assert reached == set(State)
    assert {event for _, event in TRANSITIONS} == set(Event)


def test_nobody_is_sanctioned_for_a_request_that_did_not_reach_them():
    for state in (State.ASKED, State.UNSERVED):
        for event in (Event.SUSPEND, Event.DEACTIVATE):
            assert after(state, event) is None


def test_what_the_policy_says_happens_at_the_deadline():
    assert after(State.RUNNING, at_deadline("deactivate")) is State.DEACTIVATED
    assert after(State.RUNNING, at_deadline("suspend")) is State.OVERDUE
