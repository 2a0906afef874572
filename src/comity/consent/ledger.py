"""Owns the state of a person for a brand and a kind of message, from all they agreed to and asked back.

It must not know where that is kept, nor who asks.

Three kinds of events count, each with its scope and its time, in whatever order they are told:

- a grant opens its brand for its categories until it expires;
- a withdrawal of consent ends the grants of its brand that are not younger, and any younger grant answers it;
- an opt-out ends everything in its scope, the messages that need no consent too. What a person told us is not undone
  by what an account reports: only a younger grant that the person confirmed to us answers it, for the grant's scope.

Codes that people ask for themselves, and alerts of an account that is cleared for them, go past all of it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, TypeVar

import msgspec

PROMOTIONAL: Final = "promotional"
OTP: Final = "otp"
ALERT: Final = "alert"
SCOPES: Final = ("everything", "brand", "category")

SameBrand = Callable[[str, str], bool]


class Grant(msgspec.Struct, frozen=True):
    """That a person agreed.

    Attributes:
        at: when.
        brand: to whom.
        categories: kinds of messages that it opens.
        expires_at: from when it holds no more; None for never.
        confirmed: the person said so to us, in a reply.
    """

    at: datetime
    brand: str
    categories: frozenset[str] = frozenset({PROMOTIONAL})
    expires_at: datetime | None = None
    confirmed: bool = False


class Withdrawal(msgspec.Struct, frozen=True):
    """That a person asked back what they had agreed to, or to be left alone.

    Attributes:
        at: when.
        brand: of whom; None for all.
        category: which kind of message; None for all.
        opt_out: they asked to be left alone; else they took a consent back.
    """

    at: datetime
    brand: str | None = None
    category: str | None = None
    opt_out: bool = False


_Event = TypeVar("_Event", Grant, Withdrawal)


class Standing(enum.StrEnum):
    """What a person is to messages of a brand and a category."""

    EXEMPT = "exempt"
    OPTED_OUT = "opted_out"
    GRANTED = "granted"
    NOT_NEEDED = "not_needed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NEVER = "never"


_OPEN: Final = frozenset({Standing.EXEMPT, Standing.GRANTED, Standing.NOT_NEEDED})
WHY: Final = {
    Standing.EXEMPT: "Such messages go past opt-outs: codes that people ask for, and alerts of the cleared.",
    Standing.OPTED_OUT: "This person asked to be left alone, and did not agree anew by a reply since.",
    Standing.GRANTED: "This person agreed, and has not asked it back.",
    Standing.NOT_NEEDED: "Such messages need no consent, and this person has not asked to be left alone.",
    Standing.WITHDRAWN: "This person agreed, and asked it back.",
    Standing.EXPIRED: "This person agreed, for a time that is over.",
    Standing.NEVER: "There is no record that this person agreed to promotional messages.",
}


class Ruling(msgspec.Struct, frozen=True):
    """What a person is to messages, and which event says so.

    Attributes:
        standing: in a word.
        why: in a sentence.
        event: the grant or withdrawal that decided, where one did.
    """

    standing: Standing
    why: str
    event: Grant | Withdrawal | None = None

    @property
    def is_open(self) -> bool:
        """Whether such messages may go."""
        return self.standing in _OPEN


class Question(msgspec.Struct, frozen=True):
    """Which messages are asked about: of a brand and a category, at an instant; `cleared` for alerts."""

    brand: str
    category: str
    at: datetime
    cleared: bool = False


def brand_key(brand: str) -> str:
    """A brand as it is compared where people wrote it in full: small, with single spaces."""
    return " ".join(brand.lower().split())


def equal_brands(one: str, other: str) -> bool:
    """Whether two brands are the same as written, but for capitals and spaces."""
    return brand_key(one) == brand_key(other)


def rule(
    question: Question, grants: Iterable[Grant], withdrawals: Iterable[Withdrawal], same: SameBrand = equal_brands
) -> Ruling:
    """The state of a person; events later than the question's instant do not count yet."""
    if question.category == OTP or (question.category == ALERT and question.cleared):
        return _ruling(Standing.EXEMPT)
    mine = [grant for grant in grants if grant.at <= question.at and _is_for(grant, question, same)]
    against = [one for one in withdrawals if one.at <= question.at and covers(one, question, same)]
    holding = [grant for grant in mine if not _is_over(grant, question.at)]
    refused = _latest(one for one in against if one.opt_out)
    if refused is not None and not any(grant.confirmed and grant.at > refused.at for grant in holding):
        return _ruling(Standing.OPTED_OUT, refused)
    if question.category != PROMOTIONAL:
        return _ruling(Standing.NOT_NEEDED)
    return _agreed(mine, holding, [one for one in against if not one.opt_out])


def covers(withdrawal: Withdrawal, question: Question, same: SameBrand = equal_brands) -> bool:
    """Whether a withdrawal is about the messages that are asked about."""
    brand = withdrawal.brand is None or same(withdrawal.brand, question.brand)
    return brand and withdrawal.category in {None, question.category}


def _agreed(mine: list[Grant], holding: list[Grant], against: list[Withdrawal]) -> Ruling:
    """Of messages that need a consent: whether there is one."""
    ended = _latest(against)
    granted = _latest(grant for grant in holding if ended is None or grant.at > ended.at)
    if granted is not None:
        return _ruling(Standing.GRANTED, granted)
    lapsed = _latest(grant for grant in mine if ended is None or grant.at > ended.at)
    if lapsed is not None:
        return _ruling(Standing.EXPIRED, lapsed)
    return _ruling(Standing.WITHDRAWN, ended) if mine and ended is not None else _ruling(Standing.NEVER)


def _is_for(grant: Grant, question: Question, same: SameBrand) -> bool:
    return question.category in grant.categories and same(grant.brand, question.brand)


def _is_over(grant: Grant, at: datetime) -> bool:
    return grant.expires_at is not None and grant.expires_at <= at


def _latest(events: Iterable[_Event]) -> _Event | None:
    """The last event; of several at one instant always the same one, in whatever order they come."""
    return max(events, key=lambda one: (one.at, repr(one)), default=None)


def _ruling(standing: Standing, event: Grant | Withdrawal | None = None) -> Ruling:
    return Ruling(standing, WHY[standing], event)
