"""U15: habits are an account's, whichever key it uses, and what a thief sends is none of them."""

import shutil

import aiohttp
import pytest

from comity.edges.postgres.evidence_keys import KEY_FILE
from support.abroad import ABROAD, at_home, call, second_key, send_from
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
    assert (await call(abroad, gateway, "GET", "/api/notices", reader)).status == 200
    assert (await send_from(abroad, gateway, spare)).body["verdict"]["action"] == "hold"
    assert (await send_from(abroad, gateway, customer, message="Theft")).body["verdict"]["action"] == "hold"
    # At home a new key is like any other.
    assert "verdict" not in (await gateway.send(spare, message="At home")).body
