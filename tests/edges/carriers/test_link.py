"""A link against an SMSC that does just what a test says, and against our simulator."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from comity.base.errors import SettingsError
from comity.edges.carriers.link import SmppLink
from comity.edges.carriers.pacing import Throttle
from comity.edges.carriers.state import LinkState
from comity.journey.handover import Fate, Part
from comity.routing.routes import Carrier
from comity.smpp import commands as cmd
from comity.smpp.errors import SessionError
from comity.smpp.pdu import SubmitSm

if TYPE_CHECKING:
    from pathlib import Path

TO = "31612345678"


# --- binding ---


async def test_a_link_binds_as_transceiver(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    await desk.bound()
    assert scripted.kinds == [cmd.BIND_TRANSCEIVER]
    assert desk.link.state is LinkState.BOUND
    assert desk.link.trouble == ""


async def test_a_pair_binds_a_transmitter_and_a_receiver(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port, bind="txrx", links=2)
    await desk.until(lambda: desk.link.counters.binds == 4)
    assert sorted(scripted.kinds) == [cmd.BIND_RECEIVER] * 2 + [cmd.BIND_TRANSMITTER] * 2
    assert desk.link.room() == 100


async def test_a_pair_submits_on_one_connection_and_receives_on_the_other(
    start_simulator: Any, start_link: Any
) -> None:
    simulator = await start_simulator()
    desk = await start_link(simulator.running.smpp[1], bind="txrx")
    await desk.send(TO)
    await desk.until(lambda: len(desk.deliveries) == 1)
    assert desk.fates() == {TO: Fate.SENT}


async def test_a_refused_bind_is_said_and_tried_again(scripted: Any, start_link: Any) -> None:
    scripted.bind_status = 0x0E
    desk = await start_link(scripted.port)
    await desk.until(lambda: desk.link.counters.binds_refused >= 2)
    assert "ESME_RINVPASWD" in desk.link.trouble
    assert desk.link.room() == 0
    scripted.bind_status = 0
    await desk.bound()
    assert desk.link.trouble == ""


async def test_a_carrier_that_is_not_there_is_said(start_link: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        desk = await start_link(taken.getsockname()[1])
        await desk.until(lambda: desk.link.counters.connect_failures > 0)
    assert "cannot be reached" in desk.link.trouble
    assert not desk.link.up


async def test_a_carrier_that_hangs_up_at_once_is_tried_again(scripted: Any, start_link: Any) -> None:
    async def slam(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    slamming = await asyncio.start_server(slam, "127.0.0.1", 0)
    port = slamming.sockets[0].getsockname()[1]
    desk = await start_link(port)
    await desk.until(lambda: desk.link.counters.connects >= 3)
    slamming.close()
    await slamming.wait_closed()
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", port)
    await desk.bound()
    server.close()


async def test_a_bind_that_smpp_cannot_carry_is_said_and_does_not_end_the_link(scripted: Any) -> None:
    link = SmppLink(Carrier(1, "x", f"smpp://127.0.0.1:{scripted.port}", "longer-than-sixteen-letters", "hunter2"))
    await link.start()
    async with asyncio.timeout(10):
        while link.counters.connects < 2:
            await link.wait()
        assert "system_id" in link.trouble
        await link.stop(0)


async def test_a_link_that_never_came_up_stops_at_once(scripted: Any, start_link: Any) -> None:
    scripted.bind_status = 0x0D
    desk = await start_link(scripted.port)
    async with asyncio.timeout(1):
        await desk.link.stop(5)


async def test_a_wrong_password_never_shows_in_words(scripted: Any, start_link: Any, capsys: Any) -> None:
    scripted.bind_status = 0x0E
    desk = await start_link(scripted.port, password="hunter2-x")
    await desk.until(lambda: bool(desk.link.trouble))
    printed = capsys.readouterr()
    assert "hunter2-x" not in desk.link.trouble + printed.out + printed.err


# --- submitting ---


async def test_the_window_is_never_exceeded(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port, window=5)
    await desk.bound()
    sent = 0
    while sent < 60:
        room = await desk.room()
        assert 0 < room <= 5
        desk.link.submit([Part(sent + n, SubmitSm(destination_addr=TO)) for n in range(room)])
        sent += room
        await scripted.until(lambda: bool(scripted.waiting))
        scripted.answer(2)
        wanted = len(desk.results) + 1
        await desk.until(lambda wanted=wanted: len(desk.results) >= wanted)
    assert scripted.most_waiting <= 5


async def test_parts_beyond_the_room_are_not_sent(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port, window=3)
    await desk.bound()
    desk.link.submit([Part(n, SubmitSm(destination_addr=TO)) for n in range(5)])
    desk.take()
    assert desk.fates() == {3: Fate.NOT_SENT, 4: Fate.NOT_SENT}
    await scripted.until(lambda: len(scripted.waiting) == 3)


async def test_a_link_that_is_down_sends_nothing(scripted: Any, start_link: Any) -> None:
    scripted.bind_status = 0x0D
    desk = await start_link(scripted.port)
    desk.link.submit([Part(1, SubmitSm(destination_addr=TO))])
    desk.take()
    assert desk.fates() == {1: Fate.NOT_SENT}


async def test_parts_are_shared_out_over_all_connections(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port, links=4, window=10)
    await desk.until(lambda: desk.link.counters.binds == 4)
    desk.link.submit([Part(n, SubmitSm(destination_addr=TO)) for n in range(20)])
    await scripted.until(lambda: len(scripted.waiting) == 20)
    writers = [writer for writer, _ in scripted.waiting]
    assert {writers.count(writer) for writer in writers} == {5}


async def test_a_part_that_smpp_cannot_carry_is_permanent_and_the_rest_goes(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    await desk.bound()
    desk.link.submit([Part("bad", SubmitSm(destination_addr="1" * 40)), Part("good", SubmitSm(destination_addr=TO))])
    await scripted.until(lambda: len(scripted.waiting) == 1)
    scripted.answer()
    await desk.until(lambda: len(desk.results) == 2)
    assert desk.fates() == {"bad": Fate.PERMANENT, "good": Fate.SENT}


@pytest.mark.parametrize(
    ("status", "fate"),
    [(0x03, Fate.PERMANENT), (0x58, Fate.THROTTLED), (0x08, Fate.TEMPORARY), (0x00, Fate.TEMPORARY)],
)
async def test_a_generic_nack_answers_a_submit(scripted: Any, start_link: Any, status: int, fate: Fate) -> None:
    desk = await start_link(scripted.port)
    await desk.put(TO)
    await scripted.until(lambda: bool(scripted.waiting))
    scripted.nack(status)
    await desk.until(lambda: bool(desk.results))
    assert desk.fates() == {TO: fate}


async def test_a_rate_spreads_messages_over_time(start_simulator: Any, start_link: Any) -> None:
    simulator = await start_simulator()
    desk = await start_link(simulator.running.smpp[1], rate=50)
    await desk.bound()
    began = asyncio.get_running_loop().time()
    for sent in range(10):
        await desk.put(f"3161200000{sent}")
    await desk.until(lambda: len(desk.results) == 10)
    took_s = asyncio.get_running_loop().time() - began
    assert took_s >= 8 / 50, "ten messages at fifty a second, one of them from the start's allowance"


async def test_a_throttling_answer_pauses_the_link_and_halves_what_may_be_under_way(
    scripted: Any, start_link: Any
) -> None:
    desk = await start_link(scripted.port, window=20)
    await desk.put(TO)
    await scripted.until(lambda: bool(scripted.waiting))
    scripted.answer(status=0x58)
    await desk.until(lambda: bool(desk.results))
    assert desk.link.state is LinkState.THROTTLED
    assert desk.link.up
    assert desk.link.room() == 0
    assert await desk.room() == 10, "the link itself says when the pause is over"
    assert desk.link.state is LinkState.BOUND


async def test_everything_gets_through_a_carrier_that_throttles(start_simulator: Any, start_link: Any) -> None:
    simulator = await start_simulator(rate=100)
    desk = await start_link(simulator.running.smpp[1], window=20)
    waiting = [f"316120000{n:02}" for n in range(60)]
    while waiting:
        room = await desk.room()
        batch, waiting = waiting[:room], waiting[room:]
        results = await desk.send(*batch)
        waiting += [result.token for result in results if result.fate is Fate.THROTTLED]
    assert simulator.running.centre.tally.counts.submits == 60
    assert desk.link.counters.throttled > 0, "or the carrier's rate was never met"


# --- losing the connection ---


async def test_what_was_under_way_when_the_connection_ends_is_unanswered(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    await desk.put("1", "2", "3")
    await scripted.until(lambda: len(scripted.waiting) == 3)
    scripted.answer(1)
    await desk.until(lambda: len(desk.results) == 1)
    scripted.hang_up()
    await desk.until(lambda: len(desk.results) == 3)
    assert desk.fates() == {"1": Fate.SENT, "2": Fate.UNANSWERED, "3": Fate.UNANSWERED}


async def test_a_link_comes_back_after_its_peer_dies(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    await desk.bound()
    scripted.hang_up()
    await desk.until(lambda: desk.link.counters.binds == 2)
    assert desk.link.counters.lost == 1
    assert desk.link.up


async def test_a_peer_that_no_longer_answers_enquire_link_is_left(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port, enquire_s=0.05, connect_s=0.2)
    await desk.bound()
    scripted.silent = True
    await desk.until(lambda: desk.link.counters.lost == 1)
    scripted.silent = False
    await desk.until(lambda: desk.link.counters.binds == 2)


async def test_no_answer_in_time_is_unanswered_and_the_connection_stays(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port, response_timeout_s=0.1)
    await desk.put(TO)
    await desk.until(lambda: bool(desk.results))
    assert desk.fates() == {TO: Fate.UNANSWERED}
    assert desk.link.counters.lost == 0


# --- deliveries ---


async def test_a_delivery_is_answered_only_when_the_caller_says_so(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    desk.answers = False
    await desk.bound()
    scripted.deliver(5, 3)
    await desk.until(lambda: len(desk.deliveries) == 3)
    assert scripted.delivered == []
    desk.link.answer([desk.deliveries[1].handle], 0x64)
    desk.link.answer([desk.deliveries[0].handle, desk.deliveries[2].handle])
    await scripted.until(lambda: len(scripted.delivered) == 3)
    assert scripted.delivered == [(6, 0x64), (5, 0), (7, 0)]


async def test_a_delivery_is_answered_once(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    await desk.bound()
    scripted.deliver(5, 1)
    await desk.until(lambda: len(desk.deliveries) == 1)
    with pytest.raises(SessionError):
        desk.link.answer([desk.deliveries[0].handle])


async def test_what_was_not_answered_comes_again_on_the_next_connection(start_simulator: Any, start_link: Any) -> None:
    simulator = await start_simulator()
    desk = await start_link(simulator.running.smpp[1])
    desk.answers = False
    await desk.send(TO)
    await desk.until(lambda: len(desk.deliveries) == 1)
    await desk.put("31612999035")  # drops the connection
    await desk.until(lambda: len(desk.deliveries) == 2)
    first, again = desk.deliveries
    assert again.pdu == first.pdu
    desk.link.answer([first.handle])
    assert desk.link.counters.answered_too_late == 1
    desk.link.answer([again.handle])
    assert desk.link.counters.answered == 1


async def test_what_nobody_took_before_the_connection_ended_is_forgotten(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    await desk.bound()
    scripted.deliver(1, 3)
    async with asyncio.timeout(5):
        while desk.link.counters.deliveries < 3:
            await desk.link.wait()
        scripted.hang_up()
        while desk.link.counters.lost == 0:
            await desk.link.wait()
    assert desk.link.take_deliveries() == []


async def test_a_flood_of_deliveries_is_held_back_in_the_socket(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    desk.answers = False
    await desk.bound()
    for block in range(40):
        scripted.deliver(1 + block * 500, 500)
    await desk.until(lambda: len(desk.deliveries) >= 2_000)
    assert len(desk.deliveries) < 9_000
    desk.answers = True
    desk.link.answer([delivery.handle for delivery in desk.deliveries])
    await desk.until(lambda: len(desk.deliveries) == 20_000)
    await scripted.until(lambda: len(scripted.delivered) == 20_000)
    assert {status for _, status in scripted.delivered} == {0}, "none was refused for want of a place"


# --- the end ---


async def test_stopping_waits_for_what_is_under_way(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    await desk.put(TO)
    await scripted.until(lambda: bool(scripted.waiting))
    stopping = asyncio.create_task(desk.link.stop(5))
    await asyncio.sleep(0)
    assert desk.link.room() == 0
    scripted.answer()
    await stopping
    desk.take()
    assert desk.fates() == {TO: Fate.SENT}
    assert desk.link.state is LinkState.DOWN


async def test_stopping_ends_in_time_when_the_carrier_says_nothing(scripted: Any, start_link: Any) -> None:
    desk = await start_link(scripted.port)
    await desk.put(TO)
    await scripted.until(lambda: bool(scripted.waiting))
    scripted.silent = True
    async with asyncio.timeout(3):
        await desk.link.stop(0.05)
    desk.take()
    assert desk.fates() == {TO: Fate.UNANSWERED}


async def test_a_link_to_the_simulator_inside_carries_a_message_and_its_receipt() -> None:
    link = SmppLink(Carrier(1, "sim", "sim://"))
    await link.start()
    async with asyncio.timeout(10):
        while not link.room():
            await link.wait()
        link.submit([Part(1, SubmitSm(source_addr="x", destination_addr=TO, registered_delivery=1))])
        deliveries: list[Any] = []
        while not deliveries:
            await link.wait()
            deliveries = link.take_deliveries()
        link.answer([delivery.handle for delivery in deliveries])
        assert [result.fate for result in link.take_results()] == [Fate.SENT]
        await link.stop(1)


# --- TLS ---


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl")
    assert openssl, "the TLS tests make their certificate with openssl"
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subject = ("-subj", "/CN=carrier.test", "-addext", "subjectAltName=DNS:carrier.test")
    files = ("-keyout", str(path), "-out", str(path.with_name("cert.pem")))
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files],
        check=True,
        capture_output=True,
    )
    return path.with_name("cert.pem")


@pytest.fixture
async def tls_port(scripted: Any, certificate: Path) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("both.pem"))
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_a_link_speaks_tls(scripted: Any, tls_port: int, certificate: Path, start_link: Any) -> None:
    desk = await start_link(tls_port, tls=True, tls_ca=str(certificate), tls_name="carrier.test")
    await desk.put(TO)
    await scripted.until(lambda: bool(scripted.waiting))
    scripted.answer()
    await desk.until(lambda: desk.fates() == {TO: Fate.SENT})


@pytest.mark.parametrize("wrong", ["stranger", "other name"])
async def test_a_certificate_that_does_not_fit_is_refused(
    tls_port: int, certificate: Path, start_link: Any, wrong: str
) -> None:
    options = {"tls": True, "tls_name": "carrier.test", "tls_ca": str(certificate)}
    if wrong == "stranger":
        del options["tls_ca"]
    else:
        options["tls_name"] = "elsewhere.test"
    desk = await start_link(tls_port, **options)
    await desk.until(lambda: desk.link.counters.connect_failures > 0)
    assert "certificate" in desk.link.trouble.lower()
    assert not desk.link.up


def test_a_certificate_file_that_is_not_there_is_the_settings_fault(tmp_path: Path) -> None:
    carrier = Carrier(1, "x", "smpp://127.0.0.1:1", "a", "b", {"tls": True, "tls_ca": str(tmp_path / "none.pem")})
    with pytest.raises(SettingsError, match="tls_ca"):
        SmppLink(carrier)


def test_the_allowance_of_a_throttled_link_grows_back() -> None:
    throttle = Throttle(40, dice=lambda: 1.0)
    throttle.refused(0.0)
    assert throttle.allowance == 20
    for _ in range(100):
        throttle.accepted(20, 10.0)
    assert throttle.allowance == 40
