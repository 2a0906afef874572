import pytest

from comity.edges.postgres.notice_store import leave_notice

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_notices_are_listed_page_by_page_and_opened(gateway, clock):
    customer = await gateway.customer()
    for n in range(3):
        await leave_notice(gateway.connection, customer.account_id, "standing", {"n": n}, clock.now())
    first = await gateway.call("GET", "/api/notices", customer, params={"limit": 2})
    rest = await gateway.call("GET", "/api/notices", customer, params={"limit": 2, "cursor": first.body["next"]})
    items = first.body["items"] + rest.body["items"]
    assert [one["notice"]["n"] for one in items] == [2, 1, 0]
    assert rest.body["next"] is None
    opened = await gateway.call("GET", f"/api/notices/{items[0]['id']}", customer)
    assert opened.body["read_at"]
    unread = await gateway.call("GET", "/api/notices", customer, params={"unread": "true"})
    assert [one["notice"]["n"] for one in unread.body["items"]] == [1, 0]


async def test_the_id_that_mails_and_webhooks_name_is_found_too(gateway, clock):
    customer = await gateway.customer()
    left = await leave_notice(gateway.connection, customer.account_id, "standing", {}, clock.now())
    assert (await gateway.call("GET", f"/api/notices/{left}", customer)).status == 200


@pytest.mark.parametrize("id_", ["x", "0" * 31, "z" * 36, "00000000-0000-7000-8000-000000000000"])
async def test_what_is_no_notice_of_yours_is_not_there(gateway, id_):
    customer = await gateway.customer()
    assert (await gateway.call("GET", f"/api/notices/{id_}", customer)).status == 404


async def test_anothers_notice_is_not_there_and_stays_unread(gateway, clock):
    ann, bob = await gateway.customer(), await gateway.customer()
    left = await leave_notice(gateway.connection, ann.account_id, "standing", {}, clock.now())
    assert (await gateway.call("GET", f"/api/notices/{left}", bob)).status == 404
    (row,) = await gateway.fetch("SELECT read_at FROM notices WHERE notice_id = $1", left)
    assert row["read_at"] is None


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1000}, {"cursor": "nonsense"}, {"limit": "x"}])
async def test_a_page_that_cannot_be_is_refused(gateway, query):
    customer = await gateway.customer()
    assert (await gateway.call("GET", "/api/notices", customer, params=query)).status == 400
