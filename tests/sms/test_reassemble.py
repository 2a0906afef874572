import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.sms.alphabet import DEFAULT_CHARACTERS
from comity.sms.header import read_udh
from comity.sms.reassemble import Assembly, BadPartError, StoredPart, assemble, reassemble
from comity.sms.receive import decode
from comity.sms.segment import plan, split


def part(reference, total, sequence, content):
    return StoredPart(reference, total, sequence, content)


def test_nothing_gives_nothing():
    assert assemble([]) == []
    assert reassemble([]) is None


def test_parts_join_in_their_order_whatever_order_they_came_in():
    assert reassemble([part(1, 3, 3, "c"), part(1, 3, 1, "a"), part(1, 3, 2, "b")]) == "abc"


def test_incomplete_message_names_what_is_missing():
    (found,) = assemble([part(1, 3, 2, "b")])
    assert found == Assembly(1, 3, None, (1, 3), (0,))
    assert reassemble([part(1, 3, 2, "b")]) is None


def test_duplicate_is_joined_once_and_cleared_with_its_message():
    (found,) = assemble([part(1, 2, 1, "a"), part(1, 2, 1, "a"), part(1, 2, 2, "b"), part(1, 2, 2, "b")])
    assert found == Assembly(1, 2, "ab", (), (0, 1, 2, 3))


def test_contradicting_totals_are_two_messages():
    found = assemble([part(1, 2, 1, "a"), part(1, 3, 1, "x"), part(1, 2, 2, "b")])
    assert [(message.total, message.content) for message in found] == [(2, "ab"), (3, None)]


def test_reference_that_came_round_begins_another_message():
    found = assemble([part(1, 2, 1, "a"), part(1, 2, 1, "x"), part(1, 2, 2, "y"), part(1, 2, 2, "b")])
    assert [message.content for message in found] == ["ab", "xy"]


def test_octets_join_to_octets():
    halves = "😀".encode("utf-16-be")
    joined = reassemble([part(1, 2, 2, halves[2:]), part(1, 2, 1, halves[:2])])
    assert decode(joined, 8) == "😀"


def test_text_beside_octets_is_refused():
    with pytest.raises(BadPartError):
        assemble([part(1, 2, 1, "a"), part(1, 2, 2, b"b")])


@pytest.mark.parametrize(("total", "sequence"), [(2, 0), (2, 3), (0, 0), (0, 1), (-1, -1)])
def test_part_outside_its_total_is_refused(total, sequence):
    with pytest.raises(BadPartError):
        assemble([part(1, total, sequence, "a")])


@given(st.text(alphabet=DEFAULT_CHARACTERS.replace("\x1b", "€") + "ş😀", min_size=161, max_size=500), st.randoms())
def test_split_parts_reassemble_in_any_order_with_duplicates(text, chance):
    stored = []
    for made in split(plan(text), reference=9):
        concatenation = read_udh(made.udh).concatenation
        stored.append(part(concatenation.reference, concatenation.total, concatenation.sequence, made.text))
    stored += chance.choices(stored, k=3)
    chance.shuffle(stored)
    (found,) = assemble(stored)
    assert found.content == text
    assert sorted(found.members) == list(range(len(stored)))


contents = st.sampled_from(["a", "b", "c"])


@given(st.lists(st.builds(StoredPart, st.integers(0, 1), st.just(3), st.integers(1, 3), contents), max_size=20))
def test_each_part_is_in_exactly_one_message(parts):
    found = assemble(parts)
    assert sorted(index for message in found for index in message.members) == list(range(len(parts)))
    for message in found:
        assert (message.content is None) == bool(message.missing)
