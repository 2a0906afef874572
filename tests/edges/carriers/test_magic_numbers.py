"""Every magic number, over a real link to a real simulator."""

from __future__ import annotations

from typing import Any

import pytest

from comity.edges.carriers.simulator.magic import DIGITS, FATES, ORDINARY, PREFIX, IdStyle, fate_of, write_id
from comity.journey.handover import Fate
from comity.smpp.correlation import candidates, correlation_key
from comity.smpp.receipts import MessageState as State
from comity.smpp.receipts import read_receipt

NUMBER = "31612"


@pytest.fixture
async def desk(start_simulator: Any, start_link: Any) -> Any:
    simulator = await start_simulator()
    made = await start_link(simulator.running.smpp[1], response_timeout_s=0.5)
    await made.bound()
    return made


def states(desk: Any) -> list[State]:
    receipts = [read_receipt(delivery.pdu) for delivery in desk.deliveries]
    return [receipt.state for receipt in receipts if receipt is not None]


RECEIPTS = {
    "00": [State.DELIVERED],
    "01": [State.UNDELIVERABLE],
    "02": [State.EXPIRED],
    "03": [State.REJECTED],
    "04": [State.DELETED],
    "05": [State.UNKNOWN],
    "30": [State.DELIVERED],
    "36": [State.DELIVERED],
    "41": [State.DELIVERED, State.DELIVERED],
    "42": [State.DELIVERED],
    "43": [State.ENROUTE, State.DELIVERED],
    "44": [State.DELIVERED, State.ENROUTE],
    "45": [State.DELIVERED],
    "46": [State.DELIVERED],
    "47": [State.DELIVERED],
    "48": [State.EXPIRED, State.DELIVERED],
}


@pytest.mark.parametrize(("ending", "expected"), RECEIPTS.items(), ids=RECEIPTS)
async def test_an_accepted_message_is_reported_as_its_number_says(
    desk: Any, ending: str, expected: list[State]
) -> None:
    [result] = await desk.send(NUMBER + PREFIX + ending)
    await desk.until(lambda: len(desk.deliveries) >= len(expected))
    assert result.fate is Fate.SENT
    assert states(desk) == expected


REFUSALS = {
    "10": (Fate.PERMANENT, 0x0B),
    "11": (Fate.PERMANENT, 0x0A),
    "12": (Fate.PERMANENT, 0x66),
    "13": (Fate.PERMANENT, 0x400),
    "20": (Fate.THROTTLED, 0x58),
    "21": (Fate.THROTTLED, 0x14),
    "22": (Fate.TEMPORARY, 0x08),
    "23": (Fate.THROTTLED, 0x58),
    "24": (Fate.THROTTLED, 0x14),
    "25": (Fate.TEMPORARY, 0x08),
}


@pytest.mark.parametrize(("ending", "expected"), REFUSALS.items(), ids=REFUSALS)
async def test_a_refused_message_has_the_fate_and_the_status_of_its_number(
    desk: Any, ending: str, expected: tuple[Fate, int]
) -> None:
    [result] = await desk.send(NUMBER + PREFIX + ending)
    assert (result.fate, result.status) == expected
    assert result.smsc_id == ""


@pytest.mark.parametrize("ending", ["20", "21", "22"])
async def test_what_was_refused_once_is_accepted_the_second_time(desk: Any, ending: str) -> None:
    await desk.send(NUMBER + PREFIX + ending)
    [again] = await desk.send(NUMBER + PREFIX + ending)
    assert again.fate is Fate.SENT


@pytest.mark.parametrize(("ending", "delivered"), [("32", 0), ("33", 1)])
async def test_what_is_never_answered_is_unanswered(desk: Any, ending: str, delivered: int) -> None:
    [result] = await desk.send(NUMBER + PREFIX + ending)
    assert result.fate is Fate.UNANSWERED
    assert len(desk.deliveries) == delivered


