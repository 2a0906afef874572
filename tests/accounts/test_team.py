"""Who works for an account: what follows what, nobody gives more than they have, and an owner is always left."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from comity.accounts.team import (
    AFTER,
    ENDED,
    LONGEST_OVERLAP,
    ROLE_SCOPES,
    SCOPES,
    Event,
    Role,
    State,
    TeamError,
    TooWideError,
    after,
    former_until,
    in_order,
    insist_on_an_owner,
    insist_on_future,
    insist_on_key,
    insist_within,
    masked_network,
    new_token,
    token_hash,
)
from comity.base.errors import UnfitValueError

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
scopes = st.frozensets(st.sampled_from(SCOPES), min_size=1)


class Team(RuleBasedStateMachine):
    """People who come and go as the table says, where the last owner may not go or become something else."""

    def __init__(self):
        super().__init__()
        self.people = [(State.ACTIVE, Role.OWNER)]

    def owners(self):
        return [number for number, person in enumerate(self.people) if person == (State.ACTIVE, Role.OWNER)]

    @rule(role=st.sampled_from(Role))
    def invite(self, role):
        self.people.append((State.INVITED, role))

    @rule(data=st.data(), event=st.sampled_from(Event), role=st.sampled_from(Role))
    def happen(self, data, event, role):
        number = data.draw(st.integers(0, len(self.people) - 1))
        state, held = self.people[number]
        becomes = role if event is Event.CHANGE else held
        following = AFTER.get((state, event))
        if following is None:
            with pytest.raises(TeamError):
                after(state, event)
            return
        if state is State.ACTIVE and (following, becomes) != (State.ACTIVE, Role.OWNER):
            try:
                insist_on_an_owner(self.owners(), number)
            except TeamError:
                assert self.owners() == [number]
                return
        self.people[number] = (after(state, event), becomes)

    @invariant()
    def there_is_an_owner(self):
        assert self.owners()


TestTeam = Team.TestCase


def test_who_is_gone_stays_gone_and_every_other_state_is_left_somehow():
    assert {state for state, _ in AFTER} == set(State) - ENDED
    assert {*AFTER.values(), State.INVITED} == set(State)
    assert {event for _, event in AFTER} == set(Event)


def test_roles_are_few_and_only_the_owner_has_people_and_subaccounts():
    assert set(ROLE_SCOPES) == set(Role)
    assert all(tuple(in_order(held)) == held for held in ROLE_SCOPES.values())
    assert all("read" in held for held in ROLE_SCOPES.values())
    for scope in ("team", "subaccounts"):
        assert [role for role, held in ROLE_SCOPES.items() if scope in held] == [Role.OWNER]


@given(scopes, scopes)
def test_nobody_hands_out_what_they_have_not(wanted, own):
    if wanted <= own:
        insist_within(wanted, own)
    else:
        with pytest.raises(TooWideError):
            insist_within(wanted, own)


@given(scopes, scopes, st.sampled_from([None, 1, 2]), st.sampled_from([None, 1]))
def test_a_key_is_its_persons_own_or_of_whom_may_do_all_that_it_may(wanted, own, owner, person):
    allowed = (owner is not None and owner == person) or (
        wanted <= own and ("keys" if owner is None else "team") in own
    )
    try:
        insist_on_key(wanted, owner, (own, person))
    except TooWideError:
        assert not allowed
    else:
        assert allowed


@given(st.timedeltas(timedelta(0), LONGEST_OVERLAP), st.none() | st.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_secret_before_never_outlives_the_overlap_or_its_key(overlap, left):
    ends = None if left is None else NOW + left
    until = former_until(overlap, NOW, ends)
    assert NOW <= until <= NOW + overlap
    assert ends is None or until <= ends


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), LONGEST_OVERLAP + timedelta(seconds=1)])
def test_an_overlap_is_none_to_seven_days(overlap):
    with pytest.raises(UnfitValueError):
        former_until(overlap, NOW, None)


def test_a_key_ends_in_the_future():
    insist_on_future(None, NOW)
    insist_on_future(NOW + timedelta(seconds=1), NOW)
    with pytest.raises(UnfitValueError):
        insist_on_future(NOW, NOW)


@pytest.mark.parametrize("wrong", [[], ["all"], ["read", "Read"]])
def test_a_scope_is_one_of_the_table(wrong):
    with pytest.raises(UnfitValueError):
        in_order(wrong)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("unix", ""),
        ("", ""),
    ],
)
def test_a_network_is_kept_without_what_tells_one_machine(address, network):
    assert masked_network(address) == network


def test_tokens_are_long_and_kept_as_their_hash():
    tokens = {new_token() for _ in range(20)}
    assert len({token_hash(token) for token in tokens}) == 20
    assert all(len(token) > 40 for token in tokens)
    assert len(token_hash("\udcff")) == 32
