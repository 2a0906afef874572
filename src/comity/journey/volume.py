"""Owns counting what accounts send against what they used to: this hour, this day; must not know any store (U15)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from comity.accounts.challenges import Volume
from comity.journey.traffic import hour_of


class AccountVolume(msgspec.Struct):
    """What an account sent up to some seconds ago.

    Attributes:
        at: the hour (UTC) that `hour` counts.
        hour: messages in it.
        day: messages since its midnight UTC.
        usual_hour: messages in the busiest hour of the days before, as far back as the policy looks.
        usual_day: messages on the busiest of these days.
        since: when it first sent within these days, or today; None for never.
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
