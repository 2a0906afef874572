"""Standings, sanctions and appeals as a machine that does what anybody may do, in any order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from comity.accounts.account import Standing
from comity.accounts.appeals import (
    LIFE,
    TIME_TO_DECIDE,
    AppealEvent,
    AppealState,
    BadAppealError,
    Contested,
    appeal_until,
    file,
    may_decide,
    move,
)
from comity.accounts.standing import (
    AUTOMATIC,
    IMPOSED,
    ORDER,
    RELIEVING,
    TRANSITIONS,
    BadChangeError,
    Change,
    Event,
    Reasons,
    after,
    in_force,
    inherited,
    standing_of,
)

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PEOPLE = ["Ann", "Bob", AUTOMATIC]


class Standings(RuleBasedStateMachine):
    """One account: `stored` is what each change made of it, `history` what is kept of each."""

    def __init__(self):
        super().__init__()
        self.stored = Standing.GOOD
        self.history = []
        self.deciders = {}
        self.appeals = {}

    def change(self, event, by, ends=()):
        left = (one for number, one in in_force(self.history).items() if number not in ends)
        self.stored = after(self.stored, event, left)
        self.history.append(Change(len(self.history) + 1, event, tuple(ends)))
        self.deciders[len(self.history)] = by

    @rule(event=st.sampled_from(sorted(IMPOSED)), by=st.sampled_from(PEOPLE))
    def impose(self, event, by):
        before = self.stored
        try:
            self.change(event, by)
        except BadChangeError:
            assert before is Standing.DEACTIVATED
        else:
            assert ORDER.index(self.stored) >= max(ORDER.index(before), ORDER.index(IMPOSED[event]))

    @precondition(lambda self: in_force(self.history))
    @rule(event=st.sampled_from(sorted(RELIEVING)), data=st.data())
    def relieve(self, event, data):
        held = sorted(in_force(self.history))
        ends = data.draw(st.lists(st.sampled_from(held), min_size=1, unique=True))
        before = self.stored
        self.change(event, "Ann", ends)
        assert ORDER.index(self.stored) <= ORDER.index(before)

    @rule(event=st.sampled_from(sorted(RELIEVING)))
    @precondition(lambda self: not in_force(self.history))
    def relieve_nothing(self, event):
        with pytest.raises(BadChangeError):
            after(self.stored, event, ())

    @precondition(lambda self: self.history)
    @rule(data=st.data(), days=st.integers(0, 400))
    def appeal(self, data, days):
        number = data.draw(st.sampled_from(range(1, len(self.history) + 1)))
        event = self.history[number - 1].event
        contested = Contested(event, NOW, self.deciders[number], appealed=number in self.appeals)
        now = NOW + timedelta(days=days)
        try:
            assert file(contested, "They signed up.", now) == now + TIME_TO_DECIDE
        except BadAppealError:
            assert event in RELIEVING or number in self.appeals or now > appeal_until(NOW)
        else:
            self.appeals[number] = AppealState.OPEN

    @precondition(lambda self: self.appeals)
    @rule(data=st.data(), event=st.sampled_from(AppealEvent), by=st.sampled_from([*PEOPLE, "ann", " "]))
    def decide(self, data, event, by):
        number = data.draw(st.sampled_from(sorted(self.appeals)))
        first, state = self.deciders[number], self.appeals[number]
        try:
            self.appeals[number] = move(state, event, by, first)
        except BadAppealError:
            assert state is not AppealState.OPEN or not may_decide(by, first)
            return
        if event is not AppealEvent.WITHDRAW:
            assert by.casefold() != first.casefold()
            assert by not in {AUTOMATIC, " "}
        if event is AppealEvent.GRANT and number in in_force(self.history):
            self.change(Event.APPEAL_GRANTED, by, (number,))
            assert number not in in_force(self.history)

    @invariant()
    def the_stored_standing_is_what_history_comes_to(self):
        assert self.stored is standing_of(self.history)


TestStandings = Standings.TestCase


@pytest.mark.parametrize("part", ["facts", "clause"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_there_are_no_reasons_without_facts_and_a_clause(part, empty):
    with pytest.raises(BadChangeError):
        Reasons(**{"facts": "a", "clause": "P6", part: empty})


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("event", Event)
def test_every_standing_and_event_has_one_answer(standing, event):
    allowed = standing is not (Standing.DEACTIVATED if event in IMPOSED else Standing.GOOD)
    assert ((standing, event) in TRANSITIONS) is allowed


@given(st.sampled_from(Standing), st.lists(st.sampled_from(Standing)))
def test_a_subaccount_is_never_better_off_than_those_above_it(own, parents):
    found = ORDER.index(inherited(own, parents))
    assert found == max(map(ORDER.index, (own, *parents)))


@pytest.mark.parametrize(
    ("decided", "until"),
    [
        (datetime(2026, 3, 4, 9, tzinfo=UTC), datetime(2026, 9, 4, 9, tzinfo=UTC)),
        (datetime(2026, 8, 31, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2027, 8, 31, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 6, 30, tzinfo=UTC)),
    ],
)
def test_six_months_are_months_of_the_calendar(decided, until):
    assert appeal_until(decided) == until


@pytest.mark.parametrize("state", set(AppealState) - {AppealState.OPEN})
@pytest.mark.parametrize("event", AppealEvent)
def test_a_decided_appeal_stays_decided(state, event):
    assert (state, event) not in LIFE


@pytest.mark.parametrize("text", ["", " \n", "x" * 5_001])
def test_an_appeal_says_something_of_bearable_length(text):
    with pytest.raises(BadAppealError):
        file(Contested(Event.SUSPEND, NOW, "Ann"), text, NOW)
