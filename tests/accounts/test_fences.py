"""A key hands out no more time and no more places than it has."""

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.fences import NO_FENCE, Fence, insist_no_wider, insist_unfenced, narrowed
from comity.accounts.team import TooWideError

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ends = st.none() | st.integers(0, 3).map(lambda days: NOW + timedelta(days=days))
networks = st.sampled_from(["192.0.2.0/24", "192.0.2.0/25", "192.0.2.7/32", "2001:db8::/32", "2001:db8:1::/48", "::/0"])
fences = st.builds(Fence, ends, st.lists(networks, max_size=2, unique=True).map(tuple))


def reaches(fence, address, at):
    inside = not fence.networks or any(address in ipaddress.ip_network(one) for one in fence.networks)
    return inside and (fence.ends is None or at < fence.ends)


ADDRESSES = [ipaddress.ip_address(one) for one in ("192.0.2.7", "192.0.2.200", "198.51.100.1", "2001:db8:1::1", "::1")]
PLACES = [(address, NOW + timedelta(days=days, hours=-1)) for address in ADDRESSES for days in range(5)]


@given(fences, fences)
def test_what_a_key_makes_or_gives_a_secret_to_opens_nothing_that_it_does_not_open_itself(asked, own):
    try:
        made = narrowed(asked, own)
    except TooWideError:
        return
    assert all(reaches(own, *place) for place in PLACES if reaches(made, *place))
    insist_no_wider(made, own)


@given(fences, fences)
def test_a_secret_is_given_only_to_what_opens_no_more(fence, own):
    try:
        insist_no_wider(fence, own)
    except TooWideError:
        return
    assert all(reaches(own, *place) for place in PLACES if reaches(fence, *place))


@pytest.mark.parametrize("own", [Fence(NOW), Fence(None, ("192.0.2.0/24",))])
def test_only_a_key_without_an_end_or_networks_brings_people_in(own):
    insist_unfenced(NO_FENCE)
    insist_no_wider(own, NO_FENCE)
    assert narrowed(own, NO_FENCE) == own
    with pytest.raises(TooWideError):
        insist_unfenced(own)
