"""What accounts declared and were cleared for is kept, read with the account, and told to running directories."""

import contextlib
from datetime import UTC, date, datetime

import pytest

from comity.accounts.declaration import Declaration
from comity.accounts.record import AccountRecord, Clearance, OwnBrand, OwnDomain, Registration, UseCase, digest_of
from comity.edges.postgres import record_store
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.operator_store import NotThereError
from comity.text.similar import similarity_hash
from support.gateway import operating, told_of_change

SAMPLE = "Your parcel waits for you at the post office around the corner"
END = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def directory(operator):
    connections = HeldConnections(operator.database, "comity-lookups")
    one = PostgresDirectory(operator.database, connections)
    await one.start()
    yield one
    await one.stop()
    await connections.close()


async def test_a_new_account_is_a_brand_by_its_name_and_by_the_names_it_may_send_as(operator, directory):
    customer = await operator.customer(name="Acme", senders=("ACME", "Acme Shop", "8850", "+32470123456"))
    account = await directory.account(customer.account_id)
    assert account.record == AccountRecord("Acme", brands=(OwnBrand("Acme"), OwnBrand("Acme Shop")))
    assert account.record_digest == digest_of(account.record)
    assert len(account.record_digest) == 32


async def test_all_of_it_is_read_back_as_it_was_given(operator, directory):
    customer = await operator.customer(name="Acme", senders=())
    connection, account = operator.connection, customer.account_id
    clearances = (
        Clearance("alcohol", "BE", date(2026, 1, 1), date(2026, 12, 31), "permit 7"),
        Clearance("alert"),
    )
    for clearance in clearances:
        await record_store.clear(connection, account, clearance)
    await record_store.add_brand(connection, account, "Globex", ("letter.pdf", "ab", b"x"), END)
    await record_store.add_domain(connection, account, "globex.example", ("letter.pdf", "ab", b"x"), END)
    await record_store.add_domain(connection, account, "acme.example", ("", "", b""), None)
    new = record_store.NewRegistration("sender", "SG", "acme", "R1", date(2026, 1, 1), None, (SAMPLE,))
    await record_store.register(connection, account, new)
    await record_store.declare(
        connection,
        account,
        Declaration(("otp",), ("BE", "NL"), ("acme",), 500, ("retail",), (SAMPLE, "12345"), "refuse"),
    )
    record = (await directory.account(account)).record
    assert record == AccountRecord(
        name="Acme",
        clearances=clearances,
        registrations=(Registration("sender", "SG", "acme", "R1", date(2026, 1, 1), None, (similarity_hash(SAMPLE),)),),
        brands=(OwnBrand("Acme"), OwnBrand("Globex", END, "ab")),
        use_case=UseCase(("otp",), ("BE", "NL"), ("acme",), 500, (similarity_hash(SAMPLE),), ("retail",)),
        health_data="refuse",
        domains=(OwnDomain("acme.example"), OwnDomain("globex.example", END, "ab")),
    )


async def test_what_is_given_again_replaces_what_was(operator, directory):
    customer = await operator.customer(senders=())
    connection, account = operator.connection, customer.account_id
    for until in (date(2026, 1, 1), date(2027, 1, 1)):
        await record_store.clear(connection, account, Clearance("loans", "BE", until=until))
        await record_store.register(connection, account, record_store.NewRegistration("campaign", "US", until=until))
        await record_store.add_brand(
            connection, account, "GLOBEX" if until.year == 2026 else "Globex", ("", "", b""), None
        )
        await record_store.add_domain(connection, account, "acme.example", ("", str(until.year), b""), None)
        await record_store.declare(connection, account, Declaration(daily_volume=until.year))
    record = (await directory.account(account)).record
    assert record.clearances == (Clearance("loans", "BE", until=date(2027, 1, 1)),)
    assert record.registrations == (Registration("campaign", "US", until=date(2027, 1, 1)),)
    assert [brand.name for brand in record.brands][1:] == ["Globex"]
    assert record.domains == (OwnDomain("acme.example", proof="2027"),)
    assert record.use_case == UseCase(daily_volume=2027)
    assert record.health_data == "note"


async def test_what_is_withdrawn_is_gone_and_what_is_not_there_cannot_be(operator, directory):
    customer = await operator.customer(name="Acme", senders=())
    connection, account = operator.connection, customer.account_id
    new = record_store.NewRegistration("sender", "SG", "acme", "R1")
    await record_store.clear(connection, account, Clearance("loans", "BE"))
    await record_store.register(connection, account, new)
    await record_store.add_domain(connection, account, "acme.example", ("", "", b""), None)
    for times in range(2):
        with contextlib.nullcontext() if not times else pytest.raises(NotThereError):
            await record_store.withdraw_clearance(connection, account, "loans", "BE")
        with contextlib.nullcontext() if not times else pytest.raises(NotThereError):
            await record_store.withdraw_registration(connection, account, new)
        with contextlib.nullcontext() if not times else pytest.raises(NotThereError):
            await record_store.withdraw_brand(connection, account, "ACME")
        with contextlib.nullcontext() if not times else pytest.raises(NotThereError):
            await record_store.remove_domain(connection, account, "acme.example")
    assert (await directory.account(account)).record == AccountRecord("Acme")


async def test_a_grant_given_anew_leaves_a_brand_with_its_letter(operator, directory):
    customer = await operator.customer(senders=())
    await record_store.add_brand(operator.connection, customer.account_id, "Globex", ("l", "ab", b"x"), END)
    await operator.grant(customer, "GLOBEX")
    record = (await directory.account(customer.account_id)).record
    assert record.brands[1:] == (OwnBrand("Globex", END, "ab"),)


CHANGES = {
    "clearance": lambda c, a: record_store.clear(c, a, Clearance("crypto")),
    "registration": lambda c, a: record_store.register(c, a, record_store.NewRegistration("campaign", "US")),
    "brand": lambda c, a: record_store.add_brand(c, a, "Globex", ("", "", b""), None),
    "domain": lambda c, a: record_store.add_domain(c, a, "acme.example", ("", "", b""), None),
    "use case": lambda c, a: record_store.declare(c, a, Declaration(daily_volume=5)),
    "health data": lambda c, a: record_store.declare(c, a, Declaration(health_data="refuse")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_change_reaches_a_running_directory(operator, directory, change):
    customer = await operator.customer()
    before = await directory.account(customer.account_id)
    async with told_of_change(directory):
        await change(operator.connection, customer.account_id)
    after = await directory.account(customer.account_id)
    assert after.record != before.record
    assert after.record_digest != before.record_digest


async def test_one_account_is_not_read_with_anothers_record(operator, directory):
    one, other = await operator.customer(), await operator.customer()
    await record_store.clear(operator.connection, one.account_id, Clearance("crypto"))
    assert (await directory.account(other.account_id)).record.clearances == ()


async def test_a_list_of_the_operator_is_known_within_a_second(operator, directory):
    assert directory.readings().lists == frozenset()
    loaded = directory._stale
    async with told_of_change(directory):
        await operator.fetch("INSERT INTO prices VALUES ('BE', 5)")
        await operator.fetch(
            "INSERT INTO lists (name, kind, loaded_at, entries, digest, generation)"
            " VALUES ('feed', 'links', now(), 1, '', 1)"
        )
    assert not loaded.is_set()
    assert directory.readings().lists == {"links"}
