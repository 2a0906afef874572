"""What accounts used to send, as it is looked up and held."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from comity.edges.postgres import challenge_volumes
from comity.edges.postgres.challenge_deeds import TELL, tell
from comity.edges.postgres.challenge_volumes import VolumeHold
from comity.edges.postgres.deadline_store import Due
from comity.edges.postgres.evidence_keys import KEY_FILE, ensure_evidence
from comity.edges.postgres.statements import load
from support.gateway import operating

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = "SELECT open_challenge($1, 'volume', '', '', '', '{}', $2)"


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


async def test_where_nobody_has_a_code_the_desk_is_asked_at_once(operator, server, tmp_path):
    (tmp_path / KEY_FILE).write_bytes((server.evidence_folder / KEY_FILE).read_bytes())
    await ensure_evidence(operator.connection, tmp_path)
    customer = await operator.customer()
    opened = await operator.value(OPEN, customer.account_id, NOW)
    await tell(operator.connection, Due(TELL, str(opened), customer.account_id, NOW), NOW)
    (case,) = await operator.fetch("SELECT priority, due_at FROM cases WHERE account_id = $1", customer.account_id)
    assert (case["priority"], case["due_at"]) == (10, NOW)


class Answering:
    """Connections that know nothing of any account; others come in between."""

    @contextlib.asynccontextmanager
    async def connection(self):
        yield self

    async def fetch(self, _statement, accounts, *_rest):
        await asyncio.sleep(0)
        return [{"account_id": one, "hour": 0, "day": 0, "since": None} for one in accounts]


async def test_who_makes_room_takes_nothing_from_a_batch_that_is_under_way(monkeypatch):
    monkeypatch.setattr(challenge_volumes, "_MOST_HELD", 3)
    hold = VolumeHold(Answering())
    await hold.of([1, 2, 3, 4], NOW, 35)
    found = await asyncio.gather(*(hold.of([1, one], NOW, 35) for one in range(5, 15)))
    assert [sorted(one) for one in found] == [[1, one] for one in range(5, 15)]


@pytest.mark.parametrize(
    ("days_ago", "since", "day"), [(29, 29, 12_000), (34, 34, 12_000), (50, 50, 0)], ids=["monthly", "farther", "idle"]
)
async def test_who_sends_once_a_month_finds_the_month_before_and_who_paused_is_not_new(operator, days_ago, since, day):
    customer = await operator.customer()
    await operator.value(
        "INSERT INTO sender_traffic (account_id, sender_key, hour, messages, minutes) VALUES ($1, '', $2, 12000, '{}')",
        *(customer.account_id, NOW - timedelta(days=days_ago)),
    )
    await operator.value(
        "INSERT INTO account_traffic (account_id, since, sent) VALUES ($1, $2, 12000)",
        *(customer.account_id, NOW - timedelta(days=days_ago)),
    )
    (row,) = await operator.fetch(load("challenge_past"), [customer.account_id], NOW, 35)
    assert (NOW - row["since"], row["day"]) == (timedelta(days=since), day)
