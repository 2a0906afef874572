"""What the policy in force says of accounts and of requests for proof is what happens."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.accounts.standing import AUTOMATIC
from comity.base.clock import SetClock
from comity.consent.proof_request import Wanted
from comity.edges.postgres import proof_store
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.proof_steps import NewProofRequest, ask
from comity.edges.postgres.standing_store import NewStrike, add_strike
from comity.edges.postgres.standing_watch import PostgresEnforceStore
from comity.journey.enforce import Enforcer
from comity.policy.files import bundle, default_files, read_policy
from support.gateway import operating

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


async def in_force(operator, **changed):
    """Publish the shipped policy with changes: by file, what stands there and what is to."""
    files = dict(default_files())
    for name, (before, after) in changed.items():
        path = "policy.toml" if name == "policy" else f"triggers/{name}.toml"
        assert before in files[path]
        files[path] = files[path].replace(before, after, 1)
    files["policy.toml"] = files["policy.toml"].replace('version = "2026-11"', 'version = "own"', 1)
    policy = read_policy(bundle(files))
    # In force by the database's own clock, whatever day it is.
    await operator.fetch(
        "INSERT INTO policy_versions (version, digest, source, effective, published_at)"
        " VALUES ('own', $1, $2, current_date, now())",
        *(policy.digest, policy.source),
    )


async def strike(operator, customer, weight):
    given = NewStrike(customer.account_id, "U8", "Too many.", weight, AUTOMATIC, "carrier-rejections")
    await add_strike(operator.connection, given, NOW)


async def standing(operator, customer):
    return await operator.value("SELECT standing FROM accounts WHERE account_id = $1", customer.account_id)


async def test_strikes_come_to_what_the_policy_says_and_last_as_long(operator):
    customer = await operator.customer()
    await in_force(operator, strikes=("expires_days = 90", "expires_days = 7"))
    await strike(operator, customer, 2)
    assert await standing(operator, customer) == "limited"
    assert await operator.value("SELECT expires_at FROM strikes") == NOW + timedelta(days=7)


async def test_a_milder_policy_asks_for_a_milder_standing(operator):
    customer = await operator.customer()
    await in_force(operator, strikes=("sum = 2", "sum = 3"))
    await strike(operator, customer, 2)
    assert await standing(operator, customer) == "watched"


@pytest.mark.parametrize(("minimum", "acted"), [(200, 0), (100, 1)])
async def test_rates_are_those_of_the_policy_in_force(operator, database, minimum, acted):
    customer = await operator.customer()
    before = 'says = "messages that carriers rejected"\ndays = 7\nminimum = 200'
    await in_force(operator, rates=(before, before.replace("200", str(minimum))))
    await operator.fetch(
        "INSERT INTO account_days (account_id, day, sent, settled, rejected) VALUES ($1, $2, 150, 150, 90)",
        *(customer.account_id, (NOW - timedelta(days=2)).date()),
    )
    connections = HeldConnections(database, "comity-test-enforce", most=2)
    assert await Enforcer(PostgresEnforceStore(connections), SetClock(NOW)).once() == acted
    await connections.close()


@pytest.mark.parametrize(("said", "on_deadline"), [(None, "suspend"), ("deactivate", "deactivate")])
async def test_a_request_for_proof_runs_as_the_policy_said_when_it_was_made(operator, said, on_deadline):
    customer = await operator.customer()
    terms = 'window_h = 24\nreminders_h = [12, 2]\nunserved_h = 4\non_deadline = "deactivate"'
    own = 'window_h = 48\nreminders_h = [6]\nunserved_h = 1\non_deadline = "suspend"'
    await in_force(operator, policy=(terms, own))
    new = NewProofRequest(customer.account_id, Wanted(("32470000001",)), "spring", "Rita", said)
    request_id = await ask(operator.connection, new, NOW)
    kept = await proof_store.find(operator.connection, customer.account_id, request_id)
    assert (kept.window_s, kept.reminders_s, kept.on_deadline) == (48 * 3600, (6 * 3600,), on_deadline)
    due = await operator.value("SELECT due_at FROM deadlines WHERE kind = 'proof-unserved'")
    assert due == NOW + timedelta(hours=1)
