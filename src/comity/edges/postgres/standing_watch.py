"""Owns what is counted of accounts for triggers, and what triggers do, in PostgreSQL; must not know any limit."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from comity.accounts.account import Standing
from comity.accounts.probing import Drifted, Series, Tried
from comity.accounts.standing import AUTOMATIC
from comity.accounts.triggers import Breach, Day, Triggers
from comity.base.ids import earliest, instant_of
from comity.edges.postgres.case_store import NewCase, open_case
from comity.edges.postgres.directory import read_account
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.policy_terms import terms_in_force
from comity.edges.postgres.standing_store import NewStrike, add_strike
from comity.edges.postgres.statements import load
from comity.journey.enforce import Sent, Used, Watched
from comity.policy.watching import triggers_of
from comity.text.similar import distance

_LOCK: Final = 0x434F4D4954590016  # one node looks, the others leave it to that one
_RESALE: Final = "resale"
_WITH_CHILDREN: Final = "Messages of your subaccounts count with yours."
# So many senders and templates make it worth a look at the texts.
_MOST_NAMED: Final = 20


class PostgresEnforceStore:
    """Counts, and acts.

    Args:
        connections: connections of the road; one is held during a turn.
    """

    def __init__(self, connections: HeldConnections) -> None:
        self._connections = connections

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Whether it is this node's turn; no other has it until the end of the block."""
        async with self._connections.connection() as connection:
            mine = bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK))
            try:
                yield mine
            finally:
                if mine:
                    await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)

    async def table(self) -> Triggers:
        """The limits under the policy in force."""
        async with self._connections.connection() as connection:
            return triggers_of(await terms_in_force(connection))

    async def count_days(self, now: datetime) -> None:
        """Count anew how the messages of today and yesterday fared."""
        midnight = datetime(now.year, now.month, now.day, tzinfo=UTC)
        bounds = earliest(midnight - timedelta(days=1)), earliest(midnight + timedelta(days=1))
        async with self._connections.connection() as connection, connection.transaction():
            # All rows of two days are read, which no index makes cheaper.
            await connection.execute("SET LOCAL enable_seqscan = on; SET LOCAL plan_cache_mode = force_custom_plan")
            await connection.execute(load("standing_count_days"), *bounds)

    async def watched(self, first: date, minimum: int) -> list[Watched]:
        """Accounts that had so many messages judged since a day, and are not deactivated."""
        async with self._connections.connection() as connection:
            rows = await connection.fetch(load("standing_watched"), first, minimum)
        return [
            Watched(
                row["account_id"],
                Standing(row["standing"]),
                msgspec.convert(row["days"], list[Day]),
                row["is_parent"],
            )
            for row in rows
        ]

    async def fired(self) -> Mapping[tuple[int, str], date]:
        """When triggers last acted, by account and trigger."""
        async with self._connections.connection() as connection:
            rows = await connection.fetch("SELECT account_id, trigger, at FROM trigger_firings")
        return {(row["account_id"], row["trigger"]): row["at"].astimezone(UTC).date() for row in rows}

    async def strike(self, account_id: int, breach: Breach, now: datetime, *, is_parent: bool = False) -> None:
        """Give the strike that a breach asks for; a parent is told that its subaccounts' messages count."""
        rate = breach.rate
        facts = f"{breach.facts} {_WITH_CHILDREN}" if is_parent else breach.facts
        strike = NewStrike(account_id, rate.clause, facts, breach.step.weight, AUTOMATIC, breach.name, breach.figures)
        async with self._connections.connection() as connection, connection.transaction():
            await connection.execute(load("standing_fired"), account_id, breach.name, now)
            await add_strike(connection, strike, now)

    async def tries(self, since: datetime, table: Triggers) -> Mapping[int, Sequence[Sent]]:
        """By account, texts that were refused for what they say and those that went; only where enough were refused."""
        limits = table.probing
        async with self._connections.connection() as connection:
            rows = await connection.fetch(
                load("standing_tries"),
                *(earliest(since), list(limits.rules), limits.variants_before_pass, limits.most_texts),
            )
        found: dict[int, list[Sent]] = {}
        for row in rows:
            found.setdefault(row["account_id"], []).append(_sent(row))
        return found

    async def open_series(self, account_id: int, series: Series, table: Triggers, now: datetime) -> bool:
        """Keep a series and open a case; False when one like it was kept before."""
        limits = table.probing
        async with self._connections.connection() as connection, connection.transaction():
            await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR UPDATE", account_id)
            kept = await connection.fetch(load("standing_series"), account_id, series.first_at)
            known = [anchor for row in kept for anchor in row["anchors"]]
            if any(distance(one, other) <= limits.distance for one in known for other in series.anchors):
                return False
            case = NewCase(
                "probing", "Versions of one text, refused until one passes", account_id, AUTOMATIC, 30,
                facts={"facts": series.facts, "variants": series.variants, "passed": series.passed},
                messages=series.messages[:_MOST_NAMED],
            )  # fmt: skip
            number = await open_case(connection, case, now)
            await connection.execute(
                load("standing_series_open"),
                *(
                    account_id,
                    list(series.anchors),
                    series.variants,
                    series.passed,
                    series.first_at,
                    series.last_at,
                    now,
                    number,
                ),
            )
        return True

    async def used(self, since: datetime, table: Triggers) -> Sequence[Used]:
        """Accounts that used many senders or templates since, and for which no such case was opened since."""
        limits = table.drift
        async with self._connections.connection() as connection:
            rows = await connection.fetch(
                load("standing_used"),
                *(
                    earliest(since),
                    since,
                    limits.minimum,
                    min(limits.senders, limits.domains, limits.names, limits.languages),
                    limits.most_texts,
                ),
            )
            accounts = [await connection.fetchrow(load("directory_account"), row["account_id"]) for row in rows]
        return [
            Used(row["account_id"], tuple(row["senders"]), tuple(row["texts"]), read_account(account).record)
            for row, account in zip(rows, accounts, strict=True)
        ]

    async def open_resale(self, account_id: int, found: Drifted, now: datetime) -> None:
        """Open a case."""
        facts = {
            "facts": found.facts,
            "senders": list(found.senders[:_MOST_NAMED]),
            "domains": list(found.domains[:_MOST_NAMED]),
            "names": list(found.names[:_MOST_NAMED]),
            "languages": list(found.languages[:_MOST_NAMED]),
        }
        async with self._connections.connection() as connection, connection.transaction():
            await connection.execute(load("standing_fired"), account_id, _RESALE, now)
            case = NewCase("resale", "Sends for many, without leave to resell", account_id, AUTOMATIC, 60, facts=facts)
            await open_case(connection, case, now)


async def close_series(connection: asyncpg.Connection, account_id: int, decided: tuple[str, str], now: datetime) -> int:
    """A person has looked: the account's open series end, and with them the silence; how many they were.

    Args:
        connection: of the road, in the transaction of the decision.
        account_id: whose.
        decided: the person, and why.
        now: the instant.
    """
    rows = await connection.fetch(load("standing_series_close"), account_id, *decided, now)
    return len(rows)


def _sent(row: Any) -> Sent:  # noqa: ANN401  asyncpg's record
    tried = Tried(row["id"], instant_of(row["id"]), 0, 0, row["refused"])
    return Sent(tried, row["text"])
