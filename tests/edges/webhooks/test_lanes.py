"""How much an endpoint may have under way."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from comity.edges.webhooks.lanes import (
    CONNECTIONS,
    FIRST_WINDOW,
    MOST_IN_HAND,
    MOST_IN_TROUBLE,
    SLOW_WINDOW,
    WIDEST_WINDOW,
    Claimed,
    Lane,
    Lanes,
)


def event():
    return Claimed(1, uuid4(), UUID(int=1), "k", "{}", 1, "http://x/", "POST", "s", "u", uuid4(), 0.0)


@given(st.lists(st.floats(0, 20) | st.none(), max_size=300))
def test_a_window_stays_within_its_bounds(tries):
    lane = Lane(1, UUID(int=1))
    for took_s in tries:
        if took_s is None:
            lane.failed(0.0, 0.0)
        else:
            lane.succeeded(took_s)
        assert 1 <= lane.window <= WIDEST_WINDOW


def test_success_opens_the_window_wide_and_slowness_closes_it_to_a_few():
    lane = Lane(1, UUID(int=1))
    for _ in range(200):
        lane.succeeded(0.01)
    assert lane.window == WIDEST_WINDOW
    for _ in range(10):
        lane.succeeded(2.0)
    assert lane.window == SLOW_WINDOW


def test_failures_close_the_window_to_one_and_then_pause_the_lane_ever_longer_up_to_a_minute():
    lane = Lane(1, UUID(int=1))
    pauses = []
    for _ in range(20):
        now = lane.paused_until
        lane.failed(now, 0.0)
        pauses.append(lane.paused_until - now)
    assert pauses[:4] == [0] * 4
    assert pauses[4:8] == [1, 2, 4, 8]
    assert pauses[-1] == 60
    assert lane.window == 1
    assert (lane.free(lane.paused_until - 1), lane.free(lane.paused_until)) == (0, 1)


def test_an_endpoints_wish_pauses_its_lane_at_once():
    lane = Lane(1, UUID(int=1))
    lane.failed(100.0, 300.0)
    assert lane.paused_until == 400.0


def test_a_lane_in_trouble_gives_back_what_it_may_not_send():
    lane = Lane(1, UUID(int=1), window=40)
    lane.waiting.extend(event() for _ in range(40))
    lane.failed(0.0, 0.0)
    assert len(lane.give_back(0.0)) == 20
    lane.failed(0.0, 10.0)
    assert len(lane.give_back(1.0)) == 20
    assert lane.held == 0


def test_connections_to_one_endpoint_are_bounded():
    lane = Lane(1, UUID(int=1), window=WIDEST_WINDOW, sending=CONNECTIONS)
    lane.waiting.append(event())
    assert not lane.may_send()


def test_lanes_in_trouble_share_a_part_of_the_whole():
    lanes = Lanes(lambda: 0.0)
    for number in range(1000):
        lane = lanes.of(1, UUID(int=number))
        lane.failures = 1
    lanes.of(1, UUID(int=5000)).window = WIDEST_WINDOW
    most, offers = lanes.offers()
    assert most == MOST_IN_HAND
    assert sum(free for _, free in offers) == MOST_IN_TROUBLE + WIDEST_WINDOW


def test_a_lane_at_rest_is_forgotten_and_one_in_use_is_not():
    now = 0.0
    lanes = Lanes(lambda: now)
    lanes.of(1, UUID(int=1))
    lanes.of(1, UUID(int=2)).waiting.append(event())
    lanes.of(1, UUID(int=3)).paused_until = 900.0
    now = 1000.0
    lanes.offers()
    assert {lane.webhook_id.int for lane in lanes.all()} == {2, 3}
    assert lanes.of(1, UUID(int=1)).window == FIRST_WINDOW
