"""Owns counting what accounts send against what they used to: this hour, this day; must not know any store (U15)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from comity.accounts.challenges import Challenged, Volume
from comity.journey.traffic import hour_of

_MOST_STOPPED: Final = 10_000


class Stopped:
    """How many messages challenges hold, in one batch: as doors told of them, and what this process held beside.

    Args:
        known: what this process held, by challenge; it is added to.
    """

    def __init__(self, known: dict[str, int]) -> None:
        self._known = known
        self._kept: dict[str, int] = {}
        self._of_unit: dict[str, int] = {}

    def with_held(self, one: Challenged) -> Challenged:
        """The challenge with what it holds by now."""
        more = (held.get(one.challenge, 0) for held in (self._known, self._kept, self._of_unit))
        return msgspec.structs.replace(one, held=max(one.held, *more))

    def add(self, one: Challenged) -> None:
        """A message of the unit at hand is held, beside what `with_held` told."""
        self._of_unit[one.challenge] = one.held + 1

    def begin_unit(self) -> None:
        """Forget what a unit added that was not kept."""
        self._of_unit = {}

    def keep_unit(self) -> None:
        """What the unit added counts for all after it."""
        self._kept.update(self._of_unit)

    def written(self) -> None:
        """The batch was written: others know of it."""
        if len(self._known) > _MOST_STOPPED:
            self._known.clear()
        for challenge, held in self._kept.items():
            self._known[challenge] = max(held, self._known.get(challenge, 0))


class AccountVolume(msgspec.Struct):
    """What an account sent up to some seconds ago.

    Attributes:
        at: the hour (UTC) that `hour` counts.
        hour: messages in it.
        day: messages since its midnight UTC.
        usual_hour: messages in the busiest hour of the days before, as far back as the policy looks.
        usual_day: messages on the busiest of these days.
        since: when it first sent anything; None for never.
    """

    at: datetime
    hour: int = 0
    day: int = 0
    usual_hour: int = 0
    usual_day: int = 0
    since: datetime | None = None

    def add(self, messages: int, now: datetime) -> None:
        """So many more were sent at that instant."""
        self.hour, self.day = self._hour_of(now) + messages, self._day_of(now) + messages
        self.at = hour_of(now)

    def with_more(self, messages: int, now: datetime) -> tuple[int, int]:
        """Messages of this hour and this day, with so many beside."""
        return self._hour_of(now) + messages, self._day_of(now) + messages

    def fact(self, counts: tuple[int, int], declared: int, *, is_new: bool) -> Volume:
        """The fact, with the counts of `with_more`."""
        return Volume(*counts, self.usual_hour, self.usual_day, is_new, declared)

    def _hour_of(self, now: datetime) -> int:
        return self.hour if self.at == hour_of(now) else 0

    def _day_of(self, now: datetime) -> int:
        return self.day if self.at.date() == now.date() else 0
