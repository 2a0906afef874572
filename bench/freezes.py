"""Owns what freezes cost: a claim of a long queue, the time until nothing of frozen traffic leaves, and their end.

.venv/bin/python bench/freezes.py claim [--rows 200000] [--sql FILE] [--plan]
.venv/bin/python bench/freezes.py stop [--rows 50000]
.venv/bin/python bench/freezes.py end [--rows 50000]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from comity.app.compose.desk import DEEDS
from comity.base.clock import SystemClock
from comity.base.ids import earliest
from comity.cases.life import Role
from comity.complaints.complaint import NewFreeze
from comity.complaints.life import FreezeEvent
from comity.edges.postgres.complaint_freeze_telling import Word
from comity.edges.postgres.complaint_freezes import end
from comity.edges.postgres.complaint_frozen import lock_freeze
from comity.edges.postgres.complaint_store import freeze
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.statements import load
from comity.journey.deadlines import Deadlines
from support.gateway import operating
from support.postgres import TEMPLATE, Server
from support.road import Road, link_to, simulator

_ACCOUNTS: Final = 100
_ROOM: Final = 500
_ROUNDS: Final = 40
_DISPATCHER: Final = UUID(int=1)
_FILL: Final = """
    WITH ids AS MATERIALIZED (
        SELECT ($2::bigint[])[1 + n % cardinality($2::bigint[])] AS account_id,
               overlay(gen_random_uuid()::text PLACING left($3::text, 13) FROM 1 FOR 13)::uuid AS id, n
        FROM generate_series(1, $1::int) n
    ), m AS (
        INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts, micro_credits,
                              text_key, similarity, template, action, verdict)
        SELECT account_id, id, 'rest', $4, (32470000000 + n)::text, 'transactional', 'Your parcel is at the door.',
               'gsm7', 1, 0, 4711, 99, 4712, 'allow', '{}'
        FROM ids
    ), l AS (
        INSERT INTO message_life (account_id, id, state) SELECT account_id, id, 'queued' FROM ids
    )
    INSERT INTO queue (account_id, message_id, route_prefix, due_at) SELECT account_id, id, '', $5 FROM ids
