"""Owns that nothing is kept longer than the rules say, per category and country; must not know why they say so.

Each rule remembers how far it has come, so that a look costs no more than what became due since. What somebody ordered
to be kept holds its rule back at that place, and goes when the order ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec
import structlog

from comity.base.clock import Clock
from comity.base.errors import StoreError, UnfitValueError
from comity.base.ids import earliest
from comity.edges.postgres import complaint_boxes, complaint_erasure
from comity.edges.postgres.evidence_store import erase_number
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.statements import load

_log = structlog.get_logger(__name__)

EVERY_S: Final = 3600.0
_AT_ONCE: Final = 1000
_CONSENTS_LEFT_IN: Final = ("consents", "consent_proofs")
WHATS: Final = ("texts", "replies", "unclaimed", "numbers", "consents", "complaints", "takedowns", "proofs")


class Rule(msgspec.Struct, frozen=True):
    """How long something is kept.

    Attributes:
        what: texts, replies, unclaimed (messages to numbers nobody held), numbers (of messages whose text is gone),
            consents (counted from their end), complaints and takedowns (what they say, from their end), or proofs
            (answers to requests for proof, from the end of the request).
        category: of texts alone; "" for any.
        country: of texts alone, ISO 3166 alpha-2; "" for any.
        done_to: everything that became due before is gone.
    """

    what: str
    category: str
    country: str
    days: int
    why: str
    set_by: str
    set_at: datetime
    done_to: datetime


async def rules(connection: asyncpg.Connection) -> list[Rule]:
    """All rules."""
    return [Rule(**dict(row)) for row in await connection.fetch(load("retention_rules"))]


async def set_rule(connection: asyncpg.Connection, rule: Rule) -> None:
    """Set a rule, or change it.

    Raises:
        UnfitValueError: there can be no such rule.
    """
    if rule.what != "texts" and (rule.category or rule.country):
        raise UnfitValueError("Only texts are kept by category and country.", "Leave both out.")
    try:
        await connection.execute(
            load("retention_set"), rule.what, rule.category, rule.country, rule.days, rule.why, rule.set_by, rule.set_at
        )
    except asyncpg.CheckViolationError:
        raise UnfitValueError(
            "That is no rule of retention.", f"What: {', '.join(WHATS)}; 1 to 36500 days; a country as BE; a reason."
        ) from None


class RetentionUpkeep:
    """Looks each hour at what is kept too long.

    Args:
        connections: connections of the road.
        clock: the present.
    """

    def __init__(self, connections: HeldConnections, clock: Clock) -> None:
        self._connections = connections
        self._clock = clock

    async def once(self) -> dict[str, int]:
        """Everything that is due, in small batches; says how many of each kind are gone, or were sealed."""
        async with self._connections.connection() as connection:
            found = await rules(connection)
        gone: dict[str, int] = dict.fromkeys(WHATS, 0)
        gone["sealed"] = await _all(self._seal_complaints)
        async with self._connections.connection() as connection:
            gone["codes"] = await complaint_erasure.forget_codes(connection, self._clock.now())
        for rule in found:
            gone[rule.what] += await self._apply(rule, self._clock.now())
        return gone

    async def run(self, every_s: float = EVERY_S) -> None:
        """Do so until cancelled."""
        while True:
            try:
                gone = {what: count for what, count in (await self.once()).items() if count}
                if gone:
                    _log.info("retention.erased", **gone)
            except StoreError as error:
                _log.warning("retention.failed", what=error.what)
            await asyncio.sleep(every_s)

    async def _apply(self, rule: Rule, now: datetime) -> int:
        before = now - timedelta(days=rule.days)
        if rule.what == "texts":
            return await self._texts(rule, before, now)
        if rule.what == "consents":
            await _all(lambda: self._some("retention_requests", before, now))
            return await _all(lambda: self._consents(before, now))
        if rule.what in {"complaints", "takedowns"}:
            return await self._complaints(before, now, apart=rule.what == "takedowns")
        place: Any = earliest(before) if rule.what == "numbers" else before
        return await _all(lambda: self._some(f"retention_{rule.what}", place, now))

    async def _some(self, name: str, before: Any, now: datetime) -> int:  # noqa: ANN401  an instant, or an id of it
        async with self._connections.connection() as connection:
            return int(await connection.fetchval(load(name), before, now, _AT_ONCE))

    async def _seal_complaints(self) -> int:
        async with self._connections.connection() as connection:
            return await complaint_boxes.seal_old(connection)

    async def _complaints(self, before: datetime, now: datetime, *, apart: bool) -> int:
        gone, place = 0, 0
        while True:
            async with self._connections.connection() as connection:
                done = await complaint_erasure.erase_old(connection, (before, place), now, apart=apart)
            if done is None:
                return gone
            erased, place = done
            gone += erased

    async def _texts(self, rule: Rule, before: datetime, now: datetime) -> int:
        span = (earliest(rule.done_to), earliest(before))
        erased = await _all(lambda: self._some_texts(span, rule.days, now))
        async with self._connections.connection() as connection:
            left = await connection.fetchval(load("retention_left"), *span, rule.days)
            await connection.execute(
                "UPDATE retention_rules SET done_to = $4 WHERE what = 'texts' AND category = $1 AND country = $2"
                " AND days = $3 AND done_to = $5",
                *(rule.category, rule.country, rule.days, left or before, rule.done_to),
            )
        return erased

    async def _some_texts(self, span: tuple[Any, Any], days: int, now: datetime) -> int:
        async with self._connections.connection() as connection, connection.transaction():
            rows = await connection.fetch(load("retention_texts"), *span, days, now, _AT_ONCE)
            sealed = [row for row in rows if row["subject"] is not None]
            for account_id in sorted({row["account_id"] for row in sealed}):
                await connection.execute("SELECT pg_advisory_xact_lock(body_lock($1))", account_id)
            columns = [[row[name] for row in sealed] for name in ("account_id", "recipient", "subject")]
            await connection.execute(load("retention_keys"), *columns)
        return sum(row["texts"] for row in rows)

    async def _consents(self, before: datetime, now: datetime) -> int:
        """With the last consent of a number goes what the evidence log has on it."""
        async with self._connections.connection() as connection, connection.transaction():
            rows = await connection.fetch(load("retention_consents"), before, now, _AT_ONCE)
            if rows:
                await connection.execute("SELECT note_leftovers($1)", _CONSENTS_LEFT_IN)
            for account_id, number in rows:
                left = "SELECT EXISTS (SELECT FROM consents WHERE account_id = $1 AND recipient = $2)"
                if not await connection.fetchval(left, account_id, number):
                    await erase_number(connection, account_id, number, now)
        return len(rows)


async def _all(some: Callable[[], Awaitable[int]]) -> int:
    total = 0
    while found := await some():
        total += found
    return total
