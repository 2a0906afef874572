from __future__ import annotations

import asyncio

import pytest
import smpplib.client
import smpplib.exceptions

from comity.base.errors import SettingsError
from comity.edges.smpp_server.passwords import check_password, check_system_id, hash_password, is_password
from comity.smpp import events as ev
from comity.smpp import status as st
from comity.smpp.pdu import Bind, BindKind

KINDS = pytest.mark.parametrize("kind", list(BindKind), ids=lambda kind: kind.value)


@KINDS
async def test_a_customer_binds_each_way(house, kind):
    customer = await house.connected()
    answer = await customer.bind("bank", kind=kind)
    assert (type(answer), answer.system_id) == (ev.Bound, "comity")
    assert house.doors[0].roster.binds == 1
    customer.leave()
    await house.until(lambda: house.doors[0].roster.connections == 0)
    assert house.doors[0].roster.binds == 0


@pytest.mark.parametrize(
    ("system_id", "password"),
    [("bank", "wrong"), ("bank", ""), ("nobody", "sesame"), ("", ""), ("bänk", "sesame"), ("bank", "s" * 64)],
)
async def test_every_wrong_credential_gets_the_same_answer_and_the_connection_ends(house, system_id, password):
    customer = await house.connected()
    assert await customer.bind(system_id, password) == ev.BindRefused(st.ESME_RBINDFAIL)
    await customer.lost()


async def test_repeated_failures_lock_the_login_out_from_that_address(empty_house):
    house = empty_house
    await house.login()
    await house.login("other")
    door = await house.open(locked_after=3)
    for _ in range(3):
        await (await house.connected()).bind("bank", "wrong")
    customer = await house.connected()
    assert await customer.bind("bank") == ev.BindRefused(st.ESME_RBINDFAIL)
    assert door.counters.binds_locked_out == 1
    assert isinstance(await (await house.connected()).bind("other"), ev.Bound)


async def test_an_address_that_guesses_at_many_logins_is_heard_only_with_passwords_that_were_right(empty_house):
    house = empty_house
    await house.login()
    await house.login("fresh")
    door = await house.open(locked_after=1)
    (await house.customer("bank")).leave()
    for number in range(10):
        assert isinstance(await (await house.connected()).bind(f"guess{number}"), ev.BindRefused)
    assert isinstance(await (await house.connected()).bind("fresh"), ev.BindRefused)
    assert door.counters.binds_locked_out == 1
    assert isinstance(await (await house.connected()).bind("bank"), ev.Bound)


async def test_guesses_made_side_by_side_are_all_counted(empty_house):
    house = empty_house
    await house.login()
    door = await house.open(locked_after=3)
    guessers = [await house.connected() for _ in range(6)]
    await asyncio.gather(*(guesser.bind("bank", f"guess{n}") for n, guesser in enumerate(guessers)))
    assert await (await house.connected()).bind("bank") == ev.BindRefused(st.ESME_RBINDFAIL)
    assert door.counters.binds == 0


@pytest.mark.parametrize(("networks", "bound"), [(["127.0.0.0/8"], True), (["10.0.0.0/8"], False)])
async def test_only_allowed_addresses_may_bind(house, networks, bound):
    await house.road.execute("UPDATE accounts SET allowed_networks = $1::text[]::cidr[]", networks)
    await house.until(lambda: not house.directory._accounts)
    answer = await (await house.connected()).bind("bank")
    assert isinstance(answer, ev.Bound) is bound


async def test_a_login_has_no_more_binds_than_it_may(empty_house):
    house = empty_house
    await house.login(binds=2)
    await house.open()
    first, _ = await house.customer(), await house.customer()
    assert await (await house.connected()).bind("bank") == ev.BindRefused(st.ESME_RALYBND)
    first.leave()
    await house.until(lambda: house.doors[0].roster.binds == 1)
    assert isinstance(await (await house.connected()).bind("bank"), ev.Bound)


