"""Owns the command that runs a candidate policy over past traffic; must not know SQL or how rules judge."""

from __future__ import annotations

import asyncio
import os
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import asyncpg
import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from comity.base.ids import earliest, to_wire
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_json, with_connection

if TYPE_CHECKING:
    from comity.journey.backtest import Change, Tally
    from comity.policy.document import Policy

_SINCE: Final = re.compile(r"(\d{1,5})([hdw])")
_UNITS: Final = {"h": "hours", "d": "days", "w": "weeks"}
_AT_ONCE: Final = 2_000
_MOST_SHOWN: Final = 40
_MOST_ROWS: Final = 8


def add_to(policy: typer.Typer) -> None:
    """Add the command to those about policies."""
    policy.command("backtest")(backtest)


def backtest(
    file: Annotated[Path, typer.Argument(help="The candidate: a policy directory or a .toml file.")],
    since: Annotated[str, typer.Option(help="How far back: 12h, 30d, 8w.")] = "30d",
    account: Annotated[str, typer.Option(help="Only this account's messages.")] = "",
    open_cases: Annotated[
        bool,
        typer.Option("--open-cases", help="Open a case for each account whose messages would now be held or refused."),
    ] = False,
    by: Annotated[str, typer.Option(help="Who opens the cases.")] = "operator",
    jobs: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0 for one a core.")] = 0,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Judge past messages by a candidate policy, with the facts of then, and show what would change.

    Nothing is sent, charged or changed. Texts are not shown; messages are named by id.
    """
    from comity.base.errors import SettingsError
    from comity.policy.files import read_directory

    found = _SINCE.fullmatch(since.strip())
    if found is None:
        fail(f"{since!r} is no stretch of time. Write 12h, 30d or 8w.")
    start = datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        candidate = read_directory(file)
        tally, opened = with_connection(
            data,
            database,
            lambda connection: _run(connection, candidate, start, account, jobs, by if open_cases else ""),
        )
    except SettingsError as error:
        fail(str(error))
    if as_json:
        print_json(_as_json(candidate, tally, opened))
    else:
        _print_tally(candidate, tally, opened)


async def _run(
    connection: asyncpg.Connection, candidate: Policy, start: datetime, account: str, jobs: int, opener: str
) -> tuple[Tally, int]:
    from comity.edges.postgres import artefact_store, operator_store
    from comity.journey.backtest import Tally

    account_id = await operator_store.account_id_of(connection, account) if account else None
    first = earliest(start)
    total = await artefact_store.count_judged(connection, first, account_id)
    tally = Tally()
    await _compare(connection, candidate, (first, account_id, total, jobs), tally)
    if not opener or not tally.stricter:
        return tally, 0
    title = f"Policy {candidate.document.version} would have stopped messages"
    opened = await artefact_store.open_cases(connection, title, candidate.digest, opener, tally.stricter)
    return tally, len(opened)


async def _compare(
    connection: asyncpg.Connection, candidate: Policy, rows: tuple[UUID, int | None, int, int], tally: Tally
) -> None:
    """Compare in worker processes; the next stretch is read while they work."""
    from comity.edges.postgres.artefact_store import judged_rows, load_artefacts
    from comity.journey.backtest import Backtest, compare_in_worker, digests_in, prepare_worker

    first, account_id, total, jobs = rows
    Backtest(candidate)  # a policy that cannot be judged by is said here, not by a broken worker
    workers = jobs or os.cpu_count() or 1
    loop = asyncio.get_running_loop()
    under_way: set[asyncio.Future[Tally]] = set()
    with (
        Progress(console=Console(stderr=True)) as progress,
        ProcessPoolExecutor(workers, get_context("spawn"), prepare_worker, (candidate.source,)) as pool,
    ):
        bar = progress.add_task("Judging again", total=total)
        async for chunk in judged_rows(connection, first, account_id, _AT_ONCE):
            records = await load_artefacts(connection, digests_in(chunk))
            under_way.add(loop.run_in_executor(pool, compare_in_worker, chunk, records))
            progress.advance(bar, len(chunk))
            if len(under_way) > workers:
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for one in done:
                    tally.add(one.result())
        for last in await asyncio.gather(*under_way):
            tally.add(last)


def _as_json(candidate: Policy, tally: Tally, opened: int) -> dict[str, Any]:
    return {
        "policy": candidate.document.version,
        "digest": candidate.digest,
        "judged": tally.judged,
        "skipped": dict(tally.skipped),
        "judged_by_another_engine": tally.otherwise,
        "lacking_facts": dict(tally.lacking),
        "actions": [{"then": then, "now": now, "messages": n} for (then, now), n in tally.actions.most_common()],
        "changes": [
            {**msgspec.to_builtins(change), "messages": count, "examples": _examples(tally, change)}
            for change, count in tally.changes.most_common()
        ],
        "cases_opened": opened,
    }


def _examples(tally: Tally, change: Change) -> list[dict[str, str]]:
    return [
        {"id": to_wire(one.id), "sender": one.sender, "recipient": one.recipient, "clauses": one.clauses}
        for one in tally.examples.get(change, ())
    ]


def _print_tally(candidate: Policy, tally: Tally, opened: int) -> None:
    print(f"Policy {candidate.document.version} ({candidate.digest[:12]}) over {_messages(tally.judged)}")
    changed = sum(n for (then, now), n in tally.actions.items() if then != now)
    print(f"  {changed} would be decided otherwise, {tally.judged - changed} as before.")
    for reason, n in tally.skipped.most_common():
        print(f"  {n} {'was' if n == 1 else 'were'} skipped: {reason}.")
    if tally.otherwise:
        were = "was" if tally.otherwise == 1 else "were"
        print(f"  {tally.otherwise} {were} judged by another engine; some changes may be its, not the policy's.")
    for rule, n in tally.lacking.most_common():
        print(f"  {rule} could not judge {n}: what it needs was not looked up then.")
    moved = [(pair, n) for pair, n in tally.actions.most_common() if pair[0] != pair[1]]
    if moved:
        print("\nWhat would become of messages")
    for (then, now), n in moved:
        print(f"  {n:>8}  {then} -> {now}")
    _print_changes(tally)
    if opened:
        print(f"\n{opened} {'case' if opened == 1 else 'cases'} opened; see `comity cases list`.")


def _messages(count: int) -> str:
    return f"{count} {'message' if count == 1 else 'messages'}"


def _print_changes(tally: Tally) -> None:
    by_rule: Counter[tuple[str, str, str]] = Counter()
    for change, n in tally.changes.items():
        by_rule[change.rule, change.then, change.now] += n
    for (rule, then, now), total in by_rule.most_common(_MOST_SHOWN):
        print(f"\n{rule}: {then} -> {now}, {_messages(total)}")
        mine = [(c, n) for c, n in tally.changes.most_common() if (c.rule, c.then, c.now) == (rule, then, now)]
        for change, n in mine[:_MOST_ROWS]:
            examples = ", ".join(f"{e['id']} ({e['sender']} to {e['recipient']})" for e in _examples(tally, change))
            print(f"  {n:>8}  {change.account}, {change.country}: {examples}")
        if len(mine) > _MOST_ROWS:
            print(f"           more, by account and country ({len(mine) - _MOST_ROWS}): --json has them all")
