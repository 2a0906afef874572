"""Owns how alike a sender name is to protected ones, and in which way; must not know whose sender it is.

Each way has a score. They are judgement, not measured shares; the policy's thresholds say what follows from one
(`docs/explanation/sender-identity.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

from comity.senders.names import alike_key, cut_off, is_disguised, leet_key, name_key, tokens_of

EXACT: Final = "the name itself"
DRAWN: Final = "drawn alike"
WORDS: Final = "with words added"
CUT: Final = "cut short"
NEAR: Final = "nearly the name"
WITHIN: Final = "the name among others"

_SCORES: Final = {EXACT: 1.0, DRAWN: 0.97, WORDS: 0.95, CUT: 0.9, NEAR: 0.85, WITHIN: 0.6}
_ORDINARY_FACTOR: Final = 0.7
_SHORT_NEAR_FACTOR: Final = 0.8
_SHORTEST_DRAWN: Final = 5
_SHORTEST_WITHIN: Final = 3
_SHORTEST_NEAR: Final = 6
# Of six or seven letters one may be wrong, and many a word is that near; of ten and more, two.
_SURE_NEAR: Final = 8
_TWO_WRONG: Final = 10


class Named(msgspec.Struct, frozen=True):
    """One name of one brand.

    Attributes:
        brand: its id.
        name: as the register writes it.
        key: `name_key` of it.
        ordinary: whether it is an ordinary word too, so that alone it says little.
    """

    brand: str
    name: str
    key: str
    ordinary: bool


class Likeness(msgspec.Struct, frozen=True):
    """What a sender is taken for.

    Attributes:
        brand: id of the brand.
        name: the name that it resembles.
        how: one of EXACT, DRAWN, WORDS, CUT, NEAR, WITHIN, in words that people are shown.
        score: how sure it is that people take the one for the other, 0 to 1.
        ordinary: whether the name is an ordinary word too.
    """

    brand: str
    name: str
    how: str
    score: float
    ordinary: bool


class Likenesses:
    """The protected names in the forms in which a sender may resemble one."""

    def __init__(self, named: Iterable[Named], senders: Iterable[Named] = ()) -> None:
        """Take names and, apart, sender ids, which are too short and too many to be compared by letters away."""
        named = [one for one in named if one.key]
        names = [*named, *(one for one in senders if one.key)]
        self._exact = _group(names, lambda one: (one.key,))
        self._alike = _group(names, lambda one: () if one.ordinary else (alike_key(one.key),))
        self._leet = _group(names, lambda one: (leet_key(one.key),))
        self._cut = _group(names, lambda one: cut_off(one.name))
        near = [one for one in named if len(one.key) >= _SHORTEST_NEAR and not one.ordinary]
        self._near = _group(near, lambda one: (one.key,))
        self._near_keys = tuple(self._near)

    def of(self, written: str, words: frozenset[str]) -> tuple[Likeness, ...]:
        """What a sender is taken for, the likest first, each brand once."""
        best: dict[str, Likeness] = {}
        for likeness in self._each(written, words):
            known = best.get(likeness.brand)
            if known is None or known.score < likeness.score:
                best[likeness.brand] = likeness
        return tuple(sorted(best.values(), key=lambda one: -one.score))

    def _each(self, written: str, words: frozenset[str]) -> Iterator[Likeness]:
        key = name_key(written)
        whole = [*self._same(written, key), *_likenesses(self._cut.get(key, ()), CUT)]
        if whole:
            yield from whole
            return
        tokens = tokens_of(written)
        added = [*self._without_words(tokens, words), *self._peeled(key, words)]
        yield from added
        if not added and not all(_is_added(token, words) for token in tokens):
            yield from self._nearly(key)
            yield from self._within(written, tokens)

    def _same(self, written: str, key: str) -> Iterator[Likeness]:
        """The name itself, or one drawn like it."""
        exact = self._exact.get(key, ())
        yield from _likenesses(exact, DRAWN if is_disguised(written) else EXACT)
        if exact:
            return
        if len(key) >= _SHORTEST_DRAWN or _hides_an_l(written):
            yield from _likenesses(self._alike.get(alike_key(key), ()), DRAWN)
        if any(map(str.isdigit, key)) and not key.isdigit():
            yield from _likenesses(self._leet.get(leet_key(key), ()), DRAWN)

    def _without_words(self, tokens: tuple[str, ...], words: frozenset[str]) -> Iterator[Likeness]:
        """The name with words at its ends that anybody adds: `DHL-Info`, `ING.BE`, `RaboBnk Alert`."""
        for first, last in _runs(len(tokens)):
            rest = "".join(tokens[first:last])
            if all(_is_added(token, words) for token in (*tokens[:first], *tokens[last:])):
                yield from (_with_words(one) for one in self._same(rest, rest))
                if not all(_is_added(token, words) for token in tokens[first:last]):
                    yield from self._nearly(rest)

    def _peeled(self, key: str, words: frozenset[str]) -> Iterator[Likeness]:
        """The same where nothing parts the words: `INGBANK`, `paypalinfo`."""
        for at in range(_SHORTEST_WITHIN, len(key) - 1):
            for rest, word in ((key[:at], key[at:]), (key[-at:], key[:-at])):
                if len(rest) == _SHORTEST_WITHIN and not key.startswith(rest):
                    continue  # "posting" and "helping" are no words of ING
                if (word in words and len(word) > _SHORTEST_WITHIN) or word.isdigit():
                    yield from (_with_words(one) for one in self._same(rest, rest) if not one.ordinary)

    def _nearly(self, key: str) -> Iterator[Likeness]:
        if len(key) < _SHORTEST_NEAR:
            return
        rows = process.extract(key, self._near_keys, scorer=OSA.distance, score_cutoff=2, limit=4)
        for near, distance, _ in rows:
            if 0 < distance <= (2 if min(len(near), len(key)) >= _TWO_WRONG else 1) and _begin_alike(near, key):
                factor = 1.0 if len(near) >= _SURE_NEAR else _SHORT_NEAR_FACTOR
                yield from (_less(one, factor) for one in _likenesses(self._near[near], NEAR))

    def _within(self, written: str, tokens: tuple[str, ...]) -> Iterator[Likeness]:
        """The name as a word among others: `Acme PayPal`. Short ones count as the register writes them."""
        for first, last in _runs(len(tokens)):
            found = self._exact.get("".join(tokens[first:last]), ())
            sure = [one for one in found if not one.ordinary and _stands_in(one.name, written)]
            yield from _likenesses(sure, WITHIN)


def _runs(count: int) -> Iterator[tuple[int, int]]:
    """The parts of so many words that stand together, but for all of them, the longest first."""
    for length in range(count - 1, 0, -1):
        for first in range(count - length + 1):
            yield first, first + length


def _likenesses(names: Iterable[Named], how: str) -> Iterator[Likeness]:
    for one in names:
        factor = _ORDINARY_FACTOR if one.ordinary else 1.0
        yield Likeness(one.brand, one.name, how, round(_SCORES[how] * factor, 3), one.ordinary)


def _with_words(one: Likeness) -> Likeness:
    """An ordinary word with others around it says no more than it does alone."""
    score = _SCORES[WORDS] * (_ORDINARY_FACTOR if one.ordinary else 1.0)
    return msgspec.structs.replace(one, how=WORDS, score=round(min(one.score, score), 3))


def _less(one: Likeness, factor: float) -> Likeness:
    return msgspec.structs.replace(one, score=round(one.score * factor, 3))


def _is_added(token: str, words: frozenset[str]) -> bool:
    bare = token.rstrip("0123456789")
    return not bare or bare in words or token in words


def _begin_alike(name: str, key: str) -> bool:
    """Whether two names begin with the same letter, or with the same two turned round: "Finance" is not Binance."""
    return name[0] == key[0] or name[:2] == key[1::-1]


def _hides_an_l(written: str) -> bool:
    """Whether a small l stands among capitals, where it is read as an I."""
    return "l" in written and written.replace("l", "").isupper()


def _stands_in(name: str, written: str) -> bool:
    if len(name) >= _SURE_NEAR - 3:
        return True
    return len(name) >= _SHORTEST_WITHIN and name in written


def _group(names: Iterable[Named], forms: Callable[[Named], Iterable[str]]) -> dict[str, tuple[Named, ...]]:
    found: dict[str, tuple[Named, ...]] = {}
    for one in names:
        for form in forms(one):
            found[form] = (*found.get(form, ()), one)
    return found
