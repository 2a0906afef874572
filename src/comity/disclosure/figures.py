"""Owns the yearly figures on disclosures: what is counted, and which counts are told as ranges.

It must not know where requests are kept. A small count may tell who it is about, so those below ten are ranges, and so
is everything from which one could be reckoned: other counts of the year, sums, and what a sum leaves of a part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

EXACT_FROM: Final = 10


class Range(msgspec.Struct, frozen=True):
    """How many: exactly, where both are alike.

    Attributes:
        least: no fewer.
        most: no more.
    """

    least: int
    most: int


class Counted(msgspec.Struct, frozen=True):
    """What of one request is counted.

    Attributes:
        basis: its legal basis.
        country: of whoever asked.
        outcome: answered, not collected, refused, withdrawn or open.
        emergency: whether it was one.
        late: whether the deadline passed before there was an answer.
        accounts: how many accounts it concerned.
    """

    basis: str
    country: str
    outcome: str
    emergency: bool
    late: bool
    accounts: int


class Figures(msgspec.Struct, frozen=True):
    """The figures of a year.

    Attributes:
        year: of the receipt of the requests, in UTC.
        requests: how many came.
        emergencies: how many were emergencies.
        late: how many were answered after their deadline, or not yet.
        accounts: how many accounts they concerned, each counted once for each request.
        by_basis: by legal basis.
        by_country: by the country of whoever asked.
        by_outcome: answered, not collected, refused, withdrawn or open.
        preservation_orders: how many orders to preserve data were placed.
    """

    year: int
    requests: Range
    emergencies: Range
    late: Range
    accounts: Range
    by_basis: Mapping[str, Range]
    by_country: Mapping[str, Range]
    by_outcome: Mapping[str, Range]
    preservation_orders: Range


OUTCOMES: Final = {
    "approved": "answered",
    "ready": "answered",
    "collected": "answered",
    "expired": "not collected",
    "refused": "refused",
    "withdrawn": "withdrawn",
}
"""By state; every other one is open."""


def figures(year: int, requests: Iterable[Counted], orders: int) -> Figures:
    """The figures of a year's requests and orders to preserve data."""
    every = list(requests)
    tables = [Counter(getattr(one, name) for one in every) for name in ("basis", "country", "outcome")]
    small = any(count < EXACT_FROM for table in tables for count in table.values())
    # Each table has the same sum: beside a small count no other may be exact, in whichever table it stands.
    tell = _tens if small else _told
    by_basis, by_country, by_outcome = ({name: tell(table[name]) for name in sorted(table)} for table in tables)
    return Figures(
        year=year,
        requests=tell(len(every)),
        # Nearly all were, and the few that were not are what the sum leaves: never exact.
        emergencies=_tens(sum(one.emergency for one in every)),
        late=_tens(sum(one.late for one in every)),
        accounts=_tens(sum(one.accounts for one in every)),
        by_basis=by_basis,
        by_country=by_country,
        by_outcome=by_outcome,
        preservation_orders=_told(orders),
    )


def _told(count: int) -> Range:
    return Range(1, EXACT_FROM - 1) if 0 < count < EXACT_FROM else Range(count, count)


def _tens(count: int) -> Range:
    if count < EXACT_FROM:
        return _told(count)
    least = count - count % EXACT_FROM
    return Range(least, least + EXACT_FROM - 1)
