"""Measures a reviewer's day at the database: 100,000 held messages in 2,000 cases, listed, every one opened, decided.

    .venv/bin/python bench/reviewers_day.py [--messages 100000] [--cases 2000] [--plans]

A durable embedded PostgreSQL of its own in a temporary directory; what is held is written as acceptance writes it, 256
messages to a statement, and its cases open by the trigger that opens them. Times are of the store's own functions over
the connections that the desk uses. Beside the cases there are appeals, requests for proof and notices, by the functions
that make them. The goal is less than 200 ms for each list and for opening any of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from comity.accounts.standing import Reasons
from comity.base.ids import IdMaker, to_wire
from comity.cases.life import Event, Role
from comity.consent.proof_request import Wanted
from comity.edges.postgres.case_decisions import Decision, decide, rules_decided
from comity.edges.postgres.case_own import list_own
from comity.edges.postgres.case_store import Filter, events_of, find_case, messages_of, queue
from comity.edges.postgres.case_texts import Opening, open_text
from comity.edges.postgres.embedded import open_cluster
from comity.edges.postgres.evidence_keys import ensure_evidence
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.migrate import migrate
from comity.edges.postgres.notice_store import leave_notice, list_notices
from comity.edges.postgres.operator_store import prepare_installation
from comity.edges.postgres.proof_steps import NewProofRequest, ask
from comity.edges.postgres.proof_store import events_of as request_events
from comity.edges.postgres.proof_store import find, list_requests, recipients_of
from comity.edges.postgres.roles import Role as DatabaseRole
from comity.edges.postgres.standing_appeals import file_appeal, list_appeals
from comity.edges.postgres.standing_changes import StandingChange, change_standing
from comity.edges.postgres.standing_desk import show_standing
from comity.edges.postgres.statements import load
from comity.edges.postgres.vault_files import ensure_vault
from comity.policy.files import default_policy

AT_ONCE = 256
OF_ACCOUNT = 50  # cases: an account's further campaigns of a rule would join one
PAGE = 50
RUNS = 100
REQUESTS = 400
RECIPIENTS = 50
NOTICES = 100  # of each account
GOAL_MS = 200.0
NOW = datetime.now(UTC)
RULES = ("phishing", "fraud", "regulated-content", "link-look-alike")
WRITE = """
WITH m AS (
    INSERT INTO messages (account_id, id, door, sender, recipient, country, category, text, encoding, parts, due_at,
                          micro_credits, text_key, action, verdict, template)
    SELECT a, i, 'rest', 'Shop', '3247' || lpad((t % 10000000)::text, 7, '0'), 'BE', c, 'Text of campaign ' || t,
           'gsm7', 1, now(), 1000000, 0, 'hold', v::jsonb, t
    FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::bigint[]) AS u (a, i, c, v, t)
)
INSERT INTO message_life (account_id, id, state) SELECT a, i, 'held' FROM unnest($1::bigint[], $2::uuid[]) AS u (a, i)
"""


def rows(accounts, messages, cases):
    ids, start = IdMaker(), NOW - timedelta(hours=8)
    for number in range(messages):
        case = number % cases
        rule = RULES[case // OF_ACCOUNT % len(RULES)]
        finding = {"rule": rule, "action": "hold", "clauses": ["U1"], "score": 0.8, "sentence": "It looks so."}
        verdict = json.dumps({"action": "hold", "findings": [finding], "results": {}, "policy": "p", "digest": "d"})
        category = ("promotional", "transactional", "otp")[case % 3]
        at = start + timedelta(milliseconds=number)
        yield accounts[case // OF_ACCOUNT], ids.at(at), category, verdict, case


async def fill(connection, messages, cases):
    accounts = [
        await connection.fetchval("INSERT INTO accounts (name) VALUES ($1) RETURNING account_id", f"account {n}")
        for n in range(-(-cases // OF_ACCOUNT))
    ]
    await connection.execute("SELECT make_message_partitions($1::date)", NOW.date() - timedelta(days=1))
    batch, took = [], []
    for row in rows(accounts, messages, cases):
        batch.append(row)
        if len(batch) == AT_ONCE:
            took.append(await written(connection, batch))
            batch = []
    if batch:
        await written(connection, batch)
    await connection.execute("ANALYZE")
    return accounts, took


async def written(connection, batch):
    begun = time.perf_counter()
    await connection.execute(WRITE, *map(list, zip(*batch, strict=True)))
    return (time.perf_counter() - begun) * 1000


async def timed(name, work, runs=RUNS):
    took = []
    for n in range(runs):
        begun = time.perf_counter()
        await work(n)
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    print(f"{name:<44} median {statistics.median(took):7.2f} ms   worst of {runs} {took[-1]:7.2f} ms", flush=True)
    return took[-1]


async def measure(connections, accounts, plans):
    async with connections.connection() as connection:
        everything = await queue(connection, Filter(), None, 5000)
        numbers = [row["case_id"] for row in everything]
        held = [row["case_id"] for row in everything if row["kind"] == "hold"]
        deep = everything[len(everything) // 2]
        place = (deep["priority"], deep["due_at"], deep["case_id"])

        async def opened(n):
            number = numbers[n]
            await find_case(connection, number)
            await events_of(connection, number)
            await messages_of(connection, number, None, PAGE)

        async def read(n):
            row = await find_case(connection, held[n])
            (first, *_) = await messages_of(connection, row["case_id"], None, 1)
            async with connection.transaction():
                why = Opening(first["message_id"], "Ann", Role.REVIEWER, "Does it ask for a card?")
                await open_text(connection, row, why, NOW)

        async def decided(n):
            event = Event.OVERTURN if n % 2 else Event.CONFIRM
            async with connection.transaction():
                await decide(connection, held[n], Decision(event, "Ann", Role.REVIEWER, words="Looked."), NOW)

        worst = [
            await timed("list: the first page", lambda _n: queue(connection, Filter(), None, PAGE)),
            await timed("list: a page in the middle", lambda _n: queue(connection, Filter(), place, PAGE)),
            await timed(
                "list: of one account",
                lambda n: queue(connection, Filter(account_id=accounts[n % len(accounts)]), None, PAGE),
            ),
            await timed(
                "list: of a kind that there is none of", lambda _n: queue(connection, Filter("import"), None, PAGE)
            ),
            await timed("list: an account's own cases", lambda n: list_own(connection, of(accounts, n), None, PAGE)),
            await timed("open: each case, its events, 50 messages", opened, len(numbers)),
            await timed("open: a text, kept and told", read),
            *(await of_requests(connection, accounts)),
        ]
        if plans:
            await explain(connection, "cases_queue", [None, None, None, None, -1, None, 0, PAGE])
            await explain(connection, "appeals_list", [None, True])
            await explain(connection, "proof_list", [None, True, None, PAGE])
            await explain(connection, "notice_list", [accounts[0], None, PAGE, False])
            await explain(connection, "case_messages", [held[0], "00000000-0000-0000-0000-000000000000", PAGE, None])
        await timed("decide: 50 messages released or refused", decided)
    return max(worst)


async def of_requests(connection, accounts):
    """The lists beside the cases; their worst."""
    requests = await list_requests(connection, None, most=REQUESTS)

    async def opened(n):
        one = requests[n % len(requests)]
        await find(connection, one["account_id"], one["request_id"])
        await recipients_of(connection, one["account_id"], one["request_id"])
        await request_events(connection, one["account_id"], one["request_id"])

    return [
        await timed("list: appeals that wait", lambda _n: list_appeals(connection, only_open=True)),
        await timed("list: requests for proof that wait", lambda _n: list_requests(connection, None, only_open=True)),
        await timed("open: each request, its recipients and events", opened, len(requests)),
        await timed("list: an account's notices", lambda n: list_notices(connection, of(accounts, n))),
        await timed("list: an account's standing", lambda n: show_standing(connection, of(accounts, n), NOW)),
        await timed("list: how often rules were wrong", lambda _n: rules_decided(connection), 20),
    ]


def of(accounts, n):
    return accounts[n % len(accounts)]


async def beside(connection, accounts):
    """Appeals, requests for proof and notices of every account."""
    for account in accounts:
        for event in ("watch", "limit", "suspend"):
            async with connection.transaction():
                why = Reasons("A carrier asked us to.", "U8")
                await change_standing(connection, StandingChange(account, event, why, "Rita"), NOW)
        rows = await connection.fetch("SELECT statement_id FROM sanctions WHERE account_id = $1", account)
        for row in rows:
            await file_appeal(connection, account, to_wire(row["statement_id"]), "They all signed up.", NOW)
        for _ in range(REQUESTS // len(accounts)):
            wanted = Wanted(tuple(f"3247{n:07d}" for n in range(RECIPIENTS)))
            await ask(connection, NewProofRequest(account, wanted, "the spring campaign", "Rita"), NOW)
        for _ in range(NOTICES):
            await leave_notice(connection, account, "maintenance", {"summary": "Tonight."}, NOW)


async def explain(connection, name, arguments):
    print(f"\n{name}:")
    for row in await connection.fetch("EXPLAIN (ANALYZE, BUFFERS OFF, SUMMARY ON) " + load(name), *arguments):
        print("   ", row[0])
    print()


async def run(options, folder):
    try:
        async with await open_cluster(folder / "data") as postgres:
            await migrate(postgres.database)
            owner = await postgres.database.connect(DatabaseRole.OWNER)
            await prepare_installation(owner, default_policy())
            await ensure_evidence(owner, folder)
            vault = await ensure_vault(owner, folder)
            begun = time.perf_counter()
            accounts, took = await fill(owner, options.messages, options.cases)
            cases = await owner.fetchval("SELECT count(*) FROM cases")
            await beside(owner, accounts)
            await owner.execute("ANALYZE")
            print(
                f"{options.messages} messages, {cases} cases, written in {time.perf_counter() - begun:.0f} s:", end=" "
            )
            print(f"a batch of {AT_ONCE} held messages with their cases {statistics.median(took):.1f} ms (median)")
            connections = HeldConnections(postgres.database.with_vault(vault), "comity-bench")
            worst = await measure(connections, accounts, options.plans)
            await connections.close()
            await owner.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"worst list or open {worst:.1f} ms, goal {GOAL_MS:.0f} ms: {'kept' if worst < GOAL_MS else 'MISSED'}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--plans", action="store_true")
    folder = Path(tempfile.mkdtemp(prefix="comity-bench-"))
    folder.chmod(0o711)
    asyncio.run(run(parser.parse_args(), folder))


if __name__ == "__main__":
    main()
