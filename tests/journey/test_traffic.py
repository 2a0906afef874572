"""What is sent is counted right, and recipients about right."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.journey.traffic import BITS, SenderTraffic, Sent, Tally, count_marks, mark, minute_of
from comity.screening.judging import Traffic

NOW = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)


def bitmap_of(recipients):
    bitmap = 0
    for recipient in recipients:
        bitmap |= mark(recipient)
    return bitmap


@pytest.mark.parametrize(
    ("count", "error"), [(0, 0), (1, 0), (10, 0.1), (100, 0.05), (1_000, 0.04), (5_000, 0.05), (10_000, 0.06)]
)
@pytest.mark.parametrize("first", [32470000000, 4915100000000])
def test_recipients_are_counted_by_their_bits(first, count, error):
    bitmap = bitmap_of(str(first + n) for n in range(count))
    assert abs(count_marks(bitmap) - count) <= error * count


def test_a_full_bitmap_stands_for_very_many():
    assert count_marks((1 << BITS) - 1) > 30_000


@given(st.lists(st.text("0123456789", min_size=5, max_size=15)), st.integers(0, 20))
def test_a_recipient_counts_once_however_often_and_in_whatever_part(recipients, cut):
    whole = bitmap_of(recipients)
    assert bitmap_of(recipients[:cut]) | bitmap_of(recipients[cut:]) == whole
    assert count_marks(bitmap_of(recipients * 2)) == count_marks(whole)


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab"), st.integers(1, 9))))
def test_a_tally_adds_up_however_it_is_cut(sent):
    at_once, in_parts = Tally(), Tally()
    for account, sender, messages in sent:
        at_once.add(account, sender, Sent(messages, 1 << messages))
        part = Tally()
        part.add(account, sender, Sent(messages, 1 << messages))
        in_parts.update(part)
    assert in_parts.by_sender == at_once.by_sender
    assert in_parts.by_account == at_once.by_account
    assert sum(at_once.by_account.values()) == sum(one.messages for one in at_once.by_sender.values())


HELD = SenderTraffic(minute_of(NOW), account_day=100, sender_day=50, busiest=9, in_minute=7, replies=3)


@pytest.mark.parametrize(
    ("later_s", "more", "busiest"),
    [(0, 1, 9), (0, 2, 9), (0, 3, 10), (29, 3, 10), (30, 3, 9), (60, 10, 10)],
    ids=["below", "as many", "above", "same minute", "next minute below", "next minute above"],
)
def test_the_busiest_minute_takes_in_what_is_sent_now(later_s, more, busiest):
    seen = HELD.with_more(Sent(more), more, NOW + timedelta(seconds=later_s))
    assert seen == Traffic(100 + more, 50 + more, busiest, 0, 3)


def test_what_is_added_is_seen_as_if_it_had_been_there():
    held = SenderTraffic(minute_of(NOW), account_day=1, sender_day=1, busiest=1, in_minute=1, recipients=mark("1"))
    seen = held.with_more(Sent(4, mark("2")), 6, NOW)
    held.add(Sent(4, mark("2")), 6, NOW)
    assert held.with_more(Sent(), 0, NOW) == seen == Traffic(7, 5, 5, 2, 0)
