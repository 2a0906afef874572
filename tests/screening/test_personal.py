"""Whose chat counts as one: a long number with a person's traffic, and nobody else."""

from __future__ import annotations

import pytest

from comity.messages.submission import Category
from comity.screening.judging import Traffic
from comity.screening.personal import may_be_personal
from support.judging import a_message, the_facts

PERSON = Traffic(account_day=9, sender_day=9, sender_minute=1, recipients=3, replies=8)
PROGRAM = Traffic(account_day=5_000, sender_day=5_000, sender_minute=90, recipients=4_000, replies=2)
NUMBER = "+32470999111"


@pytest.mark.parametrize(
    ("sender", "traffic", "changes", "personal"),
    [
        (NUMBER, PERSON, {}, True),
        (NUMBER, None, {}, True),
        (NUMBER, PROGRAM, {}, False),
        (NUMBER, PERSON, {"category": Category.PROMOTIONAL}, False),
        (NUMBER, PERSON, {"promotion": 0.9}, False),
        ("Acme", PERSON, {}, False),
        ("8850", PERSON, {}, False),
        (None, None, {}, False),
    ],
)
def test_only_a_number_with_a_persons_traffic_chats(sender, traffic, changes, personal):
    assert may_be_personal(a_message(sender, **changes), the_facts(traffic=traffic)) is personal
