"""Owns finding texts that are alike among many without comparing each with each; must not know any store.

Two hashes of 64 bits that differ in at most `d` places, cut into five bands, differ in at most `d // 5` places in one
band at least (pigeonhole). So every text within the distance is found by asking for each band's value and those near
to it; what is found so by chance is sorted out by comparing. None is missed: recall is 1 by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Final

from comity.text.similar import NOTHING_TO_COMPARE, distance

_BANDS: Final = 5
_BAND_BITS: Final = 13
_HASH_BITS: Final = 64
_HASH_MASK: Final = (1 << _HASH_BITS) - 1
_BAND_MASK: Final = (1 << _BAND_BITS) - 1


def bands(similarity: int) -> tuple[int, ...]:
    """A hash (signed, 64 bits) as five numbers below 2^16: which band, and its value."""
    whole = similarity & _HASH_MASK
    return tuple(band << _BAND_BITS | whole >> band * _BAND_BITS & _BAND_MASK for band in range(_BANDS))


def probes(similarity: int, most: int) -> tuple[int, ...]:
    """All bands of which a hash no further away than `most` bits has one: 70 of them for a distance of 8."""
    return tuple(band ^ flip for band in bands(similarity) for flip in _flips(most // _BANDS))


class Near:
    """Who sent texts like one, among texts that were added."""

    def __init__(self) -> None:
        self._by_band: dict[int, set[tuple[int, int, str]]] = {}
        self._added: set[tuple[int, int, str]] = set()
        self._known: dict[tuple[int, int], frozenset[tuple[int, str]]] = {}

    def add(self, similarity: int, account_id: int, sender_key: str) -> None:
        """A text went over a sender; one in which there is nothing to compare is passed over."""
        entry = (similarity, account_id, sender_key)
        if similarity == NOTHING_TO_COMPARE or entry in self._added:
            return
        self._added.add(entry)
        self._known.clear()
        for band in bands(similarity):
            self._by_band.setdefault(band, set()).add(entry)

    def update(self, others: Iterable[tuple[int, int, str]]) -> None:
        """Add many."""
        for entry in others:
            self.add(*entry)

    def of(self, similarity: int, most: int) -> frozenset[tuple[int, str]]:
        """Accounts and sender keys over which texts no further away than `most` bits went."""
        if not self._added or similarity == NOTHING_TO_COMPARE:
            return frozenset()
        found = self._known.get((similarity, most))
        if found is None:
            found = self._known[similarity, most] = frozenset(self._look(similarity, most))
        return found

    def entries(self) -> list[tuple[int, int, str]]:
        """What was added, each once: hash, account, sender key; in order."""
        return sorted(self._added)

    def _look(self, similarity: int, most: int) -> Iterator[tuple[int, str]]:
        for band in probes(similarity, most):
            for other, account_id, sender_key in self._by_band.get(band, ()):
                if distance(similarity, other) <= most:
                    yield account_id, sender_key


@lru_cache(maxsize=16)
def _flips(most: int) -> tuple[int, ...]:
    """Every way to change at most so many bits of a band."""
    places = range(_BAND_BITS)
    return tuple(
        sum(1 << place for place in chosen)
        for count in range(min(most, _BAND_BITS) + 1)
        for chosen in combinations(places, count)
    )
