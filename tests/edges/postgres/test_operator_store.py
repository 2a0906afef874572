"""What an operator sets up, and the ledger check: each kind of planted error is found, and nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from comity.credits.lots import POSTINGS
from comity.edges.postgres import operator_store
from comity.edges.postgres.operator_store import AlreadyThereError, NotThereError
from comity.policy.files import default_policy
from comity.senders.read import read_sender
from support.gateway import MICRO, operating


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
def connection(operator):
    return operator.connection


async def test_an_installation_is_prepared_once(operator, connection):
    key = await operator.value("SELECT hash_key FROM installation")
    await operator_store.prepare_installation(connection, default_policy())
    assert await operator.value("SELECT hash_key FROM installation") == key
    assert len(key) == 32
    assert await operator.value("SELECT count(*) FROM policy_versions") == 1
    assert await operator.value("SELECT to_regclass('messages_' || to_char(now(), 'YYYYMMDD')) IS NOT NULL")


async def test_an_account_is_made_whole(operator):
    customer = await operator.customer(name="bank", credits_=7, bonus=3)
    (row,) = await operator_store.list_accounts(operator.connection)
    assert row == {
        "account": "bank",
        "standing": "good",
        "category": "transactional",
        "daily_volume": None,
        "time_zone": "UTC",
        "purchased": 7 * MICRO,
        "bonus": 3 * MICRO,
        "policy_accepted": True,
    }
    kept = await operator.value("SELECT secret_hash FROM api_keys WHERE client_id = $1", customer.client_id)
    assert customer.secret.encode() not in kept
    assert await operator.ledger_problems() == []


async def test_a_name_that_is_taken_leaves_nothing_behind(operator):
    await operator.customer(name="bank")
    keys = await operator.value("SELECT count(*) FROM api_keys")
    with pytest.raises(AlreadyThereError, match="bank"):
        await operator.customer(name="bank", credits_=5)
    assert await operator.value("SELECT count(*) FROM api_keys") == keys
    assert await operator.value("SELECT count(*) FROM lots") == 1


async def test_an_unknown_account_is_named(connection):
    with pytest.raises(NotThereError, match="nobody"):
        await operator_store.account_id_of(connection, "nobody")


async def test_accepting_the_policy_twice_keeps_the_first_person(operator, connection):
    customer = await operator.customer(accepted_by="Ann")
    await operator_store.accept_policy(connection, customer.account_id, "Bob", "")
    assert await operator.value("SELECT person FROM policy_acceptances") == "Ann"
    assert await operator.value("SELECT digest FROM policy_acceptances") == default_policy().digest


async def test_a_grant_given_anew_replaces_the_one_before(operator, connection):
    customer = await operator.customer()
    sender = read_sender("BANK")
    await operator_store.grant_sender(connection, customer.account_id, sender, "otp", ("deed.pdf", "ab", b"x"))
    (row,) = await operator_store.list_grants(connection)
    assert (row["account"], row["sender"], row["category"], row["proof_name"]) == (
        customer.name,
        "BANK",
        "otp",
        "deed.pdf",
    )


async def carrier(connection, name):
    return await operator_store.add_carrier(connection, name, "sim://", "", "secret word", {})


async def test_the_first_carrier_becomes_the_default_route_and_the_second_does_not(connection):
    await carrier(connection, "one")
    await carrier(connection, "two")
    assert await operator_store.list_routes(connection) == [{"prefix": "", "carrier": "one", "priority": 0}]
    assert "secret word" not in str(await operator_store.list_carriers(connection))


async def test_a_carriers_name_is_used_once(operator, connection):
    await carrier(connection, "one")
    with pytest.raises(AlreadyThereError, match="one"):
        await carrier(connection, "one")
    assert await operator.value("SELECT count(*) FROM carriers") == 1


async def test_a_route_is_added_and_changed(connection):
    await carrier(connection, "one")
    await operator_store.add_route(connection, "32", "one", 5)
    await operator_store.add_route(connection, "32", "one", 1)
    assert await operator_store.list_routes(connection) == [
        {"prefix": "", "carrier": "one", "priority": 0},
        {"prefix": "32", "carrier": "one", "priority": 1},
    ]
    with pytest.raises(NotThereError, match="nobody"):
        await operator_store.add_route(connection, "33", "nobody", 0)


async def waiting(operator, customer, recipient, prefix):
    id_ = uuid4()
    await operator.fetch(
        "INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts, micro_credits,"
        " text_key, action, verdict) VALUES ($1, $2, 'rest', 'Bank', $3, 'otp', 'x', 'gsm7', 1, 0, 0, 'allow', '{}')",
        customer.account_id,
        id_,
        recipient,
    )
    await operator.fetch(
        "INSERT INTO queue (account_id, message_id, route_prefix, due_at) VALUES ($1, $2, $3, now())",
        customer.account_id,
        id_,
        prefix,
    )
    return id_


@pytest.mark.parametrize(
    ("recipient", "before", "after"),
    [
        pytest.param("32470000000", "", "324", id="fits better"),
        pytest.param("33600000000", "", "", id="does not fit"),
        pytest.param("32470000000", "32470", "32470", id="has a better one"),
        pytest.param("32470000000", "32", "324", id="from a shorter one"),
    ],
)
async def test_waiting_messages_move_to_a_route_that_fits_better(operator, connection, recipient, before, after):
    await carrier(connection, "one")
    id_ = await waiting(operator, await operator.customer(), recipient, before)
    await operator_store.add_route(connection, "324", "one", 0)
    assert await operator.value("SELECT route_prefix FROM queue WHERE message_id = $1", id_) == after


async def test_prices_are_set_and_changed(connection):
    await operator_store.set_prices(connection, {"BE": 5, "*": 7})
    await operator_store.set_prices(connection, {"BE": 6})
    rows = await operator_store.list_prices(connection)
    assert rows == [{"country": "*", "micro_credits": 7}, {"country": "BE", "micro_credits": 6}]


async def test_the_postings_in_sql_are_those_of_the_ledgers_table(operator):
    customer = await operator.customer(credits_=0)
    for kind in POSTINGS:
        await operator.fetch(
            "INSERT INTO ledger_entries VALUES ($1, $2, $3, 1, 10)", customer.account_id, uuid4(), kind.value
        )
    posted = await operator.fetch("SELECT kind, ledger_account, micro_credits FROM ledger_postings")
    assert {(row["kind"], row["ledger_account"], row["micro_credits"]) for row in posted} == {
        (kind.value, account, amount)
        for kind, (source, target) in POSTINGS.items()
        for account, amount in ((source, -10), (target, 10))
    }


PLANTED = {
    "the entries of a lot do not add up to what is left of it": "UPDATE lots SET remaining = remaining - 1",
    "a lot is missing for these entries": (
        "INSERT INTO ledger_entries SELECT account_id, gen_random_uuid(), 'bonus', 4711, 5 FROM accounts"
    ),
    "more was refunded than charged": (
        "WITH refund AS (INSERT INTO ledger_entries SELECT account_id, gen_random_uuid(), 'refund', lot_id, 1000000"
        " FROM lots RETURNING lot_id) UPDATE lots SET remaining = remaining + 1000000,"
        " micro_credits = micro_credits + 1000000 WHERE lot_id IN (SELECT lot_id FROM refund)"
    ),
    "a message was not charged what it says": (
        "INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts, micro_credits,"
        " text_key, action, verdict) SELECT account_id, gen_random_uuid(), 'rest', 'Bank', '1', 'otp', 'x', 'gsm7', 1,"
        " 5, 0, 'allow', '{}' FROM accounts"
    ),
    "the two sides of the ledger differ": (
        "CREATE OR REPLACE VIEW ledger_postings WITH (security_invoker = true) AS SELECT e.account_id, e.subject,"
        " e.kind, e.lot_id, e.at, 'customer'::text AS ledger_account, e.micro_credits FROM ledger_entries e"
    ),
}


@pytest.mark.parametrize(("problem", "planted"), PLANTED.items())
async def test_a_planted_error_of_the_ledger_is_found(operator, problem, planted):
    await operator.customer(credits_=5)
    assert await operator.ledger_problems() == []
    await operator.fetch(planted)
    assert {found["problem"] for found in await operator.ledger_problems()} == {problem}


async def test_an_empty_ledger_balances(operator):
    assert await operator.ledger_problems() == []


async def test_lots_may_expire(operator, connection):
    customer = await operator.customer(credits_=1)
    past, future = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 1))
    for expiry in (past, future):
        await operator_store.add_credits(connection, customer.account_id, "bonus", MICRO, expiry)
    (row,) = await operator_store.list_accounts(connection)
    assert (row["purchased"], row["bonus"]) == (MICRO, MICRO)
    assert await operator.ledger_problems() == []
