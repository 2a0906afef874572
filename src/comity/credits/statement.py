"""Owns what a month's statement of an account is, and the law it keeps; must not know where the ledger is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from comity.base.errors import SettingsError
from comity.credits.lots import POSTINGS, EntryKind

# After so long nothing more of a month can come: an entry is dated at the beginning of its transaction.
SETTLED_AFTER: Final = timedelta(hours=1)
_MONTH: Final = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])")
_DECEMBER: Final = 12


class Sum(msgspec.Struct, frozen=True):
    """What entries of one kind come to: micro-credits with their sign for the account, and how many there were."""

    kind: str
    micro_credits: int
    entries: int


class Statement(msgspec.Struct, frozen=True):
    """A month of an account's ledger: opening and all its sums make closing.

    Attributes:
        month: as `2026-03`; its days are UTC.
        opening: micro-credits when it began.
        closing: micro-credits when it ended, or now.
        sums: one for each kind of which there were entries, in the order of `EntryKind`.
        final: whether nothing more can come.
    """

    month: str
    opening: int
    closing: int
    sums: tuple[Sum, ...]
    final: bool

    @property
    def holds(self) -> bool:
        """The law of a statement."""
        return self.opening + sum(one.micro_credits for one in self.sums) == self.closing


def sign_of(kind: EntryKind) -> int:
    """1 when such an entry adds to what the account may spend, -1 when it takes, 0 when it does neither."""
    source, target = POSTINGS[kind]
    return (target == "customer") - (source == "customer")


def span_of(month: str) -> tuple[datetime, datetime]:
    """When a month begins and ends (UTC), the end not in it.

    Raises:
        SettingsError: it is no month.
    """
    found = _MONTH.fullmatch(month)
    if not found:
        raise SettingsError("This is no month.", "Write it as 2026-03.")
    year, number = int(found[1]), int(found[2])
    begins = datetime(year, number, 1, tzinfo=UTC)
    ends = datetime(year + number // _DECEMBER, number % _DECEMBER + 1, 1, tzinfo=UTC)
    return begins, ends
