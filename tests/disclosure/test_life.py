"""The table of a request's life: no package without an identity check, none without a second person."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from comity.disclosure.life import (
    ENDED,
    NEXT,
    ORDER_NEXT,
    UNDECIDED,
    Event,
    NotTheirsError,
    OrderEvent,
    OrderState,
    Stand,
    State,
    WrongStepError,
    order_step,
    step,
)

PEOPLE = st.sampled_from(["Pat", "Sue", "Max"])
TOLD = {State.APPROVED, State.READY, State.COLLECTED, State.EXPIRED}


class Life(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.stand = Stand(State.RECEIVED, "Pat")
        self.checked = False
        self.released_by = ""
        self.collected = 0

    @rule(event=st.sampled_from(list(Event)), person=PEOPLE)
    def happens(self, event, person):
        before = self.stand
        try:
            state = step(before, event, person)
        except (WrongStepError, NotTheirsError):
            return
        self.checked |= event is Event.CHECK
        prepared_by = person if event is Event.PREPARE else before.prepared_by
        self.released_by = person if event is Event.APPROVE else self.released_by
        self.stand = Stand(state, before.entered_by, prepared_by)

    @precondition(lambda self: self.stand.state in ENDED - {State.COLLECTED, State.EXPIRED})
    @rule(event=st.sampled_from(list(Event)), person=PEOPLE)
    def what_is_over_stays_over(self, event, person):
        with pytest.raises(WrongStepError):
            step(self.stand, event, person)

    @invariant()
    def nothing_goes_out_unchecked_or_by_one_person_alone(self):
        if self.stand.state in TOLD:
            assert self.checked
            assert self.released_by not in {"", self.stand.entered_by, self.stand.prepared_by}


test_life = Life.TestCase


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_what_the_table_does_not_name_does_not_happen(state, event):
    stand = Stand(state, "Pat", "Pat")
    if (state, event) in NEXT:
        assert step(stand, event, "Sue") is NEXT[state, event]
    else:
        with pytest.raises(WrongStepError):
            step(stand, event, "Sue")


@pytest.mark.parametrize("event", [Event.APPROVE, Event.RETURN, Event.REFUSE])
@pytest.mark.parametrize("person", ["Pat", "Eva", ""])
def test_who_entered_or_prepared_a_request_does_not_decide_it(event, person):
    with pytest.raises(NotTheirsError):
        step(Stand(State.PREPARED, "Eva", "Pat"), event, person)


@pytest.mark.parametrize("state", sorted(UNDECIDED))
def test_whoever_asks_may_always_take_it_back(state):
    assert step(Stand(state, "Pat", "Pat"), Event.WITHDRAW, "Pat") is State.WITHDRAWN


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("event", list(OrderEvent))
def test_an_order_that_ended_stays_so(state, event):
    if state is OrderState.ENDED:
        with pytest.raises(WrongStepError):
            order_step(state, event)
    else:
        assert order_step(state, event) is ORDER_NEXT[state, event]
