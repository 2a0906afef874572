"""Owns how often the public may complain, counted in PostgreSQL for all nodes together; must not know any call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Literal

import asyncpg
import msgspec

from comity.complaints.figures import Ceilings
from comity.complaints.reporters import networks_of, reporter_key
from comity.edges.postgres.statements import load

Span = Literal["hour", "day"]
_RANGE_DIGITS: Final = 4
_SPANS: Final[dict[Span, timedelta]] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


class Limit(msgspec.Struct, frozen=True):
    """How often something may be done.

    Attributes:
        who: by whom, and what: `complain network 192.0.2.7`; kept as a keyed hash.
        span: within which time.
        most: at most so often.
    """

    who: str
    span: Span
    most: int


async def take(connection: asyncpg.Connection, limits: Sequence[Limit], now: datetime) -> int:
    """Count something once for each limit; how many seconds it is too early, 0 where all of them leave room.

    A commit of its own: what is refused counts as well, so that whoever goes on stays out.
    """
    hash_key: bytes = await connection.fetchval("SELECT hash_key FROM installation")
    asked = {(reporter_key(limit.who, hash_key), limit.span): limit for limit in limits}
    rows = await connection.fetch(
        load("complaint_take"),
        [key for key, _ in asked],
        [span for _, span in asked],
        [_begun(span, now) for _, span in asked],
    )
    over = [row for row in rows if row["count"] > asked[row["key"], row["span"]].most]
    waits = [row["begun"] + _SPANS[row["span"]] - now for row in over]
    return max((ceil(wait.total_seconds()) for wait in waits), default=0)


async def has_room(connection: asyncpg.Connection, limits: Sequence[Limit], now: datetime) -> bool:
    """Count something for one limit after the other, up to the first that is reached; False where one is.

    What a narrow limit stops uses up nothing of a wider one, so that nobody keeps it from all others.
    """
    for limit in limits:
        if await take(connection, [limit], now):
            return False
    return True


def of_network(what: str, address: str, hour: int | None, day: int | None = None) -> list[Limit]:
    """How often something may be done from the networks of an address, an hour and a day; more from larger ones."""
    return [
        msgspec.structs.replace(limit, most=limit.most * times)
        for network, times in networks_of(address)
        for limit in _limits(f"{what} network {network}", hour, day)
    ]


def of_number(what: str, number: str, hour: int | None, day: int | None = None) -> list[Limit]:
    """How often something may be done that is about a number, an hour and a day; nothing for no number."""
    return _limits(f"{what} number {number}", hour, day) if number else []


def of_all(what: str, number: str, country: str | None, ceilings: Ceilings) -> list[Limit]:
    """How often something may be sent to anybody: to a range of 10,000 numbers, to a country, and over all.

    Whoever earns by texts to a range of theirs, or has strangers texted, is bounded by it, from however many networks.
    """
    return [
        Limit(f"{what} range {number[:-_RANGE_DIGITS]}", "day", ceilings.range_day),
        Limit(f"{what} country {country or ''}", "day", ceilings.country_day),
        *of_everybody(what, ceilings.all_hour, ceilings.all_day),
    ]


def of_everybody(what: str, hour: int, day: int) -> list[Limit]:
    """How often something may be done by all together, an hour and a day."""
    return _limits(f"{what} all", hour, day)


def _limits(who: str, hour: int | None, day: int | None) -> list[Limit]:
    mosts: list[tuple[Span, int | None]] = [("hour", hour), ("day", day)]
    return [Limit(who, span, most) for span, most in mosts if most is not None]


def _begun(span: Span, now: datetime) -> datetime:
    begun = now.replace(minute=0, second=0, microsecond=0)
    return begun if span == "hour" else begun.replace(hour=0)
