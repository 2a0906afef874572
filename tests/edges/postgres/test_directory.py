"""A change reaches a running directory within a second: awaited, never slept for."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from comity.base.errors import StoreError
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.policy.files import default_policy
from support.gateway import operating, told_of_change
from support.standing import to_standing


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@contextlib.asynccontextmanager
async def listening(database):
    connections = HeldConnections(database, "comity-lookups")
    directory = PostgresDirectory(database, connections)
    await directory.start()
    try:
        yield directory
    finally:
        await directory.stop()
        await connections.close()


@pytest.fixture
async def directory(operator):
    async with listening(operator.database) as one:
        yield one


async def test_before_it_started_it_has_no_settings(database):
    with pytest.raises(StoreError):
        PostgresDirectory(database, HeldConnections(database, "x")).readings()


async def test_an_account_is_seen_as_it_was_set_up(operator, directory):
    customer = await operator.customer(
        senders=("Bank", "8850"),
        category="otp",
        daily_volume=500,
        time_zone="Europe/Brussels",
        profile={"city": "Gent"},
    )
    account = await directory.account(customer.account_id)
    assert (account.name, account.category, account.time_zone) == (customer.name, "otp", "Europe/Brussels")
    assert (account.daily_volume, account.profile) == (500, {"city": "Gent"})
    assert set(account.grants) == {"bank", "8850"}
    assert account.accepted_policies == {default_policy().document.version}
    assert (await directory.key(customer.client_id)).account_id == customer.account_id


async def test_what_is_not_there_is_none(directory):
    assert await directory.account(4711) is None
    assert await directory.key("cid_unknown") is None


async def test_an_account_is_looked_up_once(operator, directory):
    async with told_of_change(directory):
        customer = await operator.customer()
    assert await directory.account(customer.account_id) is await directory.account(customer.account_id)


CHANGES = {
    "standing": (to_standing("suspended"), lambda account: account.standing == "suspended"),
    "grant": (
        """INSERT INTO sender_grants (account_id, sender_key, sender, kind)
           SELECT account_id, 'shop', 'Shop', 'name' FROM accounts""",
        lambda account: "shop" in account.grants,
    ),
    "grant taken": ("DELETE FROM sender_grants", lambda account: not account.grants),
    "grant ends": (
        "UPDATE sender_grants SET expires_at = '2030-01-01T00:00:00Z'",
        lambda account: account.grants["bank"].expires_at == datetime(2030, 1, 1, tzinfo=UTC),
    ),
    "acceptance": (
        """WITH answered AS (INSERT INTO policy_answers (account_id, version, state, changed_at)
                             SELECT account_id, version, 'declined', now() FROM policy_acceptances)
           DELETE FROM policy_acceptances""",
        lambda account: not account.accepted_policies,
    ),
    "networks": (
        "UPDATE accounts SET allowed_networks = '{10.0.0.0/8}'",
        lambda account: account.allowed_networks == ("10.0.0.0/8",),
    ),
    "webhook": (
        """INSERT INTO webhooks (account_id, secret, endpoint, method, types)
           SELECT account_id, 's', 'https://x', 'POST', '{delivery_report}' FROM accounts""",
        lambda account: account.webhooks,
    ),
}


@pytest.mark.parametrize(("change", "seen"), CHANGES.values(), ids=CHANGES)
async def test_a_change_of_an_account_reaches_a_running_directory(operator, directory, change, seen):
    customer = await operator.customer()
    assert not seen(await directory.account(customer.account_id))
    async with told_of_change(directory):
        await operator.fetch(change)
    assert seen(await directory.account(customer.account_id))


async def test_a_revoked_key_is_forgotten(operator, directory):
    customer = await operator.customer()
    assert await directory.key(customer.client_id)
    async with told_of_change(directory):
        await operator.fetch("UPDATE api_keys SET revoked_at = now()")
    assert await directory.key(customer.client_id) is None


async def test_a_price_reaches_a_running_directory(operator, directory):
    async with told_of_change(directory):
        await operator.fetch("INSERT INTO prices VALUES ('BE', 5)")
    assert directory.readings().prices.per_part("BE") == 5


async def test_a_carrier_and_its_route_reach_a_running_directory(operator, directory):
    async with told_of_change(directory):
        await operator.fetch(
            "WITH carrier AS (INSERT INTO carriers (name, url) VALUES ('sim', 'sim://') RETURNING carrier_id)"
            " SELECT 1 FROM carrier"
        )
    (carrier,) = directory.carriers()
    async with told_of_change(directory):
        await operator.fetch("INSERT INTO routes VALUES ('32', $1)", carrier.carrier_id)
    assert directory.readings().routes.carriers("32") == (carrier.carrier_id,)


def published(version, effective, rules=""):
    return (
        "INSERT INTO policy_versions (version, digest, source, effective) VALUES ($1, $1, $2, $3)",
        version,
        f'version = "{version}"\ntitle = "t"\neffective = {effective}\nrules = {{{rules}}}\n',
        effective,
    )


async def test_a_published_policy_comes_into_force(operator, directory):
    today = datetime.now(UTC).date()
    async with told_of_change(directory):
        await operator.fetch(*published("9999", today))
    assert directory.readings().policy.policy.document.version == "9999"


async def test_a_policy_of_tomorrow_is_not_in_force_today(operator, directory):
    before = directory.readings().policy.policy.document.version
    async with told_of_change(directory):
        await operator.fetch(*published("9999", datetime.now(UTC).date() + timedelta(days=2)))
    assert directory.readings().policy.policy.document.version == before


async def test_before_any_policy_has_begun_the_first_that_will_holds_and_can_be_accepted(operator):
    today = datetime.now(UTC).date()
    await operator.fetch("UPDATE policy_versions SET effective = $1", today + timedelta(days=30))
    await operator.fetch(*published("9999", today + timedelta(days=90)))
    customer = await operator.customer()
    async with listening(operator.database) as directory:
        first = directory.readings().policy.policy.document.version
        assert first == default_policy().document.version
        assert (await directory.account(customer.account_id)).accepted_policies == {first}


async def test_a_policy_of_an_older_version_holds_as_far_as_it_is_understood(operator):
    today = datetime.now(UTC).date()
    await operator.fetch(*published("9998", today, 'hours-of-quiet = { mode = "enforce" }'))
    async with listening(operator.database) as directory:
        assert directory.readings().policy.policy.document.version == "9998"


async def test_a_policy_that_cannot_be_judged_by_leaves_the_one_before_in_force(operator, directory):
    today = datetime.now(UTC).date()
    before = directory.readings().policy.policy.document.version
    async with told_of_change(directory, within_s=5):
        await operator.fetch(*published("9998", today, 'quiet-hours = { action = "shout" }'))
        # Mended a moment later: the directory must still be listening.
        await operator.fetch("DELETE FROM policy_versions WHERE version = '9998'")
    assert directory.readings().policy.policy.document.version == before
    async with told_of_change(directory):
        await operator.fetch("INSERT INTO prices VALUES ('NL', 7)")
    assert directory.readings().prices.per_part("NL") == 7


async def test_bought_credits_are_told(operator, directory):
    told = asyncio.Event()
    customer = await operator.customer()
    directory.on_lots(told.set)
    await operator.fetch(
        "INSERT INTO lots (account_id, kind, micro_credits, remaining) VALUES ($1, 'bonus', 1, 1)", customer.account_id
    )
    async with asyncio.timeout(1):
        await told.wait()


async def test_after_its_connection_was_killed_it_listens_again_and_has_missed_nothing(operator, directory):
    customer = await operator.customer()
    await directory.account(customer.account_id)
    again = asyncio.Event()
    directory._on_operator = again.set
    assert await operator.end_connections("comity-directory") == 1
    await operator.fetch(to_standing("limited"))
    async with asyncio.timeout(2):
        await again.wait()
    assert (await directory.account(customer.account_id)).standing == "limited"
    async with told_of_change(directory):
        await operator.fetch(to_standing("suspended"))
    assert (await directory.account(customer.account_id)).standing == "suspended"


async def test_look_ups_survive_the_loss_of_their_connections(operator, directory):
    customer = await operator.customer()
    await directory.account(customer.account_id)
    assert await operator.end_connections("comity-lookups") >= 1
    async with told_of_change(directory):
        await operator.fetch(to_standing("limited"))
    with contextlib.suppress(StoreError):
        await directory.account(customer.account_id)
    assert (await directory.account(customer.account_id)).standing == "limited"


class Delayed:
    """Connections over which a row comes late: what was read waits until the test lets it through."""

    def __init__(self, connections):
        self._connections = connections
        self.read, self.let_through = asyncio.Event(), asyncio.Event()

    @contextlib.asynccontextmanager
    async def connection(self):
        async with self._connections.connection() as connection:
            self._connection = connection
            yield self

    async def fetchrow(self, *arguments):
        row = await self._connection.fetchrow(*arguments)
        self.read.set()
        await self.let_through.wait()
        return row


async def test_a_row_read_before_a_change_and_come_after_it_was_told_is_not_held(operator, directory):
    customer = await operator.customer()
    directory._connections = late = Delayed(directory._connections)
    asking = asyncio.ensure_future(directory.account(customer.account_id))
    await late.read.wait()
    async with told_of_change(directory):
        await operator.fetch(to_standing("suspended"))
    late.let_through.set()
    await asking
    assert (await directory.account(customer.account_id)).standing == "suspended"


async def test_held_connections_are_bounded(database):
    connections = HeldConnections(database, "comity-bounded", most=3)
    held = []

    async def hold():
        async with connections.connection() as connection:
            held.append(await connection.fetchval("SELECT pg_backend_pid()"))

    await asyncio.gather(*(hold() for _ in range(40)))
    assert len(held) == 40
    assert len(set(held)) <= 3
    await connections.close()
