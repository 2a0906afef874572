"""The simulator as other people's clients and the control port see it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import smpplib.client
import smpplib.consts

from comity.base.errors import ComityError, SettingsError
from comity.edges.carriers.simulator import InboundText, SimulatorOptions, run_simulator
from comity.edges.carriers.simulator.inbound import to_deliver_sm
from comity.edges.carriers.simulator.options import host_and_port
from comity.smpp.codec import encode
from comity.smpp.pdu import Bind, BindKind, SubmitSm
from comity.smpp.receipts import read_receipt
from comity.sms.header import read_udh
from comity.sms.receive import read_text

TO = "31612345678"
LONG = "Is this long enough to take several parts? " * 10


class Smpplib:
    """A blocking client of other people's making; its methods run in a thread."""

    def __init__(self, port: int) -> None:
        self.client = smpplib.client.Client("127.0.0.1", port, timeout=5, allow_unknown_opt_params=True)
        self.ids: list[str] = []
        self.texts: list[bytes] = []
        self.client.set_message_sent_handler(self.sent)
        self.client.set_message_received_handler(self.received)

    def sent(self, pdu: Any) -> None:
        self.ids.append(pdu.message_id.decode())

    def received(self, pdu: Any) -> int:
        self.texts.append(pdu.short_message or pdu.message_payload)
        return 0

    def converse(self, password: str = "p") -> None:
        self.client.connect()
        self.client.bind_transceiver(system_id="peer", password=password)
        self.client.send_message(
            source_addr="Comity", destination_addr=TO, short_message=b"hello", registered_delivery=1
        )
        while not (self.ids and self.texts):
            self.client.read_once(auto_send_enquire_link=False)
        self.client.unbind()
        self.client.disconnect()


async def test_smpplib_binds_submits_and_gets_its_receipt(start_simulator: Any) -> None:
    simulator = await start_simulator()
    peer = Smpplib(simulator.running.smpp[1])
    await asyncio.to_thread(peer.converse)
    assert f"id:{peer.ids[0]} ".encode() in peer.texts[0]
    assert b"stat:DELIVRD" in peer.texts[0]


async def test_smpplib_is_refused_with_a_wrong_password(start_simulator: Any) -> None:
    simulator = await start_simulator(password="right")
    peer = Smpplib(simulator.running.smpp[1])
    with pytest.raises(Exception, match="bind_transceiver_resp") as caught:
        await asyncio.to_thread(peer.converse, "wrong")
    peer.client.disconnect()
    assert "0xd" in str(caught.value).lower() or "13" in str(caught.value)


async def test_receipts_wait_for_the_next_bind_of_the_same_system_id(start_simulator: Any, start_link: Any) -> None:
    simulator = await start_simulator(receipt_delay_ms=0)
    port = simulator.running.smpp[1]
    first = await start_link(port, bind="txrx")
    await first.until(lambda: first.link.counters.binds == 2)
    await first.link.stop(0)
    transmitter = await start_link(port)
    transmitter.answers = False
    await transmitter.send(TO)
    await transmitter.until(lambda: len(transmitter.deliveries) == 1)
    await transmitter.link.stop(0)
    again = await start_link(port)
    await again.until(lambda: len(again.deliveries) == 1)
    assert again.deliveries[0].pdu == transmitter.deliveries[0].pdu


async def test_a_receipt_that_was_refused_for_now_comes_again(start_simulator: Any, start_link: Any) -> None:
    simulator = await start_simulator()
    desk = await start_link(simulator.running.smpp[1])
    desk.answers = False
    await desk.send(TO)
    await desk.until(lambda: len(desk.deliveries) == 1)
    desk.link.answer([desk.deliveries[0].handle], 0x64)
    await desk.until(lambda: len(desk.deliveries) == 2)
    desk.link.answer([desk.deliveries[1].handle], 0x65)
    await desk.send("31612999040")
    assert len(desk.deliveries) == 2


async def test_the_receipt_window_is_kept(start_simulator: Any, start_link: Any) -> None:
    simulator = await start_simulator(window=3, receipt_delay_ms=0)
    desk = await start_link(simulator.running.smpp[1])
    desk.answers = False
    await desk.send(*(f"3161200000{n}" for n in range(10)))
    await desk.until(lambda: len(desk.deliveries) == 3)
    assert simulator.running.centre.pending == 7
    desk.answers = True
    desk.link.answer([delivery.handle for delivery in desk.deliveries])
    await desk.until(lambda: len(desk.deliveries) == 10)


async def test_a_rate_throttles(start_simulator: Any, start_link: Any) -> None:
    simulator = await start_simulator(rate=1)
    desk = await start_link(simulator.running.smpp[1])
    results = await desk.send(*(f"3161200000{n}" for n in range(5)))
    assert [result.status for result in results] == [0, 0x58, 0x58, 0x58, 0x58]


