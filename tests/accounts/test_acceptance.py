from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from comity.accounts.acceptance import (
    MAY_SEND_AFTER,
    MAY_SEND_BEFORE,
    TRANSITIONS,
    Answer,
    AnswerEvent,
    BadAnswerError,
    after,
    closes,
)

ENDS = {Answer.LEFT, Answer.WITHDRAWN}


@pytest.mark.parametrize("state", Answer)
@pytest.mark.parametrize("event", AnswerEvent)
def test_each_event_is_in_the_table_or_refused_with_a_way_out(state, event):
    if (state, event) in TRANSITIONS:
        assert after(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(BadAnswerError) as refused:
            after(state, event)
        assert refused.value.remedy


@pytest.mark.parametrize("state", ENDS)
def test_nothing_leads_out_of_an_end(state):
    assert not [event for held, event in TRANSITIONS if held is state]


def test_only_the_day_and_words_after_it_end_sending():
    for (state, event), answer in TRANSITIONS.items():
        if state in MAY_SEND_BEFORE and answer not in MAY_SEND_BEFORE:
            assert event is AnswerEvent.BEGIN


def test_an_account_is_closed_by_declining_alone():
    closing = {(state, event) for (state, event), answer in TRANSITIONS.items() if closes(state, answer)}
    assert closing == {(Answer.DECLINED, AnswerEvent.BEGIN), (Answer.SILENT, AnswerEvent.DECLINE)}


class PolicyLife(RuleBasedStateMachine):
    """An account's life with a coming version, over any jumps of the clock; the day is begun late at times."""

    def __init__(self):
        super().__init__()
        self.now = datetime(2026, 3, 4, tzinfo=UTC)
        self.begins = self.now + timedelta(days=30)
        self.answer = Answer.ASKED
        self.begun = False
        self.withdrawn = False
        self.refunds = 0
        self.last_word = None

    def step(self, event):
        before = self.answer
        try:
            self.answer = after(before, event)
        except BadAnswerError:
            return False
        self.refunds += closes(before, self.answer)
        return True

    @rule(days=st.integers(0, 12), hours=st.integers(0, 23))
    def time_passes(self, days, hours):
        self.now += timedelta(days=days, hours=hours)

    @precondition(lambda self: self.now >= self.begins and not self.begun and not self.withdrawn)
    @rule()
    def the_day_is_kept(self):
        assert self.step(AnswerEvent.BEGIN)
        self.begun = True

    @precondition(lambda self: self.now < self.begins and not self.withdrawn)
    @rule()
    def the_version_is_taken_back(self):
        assert self.step(AnswerEvent.WITHDRAW)
        self.withdrawn = True

    @rule(event=st.sampled_from([AnswerEvent.ACCEPT, AnswerEvent.DECLINE]))
    def somebody_answers(self, event):
        # As the store does: who answers when the day has come answers a version that holds.
        if self.now >= self.begins and not self.begun and not self.withdrawn:
            self.the_day_is_kept()
        if self.step(event):
            self.last_word = event

    def may_send(self):
        if self.withdrawn or self.now < self.begins:
            return self.answer in MAY_SEND_BEFORE
        accepted = self.answer in {Answer.ACCEPTED, Answer.BOUND}
        return accepted if not self.begun else self.answer in MAY_SEND_AFTER

    @invariant()
    def nobody_is_blocked_before_the_day(self):
        if self.now < self.begins:
            assert self.may_send()

    @invariant()
    def who_declined_never_sends_from_the_day_on(self):
        if self.now >= self.begins and self.last_word is AnswerEvent.DECLINE and not self.withdrawn:
            assert not self.may_send()

    @invariant()
    def who_never_answered_does_not_send_from_the_day_on(self):
        if self.now >= self.begins and self.last_word is None and not self.withdrawn:
            assert not self.may_send()

    @invariant()
    def refunded_at_most_once_and_only_who_left(self):
        assert self.refunds == (self.answer is Answer.LEFT)


PolicyLife.TestCase.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)
TestPolicyLife = PolicyLife.TestCase
