"""What is counted of a number over accounts and processes, against what truly went there."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.journey.arrivals import SLOTS, Arrivals, Arrived, Sketch, minute_number
from comity.journey.ports import Found
from comity.journey.surroundings import Surroundings, _look_at_acquaintance, _Met
from comity.messages.submission import Category
from comity.screening.judging import Arrival

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE = minute_number(NOW)
BITS = st.integers(-(1 << 63), (1 << 63) - 1)


def account(family, account_id=0):
    return SimpleNamespace(family_id=family, account_id=account_id)


class Nodes:
    """Processes that share nothing but what the store counts."""

    def __init__(self, processes, slots=1 << 10):
        self.sketches = [Sketch(slots) for _ in range(processes)]
        self.stored = Counter()

    def arrived(self, number, minute):
        return [
            Arrived(*key[1:4], count, key[4])
            for key, count in self.stored.items()
            if key[0] == number and minute - key[1] < 60
        ]

    def send(self, process, minute, *messages):
        """A batch of one process: numbers, families and their accounts; what each was judged by."""
        arrivals = Arrivals(self.sketches[process], NOW + timedelta(minutes=minute))
        facts = []
        for number, family, *own in messages:
            found, whose = self.arrived(number, MINUTE + minute), account(family, *own)
            facts.append(arrivals.around(number, whose, MINUTE + minute, found))
            arrivals.add(number, Arrived(MINUTE + minute, family, "otp", account=whose.account_id))
            arrivals.keep_unit()
        for line in arrivals.counted():
            self.stored[line.number, line.minute, line.family, line.category, line.bearing] += line.messages
        arrivals.written()
        return facts


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 9), st.lists(st.tuples(st.integers(1, 3), st.integers(1, 6)), max_size=4)
    ),
    max_size=25,
)


@given(STEPS)
def test_no_more_is_missed_than_a_family_for_each_other_process_and_nothing_is_invented(steps):
    nodes, truly, minute = Nodes(3), [], 0
    for process, passed, messages in steps:
        minute += passed
        for (number, family), facts in zip(messages, nodes.send(process, minute, *messages), strict=True):
            near = [one for one in truly if one[0] == number and minute - one[1] < 60]
            others = {whose for _, _, whose in near} - {family}
            seen = {one.family for one in facts} - {0}
            assert len(others) - 2 <= len(seen) <= len(others)
            assert sum(one.messages for one in facts) <= len(near)
            truly.append((number, minute, family))


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 6)), max_size=30), st.integers(1, 30))
def test_in_one_process_every_other_family_is_seen_whatever_the_batches(messages, size):
    nodes, truly = Nodes(1), set()
    for start in range(0, len(messages), size):
        batch = messages[start : start + size]
        for (number, family), facts in zip(batch, nodes.send(0, 0, *batch), strict=True):
            others = {whose for to, whose in truly if to == number} - {family}
            assert len({one.family for one in facts} - {0}) == len(others)
            truly.add((number, family))


def test_a_number_that_hears_from_one_family_is_not_written_down():
    nodes = Nodes(2)
    for minute in range(50):
        nodes.send(minute % 2, minute, (7, 1), (8, 2), (9, 3))
    assert not nodes.stored


def test_from_the_second_family_on_all_processes_count_every_message():
    nodes = Nodes(2)
    nodes.send(0, 0, (7, 1))
    nodes.send(0, 1, (7, 2))
    for _ in range(5):
        nodes.send(1, 2, (7, 3))
    (facts,) = nodes.send(1, 3, (7, 3))
    assert facts == (Arrival(1, 0, "otp", 5), Arrival(2, 1, "otp", 1), Arrival(3, 2, "otp", 1))


def test_accounts_of_one_family_are_counted_from_the_second_on():
    nodes = Nodes(1)
    for turn in range(3):
        nodes.send(0, turn, (7, 1, 11))
    assert not nodes.stored
    nodes.send(0, 3, (7, 1, 12), (7, 1, 13))
    (facts,) = nodes.send(0, 4, (7, 1, 11))
    assert facts == (Arrival(1, 0, "otp", 2), Arrival(2, 0, "otp", 1))


@given(st.integers(0, (1 << 40) - 1), st.integers(0, 1 << 60), st.sampled_from(["otp", "alert"]), st.booleans())
def test_a_process_tells_accounts_of_one_family_apart(family, account_id, category, is_counted):
    sketch, low = Sketch(16), account_id % (1 << 21)
    sketch.note(7, Arrived(MINUTE, family, category, account=low), is_counted=is_counted)
    assert sketch.last(7, MINUTE) == (Arrived(MINUTE, family, category, account=low), is_counted)
    arrivals = Arrivals(sketch, NOW)
    assert not arrivals.is_shared(7, account(family, account_id))
    assert arrivals.is_shared(7, account(family, account_id + 1))
    assert arrivals.is_shared(7, account(family + 1, account_id))


def test_what_a_unit_adds_is_forgotten_unless_the_unit_is_written():
    arrivals = Arrivals(Sketch(16), NOW)
    arrivals.add(7, Arrived(MINUTE, 1, "otp"))
    assert len(arrivals.around(7, account(2), MINUTE, ())) == 1
    arrivals.begin_unit()
    assert arrivals.around(7, account(2), MINUTE, ()) == ()
    assert arrivals.counted() == []


@pytest.mark.parametrize(("passed", "is_seen"), [(59, True), (60, False), (61, False)])
def test_the_hour_slides(passed, is_seen):
    nodes = Nodes(1)
    nodes.send(0, 0, (7, 1))
    assert bool(nodes.send(0, passed, (7, 2))[0]) is is_seen


def test_what_goes_out_tomorrow_is_remembered_until_then_and_counts_then():
    sketch, tomorrow = Sketch(16), MINUTE + 1440
    sketch.note(7, Arrived(tomorrow, 1, "promotional"), is_counted=False)
    assert Arrivals(sketch, NOW).around(7, account(2), MINUTE, ()) == ()
    assert Arrivals(sketch, NOW).around(7, account(2), tomorrow + 3, ()) == (Arrival(3, 1, "promotional", 1),)


@given(st.lists(BITS, unique=True, max_size=60), st.integers(2, 5))
def test_numbers_without_end_take_no_more_room_and_are_never_taken_for_another(numbers, bits):
    sketch = Sketch(1 << bits)
    room = len(sketch._words)
    for place, number in enumerate(numbers):
        sketch.note(number, Arrived(MINUTE, place + 1, "otp"), is_counted=False)
        assert sketch.last(number, MINUTE) == (Arrived(MINUTE, place + 1, "otp"), False)
    assert len(sketch._words) == room == 2 << bits
    found = [sketch.last(number, MINUTE) for number in numbers]
    assert all(one is None or one[0].family == place + 1 or _alike(numbers, place) for place, one in enumerate(found))


def _alike(numbers, place):
    """Whether another number differs in none of the 56 bits by which they are told apart."""
    return any((number ^ numbers[place]) >> 28 == 0 for other, number in enumerate(numbers) if other != place)


def test_a_process_remembers_16_megabytes():
    assert Sketch()._words.nbytes == SLOTS * 16 == 16 << 20


async def test_who_is_a_stranger_is_asked_only_where_several_accounts_write_and_never_of_offers():
    class Store:
        async def acquainted(self, asked, since, before):
            assert since.int < before.int
            self.asked = asked
            return {3}

    def placed(account_id, category=Category.OTP):
        unit = SimpleNamespace(
            account_id=account_id, submission=SimpleNamespace(account=account(account_id, account_id))
        )
        return unit, SimpleNamespace(message=SimpleNamespace(recipient="3247", category=category))

    sketch, store = Sketch(1 << 10), Store()
    for number in (7, 8):
        sketch.note(number, Arrived(MINUTE, 1, "otp", account=1), is_counted=False)
    # Alone; as another did before; alone, but counted elsewhere; both of two in one batch; an offer.
    messages = [placed(1), placed(2), placed(1), placed(3), placed(4), placed(5, Category.PROMOTIONAL)]
    around = Surroundings(
        found={2: Found(arrived=(Arrived(MINUTE, 9, "otp"),))}, numbers=dict(enumerate((7, 8, 9, 10, 10, 10)))
    )
    await _look_at_acquaintance(store, messages, around, _Met(Arrivals(sketch, NOW), NOW))
    assert store.asked == [(place, messages[place][0].account_id, "3247") for place in (1, 2, 3, 4)]
    assert around.acquainted == {1: False, 2: False, 3: True, 4: False}
