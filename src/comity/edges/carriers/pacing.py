"""Owns how fast and how soon again: rate, back-off and what throttling teaches; must not know sockets or clocks.

`now` is always a monotonic clock's reading in seconds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

# One second's worth may go at once; a carrier's own meter counts seconds, not milliseconds.
_BURST_S: Final = 1.0


class TokenBucket:
    """A rate that allows bursts of one second's worth.

    Args:
        rate: tokens a second; 0 for no limit.
        now: the present.
    """

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._most = max(1.0, rate * _BURST_S)
        self._tokens = min(1.0, self._most)  # a link that flaps must not gain a burst with every start
        self._at = now

    def available(self, now: float, most: int) -> int:
        """How many of `most` may go now."""
        if not self._rate:
            return most
        self._fill(now)
        return min(most, int(self._tokens))

    def take(self, count: int) -> None:
        """So many went."""
        if self._rate:
            self._tokens -= count

    def next_in(self, now: float) -> float | None:
        """In how many seconds there is a token; None when there is one already."""
        if not self._rate:
            return None
        self._fill(now)
        return None if self._tokens >= 1 else (1 - self._tokens) / self._rate

    def _fill(self, now: float) -> None:
        self._tokens = min(self._most, self._tokens + (now - self._at) * self._rate)
        self._at = now


class Backoff:
    """Exponential spans with full jitter.

    Args:
        first_s: the upper end of the first span.
        most_s: the upper end of all later ones.
        dice: gives a number from 0 to 1.
    """

    def __init__(self, first_s: float, most_s: float, dice: Callable[[], float] = random.random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._dice = dice
        self._failures = 0

    def next_s(self) -> float:
        """How long to wait after one more failure, seconds."""
        # 2**60 times anything is more than the most; a larger exponent would overflow in the end.
        ceiling = min(self._most_s, self._first_s * 2.0 ** min(self._failures, 60))
        self._failures += 1
        return self._dice() * ceiling

    def reset(self) -> None:
        """It worked."""
        self._failures = 0


FIRST_PAUSE_S: Final = 0.5
MOST_PAUSE_S: Final = 30.0


class Throttle:
    """What a carrier's throttling answers do to a link: a pause, and a smaller allowance afterwards.

    The allowance halves with each pause and grows by one for each allowance of accepted
    messages, as TCP's congestion window does; so a link finds the pace that the carrier
    bears without being told it. Pauses double from 0.5 s to 30 s (half of it jitter)
    while nothing is accepted between them.

    Args:
        most: the allowance at best: the window of all connections together.
        dice: gives a number from 0 to 1.
    """

    def __init__(self, most: int, dice: Callable[[], float] = random.random) -> None:
        self._most = most
        self._dice = dice
        self._allowance = float(most)
        self._pauses = 0
        self._until = 0.0

    @property
    def allowance(self) -> int:
        """How many may be under way at once."""
        return int(self._allowance)

    def paused(self, now: float) -> bool:
        """Whether nothing may go now."""
        return now < self._until

    def resumes_in(self, now: float) -> float | None:
        """In how many seconds the pause ends; None when there is none."""
        return self._until - now if now < self._until else None

    def refused(self, now: float) -> None:
        """A throttling answer came; those that follow in the same pause answer what had gone out before it."""
        if self.paused(now):
            return
        ceiling = min(MOST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self._pauses, 60))
        self._pauses += 1
        self._until = now + ceiling * (0.5 + self._dice() / 2)
        self._allowance = max(1.0, self._allowance / 2)

    def accepted(self, count: int, now: float) -> None:
        """So many messages were accepted."""
        if self._allowance < self._most:
            self._allowance = min(float(self._most), self._allowance + count / self._allowance)
        if not self.paused(now):
            self._pauses = 0
