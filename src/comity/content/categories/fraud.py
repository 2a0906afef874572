"""Owns judging a text for fraud; must not know who sends it or what follows."""

from __future__ import annotations

from comity.content.analysis import Analysis
from comity.content.cues_weighed import probability
from comity.content.scores import UNTOUCHED, Judged


def judge(analysis: Analysis) -> Judged:
    """Judge one text."""
    odds = analysis.learned.get("fraud")
    return UNTOUCHED if odds is None else Judged(probability(odds))
