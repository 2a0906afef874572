"""Who is let in at the /api door: the same gate as at /v1, by HTTP Basic or by headers."""

import base64

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
DRAFT = {"text": "Hello", "to": "32470000000", "sender": "Acme"}


def basic(client_id, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


async def check(gateway, headers):
    return await gateway.call("POST", "/api/check", json=DRAFT, headers=headers)


async def test_basic_credentials_let_in(gateway):
    customer = await gateway.customer()
    assert (await check(gateway, basic(customer.client_id, customer.secret))).status == 200
    lower = {"authorization": basic(customer.client_id, customer.secret)["Authorization"].replace("Basic", "basic")}
    assert (await check(gateway, lower)).status == 200


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !!",
        "Basic //79",
        "Bearer x",
        "Basic Og==",
        "Basic eA==",
        "Basic eDo=",
        "Digest a=b",
        "x",
    ],
)
@pytest.mark.parametrize("path", ["/api/check", "/api/assessment"])
async def test_other_credentials_do_not(gateway, path, header):
    answer = await gateway.call("POST", path, json={}, headers={"Authorization": header})
    assert (answer.status, answer.body["type"]) == (401, "/api/docs#credentials")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


async def test_without_credentials_a_caller_is_told_how_to_show_them(gateway):
    answer = await check(gateway, {})
    assert answer.status == 401
    assert "HTTP Basic" in answer.body["detail"]
    assert "X-Client-Id" in answer.body["detail"]


async def test_failures_count_at_both_doors_together(gateway):
    customer = await gateway.customer()
    wrong = {"X-Client-Id": customer.client_id, "X-Client-Secret": "wrong"}
    for _ in range(5):
        assert (await check(gateway, wrong)).status == 401
        assert (await gateway.call("GET", "/v1/auth", headers=wrong)).code == "104"
    answer = await check(gateway, wrong)
    assert (answer.status, answer.body["type"]) == (429, "/api/docs#locked-out")
    assert (await gateway.call("GET", "/v1/auth", headers=wrong)).code == "1002"
    assert (await check(gateway, customer.credentials)).status == 200


async def test_an_address_that_is_not_allowed_is_refused(gateway):
    customer = await gateway.customer()
    await gateway.value(
        "UPDATE accounts SET allowed_networks = '{192.0.2.0/24}' WHERE account_id = $1", customer.account_id
    )
    answer = await check(gateway, customer.credentials)
    assert (answer.status, answer.body["type"]) == (403, "/api/docs#address-barred")


async def test_a_key_opens_its_own_account_only(gateway):
    one, other = await gateway.customer(), await gateway.customer()
    assert (await check(gateway, basic(one.client_id, other.secret))).status == 401
