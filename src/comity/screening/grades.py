"""Owns what a score leads to where a rule has three thresholds; must not know what was scored."""

from __future__ import annotations

from typing import Protocol


class Thresholds(Protocol):
    """Scores from which a hit is noted, held and refused."""

    @property
    def note_at(self) -> float:
        """From here on it is told."""
        ...

    @property
    def hold_at(self) -> float:
        """From here on a person looks."""
        ...

    @property
    def refuse_at(self) -> float:
        """From here on it does not go."""
        ...


def insist_on_rising(settings: Thresholds) -> None:
    """See that the thresholds rise.

    Raises:
        ValueError: they do not.
    """
    if not settings.note_at <= settings.hold_at <= settings.refuse_at:
        raise ValueError("note_at, hold_at and refuse_at do not rise")


def action_at(score: float, settings: Thresholds) -> str:
    """What a score that is at least `note_at` leads to."""
    if score >= settings.refuse_at:
        return "refuse"
    return "hold" if score >= settings.hold_at else "note"
