"""The life of a case is its table: nothing else happens, and who may not decide does not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from comity.cases.life import (
    DECISIONS,
    KINDS,
    NEXT,
    Event,
    NotTheirsError,
    Role,
    Stand,
    State,
    WrongStepError,
    order,
    step,
)
from comity.cases.reasons import reasons, words_of

PEOPLE = {"Ann": Role.REVIEWER, "Bob": Role.REVIEWER, "Sue": Role.SENIOR, "Tim": Role.SENIOR, "Ora": Role.OPERATOR}


class Life(RuleBasedStateMachine):
    """Anybody tries anything, in any order."""

    def __init__(self):
        super().__init__()
        self.stand = Stand("hold", State.OPEN, "acceptance")
        self.deciders = []
        self.escalated = False

    @precondition(lambda self: self.stand.state is State.OPEN and not self.deciders)
    @rule(kind=st.sampled_from(sorted(KINDS)), opener=st.sampled_from(["acceptance", *PEOPLE]))
    def another_case(self, kind, opener):
        self.stand = Stand(kind, State.OPEN, opener)
        self.escalated = False

    @rule(event=st.sampled_from(Event), person=st.sampled_from(sorted(PEOPLE)))
    def somebody_tries(self, event, person):
        before = self.stand
        role = PEOPLE[person]
        try:
            self.stand = step(before, event, person, role)
        except WrongStepError:
            assert (before.state, event) not in NEXT
            return
        except NotTheirsError:
            assert event in {*DECISIONS, Event.REOPEN}
            return
        assert self.stand.state is NEXT[before.state, event]
        self.escalated = self.escalated or event is Event.ESCALATE
        if event in DECISIONS:
            self.decided(before, person, role)

    def decided(self, before, person, role):
        assert role >= KINDS[before.kind].least
        assert not self.escalated or role >= Role.SENIOR
        assert not KINDS[before.kind].four_eyes or person != before.opened_by
        assert self.deciders[-1:] != [person]
        self.deciders.append(person)

    @invariant()
    def what_was_said_of_it_stays(self):
        assert self.stand.senior == self.escalated
        assert self.stand.decided_by == (self.deciders[-1] if self.deciders else "")

    @invariant()
    def nobody_is_stuck(self):
        """From every state an operator who had no part in it gets to a decision."""
        stand = self.stand
        if stand.state in {State.DECIDED, State.CLOSED}:
            stand = step(stand, Event.REOPEN, "Zoe", Role.OPERATOR)
        assert step(stand, Event.CONFIRM, "Zoe", Role.OPERATOR).state is State.DECIDED


TestLife = Life.TestCase


@pytest.mark.parametrize(
    ("stand", "person", "role", "may"),
    [
        (Stand("hold", State.OPEN, "acceptance"), "Ann", Role.REVIEWER, True),
        (Stand("hold", State.OPEN, "Ann"), "Ann", Role.REVIEWER, True),
        (Stand("hold", State.ESCALATED, senior=True), "Ann", Role.REVIEWER, False),
        (Stand("hold", State.WAITING, senior=True), "Ann", Role.REVIEWER, False),
        (Stand("hold", State.WAITING, senior=True), "Sue", Role.SENIOR, True),
        (Stand("disclosure", State.OPEN, "Ann"), "Bob", Role.REVIEWER, False),
        (Stand("disclosure", State.OPEN, "Sue"), "Sue", Role.SENIOR, False),
        (Stand("disclosure", State.OPEN, "Sue"), "Tim", Role.SENIOR, True),
        (Stand("appeal", State.OPEN, "account", reviewed="Sue"), "Sue", Role.SENIOR, False),
        (Stand("appeal", State.OPEN, "account", reviewed="Sue"), "Sue", Role.OPERATOR, False),
        (Stand("appeal", State.OPEN, "account", reviewed="Sue"), "Tim", Role.SENIOR, True),
        (Stand("hold", State.OPEN, decided_by="Ann"), "Ann", Role.REVIEWER, False),
        (Stand("hold", State.OPEN, decided_by="Ann"), "Bob", Role.REVIEWER, True),
    ],
)
def test_who_decides(stand, person, role, may):
    if may:
        assert step(stand, Event.OVERTURN, person, role).decided_by == person
        return
    with pytest.raises(NotTheirsError):
        step(stand, Event.OVERTURN, person, role)


def test_who_asks_has_the_case_when_it_is_answered():
    asked = step(Stand("hold", State.OPEN), Event.ASK, "Ann", Role.REVIEWER)
    answered = step(asked, Event.ANSWER, "account", Role.REVIEWER)
    assert (answered.state, answered.assigned_to) == (State.ASSIGNED, "Ann")


@given(st.lists(st.tuples(st.integers(0, 100), st.none() | st.datetimes(), st.integers(1, 9)), max_size=6))
def test_the_queue_has_one_order_with_what_is_due_before_what_is_not(cases):
    ordered = sorted(cases, key=lambda case: order(*case))
    for one, after in pairwise(ordered):
        assert one[0] <= after[0]
        if one[0] == after[0] and one[1] is None:
            assert after[1] is None


def test_every_kind_has_canned_reasons_for_either_decision():
    assert reasons().keys() == KINDS.keys()
    assert words_of("hold", Event.CONFIRM, "fraud")
    assert words_of("hold", Event.CONFIRM, "rule-wrong") is None


def test_the_store_knows_the_same_states_and_kinds():
    from importlib.resources import files  # noqa: PLC0415  only here

    folder = files("comity.edges.postgres") / "migrations"
    sql = "".join(file.read_text() for file in folder.iterdir() if file.name.endswith(".sql"))
    for word in (*KINDS, *State):
        assert f"'{word}'" in sql
