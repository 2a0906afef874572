"""Owns what every fact of the rule book carries, and what its tier allows; must not know any kind of fact.

Dates are calendar dates at the recipient's place.
"""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import msgspec

Tier = Literal["official", "library", "vendor", "blog", "knowledge", "none"]
"""How sure a fact is: regulator or law read; library run; vendor's guide; blog; nobody checked; our own default."""

_REFUSING: Final = frozenset({"official", "library", "vendor", "blog"})


def may_refuse(tier: str) -> bool:
    """Whether a fact of this tier may refuse a message; others may delay one or warn, never refuse by themselves."""
    return tier in _REFUSING


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a fact was read.

    Attributes:
        where: addresses, or words for what is no page.
        tier: how sure this source is.
        reviewed: the day of the page or of its last reading, where known.
    """

    where: str
    tier: Tier
    reviewed: date | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every fact carries. A field that is misspelt in a data file is an error, not a fact left out.

    Attributes:
        tier: how sure it is.
        sources: keys for `comity.countries.source`, the weightiest first.
        note: what its fields cannot say, in words.
        reviewed: the day it was last checked; None means the day on which all were gathered.
        effective: the first day on which it holds; None for "as long as anybody knows".
        until: the last day on which it holds; None for no known end.
        review_by: when somebody must look again; None means so many days after the review as its tier allows
            (`comity.countries.due_on` answers for both).
    """

    tier: Tier
    sources: tuple[str, ...] = ()
    note: str = ""
    reviewed: date | None = None
    effective: date | None = None
    until: date | None = None
    review_by: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the fact is in force on a day."""
        return (self.effective is None or self.effective <= day) and (self.until is None or day <= self.until)