@pytest.mark.parametrize(
    ("registered", "endings", "receipts"), [(0, "00", 0), (2, "00", 0), (2, "01", 1), (1, "00", 1)]
)
async def test_receipts_are_sent_as_registered(
    start_simulator: Any, start_link: Any, registered: int, endings: str, receipts: int
) -> None:
    simulator = await start_simulator()
    desk = await start_link(simulator.running.smpp[1])
    await desk.put_registered("319990" + endings, registered)
    await desk.until(lambda: len(desk.results) == 1)
    assert simulator.running.centre.tally.counts.dlr_wanted == receipts


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 64, b"\xff" * 64, b"\0\0\0\x10" + b"\x09" * 400]
)
async def test_garbage_is_hung_up_on_and_others_are_served(
    start_simulator: Any, start_link: Any, garbage: bytes
) -> None:
    simulator = await start_simulator()
    port = simulator.running.smpp[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(garbage)
    async with asyncio.timeout(10):
        await reader.read()
    writer.close()
    desk = await start_link(port)
    [result] = await desk.send(TO)
    assert result.status == 0


async def test_a_message_in_the_parts_of_any_packet_size_is_read(start_simulator: Any) -> None:
    simulator = await start_simulator()
    reader, writer = await asyncio.open_connection("127.0.0.1", simulator.running.smpp[1])
    pdus = encode(Bind(BindKind.TRANSCEIVER, "a", "b"), 1) + encode(SubmitSm(destination_addr=TO), 2)
    async with asyncio.timeout(10):
        for octet in pdus:
            writer.write(bytes((octet,)))
            await writer.drain()
        answers = [await answer(reader), await answer(reader)]
    writer.close()
    assert [(one[4:8].hex(), one[8:12].hex()) for one in answers] == [
        ("80000009", "00000000"),
        ("80000004", "00000000"),
    ]


async def answer(reader: asyncio.StreamReader) -> bytes:
    length = await reader.readexactly(4)
    return length + await reader.readexactly(int.from_bytes(length, "big") - 4)


# --- inbound ---


@pytest.mark.parametrize(
    ("options", "coding", "text"),
    [
        ({}, "auto", "hello"),
        ({}, "auto", LONG),
        ({}, "gsm7", "{}"),
        ({}, "ucs2", LONG),
        ({}, "latin1", "é" * 300),
        ({"little_endian": True}, "ucs2", "Привет, как дела?"),
        ({"byte_order_mark": True}, "ucs2", "Привет"),
        ({"byte_order_mark": True, "little_endian": True}, "ucs2", "Привет"),
    ],
)
async def test_a_text_that_a_person_writes_arrives(
    start_simulator: Any, start_link: Any, options: Any, coding: str, text: str
) -> None:
    simulator = await start_simulator(**options)
    desk = await start_link(simulator.running.smpp[1])
    await desk.bound()
    parts = simulator.running.centre.deliver(InboundText("31611111111", "4040", text, coding))
    await desk.until(lambda: len(desk.deliveries) == parts)
    assert all(read_receipt(delivery.pdu) is None for delivery in desk.deliveries)
    assert "".join(map(text_of, desk.deliveries)) == text
    assert {delivery.pdu.source_addr for delivery in desk.deliveries} == {"31611111111"}


def text_of(delivery: Any) -> str:
    pdu = delivery.pdu
    header = read_udh(pdu.short_message).octets if pdu.esm_class & 0x40 else 0
    return read_text(pdu.short_message[header:], pdu.data_coding).text


@pytest.mark.parametrize(("sender", "recipient"), [("3" * 21, "1"), ("1", "3" * 21), ("Łódź", "1")])
def test_an_address_that_smpp_cannot_carry_is_refused_at_once(sender: str, recipient: str) -> None:
    with pytest.raises(ComityError):
        to_deliver_sm(InboundText(sender, recipient, "x"), 0, SimulatorOptions())


@pytest.mark.parametrize(("coding", "text"), [("gsm7", "ж"), ("latin1", "ж"), ("morse", "x")])
def test_a_coding_that_cannot_carry_the_text_is_refused(coding: str, text: str) -> None:
    with pytest.raises(ComityError):
        to_deliver_sm(InboundText("1", "2", text, coding), 0, SimulatorOptions())


# --- the control port ---


async def ask(port: int, request: str, body: str = "") -> tuple[int, Any]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    headers = f"Host: x\r\nContent-Length: {len(body.encode())}\r\nConnection: close"
    writer.write(f"{request} HTTP/1.1\r\n{headers}\r\n\r\n{body}".encode())
    head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split(b" ")[1]), json.loads(answer) if answer.startswith((b"{", b"[")) else answer


@pytest.fixture
async def controlled(start_simulator: Any, start_link: Any) -> Any:
    simulator = await start_simulator(control="127.0.0.1:0")
    desk = await start_link(simulator.running.smpp[1])
    await desk.bound()
    return desk, simulator.running.control[1]


