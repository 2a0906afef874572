"""Owns which letters a pattern cannot do without, so that few are tried; must not know what they mean.

It reads the patterns of `abuse_sentences`: groups, alternatives, repetitions, classes and looks around, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import ahocorasick_rs

_REPEATED: Final = re.compile(r"(?:([?*+])|\{(\d+)(?:,\d*)?\})\??")
_LOOKS: Final = ("?=", "?!", "?<=", "?<!")
# A group without groups in it, up to its end; lists of words are such, and stand in many patterns.
_FLAT: Final = re.compile(r"((?:[^()\[\]\\]|\\.|\[.[^\]]*\])*+)\)", re.DOTALL)
_LONG: Final = 5
_SHORTEST: Final = 2
_LETTERS: Final = re.compile(r"[\w'*]")

Needed = frozenset[str] | None
"""Strings of which any match has at least one; None where nothing is known."""


def needed_by(pattern: str) -> Needed:
    """Return strings of which every match of a pattern has one, the longest and fewest that are found."""
    return _Reader(pattern).alternatives()


class Needs:
    """Which of several patterns a text may match at all, found in one pass over it.

    Args:
        patterns: as `re.compile` takes them.
    """

    __slots__ = ("_always", "_automaton", "_of")

    def __init__(self, patterns: Sequence[str]) -> None:
        self._always: set[int] = set()
        self._of: list[list[int]] = []
        listed: dict[str, list[int]] = {}
        for index, pattern in enumerate(patterns):
            needed = needed_by(pattern)
            if needed is None:
                self._always.add(index)
            for text in needed or ():
                listed.setdefault(text, []).append(index)
        self._of = list(listed.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(listed)) if listed else None

    def possible(self, text: str) -> set[int]:
        """Return the indexes of patterns that may match the text."""
        found = set(self._always)
        if self._automaton is not None:
            for index in {index for index, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}:
                found.update(self._of[index])
        return found


class _Reader:
    """Reads a pattern from its beginning to its end, once."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self) -> Needed:
        """What the alternatives up to a closing bracket or the end need together."""
        found = [self._sequence()]
        while self._pattern[self._at : self._at + 1] == "|":
            self._at += 1
            found.append(self._sequence())
        if any(needed is None for needed in found):
            return None
        return frozenset().union(*(needed for needed in found if needed))

    def _sequence(self) -> Needed:
        best: Needed = None
        run = ""
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            letter, needed = self._item()
            is_sure = self._is_sure()
            if letter and is_sure:
                run += letter
                continue
            best = _better(_better(best, _of_run(run)), needed if is_sure else None)
            run = ""
        return _better(best, _of_run(run))

    def _item(self) -> tuple[str, Needed]:
        """The next letter, or what the next group needs."""
        sign = self._pattern[self._at]
        self._at += 1
        if sign == "(":
            return "", self._group()
        if sign == "[":
            self._at = self._pattern.index("]", self._at + 1) + 1
            return "", None
        if sign == "\\":
            self._at += 1
            return "", None
        return (sign if _LETTERS.match(sign) else ""), None

    def _group(self) -> Needed:
        is_look = self._pattern.startswith(_LOOKS, self._at)
        opener = next(start for start in (*_LOOKS[2:], *_LOOKS[:2], "?:") if self._pattern.startswith(start, self._at))
        self._at += len(opener)
        if flat := _FLAT.match(self._pattern, self._at):
            self._at = flat.end()
            return None if is_look else _needed_by_flat(flat[1])
        needed = self.alternatives()
        self._at += 1
        return None if is_look else needed

    def _is_sure(self) -> bool:
        """Whether what was read must be there at all, by what repeats it."""
        repeated = _REPEATED.match(self._pattern, self._at)
        if repeated is None:
            return True
        self._at = repeated.end()
        return repeated[1] == "+" or (repeated[2] is not None and repeated[2] != "0")


@lru_cache(maxsize=4096)
def _needed_by_flat(group: str) -> Needed:
    return needed_by(group)


def _of_run(run: str) -> Needed:
    return frozenset((run,)) if len(run) >= _SHORTEST else None


def _better(one: Needed, other: Needed) -> Needed:
    """The one that fewer texts have: with longer strings, then with fewer."""
    if one is None or other is None:
        return one if other is None else other
    return max(one, other, key=lambda needed: (min(_LONG, *map(len, needed), _LONG), -len(needed)))
