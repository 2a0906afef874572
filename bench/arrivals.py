"""Measures what counting over all accounts costs a message: in its process, and in the database's query of facts.

    .venv/bin/python bench/arrivals.py

A durable embedded PostgreSQL of its own in a temporary directory. Batches of 256 messages to 256 numbers; the query of
facts is asked in turn with and without its part about numbers. Who is a stranger is asked of strangers, whose messages
are looked for in vain in each day's partition, among a year of them. The least of many rounds counts, since the machine
has other work too.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from comity.accounts.account import Account
from comity.accounts.standing import Standing
from comity.base.ids import earliest
from comity.edges.postgres.arrivals_store import number_key
from comity.edges.postgres.embedded import open_cluster
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.migrate import migrate
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statements import load
from comity.edges.vault import Vault
from comity.journey.arrivals import Arrivals, Arrived, Sketch, minute_number

BATCH = 256
BATCHES = 40
ROUNDS = 15
QUERIES = 400
WATCHED = 20_000
DAYS = 365
STRANGERS = 60
NOW = datetime.now(UTC)
NUMBERS = [str(32_470_000_000 + number) for number in range(BATCH * BATCHES)]


def main() -> None:
    """Print microseconds for each message."""
    key = os.urandom(32)
    vault = Vault(os.urandom(32), lambda: {1: key})
    keys = [number_key(vault, number) for number in NUMBERS]
    sketch = Sketch()
    _tell("the keyed hash of a number", _cpu(lambda: [number_key(vault, number) for number in NUMBERS]))
    _tell("counting in the process, a number of one account", _cpu(lambda: _count(sketch, keys, 1)))
    families = count(2)
    _tell("counting in the process, each time another account", _cpu(lambda: _count(sketch, keys, next(families))))
    folder = Path(tempfile.mkdtemp(prefix="comity-bench-", dir="/var/tmp"))
    folder.chmod(0o711)
    try:
        asyncio.run(_database(folder, vault))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _count(sketch: Sketch, keys: list[int], family: int) -> None:
    """As a batch does: look, count, say what is to be written, remember."""
    minute = minute_number(NOW)
    account = Account(family, "bench", Standing.GOOD, "otp", "UTC", {}, frozenset())
    for start in range(0, len(keys), BATCH):
        arrivals = Arrivals(sketch, NOW)
        for number in keys[start : start + BATCH]:
            arrivals.is_shared(number, account)
            arrivals.around(number, account, minute, ())
            arrivals.add(number, Arrived(minute, family, "otp", account=family))
        arrivals.keep_unit()
        arrivals.counted()
        arrivals.written()


async def _database(folder: Path, vault: Vault) -> None:
    async with await open_cluster(folder / "data") as postgres:
        await migrate(postgres.database)
        owner = await postgres.database.connect(Role.OWNER)
        connections = HeldConnections(dataclasses.replace(postgres.database, vault=vault), "comity-bench")
        await owner.execute(
            "INSERT INTO number_arrivals SELECT (random() * 1e18)::bigint, $1 - n % 60, n % 9, 'otp', 1"
            " FROM generate_series(1, $2) n",
            minute_number(NOW),
            WATCHED,
        )
        await owner.execute("ANALYZE number_arrivals")
        await _facts(connections, vault)
        first = NOW.date() - timedelta(days=DAYS)
        for day in range(DAYS + 2):
            await owner.execute("SELECT make_message_partitions($1)", first + timedelta(days=day))
        await _strangers(connections)
        await owner.close()
        await connections.close()


async def _facts(connections: HeldConnections, vault: Vault) -> None:
    numbers = NUMBERS[:BATCH]
    each, since = range(BATCH), earliest(NOW - timedelta(minutes=10))
    arguments = (
        list(each), [1 for _ in each], numbers, [False for _ in each], [since for _ in each],
        since, earliest(NOW + timedelta(minutes=1)), ["otp" for _ in each],
        [False for _ in each], [NOW for _ in each], [vault.subject(1, number) for number in numbers],
        [number_key(vault, number) for number in numbers],
    )  # fmt: skip
    sql = load("accept_facts")
    least = {"without": float("inf"), "with": float("inf")}
    async with connections.connection() as connection:
        queries = {"without": await connection.prepare(_without(sql)), "with": await connection.prepare(sql)}
        for _ in range(QUERIES):
            for name, query in queries.items():
                begun = time.perf_counter()
                await query.fetch(*arguments)
                least[name] = min(least[name], time.perf_counter() - begun)
    for name, seconds in least.items():
        _tell(f"the query of facts, {name} what reaches the number ({WATCHED} rows counted)", seconds, BATCH)


async def _strangers(connections: HeldConnections) -> None:
    sql = load("accept_acquainted")
    async with connections.connection() as connection:
        for places in (1, BATCH):
            least = float("inf")
            arguments = (
                list(range(places)), [1] * places, NUMBERS[:places],
                earliest(NOW - timedelta(days=90)), earliest(NOW - timedelta(hours=1)),
            )  # fmt: skip
            for _ in range(STRANGERS):
                begun = time.perf_counter()
                await connection.fetch(sql, *arguments)
                least = min(least, time.perf_counter() - begun)
            _tell(f"who is a stranger, {places} at once, {DAYS} days of partitions", least, places)


def _without(sql: str) -> str:
    """The same query with nothing in it that is counted over all accounts."""
    begin = sql.index("LEFT JOIN LATERAL (\n    SELECT array_agg(n.minute)")
    end = sql.index(") n ON true\n", begin) + len(") n ON true\n")
    columns = re.sub(r",\n +n\.minutes AS .*?arrived_bearings", "", sql[:begin], flags=re.DOTALL)
    return columns + sql[end:].replace(" OR n.minutes IS NOT NULL", "")


def _cpu(work: Callable[[], object]) -> float:
    def once() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return min(once() for _ in range(ROUNDS))


def _tell(what: str, seconds: float, messages: int = len(NUMBERS)) -> None:
    print(f"{what}: {seconds / messages * 1e6:.2f} us a message")


if __name__ == "__main__":
    main()
