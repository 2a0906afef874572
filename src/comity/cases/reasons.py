"""Owns the canned reasons of decisions, by kind of case; must not know who decides or what follows."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from comity.cases.life import DECISIONS, KINDS, Event

Reasons = dict[str, dict[Event, dict[str, str]]]


@cache
def reasons() -> Reasons:
    """Every canned reason: its words by kind of case, decision and name.

    Raises:
        ValueError: the packaged file names a kind or decision that there is not, or lacks one.
    """
    raw = tomllib.loads((files("comity.cases") / "reasons.toml").read_text(encoding="utf-8"))
    read = {kind: {Event(event): dict(words) for event, words in by.items()} for kind, by in raw.items()}
    if read.keys() != KINDS.keys() or any(by.keys() != set(DECISIONS) for by in read.values()):
        raise ValueError("reasons.toml must have reasons for every kind of case and either decision, and for no others")
    return read


def words_of(kind: str, event: Event, name: str) -> str | None:
    """The words of a canned reason; None when there is none of that name."""
    return reasons()[kind][event].get(name)