"""


async def _fill(road: Road, rows: int, accounts: list[int], sender: str = "acme") -> None:
    now = datetime.now(UTC)
    await road.fetch(_FILL, rows, accounts, str(earliest(now - timedelta(seconds=30))), sender, now)
    for table in ("queue", "messages", "message_life"):
        await road.fetch(f"SELECT count(*) FROM {table}")


async def _claim(road: Road, owner: Any, options: argparse.Namespace) -> None:
    accounts = [await road.account(f"account {number}") for number in range(_ACCOUNTS)]
    await _fill(road, options.rows, accounts)
    await owner.execute("ANALYZE")
    sql = Path(options.sql).read_text() if options.sql else load("dispatch_claim")  # noqa: ASYNC240  a measure
    async with road.connections.connection() as connection:
        await connection.execute("INSERT INTO dispatchers VALUES ($1, now() + interval '1 hour')", _DISPATCHER)
        for said in ("no freeze at all", "a freeze of another sender of everybody's"):
            times = []
            for _ in range(options.rounds):
                transaction = connection.transaction()
                await transaction.start()
                begun = time.perf_counter()
                taken = await connection.fetch(sql, _DISPATCHER, datetime.now(UTC), [""], [1], [_ROOM], [0], 172800)
                times.append(time.perf_counter() - begun)
                assert len(taken) == _ROOM
                await transaction.rollback()
                await asyncio.sleep(0)
            best = sorted(times)[: len(times) // 2]
            print(
                f"claim of {_ROOM} of {options.rows}, {said}: median {statistics.median(times) * 1000:.1f} ms,"
                f" faster half {statistics.mean(best) * 1000:.1f} ms"
            )
            if options.plan:
                transaction = connection.transaction()
                await transaction.start()
                arguments = (_DISPATCHER, datetime.now(UTC), [""], [1], [_ROOM], [0], 172800)
                for row in await connection.fetch("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) " + sql, *arguments):
                    print("   ", row[0])
                await transaction.rollback()
            async with connection.transaction():
                await freeze(
                    connection, NewFreeze(None, "sender", "other", "A measure.", "", "Olga"), datetime.now(UTC)
                )


async def _stop(road: Road, owner: Any, options: argparse.Namespace) -> None:
    acme, other = await road.account("acme"), await road.account("other")
    await _fill(road, options.rows, [acme])
    await _fill(road, options.rows, [other], "other")
    await owner.execute("ANALYZE")
    held = HeldConnections(road.database, "bench-deeds", most=2)
    deadlines = Deadlines(PostgresDeadlines(road.database, held), DEEDS, FailedDeedError)
    changed = asyncio.Event()
    left = "SELECT count(*) FROM message_life WHERE account_id = $1 AND state NOT IN ('queued', 'held', 'deferred')"
    other_node, other_changed = Road(road.database, SystemClock()), asyncio.Event()
    async with (
        simulator() as running,
        road.dispatching((1, link_to(running, changed, window=200)), changed=changed),
        other_node.dispatching((1, link_to(running, other_changed, window=200)), changed=other_changed),
    ):
        deeds = asyncio.create_task(deadlines.run())
        await road.until(f"SELECT ({left}) > 500", acme, within_s=60)
        before, began = await road.value(left, other), time.perf_counter()
        await asyncio.sleep(2)
        before = (await road.value(left, other) - before) / (time.perf_counter() - began)
        async with held.connection() as connection:
            begun = time.perf_counter()
            async with connection.transaction():
                await freeze(
                    connection, NewFreeze(None, "sender", "acme", "A measure.", "", "comity"), datetime.now(UTC)
                )
            asked_s = time.perf_counter() - begun
            at = await connection.fetchval("SELECT clock_timestamp()")
        others = await road.value(left, other)
        last, gone = 0.0, await road.value(left, acme)
        parked_s, others_after = None, others
        while time.perf_counter() - begun < options.seconds:
            await asyncio.sleep(0.1)
            now_gone = await road.value(left, acme)
            if now_gone != gone:
                gone, last = now_gone, time.perf_counter() - begun
            if parked_s is None and not await road.value("SELECT count(*) FROM queue WHERE account_id = $1", acme):
                parked_s, others_after = time.perf_counter() - begun, await road.value(left, other)
        latest = await road.value("SELECT max(submitted_at) FROM message_life WHERE account_id = $1", acme)
        deeds.cancel()
        await asyncio.gather(deeds, return_exceptions=True)
    others_a_second = (others_after - others) / (parked_s or options.seconds)
    print(
        f"a sender stopped for everybody, {options.rows} of it waiting beside {options.rows} others, two nodes:\n"
        f"  the call took {asked_s * 1000:.0f} ms; the last of it left {(latest - at).total_seconds():.2f} s after that"
        f" (recorded by {last:.1f} s), {gone} in all\n"
        f"  all was out of the queue after {parked_s and round(parked_s, 1)} s; others left meanwhile at"
        f" {others_a_second:.0f} a second, before at {before:.0f}"
    )
    await other_node.connections.close()
    await held.close()


async def _end(road: Road, owner: Any, options: argparse.Namespace) -> None:
    """How long whoever ends a freeze waits, and how long until all that it held is released, or refused."""
    await owner.execute("ANALYZE")
    held = HeldConnections(road.database, "bench-deeds", most=2)
    deadlines = Deadlines(PostgresDeadlines(road.database, held), DEEDS, FailedDeedError)
    for event in (FreezeEvent.LIFT, FreezeEvent.UPHOLD):
        sender = event.value
        account = await road.account(sender)
        await _fill(road, options.rows, [account], sender)
        await road.fetch("UPDATE messages SET due_at = $2 WHERE account_id = $1", account, datetime.now(UTC))
        what = NewFreeze(account, "sender", sender, "A measure.", "", "Olga")
        async with held.connection() as connection, connection.transaction():
            number = await freeze(connection, what, datetime.now(UTC))
        doing = asyncio.create_task(deadlines.run())
        await road.until("SELECT NOT EXISTS (SELECT FROM queue WHERE account_id = $1)", account, within_s=300)
        begun = time.perf_counter()
        async with held.connection() as connection, connection.transaction():
            found = await lock_freeze(connection, number)
            await end(connection, found, event, Word("Olga", Role.SENIOR, "A measure.", datetime.now(UTC)))
        asked_s = time.perf_counter() - begun
        left = "SELECT count(*) = 0 FROM message_life WHERE account_id = $1 AND state = 'held'"
        await road.until(left, account, within_s=600)
        all_s = time.perf_counter() - begun
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        print(f"{event} of a freeze that holds {options.rows}: the call took {asked_s:.2f} s, all of it {all_s:.1f} s")
    await held.close()


async def _main(options: argparse.Namespace) -> None:
    server = Server()
    try:
        await server.make_template()
        database = await server.make("bench", TEMPLATE)
        async with operating(database) as operator:
            road = Road(database, SystemClock())
            await {"claim": _claim, "stop": _stop, "end": _end}[options.what](road, operator.connection, options)
            await road.connections.close()
    finally:
        await asyncio.to_thread(server.stop)


if __name__ == "__main__":
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("what", choices=("claim", "stop", "end"))
    asking.add_argument("--rows", type=int, default=0)
    asking.add_argument("--sql", default="")
    asking.add_argument("--plan", action="store_true")
    asking.add_argument("--rounds", type=int, default=_ROUNDS)
    asking.add_argument("--seconds", type=float, default=20.0)
    given = asking.parse_args()
    given.rows = given.rows or {"claim": 200_000, "stop": 50_000, "end": 50_000}[given.what]
    asyncio.run(_main(given))
