import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.messages.traffic import CONSUMER, Profile, Traffic, classify, excesses
from comity.screening.judging import Traffic as Figures

counts = st.integers(0, 100_000)


def figures(minute=5, day=100, recipients=30, replies=80):
    return Figures(account_day=day, sender_day=day, sender_minute=minute, recipients=recipients, replies=replies)


@pytest.mark.parametrize(
    ("changes", "whose"),
    [
        ({}, Traffic.P2P),
        ({"minute": 60}, Traffic.P2P),
        ({"minute": 61}, Traffic.A2P),
        ({"day": 1000, "replies": 900}, Traffic.P2P),
        ({"day": 1001, "replies": 900}, Traffic.A2P),
        ({"recipients": 100}, Traffic.P2P),
        ({"recipients": 101}, Traffic.A2P),
        pytest.param({"day": 100, "replies": 20}, Traffic.P2P, id="one answer to five messages"),
        pytest.param({"day": 101, "replies": 20}, Traffic.A2P, id="fewer"),
        pytest.param({"day": 49, "replies": 0}, Traffic.P2P, id="too few to say anything about answers"),
        pytest.param({"day": 50, "replies": 0}, Traffic.A2P, id="enough to"),
    ],
)
def test_traffic_is_a_programs_beyond_what_a_person_does(changes, whose):
    assert classify(figures(**changes)) is whose


@given(counts, counts, counts, counts)
def test_it_is_a_programs_exactly_when_some_figure_is_beyond_its_limit(minute, day, recipients, replies):
    traffic = figures(minute, day, recipients, replies)
    found = excesses(traffic)
    assert (classify(traffic) is Traffic.A2P) is bool(found)
    assert all(one.observed > one.limit for one in found)


@given(counts, counts, counts, counts)
def test_more_answers_never_make_a_program_of_a_person(minute, day, recipients, replies):
    if classify(figures(minute, day, recipients, replies)) is Traffic.P2P:
        assert classify(figures(minute, day, recipients, replies + 1)) is Traffic.P2P


def test_the_profile_can_be_another():
    busy = msgspec.structs.replace(CONSUMER, minute=200)
    assert classify(figures(minute=150), busy) is Traffic.P2P
    assert classify(figures(), Profile(day=99)) is Traffic.A2P
