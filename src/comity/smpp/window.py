"""Owns the requests that await an answer and their deadlines; must not know what they ask.

Nothing here reads a clock. A request gets its deadline the next time that the
session is told the time, so sending costs one dictionary entry.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Final

NOT_YET: Final = math.inf
_LATE_PER_PLACE: Final = 4


class Window:
    """Sequences sent and not yet answered, oldest first.

    Args:
        places: how many may be under way at once, at least 1.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._deadlines: dict[int, float] = {}
        self._late: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._deadlines)

    def __contains__(self, sequence: int) -> bool:
        return sequence in self._deadlines or sequence in self._late

    @property
    def room(self) -> int:
        """How many more may be sent now."""
        return self._places - len(self._deadlines)

    def sequences(self) -> tuple[int, ...]:
        """Those under way, oldest first."""
        return tuple(self._deadlines)

    def add(self, sequence: int) -> None:
        """One was sent; its deadline is set by the next `stamp`."""
        self._deadlines[sequence] = NOT_YET

    def settle(self, sequence: int) -> bool:
        """One was answered; False when it is not under way."""
        return self._deadlines.pop(sequence, None) is not None

    def settle_late(self, sequence: int) -> bool:
        """One was answered after it timed out; False when it is not remembered."""
        return self._late.pop(sequence, False) is None

    def stamp(self, deadline: float) -> None:
        """Give those sent since the last call their deadline."""
        for sequence in reversed(self._deadlines):
            if self._deadlines[sequence] != NOT_YET:
                return
            self._deadlines[sequence] = deadline

    def next_deadline(self) -> float:
        """When the oldest times out; infinity when none is under way."""
        for deadline in self._deadlines.values():
            return deadline
        return NOT_YET

    def expire(self, now: float) -> list[int]:
        """Take out those whose deadline has come; a bounded number is remembered for an answer that comes late."""
        expired = []
        for sequence, deadline in self._deadlines.items():
            if deadline > now:
                break
            expired.append(sequence)
        for sequence in expired:
            del self._deadlines[sequence]
            self._late[sequence] = None
        while len(self._late) > _LATE_PER_PLACE * self._places:
            self._late.popitem(last=False)
        return expired
