"""U15: a key used from a country that its account never was used from, and far more than was ever sent, stop until
somebody vouches for it by a way that whoever holds the key does not have."""

import asyncio
import contextlib
import shutil
from datetime import timedelta

import aiohttp
import pytest

from comity.accounts.whereabouts import range_keys
from comity.edges.postgres.access_store import set_networks
from comity.edges.postgres.challenge_places import set_places
from comity.edges.postgres.evidence_keys import KEY_FILE
from comity.edges.postgres.lists_store import NewList, load_list
from comity.edges.postgres.notice_store import add_address
from comity.edges.postgres.roles import Role
from support.abroad import (
    ABROAD,
    HOME,
    MANY,
    REGISTRY,
    at_home,
    call,
    kept,
    load_whereabouts,
    mailed_code,
    only_challenge,
    run_deeds,
    second_key,
    send_from,
    states,
)
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
    connector = aiohttp.TCPConnector(local_addr=(ABROAD, 0))
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


async def test_a_key_used_from_a_new_country_sends_nothing_until_the_mailed_code_is_given(gateway, abroad, clock):
    customer = await at_home(gateway, clock)
    held = await send_from(abroad, gateway, customer)
    # The very first message is held already; what only reads is allowed.
    assert (held.status, held.body["verdict"]["action"]) == (200, "hold"), held.body
    assert held.body["verdict"]["findings"][0]["rule"] == "key-from-new-country"
    assert (await call(abroad, gateway, "GET", "/api/standing", customer)).status == 200
    for method, path in (("POST", "/api/networks"), ("DELETE", "/v1/webhook/1"), ("POST", "/api/keys")):
        assert (await call(abroad, gateway, method, path, customer, json={})).status == 403, path
    # The same key at home goes on.
    assert "verdict" not in (await gateway.send(customer, message="At home")).body
    await run_deeds(gateway, clock)
    found = await only_challenge(gateway, customer)
    assert (found["country"], found["network"], found["held"]) == ("BR", "127.0.0.0/24", 1)
    code, letter = await mailed_code(gateway, clock)
    assert (letter["To"], ABROAD in letter.as_string()) == ("ann@acme.example", False)
    # Who holds the key reads the notice, and finds no code in it.
    notices = await call(abroad, gateway, "GET", "/api/notices", customer)
    assert code not in str(notices.body)
    confirm = f"/api/challenges/{found['id']}/confirm"
    assert (await call(abroad, gateway, "POST", confirm, customer, json={})).status == 403
    assert (await gateway.call("POST", confirm, customer, json={})).status == 403
    assert (await call(abroad, gateway, "POST", confirm, customer, json={"code": code})).status == 200
    clock.advance(timedelta(seconds=5))
    await run_deeds(gateway, clock)
    assert await states(gateway, customer) == {"queued": 62}
    # The place is known from now on, and nothing is released twice.
    assert "verdict" not in (await send_from(abroad, gateway, customer, message="Again")).body
    assert (await gateway.call("POST", confirm, customer, json={"code": code})).status == 409
    assert await kept(gateway, customer) == ["open", "confirmed"]
    assert await gateway.ledger_problems() == []


async def test_codes_are_guessed_a_few_times_only(gateway, abroad, clock):
    customer = await at_home(gateway, clock)
    await send_from(abroad, gateway, customer)
    await run_deeds(gateway, clock)
    found = await only_challenge(gateway, customer)
    code, _ = await mailed_code(gateway, clock)
    wrong = "00000000" if code != "00000000" else "11111111"
    for guess in [wrong] * 5 + [code]:
        answer = await call(
            abroad, gateway, "POST", f"/api/challenges/{found['id']}/confirm", customer, json={"code": guess}
        )
        assert answer.status == 403


async def test_another_key_from_a_known_place_vouches_and_one_from_elsewhere_does_not(gateway, abroad, clock):
    customer = await at_home(gateway, clock)
    other, third = await second_key(gateway, customer), await second_key(gateway, customer)
    assert (await gateway.send(other, message="By the other")).status == 200
    clock.advance(timedelta(days=7))
    assert (await gateway.send(third, message="By the third")).status == 200
    clock.advance(timedelta(minutes=1))
    await send_from(abroad, gateway, customer)
    found = await only_challenge(gateway, customer)
    confirm = f"/api/challenges/{found['id']}/confirm"
    assert (await call(abroad, gateway, "POST", confirm, other, json={})).status == 403
    # A key that was first used just before says nothing: it may be in the same hands.
    assert (await gateway.call("POST", confirm, third, json={})).status == 403
    answer = await gateway.call("POST", confirm, other, json={})
    assert (answer.status, answer.body["state"], answer.body["how"]) == (200, "confirmed", "key"), answer.body


