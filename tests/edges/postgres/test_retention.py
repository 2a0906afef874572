"""Retention against a real PostgreSQL: per category and country, none too early, none that must be kept."""

from datetime import timedelta

import pytest

from comity.base.errors import UnfitValueError
from comity.base.ids import earliest
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.retention_upkeep import RetentionUpkeep, Rule, set_rule
from comity.edges.postgres.roles import Role
from support.gateway import running_gateway
from support.sealed import MESSAGE

PERSON, TEXT = "32470000000", "Your parcel MARKER4711 is at the door."
KEEP_ALL = (
    "CREATE OR REPLACE FUNCTION is_preserved_data(account_id bigint, number text, made_at timestamptz, at timestamptz)"
    " RETURNS boolean LANGUAGE sql STABLE AS 'SELECT {}'"
)


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def upkeep(gateway, clock):
    connections = HeldConnections(gateway.database, "comity-test-retention", most=1)
    yield RetentionUpkeep(connections, clock)
    await connections.close()


@pytest.fixture
async def customer(gateway):
    customer = await gateway.customer()
    assert (await gateway.send(customer, message=TEXT, to=PERSON)).status == 200
    await gateway.fetch("UPDATE message_life SET state = 'delivered', settled_at = now()")
    return customer


async def rule(gateway, clock, *row):
    connection = await gateway.database.connect(Role.ROAD)
    try:
        await set_rule(connection, Rule(*row, "for a test", "operator", clock.now(), clock.now()))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("rules", "due"),
    [
        ((), ("transactional", "BE", 180)),
        ((), ("otp", "BE", 30)),
        ((("texts", "", "BE", 10),), ("transactional", "BE", 10)),
        ((("texts", "", "BE", 10),), ("transactional", "FR", 180)),
        ((("texts", "otp", "", 3), ("texts", "", "BE", 10)), ("otp", "BE", 10)),
        ((("texts", "otp", "BE", 2), ("texts", "", "BE", 10)), ("otp", "BE", 2)),
    ],
)
@pytest.mark.usefixtures("customer")
async def test_a_text_is_kept_as_long_as_the_most_particular_rule_says(gateway, clock, upkeep, rules, due):
    category, country, days = due
    for row in rules:
        await rule(gateway, clock, *row)
    await gateway.fetch("UPDATE messages SET category = $1, country = $2", category, country)
    clock.advance(timedelta(days=days, seconds=-1))
    assert (await upkeep.once())["texts"] == 0
    assert await gateway.value(f"SELECT {MESSAGE} FROM messages") == TEXT
    clock.advance(timedelta(seconds=2))
    assert (await upkeep.once())["texts"] == 1
    assert await gateway.value(f"SELECT {MESSAGE} FROM messages") == ""
    assert await gateway.value("SELECT count(*) FROM body_keys") == 0
    assert (await upkeep.once())["texts"] == 0


@pytest.mark.usefixtures("customer")
async def test_what_an_order_keeps_stays_and_goes_when_it_ends(gateway, clock, upkeep):
    await gateway.fetch(KEEP_ALL.format("true"))
    clock.advance(timedelta(days=181))
    assert (await upkeep.once())["texts"] == 0
    clock.advance(timedelta(days=1))
    await gateway.fetch(KEEP_ALL.format("false"))
    assert (await upkeep.once())["texts"] == 1


@pytest.mark.usefixtures("customer")
async def test_what_still_waits_keeps_its_text(gateway, clock, upkeep):
    await gateway.fetch("UPDATE message_life SET state = 'held'")
    clock.advance(timedelta(days=181))
    assert (await upkeep.once())["texts"] == 0
    await gateway.fetch("UPDATE message_life SET state = 'refused'")
    assert (await upkeep.once())["texts"] == 1


@pytest.mark.usefixtures("customer")
async def test_a_key_stays_as_long_as_anything_is_sealed_with_it(gateway, clock, upkeep):
    clock.advance(timedelta(days=170))
    newer = earliest(clock.now())
    await gateway.fetch(
        "INSERT INTO messages SELECT (jsonb_populate_record(m, jsonb_build_object('id', $1::text))).* FROM messages m",
        str(newer),
    )
    clock.advance(timedelta(days=11))
    assert (await upkeep.once())["texts"] == 1
    assert await gateway.value("SELECT count(*) FROM body_keys") == 1


async def test_replies_unclaimed_messages_and_numbers_go_in_their_time(gateway, clock, customer, upkeep):
    now = clock.now()
    await gateway.fetch(
        "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES ($1, $2, '8850', 'Yes', $3)",
        customer.account_id,
        PERSON,
        now,
    )
    await gateway.fetch(
        "INSERT INTO inbound_unclaimed (carrier_id, sender, receiver, text, at)"
        " VALUES (1, $1, '1', passing_of('hello'), $2)",
        PERSON,
        now,
    )
    clock.advance(timedelta(days=31))
    assert (await upkeep.once())["unclaimed"] == 1
    clock.advance(timedelta(days=335))
    assert (await upkeep.once())["replies"] == 1
    assert await gateway.value("SELECT recipient FROM messages") == PERSON
    clock.advance(timedelta(days=365))
    assert (await upkeep.once())["numbers"] == 1
    assert (await gateway.value("SELECT recipient FROM messages")).startswith("erased-")


@pytest.mark.parametrize(
    "row",
    [
        ("replies", "otp", "", 3),
        ("texts", "news", "", 3),
        ("texts", "", "Belgium", 3),
        ("texts", "", "", 0),
        ("dreams", "", "", 3),
    ],
)
async def test_what_is_no_rule_is_refused(gateway, clock, row):
    with pytest.raises(UnfitValueError):
        await rule(gateway, clock, *row)
