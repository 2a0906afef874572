"""Owns watching how scores are spread over the weeks: a model or traffic that changes shows; must not know SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Protocol

from comity.base.clock import Clock
from comity.content.drift import BINS, stability_index

_COUNTED_BACK: Final = timedelta(days=35)

Bins = Mapping[str, tuple[Sequence[int], Sequence[int]]]


class ScoreStore(Protocol):
    """What watching needs of the store."""

    async def count_scores(self, first: date, until: date) -> int:
        """Count the scores of days from `first` to before `until` that nobody counted yet; returns how many days."""
        ...

    async def score_bins(self, until: date, bins: int) -> Bins:
        """By category, messages in each bin: in the week before `until`, and in the four weeks before that week."""
        ...


class Drift:
    """By how far the last seven days lie from the four weeks before, by category.

    Args:
        store: where scores are counted.
        clock: the present.
    """

    def __init__(self, store: ScoreStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.by_category: dict[str, float] = {}

    async def once(self) -> None:
        """Count the days that are over, and compare."""
        today = self._clock.now().date()
        await self._store.count_scores(today - _COUNTED_BACK, today)
        bins = await self._store.score_bins(today, BINS)
        found = {category: stability_index(*both) for category, both in bins.items()}
        self.by_category = {category: index for category, index in found.items() if index is not None}