async def test_denied_the_key_is_dead_and_what_it_sent_is_refused_and_paid_back(gateway, abroad, clock):
    customer = await at_home(gateway, clock)
    other, before = await second_key(gateway, customer), await gateway.spendable(customer)
    for number in range(3):
        assert (await send_from(abroad, gateway, customer, message=f"Theft {number}")).status == 200
    assert await gateway.spendable(customer) < before
    await run_deeds(gateway, clock)
    found = await only_challenge(gateway, other)
    async with gateway.directory_changed():
        denied = await gateway.call("POST", f"/api/challenges/{found['id']}/deny", other, json={"why": "Not us."})
        assert (denied.status, denied.body["state"]) == (200, "denied")
    await run_deeds(gateway, clock)
    assert (await gateway.send(customer)).code == "104"
    assert await states(gateway, other) == {"queued": 60, "refused": 3}
    assert await gateway.spendable(customer) == before
    reviewer = await staff(gateway, "Rita", "senior")
    cases = (await gateway.call("GET", "/api/desk/cases", reviewer, params={"account": customer.name})).body["items"]
    assert [case["kind"] for case in cases] == ["standing"]
    assert await kept(gateway, other) == ["open", "denied"]
    assert await gateway.ledger_problems() == []


async def test_without_an_answer_the_desk_decides_and_its_case_waits_for_the_challenge(gateway, abroad, clock):
    customer = await at_home(gateway, clock)
    await send_from(abroad, gateway, customer)
    await run_deeds(gateway, clock)
    senior, reviewer = await staff(gateway, "Rita", "senior"), await staff(gateway, "Rob")
    found = await only_challenge(gateway, customer)
    assert (await decide(gateway, reviewer, found["case"], "overturn")).status == 409
    clock.advance(timedelta(hours=72))
    await run_deeds(gateway, clock)
    (listed,) = (await gateway.call("GET", "/api/desk/challenges", reviewer)).body["items"]
    assert (listed["account"], listed["challenge"]["state"]) == (customer.name, "lapsed")
    confirm = f"/api/desk/challenges/{found['id']}/confirm"
    said = {"why": "They rang from their office number."}
    assert (await gateway.call("POST", confirm, reviewer, json=said)).status == 403
    answer = await gateway.call("POST", confirm, senior, json=said)
    assert (answer.status, answer.body["ended_by"]) == (200, "Rita")
    await run_deeds(gateway, clock)
    assert await states(gateway, customer) == {"queued": 61}


@contextlib.asynccontextmanager
async def _nothing(_gateway, _customer):
    yield


async def _declared(gateway, customer):
    await set_places(gateway.connection, customer.account_id, ["NL", "BR"])


async def _fenced(gateway, customer):
    async with gateway.directory_changed():
        await set_networks(gateway.connection, customer.account_id, ["127.0.0.0/8"])


async def _without_list(gateway, _customer):
    road = await gateway.database.connect(Role.ROAD)
    await load_list(road, NewList("registry", "addresses"), range_keys("x|FR|ipv4|192.0.2.0|256|2010|allocated"))
    await road.close()
    await gateway.directory.origins.load()


@pytest.mark.parametrize("arrange", [_declared, _fenced, _without_list], ids=["declared", "fenced", "no list"])
async def test_what_is_known_or_fenced_or_cannot_be_known_is_not_asked_about(gateway, abroad, clock, arrange):
    customer = await at_home(gateway, clock)
    await arrange(gateway, customer)
    assert "verdict" not in (await send_from(abroad, gateway, customer)).body


async def test_a_list_of_addresses_counts_within_a_second_of_its_load(gateway, monkeypatch):
    origins, loaded = gateway.directory.origins, asyncio.Event()
    monkeypatch.setattr(origins, "_forget", loaded.set)
    road = await gateway.database.connect(Role.ROAD)
    await load_list(road, NewList("registry", "addresses"), [key for line in REGISTRY for key in range_keys(line)])
    await road.close()
    async with asyncio.timeout(1):
        await loaded.wait()
    assert (origins.country_of(HOME), origins.country_of(ABROAD)) == ("NL", "BR")


async def test_a_key_without_habits_is_not_asked_about(gateway, abroad):
    await load_whereabouts(gateway)
    customer = await gateway.customer(credits_=1_000)
    assert (await gateway.send(customer, to=MANY)).status == 200
    assert "verdict" not in (await send_from(abroad, gateway, customer, message="Abroad")).body


