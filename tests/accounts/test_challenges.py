from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from comity.accounts.challenges import (
    STOPPING,
    TRANSITIONS,
    Asked,
    CountryTerms,
    Event,
    Habit,
    Kind,
    State,
    Volume,
    VolumeTerms,
    Voucher,
    after,
    is_fence,
    is_new_place,
    may_vouch,
    network_of,
    new_code,
    surge,
)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
TERMS = CountryTerms()
OLD = Habit("BR", known=False, networks=False, since=NOW - timedelta(days=30), sent=1_000)


def test_a_key_with_a_history_in_a_new_country_is_unusual():
    assert is_new_place(OLD, TERMS, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"country": ""},
        {"known": True},
        {"networks": True},
        {"since": None},
        {"since": NOW - timedelta(days=6, hours=23)},
        {"sent": 49},
    ],
    ids=["no list", "known", "fenced", "never used", "too young", "too little"],
)
def test_what_else_there_is_makes_it_usual(change):
    assert not is_new_place(msgspec.structs.replace(OLD, **change), TERMS, NOW)


@pytest.mark.parametrize(
    ("change", "kind", "may"),
    [
        ({}, Kind.COUNTRY, True),
        ({}, Kind.VOLUME, False),
        ({"key": "stolen"}, Kind.COUNTRY, False),
        ({"country": "BR"}, Kind.COUNTRY, False),
        ({"country": ""}, Kind.COUNTRY, False),
        ({"since": None}, Kind.COUNTRY, False),
        ({"since": NOW - timedelta(days=6, hours=23)}, Kind.COUNTRY, False),
        ({"made_by": "stolen"}, Kind.COUNTRY, False),
        ({"challenged": True}, Kind.COUNTRY, False),
    ],
    ids=["another, from home", "of volume", "itself", "from there too", "from nowhere", "never", "just before",
         "made by it", "asked about too"],
)  # fmt: skip
def test_who_may_vouch(change, kind, may):
    voucher = msgspec.structs.replace(Voucher("other", "NL", NOW - timedelta(days=7)), **change)
    assert may_vouch(voucher, Asked(kind, "stolen", "BR", NOW), TERMS) is may


@given(
    usual=st.integers(0, 1_000_000), factor=st.floats(0, 2), declared=st.integers(0, 1_000_000), is_new=st.booleans()
)
def test_growth_to_twice_as_much_is_nobodys_matter(usual, factor, declared, is_new):
    sent = int(usual * factor)
    volume = Volume(sent, sent, usual, usual, is_new=is_new and sent <= VolumeTerms().new_hour, declared=declared)
    assert surge(volume, VolumeTerms()) is None


@given(
    hour=st.integers(0, 200_000), day=st.integers(0, 400_000), usual=st.integers(0, 50_000), more=st.integers(0, 9_999)
)
def test_what_stops_is_never_let_go_by_sending_more_or_let_go_by_having_sent_less(hour, day, usual, more):
    terms = VolumeTerms()
    if surge(Volume(hour, day, usual, usual), terms) is not None:
        assert surge(Volume(hour + more, day + more, usual, usual), terms) is not None
        assert surge(Volume(hour, day, max(usual - more, 0), max(usual - more, 0)), terms) is not None
    assert hour > terms.least_hour or day > terms.least_day or surge(Volume(hour, day, usual, usual), terms) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_addresses_are_kept_as_networks(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("networks", "is_one"),
    [
        ((), False),
        (("192.0.2.0/24", "2001:db8::/32"), True),
        (("10.0.0.0/8",), True),
        (("0.0.0.0/0",), False),
        (("0.0.0.0/1", "128.0.0.0/1"), False),
        (tuple(f"{first}.0.0.0/9" for first in (3, 13, 18)), False),
        (("192.0.2.0/24", "::/0"), False),
    ],
    ids=["none", "an office", "a large one", "everything", "in two halves", "a cloud", "all of IPv6"],
)
def test_networks_that_are_nearly_everywhere_are_no_fence(networks, is_one):
    assert is_fence(networks) is is_one


def test_codes_have_eight_digits_and_differ():
    codes = {new_code() for _ in range(20)}
    assert len(codes) > 1
    assert all(len(code) == 8 and code.isdigit() for code in codes)


class Life(RuleBasedStateMachine):
    """A challenge of a stolen key, with whoever tries to end it, and what was held."""

    @initialize()
    def begin(self):
        self.state, self.released, self.refused, self.by = State.OPEN, 0, 0, None

    def _happen(self, event, by):
        state = after(self.state, event)
        if state is None:
            return
        self.state = state
        self.released += state is State.CONFIRMED
        self.refused += state is State.DENIED
        if state is State.CONFIRMED:
            self.by = by

    @rule(event=st.sampled_from([Event.CODE, Event.STAFF, Event.DENY, Event.LAPSE]))
    def something_happens(self, event):
        self._happen(event, event.value)

    @rule(key=st.sampled_from(["stolen", "other"]), country=st.sampled_from(["", "NL", "BR"]), days=st.integers(-9, 3))
    def a_key_vouches(self, key, country, days):
        voucher = Voucher(key, country, NOW + timedelta(days=days))
        if may_vouch(voucher, Asked(Kind.COUNTRY, "stolen", "BR", NOW), TERMS):
            self._happen(Event.KEY, key)

    @precondition(lambda self: self.state not in STOPPING)
    @rule(event=st.sampled_from(Event))
    def nothing_happens_to_what_was_answered(self, event):
        assert after(self.state, event) is None

    @invariant()
    def what_was_held_goes_one_way_once(self):
        assert self.released + self.refused == (self.state not in STOPPING)

    @invariant()
    def no_key_vouched_for_itself(self):
        assert self.by != "stolen"


TestLife = Life.TestCase


def test_every_state_that_stops_can_be_ended_both_ways():
    for state in STOPPING:
        assert {after(state, event) for event in Event} >= {State.CONFIRMED, State.DENIED}
    assert {state for state, _ in TRANSITIONS} == STOPPING
