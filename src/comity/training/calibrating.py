"""Owns putting what a fit says on the scale of log-odds; must not know what was fitted.

Platt's method: the line through log-odds that makes the labels most likely, by Newton's steps. The only logarithms of
training are here, after all that is summed up has been; the line is rounded, so that their last bits do not matter.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from comity.training.fitting import Floats, Lesson

_STEPS: Final = 30
_RIDGE: Final = 1e-6
_FARTHEST: Final = 30.0
_DIGITS: Final = 3


def line_of(values: Floats, lesson: Lesson) -> tuple[float, float]:
    """Return slope and offset, rounded to thousandths, so that slope * value + offset are log-odds at equal sides."""
    slope, offset = 1.0, 0.0
    weights = lesson.weights / np.sum(lesson.weights)
    wanted = (lesson.targets + 1.0) / 2.0
    for _ in range(_STEPS):
        odds = np.clip(slope * values + offset, -_FARTHEST, _FARTHEST)
        likely = 1.0 / (1.0 + np.exp(-odds))
        error, spread = weights * (likely - wanted), weights * likely * (1.0 - likely)
        down, across = float(np.sum(error * values)), float(np.sum(error))
        a = float(np.sum(spread * values * values)) + _RIDGE
        b, c = float(np.sum(spread * values)), float(np.sum(spread)) + _RIDGE
        room = a * c - b * b
        slope, offset = slope - (c * down - b * across) / room, offset - (a * across - b * down) / room
    return round(slope, _DIGITS), round(offset, _DIGITS)
