"""The lives of complaints and freezes: nothing happens but by the tables, and every freeze ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from comity.complaints.life import (
    COUNTS,
    FREEZE_TRANSITIONS,
    OPEN,
    STOPPING,
    TRANSITIONS,
    ComplaintStepError,
    Event,
    FreezeEvent,
    FreezeState,
    State,
    after,
    freeze_after,
)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_what_is_not_in_the_table_of_complaints_does_not_happen(state, event):
    if (state, event) in TRANSITIONS:
        assert after(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(ComplaintStepError):
            after(state, event)


@pytest.mark.parametrize("state", FreezeState)
@pytest.mark.parametrize("event", FreezeEvent)
def test_what_is_not_in_the_table_of_freezes_does_not_happen(state, event):
    if (state, event) in FREEZE_TRANSITIONS:
        assert freeze_after(state, event) is FREEZE_TRANSITIONS[state, event]
    else:
        with pytest.raises(ComplaintStepError):
            freeze_after(state, event)


class ComplaintLife(RuleBasedStateMachine):
    """A complaint goes its way; what was decided is never open by itself, and what is open can always be decided."""

    @initialize()
    def receive(self):
        self.state = State.RECEIVED
        self.reopened = True

    @rule(event=st.sampled_from(Event))
    def happen(self, event):
        before = self.state
        try:
            self.state = after(before, event)
        except ComplaintStepError:
            assert (before, event) not in TRANSITIONS
            return
        if before not in OPEN and self.state in OPEN:
            assert event is Event.REOPEN

    @invariant()
    def what_is_open_can_be_decided(self):
        if self.state in OPEN:
            assert {after(self.state, one) for one in (Event.UPHOLD, Event.REJECT)} == {State.UPHELD, State.REJECTED}

    @invariant()
    def what_counts_was_not_found_wrong(self):
        if self.state in COUNTS:
            assert self.state not in {State.REJECTED, State.ABUSIVE, State.WITHDRAWN}


class FreezeLife(RuleBasedStateMachine):
    """A freeze as the store keeps it: a clock, an instant at which it ends by itself, and people who may confirm it."""

    @initialize(codes=st.booleans())
    def begin(self, codes):
        self.now, self.lapses_at, self.confirmed = 0, 60, False
        self.state = FreezeState.PROPOSED if codes else FreezeState.IN_FORCE
        self.codes = codes
        self.ends = 0

    @rule(minutes=st.integers(0, 200))
    def pass_time(self, minutes):
        self.now += minutes
        if self.lapses_at is not None and self.now >= self.lapses_at:
            self.move(FreezeEvent.LAPSE)

    @rule(event=st.sampled_from([FreezeEvent.CONFIRM, FreezeEvent.LIFT, FreezeEvent.UPHOLD]))
    @precondition(lambda self: hasattr(self, "state"))
    def say(self, event):
        if (self.state, event) in FREEZE_TRANSITIONS:
            self.move(event)

    def move(self, event):
        self.state = freeze_after(self.state, event)
        self.confirmed = self.confirmed or event is FreezeEvent.CONFIRM
        ended = self.state not in {FreezeState.PROPOSED, FreezeState.IN_FORCE, FreezeState.CONFIRMED}
        self.ends += ended
        if ended or event is FreezeEvent.CONFIRM:
            self.lapses_at = None

    @invariant()
    def nothing_stands_still_longer_than_an_hour_without_a_person(self):
        if self.state in STOPPING and not self.confirmed:
            assert self.now < 60

    @invariant()
    def codes_are_stopped_by_a_person_alone(self):
        assert not (self.codes and self.state in STOPPING and not self.confirmed)

    @invariant()
    def it_ends_once(self):
        assert self.ends <= 1


TestComplaintLife = ComplaintLife.TestCase
TestFreezeLife = FreezeLife.TestCase


@given(st.lists(st.sampled_from(FreezeEvent), max_size=8))
def test_what_ended_never_stops_traffic_again(events):
    state = FreezeState.IN_FORCE
    ended = False
    for event in events:
        try:
            state = freeze_after(state, event)
        except ComplaintStepError:
            continue
        assert not ended
        ended = state not in STOPPING
