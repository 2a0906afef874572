from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from comity.base.errors import SettingsError
from comity.edges.postgres import notice_store, webhook_store
from comity.edges.postgres.roles import Role
from comity.edges.postgres.tenant import Tenants
from comity.edges.postgres.webhook_store import EndpointRules, Wanted
from support.gateway import operating

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ENDPOINT = "https://customer.example/hook"


@pytest.fixture
async def operator(database):
    async with operating(database) as opened:
        yield opened


async def deliveries(operator, customer):
    rows = await operator.fetch(
        "SELECT channel, address, state FROM notice_deliveries WHERE account_id = $1 ORDER BY channel, address",
        customer.account_id,
    )
    return [tuple(row) for row in rows]


async def test_a_notice_is_kept_as_it_was_left(operator):
    customer = await operator.customer()
    left = await notice_store.leave_notice(
        operator.connection, customer.account_id, "standing", {"summary": "Suspended."}, NOW
    )
    (found,) = await notice_store.list_notices(operator.connection, customer.account_id)
    assert (found.notice_id, found.kind, found.body, found.left_at) == (
        left,
        "standing",
        {"summary": "Suspended."},
        NOW,
    )
    assert found.read_at is None


async def test_a_notice_to_many_goes_to_each(operator):
    customers = [await operator.customer() for _ in range(3)]
    notice = notice_store.NewNotice("policy-change", {"effective": "2027-01-31"}, "2027-01")
    ids = await notice_store.leave_notices(operator.connection, [one.account_id for one in customers], notice, NOW)
    for customer, left in zip(customers, ids, strict=True):
        found = await notice_store.find_notice(operator.connection, customer.account_id, left)
        assert (found.kind, found.body, found.version) == (notice.kind, notice.body, notice.version)


async def test_a_notice_is_told_to_the_webhooks_that_asked_and_mailed_to_every_address(operator):
    customer = await operator.customer()
    asked, _ = await webhook_store.create(
        operator.connection, customer.account_id, Wanted(ENDPOINT, "POST", ["notice"]), EndpointRules()
    )
    await webhook_store.create(
        operator.connection, customer.account_id, Wanted(ENDPOINT, "POST", ["inbox_message"]), EndpointRules()
    )
    for email in ("ann@customer.example", "bob@customer.example"):
        await notice_store.add_address(operator.connection, customer.account_id, email, "en", NOW)
    left = await notice_store.leave_notice(operator.connection, customer.account_id, "standing", {"a": 1}, NOW)
    assert await deliveries(operator, customer) == [
        ("email", "ann@customer.example", "waiting"),
        ("email", "bob@customer.example", "waiting"),
        ("webhook", str(asked), "waiting"),
    ]
    (event,) = await operator.fetch("SELECT webhook_id, kind, stream, (body).plain::jsonb AS body FROM webhook_events")
    assert (event["webhook_id"], event["kind"], event["stream"]) == (asked, "notice", f"notice {left}")
    assert (event["body"]["id"], event["body"]["notice"]) == (str(left), {"a": 1})


async def test_nobody_left_to_tell_is_no_error(operator):
    assert await notice_store.leave_notices(operator.connection, [], notice_store.NewNotice("standing", {}), NOW) == []


async def test_the_first_reading_is_the_one_that_counts(operator):
    customer = await operator.customer()
    left = await notice_store.leave_notice(operator.connection, customer.account_id, "standing", {}, NOW)
    for hours in (1, 2):
        await notice_store.open_notice(operator.connection, customer.account_id, left, NOW + timedelta(hours=hours))
    found = await notice_store.find_notice(operator.connection, customer.account_id, left)
    assert found.read_at == NOW + timedelta(hours=1)
    assert await notice_store.list_notices(operator.connection, customer.account_id, unread=True) == []


async def test_notices_are_listed_the_newest_first_and_page_by_page(operator):
    customer = await operator.customer()
    left = [
        await notice_store.leave_notice(operator.connection, customer.account_id, "standing", {"n": n}, NOW)
        for n in range(5)
    ]
    first = await notice_store.list_notices(operator.connection, customer.account_id, most=3)
    rest = await notice_store.list_notices(operator.connection, customer.account_id, most=3, before=first[-1].number)
    assert [one.notice_id for one in (*first, *rest)] == left[::-1]


async def test_an_account_sees_its_own_notices_and_changes_none(operator):
    ann, bob = await operator.customer(), await operator.customer()
    left = await notice_store.leave_notice(operator.connection, ann.account_id, "standing", {}, NOW)
    pool = await operator.database.pool(Role.TENANT)
    tenants = Tenants(pool)
    try:
        async with tenants.account(ann.account_id) as connection:
            assert len(await notice_store.list_notices(connection, ann.account_id)) == 1
        async with tenants.account(bob.account_id) as connection:
            assert await notice_store.find_notice(connection, ann.account_id, left) is None
        with pytest.raises(Exception, match="do this"):
            async with tenants.account(ann.account_id) as connection:
                await notice_store.open_notice(connection, ann.account_id, left, NOW)
    finally:
        await pool.close()


async def test_an_address_is_added_once_changed_and_removed(operator):
    customer = await operator.customer()
    for language in ("en", "nl"):
        await notice_store.add_address(operator.connection, customer.account_id, "ann@a.example", language, NOW)
    (one,) = await notice_store.list_addresses(operator.connection, customer.account_id)
    assert (one.email, one.language) == ("ann@a.example", "nl")
    await notice_store.leave_notice(operator.connection, customer.account_id, "standing", {}, NOW)
    assert await notice_store.remove_address(operator.connection, customer.account_id, "ann@a.example")
    assert not await notice_store.remove_address(operator.connection, customer.account_id, "ann@a.example")
    assert await deliveries(operator, customer) == [("email", "ann@a.example", "failed")]


async def test_an_account_has_only_so_many_addresses(operator):
    customer = await operator.customer()
    for n in range(notice_store.MOST_ADDRESSES):
        await notice_store.add_address(operator.connection, customer.account_id, f"a{n}@a.example", "en", NOW)
    with pytest.raises(SettingsError):
        await notice_store.add_address(operator.connection, customer.account_id, "more@a.example", "en", NOW)


async def test_a_notice_nobody_has_is_not_found(operator):
    customer = await operator.customer()
    assert await notice_store.find_notice(operator.connection, customer.account_id, uuid4()) is None
