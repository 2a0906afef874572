from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.ids import WIRE_LENGTH, IdMaker, earliest, from_wire, instant_of, to_wire

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive
IDS = st.uuids() | st.integers(0, (1 << 128) - 1).map(lambda value: UUID(int=value))


@given(st.lists(INSTANTS, min_size=2, max_size=50))
def test_ids_grow_whatever_the_clock_does(instants):
    maker = IdMaker()
    made = [maker.at(instant) for instant in instants]
    assert made == sorted(set(made))


def test_more_ids_than_a_millisecond_counts_still_grow_and_differ():
    maker = IdMaker()
    made = [maker.at(NOON) for _ in range(10_000)]
    assert made == sorted(set(made))
    assert instant_of(made[-1]) - NOON < timedelta(milliseconds=5)


def test_an_id_is_a_uuid_of_version_7():
    made = IdMaker().at(NOON)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


@given(INSTANTS)
def test_an_id_tells_when_it_was_made(instant):
    assert abs(instant_of(IdMaker().at(instant)) - instant) < timedelta(milliseconds=2)


@given(INSTANTS)
def test_the_earliest_id_of_an_instant_is_not_above_any_made_then(instant):
    assert earliest(instant) <= IdMaker().at(instant)
    assert earliest(instant + timedelta(milliseconds=2)) > IdMaker().at(instant)


@given(IDS)
def test_an_id_survives_the_wire(message_id):
    written = to_wire(message_id)
    assert len(written) == WIRE_LENGTH
    assert written.isascii()
    assert written.isalnum()
    assert written == written.lower()
    assert from_wire(written) == message_id


@given(IDS, st.integers(0, WIRE_LENGTH - 1), st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz"))
def test_an_id_with_one_character_mistyped_is_refused(message_id, place, typed):
    written = to_wire(message_id)
    mistyped = written[:place] + typed + written[place + 1 :]
    assert (from_wire(mistyped) is None) == (mistyped != written)


@given(IDS, st.integers(0, WIRE_LENGTH - 2))
def test_an_id_with_two_neighbours_swapped_is_refused(message_id, place):
    written = to_wire(message_id)
    swapped = written[:place] + written[place + 1] + written[place] + written[place + 2 :]
    assert (from_wire(swapped) is None) == (swapped != written)


@given(st.text(max_size=40))
def test_what_is_not_an_id_is_refused_without_an_exception(written):
    assert from_wire(written) is None


@pytest.mark.parametrize(
    "written",
    ["", "z" * WIRE_LENGTH, "0" * 30, "0" * 32, "_" * WIRE_LENGTH, "+" + "0" * 30, "٣" * WIRE_LENGTH, "0 " * 15 + "0"],
)
def test_what_only_looks_like_an_id_is_refused(written):
    assert from_wire(written) is None


def test_an_id_in_capitals_is_refused():
    written = to_wire(IdMaker().at(NOON))
    assert from_wire(written.upper()) is None


def test_the_earliest_id_before_1970_is_the_first_of_all():
    assert earliest(datetime(1900, 1, 1, tzinfo=UTC)) == UUID(int=0)
