"""Owns what complaints weigh, how soon they are looked at, and when there is enough to freeze traffic (P6, P9).

It must not know how complaints are kept, or the present. Figures and thresholds are the policy's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import msgspec

from comity.complaints.complaint import Channel
from comity.complaints.figures import KindOf, Weights


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


def weight_of(channel: Channel, weights: Weights, *, proven: bool, linked: bool, counted: bool) -> float:
    """What a complaint weighs; nothing that anybody could say without having got the message.

    Args:
        channel: the way it came in.
        weights: the policy's.
        proven: whether it is shown that its reporter got the message.
        linked: whether it fits messages of ours.
        counted: whether the same reporter's complaint about the same text counts already.
    """
    if counted or not linked or not proven:
        return 0.0
    return weights.proven * weights.channels.get(channel, 1.0)


def score_of(kind: KindOf, scores: Mapping[str, float]) -> float:
    """The highest of a text's scores that speak for a complaint of a kind; 0 where there is none."""
    return max((scores.get(name, 0.0) for name in kind.scores), default=0.0)


SPARED: Final = frozenset({"otp", "alert"})
"""Stopped by a person alone: a code that does not come locks people out, an alert may be about their life."""
