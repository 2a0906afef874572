"""Versions of the policy in a real store: published once, found by name and digest, in force from their day."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from comity.edges.postgres import directory as directory_module
from comity.edges.postgres import operator_store, policy_store
from comity.edges.postgres.connect import Role
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.policy_store import NeverInForceError, NotComingError, VersionTakenError
from comity.edges.postgres.statements import load
from comity.policy.files import default_policy, read_policy
from support.gateway import operating


def today():
    """Asked for when it is needed: a run may go past midnight."""
    return datetime.now(UTC).date()


SHIPPED = default_policy()


def a_version(version, effective=None, more=""):
    return read_policy(
        f'version = "{version}"\ntitle = "t"\neffective = {effective or today()}\n{more}\nrules = {{}}\n'
    )


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
def connection(operator):
    return operator.connection


async def names(connection):
    return [(one.version, one.state) for one in await policy_store.versions(connection)]


async def test_a_new_installation_has_the_shipped_version_in_force(connection):
    held = await policy_store.in_force(connection)
    assert (held.version, held.digest, held.source) == (SHIPPED.document.version, SHIPPED.digest, SHIPPED.source)
    assert await names(connection) == [(SHIPPED.document.version, "in force")]


async def test_a_newer_release_puts_its_policy_in_nobodys_place(connection):
    await operator_store.prepare_installation(connection, a_version("of a newer release"))
    assert await names(connection) == [(SHIPPED.document.version, "in force")]


async def test_a_published_version_is_in_force_from_its_day(connection):
    tomorrow = today() + timedelta(days=1)
    assert await policy_store.publish(connection, a_version("today"))
    assert await policy_store.publish(connection, a_version("tomorrow", tomorrow))
    assert await names(connection) == [
        ("tomorrow", "coming"),
        ("today", "in force"),
        (SHIPPED.document.version, "past"),
    ]


async def test_of_two_versions_of_one_day_the_one_published_later_holds(connection):
    await policy_store.publish(connection, a_version("first"))
    await policy_store.publish(connection, a_version("second"))
    assert (await policy_store.in_force(connection)).version == "second"


async def test_the_very_same_text_is_published_once(connection):
    assert await policy_store.publish(connection, a_version("mine"))
    assert not await policy_store.publish(connection, a_version("mine"))
    assert len(await policy_store.versions(connection)) == 2


async def test_what_was_published_never_changes(connection):
    await policy_store.publish(connection, a_version("mine"))
    with pytest.raises(VersionTakenError, match="mine"):
        await policy_store.publish(connection, a_version("mine", more="# a word more"))
    assert (await policy_store.find(connection, "mine")).source == a_version("mine").source


async def test_a_version_that_would_never_hold_is_refused(connection):
    await policy_store.publish(connection, a_version("now"))
    with pytest.raises(NeverInForceError, match="now"):
        await policy_store.publish(connection, a_version("before", today() - timedelta(days=1)))


async def spans(connection):
    """From when until when each version was in force, in days from today; "now" for the day of the test."""

    def day(at):
        days = None if at is None else (at.astimezone(UTC).date() - today()).days
        return "now" if days == 0 else days

    return {
        one.version: (day(one.in_force_from), day(one.until), one.state)
        for one in await policy_store.versions(connection)
    }


async def test_versions_say_from_when_until_when_they_were_in_force(connection):
    for version, days in (("a", 0), ("b", 10), ("c", 10), ("d", 20)):
        await policy_store.publish(connection, a_version(version, today() + timedelta(days=days)), "Ann")
    assert await spans(connection) == {
        SHIPPED.document.version: ("now", "now", "past"),  # its day had passed when it was put into the store
        "a": ("now", 10, "in force"),
        "b": (None, None, "past"),  # `c` has the same day and was published later
        "c": (10, 20, "coming"),
        "d": (20, None, "coming"),
    }
    found = {one.version: one for one in await policy_store.versions(connection)}
    assert found["a"].in_force_from == found["a"].published_at == found[SHIPPED.document.version].until
    assert (found["a"].published_by, found[SHIPPED.document.version].published_by) == ("Ann", "")


async def test_a_version_that_has_not_begun_can_be_withdrawn_and_the_one_before_it_stays(connection):
    for version, days in (("a", 10), ("b", 20)):
        await policy_store.publish(connection, a_version(version, today() + timedelta(days=days)), "Ann")
    gone = await policy_store.withdraw(connection, "a", "Bob")
    assert (gone.version, gone.source) == ("a", a_version("a", today() + timedelta(days=10)).source)
    assert await spans(connection) == {
        SHIPPED.document.version: ("now", 20, "in force"),
        "a": (None, None, "withdrawn"),
        "b": (20, None, "coming"),
    }
    (row,) = [one for one in await policy_store.versions(connection) if one.version == "a"]
    assert (row.published_by, row.withdrawn_by, row.withdrawn_at is None) == ("Ann", "Bob", False)
    assert (await policy_store.find(connection, "a")).withdrawn


async def test_the_version_that_a_withdrawn_one_had_displaced_comes_back(connection):
    for version in ("a", "b"):
        await policy_store.publish(connection, a_version(version, today() + timedelta(days=10)))
    await policy_store.withdraw(connection, "b")
    assert (await spans(connection))["a"] == (10, None, "coming")


@pytest.mark.parametrize("name", [SHIPPED.document.version, "past", "no such version"])
async def test_what_has_begun_cannot_be_withdrawn(connection, name):
    if name == "past":
        for version in ("past", "now"):
            await policy_store.publish(connection, a_version(version))
    with pytest.raises(NotComingError, match=name):
        await policy_store.withdraw(connection, name)
    assert "withdrawn" not in {state for _, state in await names(connection)}


async def test_a_version_is_withdrawn_once_and_its_name_is_used_up(connection):
    coming = a_version("coming", today() + timedelta(days=10))
    await policy_store.publish(connection, coming)
    await policy_store.withdraw(connection, coming.digest[:8])
    with pytest.raises(NotComingError, match="already"):
        await policy_store.withdraw(connection, "coming")
    for again in (coming, a_version("coming")):
        with pytest.raises(VersionTakenError, match="withdrawn"):
            await policy_store.publish(connection, again)


async def test_the_only_version_holds_before_its_day_and_cannot_be_withdrawn(connection):
    await connection.execute("UPDATE policy_versions SET effective = $1", today() + timedelta(days=3))
    with pytest.raises(NotComingError, match="begun"):
        await policy_store.withdraw(connection, SHIPPED.document.version)


@pytest.mark.parametrize("digits", [64, 12, 6])
async def test_a_version_is_found_by_the_beginning_of_its_digest(connection, digits):
    found = await policy_store.find(connection, SHIPPED.digest[:digits].upper())
    assert found.version == SHIPPED.document.version


@pytest.mark.parametrize("name", ["", "nothing", SHIPPED.digest[:5], "%", "______"])
async def test_what_was_never_published_is_not_found(connection, name):
    assert await policy_store.find(connection, name) is None


async def test_a_name_is_found_before_a_digest_that_begins_so(connection):
    await policy_store.publish(connection, a_version(SHIPPED.digest[:8]))
    assert (await policy_store.find(connection, SHIPPED.digest[:8])).version == SHIPPED.digest[:8]


async def test_many_publishing_at_once_publish_each_version_once(operator):
    async def publish():
        connection = await operator.database.connect(Role.ROAD)
        try:
            return await policy_store.publish(connection, a_version("contested"))
        finally:
            await connection.close()

    assert sorted(await asyncio.gather(*(publish() for _ in range(6)))) == [False] * 5 + [True]


async def test_names_that_no_account_and_no_carrier_has_are_told(operator, connection):
    await operator.customer(name="bank")
    found = await policy_store.unknown_names(connection, {"bank", "nobody"}, {"nowhere"})
    assert found == (["nobody"], ["nowhere"])


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


class Wall:
    """The clock on the wall that the directory's statements look at; midnight (UTC) is a third of a second away."""

    def __init__(self):
        self._midnight = datetime.combine(today() + timedelta(days=1), datetime.min.time(), UTC)
        self.shows = self._midnight - timedelta(seconds=0.3)

    def strike(self):
        self.shows = self._midnight

    def load(self, name):
        return load(name).replace("now()", f"timestamptz '{self.shows.isoformat()}'")


