"""Owns what a linear model sees of texts: hashed words, pairs of words and stretches of letters; must not weigh them.

Words are runs of letters, digits and the signs that stand for money, shares and addresses; every digit reads as 0.
A stretch is three to five signs of one word, the space before and after it included. All texts of a batch are one
array of code points: a polynomial prefix hash modulo 2**64 gives the hash of any stretch of it by one subtraction, the
same wherever the stretch stands, so that a text has the same features alone and in company.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

BITS: Final = 18
"""Features fall into `2**BITS` buckets."""
VERSION: Final = 1
"""Changes when the same text gives other features; a model of another version cannot be used."""

Buckets = npt.NDArray[np.int64]
_Hashes = npt.NDArray[np.uint64]
_Flags = npt.NDArray[np.bool_]

_BASE: Final = 0x9E3779B97F4A7C15
_BACK: Final = pow(_BASE, -1, 1 << 64)
_PAIR: Final = np.uint64(0xD6E8FEB86659FD93)
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)
_HALF: Final = np.uint64(32)
_SHIFT: Final = np.uint64(64 - BITS)
_WORD, _TWO_WORDS = np.uint64(1), np.uint64(2)
_STRETCHES: Final = (3, 4, 5)
_ALWAYS: Final = 0  # the bucket of a feature that every text has, so that none is without any
_GAP: Final = "  "  # ends one text and begins the next; no stretch holds two spaces
_SIGNS: Final = "0123456789abcdefghijklmnopqrstuvwxyz$%#@&"
# No letters: spaces and marks of Latin, punctuation to arrows and box drawing, East Asian marks, private use, variants.
_NO_LETTERS: Final = ((0x80, 0xA9), (0xAB, 0xB4), (0xB6, 0xB9), (0x2000, 0x20A0), (0x2190, 0x2600), (0x3000, 0x3040),
                      (0xD800, 0xF900), (0xFE00, 0xFE70), (0xFF00, 0xFF10), (0xFFF0, 0xFFFF))  # fmt: skip
_LAST: Final = 0xFFFF


class Features(NamedTuple):
    """The features of texts, one after the other.

    Attributes:
        buckets: of every feature, those of a text together; a feature that stands twice counts twice.
        counts: how many belong to each text, at least 1.
    """

    buckets: Buckets
    counts: Buckets

    @property
    def starts(self) -> Buckets:
        """Where the features of each text begin."""
        return np.cumsum(self.counts) - self.counts


def features_of(texts: Sequence[str]) -> Features:
    """Return the features of texts as people see them (`Unmasked.plain`). Linear in their length."""
    points, in_word, starts = _read(texts)
    hashes = _Stretches(points)
    at_start = np.flatnonzero(in_word[1:] & ~in_word[:-1]) + 1
    at_end = np.flatnonzero(in_word[:-1] & ~in_word[1:]) + 1
    words = hashes.of(at_start, at_end)
    columns = np.full((len(points), 2 + len(_STRETCHES)), -1, dtype=np.int64)
    columns[at_start, 0] = _bucket(words, _WORD)
    follows = np.searchsorted(starts, at_start, side="right")
    paired = np.flatnonzero(follows[1:] == follows[:-1])
    columns[at_start[paired], 1] = _bucket(words[paired] * _PAIR + words[paired + 1], _TWO_WORDS)
    gaps = np.concatenate(([0], np.cumsum(~in_word)))
    for column, length in enumerate(_STRETCHES, 2):
        first = np.flatnonzero(gaps[length - 1 : -1] == gaps[1 : 1 - length])
        columns[first, column] = _bucket(hashes.of(first, first + length), np.uint64(length))
    columns[starts, 0] = _ALWAYS
    there = columns >= 0
    return Features(columns[there], np.add.reduceat(there.sum(axis=1), starts))


def _read(texts: Sequence[str]) -> tuple[_Hashes, _Flags, Buckets]:
    """Code points of all texts in a row, which of them are in words, and where each text begins."""
    joined = f" {_GAP.join(texts)} "
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + len(_GAP)
    low = np.minimum(points, _LAST)
    in_word = _TABLE[low] > 0
    return np.where(points <= _LAST, _TABLE[low], points).astype(np.uint64), in_word, np.cumsum(lengths) - lengths


class _Stretches:
    """Hashes of stretches of an array of code points."""

    def __init__(self, points: _Hashes) -> None:
        powers, self._back = _powers(len(points))
        self._sums = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum((points + np.uint64(1)) * powers)))

    def of(self, first: Buckets, end: Buckets) -> _Hashes:
        """The hash of each stretch from `first` to before `end`."""
        found: _Hashes = (self._sums[end] - self._sums[first]) * self._back[first]
        return found


def _bucket(hashes: _Hashes, kind: np.uint64) -> Buckets:
    mixed = (hashes + kind) * _MIX
    mixed ^= mixed >> _HALF
    return ((mixed * _MIX) >> _SHIFT).astype(np.int64)


def _powers(length: int) -> tuple[_Hashes, _Hashes]:
    """Powers of the base and of its inverse, at least so many; kept, and made anew for a longer array."""
    if len(_KEPT[0]) < length:
        size = 1 << length.bit_length()
        _KEPT[:] = [_powers_of(_BASE, size), _powers_of(_BACK, size)]
    return _KEPT[0][:length], _KEPT[1]


def _powers_of(base: int, size: int) -> _Hashes:
    factors = np.full(size, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _table() -> npt.NDArray[np.uint32]:
    """What each code point reads as; 0 for what is in no word. Fixed: no version of Unicode changes a feature."""
    table = np.arange(_LAST + 1, dtype=np.uint32)
    table[:0x80] = 0
    for first, end in _NO_LETTERS:
        table[first:end] = 0
    for sign in _SIGNS:
        table[ord(sign)] = ord("0") if sign.isdigit() else ord(sign)
    table[0x660:0x66A] = table[0x6F0:0x6FA] = table[0x966:0x970] = ord("0")  # digits of Arabic, Persian, Hindi
    table[ord("£")] = ord("£")
    return table


_TABLE: Final = _table()
_KEPT: Final = [_powers_of(_BASE, 1), _powers_of(_BACK, 1)]
