"""Owns the words that disguised writing is compared with; must not know what follows from meeting one."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

_DISGUISED: Final = "data/disguised_words.txt"
_KNOWN: Final = "data/known_words.txt"
_SHORTEST_BEGINNING: Final = 4
LONGEST_WORD: Final = 24


@cache
def disguised_words() -> frozenset[str]:
    """Return the words that senders disguise most, folded as `unmask` folds, without signs between their letters."""
    return frozenset(_listed(_DISGUISED))


@cache
def known_words() -> frozenset[str]:
    """Return words of all languages that tell where a word ends, folded as `unmask` folds, and those most disguised."""
    return frozenset(word for word in _listed(_KNOWN) if not word.endswith("*")) | disguised_words()


def beginning_of(word: str, beyond: int = 0) -> int:
    """Return how many letters of a word, more than `beyond`, are a beginning that takes any ending; 0 without one."""
    beginnings = _beginnings()
    lengths = range(max(_SHORTEST_BEGINNING, beyond + 1), min(len(word), LONGEST_WORD) + 1)
    return next((length for length in lengths if word[:length] in beginnings), 0)


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(word[:-1] for word in _listed(_KNOWN) if word.endswith("*"))


def _listed(file: str) -> list[str]:
    lines = resources.files("comity.text").joinpath(file).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
