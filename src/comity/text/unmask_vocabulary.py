"""Owns the words that senders disguise most; must not know what follows from meeting one."""

from __future__ import annotations

from functools import cache
from importlib import resources

_FILE = "data/disguised_words.txt"


@cache
def disguised_words() -> frozenset[str]:
    """Return the words, folded as `unmask` folds, without signs between their letters."""
    listed = resources.files("comity.text").joinpath(_FILE).read_text(encoding="utf-8")
    return frozenset(word for line in listed.splitlines() if not line.startswith("#") for word in line.split())