async def sent_before(gateway, customer, clock, days, hourly, now_too):
    """What an account sent: so much in an hour of each of the days before, and so much in this hour."""
    hours = [(clock.now().replace(minute=0) - timedelta(days=day), hourly) for day in range(1, days + 1)]
    for hour, messages in [*hours, (clock.now().replace(minute=0), now_too)]:
        await gateway.value(
            "INSERT INTO sender_traffic (account_id, sender_key, hour, messages, minutes)"
            " VALUES ($1, '', $2, $3, '{}')",
            *(customer.account_id, hour, messages),
        )


async def test_far_more_than_ever_stops_at_once_until_somebody_vouches_and_then_goes_for_a_day(gateway, clock):
    customer = await gateway.customer(credits_=1_000)
    await add_address(gateway.connection, customer.account_id, "ann@acme.example", "en", clock.now())
    await sent_before(gateway, customer, clock, days=10, hourly=2, now_too=1_999)
    clock.advance(timedelta(minutes=1))
    # Just the floor goes; the first message over it opens the challenge, and the rest of the same request joins.
    async with gateway.directory_changed():
        answer = await gateway.send(customer, to=MANY[:4])
    assert len(answer.body["verdicts"]) == 3
    assert await states(gateway, customer) == {"queued": 1, "held": 3}
    await run_deeds(gateway, clock)
    found = await only_challenge(gateway, customer)
    assert (found["kind"], found["held"], found["seen"]["limit"]) == ("volume", 3, "2000")
    # Slower is no way round: an hour later no more notices go than in the busiest hour before.
    clock.advance(timedelta(hours=1))
    assert len((await gateway.send(customer, message="Slowly", to=MANY[4:7])).body["verdicts"]) == 1
    assert await states(gateway, customer) == {"queued": 3, "held": 4}
    assert (await only_challenge(gateway, customer))["held"] == 4
    confirm = f"/api/challenges/{found['id']}/confirm"
    assert (await gateway.call("POST", confirm, await second_key(gateway, customer), json={})).status == 403
    code, _ = await mailed_code(gateway, clock)
    async with gateway.directory_changed():
        assert (await gateway.call("POST", confirm, customer, json={"code": code})).status == 200
    await run_deeds(gateway, clock)
    assert await states(gateway, customer) == {"queued": 7}
    assert "verdict" not in (await gateway.send(customer, message="More", to=MANY[:4])).body
    assert await kept(gateway, customer) == ["open", "confirmed"]


@pytest.mark.parametrize(
    ("days", "hourly", "now_too", "volume"),
    [(10, 1_500, 3_000, None), (10, 10, 1_000, None), (10, 100, 30_000, 40_000), (0, 0, 30_000, None)],
    ids=["twice as much", "below the floor", "a campaign on record", "a new account"],
)
async def test_growth_small_senders_campaigns_on_record_and_new_accounts_go(
    gateway, clock, days, hourly, now_too, volume
):
    customer = await gateway.customer()
    await gateway.value("UPDATE accounts SET daily_volume = $2 WHERE account_id = $1", customer.account_id, volume)
    await sent_before(gateway, customer, clock, days, hourly, now_too)
    assert "verdict" not in (await gateway.send(customer)).body


async def test_a_reviewer_who_lets_a_text_go_lets_no_stolen_key_send(gateway, abroad, clock):
    customer = await at_home(gateway, clock)
    await send_from(abroad, gateway, customer, message=HELD)
    reviewer = await staff(gateway, "Rob")
    cases = (await gateway.call("GET", "/api/desk/cases", reviewer, params={"account": customer.name})).body["items"]
    (text_case,) = [case for case in cases if case["facts"]["rule"] == "emergency-offer"]
    decided = await decide(gateway, reviewer, text_case["id"], "overturn")
    assert (decided.status, decided.body["effects"].get("released", 0)) == (200, 0), decided.body
    assert (await states(gateway, customer))["held"] == 1
    found = await only_challenge(gateway, customer)
    assert found["held"] == 1
    # Vouched for, it goes: the text itself was found well.
    senior = await staff(gateway, "Rita", "senior")
    confirm = f"/api/desk/challenges/{found['id']}/confirm"
    assert (await gateway.call("POST", confirm, senior, json={"why": "They rang."})).status == 200
    await run_deeds(gateway, clock)
    assert await states(gateway, customer) == {"queued": 61}
