import json
from datetime import UTC, datetime

import msgspec
import pytest

from comity.messages.verdict import Action, Evidence, Finding, Verdict, for_sender

UNTIL = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)
DECIDING = Finding(
    "quiet-hours", ("P7",), "defer", evidence=(Evidence("hours", span=(1, 4)),), reviewer="r", until=UNTIL
)
WATCHED = Finding("repeated-text", ("P7",), "refuse", enforced=False, reviewer="watched in silence")
VERDICT = Verdict(
    "defer", (DECIDING, WATCHED), {"quiet-hours": "hit"}, "2026-11", "ab" * 32, {"standing": "secret fact"}, until=UNTIL
)


def test_actions_are_ordered_from_weak_to_strong():
    assert sorted(Action, key=int) == [Action.ALLOW, Action.NOTE, Action.DEFER, Action.HOLD, Action.REFUSE]


def test_a_verdict_comes_back_from_the_store_as_it_was():
    stored = msgspec.json.decode(msgspec.json.encode(VERDICT))
    assert msgspec.convert(stored, Verdict) == VERDICT


def test_the_deciding_finding_is_an_enforced_one():
    assert VERDICT.deciding() is DECIDING
    assert Verdict("refuse", (WATCHED,), {}, "", "", None).deciding() is None


@pytest.mark.parametrize(
    "hidden", ["secret fact", "watched in silence", "repeated-text", "reviewer", "digest", "results"]
)
def test_the_sender_sees_no_facts_no_reviewers_words_and_no_silent_watching(hidden):
    assert hidden not in json.dumps(for_sender(VERDICT))


def test_the_sender_sees_until_when_it_waits():
    shown = for_sender(VERDICT)
    assert shown["until"] == shown["findings"][0]["until"] == "2026-03-05T07:00:00+00:00"