@pytest.fixture
def wall(monkeypatch):
    one = Wall()
    monkeypatch.setattr(directory_module, "load", one.load)
    return one


async def in_force(directory, version):
    """Ends when the directory judges by a version."""
    async with asyncio.timeout(10):
        while directory.readings().policy.policy.document.version != version:
            changed = asyncio.Event()
            directory.on_operator(changed.set)
            await changed.wait()


async def test_a_version_comes_into_force_by_itself_on_its_day_while_a_server_runs(operator, wall):
    await policy_store.publish(operator.connection, a_version("tomorrow", today() + timedelta(days=1)))
    async with listening(operator.database) as directory:
        assert directory.readings().policy.policy.document.version == SHIPPED.document.version
        wall.strike()
        await in_force(directory, "tomorrow")


async def test_a_version_published_while_a_server_runs_is_awaited_too(operator, wall):
    async with listening(operator.database) as directory:
        told = asyncio.Event()
        directory.on_operator(told.set)
        await policy_store.publish(operator.connection, a_version("tomorrow", today() + timedelta(days=1)))
        async with asyncio.timeout(10):
            await told.wait()
        assert directory.readings().policy.policy.document.version == SHIPPED.document.version
        wall.strike()
        await in_force(directory, "tomorrow")


async def _may_send(operator, customer):
    async with listening(operator.database) as directory:
        account = await directory.account(customer.account_id)
        return directory.readings().policy.policy.is_accepted(account.accepted_policies)


async def test_an_ordinary_version_needs_no_new_acceptance_and_a_substantial_one_does(operator, connection):
    customer = await operator.customer(accepted_by="Ann")
    newcomer = await operator.customer(name="newcomer", accepted_by="")
    await policy_store.publish(connection, a_version("ordinary"))
    assert (await _may_send(operator, customer), await _may_send(operator, newcomer)) == (True, False)
    await policy_store.publish(connection, a_version("substantial", more="substantial = true"))
    assert not await _may_send(operator, customer)
    await operator_store.accept_policy(connection, customer.account_id, "Ann", "")
    assert await _may_send(operator, customer)
    await policy_store.publish(connection, a_version("ordinary again"))
    assert (await _may_send(operator, customer), await _may_send(operator, newcomer)) == (True, False)


async def test_a_version_that_asks_for_no_acceptance_lets_everybody_send(operator, connection):
    newcomer = await operator.customer(name="newcomer", accepted_by="")
    await policy_store.publish(connection, a_version("open", more="acceptance_required = false"))
    assert await _may_send(operator, newcomer)
