"""Owns what complaints weigh, how soon they are looked at, and when there is enough to freeze traffic (P6, P9).

It must not know how complaints are kept, or the present. Figures lie in `data/complaints.toml`; thresholds are the
policy's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Final, Protocol

import msgspec

from comity.complaints.complaint import Channel, Kind

_Positive = Annotated[int, msgspec.Meta(gt=0)]
_Weight = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a complaint weighs against an account's volume."""

    proven: _Weight
    channels: dict[Channel, _Weight]


class Linking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How messages are looked for; see the table."""

    days: _Positive
    hours: _Positive
    hours_without_text: _Positive
    distance: Annotated[int, msgspec.Meta(ge=0, le=24)]
    most: _Positive


class KindOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for complaints of a kind; see the table."""

    clause: str
    priority: Annotated[int, msgspec.Meta(ge=0, le=100)]
    due_hours: _Positive
    scores: tuple[str, ...]


class Ceilings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many texts go out to people who complain; see the table."""

    number_day: _Positive
    range_day: _Positive
    country_day: _Positive
    all_hour: _Positive
    all_day: _Positive


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often complaints may be made; see the table."""

    network_hour: _Positive
    network_day: _Positive
    number_hour: _Positive
    number_day: _Positive
    codes_network_day: _Positive
    code_minutes: _Positive
    code_tries: _Positive
    lookups_network_hour: _Positive
    codes: Ceilings
    answers: Ceilings


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All figures."""

    weights: Weights
    linking: Linking
    kinds: dict[Kind, KindOf]
    limits: Limits


@cache
def table() -> Table:
    """The figures that come with this version."""
    read = resources.files("comity.complaints").joinpath("data/complaints.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(read), Table)


class Thresholds(Protocol):
    """From when on traffic is frozen: settings of the policy's rule traffic-frozen."""

    @property
    def score_at(self) -> float:
        """The text's score from which one proven complaint is enough."""
        ...

    @property
    def reporters(self) -> int:
        """So many independent people who prove that they got it are enough, whatever its score."""
        ...


class Said(msgspec.Struct, frozen=True):
    """What is known of the traffic that complaints are about.

    Attributes:
        score: the highest score of its text among those that speak for the complaint, 0 to 1.
        proven: complaints whose reporter is shown to have got it.
        independent: how many of their reporters are surely not one.
    """

    score: float
    proven: int
    independent: int


def independent(pairs: Iterable[tuple[bytes, str]]) -> int:
    """How many reporters are surely not one: so many pairs of a reporter and a number share neither with each other.

    Many numbers at one network make one, and so does one number at many networks, or both together with a third. It is
    the size of a largest matching between reporters and numbers (Kuhn's augmenting paths).
    """
    numbers: dict[bytes, list[str]] = {}
    for reporter, number in dict.fromkeys(pairs):
        numbers.setdefault(reporter, []).append(number)
    taken: dict[str, bytes] = {}
    return sum(_finds(reporter, numbers, taken, set()) for reporter in numbers)


def _finds(reporter: bytes, numbers: Mapping[bytes, list[str]], taken: dict[str, bytes], tried: set[str]) -> bool:
    """Whether a reporter gets a number of its own, others making room where they can."""
    for number in numbers[reporter]:
        if number in tried:
            continue
        tried.add(number)
        if number not in taken or _finds(taken[number], numbers, taken, tried):
            taken[number] = reporter
            return True
    return False


def enough_to_freeze(said: Said, thresholds: Thresholds) -> str | None:
    """Why traffic is frozen, in words that its account reads; None where there is not enough."""
    if not said.proven:
        return None
    if said.score >= thresholds.score_at:
        return f"Somebody who got such a message complained, and its text scores {said.score:.2f}."
    if said.independent >= thresholds.reporters:
        return f"{said.independent} people who got such messages complained independently of each other."
    return None


def enough_to_freeze_again(said: Said, before: int | None, thresholds: Thresholds) -> str | None:
    """As `enough_to_freeze`, of what was said since the traffic was let go, by others than before.

    Args:
        said: by who had not said so when it was let go.
        before: how many surely different people had said so when a person let it go: what its text scores that person
            saw, so more people than these have to say so now. None where no person did.
        thresholds: the policy's.
    """
    if before is None:
        return enough_to_freeze(said, thresholds)
    enough = said.independent >= max(thresholds.reporters, before + 1)
    return enough_to_freeze(Said(0.0, said.proven, said.independent), thresholds) if enough else None


def weight_of(channel: Channel, *, proven: bool, linked: bool, counted: bool) -> float:
    """What a complaint weighs; nothing that anybody could say without having got the message.

    Args:
        channel: the way it came in.
        proven: whether it is shown that its reporter got the message.
        linked: whether it fits messages of ours.
        counted: whether the same reporter's complaint about the same text counts already.
    """
    if counted or not linked or not proven:
        return 0.0
    weights = table().weights
    return weights.proven * weights.channels.get(channel, 1.0)


def score_of(kind: Kind, scores: Mapping[str, float]) -> float:
    """The highest of a text's scores that speak for a complaint of a kind; 0 where there is none."""
    return max((scores.get(name, 0.0) for name in table().kinds[kind].scores), default=0.0)


SPARED: Final = frozenset({"otp", "alert"})
"""Stopped by a person alone: a code that does not come locks people out, an alert may be about their life."""
