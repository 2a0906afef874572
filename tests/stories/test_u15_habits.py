"""U15: habits are an account's, whichever key it uses, and what a thief sends is none of them."""

import shutil
from datetime import timedelta

import aiohttp
import pytest

from comity.edges.postgres.evidence_keys import KEY_FILE
from support.abroad import ABROAD, MANY, at_home, call, load_whereabouts, only_challenge, second_key, send_from, states
from support.gateway import running_gateway


@pytest.fixture
async def gateway(database, clock, server, tmp_path):
    shutil.copy(server.evidence_folder / KEY_FILE, tmp_path / KEY_FILE)
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def abroad(gateway):  # noqa: ARG001  closed before the door is
    """A session whose connections come from another country."""
    connector = aiohttp.TCPConnector(local_addr=(ABROAD, 0))
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


async def test_a_key_that_nobody_ever_used_neither_sends_from_a_new_country_nor_opens_it_for_the_others(
    gateway, abroad, clock
):
    customer = await at_home(gateway, clock)
    reader = await second_key(gateway, customer, ["read"])
    spare = await second_key(gateway, customer, ["send"])
    # Nor does one that is bound to all networks there are.
    await gateway.value("UPDATE api_keys SET networks = '{0.0.0.0/0}' WHERE client_id = $1", spare.client_id)
    assert (await call(abroad, gateway, "GET", "/api/notices", reader)).status == 200
    assert (await send_from(abroad, gateway, spare)).body["verdict"]["action"] == "hold"
    assert (await send_from(abroad, gateway, customer, message="Theft")).body["verdict"]["action"] == "hold"
    # At home a new key is like any other.
    assert "verdict" not in (await gateway.send(spare, message="At home")).body


async def test_a_thief_who_is_held_neither_stops_the_account_at_home_nor_spends_all_that_it_has(gateway, abroad, clock):
    await load_whereabouts(gateway)
    customer = await gateway.customer(credits_=4_000)
    assert (await gateway.send(customer, to=MANY)).status == 200
    clock.advance(timedelta(days=8))
    # In the first request some are held, the others refused at no cost; of the next one all.
    first = await send_from(abroad, gateway, customer, to=[f"+32471{n:06}" for n in range(1_400)])
    assert first.status == 200
    second = await send_from(abroad, gateway, customer, to=[f"+32472{n:06}" for n in range(800)])
    assert second.status == 403, second.body
    assert await states(gateway, customer) == {"queued": 60, "held": 1_000, "refused": 1_200}
    assert await gateway.spendable(customer) == 4_000 - 1_060
    # At home the account has sent nothing today: just below its floor nothing stops it.
    clock.advance(timedelta(seconds=5))
    hour = clock.now().replace(minute=0, second=0)
    await gateway.value(
        "INSERT INTO sender_traffic (account_id, sender_key, hour, messages, minutes) VALUES ($1, '', $2, 1990, '{}')",
        *(customer.account_id, hour),
    )
    assert "verdict" not in (await gateway.send(customer, message="At home")).body
    assert (await only_challenge(gateway, customer))["kind"] == "country"
