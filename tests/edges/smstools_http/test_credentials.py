"""Who is let in: where credentials may stand, what is answered to wrong ones, lock-out, allowed addresses."""

import asyncio

import pytest
import pytest_asyncio

from comity.accounts.keys import hash_secret
from comity.edges.http_server import gate as gate_module
from support.gateway import PERSON, SEND

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAIN = {"message": "Hello", "to": PERSON, "sender": "Bank"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(shared):
    return shared


def by_headers(client_id, secret):
    return {"headers": {"X-Client-Id": client_id, "X-Client-Secret": secret}, "json": PLAIN}


def by_body(client_id, secret):
    return {"json": {**PLAIN, "client_id": client_id, "client_secret": secret}}


def by_query(client_id, secret):
    return {"params": {"client_id": client_id, "client_secret": secret}, "json": PLAIN}


def by_both(client_id, secret):
    return {"headers": {"x-client-id": client_id}, "json": {**PLAIN, "client_secret": secret}}


WAYS = pytest.mark.parametrize("way", [by_headers, by_body, by_query, by_both])


@WAYS
async def test_the_right_credentials_let_in(gateway, way):
    customer = await gateway.customer()
    answer = await gateway.call("POST", SEND, **way(customer.client_id, customer.secret))
    assert answer.status == 200


@WAYS
@pytest.mark.parametrize(
    ("client_id", "secret"),
    [
        pytest.param("", "", id="none"),
        pytest.param("CID", "", id="no secret"),
        pytest.param("CID", "wrong", id="a wrong secret"),
        pytest.param("cid_unknown", "SECRET", id="an unknown id"),
        pytest.param("", "SECRET", id="no id"),
        pytest.param("CID", "SECRET ", id="nearly the secret"),
        pytest.param("CID" + "x" * 300, "SECRET", id="a long id"),
        pytest.param("CID", "SECRET" + "x" * 300, id="a long secret"),
    ],
)
async def test_wrong_credentials_do_not(gateway, way, client_id, secret):
    customer = await gateway.customer()
    client_id = client_id.replace("CID", customer.client_id)
    secret = secret.replace("SECRET", customer.secret) + ("x" if secret.endswith(" ") else "")
    answer = await gateway.call("POST", SEND, **way(client_id, secret))
    assert (answer.status, answer.body) == (401, {"error": "104", "errorMsg": "Invalid credentials"})
    assert (await gateway.written(customer))["messages"] == 0


@pytest.mark.parametrize("value", [["a"], {"a": 1}, True, 1.5])
async def test_credentials_of_another_type_are_refused(gateway, value):
    answer = await gateway.call("POST", SEND, json={**PLAIN, "client_id": value, "client_secret": value})
    assert answer.status in {400, 401}


@pytest.mark.parametrize("path", ["/v1/auth", "/v1/balance", "/v1/outbox", "/v1/account/"])
async def test_every_call_asks_for_credentials(gateway, path):
    assert (await gateway.call("GET", path)).code == "104"


async def test_one_accounts_secret_does_not_open_another(gateway):
    one, other = await gateway.customer(), await gateway.customer()
    answer = await gateway.call("POST", SEND, **by_headers(one.client_id, other.secret))
    assert answer.code == "104"


async def test_a_revoked_key_lets_nobody_in(gateway):
    customer = await gateway.customer()
    assert (await gateway.call("GET", "/v1/auth", customer)).status == 200
    async with gateway.directory_changed():
        await gateway.value("UPDATE api_keys SET revoked_at = now() WHERE account_id = $1", customer.account_id)
    assert (await gateway.call("GET", "/v1/auth", customer)).code == "104"


async def test_an_accounts_second_key_opens_it_too(gateway):
    customer = await gateway.customer()
    await gateway.value(
        "INSERT INTO api_keys (client_id, account_id, secret_hash) VALUES ('second', $1, $2)",
        customer.account_id,
        hash_secret("word", gateway.directory.hash_key),
    )
    answer = await gateway.call("GET", "/v1/auth", headers={"X-Client-Id": "second", "X-Client-Secret": "word"})
    assert (answer.status, answer.body) == (200, customer.name)


async def test_after_ten_failures_guessing_must_wait_but_the_right_secret_never_does(gateway, monkeypatch):
    customer = await gateway.customer()
    for _ in range(10):
        assert (await gateway.call("POST", SEND, **by_headers(customer.client_id, "wrong"))).code == "104"
    answer = await gateway.call("POST", SEND, **by_headers(customer.client_id, "wrong"))
    assert (answer.status, answer.code) == (429, "1002")
    assert (await gateway.send(customer)).status == 200
    monkeypatch.setattr(gate_module, "_LOCKED_S", 0.0)
    assert (await gateway.call("POST", SEND, **by_headers(customer.client_id, "wrong"))).code == "104"


async def test_nobody_is_locked_out_by_failures_from_elsewhere(gateway):
    customer = await gateway.customer()
    for _ in range(10):
        with pytest.raises(Exception, match="credentials"):
            await gateway.gate.enter(customer.client_id, "wrong", "192.0.2.1")
    assert (await gateway.send(customer)).status == 200


async def test_failures_of_one_client_id_do_not_lock_another(gateway):
    one, other = await gateway.customer(), await gateway.customer()
    for _ in range(11):
        await gateway.call("POST", SEND, **by_headers(one.client_id, "wrong"))
    assert (await gateway.send(other)).status == 200


@pytest.mark.parametrize(
    ("networks", "let_in"),
    [
        (["127.0.0.0/8"], True),
        (["127.0.0.1/32"], True),
        (["192.0.2.0/24", "127.0.0.1/32"], True),
        (["192.0.2.0/24"], False),
        (["::1/128"], False),
        (["2001:db8::/32", "10.0.0.0/8"], False),
    ],
)
async def test_an_address_that_is_not_allowed_is_refused(gateway, networks, let_in):
    customer = await gateway.customer()
    await gateway.value(
        "UPDATE accounts SET allowed_networks = $2::text[]::cidr[] WHERE account_id = $1", customer.account_id, networks
    )
    answer = await gateway.send(customer)
    assert (answer.status, answer.code) == ((200, None) if let_in else (403, "200"))


@pytest.mark.parametrize(
    ("address", "let_in"),
    [("::ffff:192.0.2.7", True), ("192.0.2.7", True), ("::ffff:192.0.3.7", False), ("", False), ("nonsense", False)],
)
async def test_addresses_are_compared_as_what_they_are(gateway, address, let_in):
    customer = await gateway.customer()
    await gateway.value(
        "UPDATE accounts SET allowed_networks = '{192.0.2.0/24}' WHERE account_id = $1", customer.account_id
    )
    entering = gateway.gate.enter(customer.client_id, customer.secret, address)
    if let_in:
        assert (await entering).account_id == customer.account_id
    else:
        with pytest.raises(Exception, match="not allowed"):
            await entering


async def test_a_flood_of_unknown_credentials_opens_few_connections(gateway):
    asked = [gateway.call("POST", SEND, **by_headers(f"cid_{number}", "x")) for number in range(300)]
    answers = await asyncio.gather(*asked)
    assert {answer.code for answer in answers} == {"104"}
    open_ = await gateway.value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'comity-%'"
    )
    assert open_ < 20