async def test_a_password_that_was_changed_is_wrong_at_once(house):
    (await house.customer()).leave()
    salt = b"1" * 16
    await house.road.execute(
        "UPDATE esmes SET password_salt = $1, password_hash = $2", salt, hash_password("other", salt)
    )
    assert isinstance(await (await house.connected()).bind("bank"), ev.BindRefused)
    assert isinstance(await (await house.connected()).bind("bank", "other"), ev.Bound)


async def test_a_bind_per_message_pays_for_the_slow_hash_once(house, monkeypatch, submit_sm):
    hashed = []
    real = is_password
    monkeypatch.setattr(
        "comity.edges.smpp_server.gate.is_password", lambda *arguments: hashed.append(1) or real(*arguments)
    )
    for number in range(5):
        customer = await house.customer()
        (answer,) = await customer.submit(submit_sm(to=f"3247000000{number}"))
        assert answer.status == 0
        customer.session.unbind()
        customer.wire.flush()
        await customer.next(ev.Unbound)
    assert len(hashed) == 1


async def test_a_customer_of_version_33_is_answered_without_tlvs(house):
    customer = await house.connected()
    customer.session.request_bind(Bind(BindKind.TRANSCEIVER, "bank", "sesame", interface_version=0x33))
    customer.wire.flush()
    assert isinstance(await customer.next((ev.Bound, ev.BindRefused)), ev.Bound)


async def test_smpplib_binds_submits_and_gets_its_receipt(house):
    received = []

    def client():
        one = smpplib.client.Client("127.0.0.1", house.doors[0].port, timeout=5, allow_unknown_opt_params=True)
        one.connect()
        return one

    def submitted():
        one = client()
        one.bind_transceiver(system_id="bank", password="sesame")
        ids = []
        one.set_message_sent_handler(lambda pdu: ids.append(pdu.message_id.decode()))
        one.set_message_received_handler(lambda pdu: received.append(pdu))  # noqa: PLW0108  called by keyword
        one.send_message(
            source_addr_ton=1, source_addr="3228000000", dest_addr_ton=1, destination_addr="32470000001",
            short_message=b"Your parcel is at the door.", registered_delivery=True,
        )  # fmt: skip
        one.read_once()
        return one, ids[0]

    def finish(one):
        while not received:
            one.read_once()
        one.unbind()
        one.disconnect()

    one, wire_id = await asyncio.to_thread(submitted)
    assert (await house.message(wire_id))["receipt"]
    await house.move(wire_id, "delivered")
    await asyncio.to_thread(finish, one)
    (receipt,) = received
    assert (receipt.receipted_message_id.decode(), receipt.message_state) == (wire_id, 2)
    assert (receipt.source_addr, receipt.destination_addr) == (b"32470000001", b"3228000000")
    await house.until(lambda: _none_waits(house))


async def _none_waits(house):
    return not await house.waiting()


async def test_smpplib_is_told_that_its_password_is_wrong(house):
    def bind():
        one = smpplib.client.Client("127.0.0.1", house.doors[0].port, timeout=5, allow_unknown_opt_params=True)
        one.connect()
        try:
            one.bind_transmitter(system_id="bank", password="wrong")
        finally:
            one.disconnect()

    with pytest.raises(smpplib.exceptions.PDUError, match="13"):
        await asyncio.to_thread(bind)


def test_a_password_is_known_by_its_salt_alone():
    first, second = hash_password("sesame", b"a" * 16), hash_password("sesame", b"b" * 16)
    assert first != second
    assert is_password("sesame", b"a" * 16, first)
    assert not is_password("sesame", b"b" * 16, first)


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (check_system_id, ""), (check_system_id, "a b"), (check_system_id, "x" * 16), (check_system_id, "é"),
        (check_password, ""), (check_password, "x" * 65), (check_password, "é"),
    ],
)  # fmt: skip
def test_what_smpp_cannot_carry_is_refused_with_a_clear_line(check, value):
    with pytest.raises(SettingsError):
        check(value)
