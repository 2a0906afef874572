"""Owns who wrote to a number lately over all accounts, and which numbers are worth counting; must not know any store.

Nearly every number hears from one account at a time, and a row for each message would cost more than all other counts
together. So each process remembers, in a table of fixed size, the last message to each number. Only where another
account comes within the hour, or the store counts the number already, is what reaches it written down, and is it asked
whether the account is a stranger to the number. Of what came before nobody asked, so it is counted as no stranger's.

What is not counted, at most: what a first account sent before the second came, but for its last message; for each
process, one account that alone wrote to the number there and has not written since; what is judged in the same instant
elsewhere; and what was forgotten because another number took its place, which befalls a message with the probability
1 - exp(-n / SLOTS) when n others come after it within the hour. Numbers are told apart by 56 bits of a keyed hash,
accounts of one family by the lowest 21 bits of their ids.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

import msgspec

from comity.messages.life import State
from comity.messages.submission import Category, Judged
from comity.messages.verdict import Action, Finding
from comity.screening.judging import Arrival, Bearing
from comity.screening.rules.destination_flood import LONGEST_MIN, RULE

if TYPE_CHECKING:
    from comity.accounts.account import Account
    from comity.journey.prepare import Prepared

# What waits for its turn counts as sent: nobody has to let it go.
LET_THROUGH: Final = frozenset({State.QUEUED, State.DEFERRED})
SLOTS: Final = 1 << 20
"""Numbers that a process remembers; each takes 16 octets."""

_STOPPED: Final = frozenset({Action.DEFER.word, Action.HOLD.word, Action.REFUSE.word})
_CATEGORIES: Final = tuple(category.value for category in Category)
_PLACE_OF: Final = {category: place for place, category in enumerate(_CATEGORIES)}
_MINUTE_BITS: Final = 28
_MINUTE_MASK: Final = (1 << _MINUTE_BITS) - 1
_NUMBER_MASK: Final = (1 << 64) - 1
_CATEGORY_BITS: Final = 2
_ACCOUNT_SHIFT: Final = _CATEGORY_BITS + 1
_ACCOUNT_BITS: Final = 21
_ACCOUNT_MASK: Final = (1 << _ACCOUNT_BITS) - 1
_FAMILY_SHIFT: Final = _ACCOUNT_SHIFT + _ACCOUNT_BITS
_FAMILY_MASK: Final = (1 << 64 - _FAMILY_SHIFT) - 1


class Arrived(msgspec.Struct, frozen=True, gc=False):
    """Messages of a family of accounts that reach a number in a minute (counted since 1970).

    `bearing` is what their account is to the number, "" where nobody asked; `account` the lowest bits of its id, where
    this process saw it.
    """

    minute: int
    family: int
    category: str
    messages: int = 1
    bearing: Bearing | Literal[""] = ""
    account: int = 0


class Counted(msgspec.Struct, frozen=True, order=True):
    """A line to add to what the store counts."""

    number: int
    minute: int
    family: int
    category: str
    bearing: str
    messages: int


class Flooded(msgspec.Struct, frozen=True):
    """A message that was stopped because its number gets too many; `number` stands for it."""

    number: int
    account_id: int
    message_id: UUID
    recipient: str


class Sketch:
    """The last message to each number, as this process remembers it; what is remembered never takes more room.

    Args:
        slots: a power of two up to 2^28. A number whose slot another one takes is forgotten.
    """

    def __init__(self, slots: int = SLOTS) -> None:
        self._mask = slots - 1
        # Pages that were never written to take no room.
        self._words = memoryview(mmap.mmap(-1, slots * 16)).cast("Q")

    def last(self, number: int, now_minute: int) -> tuple[Arrived, bool] | None:
        """The last message to a number within the hour, and whether the store counts it."""
        place = (number & self._mask) << 1
        word = self._words[place]
        minute = word & _MINUTE_MASK
        if minute <= now_minute - LONGEST_MIN or word >> _MINUTE_BITS != (number & _NUMBER_MASK) >> _MINUTE_BITS:
            return None
        said = self._words[place + 1]
        category = _CATEGORIES[said >> 1 & (1 << _CATEGORY_BITS) - 1]
        account = said >> _ACCOUNT_SHIFT & _ACCOUNT_MASK
        return Arrived(minute, said >> _FAMILY_SHIFT, category, account=account), bool(said & 1)

    def note(self, number: int, arrived: Arrived, *, is_counted: bool) -> None:
        """A message to a number was written."""
        place = (number & self._mask) << 1
        whose = (number & _NUMBER_MASK) >> _MINUTE_BITS
        word = self._words[place]
        # What is to go out tomorrow is remembered until then.
        minute = max(arrived.minute, word & _MINUTE_MASK) if word >> _MINUTE_BITS == whose else arrived.minute
        self._words[place] = whose << _MINUTE_BITS | minute
        whose_message = (arrived.family & _FAMILY_MASK) << _FAMILY_SHIFT | arrived.account << _ACCOUNT_SHIFT
        self._words[place + 1] = whose_message | _PLACE_OF[arrived.category] << 1 | is_counted


class Arrivals:
    """What reaches the numbers of one batch.

    What a unit adds counts for the unit itself at once, and for those after it once it is sure to be written.

    Args:
        sketch: what this process remembers.
        now: the instant of the batch.
    """

    def __init__(self, sketch: Sketch, now: datetime) -> None:
        self._sketch = sketch
        self._now_minute = minute_number(now)
        self._kept: dict[int, list[Arrived]] = {}
        self._of_unit: dict[int, list[Arrived]] = {}
        self._watched: set[int] = set()
        self._flooded_of_unit: list[Flooded] = []
        self.flooded: list[Flooded] = []

    def begin_unit(self) -> None:
        """Forget what a unit added that was not kept."""
        self._of_unit = {}
        self._flooded_of_unit = []

    def keep_unit(self) -> None:
        """What the unit added counts for all after it."""
        for number, arrived in self._of_unit.items():
            self._kept.setdefault(number, []).extend(arrived)
        self.flooded += self._flooded_of_unit
        self.begin_unit()

    def is_shared(self, number: int, account: Account) -> bool:
        """Whether this process saw another account write to a number last."""
        remembered = self._sketch.last(number, self._now_minute)
        return remembered is not None and not _is_of(remembered[0], account)

    def around(self, number: int, account: Account, at_minute: int, stored: Sequence[Arrived]) -> tuple[Arrival, ...]:
        """The fact: what reaches a number, of which the store counts `stored`; empty while one account writes alone."""
        kept, of_unit = self._kept.get(number, ()), self._of_unit.get(number, ())
        remembered = self._sketch.last(number, self._now_minute)
        if not (stored or kept or of_unit) and (remembered is None or _is_of(remembered[0], account)):
            return ()  # as nearly always
        known = [*stored, *kept, *of_unit]
        if remembered is not None and not remembered[1]:
            known.append(remembered[0])
        if not stored and all(_is_of(one, account) for one in known):
            return ()
        self._watched.add(number)
        return _facts(known, account.family_id, at_minute)

    def take(self, number: int, account: Account, one: Prepared, judged: Judged, due_minute: int) -> None:
        """A message of the unit at hand was judged: it is let through, or stopped because of what others send."""
        verdict = judged.verdict
        # Alerts that pass whatever else is sent are no part of it.
        if judged.state in LET_THROUGH and not verdict.facts.alert_clearance:
            bearing: Bearing | Literal[""] = verdict.facts.bearing or ""
            whose = account.account_id & _ACCOUNT_MASK
            self.add(number, Arrived(due_minute, account.family_id, one.message.category.value, 1, bearing, whose))
        if verdict.findings and any(map(_stops, verdict.findings)):
            stopped = Flooded(number, account.account_id, judged.id, one.message.recipient)
            self._flooded_of_unit.append(stopped)

    def add(self, number: int, arrived: Arrived) -> None:
        """A message of the unit at hand is let through."""
        self._of_unit.setdefault(number, []).append(arrived)

    def counted(self) -> list[Counted]:
        """What the store is to count, in order."""
        lines: dict[tuple[int, int, int, str, str], int] = {}
        for number in self._watched & self._kept.keys():
            for one in (*self._kept[number], *self._uncounted(number)):
                key = (number, one.minute, one.family, one.category, one.bearing)
                lines[key] = lines.get(key, 0) + one.messages
        return sorted(Counted(*key, messages) for key, messages in lines.items())

    def written(self) -> None:
        """The batch was written: remember it."""
        for number, arrived in self._kept.items():
            self._sketch.note(number, arrived[-1], is_counted=number in self._watched)

    def _uncounted(self, number: int) -> Iterable[Arrived]:
        remembered = self._sketch.last(number, self._now_minute)
        return () if remembered is None or remembered[1] else (remembered[0],)


def _is_of(one: Arrived, account: Account) -> bool:
    return one.family == account.family_id and one.account == account.account_id & _ACCOUNT_MASK


def _stops(finding: Finding) -> bool:
    return finding.rule == RULE.id and finding.enforced and finding.action in _STOPPED


def minute_number(at: datetime) -> int:
    """The minute, counted since 1970."""
    return int(at.timestamp()) // 60


def _facts(known: Iterable[Arrived], family: int, at_minute: int) -> tuple[Arrival, ...]:
    """Families under numbers that say nothing, the newest minute first."""
    near = sorted(
        (at_minute - one.minute, one.family, one.category, one.bearing, one.messages)
        for one in known
        if abs(at_minute - one.minute) < LONGEST_MIN
    )
    names = {family: 0}
    sums: dict[tuple[int, int, str, Bearing | Literal[""]], int] = {}
    for ago_min, whose, category, bearing, messages in near:
        key = (ago_min, names.setdefault(whose, len(names)), category, bearing)
        sums[key] = sums.get(key, 0) + messages
    return tuple(
        Arrival(ago_min, whose, category, messages, bearing)
        for (ago_min, whose, category, bearing), messages in sums.items()
    )
