"""What the store counts of numbers, what it forgets, and the cases of floods."""

from datetime import timedelta

import pytest

from comity.base.ids import IdMaker, earliest
from comity.edges.postgres.arrivals_store import find_acquainted, join_floods, number_key
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.upkeep_store import PostgresUpkeepStore
from comity.edges.vault import Vault
from comity.journey.arrivals import Flooded, minute_number
from support.gateway import PERSON, operating

HOUR = timedelta(hours=1)
CASES = "SELECT case_id, subject, facts FROM cases WHERE kind = 'flood' ORDER BY case_id"


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


def test_what_stands_for_a_number_is_another_under_another_key_and_fits_the_column():
    one, other = (Vault(bytes([octet]) * 32, dict) for octet in (1, 2))
    keys = {number_key(vault, number) for vault in (one, other) for number in (PERSON, "32470000001")}
    assert len(keys) == 4
    assert all(-(1 << 63) <= key < 1 << 63 for key in keys)
    assert number_key(one, PERSON) == number_key(Vault(bytes([1]) * 32, dict), PERSON)


async def test_a_flood_has_one_case_and_names_each_account_once_and_many_floods_share_one(operator, clock):
    one, other = await operator.customer(), await operator.customer()
    ids = IdMaker()

    async def join(number, customer, at):
        stopped = Flooded(number, customer.account_id, ids.at(at), PERSON)
        await join_floods(operator.connection, [stopped], at)

    now = clock.now()
    for after in (0, 1, 20, 40):
        await join(1, one, now + after * HOUR)
    await join(1, other, now + 41 * HOUR)
    (case,) = await operator.fetch(CASES)
    named = await operator.fetch("SELECT account_id FROM case_messages WHERE case_id = $1", case["case_id"])
    assert sorted(row["account_id"] for row in named) == sorted([one.account_id, other.account_id])
    # A day without any is the end of it.
    await join(1, one, now + 70 * HOUR)
    assert len(await operator.fetch(CASES)) == 2
    for number in range(2, 60):
        await join(number, one, now + 70 * HOUR)
    cases = await operator.fetch(CASES)
    assert [row["subject"] for row in cases] == ["one number"] * 50 + ["many numbers"]
    assert await operator.value("SELECT count(DISTINCT case_id) FROM number_floods") == 50


WROTE = """
INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts, micro_credits, text_key,
                      action, verdict, due_at)
VALUES ($1, $2, 'api', 'Bank', $3, 'otp', '', 'gsm7', 1, 0, 0, $4, $5::text::jsonb, $6)
"""
SENT = [
    ("a quiet code, two hours ago", 2, "allow", "[]", 0, True),
    ("from before anybody counted", 24 * 80, "note", None, 0, True),
    ("while its own line wrote as well", 2, "allow", '[[1, 0, "otp", 1, ""]]', 0, True),
    ("in a storm of others", 2, "allow", '[[1, 0, "otp", 1, ""], [1, 1, "otp", 1, "stranger"]]', 0, False),
    ("minutes ago", 0.5, "allow", "[]", 0, False),
    ("a hundred days ago", 2400, "allow", "[]", 0, False),
    ("held", 2, "hold", "[]", 0, False),
    ("refused", 2, "refuse", "[]", 0, False),
    ("scheduled, so that it may have been taken back", 2, "allow", "[]", 0.01, False),
]


async def test_known_to_a_number_is_who_wrote_there_in_quiet_or_heard_from_it(operator, clock):
    one, other, now, ids = await operator.customer(), await operator.customer(), clock.now(), IdMaker()
    for place, (_, ago_h, action, arrivals, wait_h, _) in enumerate(SENT):
        at = now - ago_h * HOUR
        verdict = "{}" if arrivals is None else f'{{"facts": {{"arrivals": {arrivals}}}}}'
        row = (one.account_id, ids.at(at), f"3247{place:07}", action, verdict, at + wait_h * HOUR)
        await operator.fetch(WROTE, *row)
    await operator.fetch(
        "INSERT INTO inbox (account_id, sender, receiver, text) VALUES ($1, '32479999999', '8000', '')", one.account_id
    )
    numbers = [f"3247{place:07}" for place in range(len(SENT))]
    asked = [(place, one.account_id, number) for place, number in enumerate([*numbers, "32479999999"])]
    asked += [(place + 50, other.account_id, number) for place, _, number in asked]
    since, before = earliest(now - 90 * 24 * HOUR), earliest(now - HOUR)
    found = await find_acquainted(operator.connection, asked, since, before)
    assert {place: place in found for place in range(len(SENT))} == {place: row[5] for place, row in enumerate(SENT)}
    assert found - set(range(len(SENT))) == {len(SENT)}


async def test_what_reached_numbers_is_forgotten_after_a_day_and_so_are_floods(operator, clock, database):
    connections = HeldConnections(database, "comity-test-upkeep", most=1)
    store, now = PostgresUpkeepStore(connections, ()), clock.now()
    minute = minute_number(now)
    for ago in (1, 59, 2 * 1440, 3 * 1440):
        await operator.fetch("INSERT INTO number_arrivals VALUES (7, $1, 1, 'otp', 1)", minute - ago)
    customer = await operator.customer()
    for ago_h in (1, 30):
        at = now - ago_h * HOUR
        await join_floods(operator.connection, [Flooded(ago_h, customer.account_id, IdMaker().at(at), PERSON)], at)
    assert [await store.forget_arrivals(now - timedelta(days=1), 1) for _ in range(3)] == [1, 1, 0]
    assert await operator.value("SELECT count(*) FROM number_arrivals") == 2
    assert [row["number"] for row in await operator.fetch("SELECT number FROM number_floods")] == [1]
    await connections.close()