async def test_a_late_answer_tells_the_truth_afterwards(desk: Any) -> None:
    [result] = await desk.send(NUMBER + PREFIX + "31")
    await desk.until(lambda: len(desk.results) == 2)
    late = desk.results[1]
    assert (result.fate, result.late) == (Fate.UNANSWERED, False)
    assert (late.token, late.fate, late.late) == (result.token, Fate.SENT, True)
    assert late.smsc_id


async def test_a_message_taken_before_the_connection_drops_is_unanswered_and_its_receipt_comes_after(desk: Any) -> None:
    [result] = await desk.send(NUMBER + PREFIX + "34")
    await desk.until(lambda: bool(desk.deliveries))
    assert result.fate is Fate.UNANSWERED
    assert states(desk) == [State.DELIVERED]
    assert desk.link.counters.binds == 2


async def test_a_message_not_taken_before_the_connection_drops_is_unanswered_and_accepted_again(desk: Any) -> None:
    [first] = await desk.send(NUMBER + PREFIX + "35")
    [second] = await desk.send(NUMBER + PREFIX + "35")
    assert [first.fate, second.fate] == [Fate.UNANSWERED, Fate.SENT]


async def test_after_the_simulator_unbinds_the_link_binds_anew(desk: Any) -> None:
    [result] = await desk.send(NUMBER + PREFIX + "36")
    await desk.until(lambda: desk.link.counters.binds == 2)
    assert result.fate is Fate.SENT


async def test_a_lost_receipt_never_comes(desk: Any) -> None:
    await desk.send(NUMBER + PREFIX + "40")
    await desk.send(NUMBER + PREFIX + "00")
    await desk.until(lambda: bool(desk.deliveries))
    assert len(desk.deliveries) == 1


async def test_a_receipt_can_come_before_the_answer(desk: Any) -> None:
    to = NUMBER + PREFIX + "42"
    await desk.put(to)
    await desk.until(lambda: bool(desk.deliveries))
    assert desk.results == []
    await desk.until(lambda: bool(desk.results))
    assert desk.results[0].fate is Fate.SENT


@pytest.mark.parametrize("ending", ["50", "51", "52", "53", "54", "55"])
async def test_an_id_written_in_two_ways_still_finds_its_message(desk: Any, ending: str) -> None:
    [result] = await desk.send(NUMBER + PREFIX + ending)
    await desk.until(lambda: bool(desk.deliveries))
    receipt = read_receipt(desk.deliveries[0].pdu)
    assert receipt is not None
    assert receipt.message_id != result.smsc_id
    assert correlation_key(result.smsc_id, "submit", desk.link.id_form) in candidates(
        receipt.message_id, desk.link.id_form
    )


async def test_every_magic_number_has_a_test() -> None:
    tested = {*RECEIPTS, *REFUSALS, "31", "32", "33", "34", "35", "40", *(str(number) for number in range(50, 56))}
    assert {PREFIX + ending for ending in tested} == set(FATES)


@pytest.mark.parametrize("recipient", ["", "9", "31612345678", "31699909", "+4915199901"])
def test_an_ordinary_number_is_delivered(recipient: str) -> None:
    assert fate_of(recipient) is ORDINARY


def test_magic_digits_all_have_the_same_length() -> None:
    assert {len(digits) for digits in FATES} == {DIGITS}


@pytest.mark.parametrize(
    ("style", "written"),
    [
        (IdStyle.DECIMAL, "2571"),
        (IdStyle.PADDED, "00000000000000002571"),
        (IdStyle.HEX, "a0b"),
        (IdStyle.UPPER_HEX, "A0B"),
    ],
)
def test_an_id_is_written_in_its_style(style: IdStyle, written: str) -> None:
    assert write_id(0xA0B, style) == written


async def test_magic_can_be_switched_off(start_simulator: Any, start_link: Any) -> None:
    simulator = await start_simulator(magic=False)
    desk = await start_link(simulator.running.smpp[1])
    [result] = await desk.send(NUMBER + PREFIX + "10")
    assert result.fate is Fate.SENT
