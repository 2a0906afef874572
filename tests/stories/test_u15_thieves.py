"""U15: what whoever stole a key tries, beside sending."""

import asyncio
import shutil
from datetime import timedelta

import aiohttp
import pytest

from comity.accounts.team import SCOPES
from comity.edges.postgres import challenge_origins
from comity.edges.postgres.evidence_keys import KEY_FILE
from support.abroad import ABROAD, at_home, call, mailed_code, only_challenge, run_deeds, second_key, send_from, states
from support.desk import HELD, decide, staff
from support.gateway import running_gateway


@pytest.fixture
async def gateway(database, clock, server, tmp_path):
    shutil.copy(server.evidence_folder / KEY_FILE, tmp_path / KEY_FILE)
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def abroad(gateway):  # noqa: ARG001  closed before the door is
    """A session whose connections come from another country."""
    connector = aiohttp.TCPConnector(local_addr=(ABROAD, 0), limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


async def test_many_wrong_codes_at_once_are_all_answered_and_use_up_no_tries_but_those_of_the_stolen_key(
    gateway, abroad, clock
):
    customer = await at_home(gateway, clock)
    low = await second_key(gateway, customer, ["read", "cases"])
    await send_from(abroad, gateway, customer)
    await run_deeds(gateway, clock)
    path = f"/api/challenges/{(await only_challenge(gateway, low))['id']}"
    first, _ = await mailed_code(gateway, clock)
    wrong = {"code": "x"}
    async with asyncio.timeout(10):
        answers = await asyncio.gather(
            *(call(abroad, gateway, "POST", f"{path}/confirm", customer, json=wrong) for _ in range(24))
        )
    assert {answer.status for answer in answers} == {403}
    # Not even with the right one, from there; and the stolen key has no other mailed.
    assert (await call(abroad, gateway, "POST", f"{path}/confirm", customer, json={"code": first})).status == 403
    assert (await call(abroad, gateway, "POST", f"{path}/code", customer, json={})).status == 403
    assert (await gateway.call("POST", f"{path}/code", customer, json={})).status == 403
    for _ in range(5):
        assert (await gateway.call("POST", f"{path}/confirm", low, json=wrong)).status == 403
    assert (await gateway.call("POST", f"{path}/confirm", low, json={"code": first})).status == 403
    mailed = [await gateway.call("POST", f"{path}/code", low, json={}) for _ in range(4)]
    assert [answer.status for answer in mailed] == [200, 200, 200, 429]
    assert mailed[0].body == {"addresses": 1}
    # Of the mails one is left, with the code that counts.
    code, _ = await mailed_code(gateway, clock)
    answer = await gateway.call("POST", f"{path}/confirm", low, json={"code": code}, headers={"idempotency-key": "1"})
    assert (answer.status, answer.body["state"]) == (200, "confirmed"), answer.body
    again = await gateway.call("POST", f"{path}/confirm", low, json={"code": code}, headers={"idempotency-key": "1"})
    assert (again.status, again.body) == (200, answer.body)
    assert (await gateway.call("POST", f"{path}/code", low, json={})).status == 429


async def test_no_key_is_taken_back_by_one_that_may_not_or_is_asked_about(gateway, abroad, clock):
    customer = await at_home(gateway, clock)
    owner = await second_key(gateway, customer, SCOPES)
    low = await second_key(gateway, customer, ["read", "consents", "cases"])
    narrow = await second_key(gateway, customer, ["read", "keys", "cases"])
    await send_from(abroad, gateway, customer)
    deny = f"/api/challenges/{(await only_challenge(gateway, low))['id']}/deny"
    named = {"keys": [owner.client_id]}
    assert (await call(abroad, gateway, "POST", deny, customer, json=named)).status == 403
    assert (await gateway.call("POST", deny, customer, json=named)).status == 403
    assert (await gateway.call("POST", deny, low, json=named)).status == 403
    assert (await gateway.call("POST", deny, narrow, json=named)).status == 403
    assert (await gateway.call("POST", deny, low, json={"keys": ["their-login"]})).status == 403
    assert (await gateway.call("GET", "/api/standing", owner)).status == 200
    async with gateway.directory_changed():
        assert (await gateway.call("POST", deny, owner, json={"keys": [low.client_id]})).status == 200
    assert (await gateway.call("GET", "/api/standing", low)).status == 401
    assert (await gateway.call("GET", "/api/standing", customer)).status == 401


async def test_what_was_denied_stays_denied_whatever_else_held_it_and_whoever_lets_that_go(gateway, abroad, clock):
    customer = await at_home(gateway, clock)
    owner, before = await second_key(gateway, customer, SCOPES), await gateway.spendable(customer)
    await send_from(abroad, gateway, customer, message=HELD)
    await run_deeds(gateway, clock)
    found = await only_challenge(gateway, owner)
    assert (await gateway.call("POST", f"/api/challenges/{found['id']}/deny", owner, json={})).status == 200
    clock.advance(timedelta(seconds=5))
    await run_deeds(gateway, clock)
    # Another rule holds it still, and a reviewer finds the text well.
    assert await states(gateway, owner) == {"queued": 60, "held": 1}
    reviewer = await staff(gateway, "Rob")
    (case,) = (
        await gateway.call("GET", "/api/desk/cases", reviewer, params={"account": customer.name, "kind": "hold"})
    ).body["items"]
    # Another challenge of the account, about another key, has nothing to do with it.
    await gateway.value(
        "SELECT open_challenge($1, 'country', $2, 'BR', '', '{}', $3)",
        *(customer.account_id, owner.client_id, clock.now()),
    )
    assert (await decide(gateway, reviewer, case["id"], "overturn")).status == 200
    await run_deeds(gateway, clock)
    assert await states(gateway, owner) == {"queued": 60, "refused": 1}
    assert await gateway.spendable(customer) == before
    assert await gateway.ledger_problems() == []


async def test_a_key_that_is_stopped_is_looked_up_once_and_an_answer_counts_at_once(
    gateway, abroad, clock, monkeypatch
):
    monkeypatch.setattr(challenge_origins, "_STOPPED_S", 3600.0)
    customer, looks = await at_home(gateway, clock), []
    look = gateway.directory.origins._look

    async def counted(*asked, **more):
        looks.append(asked)
        return await look(*asked, **more)

    async with gateway.directory_changed():
        await send_from(abroad, gateway, customer)
    await call(abroad, gateway, "GET", "/api/standing", customer)
    monkeypatch.setattr(gateway.directory.origins, "_look", counted)
    for _ in range(5):
        assert (await call(abroad, gateway, "POST", "/api/networks", customer, json={})).status == 403
    assert looks == []
    found = await only_challenge(gateway, customer)
    senior = await staff(gateway, "Rita", "senior")
    async with gateway.directory_changed():
        confirm = f"/api/desk/challenges/{found['id']}/confirm"
        assert (await gateway.call("POST", confirm, senior, json={"why": "They rang."})).status == 200
    assert "verdict" not in (await send_from(abroad, gateway, customer, message="Known now")).body
