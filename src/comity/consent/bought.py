"""Owns the signs that a list was bought or gathered; must not know where a list comes from, nor any other account's.

A list of any length is looked at by a sample: the rows whose numbers have the smallest keyed hashes. The hashes alone
are enough to say what share of one list stands in another (a bottom-k sketch), so no account's numbers need be kept to
compare them, and nobody without the key can tell a number from its hash.
"""

from __future__ import annotations

import heapq
import hmac
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

SAMPLE: Final = 2_000
_LEAST_COMPARED: Final = 30
_HASH_OCTETS: Final = 8
_SIGN: Final = 1 << 63


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which share (0 to 1) a sign counts, and how much it weighs."""

    share: float
    weight: int


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked for; see `data/bought.toml`."""

    least_rows: int
    held_from: int
    fresh_days: int
    signals: dict[str, Limit]


class Sampled(msgspec.Struct, frozen=True, gc=False):
    """A row of the sample."""

    recipient: str
    at: datetime
    address: str


class Seen(msgspec.Struct, frozen=True):
    """What is known of a sample.

    Attributes:
        rows: its rows.
        tried: how many of its numbers were written to before, and it is known how that ended.
        unreached: how many of these were never reached.
        met: how many of its numbers were written to, or wrote, before.
        overlaps: shares of it that stand in fresh imports of others, each of enough rows to say.
        countries: ISO 3166-1 alpha-2 of its numbers, one for each row; "" where that is not known.
        declared: countries that the account declared; none where it declared nothing.
    """

    rows: Sequence[Sampled]
    tried: int = 0
    unreached: int = 0
    met: int = 0
    overlaps: Sequence[float] = ()
    countries: Sequence[str] = ()
    declared: frozenset[str] = frozenset()


class Signal(msgspec.Struct, frozen=True):
    """A sign that was found.

    Attributes:
        signal: its name.
        percent: the share that was seen.
        limit_percent: the share from which it counts.
        weight: how much it weighs.
        why: in a sentence that tells of no other account.
    """

    signal: str
    percent: int
    limit_percent: int
    weight: int
    why: str


_WHY: Final = {
    "same-time": "{percent} % of the consents were given at one and the same instant.",
    "same-address": "{percent} % of the consents that name an address name the same one.",
    "unreachable": "{percent} % of the numbers that you wrote to before were never reached.",
    "overlap": "{percent} % of the numbers were brought here as new consents elsewhere a short while ago.",
    "countries": "{percent} % of the numbers are in countries that are not in your record.",
    "no-contact": "{percent} % of the numbers were never in touch with you.",
}


class Sample:
    """Collects the sample of a list, in memory that does not grow with it.

    Args:
        key: of this installation; numbers are hashed with it.
        size: rows that are kept.
    """

    def __init__(self, key: bytes, size: int = SAMPLE) -> None:
        self._key = key
        self._size = size
        self._heap: list[int] = []
        self._kept: dict[int, Sampled] = {}
        self.rows = 0

    def add(self, recipient: str, at: datetime, address: str) -> None:
        """Look at a row."""
        self.rows += 1
        hashed = keyed_hash(self._key, recipient)
        if hashed in self._kept:
            return
        if len(self._heap) >= self._size:
            if hashed >= -self._heap[0]:
                return
            del self._kept[-heapq.heapreplace(self._heap, -hashed)]
        else:
            heapq.heappush(self._heap, -hashed)
        self._kept[hashed] = Sampled(recipient, at, address)

    @property
    def sampled(self) -> list[Sampled]:
        """The rows of the sample, in the order of their hashes."""
        return [self._kept[hashed] for hashed in self.hashes]

    @property
    def hashes(self) -> list[int]:
        """The hashes of the sample, rising."""
        return sorted(self._kept)


@cache
def limits() -> Limits:
    """What is looked for."""
    return msgspec.convert(
        tomllib.loads(files("comity.consent").joinpath("data/bought.toml").read_text("utf-8")), Limits
    )


def keyed_hash(key: bytes, recipient: str) -> int:
    """A number's hash, as 64 bits with a sign."""
    return int.from_bytes(hmac.digest(key, b"consent list\0" + recipient.encode(), "sha256")[:_HASH_OCTETS]) - _SIGN


def shared(mine: Sequence[int], theirs: Sequence[int]) -> float | None:
    """What share of one list stands in another, by their hashes; None when too few can be compared.

    Below the greater of either's hashes, each list has all that it has: there a sketch is the list itself.
    """
    if not mine or not theirs:
        return None
    reach = min(max(mine), max(theirs))
    compared = [one for one in mine if one <= reach]
    if len(compared) < _LEAST_COMPARED:
        return None
    return len(set(compared).intersection(theirs)) / len(compared)


def find(seen: Seen, wanted: Limits) -> list[Signal]:
    """The signs that are found, the weightiest first; none in a list that is too short to say."""
    if len(seen.rows) < wanted.least_rows:
        return []
    shares = {
        "same-time": _commonest(one.at for one in seen.rows),
        "same-address": _commonest([one.address.lower() for one in seen.rows if one.address], wanted.least_rows),
        "unreachable": seen.unreached / seen.tried if seen.tried >= _LEAST_COMPARED else 0.0,
        "overlap": max(seen.overlaps, default=0.0),
        "countries": _outside(seen.countries, seen.declared),
        "no-contact": 1 - seen.met / len(seen.rows),
    }
    found = [
        _signal(name, shares[name], limit)
        for name, limit in wanted.signals.items()
        if limit.weight and shares[name] >= limit.share
    ]
    return sorted(found, key=lambda one: (-one.weight, one.signal))


def is_held(found: Iterable[Signal], wanted: Limits) -> bool:
    """Whether what was found is enough for a person to look."""
    return sum(one.weight for one in found) >= wanted.held_from


def _signal(name: str, share: float, limit: Limit) -> Signal:
    percent = round(share * 100)
    return Signal(name, percent, round(limit.share * 100), limit.weight, _WHY[name].format(percent=percent))


def _commonest(values: Iterable[object], least: int = 1) -> float:
    counted = Counter(values)
    total = counted.total()
    return counted.most_common(1)[0][1] / total if total >= least else 0.0


def _outside(countries: Sequence[str], declared: frozenset[str]) -> float:
    known = [country for country in countries if country]
    return sum(country not in declared for country in known) / len(known) if declared and known else 0.0
