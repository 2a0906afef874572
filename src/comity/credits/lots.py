"""Owns how credits are spent: which lot pays, and what goes back; must not know the store.

Credits are lots, purchased or bonus, with an expiry. Bonus is spent first, then what
expires earliest; a refund returns to the lot it came from. All amounts are
integer micro-credits: a million to the credit.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Final

import msgspec

MICRO: Final = 1_000_000
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def written_credits(micro_credits: int) -> str:
    """Credits for people, without zeros that say nothing: 12.5."""
    whole, rest = divmod(micro_credits, MICRO)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


class LotKind(enum.StrEnum):
    """Where the credits of a lot came from; only what was purchased is ever paid back."""

    PURCHASED = "purchased"
    BONUS = "bonus"


class EntryKind(enum.StrEnum):
    """What a ledger entry does."""

    PURCHASE = "purchase"
    BONUS = "bonus"
    CHARGE = "charge"
    REFUND = "refund"
    EXPIRY = "expiry"
    CORRECTION = "correction"
    PAYOUT = "payout"
    SETTLEMENT = "settlement"
    REVERSAL = "reversal"
    TRANSFER_OUT = "transfer-out"
    TRANSFER_IN = "transfer-in"


# Each entry moves its amount from the first account to the second: that is the double entry.
POSTINGS: Final[dict[EntryKind, tuple[str, str]]] = {
    EntryKind.PURCHASE: ("cash", "customer"),
    EntryKind.BONUS: ("promotion", "customer"),
    EntryKind.CHARGE: ("customer", "earned"),
    EntryKind.REFUND: ("earned", "customer"),
    EntryKind.EXPIRY: ("customer", "breakage"),
    EntryKind.CORRECTION: ("correction", "customer"),
    EntryKind.PAYOUT: ("customer", "payable"),
    EntryKind.SETTLEMENT: ("payable", "cash"),
    EntryKind.REVERSAL: ("payable", "customer"),
    EntryKind.TRANSFER_OUT: ("customer", "transit"),
    EntryKind.TRANSFER_IN: ("transit", "customer"),
}


class Lot(msgspec.Struct):
    """A lot and what is left of it; mutable while one batch is being charged."""

    lot_id: int
    kind: LotKind
    remaining: int
    expires_at: datetime | None = None


class Charge(msgspec.Struct, frozen=True, gc=False):
    """Micro-credits taken from one lot."""

    lot_id: int
    micro_credits: int


class Purse:
    """An account's lots while a batch is charged: spends in order, never overdraws."""

    def __init__(self, lots: list[Lot], now: datetime) -> None:
        usable = [lot for lot in lots if lot.expires_at is None or lot.expires_at > now]
        self._lots = sorted(usable, key=lambda lot: (lot.kind != LotKind.BONUS, lot.expires_at or _NEVER, lot.lot_id))

    @property
    def available(self) -> int:
        """Micro-credits that may still be spent; lots may be shared with another batch under way."""
        return sum(lot.remaining for lot in self._lots)

    def spend(self, micro_credits: int) -> tuple[Charge, ...]:
        """Take an amount that `available` covers.

        Raises:
            ValueError: when the purse holds less; check `available` first.
        """
        if micro_credits > self.available:
            raise ValueError("the purse holds less than that")
        charges = []
        for lot in self._lots:
            if not micro_credits:
                break
            taken = min(lot.remaining, micro_credits)
            if taken:
                lot.remaining -= taken
                micro_credits -= taken
                charges.append(Charge(lot.lot_id, taken))
        return tuple(charges)
