"""Owns what makes the gateway act on an account by itself: limits from a table, and the arithmetic of rates (U8, P6).

Pure: it must not know how counts are come by, or what follows. Limits are policy (`comity.policy.watching`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Annotated, Final, Literal

import msgspec

from comity.accounts.account import Standing
from comity.accounts.standing import IMPOSED, Event

Z_95: Final = 1.959963984540054
"""The quantile of the normal distribution for an interval that holds 95 %."""

WATCHED_SHARE: Final = 0.5
"""Of an account that is watched, so much of the minimum suffices for a finding."""

_Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
_Positive = Annotated[int, msgspec.Meta(gt=0)]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Above a share, a strike of a weight."""

    over: _Share
    weight: _Positive


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share that must not be too large.

    Attributes:
        clause: id of the clause that it is about.
        count: which count of `Day` it is.
        among: of which.
        says: the count in words.
        days: how far back it looks.
        minimum: less than so many prove nothing.
        steps: what follows, from the mildest; it is not looked at without any.
    """

    clause: str
    count: Literal["complaints", "opt_outs", "rejected", "unreachable", "refused"]
    among: Literal["sent", "settled", "judged"]
    says: str
    days: _Positive
    minimum: _Positive
    steps: tuple[Step, ...]


class StrikeStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a sum of strikes on, a standing."""

    sum: _Positive
    event: Event


class Strikes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long strikes last, and what their sum asks for."""

    expires_days: _Positive
    most_weight: _Positive
    steps: tuple[StrikeStep, ...]


class Probing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken for feeling out the filter; see the table."""

    clause: str
    hours: _Positive
    distance: Annotated[int, msgspec.Meta(ge=0, le=24)]
    variants: _Positive
    variants_before_pass: _Positive
    apart_s: _Positive
    most_texts: _Positive
    weight: _Positive
    rules: tuple[str, ...]


class Drift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From how many of these beyond the declared on an account looks like resale; see the table."""

    clause: str
    days: _Positive
    minimum: _Positive
    senders: _Positive
    domains: _Positive
    names: _Positive
    languages: _Positive
    most_texts: _Positive


class Triggers(msgspec.Struct, frozen=True):
    """All limits; rates by name."""

    strikes: Strikes
    rates: dict[str, Rate]
    probing: Probing
    drift: Drift


class TriggerTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits as a policy says them: a table that it leaves out is as shipped, and so is a rate it does not name."""

    strikes: Strikes | None = None
    rates: dict[str, Rate] = {}
    probing: Probing | None = None
    drift: Drift | None = None


class Day(msgspec.Struct, frozen=True):
    """How an account's messages of a day (UTC) fared.

    Attributes:
        sent: not refused by us.
        refused: refused by us.
        settled: it is known what became of them.
        rejected: a carrier would not take them.
        unreachable: they reached nobody.
        opt_outs: recipients who stopped the account's messages.
        complaints: weighed.
    """

    day: date
    sent: int = 0
    refused: int = 0
    settled: int = 0
    rejected: int = 0
    unreachable: int = 0
    opt_outs: int = 0
    complaints: float = 0

    @property
    def judged(self) -> int:
        """All that the account asked us to send."""
        return self.sent + self.refused


class Breach(msgspec.Struct, frozen=True):
    """A rate that is surely too large, with its name."""

    name: str
    rate: Rate
    step: Step
    count: float
    among: int
    lower: float

    @property
    def facts(self) -> str:
        """What the account is told happened."""
        return (
            f"In {self.rate.days} days there were {self.count:g} {self.rate.says} among {self.among}: "
            f"{self.count / self.among:.2%}, and at least {self.lower:.2%} allowing for chance. "
            f"The limit is {self.step.over:.2%}."
        )

    @property
    def figures(self) -> dict[str, int | str]:
        """The counts behind it."""
        return {
            "count": f"{self.count:g}",
            "among": self.among,
            "lower_bound": f"{self.lower:.6f}",
            "limit": f"{self.step.over:g}",
            "days": self.rate.days,
            "minimum": self.rate.minimum,
        }


def wilson_lower(count: float, among: int, z: float = Z_95) -> float:
    """The lower end of Wilson's score interval for a share, within 0 and 1 (Wilson, JASA 1927).

    Args:
        count: how often it happened; may be weighed. More than `among` counts as all.
        among: how often it could have.
        z: quantile of the normal distribution; larger is surer and lower.
    """
    if among <= 0 or count <= 0:
        return 0.0
    share = min(count / among, 1.0)
    square = z * z / among
    centre = share + square / 2
    spread = z * math.sqrt(share * (1 - share) / among + square / (4 * among))
    return min(max((centre - spread) / (1 + square), 0.0), share)


def breaches(
    days: Sequence[Day], today: date, standing: Standing, since: Callable[[str], date | None], table: Triggers
) -> list[Breach]:
    """The rates of an account that are surely too large.

    Args:
        days: how its messages fared, by day.
        today: the day that it is (UTC).
        standing: the account's; of one that is watched, less suffices.
        since: the day on which a rate, by name, last gave a strike. What it was given for is not held against the
            account twice: later days count alone.
        table: the limits.
    """
    share = 1.0 if standing is Standing.GOOD else WATCHED_SHARE
    found = (_breach(named, days, today, share, since(named[0])) for named in table.rates.items())
    return [breach for breach in found if breach is not None]


def _breach(
    named: tuple[str, Rate], days: Sequence[Day], today: date, share: float, struck: date | None
) -> Breach | None:
    name, rate = named
    first = today - timedelta(days=rate.days - 1)
    if struck is not None:
        first = max(first, struck + timedelta(days=1))
    mine = [day for day in days if first <= day.day <= today]
    count: float = sum(getattr(day, rate.count) for day in mine)
    among: int = sum(getattr(day, rate.among) for day in mine)
    if among < rate.minimum * share:
        return None
    lower = wilson_lower(count, among)
    over = [step for step in rate.steps if lower > step.over]
    return Breach(name, rate, max(over, key=lambda step: step.over), count, among, lower) if over else None


def asked_by(weight: int, table: Strikes) -> Event | None:
    """The sanction that a sum of strikes asks for; None for none."""
    reached = [step for step in table.steps if weight >= step.sum]
    return max(reached, key=lambda step: step.sum).event if reached else None


def standing_by(weight: int, table: Strikes) -> Standing:
    """The standing that a sum of strikes comes to."""
    event = asked_by(weight, table)
    return Standing.GOOD if event is None else IMPOSED[event]
