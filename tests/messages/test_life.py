import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.messages.life import DETAIL_WORDS, FINAL, NEXT, REPORTS, Detail, State, compose, may_move

PARTS = st.lists(
    st.sampled_from(
        [
            State.QUEUED,
            State.SUBMITTING,
            State.SUBMITTED,
            State.DELIVERED,
            State.UNDELIVERED,
            State.EXPIRED,
            State.REJECTED,
            State.UNKNOWN,
        ]
    ),
    min_size=1,
    max_size=8,
)
UNDER_WAY = [State.QUEUED, State.SUBMITTING, State.SUBMITTED]


def test_every_state_has_its_row_and_its_report():
    assert NEXT.keys() == set(State)
    assert REPORTS.keys() == set(State)
    assert DETAIL_WORDS.keys() == set(Detail)


@pytest.mark.parametrize("state", State)
def test_no_state_follows_itself(state):
    assert not may_move(state, state)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_under_way_follows_a_final_state(state):
    assert NEXT[state] <= FINAL


@pytest.mark.parametrize("state", [State.DELIVERED, State.UNDELIVERED, State.REJECTED, State.REFUSED, State.CANCELLED])
def test_what_is_settled_for_good_stays(state):
    assert not NEXT[state]


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_every_state_under_way_can_end(state):
    seen, left = set(), {state}
    while left:
        seen |= left
        left = {after for one in left for after in NEXT[one]} - seen
    assert seen & FINAL


@pytest.mark.parametrize("old", [State.SUBMITTED, State.SUBMITTING])
@pytest.mark.parametrize("new", [State.REFUSED, State.CANCELLED, State.HELD, State.ACCEPTED, State.DEFERRED])
def test_what_a_carrier_may_have_cannot_be_taken_back(old, new):
    assert not may_move(old, new)


# Each state with how far it is: a receipt may come before the answer to its submit_sm is stored.
AGE = {
    State.ACCEPTED: 0,
    State.HELD: 1,
    State.DEFERRED: 2,
    State.QUEUED: 2,
    State.SUBMITTING: 3,
    State.SUBMITTED: 4,
    State.UNKNOWN: 5,
    State.EXPIRED: 6,
    State.DELIVERED: 7,
    State.UNDELIVERED: 7,
    State.REJECTED: 7,
    State.REFUSED: 7,
    State.CANCELLED: 7,
}
# Steps back are made on purpose: held for review while waiting, sent anew after a failed try.
STEPS_BACK = {
    (State.QUEUED, State.HELD),
    (State.DEFERRED, State.HELD),
    (State.SUBMITTING, State.QUEUED),
}


@given(st.lists(st.sampled_from(State), max_size=30))
def test_reports_in_any_order_never_put_an_older_state_over_a_newer(reports):
    state = State.ACCEPTED
    for new in reports:
        if may_move(state, new):
            assert AGE[new] >= AGE[state] or (state, new) in STEPS_BACK
            state = new


@given(PARTS, st.randoms())
def test_the_order_of_parts_does_not_matter(parts, random):
    shuffled = random.sample(parts, len(parts))
    assert compose(parts) is compose(shuffled)


@given(PARTS)
def test_a_part_counted_twice_changes_nothing(parts):
    assert compose(parts) is compose(parts * 2)


@given(PARTS)
def test_the_whole_is_in_a_state_of_one_of_its_parts(parts):
    assert compose(parts) in parts


@given(PARTS)
def test_the_whole_is_settled_when_every_part_is(parts):
    assert (compose(parts) in FINAL) == all(part in FINAL for part in parts)


@given(PARTS, PARTS)
def test_parts_compose_in_groups_as_they_do_together(some, others):
    assert compose([compose(some), compose(others)]) is compose(some + others)


@given(PARTS)
def test_the_whole_is_delivered_only_when_every_part_is(parts):
    assert (compose(parts) is State.DELIVERED) == (set(parts) == {State.DELIVERED})


@given(PARTS)
def test_the_whole_is_no_further_than_its_least_advanced_part(parts):
    waiting = [state for state in UNDER_WAY if state in parts]
    assert not waiting or compose(parts) is waiting[0]


@given(st.lists(st.sampled_from([State.QUEUED]), min_size=1, max_size=4), st.data())
def test_the_whole_moves_along_the_table_as_its_parts_do(parts, data):
    """Whatever parts do in which order, what is stored of the whole is never put back by a later part."""
    stored = State.QUEUED
    for _ in range(12):
        place = data.draw(st.integers(0, len(parts) - 1))
        forward = NEXT[parts[place]] & (FINAL | {State.SUBMITTING, State.SUBMITTED}) - {State.REFUSED, State.CANCELLED}
        if forward:
            parts[place] = data.draw(st.sampled_from(sorted(forward)))
        whole = compose(parts)
        if may_move(stored, whole):
            assert AGE[whole] >= AGE[stored]
            stored = whole
