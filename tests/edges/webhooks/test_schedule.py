"""What becomes of an event after a try."""

from __future__ import annotations

import json
from itertools import pairwise
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.journey.webhook_delivery import (
    DISABLED_AFTER,
    JITTER,
    KINDS,
    LONGEST_RETRY_AFTER_S,
    RETRY_AFTER_S,
    TRIES,
    Answer,
    Fate,
    WebhookError,
    event_body,
    event_query,
    judge,
    read_method,
    read_types,
    retry_delay_s,
)

LUCK = st.floats(0, 1, exclude_max=True)
ATTEMPTS = st.integers(1, TRIES - 1)


@given(st.lists(LUCK, min_size=TRIES - 1, max_size=TRIES - 1))
def test_retries_cover_75_hours_and_end_before_an_endpoint_is_disabled(luck):
    delays = [retry_delay_s(attempt, one) for attempt, one in enumerate(luck, 1)]
    assert 75 * 3600 <= sum(delays) < DISABLED_AFTER.total_seconds()


def test_the_delays_only_grow():
    assert all(earlier <= later for earlier, later in pairwise(RETRY_AFTER_S))


@given(ATTEMPTS, LUCK)
def test_jitter_is_bounded(attempt, luck):
    base = RETRY_AFTER_S[attempt - 1]
    assert base <= retry_delay_s(attempt, luck) <= base * (1 + JITTER)


@pytest.mark.parametrize(
    ("status", "attempt", "fate"),
    [
        (200, 1, Fate.DELIVERED), (204, TRIES, Fate.DELIVERED), (299, 1, Fate.DELIVERED),
        (410, 1, Fate.DISABLE), (410, TRIES, Fate.DISABLE),
        (301, 1, Fate.RETRY), (302, 1, Fate.RETRY), (307, 1, Fate.RETRY), (400, 1, Fate.RETRY), (401, 1, Fate.RETRY),
        (404, 1, Fate.RETRY), (429, 1, Fate.RETRY), (500, 1, Fate.RETRY), (503, 1, Fate.RETRY), (None, 1, Fate.RETRY),
        (100, 1, Fate.RETRY), (599, TRIES - 1, Fate.RETRY),
        (500, TRIES, Fate.DROP), (None, TRIES, Fate.DROP), (302, TRIES + 5, Fate.DROP),
    ],
)  # fmt: skip
def test_the_status_decides(status, attempt, fate):
    assert judge(Answer(status), attempt, 0.0).fate is fate


@given(st.integers(100, 599) | st.none(), st.none() | st.floats(-1e12, 1e12), ATTEMPTS, LUCK)
def test_a_wish_for_patience_never_shortens_a_delay_and_is_bounded(status, wish, attempt, luck):
    judgement = judge(Answer(status, wish), attempt, luck)
    if judgement.fate is Fate.RETRY:
        scheduled = retry_delay_s(attempt, luck)
        assert scheduled <= judgement.delay_s <= max(scheduled, LONGEST_RETRY_AFTER_S)


@pytest.mark.parametrize(
    ("status", "wish", "delay_s"),
    [(429, 120, 120), (503, 120, 120), (500, 120, 5), (429, 2, 5), (429, 1e9, 3600), (429, -5, 5), (429, None, 5)],
)
def test_retry_after_counts_with_429_and_503(status, wish, delay_s):
    assert judge(Answer(status, wish), 1, 0.0).delay_s == delay_s


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        (["delivery_report"], ("delivery_report",)),
        (["sms_delivered"], ("delivery_report",)),
        (["sms_failed", "sms_delivered", "sms_inbound"], ("delivery_report", "inbox_message")),
        (["add_optout", "delivery_report", "add_optout"], ("delivery_report", "add_optout")),
        (list(KINDS), KINDS),
    ],
)
def test_older_names_of_events_are_translated(written, kinds):
    assert read_types(written) == kinds


@pytest.mark.parametrize(
    "written", [[], ["everything"], ["delivery_report", "x"], [None], [["delivery_report"]], [1], [""]]
)
def test_unknown_events_are_refused(written):
    with pytest.raises(WebhookError):
        read_types(written)


@pytest.mark.parametrize(("written", "method"), [("POST", "POST"), ("get", "GET"), ("Post", "POST")])
def test_methods_are_read(written, method):
    assert read_method(written) == method


@pytest.mark.parametrize("written", ["PUT", "", None, 1, "POST "])
def test_other_methods_are_refused(written):
    with pytest.raises(WebhookError):
        read_method(written)


TEXT = st.text(alphabet=st.characters(codec="utf-8"))
MESSAGES = st.dictionaries(
    TEXT, TEXT | st.integers(-(2**53), 2**53) | st.none() | st.lists(TEXT, max_size=2), max_size=5
)


@given(TEXT, MESSAGES)
def test_the_body_is_json_and_holds_the_message_as_it_was(username, message):
    body = json.loads(event_body(UUID(int=7), "delivery_report", username, json.dumps(message)))
    assert body == {
        "webhook_id": str(UUID(int=7)), "webhook_type": "delivery_report", "username": username, "message": message,
    }  # fmt: skip


@given(TEXT, MESSAGES)
def test_the_query_holds_the_same(username, message):
    query = parse_qs(
        event_query(UUID(int=7), "delivery_report", username, json.dumps(message)),
        keep_blank_values=True, strict_parsing=True,
    )  # fmt: skip
    own = {"webhook_id": str(UUID(int=7)), "webhook_type": "delivery_report", "username": username}
    for name, value in {**message, **own}.items():
        assert query[name] == [value] or json.loads(query[name][0]) == value
