"""Owns how much each endpoint may have under way, so that a bad one delays no other; must not know HTTP or SQL.

Each webhook has a lane. Its window, the events it may hold, opens with success and
closes with failure and slowness, as TCP's does. A lane that only fails is left alone
for growing spans, and all lanes in trouble share a part of the whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

FIRST_WINDOW: Final = 4
WIDEST_WINDOW: Final = 160
# A slow endpoint that answers keeps this many; one that fails gets down to a single one.
SLOW_WINDOW: Final = 8
CONNECTIONS: Final = 32
MOST_IN_HAND: Final = 512
MOST_IN_TROUBLE: Final = 128
_SLOW_S: Final = 1.0
_OPENING: Final = 2
# From this many failures in a row a lane pauses: 1 s, 2 s, 4 s up to a minute.
_FAILURES_BEFORE_PAUSE: Final = 5
_LONGEST_PAUSE_S: Final = 60.0
# A lane at rest is forgotten after so long; its webhook starts anew.
_KEPT_S: Final = 120.0


@dataclass(slots=True)
class Claimed:
    """An event in a worker's hands.

    Attributes:
        token: of the claim; what is said of the event counts only while it holds.
        lease_ends: the loop's time, in seconds, after which it must not be sent.
    """

    account_id: int
    event_id: UUID
    webhook_id: UUID
    kind: str
    body: str
    attempt: int
    endpoint: str
    method: str
    secret: str
    username: str
    token: UUID
    lease_ends: float


@dataclass(slots=True)
class Lane:
    """What one webhook has under way. Times are the event loop's, in seconds."""

    account_id: int
    webhook_id: UUID
    failing_since: datetime | None = None
    window: int = FIRST_WINDOW
    waiting: deque[Claimed] = field(default_factory=deque)
    sending: int = 0
    failures: int = 0
    paused_until: float = 0.0
    touched: float = 0.0

    @property
    def held(self) -> int:
        """Events claimed for it."""
        return len(self.waiting) + self.sending

    @property
    def in_trouble(self) -> bool:
        """Whether its last try failed."""
        return self.failures > 0

    def free(self, now: float) -> int:
        """How many more events it may claim."""
        return 0 if now < self.paused_until else max(self.window - self.held, 0)

    def may_send(self) -> bool:
        """Whether another of its waiting events may be sent now."""
        return bool(self.waiting) and self.sending < min(self.window, CONNECTIONS)

    def may_go_on(self, now: float) -> bool:
        """Whether a sender that is done with an event may take the next."""
        return now >= self.paused_until and self.sending <= min(self.window, CONNECTIONS)

    def succeeded(self, took_s: float) -> None:
        """An event was acknowledged."""
        self.failures = 0
        if took_s < _SLOW_S:
            self.window = min(self.window + _OPENING, WIDEST_WINDOW)
        elif self.window > SLOW_WINDOW:
            self.window = max(self.window // 2, SLOW_WINDOW)

    def failed(self, now: float, asked_pause_s: float) -> None:
        """A try failed; `asked_pause_s` is the endpoint's own wish."""
        self.failures += 1
        self.window = max(self.window // 2, 1)
        excess = self.failures - _FAILURES_BEFORE_PAUSE
        own_s = min(2.0 ** min(excess, 10), _LONGEST_PAUSE_S) if excess >= 0 else 0.0
        if pause_s := max(own_s, asked_pause_s):
            self.paused_until = max(self.paused_until, now + pause_s)

    def give_back(self, now: float) -> list[Claimed]:
        """The events it should not keep while it is in trouble: all while paused, else those beyond its window."""
        keep = 0 if now < self.paused_until else self.window
        given = []
        while self.waiting and self.held > keep:
            given.append(self.waiting.pop())
        return given


class Lanes:
    """All lanes of one worker.

    Args:
        time: the event loop's clock, in seconds.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._lanes: dict[UUID, Lane] = {}

    @property
    def held(self) -> int:
        """Events claimed for all."""
        return sum(lane.held for lane in self._lanes.values())

    def all(self) -> list[Lane]:
        """Every lane."""
        return list(self._lanes.values())

    def of(self, account_id: int, webhook_id: UUID) -> Lane:
        """The webhook's lane."""
        lane = self._lanes.get(webhook_id)
        if lane is None:
            lane = self._lanes[webhook_id] = Lane(account_id, webhook_id)
        lane.touched = self._time()
        return lane

    def of_known(self, webhook_id: UUID) -> Lane:
        """The lane of a webhook that has one."""
        return self._lanes[webhook_id]

    def offers(self) -> tuple[int, list[tuple[UUID, int]]]:
        """What may be claimed: in all, and for each known webhook; others may have FIRST_WINDOW each."""
        now = self._time()
        self._forget(now)
        spare = MOST_IN_TROUBLE - sum(lane.held for lane in self._lanes.values() if lane.in_trouble)
        offers = []
        for lane in self._lanes.values():
            free = lane.free(now)
            if lane.in_trouble:
                free = min(free, max(spare, 0))
                spare -= free
            offers.append((lane.webhook_id, free))
        return max(MOST_IN_HAND - self.held, 0), offers

    def _forget(self, now: float) -> None:
        resting = [
            lane.webhook_id
            for lane in self._lanes.values()
            if not lane.held and now > max(lane.touched, lane.paused_until) + _KEPT_S
        ]
        for webhook_id in resting:
            del self._lanes[webhook_id]
