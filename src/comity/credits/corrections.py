"""Owns who may put credits right by hand: one person up to a limit, two above it; must not know the store."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.base.errors import ComityError
from comity.credits.lots import MICRO, LotKind

# In micro-credits: more than that is not one person's to give or to take.
LIMIT: Final = 1_000 * MICRO


class BadCorrectionError(ComityError):
    """Such a correction cannot be."""


class NewCorrection(msgspec.Struct, frozen=True):
    """A correction that somebody proposes.

    Attributes:
        kind: of which lots; a correction of purchased credits changes what is ever paid back, one of bonus does not.
        micro_credits: given when above 0, taken when below.
        reason: why, for whoever looks at it later.
        by: who.
    """

    account_id: int
    kind: LotKind
    micro_credits: int
    reason: str
    by: str


def needs_second(micro_credits: int) -> bool:
    """Whether a second person has to agree."""
    return abs(micro_credits) > LIMIT


def may_settle(proposed_by: str, by: str) -> None:
    """See that whoever approves or rejects is another person.

    Raises:
        BadCorrectionError: it is the same one, however it is written.
    """
    if " ".join(by.split()).casefold() == " ".join(proposed_by.split()).casefold():
        raise BadCorrectionError("Whoever proposed it cannot approve it.", "Ask a second person.")