async def test_messages_are_counted_by_the_token_in_their_text(controlled: Any) -> None:
    desk, port = controlled
    await desk.put_text(b"#run-1.7# hello", b"#run-1.7# again", "ж #run-1.8#".encode("utf-16-be"), b"no token")
    await desk.until(lambda: len(desk.results) == 4)
    status, stats = await ask(port, "GET /stats?tag=run-1")
    assert status == 200
    assert (stats["submits"], stats["no_token"], stats["tag_distinct"], stats["tag_duplicates"]) == (4, 1, 2, 1)
    assert stats["sessions"] == 1
    _, seen = await ask(port, "GET /seen?tag=run-1")
    assert sorted(seen) == ["7", "8"]
    assert (await ask(port, "GET /seen?tag=other"))[1] == {}


async def test_the_last_messages_are_shown_in_full(controlled: Any) -> None:
    desk, port = controlled
    await desk.send(TO, "31612000000")
    _, both = await ask(port, "GET /messages")
    _, last = await ask(port, "GET /messages?last=1")
    assert [message["to"] for message in both] == [TO, "31612000000"]
    assert last == both[1:]
    assert {key: last[0][key] for key in ("from", "from_ton", "text", "data_coding", "udh")} == {
        "from": "Comity",
        "from_ton": 5,
        "text": "hello",
        "data_coding": 0,
        "udh": "",
    }


async def test_reset_forgets(controlled: Any) -> None:
    desk, port = controlled
    await desk.send(TO)
    await ask(port, "GET /reset")
    assert (await ask(port, "GET /stats"))[1]["submits"] == 0
    assert (await ask(port, "GET /messages"))[1] == []


async def test_a_text_is_delivered_over_http(controlled: Any) -> None:
    desk, port = controlled
    status, answer = await ask(port, "POST /deliver", json.dumps({"from": "31611111111", "to": "4040", "text": "STOP"}))
    assert (status, answer) == (200, {"parts": 1})
    await desk.until(lambda: len(desk.deliveries) == 1)
    assert desk.deliveries[0].pdu.short_message == b"STOP"


@pytest.mark.parametrize(
    ("request_line", "body", "status"),
    [
        ("GET /deliver", "", 405),
        ("POST /deliver", "{", 400),
        ("POST /deliver", '{"from": "1"}', 400),
        ("POST /deliver", '{"from": "1", "to": "2", "text": "x", "coding": "morse"}', 409),
        ("POST /deliver", '{"from": "1", "to": "2", "text": "x", "system_id": "nobody"}', 409),
        ("GET http://[/x", "", 400),
        ("GARBAGE", "", 400),
    ],
)
async def test_a_wrong_request_is_refused(controlled: Any, request_line: str, body: str, status: int) -> None:
    _, port = controlled
    answered, said = await ask(port, request_line, body)
    assert answered == status
    assert said["error"]


async def test_delivery_callbacks_are_swallowed_and_counted(controlled: Any) -> None:
    _, port = controlled
    assert await ask(port, "POST /dlr?tag=run-1", "id=1") == (200, b"ACK/Jasmin")
    _, stats = await ask(port, "GET /stats?tag=run-1")
    assert (stats["callbacks"], stats["tag_callbacks"]) == (1, 1)


async def test_one_connection_asks_many_times(controlled: Any) -> None:
    _, port = controlled
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /reset HTTP/1.1\r\n\r\nGET /reset HTTP/1.1\r\n\r\n")
    for _ in range(2):
        assert await reader.readuntil(b"{}") == (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )
    writer.close()


@pytest.mark.parametrize("flood", [b"A" * 20_000, b"POST /dlr HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"])
async def test_a_request_without_end_is_cut_off(controlled: Any, flood: bytes) -> None:
    _, port = controlled
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(flood)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()


# --- settings ---


@pytest.mark.parametrize(
    ("written", "expected"),
    [("127.0.0.1:0", ("127.0.0.1", 0)), ("[::1]:2775", ("::1", 2775)), ("h:65535", ("h", 65535))],
)
def test_an_address_is_read(written: str, expected: tuple[str, int]) -> None:
    assert host_and_port(written) == expected


@pytest.mark.parametrize("written", ["", "2775", ":2775", "host:", "host:x", "host:65536"])
def test_a_wrong_address_is_refused(written: str) -> None:
    with pytest.raises(SettingsError):
        host_and_port(written)


async def test_a_port_that_is_taken_is_said(start_simulator: Any) -> None:
    simulator = await start_simulator()
    taken = f"127.0.0.1:{simulator.running.smpp[1]}"
    with pytest.raises(SettingsError, match="cannot listen"):
        await run_simulator(SimulatorOptions(smpp=taken), stop=asyncio.Event())
