"""Which messages a complaint is about."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.ids import IdMaker
from comity.complaints.complaint import NewComplaint, new_number, new_token, read_number, token_hash
from comity.complaints.linking import Candidate, link, reported, span_of
from comity.complaints.reporters import network_of, networks_of, reporter_key
from comity.policy.files import default_policy
from comity.policy.watching import figures_of

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
IDS = IdMaker()
LIMITS = figures_of(default_policy().document).linking
TEXT = "Acme: 20% off all shoes until Friday! Shop in store or online. STOP to 8850"


def candidate(text=TEXT, sender="Acme", at=NOON, account_id=1):
    said = reported(text)
    return Candidate(account_id, IDS.at(at), sender, "promotional", text, said.text_key, said.template, None)


def how(complaint, *candidates):
    return [one.how for one in link(complaint, candidates, LIMITS)]


def complaint(**said):
    return NewComplaint(channel="form", kind="spam", **said)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, ["text"]),
        (f" «{TEXT}» \n", ["text"]),
        (TEXT.upper(), ["text"]),
        (TEXT.replace("20%", "35%"), ["template"]),
        (TEXT.replace("shoes", "boots"), ["similar"]),
        ("Your parcel is at the door, our driver calls you in the afternoon.", []),
        ("4711", []),
    ],
)
def test_a_text_is_known_by_its_words_its_template_or_nearly(text, expected):
    assert how(complaint(text=text), candidate()) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"sender": "ACME", "received_at": NOON + timedelta(minutes=3)}, ["time"]),
        ({"sender": "Acme", "received_at": NOON + timedelta(hours=3)}, []),
        ({"sender": "Other", "received_at": NOON}, []),
        ({"sender": "Acme"}, []),
        ({"received_at": NOON}, []),
    ],
    ids=["sender and time", "another time", "another sender", "no time", "no sender"],
)
def test_without_the_words_it_takes_sender_and_time(said, expected):
    assert how(complaint(**said), candidate()) == expected


def test_another_sender_is_another_message_whatever_it_says():
    assert how(complaint(text=TEXT, sender="Other"), candidate()) == []


def test_a_message_that_is_named_is_the_one():
    named, other = candidate(text="Quite another text."), candidate()
    assert [one.candidate.id for one in link(complaint(text=TEXT, message=(1, named.id)), [other, named], LIMITS)] == [
        named.id
    ]


def test_of_several_the_nearest_in_time_comes_first():
    far, near = candidate(at=NOON - timedelta(hours=5)), candidate(at=NOON - timedelta(minutes=1))
    found = link(complaint(text=TEXT, received_at=NOON), [near, far], LIMITS)
    assert [one.candidate.id for one in found] == [near.id, far.id]


@given(st.text(max_size=200), st.text(max_size=200))
def test_hostile_texts_are_compared_like_others(one, other):
    assert set(how(complaint(text=one), candidate(text=other))) <= {"text", "template", "similar"}


@given(st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  given one
def test_messages_are_looked_for_in_the_past_alone(received_at):
    begin, end = span_of(received_at, NOON, LIMITS)
    assert end <= NOON
    assert end - begin <= timedelta(days=LIMITS.days)


def test_numbers_are_read_in_any_case_and_nothing_else_is_one():
    number = new_number()
    assert read_number(f" {number.lower()} ") == number
    assert [read_number(bad) for bad in ("", "C-1", number + "X", number.replace("-", ""), "C-OOOO-0000-1111")] == [
        None
    ] * 5


def test_neither_numbers_nor_tokens_come_twice():
    assert len({new_number() for _ in range(500)}) == len({token_hash(new_token()) for _ in range(500)}) == 500


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        # A home line has up to 48 bits of its own.
        ("2001:db8::1", "2001:db8:0:1::1", True),
        ("2001:db8::1", "2001:db8:0:ffff::1", True),
        ("2001:db8::1", "2001:db8:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_a_subscriber_is_one_reporter(one, other, same):
    keys = [reporter_key(f"network {network_of(address)}", b"k" * 32) for address in (one, other)]
    assert (keys[0] == keys[1]) is same


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("192.0.2.1", [("192.0.2.1", 1)]),
        ("::ffff:192.0.2.1", [("192.0.2.1", 1)]),
        ("2001:db8:1:2ff::1", [("2001:db8:1:2ff::/64", 1), ("2001:db8:1:200::/56", 2), ("2001:db8:1::/48", 4)]),
        ("unknown", [("unknown", 1)]),
    ],
)
def test_what_comes_from_an_address_counts_for_all_networks_that_one_line_may_have(address, networks):
    assert list(networks_of(address)) == networks
